#ifndef GUICHET_PAGES_OFFICE_ENROLMENTS_H
#define GUICHET_PAGES_OFFICE_ENROLMENTS_H

#include "core/enrolment_review.h"
#include "pages/office.h"

/* Enrolments in the operator's pages. Whoever opens one is noted in the audit, before it is shown.
 */
void office_enrolments_show(struct request *request);
void office_enrolment_show(struct request *request);
void office_enrolment_mandate(struct request *request);
void office_enrolment_file(struct request *request);

#define OFFICE_ENROLMENTS_PATH OFFICE_PATH "/enrolments"
/* --- what the pages share -----------------------------------------------------------------------
 */

enum text_enrolments_state office_enrolment_state(const struct enrolment_line *line);
struct str office_enrolment_progress(struct arena *arena, const struct enrolment *enrolment);
/* "/operator/enrolments/{id}{rest}" */
struct str office_enrolment_path(const struct office *office, const char *id, const char *rest);

#endif
