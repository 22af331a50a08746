#include "core/dispute.h"

#include <string.h>

#include "base/log.h"
#include "base/must.h"
#include "core/attempt.h"
#include "core/counter.h"
#include "core/event.h"
#include "core/invoice_payment.h"
#include "core/ledger.h"
#include "core/news.h"
#include "core/payable.h"
#include "core/refund.h"
#include "core/task.h"
#include "store/sql.h"

ENUM_DEFINE(dispute_state, DISPUTE_STATE_LIST)
ENUM_DEFINE(dispute_kind, DISPUTE_KIND_LIST)

enum { PERCENT_BP = 10000, NOTICE_ARENA = 1 << 20 };

static const char KIND[] = "dispute";

static void dispute_row(struct rows *rows, void *item)
{
    struct dispute *out = item;

    *out = (struct dispute){
        .amount = {.minor = col_int(rows, 4)},
        .response = col_text(rows, 6),
        .fee_minor = col_int(rows, 7),
        .fee_vat_minor = col_int(rows, 8),
        .banked = col_int(rows, 9),
        .created = col_int(rows, 10),
        .order_id = col_text(rows, 11),
        .notice = col_text(rows, 12),
        .settled_by = col_text(rows, 13),
        .won = col_int(rows, 14),
    };
    col_id(rows, 0, out->id.raw);
    col_id(rows, 1, out->payment.raw);
    must(dispute_kind_parse(col_text(rows, 2), &out->kind));
    must(dispute_state_parse(col_text(rows, 3), &out->state));
    must(currency_parse(col_text(rows, 5), &out->amount.currency));
}

err_t dispute_load(struct ctx *cx, struct tx *tx, struct dispute_id id, struct dispute *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_DISPUTE_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        &found));
    if (!found)
        return fault_object(cx, ERR_NOT_FOUND, KIND, "not found", id.raw);
    dispute_row(rows, out);
    rows_end(rows);
    return OK;
}

static err_t page_of_disputes(struct ctx *cx, struct tx *tx, const struct page_of *page,
                              struct page_query query, struct dispute **out,
                              struct page_found *found)
{
    void *items;

    query.item_size = sizeof(struct dispute);
    query.read = dispute_row;
    TRY(page_read(cx, tx, page, &query, &items, found));
    *out = items;
    return OK;
}

err_t dispute_list(struct ctx *cx, struct tx *tx, const struct page_of *page, struct dispute **out,
                   struct page_found *found)
{
    const struct page_query query = {
        .oldest_first = &SQL_DISPUTE_LIST_ASC,
        .newest_first = &SQL_DISPUTE_LIST_DESC,
        .count = &SQL_DISPUTE_COUNT_TIMES,
        .counter = KIND,
    };

    return page_of_disputes(cx, tx, page, query, out, found);
}

err_t disputes_of_payout(struct ctx *cx, struct tx *tx, struct payout_id payout,
                         const struct page_of *page, struct dispute **out, struct page_found *found)
{
    const struct page_query query = {
        .oldest_first = &SQL_DISPUTE_LIST_BY_PAYOUT_ASC,
        .newest_first = &SQL_DISPUTE_LIST_BY_PAYOUT_DESC,
        .count = &SQL_DISPUTE_COUNT_BY_PAYOUT,
        .filters = {V_ID(payout)},
        .filter_count = 1,
    };

    return page_of_disputes(cx, tx, page, query, out, found);
}

err_t disputes_of_payment(struct ctx *cx, struct tx *tx, struct payment_id payment,
                          struct dispute **out, size_t *count)
{
    size_t capacity = 0;
    struct rows *rows;
    bool has;

    *out = NULL;
    TRY(store_query(cx, tx, &SQL_DISPUTES_OF_PAYMENT,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(payment),
                         V_INT(DISPUTES_OF_PAYMENT_MAX)),
                    &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        dispute_row(rows, &(*out)[*count]);
    }
}

static err_t dispute_write(struct ctx *cx, struct tx *tx, struct dispute *dispute,
                           struct date answer_by)
{
    struct str day = answer_by.year == 0 ? STR_NONE : date_text(cx->arena, answer_by);

    return store_run(
        cx, tx, &SQL_DISPUTE_INSERT,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(dispute->id),
             V_ID(dispute->payment), V_WORD(dispute_kind_text(dispute->kind)),
             V_INT(dispute->amount.minor), V_WORD(currency_text(dispute->amount.currency)),
             V_TEXT(dispute->response), V_INT(dispute->fee_minor), V_INT(dispute->fee_vat_minor),
             V_TEXT(day), V_INT(dispute->created), V_TEXT(dispute->notice)));
}

static err_t payable_take_dispute(struct ctx *cx, struct tx *tx, const struct payment *payment,
                                  const struct dispute *dispute)
{
    const struct payable line = {
        .kind = PAYABLE_DISPUTE,
        .object = dispute->id.raw,
        .method = payment->method,
        .amount = {-dispute->amount.minor, dispute->amount.currency},
        .fee_minor = dispute->fee_minor,
        .fee_vat_minor = dispute->fee_vat_minor,
    };

    return payable_add(cx, tx, &line);
}

static err_t dispute_open(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                          struct payment *payment, const struct chargeback_notice *notice)
{
    struct dispute dispute = {
        .payment = payment->id,
        .kind = DISPUTE_CHARGEBACK,
        .amount = notice->amount,
        .response = str_of(notice->reason),
        .fee_minor = merchant->fees.dispute_minor,
        .created = cx->now,
        .notice = str_of(notice->identity),
    };
    struct money vat;

    TRY(money_times((struct money){dispute.fee_minor, dispute.amount.currency},
                    merchant->fees.vat_bp, PERCENT_BP, ROUND_HALF_UP, &vat));
    dispute.fee_vat_minor = vat.minor;
    ID_NEW(cx->ids, &dispute.id);
    const struct ledger_amounts amounts = {dispute.amount, dispute.fee_minor, vat.minor};
    TRY(dispute_write(cx, tx, &dispute, notice->answer_by));
    TRY(counter_add(cx, tx, KIND, dispute.created));
    TRY(event_put(cx, tx, "dispute.created", dispute.id.raw, NULL));
    TRY(news_put(cx, tx, "dispute", dispute.id.raw, NEWS_CREATED));
    TRY(refunds_stop(cx, tx, payment->id));
    TRY(payment_load(cx, tx, payment->id, payment)); /* what is refunded may be less now */
    if (payment->state != PAYMENT_DISPUTED)
        TRY(payment_move(cx, tx, payment, PAYMENT_DISPUTED));
    TRY(ledger_chargeback(cx, tx, dispute.id.raw, &amounts));
    TRY(invoice_payment_moved(cx, tx, payment->id, dispute.id.raw, -dispute.amount.minor));
    return payable_take_dispute(cx, tx, payment, &dispute);
}

err_t dispute_of_return(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                        struct payment *payment, const struct dispute_return *back)
{
    struct dispute dispute = {
        .payment = payment->id,
        .kind = DISPUTE_RETURN,
        .amount = payment->amount,
        .response = back->response,
        .fee_minor = merchant->fees.return_minor,
        .created = cx->now,
    };
    instant booked = instant_paris((struct wall){.date = back->booked});
    struct money vat;

    TRY(money_times((struct money){dispute.fee_minor, dispute.amount.currency},
                    merchant->fees.vat_bp, PERCENT_BP, ROUND_HALF_UP, &vat));
    dispute.fee_vat_minor = vat.minor;
    ID_NEW(cx->ids, &dispute.id);
    const struct ledger_amounts amounts = {dispute.amount, dispute.fee_minor, vat.minor};
    TRY(dispute_write(cx, tx, &dispute, (struct date){0}));
    TRY(store_run(cx, tx, &SQL_DISPUTE_SETTLED,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(dispute.id),
                       V_INT(booked), V_NULL())));
    TRY(counter_add(cx, tx, KIND, dispute.created));
    TRY(event_put(cx, tx, "dispute.created", dispute.id.raw, NULL));
    TRY(news_put(cx, tx, "dispute", dispute.id.raw, NEWS_CREATED));
    TRY(refunds_stop(cx, tx, payment->id));
    struct str response = payment->response;
    TRY(payment_load(cx, tx, payment->id, payment)); /* what is refunded may be less now */
    payment->response = response;
    TRY(payment_move(cx, tx, payment, PAYMENT_DISPUTED));
    TRY(ledger_debit_returned(cx, tx, dispute.id.raw, &amounts, back->charged_minor));
    TRY(invoice_payment_moved(cx, tx, payment->id, dispute.id.raw, -dispute.amount.minor));
    return payable_take_dispute(cx, tx, payment, &dispute);
}

/* The dispute that this notice has opened, or NULL. Those of before notices were kept are known by
 * what they say. */
static const struct dispute *find_known(const struct dispute *list, size_t count,
                                        const struct chargeback_notice *notice)
{
    for (size_t i = 0; i < count; i++) {
        bool same = list[i].notice.ptr != NULL ? str_eq(list[i].notice, str_of(notice->identity))
                                               : str_eq(list[i].response, str_of(notice->reason)) &&
                                                     list[i].amount.minor == notice->amount.minor;
        if (same)
            return &list[i];
    }
    return NULL;
}

/* What is disputed already, and this, is not more than was paid. */
static bool fits(const struct dispute *list, size_t count, const struct payment *payment,
                 const struct chargeback_notice *notice)
{
    int64_t left = payment->amount.minor;

    for (size_t i = 0; i < count; i++)
        left -= list[i].amount.minor;
    return count < DISPUTES_OF_PAYMENT_MAX && notice->amount.minor <= left;
}

err_t dispute_notice(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                     struct payment *payment, const struct chargeback_notice *notice)
{
    const struct dispute *known;
    struct dispute *list;
    size_t count;

    if (notice->amount.minor < 1 || notice->amount.minor > payment->amount.minor ||
        notice->amount.currency != payment->amount.currency)
        return ERR_NOT_FOUND;
    TRY(disputes_of_payment(cx, tx, payment->id, &list, &count));
    known = find_known(list, count, notice);
    if (known != NULL)
        return known->amount.minor == notice->amount.minor ? OK : ERR_CONFLICT;
    if (payment->state == PAYMENT_TO_CAPTURE || payment->state == PAYMENT_CAPTURE_SENT ||
        payment->state == PAYMENT_AUTHORIZING)
        return ERR_BUSY;
    if (payment->state != PAYMENT_CAPTURED && payment->state != PAYMENT_DISPUTED)
        return ERR_NOT_FOUND;
    if (!fits(list, count, payment, notice))
        return ERR_NOT_FOUND;
    return dispute_open(cx, tx, merchant, payment, notice);
}

err_t dispute_settle(struct ctx *cx, struct tx *tx, struct payment_id payment, struct money amount,
                     struct str line)
{
    const struct dispute *open = NULL;
    struct dispute *list;
    size_t count;
    bool any = false;

    TRY(disputes_of_payment(cx, tx, payment, &list, &count));
    for (size_t i = 0; i < count; i++) {
        if (list[i].amount.minor != amount.minor || list[i].amount.currency != amount.currency)
            continue;
        any = true;
        if (list[i].state == DISPUTE_SETTLED && str_eq(list[i].settled_by, line))
            return OK;
        if (list[i].state == DISPUTE_OPEN && open == NULL)
            open = &list[i];
    }
    if (open == NULL)
        return any ? OK : ERR_NOT_FOUND;
    TRY(store_run(cx, tx, &SQL_DISPUTE_SETTLED,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(open->id),
                       V_INT(cx->now), V_TEXT(line))));
    return ledger_chargeback_settled(cx, tx, open->id.raw, amount);
}

err_t dispute_win(struct ctx *cx, struct tx *tx, const struct dispute *dispute, int64_t moved_minor)
{
    struct money amount = dispute->amount;

    if (dispute->kind != DISPUTE_CHARGEBACK || dispute->state != DISPUTE_SETTLED ||
        dispute->won != 0)
        return fault_object(cx, ERR_STATE, KIND,
                            "is no chargeback that was taken and not given back", dispute->id.raw);
    TRY(store_run(
        cx, tx, &SQL_DISPUTE_WON,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(dispute->id), V_INT(cx->now))));
    TRY(event_put(cx, tx, "dispute.won", dispute->id.raw, NULL));
    TRY(news_put(cx, tx, "dispute", dispute->id.raw, NEWS_UPDATED));
    TRY(ledger_chargeback_won(cx, tx, dispute->id.raw, amount, amount.minor - moved_minor));
    TRY(invoice_payment_moved(cx, tx, dispute->payment, dispute->id.raw, amount.minor));
    return payable_give_back(cx, tx, dispute->id.raw);
}

err_t dispute_represented(struct ctx *cx, struct tx *tx, struct payment_id payment,
                          struct money amount, int64_t kept_minor)
{
    struct dispute *list;
    size_t count;
    bool any = false;

    TRY(disputes_of_payment(cx, tx, payment, &list, &count));
    for (size_t i = 0; i < count; i++) {
        const struct dispute *dispute = &list[i];
        if (dispute->kind != DISPUTE_CHARGEBACK || dispute->state != DISPUTE_SETTLED ||
            dispute->amount.minor != amount.minor || dispute->amount.currency != amount.currency)
            continue;
        if (dispute->won == 0)
            return dispute_win(cx, tx, dispute, amount.minor - kept_minor);
        any = true;
    }
    return any ? OK : ERR_NOT_FOUND;
}

/* --- notices from the connector
 * -------------------------------------------------------------------- */

/* From the connector's thread to the writer and back to it. */
struct notice_job {
    struct job job; /* first */
    struct notice_call *call;
    struct ctx cx;
    bool opened;
};

static err_t notice_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct notice_job *work = arg;
    const struct chargeback_notice *notice = &work->call->notice;
    struct merchant merchant;
    struct attempt attempt;
    struct payment payment;

    TRY(merchant_of_acceptor(cx, tx, notice->acceptor, &cx->merchant));
    TRY(merchant_load(cx, tx, cx->merchant, &merchant));
    merchant_time(cx, &merchant);
    TRY(attempt_find(cx, tx, str_of(notice->rrn), CARD_AUTHORISE, &attempt));
    TRY(payment_load(cx, tx, attempt.payment, &payment));
    TRY(dispute_notice(cx, tx, &merchant, &payment, notice));
    /* The money leaves with the settlement file of the day. */
    return settlement_ask(cx, tx);
}

static void notice_written(struct message *message)
{
    struct notice_job *work = (struct notice_job *)message;
    struct notice_call *call = work->call;

    call->result = work->job.result;
    if (call->result == OK)
        log_event(&work->cx, EV_DISPUTE_OPENED, LOG_MONEY("amount", call->notice.amount));
    arena_free(work->cx.arena);
    process_free(work);
    call->done.run(&call->done);
}

static void notice_take(struct core *core, struct notice_call *call, enum mode mode)
{
    struct notice_job *work = process_make(struct notice_job);

    work->call = call;
    work->cx = (struct ctx){
        .arena = arena_new(NOTICE_ARENA),
        .ids = core->ids,
        .news = core->news,
        .real = clock_now(),
        .mode = mode,
    };
    work->job = (struct job){
        .done = {.run = notice_written},
        .home = call->home,
        .cx = &work->cx,
        .body = notice_body,
        .arg = work,
    };
    /* Once submitted, the job is the writer's. */
    err_t err = store_submit(core->store, &work->job);
    if (err != OK) {
        work->job.result = err;
        mailbox_post(call->home, &work->job.done);
    }
}

static void chargeback_test(void *self, struct notice_call *call)
{
    notice_take(self, call, MODE_TEST);
}

static void chargeback_live(void *self, struct notice_call *call)
{
    notice_take(self, call, MODE_LIVE);
}

struct card_events dispute_events(struct core *core, enum mode mode)
{
    return (struct card_events){
        .self = core,
        .chargeback = mode == MODE_LIVE ? chargeback_live : chargeback_test,
    };
}
