#include "core/page_of.h"

#include <string.h>

#include "base/must.h"
#include "core/counter.h"
#include "core/id_times.h"

enum { BOUNDS = 6, ARGS_MAX = BOUNDS + PAGE_FILTERS_MAX + 2 };

struct page_args {
    struct value values[ARGS_MAX];
    size_t count;
};

static struct page_args bounds_make(struct ctx *cx, instant from, instant until)
{
    struct page_args args = {.count = BOUNDS};

    args.values[0] = V_ID(cx->merchant);
    args.values[1] = V_WORD(mode_text(cx->mode));
    args.values[2] = V_TEXT(id_before_all_of(cx, from));
    args.values[3] = V_TEXT(id_behind_all_of(cx, until));
    args.values[4] = V_INT(from);
    args.values[5] = V_INT(until);
    return args;
}

static err_t count_run(struct ctx *cx, struct tx *tx, const struct sql *sql,
                       const struct page_args *args, int64_t *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, sql, args->values, args->count, &rows, &found));
    must(found);
    *out = col_int(rows, 0);
    rows_end(rows);
    return OK;
}

static err_t count_part(struct ctx *cx, struct tx *tx, const struct sql *sql, instant from,
                        instant until, int64_t *total)
{
    int64_t part;

    if (from > until)
        return OK;
    struct page_args args = bounds_make(cx, from, until);
    TRY(count_run(cx, tx, sql, &args, &part));
    *total += part;
    return OK;
}

/* Those of an hour that come before `until`: by counting the shorter side of it. */
static err_t count_hour_until(struct ctx *cx, struct tx *tx, const struct page_query *query,
                              instant until, int64_t *out)
{
    int64_t hour = until / HOUR_US;
    int64_t all = 0;
    int64_t after = 0;

    *out = 0;
    if (until % HOUR_US <= HOUR_US / 2)
        return count_part(cx, tx, query->count, hour * HOUR_US, until - 1, out);
    TRY(counter_between(cx, tx, query->counter, hour, hour, &all));
    TRY(count_part(cx, tx, query->count, until, (hour + 1) * HOUR_US - 1, &after));
    *out = all - after;
    return OK;
}

/* Hours come from the counters; of those that the bounds cut a part is counted. */
static err_t count_by_hours(struct ctx *cx, struct tx *tx, const struct page_of *page,
                            const struct page_query *query, int64_t *out)
{
    instant from = page->created_from;
    instant until = page->created_until;
    bool open_end = until == INT64_MAX;
    int64_t first_hour = from / HOUR_US;
    int64_t end_hour = open_end ? INT64_MAX : (until + 1) / HOUR_US;
    int64_t before;
    int64_t within = 0;

    *out = 0;
    if (from > until)
        return OK;
    if (from == 0 && open_end)
        return counter_all(cx, tx, query->counter, out);
    if (first_hour == end_hour)
        return count_part(cx, tx, query->count, from, until, out);
    TRY(counter_between(cx, tx, query->counter, first_hour, end_hour - 1, out));
    TRY(count_hour_until(cx, tx, query, from, &before));
    if (!open_end)
        TRY(count_hour_until(cx, tx, query, until + 1, &within));
    *out += within - before;
    return OK;
}

static err_t rows_read(struct rows *rows, const struct page_of *page,
                       const struct page_query *query, char *items, size_t *count)
{
    bool has;

    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        must(*count < (size_t)page->limit);
        query->read(rows, items + *count * query->item_size);
    }
}

err_t page_read(struct ctx *cx, struct tx *tx, const struct page_of *page,
                const struct page_query *query, void **items, struct page_found *found)
{
    struct page_args args = bounds_make(cx, page->created_from, page->created_until);
    struct page_args counting;
    struct rows *rows;

    must(page->limit > 0);
    must(query->filter_count <= PAGE_FILTERS_MAX);
    memcpy(args.values + args.count, query->filters, query->filter_count * sizeof(struct value));
    args.count += query->filter_count;
    counting = args;
    args.values[args.count++] = V_INT(page->limit);
    args.values[args.count++] = V_INT(page->start);
    *items = arena_alloc_array(cx->arena, query->item_size, (size_t)page->limit);
    TRY(store_query(cx, tx, page->newest_first ? query->newest_first : query->oldest_first,
                    args.values, args.count, &rows));
    TRY(rows_read(rows, page, query, *items, &found->count));
    if (query->counter != NULL)
        TRY(count_by_hours(cx, tx, page, query, &found->total));
    else
        TRY(count_run(cx, tx, query->count, &counting, &found->total));
    found->has_more = page->start + (int64_t)found->count < found->total;
    return OK;
}
