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
    /* The other merchants of the account, once a fact has asked for them. */
    struct merchant_id *others;
    size_t other_count;
    /* Of the last fact: */
    enum bank_outcome outcome;
    bool unfinished; /* the room was not enough: the same fact goes on in another transaction */
    bool elsewhere;  /* it is about what another merchant sent, or is in the other mode */
    char touched[ID_SIZE]; /* the object of the one transaction that it is about, or "" */
    bool touched_blocks;   /* it is about more than one */
};

/* Inside a body. Whatever contradicts what is known becomes work and changes nothing else. */
MUST_CHECK err_t bank_fact_effect(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                                  struct effect *effect);

/* The facts of a body that settle debits as expected, which are booked as a set. `effect` says what
 * counts. */
struct settle;
MUST_CHECK err_t settle_begin(struct ctx *cx, struct tx *tx, const struct bank_facts *facts,
                              const struct effect *effect, struct settle **out);
/* The fact in this place is one of them, and in the set. */
MUST_CHECK err_t settle_take(struct ctx *cx, struct tx *tx, struct settle *settle, size_t place,
                             bool *taken);
/* Books the set: before any other fact has its effect, and at the end. */
MUST_CHECK err_t settle_flush(struct ctx *cx, struct tx *tx, struct settle *settle);
/* Another fact had an effect: what was found out of the same transactions counts no more. */
void settle_forget(struct settle *settle, const struct effect *effect);

/* It has waited too long. */
MUST_CHECK err_t bank_fact_unexplained(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                                       struct effect *effect);

/* The effect of a line on what a person names: a transaction by its id, a block or a file by its
 * number. ERR_NOT_FOUND and ERR_STATE with a fault on "subject". effect->by_hand is set. */
MUST_CHECK err_t bank_fact_match(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                                 struct str subject, struct effect *effect);

/* A line that was stored, by its day (or none). Whether it is `ours`, or a charge, is not. */
MUST_CHECK err_t bank_fact_load(struct ctx *cx, struct tx *tx, struct str key, struct date day,
                                struct bank_fact *out);

#endif
