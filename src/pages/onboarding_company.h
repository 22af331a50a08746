#ifndef GUICHET_PAGES_ONBOARDING_COMPANY_H
#define GUICHET_PAGES_ONBOARDING_COMPANY_H

#include "pages/onboarding_visit.h"

/* The company step: its number, then what the register says of it, to be corrected and confirmed.
 */

/* The number is asked for; wrong is what was wrong with it, or 0. */
void onboarding_number_answer(struct onboarding *at, struct str typed, enum text_error wrong);
/* The number of the address is looked up, and the details are asked for. False: the request is
 * parked, answered and resumed later. */
bool onboarding_number_look(struct onboarding *at, struct str number);
/* The details that are saved already. */
void onboarding_company_answer(struct onboarding *at);

/* What was sent in: the number, the details. */
void onboarding_number_submit(struct onboarding *at);
void onboarding_company_submit(struct onboarding *at);

#endif
