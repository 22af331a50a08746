#include "core/deposit.h"

#include "base/must.h"
#include "core/payment_debit.h"
#include "core/task.h"

/* How long a hold lasts that no deposit limits (api/stancer.md 8). */
enum { HOLD_DAYS = 7 };

instant deposit_end(instant held)
{
    return held / SECOND_US * SECOND_US + (DEPOSIT_WINDOW_S + 1) * SECOND_US - 1;
}

err_t deposit_hold_end(struct ctx *cx, struct tx *tx, struct payment_id payment, bool by_request,
                       instant *out)
{
    struct pay_request request;
    bool found = false;

    *out = cx->now + HOLD_DAYS * DAY_US;
    if (by_request)
        TRY(request_of_payment(cx, tx, payment, &request, &found));
    if (found && request.face == REQUEST_OF_SIMPLYPAIE)
        *out = deposit_end(cx->now);
    return OK;
}

/* --- cashing ---------------------------------------------------------------------------------- */

static err_t held_load(struct ctx *cx, struct tx *tx, struct deposit_cash *cash)
{
    struct pay_request request;

    if (ID_NONE(cash->request))
        return payment_load(cx, tx, cash->payment, &cash->cashed);
    TRY(request_load(cx, tx, cash->request, &request));
    if (request.state != REQUEST_AUTHORIZED)
        return fault_object(cx, ERR_STATE, "status", "nothing is held", request.id.raw);
    return payment_load(cx, tx, request.payment, &cash->cashed);
}

static err_t held_check(struct ctx *cx, const struct payment *payment)
{
    if (payment->state != PAYMENT_AUTHORIZED || payment->amount.minor == 0)
        return fault_object(cx, ERR_STATE, "status", "nothing is held", payment->id.raw);
    if (cx->now > payment->hold_expires || cx->now > deposit_end(payment->paid))
        return fault_object(cx, ERR_STATE, "status", "the time for cashing is over",
                            payment->id.raw);
    return OK;
}

static err_t amount_check(struct ctx *cx, const struct payment *payment, int64_t minor)
{
    if (minor < 1)
        return fault_object(cx, ERR_INVALID, "amount", "must be 1 or more", payment->id.raw);
    if (minor > payment->amount.minor)
        return fault_object(cx, ERR_LIMIT, "amount", "is above what is held", payment->id.raw);
    return OK;
}

/* What is not cashed must go back, so both are needed. */
static err_t parts_check(struct core *core, struct ctx *cx, const struct payment *payment)
{
    static const unsigned NEEDED = RAIL_PARTIAL_CAPTURE | RAIL_PARTIAL_REVERSAL;
    const struct card_rail *rail;

    if (payment->method != METHOD_CARD)
        return fault_object(cx, ERR_STATE, "status", "is no hold on a card", payment->id.raw);
    TRY(core_card_rail(core, cx, &rail));
    if ((rail->capabilities & NEEDED) != NEEDED)
        return fault_object(cx, ERR_UNAVAILABLE, "amount", "the acquirer knows no parts of a hold",
                            payment->id.raw);
    return OK;
}

static err_t cash_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct deposit_cash *cash = arg;
    struct payment *payment = &cash->cashed;

    TRY(held_load(cx, tx, cash));
    TRY(held_check(cx, payment));
    int64_t minor = cash->whole ? payment->amount.minor : cash->amount_minor;
    TRY(amount_check(cx, payment, minor));
    if (minor != payment->amount.minor) {
        TRY(parts_check(cash->operation.core, cx, payment));
        payment->amount.minor = minor;
        TRY(payment_set_fee(payment, &cash->merchant->fees));
        TRY(payment_save(cx, tx, payment));
        TRY(task_put(cx, tx, TASK_CARD_RELEASE, payment->id.raw, cx->now));
    }
    return payment_capture_hold(cx, tx, payment);
}

static void cashed(struct operation *operation, err_t err)
{
    if (err == OK)
        tasks_wake(operation->core->tasks);
    operation_end(operation, err);
}

void deposit_cash(struct deposit_cash *cash)
{
    must(ID_NONE(cash->request) != ID_NONE(cash->payment));
    operation_write(&cash->operation, cash_body, cashed);
}
