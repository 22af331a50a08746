#ifndef GUICHET_CORE_INVOICE_SYNTAX_H
#define GUICHET_CORE_INVOICE_SYNTAX_H

#include "core/invoice.h"

/* An issued invoice as XML alone, written when it is asked for: the same bytes each time. Done by a
 * thread for reads that take long (core/lookup.h). ERR_NOT_FOUND with a fault on "invoice", of a
 * quote or a receipt too; ERR_UNAVAILABLE with a fault: nothing can be written here. */
struct invoice_syntax_read {
    struct operation operation;
    struct invoice_id id;
    enum invoice_syntax syntax;
    struct str xml; /* out */
};
void invoice_syntax_read(struct invoice_syntax_read *read);

#endif
