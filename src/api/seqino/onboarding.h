#ifndef GUICHET_API_SEQINO_ONBOARDING_H
#define GUICHET_API_SEQINO_ONBOARDING_H

#include "core/enrolment.h"
#include "http/request.h"

#define LINK_PREFIX "onb_"

/* How far a link has come, as its status says it and its news does. */
struct str seqino_link_status_text(const struct request *request,
                                   const struct enrolment *enrolment);

#endif
