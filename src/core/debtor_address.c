#include "core/debtor_address.h"

#include "core/customer.h"

err_t debtor_address(struct ctx *cx, struct tx *tx, const struct debtor_of *debtor,
                     struct address *out, bool *found)
{
    struct address_id id = debtor->given;
    struct customer customer;

    if (ID_NONE(id) && debtor->payment != NULL)
        id = debtor->payment->billing_address;
    if (ID_NONE(id) && !ID_NONE(debtor->account->customer)) {
        TRY(customer_load(cx, tx, debtor->account->customer, true, &customer));
        id = customer.billing_address;
    }
    *found = !ID_NONE(id);
    return *found ? address_load(cx, tx, id, true, out) : OK;
}

err_t debtor_reach_check(struct ctx *cx, struct tx *tx, const struct debit_order *order)
{
    const struct debtor_of debtor = {
        .given = order->mandate->debtor_address,
        .payment = order->payment,
        .account = order->account,
    };
    struct address address;
    bool found;

    if (cx->mode == MODE_TEST || iban_in_eea(order->account->country))
        return OK;
    TRY(debtor_address(cx, tx, &debtor, &address, &found));
    if (found && order->account->bic.len > 0)
        return OK;
    return fault(cx, ERR_INVALID, "sepa",
                 found ? "needs its BIC: its bank is outside the European Economic Area"
                       : "needs a customer with a billing address: its bank is outside the "
                         "European Economic Area");
}
