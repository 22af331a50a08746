#ifndef GUICHET_PAGES_PDF_H
#define GUICHET_PAGES_PDF_H

#include "http/request.h"

/* What the addresses of documents answer (face/drawn.h). */

/* The document, shown in the browser under that file name. */
void pdf_answer(struct request *request, struct str pdf, struct str name);

/* A notice: not found, gone, not ready, or a fault of ours. */
void pdf_refuse(struct request *request, err_t err);

/* A notice: not ready. */
void pdf_late(struct request *request);

#endif
