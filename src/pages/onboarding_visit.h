#ifndef GUICHET_PAGES_ONBOARDING_VISIT_H
#define GUICHET_PAGES_ONBOARDING_VISIT_H

#include "core/enrolment.h"
#include "http/request.h"
#include "pages/answer.h"
#include "pages/form_token.h"
#include "pages/templates.h"
#include "wire/form.h"

/* Somebody in front of the page of an enrolment: what its handlers share. Lives in the request's
 * arena. */
struct onboarding {
    struct request *request;
    struct enrolment_visit visit;
    enum page_lang lang;
    struct str lang_given; /* "fr" when the address said so: links keep it; else {NULL, 0} */
    struct form form;      /* what was sent in */
    /* What the page says now. */
    int status;
    enum text_enrol_banner banner; /* 0: none */
};

/* By the token of the address (the first parameter), or NULL: then an answer has been given. */
struct onboarding *onboarding_open(struct request *request);

/* "/onboarding/{token}?lang=fr&{query}"; query may be "". */
struct str onboarding_path(const struct onboarding *at, const char *query);
/* "fr": the language in the words of the core. */
struct str onboarding_language(const struct onboarding *at);
struct layout_frame onboarding_frame(const struct onboarding *at);
/* What the company says may still be corrected: nobody has signed it. */
bool onboarding_may_correct(const struct onboarding *at);
/* The same of who represents it: nothing was handed in yet. */
bool onboarding_may_correct_person(const struct onboarding *at);
/* The stub, with the step that is shown. */
struct part_enrol_stub onboarding_stub(const struct onboarding *at, enum enrolment_step shown);
struct enrolment_trace onboarding_trace(const struct onboarding *at);

/* What a form of this page is signed for, and whether the one that was sent in is. `shown` is what
 * it showed, or "". */
struct str onboarding_csrf(const struct onboarding *at, struct str shown);
enum form_state onboarding_csrf_check(const struct onboarding *at, struct str shown);
/* A value of what was sent in, without blanks around it; {NULL, 0} when it is not there. */
struct str onboarding_value(const struct onboarding *at, const char *name);

/* The end, the page of a visitor who has nothing more to do: on the way back to the sponsor. */
void onboarding_ended_answer(const struct onboarding *at);
/* A link that is good for nothing any more: 410. */
void onboarding_closed_answer(const struct onboarding *at);
/* It went wrong on our side. */
void onboarding_failed_answer(const struct onboarding *at, err_t err);

#endif
