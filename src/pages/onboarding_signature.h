#ifndef GUICHET_PAGES_ONBOARDING_SIGNATURE_H
#define GUICHET_PAGES_ONBOARDING_SIGNATURE_H

#include "pages/onboarding_visit.h"

/* The signature step: the mandate with consent and name, then the code that came by mail. */

/* What is next of it; `reads` shows the mandate whatever was agreed to already. */
void onboarding_signature_answer(struct onboarding *at, bool reads);

/* What was sent in: consent and name, the code, the wish for another one. */
void onboarding_agree_submit(struct onboarding *at);
void onboarding_sign_submit(struct onboarding *at);
void onboarding_resend_submit(struct onboarding *at);

#endif
