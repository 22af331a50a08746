#ifndef GUICHET_CORE_BANK_WORK_H
#define GUICHET_CORE_BANK_WORK_H

#include "core/bank_report.h"

/* What a person has to look at (standards/sepa.md 10): each row once, open until that person has
 * decided. Money that a line of the statement moved and nothing explains lies in suspense as long
 * (core/bank_line.h); a decision takes it out with an entry of its own. */
struct bank_work {
    struct bank_work_id id;
    enum bank_trouble what;
    char object[ID_SIZE]; /* of ours, or "" */
    struct str report;    /* SHA-256, or {NULL, 0} */
    struct str reference;
    struct str reason;
    int64_t amount_cents; /* 0: none */
    struct str day;
    int64_t suspense_cents; /* in suspense: above zero when it came in; 0: none */
    struct str payee_name;  /* the name that the bank suggests for who is paid, or {NULL, 0} */
    bool holds;             /* a transfer, until somebody decides */
    instant created;
    instant closed; /* 0: open */
};

/* Open ones, oldest first. */
MUST_CHECK err_t bank_work_open(struct ctx *cx, struct tx *tx, int64_t limit,
                                struct bank_work **out, size_t *count);

/* Inside a body, by what is told of it; gives it its id. Takes object, report, reference, reason,
 * amount and day as they are. */
MUST_CHECK err_t bank_work_put(struct ctx *cx, struct tx *tx, struct bank_work *work);
/* The same out of a fact. */
struct bank_work bank_work_of(struct ctx *cx, const struct bank_fact *fact, struct str report,
                              enum bank_trouble what, const char *object);
/* Closes one that may be closed already: what it asked for has come. */
MUST_CHECK err_t bank_work_over(struct ctx *cx, struct tx *tx, struct bank_work_id id);

/* --- a person's decisions, for the operator, who has only the id
 *
 * Inside a body. Each sets cx->merchant, cx->mode and the time, and closes the row. ERR_NOT_FOUND,
 * ERR_STATE (it is closed; the money in question) with a fault. */

/* Somebody has seen to it. Not while it holds money in suspense, or a transfer. */
MUST_CHECK err_t bank_work_close(struct ctx *cx, struct tx *tx, struct bank_work_id id);

/* It is about this: a payment, refund or payout of ours, by its id, or a block or file of ours by
 * its number. The line then has the effect that it would have had with that name; one that cannot
 * have it is ERR_STATE. *more: the same call has to be made again, in another transaction. */
MUST_CHECK err_t bank_work_match(struct ctx *cx, struct tx *tx, struct bank_work_id id,
                                 struct str subject, bool *more);
/* It is a charge of the bank, or one given back. */
MUST_CHECK err_t bank_work_charge(struct ctx *cx, struct tx *tx, struct bank_work_id id);
/* The transfer that it holds may go on. With vop_mode "before" the person releases it at the bank
 * too. */
MUST_CHECK err_t bank_work_release(struct ctx *cx, struct tx *tx, struct bank_work_id id);
/* The transfer must not go on, which the person has told the bank too: as if it had rejected it.
 * ERR_STATE for one that is booked. */
MUST_CHECK err_t bank_work_refuse(struct ctx *cx, struct tx *tx, struct bank_work_id id);
/* It is not of this book: the account had other business, or a person has booked it elsewhere.
 * The note is of core/note.h. */
MUST_CHECK err_t bank_work_explain(struct ctx *cx, struct tx *tx, struct bank_work_id id,
                                   struct str note);

#endif
