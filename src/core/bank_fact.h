#ifndef GUICHET_CORE_BANK_FACT_H
#define GUICHET_CORE_BANK_FACT_H

#include "core/bank_report.h"

/* What a fact does (standards/sepa.md 10.5); for core/bank_report.c. */

struct effect {
    const struct bank_profile *profile;
    struct str report;
    int64_t room; /* how many transactions may still change in this transaction of the database */
    /* Of the last fact: */
    enum bank_outcome outcome;
    bool unfinished; /* the room was not enough: the same fact goes on in another transaction */
    bool elsewhere;  /* it is about a file of another merchant or of the other mode */
};

/* Inside a body. Whatever contradicts what is known becomes work and changes nothing else. */
MUST_CHECK err_t bank_fact_effect(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                                  struct effect *effect);

/* Something for a person; object: of ours, or "". */
MUST_CHECK err_t bank_work_put(struct ctx *cx, struct tx *tx, struct str report,
                               const struct bank_fact *fact, enum bank_trouble what,
                               const char *object);

#endif
