#ifndef GUICHET_API_SEQINO_INVOICE_H
#define GUICHET_API_SEQINO_INVOICE_H

#include "core/invoice.h"
#include "core/lifecycle.h"
#include "http/request.h"
#include "wire/field.h"

/* What drafts, invoices and news of them have in common. */

#define DRAFT_PREFIX "draft_"
#define INVOICE_PREFIX "inv_"

/* The words of `format`: enum einvoice_format. */
extern const struct words SEQINO_FORMATS;

/* What an issued invoice says, as JSON. */
MUST_CHECK err_t seqino_issued_data(struct ctx *cx, const struct invoice *invoice,
                                    struct str *json);

/* An invoice or a credit note. ERR_NOT_FOUND with a fault on "invoice": a quote or a receipt too.
 */
MUST_CHECK err_t seqino_invoice_load(struct ctx *cx, struct tx *tx, struct invoice_id id,
                                     struct invoice *out);

/* The words of a submitted file (api/seqino.md 6): it arrived, or somebody did not take it. */
struct str seqino_status_word(const struct lifecycle_event *events, size_t count, bool leaves);

/* What SEQINO_INVOICE_SHOWN writes. */
struct invoice_shown {
    struct given given;
    struct invoice_id id;
    struct draft_id draft;
    int format;
    struct str status;
    struct str data;
    instant created;
};

/* All that is shown of it, as JSON. */
MUST_CHECK err_t seqino_invoice_show(struct request *request, struct tx *tx, struct invoice_id id,
                                     struct str *out);

#endif
