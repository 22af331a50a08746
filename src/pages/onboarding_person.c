#include "pages/onboarding_person.h"

#include "core/enrolment_person.h"
#include "pages/person_entry.h"

static const struct answer_policy STRICT = {
    .parent = {NULL, 0}
};

struct person_step {
    struct onboarding *at;
    struct person_entry entry;
    struct enrolment_person_save save;
};

static struct person_step *step_new(struct onboarding *at)
{
    struct person_step *step = arena_make(at->request->cx->arena, struct person_step);

    step->at = at;
    return step;
}

static void step_answer(const struct person_step *step)
{
    struct onboarding *at = step->at;
    struct buf out = answer_begin(at->request);
    struct page_enrol_person page = {
        .frame = onboarding_frame(at),
        .enrol_stub = onboarding_stub(at, ENROLMENT_REPRESENTATIVE),
        .enrol_alerts = {.banner = at->banner},
        .organization = at->visit.organization,
        .csrf = onboarding_csrf(at, STR("person")),
    };

    person_entry_fill(at->request->cx->arena, &step->entry, &page);
    page.has_problem = page.enrol_alerts.banner != 0 || page.enrol_alerts.errors.items_count > 0;
    page_enrol_person(&out, &page, at->lang);
    answer_page(at->request, at->status, at->lang, &STRICT, &out);
}

void onboarding_person_answer(struct onboarding *at)
{
    struct person_step *step = step_new(at);
    struct request *request = at->request;
    struct tx *tx;
    bool found = false;

    err_t err = core_read(request->core, &tx);
    if (err == OK)
        err = enrolment_person_read(request->core, request->cx, tx, at->visit.enrolment.id,
                                    &step->entry.person, &found);
    if (err == OK)
        step_answer(step);
    else
        onboarding_failed_answer(at, err);
}

static void saved(struct operation *operation)
{
    struct person_step *step = operation->owner;
    struct onboarding *at = step->at;
    err_t err = operation->result;

    if (err == OK || err == ERR_STATE) {
        answer_redirect(at->request, onboarding_path(at, ""));
    } else if (err == ERR_BUSY || err == ERR_FULL || err == ERR_UNAVAILABLE) {
        at->status = 503;
        at->banner = TEXT_ENROL_BANNER_TECHNICAL;
        step_answer(step);
    } else {
        onboarding_failed_answer(at, err);
    }
    request_resume(at->request);
}

void onboarding_person_submit(struct onboarding *at)
{
    struct person_step *step = step_new(at);
    struct request *request = at->request;

    if (!person_entry_read(request->cx->arena, &at->form, date_paris(request->cx->now),
                           &step->entry)) {
        at->status = 422;
        step_answer(step);
        return;
    }
    if (onboarding_csrf_check(at, STR("person")) != FORM_GOOD) {
        at->status = 422;
        at->banner = TEXT_ENROL_BANNER_STALE;
        step_answer(step);
        return;
    }
    step->save = (struct enrolment_person_save){
        .operation = {.core = request->core, .cx = request->cx, .done = saved, .owner = step},
        .visit = at->visit,
        .person = step->entry.person,
        .trace = onboarding_trace(at),
    };
    request_park(request);
    enrolment_person_save(&step->save);
}
