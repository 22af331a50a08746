#ifndef GUICHET_CORE_EINVOICE_SAME_H
#define GUICHET_CORE_EINVOICE_SAME_H

#include "core/einvoice.h"

struct einvoice_difference {
    const char *term; /* "BT-131" */
    size_t at;        /* which one of the outermost list, from 1; 0: the document's */
};

/* Whether two invoices say the same, term by term: texts byte for byte, numbers by their value,
 * lists in their order; nothing said of a discount, an allowance, a charge, what was paid or
 * rounded is 0, of the base of a price is 1. Else *out is the first term in which they differ. */
bool einvoice_same(const struct einvoice *a, const struct einvoice *b,
                   struct einvoice_difference *out);

#endif
