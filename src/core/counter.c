#include "core/counter.h"

#include "base/must.h"
#include "store/sql.h"

/* An hour of ten years is one of 87 600, but their sum takes 685 spans and 127 hours at most at
 * either end. A power of two, which migration 0013 and verify.sql know. */
enum { SPAN_HOURS = 128 };

err_t counter_add(struct ctx *cx, struct tx *tx, const char *kind, instant created)
{
    int64_t hour = created / HOUR_US;

    TRY(store_add(cx, tx, &SQL_COUNTER_ADD,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(kind), V_INT(hour)),
                  1));
    TRY(store_add(cx, tx, &SQL_COUNTER_SPAN_ADD,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(kind),
                       V_INT(hour / SPAN_HOURS)),
                  1));
    return store_add(cx, tx, &SQL_COUNTER_TOTAL_ADD,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(kind)), 1);
}

err_t counter_take(struct ctx *cx, struct tx *tx, const char *kind, instant created)
{
    int64_t hour = created / HOUR_US;

    TRY(store_add_up(cx, tx));
    TRY(store_run(
        cx, tx, &SQL_COUNTER_TAKE,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(kind), V_INT(hour))));
    TRY(store_run(cx, tx, &SQL_COUNTER_SPAN_TAKE,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(kind),
                       V_INT(hour / SPAN_HOURS))));
    return store_run(cx, tx, &SQL_COUNTER_TOTAL_TAKE,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(kind)));
}

/* Bounds of three sums, each with both ends inside; none where the first is behind the last. */
struct parts {
    int64_t from_hour, until_hour;
    int64_t from_span, until_span;
    int64_t rest_from, rest_until;
};

static struct parts parts_of(int64_t from_hour, int64_t until_hour)
{
    int64_t from_span = from_hour / SPAN_HOURS + (from_hour % SPAN_HOURS != 0 ? 1 : 0);
    int64_t end_span =
        until_hour == INT64_MAX ? INT64_MAX / SPAN_HOURS : (until_hour + 1) / SPAN_HOURS;

    if (from_span >= end_span)
        return (struct parts){from_hour, until_hour, 1, 0, 1, 0};
    return (struct parts){from_hour,    from_span * SPAN_HOURS - 1, from_span,
                          end_span - 1, end_span * SPAN_HOURS,      until_hour};
}

err_t counter_all(struct ctx *cx, struct tx *tx, const char *kind, int64_t *out)
{
    struct rows *rows;
    bool found;

    *out = 0;
    TRY(store_add_up(cx, tx));
    TRY(store_query_one(cx, tx, &SQL_COUNTER_TOTAL,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(kind)), &rows,
                        &found));
    if (found)
        *out = col_int(rows, 0);
    return OK;
}

err_t counter_between(struct ctx *cx, struct tx *tx, const char *kind, int64_t from_hour,
                      int64_t until_hour, int64_t *out)
{
    struct parts parts = parts_of(from_hour, until_hour);
    struct rows *rows;
    bool found;

    must(from_hour >= 0);
    TRY(store_add_up(cx, tx));
    TRY(store_query_one(cx, tx, &SQL_COUNTER_SUM,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(kind),
                             V_INT(parts.from_hour), V_INT(parts.until_hour),
                             V_INT(parts.from_span), V_INT(parts.until_span),
                             V_INT(parts.rest_from), V_INT(parts.rest_until)),
                        &rows, &found));
    must(found);
    *out = col_int(rows, 0);
    rows_end(rows);
    return OK;
}
