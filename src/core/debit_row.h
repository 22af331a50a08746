#ifndef GUICHET_CORE_DEBIT_ROW_H
#define GUICHET_CORE_DEBIT_ROW_H

#include "core/debit.h"

/* What the files of the debit share. */

/* Writes the whole row, new or not. */
MUST_CHECK err_t debit_put(struct ctx *cx, struct tx *tx, const struct debit *debit);

/* A row as all SELECTs of debit.sql give it. */
void debit_row(struct rows *rows, struct debit *out);
/* All rows of a query, at most `limit`, in the arena. */
MUST_CHECK err_t debit_rows(struct ctx *cx, struct rows *rows, int64_t limit, struct debit **out,
                            size_t *count);

/* What happened contradicts what is asked: ERR_STATE with a fault on "debit". */
err_t debit_contradicts(struct ctx *cx, struct payment_id payment);

/* Changes one column by one of the statements debit_step_. */
MUST_CHECK err_t debit_step(struct ctx *cx, struct tx *tx, const struct sql *sql,
                            const struct debit_move *move, struct value value);

/* Tells the debtor when and under which mandate the debit comes (standards/sepa.md 3), when there
 * is an address to tell it to. */
MUST_CHECK err_t debit_announce(struct ctx *cx, struct tx *tx, const struct debit_order *order,
                                const struct debit *debit);

#endif
