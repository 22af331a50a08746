#ifndef GUICHET_CORE_INVOICE_SALES_H
#define GUICHET_CORE_INVOICE_SALES_H

#include "core/invoice_paper.h"
#include "store/store.h"

/* The sales book of a merchant (design.md 5): what its invoices do in its own accounts, beside the
 * money book of the operator and never mixed with it. Each entry is of the invoice `object`. */

/* Issued: D customers, C sales and C VAT for each rate; a credit note the other way round; quotes
 * and receipts nothing. Sales of goods are 707, all others 706. */
MUST_CHECK err_t invoice_sales_post(struct ctx *cx, struct tx *tx, const char *object,
                                    const struct invoice_paper *paper);

/* A payment has settled so much of it: D operator, C customers; below zero: so much of what it had
 * settled is gone. */
MUST_CHECK err_t invoice_sales_settle(struct ctx *cx, struct tx *tx, const char *object,
                                      struct money amount);

#endif
