#ifndef GUICHET_CORE_DEBTOR_ADDRESS_H
#define GUICHET_CORE_DEBTOR_ADDRESS_H

#include "core/address.h"
#include "core/debit.h"

/* Where a debtor lives: mandates show it, and files must tell it, with the BIC, when the debtor's
 * bank is outside the European Economic Area (standards/sepa.md 2.1 and 8). */
struct debtor_of {
    struct address_id given;       /* with the signature, or none */
    const struct payment *payment; /* or NULL */
    const struct bank_account *account;
};

/* The address that was given with the signature, else that of the payment, else that of the
 * account's customer or of the payment's; a deleted one counts, one whose town no file could tell
 * does not. A customer that is not written yet is passed over. */
MUST_CHECK err_t debtor_address(struct ctx *cx, struct tx *tx, const struct debtor_of *debtor,
                                struct address *out, bool *found);

/* Whether a file must tell address and BIC. In test mode accounts of everywhere are taken as they
 * are (api/stancer.md 13). */
bool debtor_must_be_told(const struct ctx *cx, const struct bank_account *account);

/* Before the first write of a live debit: what its file has to tell of the debtor is known.
 * ERR_INVALID with a fault on "sepa". */
MUST_CHECK err_t debtor_reach_check(struct ctx *cx, struct tx *tx, const struct debit_order *order);

#endif
