#include "core/payment.h"
#include "core/payment_row.h"
#include "store/sql.h"

/* Which statement is a matter of which index helps. */
static void search_choose(const struct payment_filter *filter, struct page_query *query)
{
    if (!ID_NONE(filter->account)) {
        query->oldest_first = filter->by_paid ? &SQL_PAYMENT_LIST_BY_ACCOUNT_PAID_ASC
                                              : &SQL_PAYMENT_LIST_BY_ACCOUNT_ASC;
        query->newest_first = filter->by_paid ? &SQL_PAYMENT_LIST_BY_ACCOUNT_PAID_DESC
                                              : &SQL_PAYMENT_LIST_BY_ACCOUNT_DESC;
        query->count =
            filter->by_paid ? &SQL_PAYMENT_COUNT_BY_ACCOUNT_PAID : &SQL_PAYMENT_COUNT_BY_ACCOUNT;
        query->filters[query->filter_count++] = V_ID(filter->account);
        query->filters[query->filter_count++] = V_ID(filter->payout);
    } else if (!ID_NONE(filter->payout)) {
        query->oldest_first = filter->by_paid ? &SQL_PAYMENT_LIST_BY_PAYOUT_PAID_ASC
                                              : &SQL_PAYMENT_LIST_BY_PAYOUT_ASC;
        query->newest_first = filter->by_paid ? &SQL_PAYMENT_LIST_BY_PAYOUT_PAID_DESC
                                              : &SQL_PAYMENT_LIST_BY_PAYOUT_DESC;
        query->count =
            filter->by_paid ? &SQL_PAYMENT_COUNT_BY_PAYOUT_PAID : &SQL_PAYMENT_COUNT_BY_PAYOUT;
        query->filters[query->filter_count++] = V_ID(filter->payout);
    } else if (filter->by_paid) {
        bool all =
            filter->order_id.ptr == NULL && filter->unique_id.ptr == NULL && ID_NONE(filter->card);
        query->counter = all ? "payment_paid" : NULL;
        query->oldest_first = &SQL_PAYMENT_LIST_PAID_ASC;
        query->newest_first = &SQL_PAYMENT_LIST_PAID_DESC;
        query->count = all ? &SQL_PAYMENT_COUNT_PAID_TIMES : &SQL_PAYMENT_COUNT_PAID;
    } else if (filter->unique_id.ptr != NULL) {
        query->oldest_first = &SQL_PAYMENT_LIST_BY_UNIQUE_ASC;
        query->newest_first = &SQL_PAYMENT_LIST_BY_UNIQUE_DESC;
        query->count = &SQL_PAYMENT_COUNT_BY_UNIQUE;
    } else if (filter->order_id.ptr != NULL) {
        query->oldest_first = &SQL_PAYMENT_LIST_BY_ORDER_ASC;
        query->newest_first = &SQL_PAYMENT_LIST_BY_ORDER_DESC;
        query->count = &SQL_PAYMENT_COUNT_BY_ORDER;
    } else {
        query->oldest_first = &SQL_PAYMENT_LIST_BY_CARD_ASC;
        query->newest_first = &SQL_PAYMENT_LIST_BY_CARD_DESC;
        query->count = &SQL_PAYMENT_COUNT_BY_CARD;
    }
}

err_t payment_list(struct ctx *cx, struct tx *tx, const struct payment_filter *filter,
                   const struct page_of *page, struct payment **out, struct page_found *found)
{
    bool plain = !filter->by_paid && filter->unique_id.ptr == NULL &&
                 filter->order_id.ptr == NULL && ID_NONE(filter->card) &&
                 ID_NONE(filter->account) && ID_NONE(filter->payout);
    struct page_query query = {
        .oldest_first = &SQL_PAYMENT_LIST_ASC,
        .newest_first = &SQL_PAYMENT_LIST_DESC,
        .count = &SQL_PAYMENT_COUNT_TIMES,
        .counter = plain ? "payment" : NULL,
        .item_size = sizeof(struct payment),
        .read = payment_row,
    };
    void *items = NULL;

    *found = (struct page_found){0};
    *out = NULL;
    if (!plain) {
        query.filters[0] = V_TEXT(filter->order_id);
        query.filters[1] = V_TEXT(filter->unique_id);
        query.filters[2] = V_ID(filter->card);
        query.filter_count = 3;
        search_choose(filter, &query);
    }
    TRY(page_read(cx, tx, page, &query, &items, found));
    *out = items;
    return OK;
}
