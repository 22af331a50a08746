#ifndef GUICHET_CORE_LEVY_H
#define GUICHET_CORE_LEVY_H

#include "core/consumer.h"
#include "core/debit.h"
#include "core/one_time_code.h"
#include "core/payout.h"

/* A payment by direct debit that was asked for as a levy of a consumer (api/safedebit.md 6): an
 * ordinary payment of the merchant, with what only this face knows of it in a row of its own. Its
 * status is computed from the states of payment, payout and refunds, in one place; the row keeps
 * the last one, so that each change is told once, in the commit that makes it.
 *
 * A levy that waits for its code is a payment that is `new`, with its debit chosen and not opened.
 */
#define LEVY_STATUS_LIST(X)                                                                        \
    X(LEVY_PENDING, 1, "pending") /* waits for its code */                                         \
    X(LEVY_CREATED, 2, "created")                                                                  \
    X(LEVY_ISSUED, 3, "issued") /* its file was released */                                        \
    X(LEVY_SETTLED, 4, "settled")                                                                  \
    X(LEVY_IN_CREDIT, 5, "in_credit") /* in a payout that is on its way */                         \
    X(LEVY_CREDITED, 6, "credited")                                                                \
    X(LEVY_REJECTED, 7, "rejected") /* before settlement */                                        \
    X(LEVY_RETURNED, 8, "returned") /* after it */                                                 \
    X(LEVY_CANCELED, 9, "canceled")                                                                \
    X(LEVY_TO_REFUND, 10, "to_refund") /* all of it, and some of that has not left yet */          \
    X(LEVY_REFUNDED, 11, "refunded")
ENUM_DECLARE(levy_status, LEVY_STATUS_LIST);

enum { LEVY_REFERENCE_LEN = 20, LEVY_SDD_MAX = 35, LEVY_DAYS_MAX = 366 };

struct levy {
    struct payment_id payment;
    struct consumer_id consumer;
    struct str sdd_reference; /* the merchant's, never used again, by case */
    struct str
        payment_reference;   /* ours, 20 characters of A-Z2-7, unless the merchant changed it */
    struct str beneficiary;  /* its reference, or {NULL, 0} */
    struct str url_callback; /* who is told; {NULL, 0}: nobody */
    struct str url_status;
    struct str account_data; /* JSON as it came, or {NULL, 0} */
    enum levy_status status;
    instant validated; /* 0: it waits for its code, or never got it */
    instant ended;     /* rejected or returned; 0: not */
    instant created;
};

/* With what an answer shows of it. */
struct levy_view {
    struct levy levy;
    struct payment payment;
    struct str consumer; /* our reference of it */
    struct str store;    /* the consumer's, or {NULL, 0} */
    struct str umr;
    struct str reason; /* ISO code of what came back, or {NULL, 0} */
};

/* --- making one ----------------------------------------------------------------------------------
 */

struct levy_draft {
    struct str consumer; /* our reference */
    struct str umr;      /* {NULL, 0}: the active mandate that was signed last */
    int64_t amount_minor;
    struct date due;
    struct str sdd_reference;
    struct str motif; /* what follows may be {NULL, 0} */
    struct str beneficiary;
    struct str url_callback;
    struct str url_status;
    struct str account_data;
};

/* From the merchant's threshold on it waits for a code that is sent to the consumer. Faults, in
 * this order: ERR_NOT_FOUND on "consumer", "umr", "beneficiary"; ERR_CONFLICT on
 * "sdd_reference"; ERR_LIMIT on "amount"; ERR_STATE (too early) and ERR_LIMIT (too far) on
 * "due_date"; ERR_STATE on "safedebit_consumer_reference" (no active mandate) and "umr" (not
 * active); ERR_LIMIT on "umr" (for one debit, which was made); ERR_STATE on "creditor" (the
 * merchant has no account); ERR_INVALID on "sepa" (the debtor's bank cannot be reached);
 * ERR_UNAVAILABLE on "code" (there is no way to send it). */
struct levy_create {
    struct operation operation;
    const struct merchant *merchant;
    struct levy_draft draft;
    struct levy levy;       /* out */
    struct payment payment; /* out */
};
void levy_create(struct levy_create *create);

/* --- its code ------------------------------------------------------------------------------------
 */

/* One try of a code. Faults: ERR_NOT_FOUND on "consumer", "payment_reference" and "sdd_reference"
 * (also when both name different levies); ERR_UNAVAILABLE on "validation_type"; ERR_STATE on
 * "validation_value": it does not wait; and those of the mandate as above. What a try comes to is
 * no error of the operation, because it counts: `outcome`. CODE_RIGHT: the debit is opened, on its
 * day or the first one that is possible now. CODE_WRONG: it waits. CODE_SPENT: that was the last
 * try, it is canceled. CODE_EXPIRED: another code was sent, or it is canceled. A levy that nobody
 * tries to validate is canceled by a task (levy_code_send). */
struct levy_validate {
    struct operation operation;
    const struct merchant *merchant;
    struct str consumer;
    struct str payment_reference; /* one of the two, or both */
    struct str sdd_reference;
    bool by_code; /* the only way of validating that is offered */
    struct str typed;
    enum code_result outcome; /* out */
    struct levy levy;         /* out */
    struct payment payment;   /* out */
};
void levy_validate(struct levy_validate *validate);

/* --- changing ------------------------------------------------------------------------------------
 */

/* While it waits for its code or its file. Faults: ERR_NOT_FOUND on "sdd_reference", "umr" (that
 * is not its mandate) and "ics" (that is not the merchant's); ERR_STATE on "sdd_reference": too
 * late; ERR_CONFLICT on "payment_reference"; amount and day as in levy_create. An amount that is
 * raised to the threshold of codes or above is ERR_LIMIT: nobody has agreed to it. */
struct levy_change {
    struct operation operation;
    const struct merchant *merchant;
    struct str sdd_reference;
    struct str umr;       /* {NULL, 0}: any */
    struct str ics;       /* likewise */
    int64_t amount_minor; /* 0: as it was */
    struct date due;      /* year 0 likewise */
    bool motif_given;
    struct str motif;
    struct str payment_reference; /* {NULL, 0}: as it was */
};
void levy_change(struct levy_change *change);

/* Until its file is written: canceled. ERR_NOT_FOUND and ERR_STATE on "sdd_reference". */
struct levy_cancel {
    struct operation operation;
    struct str sdd_reference;
};
void levy_cancel(struct levy_cancel *cancel);

/* The same for many; what cannot be canceled stays as it is. */
enum { LEVY_BATCH_MAX = 500 };
struct levy_canceled {
    struct str sdd_reference;
    bool known;
    enum levy_status status; /* out: what it is now */
};
struct levy_cancel_many {
    struct operation operation;
    struct levy_canceled *levies;
    size_t count;
};
void levy_cancel_many(struct levy_cancel_many *cancel);

/* Inside a body: every levy under a mandate that has not left yet is canceled, those that wait for
 * their code too. */
MUST_CHECK err_t levies_cancel(struct ctx *cx, struct tx *tx, struct mandate_id mandate);

/* --- what becomes of it --------------------------------------------------------------------------
 */

/* Inside a body, after the payment's state, its refunds or its payout have changed: when that is
 * another status of a levy, it is written, and told to whoever is to be told. Nothing for other
 * payments. */
MUST_CHECK err_t levy_follow(struct ctx *cx, struct tx *tx, const struct payment *payment);
/* The same for a payment that was not loaded. */
MUST_CHECK err_t levy_follow_id(struct ctx *cx, struct tx *tx, struct payment_id id);
/* The same for all that a payout holds. */
MUST_CHECK err_t levies_follow_payout(struct ctx *cx, struct tx *tx, const struct payout *payout);

/* --- reading -------------------------------------------------------------------------------------
 */

/* ERR_NOT_FOUND without a fault: the payment is no levy. */
MUST_CHECK err_t levy_view_load(struct ctx *cx, struct tx *tx, struct payment_id id,
                                struct levy_view *out);
/* Whether a payment waits for the code of its levy: nobody else may run it then. */
MUST_CHECK err_t levy_waits(struct ctx *cx, struct tx *tx, const struct payment *payment,
                            bool *waits);

/* From one moment until before another; both 0: any. */
struct levy_times {
    instant from;
    instant until;
};

/* Levies for which all of it holds, oldest first; by day of rejection or validation those that
 * were rejected or validated first. */
enum { LEVY_FOUND_MAX = 500, LEVY_NAMED_MAX = 500 };
struct levy_search {
    struct str payment_reference; /* {NULL, 0}: any, as the other texts */
    struct str sdd_reference;
    const struct str *named; /* one of these payment references; NULL: any */
    size_t named_count;
    struct str consumer; /* our reference */
    struct str umr;
    struct str beneficiary;
    struct str store;
    enum levy_status status; /* 0: any */
    int64_t amount_from;
    int64_t amount_until; /* 0: any */
    struct levy_times created;
    struct levy_times validated;
    struct levy_times ended;
    int64_t limit; /* 1 to LEVY_FOUND_MAX */
    int64_t offset;
};
MUST_CHECK err_t levy_search(struct ctx *cx, struct tx *tx, const struct levy_search *search,
                             struct levy_view **out, size_t *count);

#endif
