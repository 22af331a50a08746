#include "core/debit_set.h"
#include "core/task_run.h"

/* A commit must not keep the others waiting for long. */
enum { PORTION = 500 };

static err_t release_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct task_run *run = arg;

    return debits_release(cx, tx, &run->task, PORTION);
}

void task_run_debit_release(struct task_run *run)
{
    operation_write(&run->operation, release_body, operation_end);
}
