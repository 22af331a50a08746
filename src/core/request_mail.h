#ifndef GUICHET_CORE_REQUEST_MAIL_H
#define GUICHET_CORE_REQUEST_MAIL_H

#include "core/request_letter.h"

/* When the payer of a SimplyPaie request is written to (api/simplypaie.md 3, 6 and 8): each step
 * once, in its commit, and never of a request whose link the merchant sends. */

/* Inside the body that makes or reminds: what asks for the money, by mail or text message as the
 * request is sent; nothing for the other ways. */
MUST_CHECK err_t request_ask_payer(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                                   const struct pay_request *request, enum letter_kind kind,
                                   struct str link);

/* Inside a body that has moved the request from another state: a receipt by mail when money is
 * taken; a cancellation, where the request went by mail, of what was not. */
MUST_CHECK err_t request_tell_payer(struct ctx *cx, struct tx *tx,
                                    const struct pay_request *request, enum request_state from);

#endif
