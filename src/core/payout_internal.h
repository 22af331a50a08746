#ifndef GUICHET_CORE_PAYOUT_INTERNAL_H
#define GUICHET_CORE_PAYOUT_INTERNAL_H

#include "core/payout.h"

/* What the files of payouts share. */

/* Writes the payout with its sums and posts its creation; it is pending and has no lines yet. */
MUST_CHECK err_t payout_insert(struct ctx *cx, struct tx *tx, struct payout *payout);

/* Goes on from pending to a state, through all states between. */
MUST_CHECK err_t payout_go_on(struct ctx *cx, struct tx *tx, struct payout *payout,
                              enum payout_state to);

/* In test mode a bank of our own pays what waits for a transfer, until the rail of the real one
 * carries it (core/payout_bank.c). */
MUST_CHECK err_t payout_bank_told(struct ctx *cx, struct tx *tx, const struct payout *payout);

#endif
