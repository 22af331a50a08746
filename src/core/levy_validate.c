#include "base/must.h"
#include "core/levy_row.h"

static const char VALUE[] = "validation_value";

/* What is found before the first write. */
struct trial {
    struct consumer consumer;
    struct mandate mandate;
    struct bank_account account;
    struct debit_order debit;
};

static err_t levy_named(struct ctx *cx, struct tx *tx, const struct levy_validate *validate,
                        const struct consumer *consumer, struct levy *out)
{
    struct levy other;
    bool found;

    if (validate->payment_reference.len > 0) {
        TRY(levy_by_reference(cx, tx, validate->payment_reference, out, &found));
        if (!found || !ID_EQ(out->consumer, consumer->id))
            return fault(cx, ERR_NOT_FOUND, "payment_reference", "is not known");
    }
    if (validate->sdd_reference.len == 0)
        return OK;
    TRY(levy_by_sdd(cx, tx, validate->sdd_reference, &other, &found));
    if (!found || !ID_EQ(other.consumer, consumer->id) ||
        (validate->payment_reference.len > 0 && !ID_EQ(other.payment, out->payment)))
        return fault(cx, ERR_NOT_FOUND, "sdd_reference", "is not known");
    *out = other;
    return OK;
}

/* The mandate may have ended since. */
static err_t trial_prepare(struct ctx *cx, struct tx *tx, struct levy_validate *validate,
                           struct trial *trial)
{
    struct payment *payment = &validate->payment;
    struct debit debit;

    TRY(payment_load(cx, tx, validate->levy.payment, payment));
    TRY(debit_load(cx, tx, payment->id, &debit));
    TRY(mandate_load(cx, tx, debit.mandate, &trial->mandate));
    TRY(levy_mandate_check(cx, tx, &trial->mandate, payment->id, &trial->account));
    trial->debit = (struct debit_order){
        .merchant = validate->merchant,
        .payment = payment,
        .account = &trial->account,
        .mandate = &trial->mandate,
    };
    must(date_parse(payment->date_settlement, &trial->debit.asked));
    TRY(levy_end_to_end(cx, tx, &validate->levy, &trial->debit.end_to_end));
    return levy_order_check(cx, tx, &trial->debit);
}

/* A fresh one, as often as it may be. */
static err_t code_again(struct ctx *cx, struct tx *tx, struct levy_validate *validate,
                        const struct consumer *consumer)
{
    const struct core *core = validate->operation.core;
    struct payment *payment = &validate->payment;
    const struct code_letter letter = levy_letter(cx, validate->merchant, consumer, payment);
    int64_t left;

    TRY(code_again_left(cx, tx, &LEVY_CODE, payment->id.raw, &left));
    if (left <= 0 || code_way(core, cx, &letter) == 0)
        return debit_canceled(cx, tx, payment);
    return levy_code_send(core, cx, tx, payment->id, &letter);
}

static err_t outcome_write(struct ctx *cx, struct tx *tx, struct levy_validate *validate,
                           const struct trial *trial)
{
    struct debit debit;

    switch (validate->outcome) {
    case CODE_RIGHT:
        return debit_open(cx, tx, &trial->debit, &debit);
    case CODE_WRONG:
        return OK;
    case CODE_SPENT:
        return debit_canceled(cx, tx, &validate->payment);
    case CODE_EXPIRED:
    case CODE_UNKNOWN:
        return code_again(cx, tx, validate, &trial->consumer);
    }
    must_fail(__FILE__, __LINE__, "outcome is a code_result");
}

static err_t validate_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct levy_validate *validate = arg;
    struct trial trial;
    bool found;

    TRY(consumer_find(cx, tx, validate->consumer, false, &trial.consumer));
    TRY(levy_named(cx, tx, validate, &trial.consumer, &validate->levy));
    if (!validate->by_code)
        return fault(cx, ERR_UNAVAILABLE, "validation_type", "is not offered");
    if (validate->levy.status != LEVY_PENDING)
        return fault(cx, ERR_STATE, VALUE, "is not waited for");
    TRY(trial_prepare(cx, tx, validate, &trial));
    TRY(code_try(validate->operation.core, cx, tx, CODE_FOR_LEVY, validate->payment.id.raw,
                 validate->typed, &validate->outcome));
    TRY(outcome_write(cx, tx, validate, &trial));
    TRY(levy_by_payment(cx, tx, validate->payment.id, &validate->levy, &found));
    must(found);
    return OK;
}

void levy_validate(struct levy_validate *validate)
{
    operation_write(&validate->operation, validate_body, operation_end);
}
