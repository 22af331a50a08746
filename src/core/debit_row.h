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

/* The first columns of the SELECTs that read a struct debit_move. */
enum { DEBIT_MOVE_COLUMNS = 27 };
void debit_move_row(struct rows *rows, struct debit_move *out);

/* Whether its mandate holds, where it needs one. */
MUST_CHECK err_t debit_mandate_lets(struct ctx *cx, struct tx *tx, const struct debit_move *move,
                                    bool *out);

/* What happened contradicts what is asked: ERR_STATE with a fault on "debit". */
err_t debit_contradicts(struct ctx *cx, struct payment_id payment);

/* Tells the debtor when and under which mandate the debit comes (standards/sepa.md 3), when there
 * is an address to tell it to. */
MUST_CHECK err_t debit_announce(struct ctx *cx, struct tx *tx, const struct debit_order *order,
                                const struct debit *debit);

#endif
