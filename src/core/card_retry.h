#ifndef GUICHET_CORE_CARD_RETRY_H
#define GUICHET_CORE_CARD_RETRY_H

#include "core/card.h"
#include "core/merchant.h"

/* When a merchant may try a card number again without its payer (cards.md 5): after a hard refusal
 * not at all, after soft ones so many times in so many days, after the issuer's word that it shall
 * not, never. An approval of that number ends all but the last. */

/* Inside a body: what is known of the card's number, and whether it is held for a reversal. One
 * statement, for which nobody waits as long as nothing is known. While the fingerprints' key
 * changes the number is looked for under both. */
MUST_CHECK err_t card_history_read(struct ctx *cx, struct tx *tx, struct vault *vault,
                                   const struct merchant *merchant, const struct card *card,
                                   struct card_history *out);

/* Whether the merchant's rules forbid to ask the bank without the payer. */
bool card_retry_forbidden(const struct merchant *merchant, const struct card_history *history);

/* Inside a body, while the card still has its number: a refusal is remembered where the merchant
 * keeps the rule that it counts for. A soft one counts when it was tried without the payer. */
MUST_CHECK err_t card_retry_refused(struct ctx *cx, struct tx *tx, struct vault *vault,
                                    const struct merchant *merchant, struct card *card,
                                    const struct card_call *call);

/* Inside a body, after an approval; writes only where something is to be forgotten. */
MUST_CHECK err_t card_retry_approved(struct ctx *cx, struct tx *tx, struct vault *vault,
                                     const struct card_history *history, struct card *card);

#endif
