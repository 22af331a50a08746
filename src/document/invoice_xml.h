#ifndef GUICHET_DOCUMENT_INVOICE_XML_H
#define GUICHET_DOCUMENT_INVOICE_XML_H

#include "core/invoice_paper.h"

/* An invoice or a credit note as XML of EN 16931, in the arena. ERR_INVALID: a quote or a receipt,
 * which has none; ERR_LIMIT: it would be too large. */
MUST_CHECK err_t invoice_xml(struct arena *arena, const struct invoice_paper *paper,
                             enum invoice_syntax syntax, struct str *xml);

struct xml_writer;

/* The two syntaxes, of a cleaned paper (document/invoice_clean.h). */
void cii_write(struct arena *arena, struct xml_writer *xml, const struct invoice_paper *paper);
void ubl_write(struct arena *arena, struct xml_writer *xml, const struct invoice_paper *paper);

#endif
