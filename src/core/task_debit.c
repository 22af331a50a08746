#include "base/log.h"
#include "core/debit_set.h"
#include "core/task_run.h"

/* A commit must not keep the others waiting for long. */
enum { PORTION = 500 };

static err_t release_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    struct debits_releasing releasing = {.task = &run->task, .most = PORTION};

    err_t err = debits_release(cx, tx, &releasing);
    run->payment.id = releasing.failing;
    return err;
}

static err_t without_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    struct debits_releasing releasing = {
        .task = &run->task, .most = PORTION, .without = run->payment.id};

    return debits_release(cx, tx, &releasing);
}

/* One that cannot be released does not keep the money of the others: it is left, without a task,
 * which verify tells. */
static void released(struct operation *operation, err_t err)
{
    const struct task_run *run = (const struct task_run *)operation;

    if (err == OK || ID_NONE(run->payment.id)) {
        operation_end(operation, err);
        return;
    }
    log_event(operation->cx, EV_TASK_FAILED, LOG_WORD("task", task_kind_text(run->task.kind)),
              LOG_ERR(err), LOG_ID("payment", run->payment.id));
    operation_write(operation, without_body, operation_end);
}

void task_run_debit_release(struct task_run *run)
{
    operation_write(&run->operation, release_body, released);
}
