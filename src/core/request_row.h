#ifndef GUICHET_CORE_REQUEST_ROW_H
#define GUICHET_CORE_REQUEST_ROW_H

#include "core/request.h"

/* Between the files of requests and of their page only. */

/* A row as all SELECTs of request.sql give it; item is a struct pay_request. */
void request_row(struct rows *rows, void *item);

/* The row, and the way to it from the address of its page. */
MUST_CHECK err_t request_insert(struct ctx *cx, struct tx *tx, const struct pay_request *request);
/* Writes the whole row without a change of state. */
MUST_CHECK err_t request_save(struct ctx *cx, struct tx *tx, const struct pay_request *request);

/* The payment asks for what the request asks for now. */
void request_terms_put(const struct pay_request *request, struct payment *payment);

#endif
