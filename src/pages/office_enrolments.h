#ifndef GUICHET_PAGES_OFFICE_ENROLMENTS_H
#define GUICHET_PAGES_OFFICE_ENROLMENTS_H

#include "core/enrolment_review.h"
#include "pages/office.h"

/* Enrolments in the operator's pages. Whoever opens one is noted in the audit, before it is shown.
 */
void office_enrolments_show(struct request *request);
void office_enrolment_show(struct request *request);
void office_enrolment_mandate(struct request *request);

#define OFFICE_ENROLMENTS_PATH OFFICE_PATH "/enrolments"

#endif
