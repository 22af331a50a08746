#ifndef GUICHET_CORE_PAYMENT_CHOICE_H
#define GUICHET_CORE_PAYMENT_CHOICE_H

#include "core/payment.h"

/* What creating and changing a payment have in common: its rules and its customer and card. */

/* The methods a currency allows: direct debits are in euro only. */
unsigned methods_of(enum currency currency);

/* At least 50, or 0 for a card check without capture; a currency the merchant has opened
 * (api/stancer.md 8). */
MUST_CHECK err_t amount_check(struct ctx *cx, const struct merchant *merchant, struct money amount,
                              bool capture);
/* The methods are possible with its amount and currency, at least one of them. */
MUST_CHECK err_t methods_check(struct ctx *cx, const struct payment *payment);
/* Whether a payer who is to choose could choose anything: one of the methods (0: all that the
 * currency allows) has its rail. Else the fault of the one that is missing, and ERR_UNAVAILABLE. */
MUST_CHECK err_t methods_open(struct core *core, struct ctx *cx, const struct merchant *merchant,
                              unsigned methods, enum currency currency);
MUST_CHECK err_t payment_addresses_check(struct ctx *cx, struct tx *tx,
                                         const struct payment *payment);

/* Before the first write: the customer or the card given, by id or with data, into the view.
 * Nothing chosen leaves the view as it is. */
MUST_CHECK err_t customer_choose(struct ctx *cx, struct tx *tx,
                                 const struct customer_choice *choice, struct payment_view *view);
MUST_CHECK err_t card_choose(struct ctx *cx, struct tx *tx, const struct card_choice *choice,
                             struct payment_view *view);

/* Writes what is new of both, and lets the payment point to them. */
MUST_CHECK err_t choices_insert(struct ctx *cx, struct tx *tx, struct payment_view *view);

/* After the body: the security code lies under the id that the sealed card would have. It goes with
 * the card that was taken, or is forgotten with a payment that was refused. */
void card_choice_end(struct core *core, const struct card_choice *choice,
                     const struct payment_view *view, bool taken);

#endif
