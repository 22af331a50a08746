#include <string.h>

#include "core/request.h"
#include "core/task_run.h"

/* Its bank answers within this time, or will not answer any more (recovery.h). */
enum { ANSWER_S = 150 };

static err_t expiry_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    struct request_id id;
    bool again;

    memcpy(id.raw, run->task.object, sizeof id.raw);
    TRY(request_expire(cx, tx, id, &again));
    if (again)
        return task_again(cx, tx, TASK_REQUEST_EXPIRY, id.raw, cx->now + ANSWER_S * SECOND_US);
    return task_done(cx, tx, TASK_REQUEST_EXPIRY, id.raw);
}

void task_run_request(struct task_run *run)
{
    operation_write(&run->operation, expiry_body, operation_end);
}
