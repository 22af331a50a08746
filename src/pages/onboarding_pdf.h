#ifndef GUICHET_PAGES_ONBOARDING_PDF_H
#define GUICHET_PAGES_ONBOARDING_PDF_H

#include "core/enrolment_paper.h"
#include "pages/onboarding_visit.h"

/* The mandate of a company, as a part of a page and as PDF. */

struct part_enrol_paper onboarding_paper(struct arena *arena, const struct enrolment_paper *paper);

/* "/onboarding/{token}/mandat.pdf?lang=fr" */
#define ONBOARDING_PDF_NAME "/mandat.pdf"
struct str onboarding_pdf_path(const struct onboarding *at);

/* As it would be signed now, or as it was. */
void onboarding_pdf_show(struct request *request);
/* As it was signed, by the link in the receipt. */
void onboarding_receipt_show(struct request *request);

#endif
