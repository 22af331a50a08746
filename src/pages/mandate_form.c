#include "pages/mandate_form.h"

#include "base/must.h"
#include "pages/browser.h"
#include "pages/form_visit.h"
#include "pages/frame.h"
#include "pages/notice.h"

/* How long the result is shown; afterwards the link says that it was used. */
enum { RESULT_MIN = 30 };

/* One form that was sent in; the operations of the core borrow it until they are done. */
struct submission {
    struct form_visit *at;
    struct form form;
    struct mandate_fill fill;
    struct mandate_form_sign sign;
    struct mandate_resend resend;
    struct mandate_cancel cancel;
};

/* --- GET -----------------------------------------------------------------------------------------
 */

static bool result_is_fresh(const struct form_visit *at)
{
    const struct mandate_form *form = &at->visit.form;
    bool has_result = form->state == MANDATE_FORM_SIGNED || form->state == MANDATE_FORM_CANCELED ||
                      form->state == MANDATE_FORM_FAILED;

    return has_result && at->request->cx->now < form->ended + RESULT_MIN * MINUTE_US;
}

void mandate_form_show(struct request *request)
{
    struct form_visit *at = form_visit_open(request);

    if (at == NULL)
        return;
    bool back = at->visit.form.purpose == MANDATE_FORM_CONSUMER &&
                str_eq(frame_query(request, STR("step")), STR("1"));
    if (at->visit.state != MANDATE_FORM_OPEN)
        form_closed_answer(at);
    else if (mandate_visit_is_filled(&at->visit) && !back)
        form_signature_answer(at);
    else
        form_known_answer(at);
}

void mandate_form_status(struct request *request)
{
    struct form_visit *at = form_visit_open(request);

    if (at == NULL)
        return;
    if (at->visit.state == MANDATE_FORM_OPEN)
        answer_redirect(request, form_visit_path(at, "", ""));
    else if (result_is_fresh(at))
        form_ended_answer(at);
    else
        form_closed_answer(at);
}

/* --- what went wrong -----------------------------------------------------------------------------
 */

/* What the core says of a code that cannot be sent; 0: it is not about codes. */
static enum text_form_banner code_banner(const struct ctx *cx, err_t err)
{
    if (cx->fault_count == 0 || !str_eq(str_of(cx->faults[0].field), STR("code")))
        return 0;
    if (err == ERR_BUSY)
        return TEXT_FORM_BANNER_TOO_SOON;
    return err == ERR_LIMIT ? TEXT_FORM_BANNER_NO_MORE_CODES : TEXT_FORM_BANNER_NO_WAY;
}

static void banner_set(struct form_visit *at, enum text_form_banner banner)
{
    at->banner = banner;
    at->status = 422;
}

/* True when what went wrong is told on a page of the form. */
static bool told_by_banner(struct form_visit *at, err_t err)
{
    enum text_form_banner banner = code_banner(at->request->cx, err);

    if (banner != 0) {
        banner_set(at, banner);
        return true;
    }
    if (err != ERR_BUSY && err != ERR_FULL && err != ERR_UNAVAILABLE)
        return false;
    at->banner = TEXT_FORM_BANNER_TECHNICAL;
    at->status = 503;
    return true;
}

/* The form has ended meanwhile: its result, or why there is none. */
static void over_answer(struct form_visit *at)
{
    if (result_is_fresh(at))
        answer_redirect(at->request, form_visit_path(at, "/status", ""));
    else
        form_closed_answer(at);
}

/* --- the first step ------------------------------------------------------------------------------
 */

static bool iban_is_refused(const struct ctx *cx, err_t err)
{
    return err == ERR_INVALID && cx->fault_count > 0 &&
           str_eq(str_of(cx->faults[0].field), STR("iban"));
}

static void filled_answer(struct submission *submission, err_t err)
{
    struct form_visit *at = submission->at;

    if (err == OK || err == ERR_STATE) {
        /* The other step, or the end. */
        answer_redirect(at->request, form_visit_path(at, err == OK ? "" : "/status", ""));
    } else if (iban_is_refused(at->request->cx, err)) {
        at->entry.iban_error = TEXT_ERROR_IBAN_REFUSED;
        at->status = 422;
        form_details_answer(at);
    } else if (told_by_banner(at, err)) {
        form_details_answer(at);
    } else {
        form_failed_answer(at, err);
    }
}

static void filled(struct operation *operation)
{
    struct submission *submission = operation->owner;
    struct form_visit *at = submission->at;

    filled_answer(submission, operation->result);
    mandate_entry_wipe(&at->entry, &submission->form);
    request_resume(at->request);
}

static void fill_start(struct submission *submission)
{
    struct form_visit *at = submission->at;
    struct request *request = at->request;
    struct mandate_fill *fill = &submission->fill;

    *fill = (struct mandate_fill){
        .operation = {.core = request->core,
                      .cx = request->cx,
                      .done = filled,
                      .owner = submission},
        .visit = at->visit,
        .iban = str_of(at->entry.iban),
        .language = form_visit_language(at),
    };
    mandate_entry_take(request->cx->arena, &at->entry, &fill->visit.consumer);
    request_park(request);
    mandate_fill(fill);
}

static struct str form_value(const struct form *form, const char *name)
{
    struct str value = STR_NONE;

    return form_get(form, str_of(name), &value) ? value : STR_NONE;
}

static bool token_is_good(const struct submission *submission, struct str shown)
{
    const struct request *request = submission->at->request;
    struct form_token of = form_visit_token(submission->at, shown);

    return form_token_check(request->cx->arena, &of, form_value(&submission->form, "csrf"),
                            request->cx->real) == FORM_GOOD;
}

static void continue_answer(struct submission *submission)
{
    struct form_visit *at = submission->at;

    if (!mandate_entry_read(at->request->cx->arena, &submission->form, &at->visit.consumer,
                            &at->entry)) {
        at->status = 422;
        form_details_answer(at);
    } else if (!token_is_good(submission, STR(""))) {
        banner_set(at, TEXT_FORM_BANNER_STALE);
        form_details_answer(at);
    } else {
        fill_start(submission);
    }
}

/* --- the second step -----------------------------------------------------------------------------
 */

static enum text_error otp_error_of(enum code_result code)
{
    switch (code) {
    case CODE_WRONG:
        return TEXT_ERROR_CODE_WRONG;
    case CODE_EXPIRED:
    case CODE_UNKNOWN:
        return TEXT_ERROR_CODE_EXPIRED;
    case CODE_RIGHT:
    case CODE_SPENT:
        break;
    }
    must_fail(__FILE__, __LINE__, "the form is still open");
}

static void signed_answer(struct submission *submission, err_t err)
{
    struct mandate_form_sign *sign = &submission->sign;
    struct form_visit *at = submission->at;

    /* What a body had in hand when the database failed is gone with it. */
    if (err == OK || err == ERR_STATE)
        at->visit = sign->visit;
    if (err == OK && at->visit.form.state != MANDATE_FORM_OPEN) {
        answer_redirect(at->request, form_visit_path(at, "/status", ""));
    } else if (err == OK) {
        at->otp_error = otp_error_of(sign->code);
        at->status = 422;
        form_signature_answer(at);
    } else if (err == ERR_STATE && !sign->changed) {
        over_answer(at);
    } else if (err == ERR_STATE) {
        at->accepted = false;
        banner_set(at, TEXT_FORM_BANNER_CHANGED);
        form_signature_answer(at);
    } else if (told_by_banner(at, err)) {
        form_signature_answer(at);
    } else {
        form_failed_answer(at, err);
    }
}

static void sign_done(struct operation *operation)
{
    struct submission *submission = operation->owner;

    ctx_clear_faults(operation->cx);
    signed_answer(submission, operation->result);
    request_resume(submission->at->request);
}

static void sign_start(struct submission *submission, struct str typed, struct str shown)
{
    struct form_visit *at = submission->at;
    struct request *request = at->request;
    struct browser browser = browser_of(request);

    submission->sign = (struct mandate_form_sign){
        .operation = {.core = request->core,
                      .cx = request->cx,
                      .done = sign_done,
                      .owner = submission},
        .visit = at->visit,
        .ip = browser.ip,
        .user_agent = browser.agent,
        .typed = typed,
        .shown = shown,
        .language = form_visit_language(at),
    };
    request_park(request);
    mandate_form_sign(&submission->sign);
}

static void sign_answer(struct submission *submission)
{
    struct form_visit *at = submission->at;
    struct arena *arena = at->request->cx->arena;
    struct str typed = str_trim(form_value(&submission->form, "otp"));
    struct str shown = form_value(&submission->form, "shown");
    struct str digits = code_typed(arena, typed);

    at->accepted = str_eq(form_value(&submission->form, "accept"), STR("1"));
    if (!at->accepted)
        at->accept_error = TEXT_ERROR_AGREE_MISSING;
    if (digits.len == 0)
        at->otp_error = typed.len == 0 ? TEXT_ERROR_CODE_MISSING : TEXT_ERROR_CODE_SHAPE;
    if (!token_is_good(submission, shown)) {
        at->accept_error = 0;
        at->otp_error = 0;
        banner_set(at, TEXT_FORM_BANNER_STALE);
        form_signature_answer(at);
    } else if (at->accept_error != 0 || at->otp_error != 0) {
        at->status = 422;
        form_signature_answer(at);
    } else {
        sign_start(submission, digits, shown);
    }
}

static void resent(struct operation *operation)
{
    struct submission *submission = operation->owner;
    struct form_visit *at = submission->at;
    err_t err = operation->result;

    if (err == OK) {
        answer_redirect(at->request, form_visit_path(at, "", "sent=1"));
    } else if (err == ERR_STATE) {
        answer_redirect(at->request, form_visit_path(at, "/status", ""));
    } else if (told_by_banner(at, err)) {
        ctx_clear_faults(operation->cx);
        form_signature_answer(at);
    } else {
        form_failed_answer(at, err);
    }
    request_resume(at->request);
}

static void resend_start(struct submission *submission)
{
    struct form_visit *at = submission->at;
    struct request *request = at->request;

    submission->resend = (struct mandate_resend){
        .operation = {.core = request->core,
                      .cx = request->cx,
                      .done = resent,
                      .owner = submission},
        .visit = at->visit,
        .language = form_visit_language(at),
    };
    request_park(request);
    mandate_resend(&submission->resend);
}

/* --- giving up -----------------------------------------------------------------------------------
 */

static void canceled(struct operation *operation)
{
    struct submission *submission = operation->owner;
    struct form_visit *at = submission->at;

    if (operation->result == OK)
        answer_redirect(at->request, form_visit_path(at, "/status", ""));
    else
        form_failed_answer(at, operation->result);
    request_resume(at->request);
}

static void cancel_start(struct submission *submission)
{
    struct form_visit *at = submission->at;
    struct request *request = at->request;

    submission->cancel = (struct mandate_cancel){
        .operation = {.core = request->core,
                      .cx = request->cx,
                      .done = canceled,
                      .owner = submission},
        .visit = at->visit,
    };
    request_park(request);
    mandate_cancel(&submission->cancel);
}

/* A token of either step, young or old: giving up an old form is as good. */
static bool is_ours(const struct submission *submission)
{
    const struct request *request = submission->at->request;
    struct form_token of = form_visit_token(submission->at, form_value(&submission->form, "shown"));

    return form_token_check(request->cx->arena, &of, form_value(&submission->form, "csrf"),
                            request->cx->real) != FORM_FOREIGN;
}

/* --- POST ----------------------------------------------------------------------------------------
 */

static void step_answer(struct submission *submission)
{
    struct form_visit *at = submission->at;
    struct str action = form_value(&submission->form, "action");
    bool filled_in = mandate_visit_is_filled(&at->visit);

    if (str_eq(action, STR("cancel")) && is_ours(submission))
        cancel_start(submission);
    else if (str_eq(action, STR("sign")) && filled_in)
        sign_answer(submission);
    else if (str_eq(action, STR("resend")) && filled_in && is_ours(submission))
        resend_start(submission);
    else if (str_eq(action, STR("continue")) && at->visit.form.purpose == MANDATE_FORM_CONSUMER)
        continue_answer(submission);
    else
        notice_answer(at->request, 400, TEXT_NOTICE_BAD_REQUEST);
}

static bool is_form(struct request *request)
{
    struct str type = request_header(request, STR("Content-Type"));

    return str_eq_nocase(str_trim(str_sub(type, 0, str_find(type, ';'))),
                         STR("application/x-www-form-urlencoded"));
}

void mandate_form_submit(struct request *request)
{
    struct form_visit *at = form_visit_open(request);
    struct submission *submission;

    if (at == NULL)
        return;
    submission = arena_make(request->cx->arena, struct submission);
    submission->at = at;
    if (!is_form(request))
        notice_answer(request, 415, TEXT_NOTICE_BAD_REQUEST);
    else if (form_parse(request->cx->arena, request->body, &submission->form) != OK)
        notice_answer(request, 400, TEXT_NOTICE_BAD_REQUEST);
    else if (at->visit.state != MANDATE_FORM_OPEN)
        over_answer(at);
    else
        step_answer(submission);
}
