#ifndef GUICHET_CORE_DEBIT_H
#define GUICHET_CORE_DEBIT_H

#include "core/mandate.h"
#include "core/payment.h"

/* The bank's side of a payment by direct debit (standards/sepa.md 3 and 4): a row of its own beside
 * the payment's, loaded only when the method is sepa. The payment's state tells how far it is.
 *
 *     to_capture     waits for the cut-off, or lies in a file that was not released yet
 *     capture_sent   its file was released
 *     captured       settled on its due day
 *     failed         rejected before settlement     disputed   returned after it
 */
#define DEBIT_SEQUENCE_LIST(X)                                                                     \
    X(DEBIT_FIRST, 1, "FRST")                                                                      \
    X(DEBIT_RECURRENT, 2, "RCUR")                                                                  \
    X(DEBIT_FINAL, 3, "FNAL")                                                                      \
    X(DEBIT_ONE_OFF, 4, "OOFF")
ENUM_DECLARE(debit_sequence, DEBIT_SEQUENCE_LIST);

enum { END_TO_END_MAX = 35 };

struct debit {
    struct payment_id payment;
    struct bank_account_id account;
    struct mandate_id mandate;  /* none: an account without any, in v1 of test mode */
    enum mandate_scheme scheme; /* core, b2b */
    enum debit_sequence sequence;
    struct date due;                     /* a TARGET day; year 0: chosen, but not opened yet */
    char end_to_end[END_TO_END_MAX + 1]; /* unique for the merchant in its mode */
    instant cutoff;                      /* when it goes into a file at the latest; 0: not opened */
    struct bank_file_id file;            /* or none */
    struct str umr;                      /* that its file names; {NULL, 0}: none, or in none yet */
    struct str reason;                   /* ISO code of what came back, or {NULL, 0} */
    struct payment_id retry_of;          /* the payment that it presents again, or none */
    int64_t presentation;                /* 1 for the first, 2 for its first repetition */
    instant sent;                        /* its file was released; 0: not */
    instant settled;                     /* midnight Paris of the day; 0: not */
    instant heard;                       /* when the bank told us of that; 0: not */
    instant released;                    /* its money became payable; 0: not */
    instant ended;                       /* canceled or rejected before settlement; 0: not */
    instant returned;                    /* 0: not */
    instant created;
};

/* --- making one ----------------------------------------------------------------------------------
 */

struct debit_order {
    const struct merchant *merchant;
    struct payment *payment;
    const struct bank_account *account;
    const struct mandate *mandate; /* from mandate_usable; without an id where none is needed */
    struct date asked;             /* year 0: the first day that the calendar allows */
    struct str end_to_end;         /* {NULL, 0}: one is made */
    struct payment_id retry_of;    /* or none */
    int64_t presentation;          /* 0 is 1 */
    bool has_address;              /* the debtor's is known, and will be written beside */
};

/* Before the first write: currency, amount, the merchant's identifier and account, and a mandate
 * for one debit that is not used yet. ERR_INVALID with a fault on "currency", "amount" or "sepa";
 * ERR_CONFLICT on "sepa": another debit has the reference. */
MUST_CHECK err_t debit_check(struct ctx *cx, struct tx *tx, const struct debit_order *order);

/* The account is chosen for a payment and nothing asked yet (v1, PATCH sepa alone). */
MUST_CHECK err_t debit_choose(struct ctx *cx, struct tx *tx, const struct debit_order *order,
                              struct debit *out);

/* Another method was chosen for it. */
MUST_CHECK err_t debit_drop(struct ctx *cx, struct tx *tx, struct payment_id payment);

/* After debit_check: the row; the due day, which is a TARGET day that the pre-notification and the
 * cut-off of the merchant's settings allow, moved forward from the day asked for; the payment
 * (new or authorized, its row may be unwritten) to to_capture; the mail that tells the debtor; the
 * task SEPA_EXPORT of the merchant at the cut-off. */
MUST_CHECK err_t debit_open(struct ctx *cx, struct tx *tx, const struct debit_order *order,
                            struct debit *out);

/* The first day that a debit opened at cx->now can be due on, not before the one asked for. */
struct date debit_due(const struct ctx *cx, const struct merchant *merchant, struct date asked);

/* Whether no other debit or transfer of the merchant is called that at the bank, or would be: one
 * without a name of its own has its id. */
MUST_CHECK err_t debit_reference_free(struct ctx *cx, struct tx *tx, struct str end_to_end,
                                      bool *is_free);

/* The amount, text or day of a payment that waits for its file has changed: writes its row, gives
 * the debit its day (year 0: the one it has) and tells the debtor. */
MUST_CHECK err_t debit_change(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                              struct payment *payment, struct debit *debit, struct date asked);

/* --- reading -------------------------------------------------------------------------------------
 */

/* ERR_NOT_FOUND with a fault on "debit". */
MUST_CHECK err_t debit_load(struct ctx *cx, struct tx *tx, struct payment_id id, struct debit *out);

/* Inside a body: one that waits cannot go into a file; its payment fails with this code. */
MUST_CHECK err_t debit_fail_waiting(struct ctx *cx, struct tx *tx, struct payment *payment,
                                    struct debit *debit, struct str reason);

/* A debit that is about to move, with as much of its payment and mandate as that needs: one row of
 * a join instead of three that are loaded whole, since files hold many. */
struct debit_move {
    struct payment_id payment;
    enum payment_state state;
    struct money amount;
    int64_t fee_minor;
    int64_t fee_vat_minor;
    int64_t description_len; /* in characters */
    instant created;         /* of the payment */
    enum mandate_scheme scheme;
    enum debit_sequence sequence;
    struct date due;
    struct str end_to_end;
    instant cutoff;
    struct bank_file_id file; /* or none */
    instant sent;
    instant settled;
    bool far;               /* its account is outside the European Economic Area */
    bool amended;           /* its mandate has changes that no bank was told of */
    struct mandate mandate; /* id, state, type, dates, reference and creditor only; no id: none */
};
/* ERR_NOT_FOUND with a fault on "debit". */
MUST_CHECK err_t debit_move_load(struct ctx *cx, struct tx *tx, struct payment_id id,
                                 struct debit_move *out);

/* Debits that are to go into a file at `now`: to_capture, in no file, and their cut-off has come
 * (never more than 14 days before the due day). In the order of cut-off and payment, at most limit,
 * in the arena; begin with an empty cursor, which is moved on. */
struct debit_cursor {
    instant cutoff;
    struct payment_id payment;
};
MUST_CHECK err_t debits_due(struct ctx *cx, struct tx *tx, instant now, int64_t limit,
                            struct debit_cursor *after, struct debit_move **out, size_t *count);

/* How many there are, by what decides their block of a file: in the arena. Without those that may
 * not go, as far as their rows tell. */
struct debits_alike {
    enum mandate_scheme scheme;
    enum debit_sequence sequence;
    struct date due;
    int64_t count;
    int64_t sum_minor;
};
MUST_CHECK err_t debits_due_alike(struct ctx *cx, struct tx *tx, instant now,
                                  struct debits_alike **out, size_t *count);

/* --- files ---------------------------------------------------------------------------------------
 */

/* Debits whose cut-off was before this moment have missed it. */
instant debits_late_before(const struct ctx *cx);
/* False: it missed its cut-off by more than an hour, or its mandate does not hold any more. */
MUST_CHECK err_t debit_may_go(struct ctx *cx, struct tx *tx, const struct debit_move *move,
                              bool *out);
/* Inside a body, for one that may not go, and for at most `most` of all those: what missed its
 * cut-off by more than an hour gets the first feasible day and its debtor a new mail (or fails, by
 * the setting late_policy); what waits under a mandate that was revoked, suspended or has expired
 * fails with MD01. *more: call again. */
MUST_CHECK err_t debit_put_right(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                                 struct payment_id payment);
MUST_CHECK err_t debits_put_right(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                                  int64_t most, bool *more);

/* When the next one that waits goes into a file; 0: none waits. */
MUST_CHECK err_t debits_next_cutoff(struct ctx *cx, struct tx *tx, instant *out);

/* A file for the bank is to be made at `due` or earlier: the task SEPA_EXPORT of the merchant,
 * moved to that moment when it is due later. Also for transfers. */
MUST_CHECK err_t sepa_export_ask(struct ctx *cx, struct tx *tx, instant due);

/* Each of these is idempotent: what has happened already is OK and changes nothing; what
 * contradicts it is ERR_STATE with a fault on "debit" and changes nothing. They fill `move` or
 * `debit` with what it is then. A `move` was read in the same body. */

/* Before it goes into a file of the merchant (core/debit_set.h): its mandate becomes the merchant's
 * as it is now, and what the debtor's bank has to be told of it goes with the debit
 * (core/mandate_amendment.h). ERR_STATE also when it is in a file, or the mandate does not hold any
 * more: debit_put_right sees to that. */
MUST_CHECK err_t debit_taking(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                              struct debit_move *move);
/* What waits under a mandate, or is held, is collected from this account from now on. */
MUST_CHECK err_t debits_move(struct ctx *cx, struct tx *tx, struct mandate_id mandate,
                             struct bank_account_id account);
/* The file was given up before its release: all of it waits again, for the next file. */
MUST_CHECK err_t debit_give_back(struct ctx *cx, struct tx *tx, struct bank_file_id file);
/* The bank has credited it, on this day: captured; its money is payable 5 (B2B: 3) TARGET days
 * later, by the task DEBIT_RELEASE that all of the day share. */
MUST_CHECK err_t debit_settled(struct ctx *cx, struct tx *tx, struct debit_move *move,
                               struct date date);
/* It came back before settlement: failed, with the bank's code as response; what the code means for
 * the mandate, and for another presentation, follows (core/debit_reason.h). */
MUST_CHECK err_t debit_rejected(struct ctx *cx, struct tx *tx, struct debit *debit,
                                struct str reason);
/* The bank has confirmed that it does not collect it, as it was asked (core/bank_cancellation.h):
 * canceled; its mandate is free again, and what the reason means for it follows. */
MUST_CHECK err_t debit_recalled(struct ctx *cx, struct tx *tx, struct debit *debit,
                                struct str reason);
/* It came back after settlement: disputed, with a dispute of kind return and its fee. charged is
 * what the bank took, in cents: at least the amount; what is more is a charge of the bank. */
struct debit_return {
    struct str reason;
    struct date booked;
    int64_t charged_minor;
};
MUST_CHECK err_t debit_returned(struct ctx *cx, struct tx *tx, struct debit *debit,
                                const struct debit_return *back);
/* Before it was taken into a file, or opened at all: canceled. */
MUST_CHECK err_t debit_canceled(struct ctx *cx, struct tx *tx, struct payment *payment);
/* All that wait under a mandate, and lie in no file, are canceled. */
MUST_CHECK err_t debits_cancel(struct ctx *cx, struct tx *tx, struct mandate_id mandate);
/* The money of a settled debit becomes payable: at D + 5, or before a payout that names it. OK when
 * it is already, or when it came back. */
MUST_CHECK err_t debit_release(struct ctx *cx, struct tx *tx, struct payment *payment);

#endif
