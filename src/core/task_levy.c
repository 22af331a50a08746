#include <string.h>

#include "core/levy_row.h"
#include "core/task_run.h"

static err_t abandoned_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct task_run *run = arg;
    struct payment_id id;
    struct payment payment;
    struct levy levy;
    bool found;

    memcpy(id.raw, run->task.object, sizeof id.raw);
    TRY(levy_by_payment(cx, tx, id, &levy, &found));
    if (!found || levy.status != LEVY_PENDING)
        return task_done(cx, tx, TASK_LEVY_CODE, id.raw);
    TRY(payment_load(cx, tx, id, &payment));
    return debit_canceled(cx, tx, &payment);
}

void task_run_levy_code(struct task_run *run)
{
    operation_write(&run->operation, abandoned_body, operation_end);
}
