#ifndef GUICHET_CORE_BANK_LINE_H
#define GUICHET_CORE_BANK_LINE_H

#include "core/bank_work.h"

/* Lines of the statement that are about none of our transactions, or parts of them (design.md 5,
 * last row of the ledger): booked all the same, once for each line and object, so that 512 is the
 * account. For the files of bank reports. */
#define BANK_LINE_LIST(X)                                                                          \
    X(BANK_LINE_SUSPENSE, 1, "suspense")   /* waits for a person, by its work */                   \
    X(BANK_LINE_CHARGE, 2, "charge")       /* the bank's own, or one given back */                 \
    X(BANK_LINE_MATCHED, 3, "matched")     /* a person knew what of ours it is about */            \
    X(BANK_LINE_EXPLAINED, 4, "explained") /* not of this book: a person said why */               \
    X(BANK_LINE_BALANCED, 5, "balanced")   /* one of two about the same object that make nothing */
ENUM_DECLARE(bank_line_state, BANK_LINE_LIST);

struct bank_line {
    struct bank_line_id id;
    enum bank_line_state state;
    struct str fact;
    char object[ID_SIZE]; /* what it names of ours, or "" */
    int64_t cents;        /* what it moved on the account: above zero when it came in */
    struct date day;      /* year 0: not told */
    struct bank_work_id work;
};

/* Books a charge of the bank (cents below zero) or one given back; object: what it is for, or "".
 */
MUST_CHECK err_t bank_line_charge(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                                  int64_t cents, const char *object);

/* Books a line that nothing explains, or that contradicts what is known, in suspense, with work for
 * a person. One that takes back what another line about the same object brought needs nobody: both
 * are `balanced`, in whatever order they come. */
MUST_CHECK err_t bank_line_hold(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                                int64_t cents, struct bank_work *work, bool *balanced);

/* Whether such a line waits for the opposite of cents. */
MUST_CHECK err_t bank_line_waits(struct ctx *cx, struct tx *tx, const char *object, int64_t cents,
                                 bool *out);

/* The line that a row of the work list holds in suspense. */
MUST_CHECK err_t bank_line_of_work(struct ctx *cx, struct tx *tx, struct bank_work_id work,
                                   struct bank_line *out, bool *found);

/* Takes it out of suspense as a charge, matched (to an object or a number of ours) or explained. */
MUST_CHECK err_t bank_line_clear(struct ctx *cx, struct tx *tx, struct bank_line *line,
                                 enum bank_line_state to, struct str text);

#endif
