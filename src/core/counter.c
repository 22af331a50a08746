#include "core/counter.h"

#include "base/must.h"
#include "store/sql.h"

err_t counter_add(struct ctx *cx, struct tx *tx, const char *kind, instant created)
{
    return store_add(cx, tx, &SQL_COUNTER_ADD,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(kind),
                          V_INT(created / HOUR_US)),
                     1);
}

err_t counter_take(struct ctx *cx, struct tx *tx, const char *kind, instant created)
{
    TRY(store_add_up(cx, tx));
    return store_run(cx, tx, &SQL_COUNTER_TAKE,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(kind),
                          V_INT(created / HOUR_US)));
}

err_t counter_between(struct ctx *cx, struct tx *tx, const char *kind, int64_t from_hour,
                      int64_t until_hour, int64_t *out)
{
    struct rows *rows;
    bool found;

    TRY(store_add_up(cx, tx));
    TRY(store_query_one(cx, tx, &SQL_COUNTER_SUM,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(kind),
                             V_INT(from_hour), V_INT(until_hour)),
                        &rows, &found));
    must(found);
    *out = col_int(rows, 0);
    rows_end(rows);
    return OK;
}
