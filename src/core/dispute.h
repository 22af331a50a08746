#ifndef GUICHET_CORE_DISPUTE_H
#define GUICHET_CORE_DISPUTE_H

#include "core/payment.h"

/* A payment contested by its payer. Card chargebacks come from the acquirer (cards.md 10). */
#define DISPUTE_STATE_LIST(X) X(DISPUTE_OPEN, 1, "open") X(DISPUTE_SETTLED, 2, "settled")
ENUM_DECLARE(dispute_state, DISPUTE_STATE_LIST);

/* A chargeback of a card payment, or a debit that came back after its settlement (sepa.md 4). */
#define DISPUTE_KIND_LIST(X) X(DISPUTE_CHARGEBACK, 1, "chargeback") X(DISPUTE_RETURN, 2, "return")
ENUM_DECLARE(dispute_kind, DISPUTE_KIND_LIST);

struct dispute {
    struct dispute_id id;
    struct payment_id payment;
    struct str order_id; /* of the payment */
    enum dispute_kind kind;
    enum dispute_state state;
    struct money amount;
    struct str response;
    int64_t fee_minor;
    int64_t fee_vat_minor;
    instant banked; /* 0: not yet */
    instant created;
    struct str notice;     /* its identity; {NULL, 0} before it was kept, or without a notice */
    struct str settled_by; /* file and line; {NULL, 0} likewise */
    instant won;           /* settled, and its money came back later; 0: not */
};

/* ERR_NOT_FOUND with a fault on "dispute" and the id. */
MUST_CHECK err_t dispute_load(struct ctx *cx, struct tx *tx, struct dispute_id id,
                              struct dispute *out);
MUST_CHECK err_t dispute_list(struct ctx *cx, struct tx *tx, const struct page_of *page,
                              struct dispute **out, struct page_found *found);
/* Those that a payout holds. */
MUST_CHECK err_t disputes_of_payout(struct ctx *cx, struct tx *tx, struct payout_id payout,
                                    const struct page_of *page, struct dispute **out,
                                    struct page_found *found);

/* Disputes of a payment, oldest first. */
enum { DISPUTES_OF_PAYMENT_MAX = 16 };
MUST_CHECK err_t disputes_of_payment(struct ctx *cx, struct tx *tx, struct payment_id payment,
                                     struct dispute **out, size_t *count);

/* Inside a body: a notice for a payment of cx->merchant. OK also when it is known by its identity;
 * ERR_CONFLICT: with another amount. A payment may be disputed in several parts, up to its amount:
 * ERR_NOT_FOUND beyond. ERR_BUSY: the payment is not settled yet, the notice must come again. */
MUST_CHECK err_t dispute_notice(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                                struct payment *payment, const struct chargeback_notice *notice);

/* Inside a body: a settled debit came back, all of it, and the bank has booked that. The payment
 * moves to disputed; a dispute of kind return is opened, settled, and has its fee. What is still
 * pending of it was released before. */
struct dispute_return {
    struct str response;   /* ISO code */
    struct date booked;    /* by the bank */
    int64_t charged_minor; /* what it took: the amount, or more */
};
MUST_CHECK err_t dispute_of_return(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                                   struct payment *payment, const struct dispute_return *back);

/* The chargeback stands in the settlement file, in this line of it (file and number): each line
 * settles one dispute of its amount, once. OK also when all of them are settled; ERR_NOT_FOUND
 * without a fault. */
MUST_CHECK err_t dispute_settle(struct ctx *cx, struct tx *tx, struct payment_id payment,
                                struct money amount, struct str line);

/* What a settled chargeback took is the merchant's again, but for its fee: `moved_minor` of it
 * came, the rest the acquirer keeps. ERR_STATE: it is not settled, a debit's, or won already. */
MUST_CHECK err_t dispute_win(struct ctx *cx, struct tx *tx, const struct dispute *dispute,
                             int64_t moved_minor);

/* The file says that a chargeback of this amount is taken back: the oldest settled one that is not
 * won is. OK also when all of them are won; ERR_NOT_FOUND without a fault. */
MUST_CHECK err_t dispute_represented(struct ctx *cx, struct tx *tx, struct payment_id payment,
                                     struct money amount, int64_t kept_minor);

/* The events that a connector of a mode reports unasked (core/rail.h); core: any one whose store is
 * open. */
struct card_events dispute_events(struct core *core, enum mode mode);

#endif
