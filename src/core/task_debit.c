#include <string.h>

#include "base/must.h"
#include "core/debit.h"
#include "core/task_run.h"

enum { AT_ONCE = 200 };

/* The hour of a cut-off: what cannot go as it is gets another day, or fails. The task stays until
 * nothing waits any more. */
static err_t export_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    instant next;
    bool more;

    TRY(merchant_load(cx, tx, cx->merchant, &run->merchant));
    TRY(debits_put_right(cx, tx, &run->merchant, AT_ONCE, &more));
    if (more)
        return task_again(cx, tx, TASK_SEPA_EXPORT, run->task.object, cx->now);
    TRY(debits_next_cutoff(cx, tx, &next));
    if (next == 0)
        return task_done(cx, tx, TASK_SEPA_EXPORT, run->task.object);
    /* What is due and in no file yet is looked at again when it is too late for it. */
    if (next <= cx->now)
        next = cx->now + HOUR_US + MINUTE_US;
    return task_again(cx, tx, TASK_SEPA_EXPORT, run->task.object, next);
}

void task_run_sepa_export(struct task_run *run)
{
    operation_write(&run->operation, export_body, operation_end);
}

static err_t release_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    struct payment_id id;

    memcpy(id.raw, run->task.object, sizeof id.raw);
    TRY(payment_load(cx, tx, id, &run->payment));
    TRY(debit_release(cx, tx, &run->payment));
    return task_done(cx, tx, TASK_DEBIT_RELEASE, run->task.object);
}

void task_run_debit_release(struct task_run *run)
{
    operation_write(&run->operation, release_body, operation_end);
}
