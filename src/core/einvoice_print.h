#ifndef GUICHET_CORE_EINVOICE_PRINT_H
#define GUICHET_CORE_EINVOICE_PRINT_H

#include "core/einvoice.h"
#include "core/invoice_paper.h"

/* The way back of core/einvoice_paper.h: a paper of an invoice that somebody wrote, so that it can
 * be drawn. It keeps the invoice, of which the page shows what papers of ours have no room for.
 * What it cannot hold even so is left out: einvoice_of_paper() of the result, compared with the
 * invoice (core/einvoice_same.h), tells whether anything was. Texts are shared. */
void paper_of_einvoice(struct arena *arena, const struct einvoice *invoice,
                       struct invoice_paper *out);

#endif
