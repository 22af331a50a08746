#include "core/event.h"

#include "store/sql.h"

err_t event_put(struct ctx *cx, struct tx *tx, const char *kind, const char *object,
                const char *detail)
{
    struct event_id id;

    ID_NEW(cx->ids, &id);
    return store_run(cx, tx, &SQL_EVENT_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id), V_WORD(kind),
                          V_WORD(object), V_WORD(detail), V_INT(cx->now)));
}
