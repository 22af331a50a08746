#include <stddef.h>
#include <string.h>

#include "base/log.h"
#include "base/must.h"
#include "core/task_run.h"

/* How long a message is repeated before a person must look, and how often (cards.md 3.3). */
enum { ALARM_HOURS = 72, RETRY_FIRST_S = 5, RETRY_MAX_S = 300 };
/* When it is asked again whether something never arrived: TCP repeats what it was given for a
 * quarter of an hour, also when nobody waits for it any more. */
enum { SECOND_LOOK_MINUTES = 20 };

instant task_retry_at(instant now, int64_t tries)
{
    int64_t seconds = RETRY_FIRST_S;

    if (tries == 0)
        return now;
    for (int64_t i = 1; i < tries && seconds < RETRY_MAX_S; i++)
        seconds *= 2;
    return now + (seconds > RETRY_MAX_S ? RETRY_MAX_S : seconds) * SECOND_US;
}

static enum card_op op_of(enum task_kind kind)
{
    switch (kind) {
    case TASK_CARD_CAPTURE:
        return CARD_CAPTURE;
    case TASK_CARD_REFUND:
        return CARD_REFUND;
    case TASK_CARD_VOID:
    case TASK_CARD_RELEASE:
        return CARD_VOID;
    case TASK_CARD_REVERSE:
        return CARD_REVERSE;
    case TASK_CARD_BATCH:
    case TASK_SETTLEMENT:
    case TASK_HOLD_EXPIRY:
    case TASK_AUTHENTICATION_EXPIRY:
    case TASK_NIGHTLY:
    case TASK_RECONCILE:
    case TASK_PAYOUT:
    case TASK_BANK_REPORTS:
    case TASK_BANK_PARKED:
    case TASK_MANDATE_FORM:
    case TASK_INVOICE_FILE:
    case TASK_INVOICE_FLOW:
    case TASK_SUBMISSION:
    case TASK_SUBMISSION_TERMS:
    case TASK_PDP_MANDATE:
    case TASK_REPORT:
    case TASK_ENROLMENT_DOCUMENT:
    case TASK_LEVY_CODE:
    case TASK_MANDATE_DOCUMENT:
    case TASK_REQUEST_EXPIRY:
    case TASK_SEPA_EXPORT:
    case TASK_DEBIT_RELEASE:
        break;
    }
    must_fail(__FILE__, __LINE__, "the task sends a message");
}

/* A capture that was called off. A rest that has not left when the whole goes back leaves with it;
 * once it has, it is repeated whatever has happened since. */
static bool payment_needs_nothing(const struct task_run *run)
{
    enum payment_state state = run->payment.state;

    if (run->task.kind == TASK_CARD_RELEASE)
        return state == PAYMENT_CANCELED && ID_NONE(run->task.attempt);
    return run->task.kind == TASK_CARD_CAPTURE && state != PAYMENT_TO_CAPTURE &&
           state != PAYMENT_CAPTURE_SENT;
}

/* Loads what the task is about and tells whether there is still something to send. */
static err_t subject_load(struct ctx *cx, struct tx *tx, struct task_run *run)
{
    struct payment_id payment = {{0}};
    struct refund_id refund = {{0}};
    struct attempt_id reversed = {{0}};

    switch (run->task.kind) {
    case TASK_CARD_CAPTURE:
    case TASK_CARD_VOID:
    case TASK_CARD_RELEASE:
        memcpy(payment.raw, run->task.object, sizeof payment.raw);
        TRY(payment_load(cx, tx, payment, &run->payment));
        run->skip = payment_needs_nothing(run);
        return OK;
    case TASK_CARD_REFUND:
        memcpy(refund.raw, run->task.object, sizeof refund.raw);
        TRY(refund_load(cx, tx, refund, &run->refund));
        run->skip = run->refund.state != REFUND_TO_REFUND;
        return payment_load(cx, tx, run->refund.payment, &run->payment);
    case TASK_CARD_REVERSE:
        memcpy(reversed.raw, run->task.object, sizeof reversed.raw);
        TRY(attempt_load(cx, tx, reversed, &run->attempt));
        run->skip = run->attempt.state != ATTEMPT_UNKNOWN && run->attempt.state != ATTEMPT_REVERSED;
        return payment_load(cx, tx, run->attempt.payment, &run->payment);
    case TASK_CARD_BATCH:
    case TASK_SETTLEMENT:
    case TASK_HOLD_EXPIRY:
    case TASK_AUTHENTICATION_EXPIRY:
    case TASK_NIGHTLY:
    case TASK_RECONCILE:
    case TASK_PAYOUT:
    case TASK_BANK_REPORTS:
    case TASK_BANK_PARKED:
    case TASK_MANDATE_FORM:
    case TASK_INVOICE_FILE:
    case TASK_INVOICE_FLOW:
    case TASK_SUBMISSION:
    case TASK_SUBMISSION_TERMS:
    case TASK_PDP_MANDATE:
    case TASK_REPORT:
    case TASK_ENROLMENT_DOCUMENT:
    case TASK_LEVY_CODE:
    case TASK_MANDATE_DOCUMENT:
    case TASK_REQUEST_EXPIRY:
    case TASK_SEPA_EXPORT:
    case TASK_DEBIT_RELEASE:
        break;
    }
    must_fail(__FILE__, __LINE__, "the task sends a message");
}

/* A capture takes what the payment is for, which may be a part of the hold. */
static struct money amount_of(const struct task_run *run, const struct attempt *original)
{
    if (run->task.kind == TASK_CARD_REFUND)
        return run->refund.amount;
    return run->task.kind == TASK_CARD_CAPTURE ? run->payment.amount : original->amount;
}

/* A new message gets its number; a repeat keeps the one it had. */
static err_t message_open(struct ctx *cx, struct tx *tx, struct task_run *run,
                          const struct attempt *original, struct attempt *message)
{
    if (!ID_NONE(run->task.attempt))
        return attempt_load(cx, tx, run->task.attempt, message);
    *message = (struct attempt){
        .payment = original->payment,
        .card = original->card,
        .op = op_of(run->task.kind),
        .amount = amount_of(run, original),
        .original = original->id,
    };
    if (run->task.kind == TASK_CARD_REFUND)
        memcpy(message->object, run->refund.id.raw, sizeof message->object);
    TRY(attempt_open(cx, tx, message));
    TRY(task_sends(cx, tx, run->task.kind, run->task.object, message->id));
    if (message->op == CARD_CAPTURE || message->op == CARD_REFUND)
        TRY(reconciliation_open(cx, tx, message->trace.sent, message->amount.currency));
    if (run->task.kind == TASK_CARD_REFUND)
        return refund_set_attempt(cx, tx, &run->refund, message->id);
    if (run->task.kind == TASK_CARD_CAPTURE)
        return payment_move(cx, tx, &run->payment, PAYMENT_CAPTURE_SENT);
    return OK;
}

/* DE 39 of what takes back (cards.md 3.2): the merchant's wish, no answer, or an answer that we
 * cannot use. */
static const char *reason_of(const struct task_run *run, const struct attempt *original)
{
    if (run->task.kind != TASK_CARD_REVERSE)
        return "17";
    return original->response.len == 0 || str_eq(original->response, STR("68")) ? "68" : "96";
}

static void call_fill(struct task_run *run, struct ctx *cx, const struct attempt *original,
                      const struct attempt *message)
{
    run->call = (struct card_call){
        .op = message->op,
        .attempt = message->id,
        .merchant = cx->merchant,
        .payment = message->payment,
        .trace = message->trace,
        .repeat = !ID_NONE(run->task.attempt),
        .amount = message->amount,
        .final = true,
        .exp_month = (int)run->card.exp_month,
        .exp_year = (int)run->card.exp_year,
        .card = run->card.id,
        .pan_sealed = run->card.sealed,
        .replace_minor = run->task.kind == TASK_CARD_RELEASE ? run->payment.amount.minor : -1,
    };
    memcpy(run->call.acceptor, merchant_acceptor(&run->merchant, cx->mode),
           sizeof run->call.acceptor);
    memcpy(run->call.reason, reason_of(run, original), sizeof run->call.reason);
    attempt_refer(&run->call, original);
}

static err_t intent_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    struct attempt original;
    struct attempt message;

    run->skip = false;
    TRY(subject_load(cx, tx, run));
    if (run->skip)
        return task_done(cx, tx, run->task.kind, run->task.object);
    TRY(merchant_load(cx, tx, cx->merchant, &run->merchant));
    if (run->task.kind == TASK_CARD_REVERSE)
        original = run->attempt;
    else
        TRY(attempt_load(cx, tx, run->payment.attempt, &original));
    TRY(card_load(cx, tx, original.card, true, &run->card));
    TRY(message_open(cx, tx, run, &original, &message));
    call_fill(run, cx, &original, &message);
    return OK;
}

static err_t put_off(struct ctx *cx, struct tx *tx, const struct task_run *run)
{
    if (cx->real - run->task.created > ALARM_HOURS * HOUR_US)
        log_event(cx, EV_REVERSAL_STUCK, LOG_WORD("task", task_kind_text(run->task.kind)),
                  LOG_ID("attempt", run->call.attempt), LOG_INT("tries", run->task.tries));
    if (run->task.kind == TASK_CARD_REVERSE && run->call.outcome == CARD_UNREACHABLE)
        return task_later(cx, tx, run->task.kind, run->task.object, task_retry_at(cx->now, 1));
    return task_again(cx, tx, run->task.kind, run->task.object,
                      task_retry_at(cx->now, run->task.tries + 1));
}

static err_t capture_outcome(struct ctx *cx, struct tx *tx, struct task_run *run)
{
    const struct card_call *call = &run->call;

    TRY(payment_load(cx, tx, run->payment.id, &run->payment));
    /* The settlement file may have been quicker than the answer. */
    if (run->payment.state != PAYMENT_CAPTURE_SENT)
        return OK;
    if (call->outcome != CARD_APPROVED)
        return payment_capture_refused(cx, tx, &run->payment);
    if (call->settled)
        return payment_settle(cx, tx, &run->payment, call->kept_minor);
    return settlement_ask(cx, tx);
}

static err_t refund_outcome(struct ctx *cx, struct tx *tx, struct task_run *run)
{
    TRY(refund_load(cx, tx, run->refund.id, &run->refund));
    if (run->refund.state != REFUND_TO_REFUND)
        return OK;
    if (run->call.outcome != CARD_APPROVED)
        return refund_not_honored(cx, tx, &run->refund);
    TRY(refund_sent(cx, tx, &run->refund));
    return settlement_ask(cx, tx);
}

/* 00: undone; 25: never arrived; 94: undone before (cards.md 3.3). */
static bool reversal_is_over(const struct card_call *call)
{
    struct str response = str_of(call->response);

    return call->outcome == CARD_APPROVED || str_eq(response, STR("25")) ||
           str_eq(response, STR("94"));
}

static bool never_arrived(const struct card_call *call)
{
    return str_eq(str_of(call->response), STR("25"));
}

/* What never arrived may still be on its way: a reversal that went over another connection has
 * overtaken it. */
static err_t reversal_outcome(struct ctx *cx, struct tx *tx, struct task_run *run)
{
    bool first = run->attempt.state == ATTEMPT_UNKNOWN;

    if (first)
        TRY(attempt_reversed(cx, tx, run->attempt.id));
    if (first && never_arrived(&run->call))
        return task_reverse_anew(cx, tx, run->attempt.id,
                                 cx->now + SECOND_LOOK_MINUTES * MINUTE_US);
    return task_done(cx, tx, run->task.kind, run->task.object);
}

/* The acquirer could not decide now (cards.md 5, kind T): the same message goes again later. */
static bool answer_is_technical(const struct card_call *call)
{
    static const struct str CODES[] = {STR_INIT("19"), STR_INIT("68"), STR_INIT("90"),
                                       STR_INIT("91"), STR_INIT("92"), STR_INIT("96"),
                                       STR_INIT("97"), STR_INIT("98"), STR_INIT("99")};

    for (size_t i = 0; call->outcome == CARD_DECLINED && i < ARRAY_LEN(CODES); i++) {
        if (str_eq(str_of(call->response), CODES[i]))
            return true;
    }
    return false;
}

static err_t outcome_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    const struct card_call *call = &run->call;
    bool waited;
    bool sent = true;

    if (call->outcome == CARD_UNKNOWN || call->outcome == CARD_UNREACHABLE ||
        answer_is_technical(call))
        return put_off(cx, tx, run);
    if (run->task.kind == TASK_CARD_REVERSE && !reversal_is_over(call))
        return put_off(cx, tx, run);
    if (run->task.kind == TASK_CARD_REVERSE)
        TRY(task_has_sent(cx, tx, &run->task, call->attempt, &sent));
    TRY(attempt_answer(cx, tx, call->attempt, call, &waited));
    if (!waited)
        return ERR_STATE;
    if (!sent)
        return OK; /* it goes on with another message */
    if (run->task.kind == TASK_CARD_REVERSE)
        return reversal_outcome(cx, tx, run);
    if (run->task.kind == TASK_CARD_CAPTURE)
        TRY(capture_outcome(cx, tx, run));
    else if (run->task.kind == TASK_CARD_REFUND)
        TRY(refund_outcome(cx, tx, run));
    return task_done(cx, tx, run->task.kind, run->task.object);
}

/* The merchant's wish to give a hold back, in whole or in part. Refused, it is held until it
 * expires: only the acquirer or the card's bank can do something about it. */
static bool hold_stays(const struct task_run *run)
{
    bool gives_back = run->task.kind == TASK_CARD_VOID || run->task.kind == TASK_CARD_RELEASE;

    return gives_back && run->call.outcome == CARD_DECLINED && !answer_is_technical(&run->call) &&
           !reversal_is_over(&run->call);
}

static void outcome_log(struct ctx *cx, const struct task_run *run)
{
    bool again = run->attempt.state == ATTEMPT_REVERSED && never_arrived(&run->call);

    if (run->task.kind == TASK_CARD_REVERSE && reversal_is_over(&run->call) && !again)
        log_event(cx, EV_REVERSAL_DONE, LOG_ID("attempt", run->attempt.id));
    if (hold_stays(run))
        log_event(cx, EV_CANCEL_REFUSED, LOG_ID("payment", run->payment.id),
                  LOG_ID("attempt", run->call.attempt));
}

static void outcome_written(struct operation *operation, err_t err)
{
    struct task_run *run = (struct task_run *)operation;

    if (err == OK)
        outcome_log(operation->cx, run);
    operation_end(operation, err);
}

static void answered(struct message *message)
{
    struct card_call *call = (struct card_call *)message;
    struct task_run *run = (struct task_run *)((char *)call - offsetof(struct task_run, call));

    operation_write(&run->operation, outcome_body, outcome_written);
}

static void intent_written(struct operation *operation, err_t err)
{
    struct task_run *run = (struct task_run *)operation;
    const struct card_rail *rail;

    if (err == OK && run->skip) {
        operation_end(operation, OK);
        return;
    }
    if (err == OK)
        err = core_card_rail(operation->core, operation->cx, &rail);
    if (err != OK) {
        operation_end(operation, err);
        return;
    }
    run->call.home = operation->core->home;
    run->call.done.run = answered;
    rail->send(rail->self, &run->call);
}

void task_run_card(struct task_run *run)
{
    operation_write(&run->operation, intent_body, intent_written);
}
