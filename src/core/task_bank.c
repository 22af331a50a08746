#include <stddef.h>
#include <string.h>

#include "base/must.h"
#include "core/bank_report.h"
#include "core/task_run.h"

/* The hours at which the bank gets files and is asked for its reports. */

/* How long after its last file a simulated bank is asked: debits come back as long as that. */
enum { ASKED_DAYS = 60 };
enum { AT_ONCE = 200 };

/* --- asking the rail ----------------------------------------------------------------------------
 */

static void bank_answered(struct message *message)
{
    struct task_run *run =
        (struct task_run *)(void *)((char *)message - offsetof(struct task_run, bank));

    run->operation.then(&run->operation, run->bank.result);
}

static void bank_ask(struct task_run *run, enum bank_errand what,
                     void (*then)(struct operation *operation, err_t err))
{
    const struct bank_rail *rail = run->operation.core->bank;

    run->operation.then = then;
    if (rail == NULL) {
        then(&run->operation, ERR_UNAVAILABLE);
        return;
    }
    run->bank = (struct bank_call){
        .done = {.run = bank_answered},
        .home = run->operation.core->home,
        .what = what,
        .merchant = run->task.merchant,
        .mode = run->task.mode,
        .offset = run->cx.now - run->cx.real,
    };
    rail->send(rail->self, &run->bank);
}

/* --- files for the bank -------------------------------------------------------------------------
 */

/* When something of what waits now is due; 0: nothing waits. Debits that could not leave are looked
 * at again when it is too late for them, transfers at the next hour of theirs. */
static err_t next_export(struct ctx *cx, struct tx *tx, instant *out)
{
    struct bank_profile profile;
    bool transfers;

    TRY(bank_profile_load(cx, tx, cx->merchant, &profile));
    TRY(bank_waits(cx, tx, out, &transfers));
    if (*out != 0 && *out <= cx->now)
        *out = cx->now + HOUR_US + MINUTE_US;
    if (transfers) {
        instant hour = bank_transfer_hour(&profile, cx->now);
        *out = *out == 0 || hour < *out ? hour : *out;
    }
    return OK;
}

/* What came to wait while the files were made has found this task there. */
static err_t exported_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    instant next;
    bool more;

    TRY(merchant_load(cx, tx, cx->merchant, &run->merchant));
    TRY(debits_put_right(cx, tx, &run->merchant, AT_ONCE, &more));
    TRY(next_export(cx, tx, &next));
    TRY(task_done(cx, tx, TASK_SEPA_EXPORT, run->task.object));
    if (more)
        next = cx->now;
    return next == 0 ? OK : task_put(cx, tx, TASK_SEPA_EXPORT, run->task.object, next);
}

static void exported(struct operation *operation, err_t err)
{
    /* Without a way to the bank what waits goes on waiting. */
    if (err != OK && err != ERR_UNAVAILABLE) {
        operation_end(operation, err);
        return;
    }
    operation_write(operation, exported_body, operation_end);
}

void task_run_sepa_export(struct task_run *run)
{
    bank_ask(run, BANK_EXPORT, exported);
}

/* --- the reports of test mode -------------------------------------------------------------------
 */

static err_t reported_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    instant last;

    TRY(bank_released_last(cx, tx, &last));
    TRY(task_done(cx, tx, TASK_BANK_REPORTS, run->task.object));
    if (last + ASKED_DAYS * DAY_US < cx->now)
        return OK;
    return task_put(cx, tx, TASK_BANK_REPORTS, run->task.object, task_bank_morning(cx->now));
}

static void reported(struct operation *operation, err_t err)
{
    if (err != OK && err != ERR_UNAVAILABLE)
        operation_end(operation, err);
    else
        operation_write(operation, reported_body, operation_end);
}

void task_run_bank_reports(struct task_run *run)
{
    bank_ask(run, BANK_REPORTS, reported);
}

/* --- what nothing explains ----------------------------------------------------------------------
 */

static err_t parked_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct bank_profile profile;
    struct bank_parked parked = {.profile = &profile};

    (void)arg;
    TRY(bank_profile_load(cx, tx, cx->merchant, &profile));
    TRY(bank_parked_try(cx, tx, &parked));
    /* The rest of many comes at once again. */
    return parked.more ? task_again(cx, tx, TASK_BANK_PARKED, cx->merchant.raw, cx->now) : OK;
}

void task_run_bank_parked(struct task_run *run)
{
    operation_write(&run->operation, parked_body, operation_end);
}
