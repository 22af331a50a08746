#ifndef GUICHET_CORE_PAGE_OF_H
#define GUICHET_CORE_PAGE_OF_H

#include "store/store.h"

/* A page of a list, as all lists take it. Ids rise with time, so the order is by id. */
struct page_of {
    int64_t start;
    int64_t limit;
    bool newest_first;
    instant created_from;  /* 0: no bound */
    instant created_until; /* INT64_MAX: no bound; inclusive */
};

struct page_found {
    size_t count;  /* rows on this page */
    int64_t total; /* rows that match */
    bool has_more;
};

/* How a list is read. All its statements begin with $1 merchant, $2 mode, $3 id_from, $4 id_until,
 * $5 from_us, $6 until_us; then come the filters, then limit and start for the two that give rows.
 */
enum { PAGE_FILTERS_MAX = 8 };
struct page_query {
    const struct sql *oldest_first;
    const struct sql *newest_first;
    const struct sql
        *count; /* counts what matches; without filters only what the counters cannot tell */
    const char *counter; /* the kind of core/counter.h when nothing is filtered, else NULL */
    struct value filters[PAGE_FILTERS_MAX];
    size_t filter_count;
    size_t item_size;
    void (*read)(struct rows *rows, void *item);
};

/* The items (page->limit of them at most) as an array in the arena. */
MUST_CHECK err_t page_read(struct ctx *cx, struct tx *tx, const struct page_of *page,
                           const struct page_query *query, void **items, struct page_found *found);

#endif
