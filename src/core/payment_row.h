#ifndef GUICHET_CORE_PAYMENT_ROW_H
#define GUICHET_CORE_PAYMENT_ROW_H

#include "core/payment.h"

/* Between the row of the table payment and struct payment: for the files of this resource only, and
 * for requests, which make payments. */
enum { PAYMENT_INSERT_VALUES = 38, PAYMENT_UPDATE_VALUES = 36 };

/* A row as all SELECTs of payment.sql give it; item is a struct payment. */
void payment_row(struct rows *rows, void *item);

/* The values of payment_insert, in its order; the first PAYMENT_UPDATE_VALUES are those of
 * payment_update. */
void payment_values(struct ctx *cx, const struct payment *payment,
                    struct value values[PAYMENT_INSERT_VALUES]);

MUST_CHECK err_t payment_insert(struct ctx *cx, struct tx *tx, const struct payment *payment);

/* A new payment: its row, its place in the totals, its event. One that is `moved` at once gets its
 * row from that move: one statement instead of two for what nobody ever sees apart. */
MUST_CHECK err_t payment_add(struct ctx *cx, struct tx *tx, struct payment *payment, bool moved);

#endif
