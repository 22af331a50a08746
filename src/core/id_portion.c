#include "core/id_portion.h"

#include <string.h>

#include "base/must.h"

static const char AFTER_ALL[] = "~";

err_t id_portion_find(struct ctx *cx, struct tx *tx, const struct sql *sql,
                      struct id_portion *portion)
{
    struct rows *rows;

    must(portion->most > 0);
    TRY(store_query_one(cx, tx, sql,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                             V_WORD(portion->behind), V_INT(portion->most - 1)),
                        &rows, &portion->more));
    memcpy(portion->last, AFTER_ALL, sizeof AFTER_ALL);
    if (portion->more)
        col_id(rows, 0, portion->last);
    return OK;
}

void id_portion_move(struct id_portion *portion)
{
    must(portion->more);
    memcpy(portion->behind, portion->last, ID_SIZE);
}
