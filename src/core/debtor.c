#include "core/debtor.h"

#include "base/iban.h"
#include "core/bank_account.h"
#include "core/customer.h"

bool debtor_is_far(const struct bank_account *account)
{
    return !iban_country_in_eea(account->country);
}

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

err_t debtor_address(struct ctx *cx, struct tx *tx, const struct mandate *mandate,
                     const struct payment *payment, const struct bank_account *account,
                     struct address *out, bool *found)
{
    struct address_id id = mandate->debtor_address;

    if (ID_NONE(id) && payment != NULL)
        id = payment->billing_address;
    TRY(address_of_customer(cx, tx, account->customer, &id));
    if (payment != NULL)
        TRY(address_of_customer(cx, tx, payment->customer, &id));
    *found = !ID_NONE(id);
    return *found ? address_load(cx, tx, id, true, out) : OK;
}
