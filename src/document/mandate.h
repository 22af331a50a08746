#ifndef GUICHET_DOCUMENT_MANDATE_H
#define GUICHET_DOCUMENT_MANDATE_H

#include "core/mandate_paper.h"

/* Draws a mandate as PDF (standards/sepa.md 2.1, 2.2): title, both authorisations and the rights,
 * in the words of the paper's text; reference, creditor, debtor, account, type; place and date with
 * room for a signature, or how it was signed. ERR_INTERNAL: the library failed. */
MUST_CHECK err_t mandate_draw(struct arena *arena, const struct mandate_paper *paper,
                              struct str *pdf);

#endif
