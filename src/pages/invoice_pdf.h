#ifndef GUICHET_PAGES_INVOICE_PDF_H
#define GUICHET_PAGES_INVOICE_PDF_H

#include "http/request.h"

/* GET /factures/{token}/{file}: the file of an issued document, without login (api/simplypaie.md
 * 7). While it is being drawn the request waits. */
void invoice_pdf_show(struct request *request);

#endif
