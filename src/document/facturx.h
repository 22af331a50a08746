#ifndef GUICHET_DOCUMENT_FACTURX_H
#define GUICHET_DOCUMENT_FACTURX_H

#include "core/einvoice_same.h"
#include "core/invoice_paper.h"

/* The file of an issued document, in the arena: PDF/A-3b, of an invoice or a credit note with its
 * XML within (Factur-X, profile EN 16931). The same paper gives the same bytes. ERR_INTERNAL: a
 * library failed or the file would be too large. */
MUST_CHECK err_t invoice_draw(struct arena *arena, const struct invoice_paper *paper,
                              struct str *pdf);

/* The same of an invoice that somebody wrote, as core/document.h has it. */
MUST_CHECK err_t einvoice_draw(struct arena *arena, const struct einvoice *invoice, bool test,
                               struct einvoice_difference *lost, struct str *pdf);

#endif
