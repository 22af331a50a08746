#include "core/payout.h"

#include "base/must.h"
#include "core/counter.h"
#include "core/event.h"
#include "core/ledger.h"
#include "core/levy.h"
#include "core/news.h"
#include "core/payout_internal.h"
#include "core/task.h"
#include "store/sql.h"

ENUM_DEFINE(payout_state, PAYOUT_STATE_LIST)

static const char KIND[] = "payout";

/* The only moves there are. */
struct payout_step {
    enum payout_state from;
    enum payout_state to;
};
static const struct payout_step STEPS[] = {
    {PAYOUT_PENDING, PAYOUT_TO_PAY},
    {PAYOUT_PENDING, PAYOUT_PAID  }, /* statement: no transfer leaves
  */
    {PAYOUT_TO_PAY,  PAYOUT_SENT  },
    {PAYOUT_TO_PAY,  PAYOUT_PAID  }, /* by hand */
    {PAYOUT_TO_PAY,  PAYOUT_FAILED},
    {PAYOUT_SENT,    PAYOUT_PAID  },
    {PAYOUT_SENT,    PAYOUT_FAILED},
    {PAYOUT_PAID,    PAYOUT_FAILED}, /* the receiving bank sent it back */
};

static bool step_allowed(enum payout_state from, enum payout_state to)
{
    for (size_t i = 0; i < ARRAY_LEN(STEPS); i++) {
        if (STEPS[i].from == from && STEPS[i].to == to)
            return true;
    }
    return false;
}

/* --- reading ------------------------------------------------------------------------------------
 */

static void payout_row(struct rows *rows, void *item)
{
    struct payout *out = item;

    *out = (struct payout){
        .amount = {.minor = col_int(rows, 3)},
        .description = col_text(rows, 5),
        .daily = col_int(rows, 6) != 0,
        .transfer = col_int(rows, 7) != 0,
        .sent = col_int(rows, 8),
        .banked = col_int(rows, 9),
        .created = col_int(rows, 10),
    };
    col_id(rows, 0, out->id.raw);
    must(payout_state_parse(col_text(rows, 1), &out->state));
    must(currency_parse(col_text(rows, 2), &out->amount.currency));
    must(date_parse(col_text(rows, 4), &out->day));
}

static err_t parts_read(struct ctx *cx, struct tx *tx, struct payout *payout)
{
    enum payable_kind kind;
    enum pay_method method;
    struct rows *rows;
    bool has;

    TRY(store_query(cx, tx, &SQL_PAYOUT_PARTS,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(payout->id)),
                    &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        must(payable_kind_parse(col_text(rows, 0), &kind));
        must(pay_method_parse(col_text(rows, 1), &method));
        payout->sums.of[kind][method] = (struct payable_sum){
            .amount_minor = col_int(rows, 2),
            .count = col_int(rows, 3),
            .fees_minor = col_int(rows, 4),
            .fees_vat_minor = col_int(rows, 5),
        };
    }
}

err_t payout_load(struct ctx *cx, struct tx *tx, struct payout_id id, struct payout *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_PAYOUT_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        &found));
    if (!found)
        return fault_object(cx, ERR_NOT_FOUND, KIND, "not found", id.raw);
    payout_row(rows, out);
    rows_end(rows);
    return parts_read(cx, tx, out);
}

err_t payout_owner(struct ctx *cx, struct tx *tx, struct payout_id id)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_PAYOUT_OWNER, ARGS(V_ID(id)), &rows, &found));
    if (!found)
        return fault_object(cx, ERR_NOT_FOUND, KIND, "does not exist", id.raw);
    col_id(rows, 0, cx->merchant.raw);
    must(mode_parse(col_text(rows, 1), &cx->mode));
    rows_end(rows);
    return OK;
}

err_t payout_list(struct ctx *cx, struct tx *tx, struct payment_id payment,
                  const struct page_of *page, struct payout **out, struct page_found *found)
{
    struct page_query query = {
        .oldest_first = &SQL_PAYOUT_LIST_ASC,
        .newest_first = &SQL_PAYOUT_LIST_DESC,
        .count = &SQL_PAYOUT_COUNT_TIMES,
        .counter = KIND,
        .item_size = sizeof(struct payout),
        .read = payout_row,
    };
    void *items;

    if (!ID_NONE(payment)) {
        query.oldest_first = &SQL_PAYOUT_LIST_BY_PAYMENT_ASC;
        query.newest_first = &SQL_PAYOUT_LIST_BY_PAYMENT_DESC;
        query.count = &SQL_PAYOUT_COUNT_BY_PAYMENT;
        query.counter = NULL;
        query.filters[0] = V_ID(payment);
        query.filter_count = 1;
    }
    TRY(page_read(cx, tx, page, &query, &items, found));
    *out = items;
    for (size_t i = 0; i < found->count; i++)
        TRY(parts_read(cx, tx, &(*out)[i]));
    return OK;
}

err_t payouts_to_send(struct ctx *cx, struct tx *tx, size_t limit, struct payout **out,
                      size_t *count)
{
    struct rows *rows;
    bool has = true;

    must(limit > 0);
    *out = arena_array(cx->arena, struct payout, limit);
    *count = 0;
    TRY(store_query(cx, tx, &SQL_PAYOUT_TO_SEND,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_INT((int64_t)limit)),
                    &rows));
    while (has) {
        TRY(rows_next(rows, &has));
        if (has)
            payout_row(rows, &(*out)[(*count)++]);
    }
    for (size_t i = 0; i < *count; i++)
        TRY(parts_read(cx, tx, &(*out)[i]));
    return OK;
}

int64_t payout_amount_of(const struct payout *payout, enum payable_kind kind)
{
    int64_t sum = 0;

    for (size_t method = METHOD_CARD; method < PAY_METHODS; method++)
        must(!add_overflows(sum, payout->sums.of[kind][method].amount_minor, &sum));
    return kind == PAYABLE_PAYMENT ? sum : -sum;
}

int64_t payout_fees(const struct payout *payout)
{
    int64_t sum = 0;

    for (size_t kind = PAYABLE_PAYMENT; kind < PAYABLE_KINDS; kind++) {
        for (size_t method = METHOD_CARD; method < PAY_METHODS; method++)
            must(!add_overflows(sum, payout->sums.of[kind][method].fees_minor, &sum));
    }
    return sum;
}

int64_t payout_fees_vat(const struct payout *payout)
{
    int64_t sum = 0;

    for (size_t kind = PAYABLE_PAYMENT; kind < PAYABLE_KINDS; kind++) {
        for (size_t method = METHOD_CARD; method < PAY_METHODS; method++)
            must(!add_overflows(sum, payout->sums.of[kind][method].fees_vat_minor, &sum));
    }
    return sum;
}

instant payout_morning(const struct payout *payout)
{
    instant midnight = instant_paris((struct wall){payout->day, 0, 0, 0});

    return next_paris(midnight, PAYOUT_HOUR, 0);
}

/* --- writing ------------------------------------------------------------------------------------
 */

static err_t parts_insert(struct ctx *cx, struct tx *tx, const struct payout *payout)
{
    for (enum payable_kind kind = PAYABLE_PAYMENT; kind <= PAYABLE_DISPUTE; kind++) {
        for (enum pay_method method = METHOD_CARD; method <= METHOD_SEPA; method++) {
            const struct payable_sum *sum = &payout->sums.of[kind][method];
            if (sum->count == 0)
                continue;
            TRY(store_run(cx, tx, &SQL_PAYOUT_PART_INSERT,
                          ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(payout->id),
                               V_WORD(payable_kind_text(kind)), V_WORD(pay_method_text(method)),
                               V_INT(sum->amount_minor), V_INT(sum->count), V_INT(sum->fees_minor),
                               V_INT(sum->fees_vat_minor))));
        }
    }
    return OK;
}

err_t payout_insert(struct ctx *cx, struct tx *tx, struct payout *payout)
{
    int64_t net;

    TRY(payable_sums_net(&payout->sums, &net));
    must(net == payout->amount.minor);
    must(net >= 0);
    payout->state = PAYOUT_PENDING;
    payout->created = cx->now;
    ID_NEW(cx->ids, &payout->id);
    TRY(store_run(cx, tx, &SQL_PAYOUT_INSERT,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(payout->id),
                       V_WORD(currency_text(payout->amount.currency)), V_INT(net),
                       V_TEXT(date_text(cx->arena, payout->day)), V_TEXT(payout->description),
                       V_INT(payout->daily), V_INT(payout->transfer), V_INT(payout->created))));
    TRY(parts_insert(cx, tx, payout));
    TRY(counter_add(cx, tx, KIND, payout->created));
    TRY(event_put(cx, tx, "payout.created", payout->id.raw, payout_state_text(payout->state)));
    TRY(news_put(cx, tx, "payout", payout->id.raw, NEWS_CREATED));
    return ledger_payout_created(cx, tx, payout->id.raw, payout->amount);
}

/* The only function that changes a state. */
static err_t payout_move(struct ctx *cx, struct tx *tx, struct payout *payout, enum payout_state to)
{
    if (!step_allowed(payout->state, to))
        return fault_object(cx, ERR_STATE, "status", "the payout's state does not allow it",
                            payout->id.raw);
    payout->state = to;
    TRY(store_run(cx, tx, &SQL_PAYOUT_UPDATE,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(payout->id),
                       V_WORD(payout_state_text(to)), V_INT_IF(payout->sent != 0, payout->sent),
                       V_INT_IF(payout->banked != 0, payout->banked))));
    TRY(event_put(cx, tx, "payout.state", payout->id.raw, payout_state_text(to)));
    TRY(news_put(cx, tx, "payout", payout->id.raw, NEWS_UPDATED));
    return levies_follow_payout(cx, tx, payout);
}

static err_t move_to_sent(struct ctx *cx, struct tx *tx, struct payout *payout)
{
    payout->sent = cx->now;
    return payout_move(cx, tx, payout, PAYOUT_SENT);
}

static err_t move_to_paid(struct ctx *cx, struct tx *tx, struct payout *payout)
{
    payout->banked = cx->now;
    TRY(payout_move(cx, tx, payout, PAYOUT_PAID));
    return ledger_payout_paid(cx, tx, payout->id.raw, payout->amount);
}

static err_t move_to_failed(struct ctx *cx, struct tx *tx, struct payout *payout)
{
    bool was_paid = payout->state == PAYOUT_PAID;

    TRY(payout_move(cx, tx, payout, PAYOUT_FAILED));
    if (was_paid)
        TRY(ledger_payout_returned(cx, tx, payout->id.raw, payout->amount));
    TRY(ledger_payout_failed(cx, tx, payout->id.raw, payout->amount));
    return payable_wait_again(cx, tx, payout->id);
}

err_t payout_go_on(struct ctx *cx, struct tx *tx, struct payout *payout, enum payout_state to)
{
    switch (to) {
    case PAYOUT_PENDING:
        return levies_follow_payout(cx, tx, payout);
    case PAYOUT_TO_PAY:
        return payout_move(cx, tx, payout, PAYOUT_TO_PAY);
    case PAYOUT_SENT:
        TRY(payout_move(cx, tx, payout, PAYOUT_TO_PAY));
        return move_to_sent(cx, tx, payout);
    case PAYOUT_PAID:
        if (payout->transfer)
            TRY(payout_go_on(cx, tx, payout, PAYOUT_SENT));
        return move_to_paid(cx, tx, payout);
    case PAYOUT_FAILED:
        TRY(payout_go_on(cx, tx, payout, PAYOUT_SENT));
        return move_to_failed(cx, tx, payout);
    }
    must_fail(__FILE__, __LINE__, "a state is a member");
}

err_t payout_sent(struct ctx *cx, struct tx *tx, struct payout_id id)
{
    struct payout payout = {0};

    TRY(payout_load(cx, tx, id, &payout));
    return move_to_sent(cx, tx, &payout);
}

err_t payout_paid(struct ctx *cx, struct tx *tx, struct payout_id id)
{
    struct payout payout = {0};

    TRY(payout_load(cx, tx, id, &payout));
    return move_to_paid(cx, tx, &payout);
}

err_t payout_failed(struct ctx *cx, struct tx *tx, struct payout_id id)
{
    struct payout payout = {0};

    TRY(payout_load(cx, tx, id, &payout));
    return move_to_failed(cx, tx, &payout);
}
