#ifndef GUICHET_CORE_PAGE_LIMIT_H
#define GUICHET_CORE_PAGE_LIMIT_H

#include "core/payment.h"

/* Defence against card testing (pages.md 14): 5 refusals of a payment, or 10 from an address within
 * an hour, pause the page for 15 minutes. Addresses are kept as hashes. */

/* Inside a body: one refusal more. address_hash may be NULL or "". The payment is not saved here.
 */
MUST_CHECK err_t refusals_count(struct ctx *cx, struct tx *tx, struct payment *payment,
                                const char *address_hash);

/* Until when an address is paused; 0: it is not. */
MUST_CHECK err_t refusals_paused(struct ctx *cx, struct tx *tx, const char *address_hash,
                                 instant *until);

/* Forgets refusals older than a day and forms older than a month, at most `most` of each: their
 * pages ended long ago. *more: there may be others. */
MUST_CHECK err_t page_traces_purge(struct ctx *cx, struct tx *tx, int64_t most, bool *more);

/* SHA-256 of the address under the process's page key, as 64 hexadecimal digits. */
void address_hash(const struct core *core, struct arena *arena, struct str address, char out[65]);

#endif
