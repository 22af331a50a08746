#ifndef GUICHET_CORE_LEDGER_H
#define GUICHET_CORE_LEDGER_H

#include "base/money.h"
#include "store/store.h"

/* The money book (design.md 5): append-only, double entry, per currency. An entry has two or more
 * legs that sum to zero; a debit is positive, a credit negative; a correction is a new entry. */
#define ACCOUNT_LIST(X)                                                                            \
    X(ACCOUNT_BANK, 1, "bank")                              /* 512 */                              \
    X(ACCOUNT_ACQUIRER, 2, "acquirer_receivable")           /* 5115 */                             \
    X(ACCOUNT_SEPA, 3, "sepa_in_collection")                /* 5116 */                             \
    X(ACCOUNT_ACQUIRER_FEES, 4, "acquirer_fees")            /* 627 */                              \
    X(ACCOUNT_BANK_FEES, 5, "bank_fees")                    /* 627 */                              \
    X(ACCOUNT_PENDING, 6, "merchant_pending")               /* 467 */                              \
    X(ACCOUNT_PAYABLE, 7, "merchant_payable")               /* 467 */                              \
    X(ACCOUNT_RESERVE, 8, "reserve")                        /* 467 */                              \
    X(ACCOUNT_REFUNDS_IN_TRANSIT, 9, "refunds_in_transit")  /* 467 */                              \
    X(ACCOUNT_PAYOUTS_IN_TRANSIT, 10, "payouts_in_transit") /* 467 */                              \
    X(ACCOUNT_FEE_INCOME, 11, "fee_income")                 /* 706 */                              \
    X(ACCOUNT_FEE_VAT, 12, "fee_vat")                       /* 44571 */                            \
    X(ACCOUNT_SUSPENSE, 13, "suspense")                     /* 471 */                              \
    /* The sales book of a merchant (core/invoice_sales.h). */                                     \
    X(ACCOUNT_CUSTOMERS, 20, "customers")           /* 411 */                                      \
    X(ACCOUNT_SALES_SERVICES, 21, "sales_services") /* 706 */                                      \
    X(ACCOUNT_SALES_GOODS, 22, "sales_goods")       /* 707 */                                      \
    X(ACCOUNT_SALES_VAT, 23, "sales_vat")           /* 44571 */                                    \
    X(ACCOUNT_OPERATOR, 24, "operator")             /* 467 */
ENUM_DECLARE(account, ACCOUNT_LIST);

#define ENTRY_LIST(X)                                                                              \
    X(ENTRY_CAPTURE_DECIDED, 1, "capture_decided")                                                 \
    X(ENTRY_CAPTURE_REVERSED, 2, "capture_reversed")                                               \
    X(ENTRY_CAPTURE_SETTLED, 3, "capture_settled")                                                 \
    X(ENTRY_REFUND_ASKED, 4, "refund_asked")                                                       \
    X(ENTRY_REFUND_SETTLED, 5, "refund_settled")                                                   \
    X(ENTRY_REFUND_REVERSED, 6, "refund_reversed")                                                 \
    X(ENTRY_CHARGEBACK, 7, "chargeback")                                                           \
    X(ENTRY_CHARGEBACK_SETTLED, 8, "chargeback_settled")                                           \
    X(ENTRY_CHARGEBACK_WON, 9, "chargeback_won")                                                   \
    X(ENTRY_PAYOUT_CREATED, 21, "payout_created")                                                  \
    X(ENTRY_PAYOUT_PAID, 22, "payout_paid")                                                        \
    X(ENTRY_PAYOUT_FAILED, 23, "payout_failed")                                                    \
    X(ENTRY_PAYOUT_RETURNED, 24, "payout_returned")                                                \
    X(ENTRY_DEBIT_RELEASED, 30, "debit_released")                                                  \
    X(ENTRY_DEBIT_SETTLED, 31, "debit_settled")                                                    \
    X(ENTRY_DEBIT_FINAL, 32, "debit_final")                                                        \
    X(ENTRY_DEBIT_REJECTED, 33, "debit_rejected")                                                  \
    X(ENTRY_DEBIT_RETURNED, 34, "debit_returned")                                                  \
    X(ENTRY_REFUND_RETURNED, 35, "refund_returned")                                                \
    X(ENTRY_BANK_CHARGED, 40, "bank_charged")                                                      \
    X(ENTRY_BANK_SUSPENDED, 41, "bank_suspended")                                                  \
    X(ENTRY_SUSPENSE_CLEARED, 42, "suspense_cleared")                                              \
    X(ENTRY_SUSPENSE_CHARGED, 43, "suspense_charged")                                              \
    X(ENTRY_SUSPENSE_KEPT, 44, "suspense_kept")                                                    \
    X(ENTRY_INVOICE_ISSUED, 50, "invoice_issued")                                                  \
    X(ENTRY_CREDIT_ISSUED, 51, "credit_issued")                                                    \
    X(ENTRY_INVOICE_SETTLED, 52, "invoice_settled")                                                \
    X(ENTRY_INVOICE_UNSETTLED, 53, "invoice_unsettled")
ENUM_DECLARE(entry_kind, ENTRY_LIST);

/* Amount, fee without VAT, and VAT on it, of one payment. */
struct ledger_amounts {
    struct money amount;
    int64_t fee_minor;
    int64_t vat_minor;
};

/* Each function posts one entry of the table of design.md 5 for one object. */

/* Card capture decided, deposit cashed (-> to_capture). */
MUST_CHECK err_t ledger_capture_decided(struct ctx *cx, struct tx *tx, const char *payment,
                                        const struct ledger_amounts *amounts);
/* Cancelled before it left, or the capture was refused: the entry above reversed. */
MUST_CHECK err_t ledger_capture_reversed(struct ctx *cx, struct tx *tx, const char *payment,
                                         const struct ledger_amounts *amounts);
/* The acquirer settles, keeping kept_minor (-> captured). */
MUST_CHECK err_t ledger_capture_settled(struct ctx *cx, struct tx *tx, const char *payment,
                                        const struct ledger_amounts *amounts, int64_t kept_minor);
MUST_CHECK err_t ledger_refund_asked(struct ctx *cx, struct tx *tx, const char *refund,
                                     struct money amount);
MUST_CHECK err_t ledger_refund_settled(struct ctx *cx, struct tx *tx, const char *refund,
                                       struct money amount);
MUST_CHECK err_t ledger_refund_reversed(struct ctx *cx, struct tx *tx, const char *refund,
                                        struct money amount);
/* Notice of a chargeback, with its own fee. */
MUST_CHECK err_t ledger_chargeback(struct ctx *cx, struct tx *tx, const char *dispute,
                                   const struct ledger_amounts *amounts);
MUST_CHECK err_t ledger_chargeback_settled(struct ctx *cx, struct tx *tx, const char *dispute,
                                           struct money amount);
/* What it took comes back, of which the acquirer keeps kept_minor; the fee stays. */
MUST_CHECK err_t ledger_chargeback_won(struct ctx *cx, struct tx *tx, const char *dispute,
                                       struct money amount, int64_t kept_minor);

/* --- reading -------------------------------------------------------------------------------------
 */

struct ledger_line {
    struct entry_id entry;
    enum entry_kind kind;
    enum account account;
    struct money amount;
    instant created;
};
struct ledger_lines {
    struct ledger_line *items; /* in the arena */
    size_t count;
    size_t capacity;
};
/* Adds the legs of the entries of one object, oldest first. Entries are looked for around the times
 * at which something happened to it, with days of room (core/id_times.h). Those that this does not
 * find are problems of `verify`. cx->now and cx->real are the merchant's. */
MUST_CHECK err_t ledger_of_object(struct ctx *cx, struct tx *tx, const char *object,
                                  struct ledger_lines *lines);

MUST_CHECK err_t ledger_balance(struct ctx *cx, struct tx *tx, enum account account,
                                enum currency currency, int64_t *out_minor);

/* The balances of an account in a currency, of every merchant and mode. */
struct ledger_sum {
    struct str account; /* as the database has it, like the currency */
    struct str currency;
    int64_t balances;
    int64_t amount_minor; /* of all together */
};
struct ledger_sums {
    struct ledger_sum *items; /* in the arena, by account and currency */
    size_t count;
    size_t capacity;
};
MUST_CHECK err_t ledger_sums(struct ctx *cx, struct tx *tx, struct ledger_sums *out);

/* --- payouts -------------------------------------------------------------------------------------
 */

MUST_CHECK err_t ledger_payout_created(struct ctx *cx, struct tx *tx, const char *payout,
                                       struct money amount);
MUST_CHECK err_t ledger_payout_paid(struct ctx *cx, struct tx *tx, const char *payout,
                                    struct money amount);
/* It will not be paid: what was created is payable again. */
MUST_CHECK err_t ledger_payout_failed(struct ctx *cx, struct tx *tx, const char *payout,
                                      struct money amount);
/* The money came back after it was paid: payout_paid reversed, before payout_failed. */
MUST_CHECK err_t ledger_payout_returned(struct ctx *cx, struct tx *tx, const char *payout,
                                        struct money amount);

/* --- debits --------------------------------------------------------------------------------------
 */

/* Its file is released (-> capture_sent). */
MUST_CHECK err_t ledger_debit_released(struct ctx *cx, struct tx *tx, const char *payment,
                                       const struct ledger_amounts *amounts);
/* The bank has credited it (-> captured). */
MUST_CHECK err_t ledger_debit_settled(struct ctx *cx, struct tx *tx, const char *payment,
                                      struct money amount);
/* The time for returns is over, or it is returned: what is pending becomes payable. */
MUST_CHECK err_t ledger_debit_final(struct ctx *cx, struct tx *tx, const char *payment,
                                    const struct ledger_amounts *amounts);
/* Rejected before settlement (-> failed): debit_released and its fee reversed. */
MUST_CHECK err_t ledger_debit_rejected(struct ctx *cx, struct tx *tx, const char *payment,
                                       const struct ledger_amounts *amounts);
/* Returned after settlement (-> disputed), of the dispute and with its fee, after debit_final. What
 * the bank took above the amount is its own charge. */
MUST_CHECK err_t ledger_debit_returned(struct ctx *cx, struct tx *tx, const char *dispute,
                                       const struct ledger_amounts *amounts, int64_t charged_minor);
/* The transfer of a refund came back after it was booked: refund_settled reversed, before
 * refund_reversed. */
MUST_CHECK err_t ledger_refund_returned(struct ctx *cx, struct tx *tx, const char *refund,
                                        struct money amount);

/* --- the bank's own lines -----------------------------------------------------------------------
 */

/* Of one line of the statement (core/bank_line.h) or of a settlement file (core/settlement_work.h):
 * moved is what it moved on the account, above zero when money came in.
 * The bank's own charge, or one given back. */
MUST_CHECK err_t ledger_bank_charged(struct ctx *cx, struct tx *tx, const char *line,
                                     struct money moved);
/* It matches nothing. */
MUST_CHECK err_t ledger_bank_suspended(struct ctx *cx, struct tx *tx, const char *line,
                                       struct money moved);
/* A person has decided about it: bank_suspended reversed, for what it was about is booked by itself
 * or in another book; or it was a charge of the bank or of the acquirer. */
MUST_CHECK err_t ledger_suspense_cleared(struct ctx *cx, struct tx *tx, const char *line,
                                         struct money moved);
MUST_CHECK err_t ledger_suspense_charged(struct ctx *cx, struct tx *tx, const char *line,
                                         struct money moved);
MUST_CHECK err_t ledger_suspense_kept(struct ctx *cx, struct tx *tx, const char *line,
                                      struct money moved);

#endif
