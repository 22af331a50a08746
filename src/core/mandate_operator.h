#ifndef GUICHET_CORE_MANDATE_OPERATOR_H
#define GUICHET_CORE_MANDATE_OPERATOR_H

#include "core/mandate.h"

/* What a person does to a mandate (standards/sepa.md 2.5 and 4.1), inside a body. What is done
 * leaves the event "mandate.operator"; what cannot be done is ERR_STATE with a fault on "mandate",
 * before the first write. */

/* For the operator, who has only its id or its reference: sets cx->merchant and cx->mode. With
 * only_live references of test mode do not count. ERR_NOT_FOUND with a fault on "mandate";
 * ERR_CONFLICT when several have the reference. */
MUST_CHECK err_t mandate_named(struct ctx *cx, struct tx *tx, struct str name, bool only_live,
                               struct mandate *out);

/* It is suspended, and only another account ends that. */
bool mandate_needs_account(const struct mandate *mandate);

/* active -> suspended: what waits under it fails at its cut-off, unless it is lifted before. */
MUST_CHECK err_t mandate_stop(struct ctx *cx, struct tx *tx, struct mandate *mandate);
/* suspended -> active. Refused for one that needs another account first. */
MUST_CHECK err_t mandate_lift(struct ctx *cx, struct tx *tx, struct mandate *mandate);
/* No further debit under it; what waits fails at its cut-off. */
MUST_CHECK err_t mandate_revoke(struct ctx *cx, struct tx *tx, struct mandate *mandate);

/* An active or suspended one gets another reference: ERR_INVALID or ERR_CONFLICT as
 * mandate_umr_check, with "umr" as the field. */
MUST_CHECK err_t mandate_amend_umr(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                                   struct str umr);
/* The account of an active or suspended one has another BIC, which no debtor's bank is told of:
 * what waits leaves with it. ERR_INVALID with a fault on "bic". */
MUST_CHECK err_t mandate_amend_bic(struct ctx *cx, struct tx *tx, const struct mandate *mandate,
                                   struct str bic);
/* An active or suspended one gets another account, from bank_account_seal, which is written here:
 * no other account has the mandate any more, what waits is collected from this one, and a mandate
 * that was suspended because its data were wrong holds again. A name that is not given is that of
 * the account before. ERR_STATE for the number that it has. */
MUST_CHECK err_t mandate_amend_account(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                                       struct bank_account *account);

/* The same for every living mandate of an account, which is replaced by one from
 * bank_account_seal, with its name and customer: of two numbers that differ. It is written here,
 * whether or not there is any mandate. Those that nobody has signed yet simply belong to it. */
MUST_CHECK err_t mandates_amend_account(struct ctx *cx, struct tx *tx,
                                        struct bank_account_id before,
                                        struct bank_account *account);

#endif
