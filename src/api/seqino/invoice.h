#ifndef GUICHET_API_SEQINO_INVOICE_H
#define GUICHET_API_SEQINO_INVOICE_H

#include "core/invoice.h"
#include "wire/field.h"

/* What drafts and invoices of this face have in common. */

#define DRAFT_PREFIX "draft_"
#define INVOICE_PREFIX "inv_"

/* The words of `format`: enum einvoice_format. */
extern const struct words SEQINO_FORMATS;

/* What an issued invoice says, as JSON. */
MUST_CHECK err_t seqino_issued_data(struct ctx *cx, const struct invoice *invoice,
                                    struct str *json);

#endif
