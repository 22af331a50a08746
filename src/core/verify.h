#ifndef GUICHET_CORE_VERIFY_H
#define GUICHET_CORE_VERIFY_H

#include "store/store.h"

/* What `guichet verify` proves from the rows alone, of all merchants (design.md 5). */
enum { VERIFY_PROBLEMS_MAX = 100 };

struct verify_problem {
    const char *what; /* "the legs of an entry do not sum to zero" */
    struct str merchant;
    struct str mode;
    struct str object; /* the id of the entry, payment, refund ..., or an account */
};

struct verify_report {
    int64_t payments;
    int64_t refunds;
    int64_t disputes;
    int64_t payouts;
    int64_t invoices; /* documents of all kinds */
    int64_t entries;
    int64_t legs;
    int64_t audit;         /* the last number of the audit, and its hash in hexadecimal: to be */
    struct str audit_head; /* kept elsewhere by whoever wants to know that none is cut off */
    size_t checks;         /* how many rules were checked */
    struct verify_problem problems[VERIFY_PROBLEMS_MAX];
    size_t problem_count; /* 0: all is well; stops counting at the maximum */
};

/* For the parts of verify() that are not statements: adds to the report while there is room. */
void verify_tell(struct verify_report *out, const struct verify_problem *problem);

/* Reads one snapshot. An error means that it could not be read, not that something is wrong. */
MUST_CHECK err_t verify(struct ctx *cx, struct tx *tx, struct verify_report *out);

#endif
