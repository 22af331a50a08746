#ifndef GUICHET_CORE_PAYABLE_H
#define GUICHET_CORE_PAYABLE_H

#include "core/payment.h"

/* What an object has moved on the account merchant payable (design.md 5), line by line, and which
 * payout has taken it. Whoever posts to that account writes the line in the same transaction, so
 * that the lines without a payout always sum to the account's balance; `guichet verify` proves it.
 */
#define PAYABLE_KIND_LIST(X)                                                                       \
    X(PAYABLE_PAYMENT, 1, "payment")                                                               \
    X(PAYABLE_REFUND, 2, "refund")                                                                 \
    X(PAYABLE_DISPUTE, 3, "dispute")
ENUM_DECLARE(payable_kind, PAYABLE_KIND_LIST);
enum { PAYABLE_KINDS = PAYABLE_DISPUTE + 1, PAY_METHODS = METHOD_SEPA + 1 };

struct payable {
    enum payable_kind kind;
    const char *object;
    enum pay_method method;
    struct money amount; /* negative: taken from the merchant */
    int64_t fee_minor;   /* both are taken from the merchant */
    int64_t fee_vat_minor;
    struct payout_id payout; /* none: it waits for one */
};

/* Writes a line and sees to the next payout. Once for each object. */
MUST_CHECK err_t payable_add(struct ctx *cx, struct tx *tx, const struct payable *line);

/* A payment's money is payable now: its amount less fee and VAT. */
MUST_CHECK err_t payable_add_payment(struct ctx *cx, struct tx *tx, const struct payment *payment);

/* The amount of an object's line goes back, its fee stays: a refund that was not honoured, a
 * dispute that was won. */
MUST_CHECK err_t payable_give_back(struct ctx *cx, struct tx *tx, const char *object);

/* The line of an object; ERR_NOT_FOUND without a fault when there is none. object is borrowed. */
MUST_CHECK err_t payable_find(struct ctx *cx, struct tx *tx, const char *object,
                              struct payable *out);

/* Sums of lines by kind and method. */
struct payable_sum {
    int64_t amount_minor; /* negative: taken from the merchant */
    int64_t count;
    int64_t fees_minor;
    int64_t fees_vat_minor;
};
struct payable_sums {
    struct payable_sum of[PAYABLE_KINDS][PAY_METHODS];
};
/* Adds a line to the sums. */
MUST_CHECK err_t payable_sums_add(struct payable_sums *sums, const struct payable *line);
/* What they come to: amounts less fees and VAT. */
MUST_CHECK err_t payable_sums_net(const struct payable_sums *sums, int64_t *out_minor);
/* How many lines they hold. */
int64_t payable_sums_count(const struct payable_sums *sums);

/* --- for payouts
 * ----------------------------------------------------------------------------------- */

/* The lines that wait, by currency. */
enum { PAYABLE_CURRENCIES = CURRENCY_USD + 1 };
MUST_CHECK err_t payable_waiting(struct ctx *cx, struct tx *tx,
                                 struct payable_sums out[PAYABLE_CURRENCIES]);
/* A payout takes all lines of a currency that wait; ERR_STATE when they are not `count`. */
MUST_CHECK err_t payable_take_all(struct ctx *cx, struct tx *tx, enum currency currency,
                                  struct payout_id payout, int64_t count);
/* A payout takes one line; ERR_STATE when it does not wait. */
MUST_CHECK err_t payable_take(struct ctx *cx, struct tx *tx, const char *object,
                              struct payout_id payout);
/* A payout failed: its lines wait again, and it keeps a marked copy of them. */
MUST_CHECK err_t payable_wait_again(struct ctx *cx, struct tx *tx, struct payout_id payout);

#endif
