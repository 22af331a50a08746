#ifndef GUICHET_CORE_EINVOICE_PAPER_H
#define GUICHET_CORE_EINVOICE_PAPER_H

#include "core/einvoice.h"
#include "core/invoice_paper.h"

/* What an issued invoice or credit note says, in the terms of EN 16931: the same as its XML carries
 * (document/cii.c, ubl.c). Texts are shared with the paper. */
void einvoice_of_paper(struct arena *arena, const struct invoice_paper *paper,
                       struct einvoice *out);

#endif
