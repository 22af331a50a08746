#include "pages/onboarding_signature.h"

#include "base/must.h"
#include "core/enrolment_sign.h"
#include "pages/errors.h"
#include "pages/frame.h"
#include "pages/onboarding_pdf.h"

enum { NAME_MAX = 70 };

static const struct answer_policy STRICT = {
    .parent = {NULL, 0}
};

/* The signature of one request; the operations of the core borrow it until they are done. */
struct signature_step {
    struct onboarding *at;
    struct enrolment_signing signing;
    bool has_names; /* that were typed; else those of the signing are shown */
    struct str first_name;
    struct str last_name;
    bool accepted;
    enum text_error first_error;
    enum text_error last_error;
    enum text_error accept_error;
    enum text_error otp_error;
    struct enrolment_agree agree;
    struct enrolment_resend resend;
    struct enrolment_sign sign;
};

static struct signature_step *step_new(struct onboarding *at)
{
    struct signature_step *step = arena_make(at->request->cx->arena, struct signature_step);

    step->at = at;
    return step;
}

/* --- the mandate ---------------------------------------------------------------------------------
 */

static struct part_field name_field(struct arena *arena, const char *name,
                                    enum text_form_label label, enum text_error missing,
                                    const char *autocomplete)
{
    return (struct part_field){
        .name = str_of(name),
        .label = label,
        .type = STR("text"),
        .autocomplete = str_of(autocomplete),
        .max = str_format(arena, "%d", NAME_MAX),
        .missing = missing,
    };
}

static void agree_fields(struct arena *arena, const struct signature_step *step,
                         struct page_enrol_sign *page)
{
    struct page_enrol_sign_fields *fields = arena_array(arena, struct page_enrol_sign_fields, 2);
    const struct part_errors_items rows[] = {
        {STR("first_name"), step->first_error },
        {STR("last_name"),  step->last_error  },
        {STR("accept"),     step->accept_error},
    };

    fields[0].field = name_field(arena, "first_name", TEXT_FORM_LABEL_FIRST_NAME,
                                 TEXT_ERROR_FIRST_NAME_MISSING, "given-name");
    fields[0].field.value = step->has_names ? step->first_name : step->signing.first_name;
    fields[0].field.error = step->first_error;
    fields[1].field = name_field(arena, "last_name", TEXT_FORM_LABEL_LAST_NAME,
                                 TEXT_ERROR_LAST_NAME_MISSING, "family-name");
    fields[1].field.value = step->has_names ? step->last_name : step->signing.last_name;
    fields[1].field.error = step->last_error;
    page->fields = fields;
    page->fields_count = 2;
    page->enrol_alerts.errors = errors_part(arena, rows, ARRAY_LEN(rows));
}

static void mandate_answer(const struct signature_step *step)
{
    struct onboarding *at = step->at;
    struct arena *arena = at->request->cx->arena;
    struct str shown = step->signing.paper.facts[ENROLMENT_SHA256];
    struct buf out = answer_begin(at->request);
    struct page_enrol_sign page = {
        .frame = onboarding_frame(at),
        .enrol_stub = onboarding_stub(at, ENROLMENT_SIGNATURE),
        .enrol_alerts = {.banner = at->banner},
        .organization = at->visit.organization,
        .enrol_paper = onboarding_paper(arena, &step->signing.paper),
        .pdf_url = onboarding_pdf_path(at),
        .accepted = step->accepted,
        .accept_error = step->accept_error,
        .code_to = enrolment_receiver(arena, at->visit.email),
        .change_url = onboarding_path(at, "step=company"),
        .csrf = onboarding_csrf(at, shown),
        .shown = shown,
    };

    agree_fields(arena, step, &page);
    page.has_problem = page.enrol_alerts.banner != 0 || page.enrol_alerts.errors.items_count > 0;
    page_enrol_sign(&out, &page, at->lang);
    answer_page(at->request, at->status, at->lang, &STRICT, &out);
}

static void code_answer(const struct signature_step *step)
{
    struct onboarding *at = step->at;
    struct arena *arena = at->request->cx->arena;
    const struct enrolment_signing *signing = &step->signing;
    struct str shown = signing->paper.facts[ENROLMENT_SHA256];
    const struct part_errors_items rows[] = {
        {STR("otp"), step->otp_error}
    };
    struct buf out = answer_begin(at->request);
    const struct page_enrol_code page = {
        .frame = onboarding_frame(at),
        .enrol_stub = onboarding_stub(at, ENROLMENT_SIGNATURE),
        .enrol_alerts = {.banner = at->banner, .errors = errors_part(arena, rows, ARRAY_LEN(rows))},
        .has_problem = step->otp_error != 0 || at->banner != 0,
        .organization = at->visit.organization,
        .signer =
            str_format(arena, "%.*s %.*s", (int)signing->first_name.len, signing->first_name.ptr,
                       (int)signing->last_name.len, signing->last_name.ptr),
        .again = at->status == 200 && str_eq(frame_query(at->request, STR("sent")), STR("1")),
        .otp_error = step->otp_error,
        .code_to = signing->has_code ? signing->code_to : STR_NONE,
        .change_url = onboarding_path(at, "step=mandate"),
        .csrf = onboarding_csrf(at, shown),
        .shown = shown,
    };

    page_enrol_code(&out, &page, at->lang);
    answer_page(at->request, at->status, at->lang, &STRICT, &out);
}

/* What is next, with what the step and the visit say of it. */
static void step_answer(struct signature_step *step, bool reads)
{
    struct onboarding *at = step->at;
    struct request *request = at->request;

    err_t err = enrolment_signing_show(request->core, request->cx, &at->visit,
                                       onboarding_language(at), &step->signing);
    if (err != OK)
        onboarding_failed_answer(at, err);
    else if (step->signing.asked && !reads)
        code_answer(step);
    else
        mandate_answer(step);
}

void onboarding_signature_answer(struct onboarding *at, bool reads)
{
    step_answer(step_new(at), reads);
}

/* --- what went wrong -----------------------------------------------------------------------------
 */

/* What the core says of a code that cannot be sent; 0: it is not about codes. */
static enum text_enrol_banner code_banner(const struct ctx *cx, err_t err)
{
    if (cx->fault_count == 0 || !str_eq(str_of(cx->faults[0].field), STR("code")))
        return 0;
    if (err == ERR_BUSY)
        return TEXT_ENROL_BANNER_TOO_SOON;
    return err == ERR_LIMIT ? TEXT_ENROL_BANNER_NO_MORE_CODES : TEXT_ENROL_BANNER_NO_WAY;
}

/* The page again, with a banner; or where it goes on. */
static void refused_answer(struct signature_step *step, err_t err, bool changed, bool reads)
{
    struct onboarding *at = step->at;
    enum text_enrol_banner banner = code_banner(at->request->cx, err);

    at->status = 422;
    if (banner != 0) {
        at->banner = banner;
    } else if (err == ERR_STATE && changed) {
        at->banner = TEXT_ENROL_BANNER_CHANGED;
        step->accepted = false;
        reads = true;
    } else if (err == ERR_BUSY || err == ERR_FULL || err == ERR_UNAVAILABLE) {
        at->banner = TEXT_ENROL_BANNER_TECHNICAL;
        at->status = 503;
    } else if (err == ERR_STATE) {
        answer_redirect(at->request, onboarding_path(at, ""));
        return;
    } else {
        onboarding_failed_answer(at, err);
        return;
    }
    ctx_clear_faults(at->request->cx);
    step_answer(step, reads);
}

static bool token_is_good(struct signature_step *step, bool reads)
{
    if (onboarding_csrf_check(step->at, onboarding_value(step->at, "shown")) == FORM_GOOD)
        return true;
    step->at->status = 422;
    step->at->banner = TEXT_ENROL_BANNER_STALE;
    step_answer(step, reads);
    return false;
}

static struct operation operation_of(struct signature_step *step,
                                     void (*done)(struct operation *operation))
{
    struct request *request = step->at->request;

    return (struct operation){
        .core = request->core, .cx = request->cx, .done = done, .owner = step};
}

/* --- consent and name ----------------------------------------------------------------------------
 */

static void agreed(struct operation *operation)
{
    struct signature_step *step = operation->owner;
    struct onboarding *at = step->at;

    if (operation->result == OK)
        answer_redirect(at->request, onboarding_path(at, ""));
    else
        refused_answer(step, operation->result, step->agree.changed, true);
    request_resume(at->request);
}

static enum text_error name_check(struct str name, enum text_error missing)
{
    if (name.len == 0)
        return missing;
    return text_error_of(name, NAME_MAX);
}

static bool consent_read(struct signature_step *step)
{
    const struct onboarding *at = step->at;

    step->has_names = true;
    step->first_name = onboarding_value(at, "first_name");
    step->last_name = onboarding_value(at, "last_name");
    step->accepted = str_eq(onboarding_value(at, "accept"), STR("1"));
    step->first_error = name_check(step->first_name, TEXT_ERROR_FIRST_NAME_MISSING);
    step->last_error = name_check(step->last_name, TEXT_ERROR_LAST_NAME_MISSING);
    step->accept_error = step->accepted ? 0 : TEXT_ERROR_AGREE_MISSING;
    return step->first_error == 0 && step->last_error == 0 && step->accept_error == 0;
}

void onboarding_agree_submit(struct onboarding *at)
{
    struct signature_step *step = step_new(at);

    if (!consent_read(step)) {
        at->status = 422;
        step_answer(step, true);
        return;
    }
    if (!token_is_good(step, true))
        return;
    step->agree = (struct enrolment_agree){
        .operation = operation_of(step, agreed),
        .visit = at->visit,
        .first_name = step->first_name,
        .last_name = step->last_name,
        .shown = onboarding_value(at, "shown"),
        .language = onboarding_language(at),
    };
    request_park(at->request);
    enrolment_agree(&step->agree);
}

/* --- the code ------------------------------------------------------------------------------------
 */

static void resent(struct operation *operation)
{
    struct signature_step *step = operation->owner;
    struct onboarding *at = step->at;

    if (operation->result == OK)
        answer_redirect(at->request, onboarding_path(at, "sent=1"));
    else
        refused_answer(step, operation->result, false, false);
    request_resume(at->request);
}

void onboarding_resend_submit(struct onboarding *at)
{
    struct signature_step *step = step_new(at);

    if (!token_is_good(step, false))
        return;
    step->resend = (struct enrolment_resend){
        .operation = operation_of(step, resent),
        .visit = at->visit,
        .language = onboarding_language(at),
    };
    request_park(at->request);
    enrolment_resend(&step->resend);
}

static enum text_error otp_error_of(enum code_result code)
{
    switch (code) {
    case CODE_RIGHT:
        break;
    case CODE_WRONG:
        return TEXT_ERROR_CODE_TRY;
    case CODE_SPENT:
        return TEXT_ERROR_CODE_SPENT;
    case CODE_EXPIRED:
    case CODE_UNKNOWN:
        return TEXT_ERROR_CODE_EXPIRED;
    }
    must_fail(__FILE__, __LINE__, "it is not signed");
}

static void sign_done(struct operation *operation)
{
    struct signature_step *step = operation->owner;
    struct onboarding *at = step->at;
    err_t err = operation->result;

    if (err == OK && step->sign.code == CODE_RIGHT) {
        answer_redirect(at->request, onboarding_path(at, ""));
    } else if (err == OK) {
        at->status = 422;
        step->otp_error = otp_error_of(step->sign.code);
        step_answer(step, false);
    } else {
        refused_answer(step, err, step->sign.changed, false);
    }
    request_resume(at->request);
}

void onboarding_sign_submit(struct onboarding *at)
{
    struct signature_step *step = step_new(at);
    struct str typed = onboarding_value(at, "otp");
    struct str digits = code_typed(at->request->cx->arena, typed);

    if (!token_is_good(step, false))
        return;
    if (digits.len == 0) {
        at->status = 422;
        step->otp_error = typed.len == 0 ? TEXT_ERROR_CODE_MISSING : TEXT_ERROR_CODE_SHAPE;
        step_answer(step, false);
        return;
    }
    step->sign = (struct enrolment_sign){
        .operation = operation_of(step, sign_done),
        .visit = at->visit,
        .typed = digits,
        .language = onboarding_language(at),
        .trace = onboarding_trace(at),
    };
    request_park(at->request);
    enrolment_sign(&step->sign);
}
