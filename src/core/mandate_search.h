#ifndef GUICHET_CORE_MANDATE_SEARCH_H
#define GUICHET_CORE_MANDATE_SEARCH_H

#include "core/consumer.h"
#include "core/mandate.h"

/* Mandates of consumers for which all conditions hold, oldest first. Those that another face made
 * for a customer who is no consumer are not among them. */
enum { MANDATES_FOUND_MAX = 500 };

struct mandate_search {
    struct str reference; /* of the consumer; {NULL, 0}: any, as in what follows */
    struct str own;       /* likewise, the merchant's */
    struct str umr;
    unsigned states;        /* bit 1 << enum mandate_state; 0: any */
    enum mandate_type type; /* 0: any */
    struct str signed_on;   /* YYYY-MM-DD, in Paris */
    struct str signed_from;
    struct str signed_until;
    struct str place; /* of the signature */
    struct consumer_condition conditions[CONSUMER_CONDITIONS_MAX];
    size_t condition_count;
    int64_t limit; /* 1 to MANDATES_FOUND_MAX */
    int64_t offset;
};

struct mandate_found {
    struct mandate mandate;
    struct consumer consumer;
    struct str place;     /* of the signature, or {NULL, 0} */
    struct str signed_on; /* YYYY-MM-DD, or {NULL, 0} */
};

MUST_CHECK err_t mandate_search(struct ctx *cx, struct tx *tx, const struct mandate_search *search,
                                struct mandate_found **out, size_t *count);

/* The newest mandate of a consumer, or the one of this reference. ERR_NOT_FOUND with a fault on
 * "mandate": it has none, or the reference is another's. */
MUST_CHECK err_t mandate_of_consumer(struct ctx *cx, struct tx *tx, const struct consumer *consumer,
                                     struct str umr, struct mandate *out);

#endif
