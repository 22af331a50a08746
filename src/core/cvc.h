#ifndef GUICHET_CORE_CVC_H
#define GUICHET_CORE_CVC_H

#include "core/rail.h"

/* Security codes live here and nowhere else (cards.md 13): locked memory, 15 minutes, wiped when
 * taken. Keyed by card id between its creation and the first authorisation, then by attempt id.
 * Safe from any thread. */
enum { CVC_SLOTS = 4096 };

/* NULL when the memory cannot be locked. */
struct cvc_pool *cvc_pool_new(void);
void cvc_pool_free(struct cvc_pool *pool);

/* Keeps a code under a key (24 characters), replacing an earlier one. ERR_FULL with a fault: 503.
 * now is real time. */
MUST_CHECK err_t cvc_put(struct ctx *cx, struct cvc_pool *pool, const char *key, struct str cvc);

/* Gives the code another key, for example from the card to the attempt. False: there is none. */
bool cvc_rekey(struct cvc_pool *pool, const char *from, const char *to);

/* Forgets the code under a key, if there is one. */
void cvc_drop(struct cvc_pool *pool, const char *key);

/* Forgets codes older than 15 minutes. */
void cvc_sweep(struct cvc_pool *pool, instant now);

#endif
