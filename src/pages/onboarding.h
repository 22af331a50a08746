#ifndef GUICHET_PAGES_ONBOARDING_H
#define GUICHET_PAGES_ONBOARDING_H

#include "http/request.h"

/* The page on which a company enrols (api/seqino.md 4, "Steps of the hosted page"): GET shows the
 * step that is next, POST saves one and leads back. */
void onboarding_show(struct request *request);
void onboarding_submit(struct request *request);

#endif
