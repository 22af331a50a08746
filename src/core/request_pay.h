#ifndef GUICHET_CORE_REQUEST_PAY_H
#define GUICHET_CORE_REQUEST_PAY_H

#include "core/debit.h"
#include "core/request.h"

/* What creating and changing a request have in common. */

/* Everything that can refuse its terms, before the first write; customer and card go into the view,
 * whose payment asks for the same, the bank account into `payer`. */
MUST_CHECK err_t request_terms_check(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                                     const struct pay_request *request, struct payment_view *view,
                                     struct request_payer *payer);

/* A card or an account was given. */
bool request_has_method(const struct request_terms *terms);

/* Given a card, or an account with a mandate that can be used, and no authentication: the payment
 * is made at once. */
bool request_pays_at_once(const struct request_terms *terms, const struct request_payer *payer);

/* Inside a body, before its first write: what can refuse a payment that is made at once. */
MUST_CHECK err_t request_pay_check(struct ctx *cx, struct tx *tx, struct operation *operation,
                                   const struct merchant *merchant,
                                   const struct pay_request *request, struct payment_view *view,
                                   const struct request_payer *payer);

/* Inside a body, with the view and payer of request_terms_check, after request_pay_check: the
 * payment by card and its authorisation are prepared, a debit is opened; request is brought up to
 * date by the outcome. A card belongs to the request only when it has paid. */
MUST_CHECK err_t request_pay(struct ctx *cx, struct tx *tx, struct operation *operation,
                             const struct merchant *merchant, struct pay_request *request,
                             struct payment_view *view, const struct request_payer *payer,
                             struct charge *charge);

/* --- by direct debit ------------------------------------------------------------------------- */

/* The mandate under which the payer's account may be debited now, if there is one. */
MUST_CHECK err_t request_payer_mandate(struct ctx *cx, struct tx *tx, struct request_payer *payer);

/* The debit that a payment of the request asks for; everything is borrowed. */
struct debit_order request_debit_order(const struct merchant *merchant,
                                       const struct pay_request *request, struct payment *payment,
                                       const struct request_payer *payer);

/* Inside a body, after debit_check: the payment of request_attempt_open is collected, the request
 * is captured. */
MUST_CHECK err_t request_debit(struct ctx *cx, struct tx *tx, const struct debit_order *order,
                               struct pay_request *request);

#endif
