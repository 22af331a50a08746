#include "pages/onboarding.h"

#include "base/must.h"
#include "pages/frame.h"
#include "pages/notice.h"
#include "pages/onboarding_company.h"
#include "pages/onboarding_files.h"
#include "pages/onboarding_person.h"
#include "pages/onboarding_signature.h"

/* --- GET -----------------------------------------------------------------------------------------
 */

/* A reviewer may take longer than the link is good; what he said, and why, is to be read after it.
 */
static instant shown_until(const struct enrolment *enrolment)
{
    instant until = enrolment->ended + (enrolment->expires - enrolment->created);

    return enrolment->includes_kyc && until > enrolment->expires ? until : enrolment->expires;
}

/* Has ended: its end for as long as the link is good, then that it was used. */
static void over_answer(const struct onboarding *at)
{
    bool ended = at->visit.state == ENROLMENT_COMPLETED || at->visit.state == ENROLMENT_FAILED;

    if (ended && at->request->cx->now < shown_until(&at->visit.enrolment))
        onboarding_ended_answer(at);
    else
        onboarding_closed_answer(at);
}

/* The step that is next, once the company is known. */
static void next_answer(struct onboarding *at, bool reads)
{
    switch ((int)enrolment_next(&at->visit.enrolment)) {
    case ENROLMENT_REPRESENTATIVE:
        onboarding_person_answer(at);
        return;
    case ENROLMENT_DOCUMENTS:
        onboarding_files_answer(at);
        return;
    case ENROLMENT_SIGNATURE:
        onboarding_signature_answer(at, reads);
        return;
    default: /* nothing: a reviewer is at it */
        onboarding_ended_answer(at);
        return;
    }
}

/* False: the answer comes later. */
static bool step_answer(struct onboarding *at)
{
    const struct enrolment *enrolment = &at->visit.enrolment;
    struct str wanted = frame_query(at->request, STR("step"));
    struct str number = frame_query(at->request, STR("number"));
    bool corrects = onboarding_may_correct(at);

    if (corrects && number.len > 0)
        return onboarding_number_look(at, number);
    if (enrolment->steps[ENROLMENT_COMPANY] == 0 || (corrects && str_eq(wanted, STR("number"))))
        onboarding_number_answer(at, at->visit.company.fields[COMPANY_SIREN], 0);
    else if (corrects && str_eq(wanted, STR("company")))
        onboarding_company_answer(at);
    else if (onboarding_may_correct_person(at) && str_eq(wanted, STR("representative")))
        onboarding_person_answer(at);
    else
        next_answer(at, str_eq(wanted, STR("mandate")));
    return true;
}

struct arrival {
    struct enrolment_seen seen;
    struct onboarding *at;
};

/* That it was seen is worth less than the page: it is shown whatever became of that. */
static void arrived(struct operation *operation)
{
    struct arrival *arrival = operation->owner;
    struct request *request = arrival->at->request;

    ctx_clear_faults(operation->cx);
    if (step_answer(arrival->at))
        request_resume(request);
}

void onboarding_show(struct request *request)
{
    struct onboarding *at = onboarding_open(request);

    if (at == NULL)
        return;
    if (at->visit.state != ENROLMENT_OPEN) {
        over_answer(at);
    } else if (at->visit.enrolment.opened != 0) {
        (void)step_answer(at);
    } else {
        struct arrival *arrival = arena_make(request->cx->arena, struct arrival);
        arrival->at = at;
        arrival->seen = (struct enrolment_seen){
            .operation = {.core = request->core,
                          .cx = request->cx,
                          .done = arrived,
                          .owner = arrival},
            .id = at->visit.enrolment.id,
        };
        request_park(request);
        enrolment_seen(&arrival->seen);
    }
}

/* --- POST ----------------------------------------------------------------------------------------
 */

static bool is_form(struct request *request)
{
    struct str type = request_header(request, STR("Content-Type"));

    return str_eq_nocase(str_trim(str_sub(type, 0, str_find(type, ';'))),
                         STR("application/x-www-form-urlencoded"));
}

static bool is_next(const struct onboarding *at, enum enrolment_step step)
{
    return enrolment_next(&at->visit.enrolment) == step;
}

static bool may_sign(const struct onboarding *at)
{
    return is_next(at, ENROLMENT_SIGNATURE);
}

/* Pressed twice, or on a page that lies behind: what is next is shown. */
static bool is_of_a_step(struct str action)
{
    return str_eq(action, STR("documents")) || str_eq(action, STR("agree")) ||
           str_eq(action, STR("sign")) || str_eq(action, STR("resend"));
}

static void action_run(struct onboarding *at)
{
    struct str action = onboarding_value(at, "action");

    if (str_eq(action, STR("find")))
        onboarding_number_submit(at);
    else if (str_eq(action, STR("company")))
        onboarding_company_submit(at);
    else if (str_eq(action, STR("person")))
        onboarding_person_submit(at);
    else if (is_next(at, ENROLMENT_DOCUMENTS) && str_eq(action, STR("documents")))
        onboarding_files_submit(at);
    else if (may_sign(at) && str_eq(action, STR("agree")))
        onboarding_agree_submit(at);
    else if (may_sign(at) && str_eq(action, STR("sign")))
        onboarding_sign_submit(at);
    else if (may_sign(at) && str_eq(action, STR("resend")))
        onboarding_resend_submit(at);
    else if (is_of_a_step(action))
        answer_redirect(at->request, onboarding_path(at, ""));
    else
        notice_answer(at->request, 400, TEXT_NOTICE_BAD_REQUEST);
}

void onboarding_submit(struct request *request)
{
    struct onboarding *at = onboarding_open(request);

    if (at == NULL)
        return;
    if (!is_form(request))
        notice_answer(request, 415, TEXT_NOTICE_BAD_REQUEST);
    else if (form_parse(request->cx->arena, request->body, &at->form) != OK)
        notice_answer(request, 400, TEXT_NOTICE_BAD_REQUEST);
    else if (at->visit.state != ENROLMENT_OPEN)
        answer_redirect(request, onboarding_path(at, ""));
    else
        action_run(at);
}
