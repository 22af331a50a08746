#ifndef GUICHET_CORE_INVOICE_CREDIT_H
#define GUICHET_CORE_INVOICE_CREDIT_H

#include "core/invoice.h"

/* A mistake in an issued invoice is undone by a credit note that cites it (api/simplypaie.md 7.1):
 * BT-3 381 with the same lines and sums, whole, once, in a series of its own. */

/* Of this invoice, *found tells whether there is one. */
MUST_CHECK err_t invoice_credit_of(struct ctx *cx, struct tx *tx, struct invoice_id id,
                                   struct invoice *out, bool *found);

/* Inside a body. token opens its file; {NULL, 0}: nobody may. ERR_NOT_FOUND, ERR_STATE with a fault
 * on "invoice": it is none, or is undone already; ERR_STATE with a fault on "account" and on each
 * setting that is missing. */
struct invoice_credit {
    struct invoice_id of;
    struct str token;
    struct invoice invoice; /* out */
};
MUST_CHECK err_t invoice_credit(struct ctx *cx, struct tx *tx, struct invoice_credit *credit);

#endif
