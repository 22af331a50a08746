#ifndef GUICHET_PAGES_ONBOARDING_PERSON_H
#define GUICHET_PAGES_ONBOARDING_PERSON_H

#include "pages/onboarding_visit.h"

/* The representative step: who represents the company, and who owns it. */
void onboarding_person_answer(struct onboarding *at);
void onboarding_person_submit(struct onboarding *at);

#endif
