#ifndef GUICHET_CORE_REQUEST_LINK_H
#define GUICHET_CORE_REQUEST_LINK_H

#include "core/request.h"

/* The link of a request of SimplyPaie: /pay-<account>-<32 hexadecimal digits> below the public
 * address. `core/link.h` leads from its token to the request (kind LINK_OF_REQUEST); the token
 * itself is kept sealed in the request's row, because lists show the link again. */
#define LINK_OF_REQUEST "request"

/* The whole link. ERR_UNAVAILABLE with a fault on "vault" when it cannot be opened. */
MUST_CHECK err_t request_link(const struct core *core, struct ctx *cx,
                              const struct merchant *merchant, const struct pay_request *request,
                              struct str *out);
/* The same of a token that is known. */
struct str request_link_of(const struct core *core, struct ctx *cx, const struct merchant *merchant,
                           struct str token);

/* Inside the body that makes one: what can refuse, */
MUST_CHECK err_t request_sending_check(struct ctx *cx, struct tx *tx,
                                       struct request_create *create);
/* and, before its row is written: number, customer, token and link. */
MUST_CHECK err_t request_sending_write(struct ctx *cx, struct tx *tx,
                                       struct request_create *create);

#endif
