#ifndef GUICHET_CORE_COUNTER_H
#define GUICHET_CORE_COUNTER_H

#include "store/store.h"

/* Totals of lists, kept in the transaction that creates or hides an object: one of all, one per
 * span of hours and one per hour of creation (design.md 4), so that a total costs no scan, nor more
 * when years have gone by. kind is the table's name, or payment_paid, or invoice_issued: invoices
 * and credit notes, or submission_sent and submission_received. */
MUST_CHECK err_t counter_add(struct ctx *cx, struct tx *tx, const char *kind, instant created);
/* An object that was counted at its creation is not shown any more. */
MUST_CHECK err_t counter_take(struct ctx *cx, struct tx *tx, const char *kind, instant created);

/* How many there are. */
MUST_CHECK err_t counter_all(struct ctx *cx, struct tx *tx, const char *kind, int64_t *out);
/* How many were created in the hours [from_hour, until_hour], both counted from 1970. */
MUST_CHECK err_t counter_between(struct ctx *cx, struct tx *tx, const char *kind, int64_t from_hour,
                                 int64_t until_hour, int64_t *out);

#endif
