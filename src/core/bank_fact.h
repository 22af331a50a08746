#ifndef GUICHET_CORE_BANK_FACT_H
#define GUICHET_CORE_BANK_FACT_H

#include "core/bank_report.h"

/* What a fact does (standards/sepa.md 10.5); for core/bank_report.c. */

struct effect {
    const struct bank_profile *profile;
    struct str report;
    int64_t room; /* how many transactions may still change in this transaction of the database */
    bool shared;  /* as in struct bank_facts */
    bool by_hand; /* a person says what it is about: a contradiction is refused, ERR_STATE */
    /* Of the last fact: */
    enum bank_outcome outcome;
    bool unfinished; /* the room was not enough: the same fact goes on in another transaction */
    bool elsewhere;  /* it is about a file of another merchant or of the other mode */
};

/* Inside a body. Whatever contradicts what is known becomes work and changes nothing else. */
MUST_CHECK err_t bank_fact_effect(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                                  struct effect *effect);

/* It has waited too long. */
MUST_CHECK err_t bank_fact_unexplained(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                                       struct effect *effect);

/* The effect of a line on what a person names: a transaction by its id, a block or a file by its
 * number. ERR_NOT_FOUND and ERR_STATE with a fault on "subject". effect->by_hand is set. */
MUST_CHECK err_t bank_fact_match(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                                 struct str subject, struct effect *effect);

/* One that was stored. Whether a line is `ours`, or a charge, is not. */
MUST_CHECK err_t bank_fact_load(struct ctx *cx, struct tx *tx, struct str key,
                                struct bank_fact *out);

#endif
