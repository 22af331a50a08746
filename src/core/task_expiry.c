#include <string.h>

#include "base/must.h"
#include "core/event.h"
#include "core/task_run.h"

static err_t hold_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    struct payment_id id;

    memcpy(id.raw, run->task.object, sizeof id.raw);
    TRY(payment_load(cx, tx, id, &run->payment));
    if (run->payment.state == PAYMENT_AUTHORIZED && cx->now > run->payment.hold_expires) {
        TRY(payment_move(cx, tx, &run->payment, PAYMENT_EXPIRED));
        if (run->payment.method != METHOD_SEPA)
            TRY(task_put(cx, tx, TASK_CARD_VOID, id.raw, cx->now));
    }
    return task_done(cx, tx, TASK_HOLD_EXPIRY, run->task.object);
}

/* The payer did not come back, or came back refused and left: the payment has failed
 * (api/stancer.md 8). */
static err_t authentication_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    struct authentication authentication;
    struct authentication_id id;

    memcpy(id.raw, run->task.object, sizeof id.raw);
    TRY(authentication_load(cx, tx, id, &authentication));
    TRY(payment_load(cx, tx, authentication.payment, &run->payment));
    if (!authentication_is_final(authentication.state))
        TRY(authentication_expire(cx, tx, &authentication));
    bool latest = ID_EQ(run->payment.authentication, authentication.id);
    bool idle = run->payment.state == PAYMENT_NEW || run->payment.state == PAYMENT_AUTHENTICATING;
    if (latest && idle && authentication.state != AUTHENTICATION_SUCCESS)
        TRY(payment_move(cx, tx, &run->payment, PAYMENT_FAILED));
    return task_done(cx, tx, TASK_AUTHENTICATION_EXPIRY, run->task.object);
}

void task_run_expiry(struct task_run *run)
{
    bool hold = run->task.kind == TASK_HOLD_EXPIRY;

    operation_write(&run->operation, hold ? hold_body : authentication_body, operation_end);
}
