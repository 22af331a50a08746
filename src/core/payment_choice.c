#include "core/payment_choice.h"

#include "core/cvc.h"
#include "core/debit.h"

enum { AMOUNT_MIN = 50 };

unsigned methods_of(enum currency currency)
{
    return currency == CURRENCY_EUR ? 1U << METHOD_CARD | 1U << METHOD_SEPA : 1U << METHOD_CARD;
}

err_t amount_check(struct ctx *cx, const struct merchant *merchant, struct money amount,
                   bool capture)
{
    bool card_check = amount.minor == 0 && !capture;

    if ((merchant->currencies & 1U << amount.currency) == 0)
        return fault(cx, ERR_INVALID, "currency", "the currency is not opened");
    if (amount.minor < AMOUNT_MIN && !card_check)
        return fault(cx, ERR_INVALID, "amount", "must be at least 50");
    return OK;
}

err_t methods_check(struct ctx *cx, const struct payment *payment)
{
    /* None is left of sepa alone when the currency became another one. */
    if (payment->methods == 0 || (payment->methods & ~methods_of(payment->amount.currency)) != 0)
        return fault(cx, ERR_INVALID, "methods_allowed", "sepa is possible in euro only");
    if (payment->methods == 1U << METHOD_SEPA && payment->amount.minor == 0)
        return fault(cx, ERR_INVALID, "methods_allowed",
                     "an amount of 0 checks a card: sepa alone is impossible");
    return OK;
}

err_t methods_open(struct core *core, struct ctx *cx, const struct merchant *merchant,
                   unsigned methods, enum currency currency)
{
    const struct debit_terms *terms = &merchant->debits;
    unsigned asked = methods == 0 ? methods_of(currency) : methods;
    bool collects = terms->ics[0] != '\0' && terms->has_account;
    const struct card_rail *rail;

    if ((asked & 1U << METHOD_CARD) == 0)
        return core_debits(core, cx);
    err_t err = core_card_rail(core, cx, &rail);
    if (err == OK || (asked & 1U << METHOD_SEPA) == 0 || !collects || core_debits(core, cx) != OK)
        return err;
    ctx_clear_faults(cx);
    return OK;
}

err_t payment_addresses_check(struct ctx *cx, struct tx *tx, const struct payment *payment)
{
    TRY(address_check(cx, tx, payment->billing_address));
    return address_check(cx, tx, payment->shipping_address);
}

err_t customer_choose(struct ctx *cx, struct tx *tx, const struct customer_choice *choice,
                      struct payment_view *view)
{
    if (choice->inline_data) {
        view->customer = choice->draft;
        view->has_customer = true;
        return customer_prepare(cx, tx, choice->twin, &view->customer);
    }
    if (ID_NONE(choice->id))
        return OK;
    view->has_customer = true;
    return customer_load(cx, tx, choice->id, false, &view->customer);
}

err_t card_choose(struct ctx *cx, struct tx *tx, const struct card_choice *choice,
                  struct payment_view *view)
{
    struct customer ignored;

    if (!choice->inline_data && ID_NONE(choice->id))
        return OK;
    if ((view->payment.methods & 1U << METHOD_CARD) == 0)
        return fault(cx, ERR_INVALID, "card", "card is not one of methods_allowed");
    view->has_card = true;
    if (!choice->inline_data) {
        TRY(card_load(cx, tx, choice->id, false, &view->card));
        return card_usable(cx, &view->card);
    }
    view->card = choice->sealed;
    if (!ID_NONE(view->card.customer))
        TRY(customer_load(cx, tx, view->card.customer, false, &ignored));
    return card_prepare(cx, tx, choice->twin, choice->unique_external_id, &view->card);
}

err_t choices_insert(struct ctx *cx, struct tx *tx, struct payment_view *view)
{
    struct payment *payment = &view->payment;

    if (view->has_customer) {
        TRY(customer_insert(cx, tx, &view->customer));
        payment->customer = view->customer.id;
    }
    if (view->has_card) {
        TRY(card_insert(cx, tx, &view->card));
        if (payment->method == METHOD_SEPA) /* an account was chosen before */
            TRY(debit_drop(cx, tx, payment->id));
        payment->card = view->card.id;
        payment->method = METHOD_CARD;
    }
    return OK;
}

void card_choice_end(struct core *core, const struct card_choice *choice,
                     const struct payment_view *view, bool taken)
{
    if (!choice->inline_data || core->cvc == NULL)
        return;
    if (!taken)
        cvc_drop(core->cvc, choice->sealed.id.raw);
    else if (!ID_EQ(choice->sealed.id, view->card.id))
        (void)cvc_rekey(core->cvc, choice->sealed.id.raw, view->card.id.raw);
}
