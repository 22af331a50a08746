#ifndef GUICHET_PAGES_MANDATE_PDF_H
#define GUICHET_PAGES_MANDATE_PDF_H

#include "http/request.h"

/* GET /mandat/{token}: the document of a mandate, for whoever has the signed link. */
void mandate_pdf_show(struct request *request);

#endif
