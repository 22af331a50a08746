#ifndef GUICHET_CORE_LEDGER_POST_H
#define GUICHET_CORE_LEDGER_POST_H

#include "core/ledger.h"

/* The one way into the books, for the files that post to them. */
struct leg {
    enum account account;
    int64_t amount_minor; /* debit positive; 0 is left out */
};

/* The legs sum to zero and are all of one book; when all are 0 nothing is written. */
MUST_CHECK err_t entry_post(struct ctx *cx, struct tx *tx, enum entry_kind kind, const char *object,
                            enum currency currency, const struct leg *legs, size_t count);

#endif
