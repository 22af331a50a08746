#include "core/dispute.h"

#include <string.h>

#include "base/log.h"
#include "base/must.h"
#include "core/attempt.h"
#include "core/counter.h"
#include "core/event.h"
#include "core/ledger.h"
#include "core/news.h"
#include "core/refund.h"
#include "core/task.h"
#include "store/sql.h"

ENUM_DEFINE(dispute_state, DISPUTE_STATE_LIST)

enum { PERCENT_BP = 10000, NOTICE_ARENA = 1 << 20 };

static void dispute_row(struct rows *rows, struct dispute *out)
{
    *out = (struct dispute){
        .amount = {.minor = col_int(rows, 3)},
        .response = col_text(rows, 5),
        .fee_minor = col_int(rows, 6),
        .fee_vat_minor = col_int(rows, 7),
        .banked = col_int(rows, 8),
        .created = col_int(rows, 9),
    };
    col_id(rows, 0, out->id.raw);
    col_id(rows, 1, out->payment.raw);
    must(dispute_state_parse(col_text(rows, 2), &out->state));
    must(currency_parse(col_text(rows, 4), &out->amount.currency));
}

err_t dispute_load(struct ctx *cx, struct tx *tx, struct dispute_id id, struct dispute *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_DISPUTE_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        &found));
    if (!found)
        return fault_object(cx, ERR_NOT_FOUND, "dispute", "not found", id.raw);
    dispute_row(rows, out);
    return OK;
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

    return store_run(cx, tx, &SQL_DISPUTE_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(dispute->id),
                          V_ID(dispute->payment), V_WORD("chargeback"),
                          V_INT(dispute->amount.minor),
                          V_WORD(currency_text(dispute->amount.currency)),
                          V_TEXT(dispute->response), V_INT(dispute->fee_minor),
                          V_INT(dispute->fee_vat_minor), V_TEXT(day), V_INT(dispute->created)));
}

static err_t dispute_open(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                          struct payment *payment, const struct chargeback_notice *notice)
{
    struct dispute dispute = {
        .payment = payment->id,
        .amount = notice->amount,
        .response = str_of(notice->reason),
        .fee_minor = merchant->fees.dispute_minor,
        .created = cx->now,
    };
    struct money vat;

    TRY(money_times((struct money){dispute.fee_minor, dispute.amount.currency},
                    merchant->fees.vat_bp, PERCENT_BP, ROUND_HALF_UP, &vat));
    dispute.fee_vat_minor = vat.minor;
    ID_NEW(cx->ids, &dispute.id);
    const struct ledger_amounts amounts = {dispute.amount, dispute.fee_minor, vat.minor};
    TRY(dispute_write(cx, tx, &dispute, notice->answer_by));
    TRY(counter_add(cx, tx, "dispute", dispute.created));
    TRY(event_put(cx, tx, "dispute.created", dispute.id.raw, NULL));
    TRY(news_put(cx, tx, "dispute", dispute.id.raw, NEWS_CREATED));
    TRY(refunds_stop(cx, tx, payment->id));
    TRY(payment_load(cx, tx, payment->id, payment)); /* what is refunded may be less now */
    TRY(payment_move(cx, tx, payment, PAYMENT_DISPUTED));
    return ledger_chargeback(cx, tx, dispute.id.raw, &amounts);
}

static bool is_known(const struct dispute *list, size_t count,
                     const struct chargeback_notice *notice)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(list[i].response, str_of(notice->reason)) &&
            list[i].amount.minor == notice->amount.minor)
            return true;
    }
    return false;
}

err_t dispute_notice(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                     struct payment *payment, const struct chargeback_notice *notice)
{
    struct dispute *list;
    size_t count;

    if (notice->amount.minor < 1 || notice->amount.minor > payment->amount.minor ||
        notice->amount.currency != payment->amount.currency)
        return ERR_NOT_FOUND;
    TRY(disputes_of_payment(cx, tx, payment->id, &list, &count));
    if (is_known(list, count, notice))
        return OK;
    if (payment->state == PAYMENT_TO_CAPTURE || payment->state == PAYMENT_CAPTURE_SENT ||
        payment->state == PAYMENT_AUTHORIZING)
        return ERR_BUSY;
    if (payment->state != PAYMENT_CAPTURED)
        return ERR_NOT_FOUND;
    return dispute_open(cx, tx, merchant, payment, notice);
}

err_t dispute_settle(struct ctx *cx, struct tx *tx, struct payment_id payment, struct money amount)
{
    struct dispute *list;
    size_t count;

    TRY(disputes_of_payment(cx, tx, payment, &list, &count));
    for (size_t i = 0; i < count; i++) {
        if (list[i].amount.minor != amount.minor || list[i].amount.currency != amount.currency)
            continue;
        if (list[i].state == DISPUTE_SETTLED)
            return OK;
        TRY(store_run(cx, tx, &SQL_DISPUTE_SETTLED,
                      ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(list[i].id),
                           V_INT(cx->now))));
        return ledger_chargeback_settled(cx, tx, list[i].id.raw, amount);
    }
    return ERR_NOT_FOUND;
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
    return task_put(cx, tx, TASK_SETTLEMENT, cx->merchant.raw, task_evening(cx->now));
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
