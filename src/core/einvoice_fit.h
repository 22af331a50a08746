#ifndef GUICHET_CORE_EINVOICE_FIT_H
#define GUICHET_CORE_EINVOICE_FIT_H

#include "core/einvoice.h"
#include "core/invoice_paper.h"

/* What a syntax wants beside what an invoice says, without saying more: UBL a means of payment
 * (BT-81: 1, undefined) around BT-83 and BT-89, which CII tells beside it; CII a price (BT-148)
 * around its discount (BT-147), which UBL tells alone. Everything else is shared. */
void einvoice_fit(struct arena *arena, const struct einvoice *invoice, enum invoice_syntax syntax,
                  struct einvoice *out);

#endif
