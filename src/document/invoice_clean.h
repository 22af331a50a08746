#ifndef GUICHET_DOCUMENT_INVOICE_CLEAN_H
#define GUICHET_DOCUMENT_INVOICE_CLEAN_H

#include "core/invoice_paper.h"

/* A text of anybody as every reader can take it: valid UTF-8 (what is not becomes U+FFFD), blanks
 * for control characters, also for line breaks unless `lines`, and without the marks that embed or
 * override a direction or cannot be in an XML file. Names in any script stay as they are. */
struct str text_clean(struct arena *arena, struct str text, bool lines);

/* The paper with all its texts cleaned: page and XML are made of the same ones. */
const struct invoice_paper *invoice_clean(struct arena *arena, const struct invoice_paper *paper);

#endif
