#include "core/request_row.h"
#include "store/sql.h"

/* Which statement is a matter of which index helps. */
static void search_choose(const struct request_filter *filter, struct page_query *query)
{
    if (filter->by_due) {
        query->oldest_first = &SQL_REQUEST_LIST_DUE_ASC;
        query->newest_first = &SQL_REQUEST_LIST_DUE_DESC;
        query->count = &SQL_REQUEST_COUNT_ANY;
    } else if (!ID_NONE(filter->card)) {
        query->oldest_first = &SQL_REQUEST_LIST_BY_CARD_ASC;
        query->newest_first = &SQL_REQUEST_LIST_BY_CARD_DESC;
    } else {
        query->oldest_first = &SQL_REQUEST_LIST_BY_ACCOUNT_ASC;
        query->newest_first = &SQL_REQUEST_LIST_BY_ACCOUNT_DESC;
    }
    if (filter->order_id.ptr != NULL) {
        query->count = &SQL_REQUEST_COUNT_BY_ORDER;
        if (!filter->by_due) {
            query->oldest_first = &SQL_REQUEST_LIST_BY_ORDER_ASC;
            query->newest_first = &SQL_REQUEST_LIST_BY_ORDER_DESC;
        }
    } else if (!ID_NONE(filter->card)) {
        query->count = &SQL_REQUEST_COUNT_BY_CARD;
    } else if (!ID_NONE(filter->account)) {
        query->count = &SQL_REQUEST_COUNT_BY_ACCOUNT;
    }
    query->filters[0] = V_TEXT(filter->order_id);
    query->filters[1] = V_ID(filter->card);
    query->filters[2] = V_ID(filter->account);
    query->filter_count = 3;
}

err_t request_list(struct ctx *cx, struct tx *tx, const struct request_filter *filter,
                   const struct page_of *page, struct pay_request **out, struct page_found *found)
{
    bool plain = !filter->by_due && filter->order_id.ptr == NULL && ID_NONE(filter->card) &&
                 ID_NONE(filter->account);
    struct page_query query = {
        .oldest_first = &SQL_REQUEST_LIST_ASC,
        .newest_first = &SQL_REQUEST_LIST_DESC,
        .count = &SQL_REQUEST_COUNT_TIMES,
        .counter = plain ? "request" : NULL,
        .item_size = sizeof(struct pay_request),
        .read = request_row,
    };
    void *items = NULL;

    *found = (struct page_found){0};
    *out = NULL;
    if (!plain)
        search_choose(filter, &query);
    TRY(page_read(cx, tx, page, &query, &items, found));
    *out = items;
    return OK;
}

static void payment_id_row(struct rows *rows, void *item)
{
    struct payment_id *out = item;

    col_id(rows, 0, out->raw);
}

err_t request_payments(struct ctx *cx, struct tx *tx, struct request_id id,
                       const struct page_of *page, struct payment_view **out,
                       struct page_found *found)
{
    struct page_query query = {
        .oldest_first = &SQL_REQUEST_PAYMENT_LIST_ASC,
        .newest_first = &SQL_REQUEST_PAYMENT_LIST_DESC,
        .count = &SQL_REQUEST_PAYMENT_COUNT,
        .filters = {V_ID(id)},
        .filter_count = 1,
        .item_size = sizeof(struct payment_id),
        .read = payment_id_row,
    };
    struct pay_request request;
    void *items = NULL;

    TRY(request_load(cx, tx, id, &request));
    TRY(page_read(cx, tx, page, &query, &items, found));
    const struct payment_id *ids = items;
    *out = arena_array(cx->arena, struct payment_view, found->count);
    for (size_t i = 0; i < found->count; i++)
        TRY(payment_view_load(cx, tx, ids[i], &(*out)[i]));
    return OK;
}
