#ifndef GUICHET_DOCUMENT_INVOICE_PAGE_H
#define GUICHET_DOCUMENT_INVOICE_PAGE_H

#include "core/invoice_paper.h"
#include "document/canvas.h"

/* The pages of an issued document, of a cleaned paper: seller, buyer, dates, lines, sums, how to
 * pay, mentions (api/simplypaie.md 7.4 and 7.5). Everything that its XML says stands on them.
 * ERR_LIMIT: what somebody wrote is too long to be seen whole; ERR_INTERNAL: the library of the
 * code for transfers failed. */
MUST_CHECK err_t invoice_page(struct arena *arena, const struct invoice_paper *paper,
                              struct canvas **out);

/* "Facture F2026-000001". */
struct str invoice_title(struct arena *arena, const struct invoice_paper *paper);

#endif
