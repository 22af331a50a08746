#ifndef GUICHET_CORE_DEPOSIT_H
#define GUICHET_CORE_DEPOSIT_H

#include "core/request.h"

/* A deposit: a card payment that is held, and of which the merchant cashes all or a part, once
 * (api/simplypaie.md 6). What is left of the hold goes back to the payer at once. */

/* [seed] 6 days and 12 hours from the authorisation of the card. */
enum { DEPOSIT_WINDOW_S = 561600 };

/* The last moment at which what was authorised at `held` can be cashed: the end of the second that
 * is DEPOSIT_WINDOW_S later. */
instant deposit_end(instant held);

/* Inside a body, before payment_hold: until when a hold on this payment lasts that is authorised
 * now, by the face of the request that made it, if one did. */
MUST_CHECK err_t deposit_hold_end(struct ctx *cx, struct tx *tx, struct payment_id payment,
                                  bool by_request, instant *out);

/* Cashes a deposit: of a request, or the hold of a payment that no request made. The payment's
 * amount becomes what is cashed, with the fee on it; the amount of the request stays what was asked
 * for. Of several at once one succeeds. Faults, in this order:
 * ERR_NOT_FOUND on "request" or "payment"; ERR_STATE on "status": nothing is held, the window is
 * over, it was cashed before; ERR_INVALID on "amount": below 1; ERR_LIMIT on "amount": above the
 * hold; ERR_UNAVAILABLE: a part of it, and the acquirer does not capture and give back parts. */
struct deposit_cash {
    struct operation operation;
    const struct merchant *merchant;
    struct request_id request; /* one of the two */
    struct payment_id payment;
    bool whole;            /* all that is held */
    int64_t amount_minor;  /* else */
    struct payment cashed; /* out */
};
void deposit_cash(struct deposit_cash *cash);

#endif
