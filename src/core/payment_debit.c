#include "core/payment_debit.h"

#include "base/must.h"
#include "core/debtor_address.h"
#include "core/deposit.h"
#include "core/merchant.h"
#include "core/payment_row.h"
#include "store/sql.h"

/* --- the account and its mandate -----------------------------------------------------------------
 */

static err_t account_find(struct ctx *cx, struct tx *tx, const struct account_choice *choice,
                          struct payment_sepa *sepa)
{
    bool optional = choice->need == MANDATE_OPTIONAL;
    bool holds;

    if (!choice->inline_data) {
        TRY(bank_account_load(cx, tx, choice->id, false, &sepa->account));
        return mandate_usable(cx, tx, &sepa->account, choice->need, &sepa->mandate);
    }
    sepa->account = choice->sealed;
    sepa->account_is_new = true;
    TRY(bank_account_prepare(cx, tx, &choice->mandate, true, &sepa->account, &sepa->making));
    sepa->mandate = sepa->making.mandate;
    bool none = ID_NONE(sepa->mandate.id);
    TRY(bank_account_will_hold(cx, tx, &sepa->making, &holds));
    if (holds || (none && optional))
        return OK;
    return fault(cx, ERR_INVALID, "sepa", "has no signed mandate");
}

err_t account_choose(struct ctx *cx, struct tx *tx, const struct account_choice *choice,
                     struct payment_view *view)
{
    if ((view->payment.methods & 1U << METHOD_SEPA) == 0)
        return fault(cx, ERR_INVALID, "sepa", "sepa is not one of methods_allowed");
    view->sepa = arena_make(cx->arena, struct payment_sepa);
    view->sepa->need = choice->need;
    view->has_card = false;
    view->payment.card = (struct card_id){{0}};
    return account_find(cx, tx, choice, view->sepa);
}

static struct debit_order order_of(const struct merchant *merchant, struct payment_view *view)
{
    struct payment *payment = &view->payment;
    struct debit_order order = {
        .merchant = merchant,
        .payment = payment,
        .account = &view->sepa->account,
        .mandate = &view->sepa->mandate,
        .has_address = view->has_customer && !ID_NONE(view->customer.billing_address),
    };

    if (payment->date_settlement.len > 0)
        must(date_parse(payment->date_settlement, &order.asked));
    return order;
}

err_t payment_debit_check(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                          struct payment_view *view)
{
    const struct debit_order order = order_of(merchant, view);

    TRY(debit_check(cx, tx, &order));
    return debtor_reach_check(cx, tx, &order);
}

err_t payment_debit_write(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                          struct payment_view *view)
{
    struct payment_sepa *sepa = view->sepa;

    if (sepa->account_is_new) {
        TRY(bank_account_write(cx, tx, &sepa->making, &sepa->account));
        sepa->mandate = sepa->making.mandate;
        sepa->account_is_new = false;
    }
    view->payment.method = METHOD_SEPA;
    return payment_set_fee(&view->payment, &merchant->fees);
}

err_t payment_debit_keep(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                         struct payment_view *view)
{
    const struct debit_order order = order_of(merchant, view);

    return debit_choose(cx, tx, &order, &view->sepa->debit);
}

err_t payment_debit_run(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                        struct payment_view *view, bool capture)
{
    const struct debit_order order = order_of(merchant, view);
    instant until;

    if (capture)
        return debit_open(cx, tx, &order, &view->sepa->debit);
    TRY(deposit_hold_end(cx, tx, view->payment.id, false, &until));
    TRY(payment_hold(cx, tx, &view->payment, until));
    return debit_choose(cx, tx, &order, &view->sepa->debit);
}

/* --- later ---------------------------------------------------------------------------------------
 */

err_t payment_sepa_load(struct ctx *cx, struct tx *tx, const struct payment *payment,
                        struct payment_sepa **out)
{
    struct payment_sepa *sepa = arena_make(cx->arena, struct payment_sepa);

    must(payment->method == METHOD_SEPA);
    TRY(debit_load(cx, tx, payment->id, &sepa->debit));
    TRY(bank_account_load(cx, tx, sepa->debit.account, true, &sepa->account));
    sepa->need = ID_NONE(sepa->debit.mandate) ? MANDATE_OPTIONAL : MANDATE_NEEDED;
    sepa->mandate.id = sepa->debit.mandate;
    *out = sepa;
    return OK;
}

err_t payment_sepa_renew(struct ctx *cx, struct tx *tx, struct payment_sepa *sepa)
{
    if (sepa->account_is_new)
        return OK;
    return mandate_usable(cx, tx, &sepa->account, sepa->need, &sepa->mandate);
}

err_t payment_debit_capture(struct ctx *cx, struct tx *tx, struct payment *payment)
{
    struct payment_view view = {.payment = *payment};
    struct merchant merchant;

    must(payment->state == PAYMENT_AUTHORIZED);
    TRY(merchant_load(cx, tx, cx->merchant, &merchant));
    TRY(payment_sepa_load(cx, tx, payment, &view.sepa));
    TRY(payment_sepa_renew(cx, tx, view.sepa));
    TRY(payment_debit_check(cx, tx, &merchant, &view));
    TRY(payment_debit_run(cx, tx, &merchant, &view, true));
    *payment = view.payment;
    return OK;
}
