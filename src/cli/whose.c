#include "cli/whose.h"

err_t whose_load(struct ctx *cx, struct tx *tx, struct merchant_id id, struct merchant *out)
{
    err_t err = merchant_load(cx, tx, id, out);

    return err == ERR_NOT_FOUND ? fault(cx, err, "merchant", "does not exist") : err;
}

err_t whose_enter(struct ctx *cx, struct tx *tx, struct merchant_id id, enum mode mode,
                  struct merchant *out)
{
    TRY(whose_load(cx, tx, id, out));
    cx->merchant = id;
    cx->mode = mode;
    merchant_time(cx, out);
    return OK;
}
