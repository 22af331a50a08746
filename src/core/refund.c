#include "core/refund.h"

#include "base/must.h"
#include "core/bank_file.h"
#include "core/counter.h"
#include "core/debit.h"
#include "core/event.h"
#include "core/idempotency.h"
#include "core/invoice_payment.h"
#include "core/ledger.h"
#include "core/levy.h"
#include "core/listing.h"
#include "core/news.h"
#include "core/payable.h"
#include "core/task.h"
#include "store/sql.h"

ENUM_DEFINE(refund_state, REFUND_STATE_LIST)

static const char KIND[] = "refund";

static void refund_row(struct rows *rows, void *item)
{
    struct refund *out = item;

    *out = (struct refund){
        .amount = {.minor = col_int(rows, 3)},
        .refunded = col_int(rows, 6),
        .banked = col_int(rows, 7),
        .created = col_int(rows, 8),
    };
    col_id(rows, 0, out->id.raw);
    col_id(rows, 1, out->payment.raw);
    must(refund_state_parse(col_text(rows, 2), &out->state));
    must(currency_parse(col_text(rows, 4), &out->amount.currency));
    col_id(rows, 5, out->attempt.raw);
}

err_t refund_load(struct ctx *cx, struct tx *tx, struct refund_id id, struct refund *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_REFUND_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        &found));
    if (!found)
        return fault_object(cx, ERR_NOT_FOUND, KIND, "not found", id.raw);
    refund_row(rows, out);
    rows_end(rows);
    return OK;
}

err_t refunds_of_payment(struct ctx *cx, struct tx *tx, struct payment_id payment,
                         struct refund **out, size_t *count)
{
    size_t capacity = 0;
    struct rows *rows;
    bool has;

    *out = NULL;
    TRY(store_query(cx, tx, &SQL_REFUNDS_OF_PAYMENT,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(payment),
                         V_INT(REFUNDS_OF_PAYMENT_MAX)),
                    &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        refund_row(rows, &(*out)[*count]);
    }
}

err_t refund_list(struct ctx *cx, struct tx *tx, const struct page_of *page, struct refund **out,
                  struct page_found *found)
{
    const struct page_query query = {
        .oldest_first = &SQL_REFUND_LIST_ASC,
        .newest_first = &SQL_REFUND_LIST_DESC,
        .count = &SQL_REFUND_COUNT_TIMES,
        .counter = KIND,
        .item_size = sizeof(struct refund),
        .read = refund_row,
    };
    void *items;

    TRY(page_read(cx, tx, page, &query, &items, found));
    *out = items;
    return OK;
}

err_t refunds_of_payout(struct ctx *cx, struct tx *tx, struct payout_id payout,
                        const struct page_of *page, struct refund **out, struct page_found *found)
{
    const struct page_query query = {
        .oldest_first = &SQL_REFUND_LIST_BY_PAYOUT_ASC,
        .newest_first = &SQL_REFUND_LIST_BY_PAYOUT_DESC,
        .count = &SQL_REFUND_COUNT_BY_PAYOUT,
        .filters = {V_ID(payout)},
        .filter_count = 1,
        .item_size = sizeof(struct refund),
        .read = refund_row,
    };
    void *items;

    TRY(page_read(cx, tx, page, &query, &items, found));
    *out = items;
    return OK;
}

static err_t refund_insert(struct ctx *cx, struct tx *tx, const struct refund *refund)
{
    TRY(store_run(cx, tx, &SQL_REFUND_INSERT,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(refund->id),
                       V_ID(refund->payment), V_WORD(refund_state_text(refund->state)),
                       V_INT(refund->amount.minor), V_WORD(currency_text(refund->amount.currency)),
                       V_INT_IF(refund->refunded != 0, refund->refunded), V_INT(refund->created))));
    TRY(counter_add(cx, tx, KIND, refund->created));
    TRY(event_put(cx, tx, "refund.created", refund->id.raw, refund_state_text(refund->state)));
    TRY(news_put(cx, tx, "refund", refund->id.raw, NEWS_CREATED));
    return listing_put_refund(cx, tx, refund, true);
}

static err_t refund_write(struct ctx *cx, struct tx *tx, const struct refund *refund)
{
    return store_run(cx, tx, &SQL_REFUND_UPDATE,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(refund->id),
                          V_WORD(refund_state_text(refund->state)), V_ID(refund->attempt),
                          V_INT_IF(refund->refunded != 0, refund->refunded),
                          V_INT_IF(refund->banked != 0, refund->banked)));
}

/* The only moves there are. */
static err_t refund_move(struct ctx *cx, struct tx *tx, struct refund *refund,
                         enum refund_state from, enum refund_state to)
{
    if (refund->state != from)
        return fault_object(cx, ERR_STATE, "status", "the refund's state does not allow it",
                            refund->id.raw);
    refund->state = to;
    TRY(refund_write(cx, tx, refund));
    TRY(event_put(cx, tx, "refund.state", refund->id.raw, refund_state_text(to)));
    TRY(news_put(cx, tx, "refund", refund->id.raw, NEWS_UPDATED));
    return listing_put_refund(cx, tx, refund, false);
}

static err_t limits_check(struct ctx *cx, const struct payment *payment, struct refund *refund)
{
    int64_t left = payment->amount.minor - payment->refunded_minor;

    must(left >= 0);
    if (left == 0)
        return fault_object(cx, ERR_LIMIT, "amount", "nothing is left to refund", payment->id.raw);
    if (refund->amount.minor < 1 || refund->amount.minor > left)
        return fault_object(cx, ERR_LIMIT, "amount", "must be from 1 to what is left to refund",
                            payment->id.raw);
    return OK;
}

static err_t cancel_instead(struct ctx *cx, struct tx *tx, struct payment *payment,
                            struct refund *refund)
{
    if (refund->amount.minor > payment->amount.minor)
        return limits_check(cx, payment, refund);
    if (refund->amount.minor != payment->amount.minor)
        return fault_object(cx, ERR_STATE, "amount",
                            "Payment cannot be partially refunded before it has been captured",
                            payment->id.raw);
    refund->state = REFUND_PAYMENT_CANCELED;
    refund->refunded = cx->now;
    TRY(payment_cancel(cx, tx, payment));
    return refund_insert(cx, tx, refund);
}

static err_t payable_take_refund(struct ctx *cx, struct tx *tx, const struct payment *payment,
                                 const struct refund *refund)
{
    const struct payable line = {
        .kind = PAYABLE_REFUND,
        .object = refund->id.raw,
        .method = payment->method,
        .amount = {-refund->amount.minor, refund->amount.currency},
    };

    return payable_add(cx, tx, &line);
}

static err_t refund_ask(struct ctx *cx, struct tx *tx, struct payment *payment,
                        struct refund *refund)
{
    size_t count;
    struct refund *others;

    TRY(limits_check(cx, payment, refund));
    TRY(refunds_of_payment(cx, tx, payment->id, &others, &count));
    if (count == REFUNDS_OF_PAYMENT_MAX)
        return fault_object(cx, ERR_LIMIT, "payment", "has too many refunds", payment->id.raw);
    refund->state = REFUND_TO_REFUND;
    TRY(refund_insert(cx, tx, refund));
    payment->refunded_minor += refund->amount.minor;
    must(payment->refunded_minor <= payment->amount.minor);
    TRY(payment_progress(cx, tx, payment));
    TRY(levy_follow(cx, tx, payment));
    TRY(ledger_refund_asked(cx, tx, refund->id.raw, refund->amount));
    TRY(payable_take_refund(cx, tx, payment, refund));
    TRY(invoice_payment_moved(cx, tx, payment->id, refund->id.raw, -refund->amount.minor));
    if (payment->method == METHOD_SEPA)
        return bank_transfer_ask(cx, tx);
    return task_put(cx, tx, TASK_CARD_REFUND, refund->id.raw, task_batch(cx->now));
}

static err_t refund_by_state(struct ctx *cx, struct tx *tx, struct payment *payment,
                             struct refund *refund)
{
    switch (payment->state) {
    case PAYMENT_AUTHORIZED:
    case PAYMENT_TO_CAPTURE:
        return cancel_instead(cx, tx, payment, refund);
    case PAYMENT_CAPTURED:
        return refund_ask(cx, tx, payment, refund);
    case PAYMENT_CAPTURE_SENT:
        return fault_object(cx, ERR_STATE, "payment",
                            "Payment cannot be refunded while its capture is on its way",
                            payment->id.raw);
    case PAYMENT_NEW:
    case PAYMENT_AUTHENTICATING:
    case PAYMENT_AUTHORIZING:
    case PAYMENT_REFUSED:
    case PAYMENT_FAILED:
    case PAYMENT_CANCELED:
    case PAYMENT_EXPIRED:
    case PAYMENT_DISPUTED:
        return fault_object(cx, ERR_STATE, "payment", "Payment cannot be refunded",
                            payment->id.raw);
    }
    must_fail(__FILE__, __LINE__, "state is a member");
}

static err_t create_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct refund_create *create = arg;
    struct refund *refund = &create->refund;
    enum idempotency_state state;
    struct payment payment;
    struct refund_id old;

    TRY(idempotency_check(&create->operation, tx, &state, old.raw));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW); /* one body: no crash leaves it open */
    TRY(payment_load(cx, tx, create->payment, &payment));
    int64_t left = payment.amount.minor - payment.refunded_minor;
    if (create->taken_only && (payment.state == PAYMENT_AUTHORIZED || left == 0))
        return fault_object(cx, ERR_STATE, "payment", "has nothing to refund", payment.id.raw);
    *refund = (struct refund){
        .payment = payment.id,
        .amount = {create->whole ? left : create->amount_minor, payment.amount.currency},
        .created = cx->now,
    };
    ID_NEW(cx->ids, &refund->id);
    TRY(refund_by_state(cx, tx, &payment, refund));
    TRY(idempotency_open(&create->operation, tx, refund->id.raw));
    return idempotency_close(&create->operation, tx);
}

static void created(struct operation *operation, err_t err)
{
    struct refund_create *create = (struct refund_create *)operation;

    if (err == OK && create->refund.state == REFUND_PAYMENT_CANCELED)
        tasks_wake(operation->core->tasks);
    operation_end(operation, err);
}

void refund_create(struct refund_create *create)
{
    operation_write(&create->operation, create_body, created);
}

err_t refund_set_attempt(struct ctx *cx, struct tx *tx, struct refund *refund,
                         struct attempt_id attempt)
{
    refund->attempt = attempt;
    return refund_write(cx, tx, refund);
}

err_t refund_sent(struct ctx *cx, struct tx *tx, struct refund *refund)
{
    refund->refunded = cx->now;
    TRY(refund_move(cx, tx, refund, REFUND_TO_REFUND, REFUND_SENT));
    return levy_follow_id(cx, tx, refund->payment);
}

err_t refund_settled(struct ctx *cx, struct tx *tx, struct refund *refund)
{
    refund->banked = cx->now;
    TRY(refund_move(cx, tx, refund, REFUND_SENT, REFUND_REFUNDED));
    return ledger_refund_settled(cx, tx, refund->id.raw, refund->amount);
}

err_t refund_not_honored(struct ctx *cx, struct tx *tx, struct refund *refund)
{
    enum refund_state from = refund->state;
    struct payment payment;

    TRY(payment_load(cx, tx, refund->payment, &payment));
    /* A message is refused before it counts as sent; a transfer is sent back afterwards. */
    bool back = payment.method == METHOD_SEPA && (from == REFUND_SENT || from == REFUND_REFUNDED);
    TRY(refund_move(cx, tx, refund, back ? from : REFUND_TO_REFUND, REFUND_NOT_HONORED));
    if (back && from == REFUND_REFUNDED)
        TRY(ledger_refund_returned(cx, tx, refund->id.raw, refund->amount));
    payment.refunded_minor -= refund->amount.minor;
    must(payment.refunded_minor >= 0);
    TRY(payment_progress(cx, tx, &payment));
    TRY(levy_follow(cx, tx, &payment));
    TRY(ledger_refund_reversed(cx, tx, refund->id.raw, refund->amount));
    TRY(invoice_payment_moved(cx, tx, payment.id, refund->id.raw, refund->amount.minor));
    return payable_give_back(cx, tx, refund->id.raw);
}

err_t refunds_stop(struct ctx *cx, struct tx *tx, struct payment_id payment)
{
    struct refund *list;
    size_t count;

    TRY(refunds_of_payment(cx, tx, payment, &list, &count));
    for (size_t i = 0; i < count; i++) {
        /* One whose message is written may be at the acquirer already. */
        if (list[i].state != REFUND_TO_REFUND || !ID_NONE(list[i].attempt))
            continue;
        TRY(refund_not_honored(cx, tx, &list[i]));
        TRY(task_done(cx, tx, TASK_CARD_REFUND, list[i].id.raw));
    }
    return OK;
}
