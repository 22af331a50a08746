#ifndef GUICHET_CORE_DEBTOR_H
#define GUICHET_CORE_DEBTOR_H

#include "core/address.h"
#include "core/mandate.h"
#include "core/payment.h"

/* What a bank outside the European Economic Area wants to know of who is debited
 * (standards/sepa.md 5): where the holder lives, and its own BIC. */

/* The address of a debtor: that given with the signature, of the payment, of the account's customer
 * or of the payment's; a deleted one counts. mandate may have no id, payment may be NULL. *found
 * tells whether there is any. A customer that is not written yet is passed over. */
MUST_CHECK err_t debtor_address(struct ctx *cx, struct tx *tx, const struct mandate *mandate,
                                const struct payment *payment, const struct bank_account *account,
                                struct address *out, bool *found);

/* True when the account's bank wants both. */
bool debtor_is_far(const struct bank_account *account);

#endif
