#ifndef GUICHET_RAILS_SEPA_FACTS_H
#define GUICHET_RAILS_SEPA_FACTS_H

#include "core/bank_statement.h"
#include "rails/sepa/survey.h"

/* The second reading of a file: what it says, fact by fact, as far as one merchant is concerned. */
struct facts_reader {
    const struct bank_profile *profile;
    const struct survey *survey;
    /* Takes a fact, whose texts are borrowed for the call. */
    err_t (*take)(void *arg, const struct bank_fact *fact);
    /* Takes a statement of the merchant's account at its end, borrowed likewise. */
    err_t (*statement)(void *arg, const struct bank_statement *statement);
    void *arg;
    /* Private: */
    size_t entry; /* how many came before */
    size_t told;  /* of transactions, in a status file */
    bool is_ours; /* the statement is of the merchant's account */
    struct arena *scratch;
};

/* The file is read from its beginning. */
MUST_CHECK err_t facts_read(struct ctx *cx, int fd, size_t bytes_max, struct facts_reader *reader);

#endif
