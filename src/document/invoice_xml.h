#ifndef GUICHET_DOCUMENT_INVOICE_XML_H
#define GUICHET_DOCUMENT_INVOICE_XML_H

#include "core/einvoice.h"
#include "core/invoice_paper.h"

/* An invoice or a credit note as XML of EN 16931, in the arena; of what somebody wrote, that.
 * ERR_INVALID: a quote or a receipt, which has none; ERR_LIMIT: it would be too large. */
MUST_CHECK err_t invoice_xml(struct arena *arena, const struct invoice_paper *paper,
                             enum invoice_syntax syntax, struct str *xml);

/* The same of an invoice that somebody wrote, fitted to the syntax (core/einvoice_fit.h).
 * ERR_INVALID: a text of it cannot be written; ERR_LIMIT: it would be too large. */
MUST_CHECK err_t einvoice_xml(struct arena *arena, const struct einvoice *invoice,
                              enum invoice_syntax syntax, struct str *xml);

struct xml_writer;

/* The two syntaxes: every term that struct einvoice has, whoever wrote it. */
void cii_write(struct arena *arena, struct xml_writer *xml, const struct einvoice *invoice);
void ubl_write(struct arena *arena, struct xml_writer *xml, const struct einvoice *invoice);

/* A number in them: past the second decimal without the zeros that say nothing; the empty text for
 * one that is not there. */
struct str xml_number(struct arena *arena, struct decimal number);

/* BT-125, what is attached, as an element of this name. */
void xml_attached(struct xml_writer *xml, const char *name,
                  const struct einvoice_attachment *attachment);

#endif
