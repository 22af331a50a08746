#ifndef GUICHET_CORE_REQUEST_PAY_H
#define GUICHET_CORE_REQUEST_PAY_H

#include "core/request.h"

/* What creating and changing a request have in common. */

/* Everything that can refuse its terms, before the first write; customer and card go into the view,
 * whose payment asks for the same. Bank accounts join cards here, as they do in
 * payment_choice.h. */
MUST_CHECK err_t request_terms_check(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                                     const struct pay_request *request, struct payment_view *view);

/* Given a card, and no authentication: the payment is made at once. */
bool request_pays_at_once(const struct request_terms *terms);

/* Inside a body, with the view of request_terms_check: the payment and its authorisation are
 * prepared; request is brought up to date by the outcome. The card belongs to the request only when
 * it has paid. */
MUST_CHECK err_t request_pay(struct ctx *cx, struct tx *tx, struct operation *operation,
                             const struct merchant *merchant, struct pay_request *request,
                             struct payment_view *view, struct charge *charge);

#endif
