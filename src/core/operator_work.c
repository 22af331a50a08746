#include "core/operator_work.h"

#include "base/must.h"
#include "store/sql.h"

ENUM_DEFINE(operator_work_kind, OPERATOR_WORK_LIST)

err_t operator_work(struct ctx *cx, struct tx *tx, struct operator_work **out, size_t *count)
{
    struct rows *rows;
    bool has;

    *out = arena_array(cx->arena, struct operator_work, OPERATOR_WORKS_MAX);
    *count = 0;
    TRY(store_query(cx, tx, &SQL_OPERATOR_WORK, ARGS(V_INT(cx->real)), &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        must(*count < OPERATOR_WORKS_MAX);
        struct operator_work *work = &(*out)[(*count)++];
        must(operator_work_kind_parse(col_text(rows, 0), &work->kind));
        must(mode_parse(col_text(rows, 1), &work->mode));
        work->count = col_int(rows, 2);
    }
}
