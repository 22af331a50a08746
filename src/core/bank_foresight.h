#ifndef GUICHET_CORE_BANK_FORESIGHT_H
#define GUICHET_CORE_BANK_FORESIGHT_H

#include "core/bank_file.h"

/* What a file of debits will hold when all that is due is taken, so that it can be written along
 * (docs/adr/0026-files-of-many-debits.md). It is a guess: whoever uses it asks at the end whether
 * it came true, and throws away what was made of it otherwise. */
struct bank_foresight {
    struct bank_file file;     /* that is being built, with count and sum as they will be */
    struct bank_block *blocks; /* likewise; those that have not begun have the number 0 */
    size_t block_count;
};

/* In the arena. *found: false unless one file of debits is being built, and has room for all. */
MUST_CHECK err_t bank_foresee(struct ctx *cx, struct tx *tx, const struct bank_profile *profile,
                              struct bank_foresight *out, bool *found);

/* A block by its number, when it has begun by now; else NULL: not as foreseen. */
MUST_CHECK err_t bank_foreseen_block(struct ctx *cx, struct tx *tx,
                                     struct bank_foresight *foresight, int64_t number,
                                     const struct bank_block **out);

/* Nothing more is taken into the file: whether its row and its blocks are what was foreseen. */
MUST_CHECK err_t bank_foresight_came_true(struct ctx *cx, struct tx *tx,
                                          struct bank_foresight *foresight, bool *out);

#endif
