#include "core/event.h"

#include "store/sql.h"

err_t event_put_at(struct ctx *cx, struct tx *tx, const char *kind, const char *object,
                   const char *detail, instant at)
{
    struct event_id id;

    ID_NEW(cx->ids, &id);
    return store_run(cx, tx, &SQL_EVENT_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id), V_WORD(kind),
                          V_WORD(object), V_WORD(detail), V_INT(at)));
}

err_t event_put(struct ctx *cx, struct tx *tx, const char *kind, const char *object,
                const char *detail)
{
    return event_put_at(cx, tx, kind, object, detail, cx->now);
}

err_t events_of_object(struct ctx *cx, struct tx *tx, const char *object, struct event **out,
                       size_t *count)
{
    size_t capacity = 0;
    struct rows *rows;
    bool has;

    *out = NULL;
    TRY(store_query(
        cx, tx, &SQL_EVENTS_OF_OBJECT,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(object), V_INT(EVENTS_MAX)),
        &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        (*out)[*count] = (struct event){col_text(rows, 0), col_text(rows, 1), col_int(rows, 2)};
    }
}
