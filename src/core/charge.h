#ifndef GUICHET_CORE_CHARGE_H
#define GUICHET_CORE_CHARGE_H

#include "core/card.h"
#include "core/merchant.h"

struct pay_request;
struct payment;
struct payment_view;

/* An authorisation: intent, call, outcome (design.md 2). Part of an operation whose first body
 * calls charge_allowed and charge_prepare; after its commit charge_run sends the message, writes
 * the outcome and calls after(). */
enum charge_goal {
    CHARGE_BY_CAPTURE = 1, /* payment.capture decides */
    CHARGE_AUTHORIZE,
    CHARGE_CAPTURE,
};

struct charge {
    struct card_call call;
    struct operation *operation;
    const struct merchant *merchant;
    struct payment_view *view; /* payment and card in, the outcome out */
    struct payment *asked;     /* the payment as it was when the message left */
    bool asked_again;          /* and whether the bank had already asked for authentication */
    enum charge_goal goal;
    bool payer_present;
    const char *address_hash;    /* of the payer, for counting refusals; NULL or "": not counted */
    struct card_proof proof;     /* of the authentication, all empty without */
    bool by_request;             /* a request may have made the payment: it goes with the outcome */
    struct pay_request *request; /* NULL, or where that request is kept */
    bool card_is_new;            /* made with this very payment */
    bool refused_here;           /* out of charge_prepare: the bank is not asked */
    bool prepared;               /* out of charge_prepare */
    bool reversal_queued;        /* out of the outcome's body */
    bool soft_declined; /* out: with the payer present, authentication is needed; the payment is
                           open again */
    void (*after)(struct operation *operation, err_t err);
};

/* Inside a body, before its first write, when charge_prepare follows. ERR_UNAVAILABLE without a
 * connector. ERR_BUSY with operation->held while an earlier attempt on the same card number waits
 * for its reversal: reversals go before new authorisations (cards.md 3.3), so the operation waits
 * too (operation_write) before this reaches the caller. */
MUST_CHECK err_t charge_allowed(struct ctx *cx, struct tx *tx, struct operation *operation,
                                const struct merchant *merchant, const struct card *card);

/* Inside a body, after charge_allowed for the same card: the payment goes to authorizing, the
 * attempt is written. */
MUST_CHECK err_t charge_prepare(struct ctx *cx, struct tx *tx, struct charge *charge);

/* On the operation's thread, after the commit. */
void charge_run(struct charge *charge, void (*after)(struct operation *operation, err_t err));

#endif
