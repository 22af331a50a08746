#include <string.h>

#include "core/mandate_form.h"
#include "core/task_run.h"

static err_t expire_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    struct mandate_form form;
    struct mandate_form_id id;

    memcpy(id.raw, run->task.object, sizeof id.raw);
    TRY(mandate_form_load(cx, tx, id, &form));
    if (form.state == MANDATE_FORM_OPEN)
        return mandate_form_end(cx, tx, &form, MANDATE_FORM_EXPIRED);
    return task_done(cx, tx, TASK_MANDATE_FORM, id.raw);
}

void task_run_mandate_form(struct task_run *run)
{
    operation_write(&run->operation, expire_body, operation_end);
}
