#ifndef GUICHET_CORE_PAYOUT_H
#define GUICHET_CORE_PAYOUT_H

#include "core/dispute.h"
#include "core/payable.h"
#include "core/refund.h"

/* Money paid out to a merchant (api/stancer.md 10, design.md 5): what was payable and in no payout
 * yet. Which payments, refunds and disputes it holds stands in their lines (core/payable.h);
 * amount = payments - refunds - disputes - fees - VAT on fees, to the last cent. */
#define PAYOUT_STATE_LIST(X)                                                                       \
    X(PAYOUT_PENDING, 1, "pending") /* made */                                                     \
    X(PAYOUT_TO_PAY, 2, "to_pay")   /* waits for the bank's file, or for a person */               \
    X(PAYOUT_SENT, 3, "sent")       /* given to the bank */                                        \
    X(PAYOUT_PAID, 4, "paid")       /* booked by the bank, or on the merchant's account already */ \
    X(PAYOUT_FAILED, 5, "failed")   /* refused or sent back: its lines wait for another one */
ENUM_DECLARE(payout_state, PAYOUT_STATE_LIST);

struct payout {
    struct payout_id id;
    enum payout_state state;
    struct money amount;
    struct date day;        /* the business day it was made for */
    struct str description; /* what the bank statement says */
    bool daily;             /* made in the morning; not asked for by a test key */
    bool transfer;          /* a transfer leaves (payout_mode) */
    struct payable_sums sums;
    instant sent;   /* 0: not yet */
    instant banked; /* 0: not yet */
    instant created;
};
enum { PAYOUT_DESCRIPTION_MAX = 140 /* what a credit transfer carries */ };

/* ERR_NOT_FOUND with a fault on "payout" and the id. */
MUST_CHECK err_t payout_load(struct ctx *cx, struct tx *tx, struct payout_id id,
                             struct payout *out);
/* For the operator, who has only the id: sets cx->merchant and cx->mode. ERR_NOT_FOUND with a
 * fault. */
MUST_CHECK err_t payout_owner(struct ctx *cx, struct tx *tx, struct payout_id id);
/* payment: only payouts that hold this one; empty: all. */
MUST_CHECK err_t payout_list(struct ctx *cx, struct tx *tx, struct payment_id payment,
                             const struct page_of *page, struct payout **out,
                             struct page_found *found);

/* What it took of one kind, over all methods: positive for money that came in as payments or went
 * out as refunds and disputes; negative when more refunds came back than were made. */
int64_t payout_amount_of(const struct payout *payout, enum payable_kind kind);
int64_t payout_fees(const struct payout *payout);
int64_t payout_fees_vat(const struct payout *payout);
/* 08:00 in Paris on its day. */
instant payout_morning(const struct payout *payout);

/* --- making
 * ---------------------------------------------------------------------------------------- */

/* Inside a body: the payouts of the morning that came last, one for each currency, from payout_min
 * up and never while the balance is negative. Run again for the same day it makes none. *waits
 * tells whether anything is left for another morning. */
MUST_CHECK err_t payouts_make(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                              bool *waits);

/* POST, with test keys: a payout of these objects, which must not be in one yet. ERR_NOT_FOUND with
 * a fault on the kind and the id; ERR_CONFLICT with the same for one that cannot be in a payout;
 * ERR_INVALID for one named twice; ERR_STATE for several currencies; ERR_LIMIT for an amount below
 * zero or above what is payable. */
enum { PAYOUT_OBJECTS_MAX = 1000 /* of each kind */ };
struct payout_create {
    struct operation operation;
    const struct merchant *merchant;
    const struct payment_id *payments;
    size_t payment_count;
    const struct refund_id *refunds;
    size_t refund_count;
    const struct dispute_id *disputes;
    size_t dispute_count;
    enum payout_state state; /* what it is afterwards */
    struct date day;         /* year 0: today */
    struct str description;  /* {NULL, 0}: ours */
    struct payout payout;    /* out */
};
void payout_create(struct payout_create *create);

/* --- the bank
 * -------------------------------------------------------------------------------------- */

/* What a rail needs that carries credit transfers: the payouts of cx->merchant in cx->mode that
 * wait for a file, oldest first, at most `limit`. In euro only: other currencies wait in to_pay
 * until a person has paid them. */
MUST_CHECK err_t payouts_to_send(struct ctx *cx, struct tx *tx, size_t limit, struct payout **out,
                                 size_t *count);

/* Inside the body that writes the file, or imports the bank's report. Each moves the payout and
 * posts to the ledger; ERR_NOT_FOUND and ERR_STATE with a fault.
 * Sent: it is in a file. */
MUST_CHECK err_t payout_sent(struct ctx *cx, struct tx *tx, struct payout_id id);
/* Paid: the bank has booked it. From to_pay too: a person paid by other means. */
MUST_CHECK err_t payout_paid(struct ctx *cx, struct tx *tx, struct payout_id id);
/* Failed: it cannot be sent, the bank refuses it, or its money came back, after it was paid too.
 * What it held waits for another payout. */
MUST_CHECK err_t payout_failed(struct ctx *cx, struct tx *tx, struct payout_id id);

#endif
