#ifndef GUICHET_DOCUMENT_XMP_H
#define GUICHET_DOCUMENT_XMP_H

#include "document/pdfa.h"

/* What a PDF/A says of itself, as an XMP packet: part and level of the standard, title, author and
 * day, and with an invoice the four properties of Factur-X and the schema that declares them. The
 * day is written as the file's /Info has it. In the arena. */
struct str xmp_write(struct arena *arena, const struct pdfa *pdfa);

#define PDFA_CREATOR "Guichet"
#define PDFA_INVOICE_NAME "factur-x.xml"

#endif
