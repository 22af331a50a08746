#ifndef GUICHET_CORE_LINK_H
#define GUICHET_CORE_LINK_H

#include "store/store.h"

/* The directory of links that open an object without a key (design.md 4): the token is in nobody's
 * hands but its receiver's, we keep its hash. */

/* Tokens of links to pay pages: 16 random bytes in hexadecimal (api/simplypaie.md 3). */
enum { LINK_TOKEN_LEN = 32 };
void link_token_new(char out[LINK_TOKEN_LEN + 1]);

/* Inside a body: the token opens this object of cx->merchant in cx->mode; kind is a literal. */
MUST_CHECK err_t link_put(struct ctx *cx, struct tx *tx, struct str token, const char *kind,
                          const char *object);

/* Inside a body: the links of one object, or those of a kind whose objects have an id before a
 * bound, lead nowhere any more. kind is a literal. */
MUST_CHECK err_t link_drop(struct ctx *cx, struct tx *tx, const char *kind, const char *object);
MUST_CHECK err_t link_purge(struct ctx *cx, struct tx *tx, const char *kind, struct str before,
                            int64_t most, int64_t *removed);

/* Whose object is it? Sets cx->merchant and cx->mode. ERR_NOT_FOUND without a fault. */
MUST_CHECK err_t link_find(struct ctx *cx, struct tx *tx, struct str token, const char *kind,
                           char object[ID_SIZE]);

#endif
