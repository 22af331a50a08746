#include <stddef.h>
#include <string.h>

#include "base/log.h"
#include "base/must.h"
#include "core/task_run.h"

/* What has no answer is waited for so long, looking so often. A day that does not balance is
 * compared anew for so many nights: either side may have mended it. A question without an answer is
 * an alarm after as long as any other message (cards.md 3.3). */
enum { WAIT_HOURS = 12, WAIT_MINUTES = 10, NIGHTS = 3, ALARM_HOURS = 72 };

/* --- the answer
 * -------------------------------------------------------------------------------------- */

static err_t put_off(struct ctx *cx, struct tx *tx, const struct task_run *run)
{
    if (cx->real - run->task.created > ALARM_HOURS * HOUR_US)
        log_event(cx, EV_REVERSAL_STUCK, LOG_WORD("task", task_kind_text(run->task.kind)),
                  LOG_ID("reconciliation", run->reconciliation.id),
                  LOG_INT("tries", run->task.tries));
    return task_again(cx, tx, run->task.kind, run->task.object,
                      task_retry_at(cx->now, run->task.tries + 1));
}

static err_t outcome_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    const struct card_call *call = &run->call;
    instant last = task_day_end(run->reconciliation.day) + NIGHTS * DAY_US;

    if (call->outcome != CARD_APPROVED)
        return put_off(cx, tx, run);
    TRY(reconciliation_answered(cx, tx, &run->reconciliation, call->balanced, &call->theirs));
    if (!call->balanced && cx->now < last)
        return task_again(cx, tx, run->task.kind, run->task.object,
                          task_day_end(date_paris(cx->now)));
    return task_done(cx, tx, run->task.kind, run->task.object);
}

static void outcome_written(struct operation *operation, err_t err)
{
    const struct task_run *run = (struct task_run *)operation;
    const struct card_totals *ours = &run->reconciliation.totals;
    const struct card_totals *theirs = &run->call.theirs;
    enum currency currency = run->reconciliation.currency;

    if (err == OK && run->call.outcome == CARD_APPROVED)
        log_event(operation->cx, run->call.balanced ? EV_DAY_BALANCED : EV_DAY_OUT_OF_BALANCE,
                  LOG_ID("reconciliation", run->reconciliation.id), LOG_INT("debits", ours->debits),
                  LOG_INT("credits", ours->credits),
                  LOG_MONEY("debit", ((struct money){ours->debits_minor, currency})),
                  LOG_MONEY("credit", ((struct money){ours->credits_minor, currency})),
                  LOG_MONEY("their_debit", ((struct money){theirs->debits_minor, currency})),
                  LOG_MONEY("their_credit", ((struct money){theirs->credits_minor, currency})));
    operation_end(operation, err);
}

static void answered(struct message *message)
{
    struct card_call *call = (struct card_call *)message;
    struct task_run *run = (struct task_run *)((char *)call - offsetof(struct task_run, call));

    operation_write(&run->operation, outcome_body, outcome_written);
}

/* --- the question
 * ------------------------------------------------------------------------------------ */

/* What was sent and not answered goes again as it was; anything else is a new question. */
static err_t intent_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    struct reconciliation *reconciliation = &run->reconciliation;

    if (reconciliation->state == RECONCILIATION_SENT)
        return OK;
    TRY(attempt_trace(cx, tx, &reconciliation->trace));
    return reconciliation_sent(cx, tx, reconciliation);
}

static void call_fill(struct task_run *run)
{
    const struct reconciliation *reconciliation = &run->reconciliation;

    run->call = (struct card_call){
        .home = run->operation.core->home,
        .done = {.run = answered          },
        .op = CARD_RECONCILE,
        .merchant = run->cx.merchant,
        .trace = reconciliation->trace,
        .repeat = reconciliation->state == RECONCILIATION_SENT,
        .amount = { 0, reconciliation->currency},
        .day = reconciliation->day,
        .totals = reconciliation->totals,
        .replace_minor = -1,
    };
    memcpy(run->call.acceptor, merchant_acceptor(&run->merchant, run->cx.mode),
           sizeof run->call.acceptor);
}

static void intent_written(struct operation *operation, err_t err)
{
    struct task_run *run = (struct task_run *)operation;
    const struct card_rail *rail;

    if (err == OK)
        err = core_card_rail(operation->core, operation->cx, &rail);
    if (err != OK) {
        operation_end(operation, err);
        return;
    }
    call_fill(run);
    rail->send(rail->self, &run->call);
}

static err_t wait_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;

    return task_again(cx, tx, run->task.kind, run->task.object, cx->now + WAIT_MINUTES * MINUTE_US);
}

static err_t day_read(struct task_run *run, int64_t *unanswered)
{
    struct core *core = run->operation.core;
    struct ctx *cx = run->operation.cx;
    struct reconciliation_id id;
    struct tx *tx;

    memcpy(id.raw, run->task.object, sizeof id.raw);
    *unanswered = 0;
    TRY(core_read(core, &tx));
    TRY(merchant_load(cx, tx, cx->merchant, &run->merchant));
    TRY(reconciliation_load(cx, tx, id, &run->reconciliation));
    if (run->reconciliation.state == RECONCILIATION_SENT)
        return OK;
    return reconciliation_totals(cx, tx, &run->reconciliation, &run->reconciliation.totals,
                                 unanswered);
}

void task_run_reconciliation(struct task_run *run)
{
    struct operation *operation = &run->operation;
    int64_t unanswered;

    err_t err = day_read(run, &unanswered);
    reader_release(operation->core->reader);
    if (err != OK) {
        operation_end(operation, err);
        return;
    }
    instant patience = task_day_end(run->reconciliation.day) + WAIT_HOURS * HOUR_US;
    if (unanswered > 0 && operation->cx->now < patience)
        operation_write(operation, wait_body, operation_end);
    else
        operation_write(operation, intent_body, intent_written);
}
