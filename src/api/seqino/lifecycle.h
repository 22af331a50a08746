#ifndef GUICHET_API_SEQINO_LIFECYCLE_H
#define GUICHET_API_SEQINO_LIFECYCLE_H

#include "core/invoice.h"
#include "core/lifecycle.h"
#include "http/request.h"

/* One event of an invoice as JSON, for whoever is told of it. */
MUST_CHECK err_t seqino_lifecycle_text(struct request *request, struct tx *tx,
                                       struct invoice_id invoice,
                                       const struct lifecycle_event *event, struct str *out);

#endif
