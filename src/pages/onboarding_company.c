#include "pages/onboarding_company.h"

#include "base/must.h"
#include "core/company_register.h"
#include "core/merchant_check.h"
#include "pages/company_entry.h"
#include "pages/errors.h"
#include "pages/format.h"

enum { NUMBER_MAX = 24 };

static const struct answer_policy STRICT = {
    .parent = {NULL, 0}
};

/* The company of one request; the operations of the core borrow it until they are done. */
struct company_step {
    struct onboarding *at;
    struct company_entry entry;
    enum text_enrol_register registry; /* 0: nothing is said of it */
    struct str siret;                  /* that was typed, or {NULL, 0} */
    struct company_look look;
    struct enrolment_company_save save;
};

static struct company_step *step_new(struct onboarding *at)
{
    struct company_step *step = arena_make(at->request->cx->arena, struct company_step);

    step->at = at;
    return step;
}

/* --- the number ----------------------------------------------------------------------------------
 */

static struct part_field number_field(struct arena *arena, struct str typed, enum text_error wrong)
{
    return (struct part_field){
        .name = STR("number"),
        .label = TEXT_FORM_LABEL_COMPANY_NUMBER,
        .hint = TEXT_FORM_HINT_COMPANY_NUMBER,
        .type = STR("text"),
        .autocomplete = STR("off"),
        .max = str_format(arena, "%d", NUMBER_MAX),
        .missing = TEXT_ERROR_COMPANY_NUMBER_MISSING,
        .value = typed,
        .error = wrong,
    };
}

void onboarding_number_answer(struct onboarding *at, struct str typed, enum text_error wrong)
{
    struct arena *arena = at->request->cx->arena;
    const struct part_errors_items rows[] = {
        {STR("number"), wrong}
    };
    struct buf out = answer_begin(at->request);
    const struct page_enrol_number page = {
        .frame = onboarding_frame(at),
        .enrol_stub = onboarding_stub(at, ENROLMENT_COMPANY),
        .enrol_alerts = {.banner = at->banner, .errors = errors_part(arena, rows, ARRAY_LEN(rows))},
        .has_problem = wrong != 0 || at->banner != 0,
        .organization = at->visit.organization,
        .field = number_field(arena, typed, wrong),
        .csrf = onboarding_csrf(at, STR("")),
        .until = format_moment(arena, at->visit.enrolment.expires, at->lang),
    };

    page_enrol_number(&out, &page, at->lang);
    answer_page(at->request, at->status, at->lang, &STRICT, &out);
}

void onboarding_number_submit(struct onboarding *at)
{
    struct arena *arena = at->request->cx->arena;
    struct str typed = onboarding_value(at, "number");
    struct str siren;
    struct str siret;

    if (onboarding_csrf_check(at, STR("")) == FORM_FOREIGN) {
        at->status = 422;
        at->banner = TEXT_ENROL_BANNER_STALE;
        onboarding_number_answer(at, typed, 0);
    } else if (!company_number_read(arena, typed, &siren, &siret)) {
        at->status = 422;
        onboarding_number_answer(at, typed,
                                 typed.len == 0 ? TEXT_ERROR_COMPANY_NUMBER_MISSING
                                                : TEXT_ERROR_COMPANY_NUMBER_INVALID);
    } else {
        struct str number = siret.len > 0 ? siret : siren;
        answer_redirect(
            at->request,
            onboarding_path(at, str_format(arena, "number=%.*s", (int)number.len, number.ptr).ptr));
    }
}

/* --- the details ---------------------------------------------------------------------------------
 */

/* "100 000 009" */
static struct str siren_shown(struct arena *arena, struct str siren)
{
    return str_format(arena, "%.3s\u00a0%.3s\u00a0%.3s", siren.ptr, siren.ptr + 3, siren.ptr + 6);
}

/* Whether this is the only step that is left. */
static bool is_last(const struct enrolment *enrolment)
{
    struct enrolment after = *enrolment;

    after.steps[ENROLMENT_COMPANY] = 1;
    return enrolment_next(&after) == 0 && !after.includes_kyc;
}

static void details_answer(const struct company_step *step)
{
    struct onboarding *at = step->at;
    struct arena *arena = at->request->cx->arena;
    struct str siren = step->entry.company.fields[COMPANY_SIREN];
    struct buf out = answer_begin(at->request);
    struct page_enrol_company page = {
        .frame = onboarding_frame(at),
        .enrol_stub = onboarding_stub(at, ENROLMENT_COMPANY),
        .enrol_alerts = {.banner = at->banner},
        .organization = at->visit.organization,
        .registry = step->registry,
        .siren = siren_shown(arena, siren),
        .number = siren,
        .other_url = onboarding_path(at, "step=number"),
        .csrf = onboarding_csrf(at, siren),
        .last = is_last(&at->visit.enrolment),
    };

    company_entry_fill(arena, &step->entry, &page);
    page.has_problem = page.enrol_alerts.banner != 0 || page.enrol_alerts.errors.items_count > 0;
    page_enrol_company(&out, &page, at->lang);
    answer_page(at->request, at->status, at->lang, &STRICT, &out);
}

static enum text_enrol_register register_word(enum company_answer answer)
{
    switch (answer) {
    case COMPANY_KNOWN:
        return TEXT_ENROL_REGISTER_KNOWN;
    case COMPANY_UNKNOWN:
        return TEXT_ENROL_REGISTER_UNKNOWN;
    case COMPANY_SILENT:
        return TEXT_ENROL_REGISTER_SILENT;
    case COMPANY_NO_REGISTER:
        return TEXT_ENROL_REGISTER_ABSENT;
    }
    must_fail(__FILE__, __LINE__, "an answer");
}

/* What nobody says is said by the number, or by the sponsor. */
static void looked(struct operation *operation)
{
    struct company_step *step = operation->owner;
    const struct company_look *look = &step->look;
    struct str *fields = step->entry.company.fields;

    step->registry = register_word(look->answer);
    step->entry.company = look->company;
    fields[COMPANY_SIREN] = look->siren;
    if (step->siret.len > 0)
        fields[COMPANY_SIRET] = step->siret;
    if (fields[COMPANY_NAME].len == 0)
        fields[COMPANY_NAME] = step->at->visit.organization;
    if (fields[COMPANY_VAT_NUMBER].len == 0)
        fields[COMPANY_VAT_NUMBER] = company_vat_number(operation->cx->arena, look->siren);
    details_answer(step);
    request_resume(step->at->request);
}

bool onboarding_number_look(struct onboarding *at, struct str number)
{
    struct company_step *step = step_new(at);
    struct request *request = at->request;

    if (!company_number_read(request->cx->arena, number, &step->look.siren, &step->siret)) {
        onboarding_number_answer(at, STR_NONE, 0);
        return true;
    }
    step->look.operation =
        (struct operation){.core = request->core, .cx = request->cx, .done = looked, .owner = step};
    if (!request_is_parked(request))
        request_park(request);
    company_look(&step->look);
    return false;
}

void onboarding_company_answer(struct onboarding *at)
{
    struct company_step *step = step_new(at);

    step->entry.company = at->visit.company;
    details_answer(step);
}

/* --- saving --------------------------------------------------------------------------------------
 */

static void saved(struct operation *operation)
{
    struct company_step *step = operation->owner;
    struct onboarding *at = step->at;
    err_t err = operation->result;

    if (err == OK || err == ERR_STATE) {
        /* The next step, or why there is none. */
        answer_redirect(at->request, onboarding_path(at, ""));
    } else if (err == ERR_BUSY || err == ERR_FULL || err == ERR_UNAVAILABLE) {
        at->status = 503;
        at->banner = TEXT_ENROL_BANNER_TECHNICAL;
        details_answer(step);
    } else {
        onboarding_failed_answer(at, err);
    }
    request_resume(at->request);
}

static void save_start(struct company_step *step)
{
    struct onboarding *at = step->at;
    struct request *request = at->request;

    step->save = (struct enrolment_company_save){
        .operation = {.core = request->core, .cx = request->cx, .done = saved, .owner = step},
        .visit = at->visit,
        .company = step->entry.company,
        .trace = onboarding_trace(at),
    };
    request_park(request);
    enrolment_company_save(&step->save);
}

void onboarding_company_submit(struct onboarding *at)
{
    struct company_step *step = step_new(at);
    struct str siren = onboarding_value(at, "siren");

    if (!siren_valid(siren)) {
        at->status = 422;
        onboarding_number_answer(at, siren, TEXT_ERROR_COMPANY_NUMBER_INVALID);
    } else if (!company_entry_read(at->request->cx->arena, &at->form, siren, &step->entry)) {
        at->status = 422;
        details_answer(step);
    } else if (onboarding_csrf_check(at, siren) != FORM_GOOD) {
        at->status = 422;
        at->banner = TEXT_ENROL_BANNER_STALE;
        details_answer(step);
    } else {
        save_start(step);
    }
}
