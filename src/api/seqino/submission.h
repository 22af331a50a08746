#ifndef GUICHET_API_SEQINO_SUBMISSION_H
#define GUICHET_API_SEQINO_SUBMISSION_H

#include "core/invoice.h"
#include "http/request.h"
#include "wire/field.h"

/* Invoices that came as files (core/submission.h) where the face shows invoices: their ids look
 * alike. */

/* The words of `direction`: enum submission_direction. */
extern const struct words SEQINO_DIRECTIONS;

/* Whether this is the id of one. */
MUST_CHECK err_t seqino_submission_known(struct ctx *cx, struct tx *tx, struct invoice_id id,
                                         bool *out);

/* What one says; false when it is none. Else it answers, now or later. */
bool seqino_submission_get(struct request *request, struct tx *tx, struct invoice_id id);
/* Its file: as it came, and of a Factur-X also the XML alone. format 0: as it came. */
bool seqino_submission_file(struct request *request, struct tx *tx, struct invoice_id id,
                            int format);

/* What the sponsor is told of one: without its content, which may be long. */
MUST_CHECK err_t seqino_submission_news(struct request *request, struct tx *tx,
                                        struct invoice_id id, struct str *out);

#endif
