#include "core/payment.h"
#include "core/task.h"

static err_t withdraw_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct payment_withdraw *withdraw = arg;
    struct payment *payment = &withdraw->payment;

    TRY(payment_load(cx, tx, withdraw->id, payment));
    if (payment->state == PAYMENT_NEW)
        return payment_move(cx, tx, payment, PAYMENT_CANCELED);
    if (payment->state == PAYMENT_AUTHORIZED)
        return payment_cancel(cx, tx, payment);
    return fault_object(cx, ERR_STATE, "status", "the payment's state does not allow it",
                        payment->id.raw);
}

static void withdrawn(struct operation *operation, err_t err)
{
    if (err == OK)
        tasks_wake(operation->core->tasks);
    operation_end(operation, err);
}

void payment_withdraw(struct payment_withdraw *withdraw)
{
    operation_write(&withdraw->operation, withdraw_body, withdrawn);
}
