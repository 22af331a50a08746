#ifndef GUICHET_CORE_REFUND_H
#define GUICHET_CORE_REFUND_H

#include "core/payment.h"

/* Money going back to a payer, or a payment cancelled instead (api/stancer.md 10). */
#define REFUND_STATE_LIST(X)                                                                       \
    X(REFUND_TO_REFUND, 1, "to_refund")                                                            \
    X(REFUND_SENT, 2, "refund_sent")                                                               \
    X(REFUND_REFUNDED, 3, "refunded")                                                              \
    X(REFUND_NOT_HONORED, 4, "not_honored")                                                        \
    X(REFUND_PAYMENT_CANCELED, 5, "payment_canceled")
ENUM_DECLARE(refund_state, REFUND_STATE_LIST);

struct refund {
    struct refund_id id;
    struct payment_id payment;
    enum refund_state state;
    struct money amount;
    struct attempt_id attempt; /* the message that carries it */
    instant refunded;          /* 0: not yet: when it left */
    instant banked;            /* 0: not yet: when the bank moved it */
    instant created;
};

/* ERR_NOT_FOUND with a fault on "refund" and the id. */
MUST_CHECK err_t refund_load(struct ctx *cx, struct tx *tx, struct refund_id id,
                             struct refund *out);
/* All refunds of a payment, oldest first; at most REFUNDS_OF_PAYMENT_MAX, which is also how many
 * there may be. */
enum { REFUNDS_OF_PAYMENT_MAX = 500 };
MUST_CHECK err_t refunds_of_payment(struct ctx *cx, struct tx *tx, struct payment_id payment,
                                    struct refund **out, size_t *count);
MUST_CHECK err_t refund_list(struct ctx *cx, struct tx *tx, const struct page_of *page,
                             struct refund **out, struct page_found *found);
/* Those that a payout holds. */
MUST_CHECK err_t refunds_of_payout(struct ctx *cx, struct tx *tx, struct payout_id payout,
                                   const struct page_of *page, struct refund **out,
                                   struct page_found *found);

/* Before the capture has left, the whole amount cancels the payment at once and a part is refused;
 * afterwards a refund leaves with the next batch. ERR_STATE and ERR_LIMIT with a fault. */
struct refund_create {
    struct operation operation;
    struct payment_id payment;
    bool whole; /* all that is left */
    int64_t amount_minor;
    bool taken_only;      /* a hold, or a payment of which nothing is left, is ERR_STATE */
    struct refund refund; /* out */
};
void refund_create(struct refund_create *create);

/* The moves of a refund on its way; for the tasks and the settlement. */
MUST_CHECK err_t refund_sent(struct ctx *cx, struct tx *tx, struct refund *refund);
MUST_CHECK err_t refund_settled(struct ctx *cx, struct tx *tx, struct refund *refund);
/* The refund of a debit is a transfer, which may also come back after it was sent or booked. */
MUST_CHECK err_t refund_not_honored(struct ctx *cx, struct tx *tx, struct refund *refund);
/* A chargeback takes the money: refunds of the payment that have not left stay here (cards.md 8).
 */
MUST_CHECK err_t refunds_stop(struct ctx *cx, struct tx *tx, struct payment_id payment);
/* Writes which message carries it. */
MUST_CHECK err_t refund_set_attempt(struct ctx *cx, struct tx *tx, struct refund *refund,
                                    struct attempt_id attempt);

#endif
