#ifndef GUICHET_CORE_PAYMENT_DEBIT_H
#define GUICHET_CORE_PAYMENT_DEBIT_H

#include "core/bank_account_make.h"
#include "core/debit.h"

/* What creating and changing a payment by direct debit have in common: the account, its mandate and
 * the debit. Whoever makes payments (pages, requests, other faces) calls choose and check before
 * the first write, then write, then run. */

/* Which account is given, by id or with data. */
struct account_choice {
    struct bank_account_id id;
    bool inline_data;
    struct bank_account sealed; /* from bank_account_seal */
    struct mandate_given mandate;
    enum mandate_need need;
};

/* What a payment by direct debit has beside its row. */
struct payment_sepa {
    struct bank_account account;
    struct mandate mandate; /* what the debit is made under; without an id: none is needed */
    struct debit debit;     /* presentation 0: not made yet */
    struct bank_account_making making;
    enum mandate_need need;
    bool account_is_new;
};

/* Before the first write: the account into view->sepa, instead of a card. Faults on "sepa" (not one
 * of methods_allowed, no signed mandate), "bank_account", "mandate". */
MUST_CHECK err_t account_choose(struct ctx *cx, struct tx *tx, const struct account_choice *choice,
                                struct payment_view *view);
/* Before the first write: debit_check of what the view holds. */
MUST_CHECK err_t payment_debit_check(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                                     struct payment_view *view);
/* Writes what is new of the account, lets the payment point to it, sets its fee. */
MUST_CHECK err_t payment_debit_write(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                                     struct payment_view *view);
/* The row that keeps the choice while nothing is asked. */
MUST_CHECK err_t payment_debit_keep(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                                    struct payment_view *view);
/* Runs it: to_capture with its debit, or authorized when the debit is made by a later call. The
 * payment's row is written or `unwritten`. */
MUST_CHECK err_t payment_debit_run(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                                   struct payment_view *view, bool capture);

/* What belongs to a payment whose method is sepa; *out is NULL when nothing was chosen. */
MUST_CHECK err_t payment_sepa_load(struct ctx *cx, struct tx *tx, const struct payment *payment,
                                   struct payment_sepa **out);

/* Before the first write: the mandate as it is now, for what was chosen earlier. Faults as
 * mandate_usable. */
MUST_CHECK err_t payment_sepa_renew(struct ctx *cx, struct tx *tx, struct payment_sepa *sepa);

/* authorized -> to_capture. */
MUST_CHECK err_t payment_debit_capture(struct ctx *cx, struct tx *tx, struct payment *payment);

#endif
