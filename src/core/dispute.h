#ifndef GUICHET_CORE_DISPUTE_H
#define GUICHET_CORE_DISPUTE_H

#include "core/payment.h"

/* A payment contested by its payer. Card chargebacks come from the acquirer (cards.md 10). */
#define DISPUTE_STATE_LIST(X) X(DISPUTE_OPEN, 1, "open") X(DISPUTE_SETTLED, 2, "settled")
ENUM_DECLARE(dispute_state, DISPUTE_STATE_LIST);

struct dispute {
    struct dispute_id id;
    struct payment_id payment;
    enum dispute_state state;
    struct money amount;
    struct str response;
    int64_t fee_minor;
    int64_t fee_vat_minor;
    instant banked; /* 0: not yet */
    instant created;
};

/* ERR_NOT_FOUND with a fault on "dispute" and the id. */
MUST_CHECK err_t dispute_load(struct ctx *cx, struct tx *tx, struct dispute_id id,
                              struct dispute *out);

/* Disputes of a payment, oldest first. */
enum { DISPUTES_OF_PAYMENT_MAX = 16 };
MUST_CHECK err_t disputes_of_payment(struct ctx *cx, struct tx *tx, struct payment_id payment,
                                     struct dispute **out, size_t *count);

/* Inside a body: a notice for a payment of cx->merchant. OK also when it is known. ERR_BUSY: the
 * payment is not settled yet, the notice must come again. */
MUST_CHECK err_t dispute_notice(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                                struct payment *payment, const struct chargeback_notice *notice);

/* The chargeback stands in the settlement file. OK also when it was settled before; ERR_NOT_FOUND
 * without a fault. */
MUST_CHECK err_t dispute_settle(struct ctx *cx, struct tx *tx, struct payment_id payment,
                                struct money amount);

/* The events that a connector of a mode reports unasked (core/rail.h); core: any one whose store is
 * open. */
struct card_events dispute_events(struct core *core, enum mode mode);

#endif
