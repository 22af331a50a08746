#include "core/debtor_address.h"

#include "base/sepa_text.h"
#include "core/customer.h"

/* Of a customer that is not written yet nothing is known here. */
static err_t address_of_customer(struct ctx *cx, struct tx *tx, struct customer_id id,
                                 struct address_id *out)
{
    struct customer customer;

    if (ID_NONE(id) || !ID_NONE(*out))
        return OK;
    err_t err = customer_load(cx, tx, id, true, &customer);
    if (err == ERR_NOT_FOUND) {
        ctx_clear_faults(cx);
        return OK;
    }
    TRY(err);
    *out = customer.billing_address;
    return OK;
}

err_t debtor_address(struct ctx *cx, struct tx *tx, const struct debtor_of *debtor,
                     struct address *out, bool *found)
{
    struct address_id id = debtor->given;

    if (ID_NONE(id) && debtor->payment != NULL)
        id = debtor->payment->billing_address;
    TRY(address_of_customer(cx, tx, debtor->account->customer, &id));
    if (debtor->payment != NULL)
        TRY(address_of_customer(cx, tx, debtor->payment->customer, &id));
    *found = false;
    if (ID_NONE(id))
        return OK;
    TRY(address_load(cx, tx, id, true, out));
    /* A file tells at least the town. */
    *found = sepa_text(cx->arena, out->city, 1).len > 0;
    return OK;
}

bool debtor_must_be_told(const struct ctx *cx, const struct bank_account *account)
{
    return cx->mode == MODE_LIVE && !iban_in_eea(account->country);
}

err_t debtor_reach_check(struct ctx *cx, struct tx *tx, const struct debit_order *order)
{
    const struct debtor_of debtor = {
        .given = order->mandate->debtor_address,
        .payment = order->payment,
        .account = order->account,
    };
    bool found = order->has_address;
    struct address address;

    if (!debtor_must_be_told(cx, order->account))
        return OK;
    if (!found)
        TRY(debtor_address(cx, tx, &debtor, &address, &found));
    if (found && order->account->bic.len > 0)
        return OK;
    return fault(cx, ERR_INVALID, "sepa",
                 found ? "needs its BIC: its bank is outside the European Economic Area"
                       : "needs a customer with a billing address: its bank is outside the "
                         "European Economic Area");
}
