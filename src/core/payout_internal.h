#ifndef GUICHET_CORE_PAYOUT_INTERNAL_H
#define GUICHET_CORE_PAYOUT_INTERNAL_H

#include "core/payout.h"

/* What the files of payouts share. */

/* Writes the payout with its sums and posts its creation; it is pending and has no lines yet. */
MUST_CHECK err_t payout_insert(struct ctx *cx, struct tx *tx, struct payout *payout);

/* Goes on from pending to a state, through all states between. */
MUST_CHECK err_t payout_go_on(struct ctx *cx, struct tx *tx, struct payout *payout,
                              enum payout_state to);

/* What waits for a transfer asks for the next file of transfers (core/bank_file.h). */
MUST_CHECK err_t payout_transfer_ask(struct ctx *cx, struct tx *tx, const struct payout *payout);

#endif
