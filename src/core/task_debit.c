#include <string.h>

#include "base/must.h"
#include "core/debit.h"
#include "core/task_run.h"

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
