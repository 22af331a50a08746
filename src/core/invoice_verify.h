#ifndef GUICHET_CORE_INVOICE_VERIFY_H
#define GUICHET_CORE_INVOICE_VERIFY_H

#include "core/verify.h"

/* Proves every series of documents, of all merchants: chain, numbers, days and sums
 * (core/invoice_chain.h), that the rows say what their records say, and that each series ends where
 * it says. Adds what is wrong, by number, to the report. */
MUST_CHECK err_t invoice_verify(struct ctx *cx, struct tx *tx, struct verify_report *out);

#endif
