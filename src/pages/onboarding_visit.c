#include "pages/onboarding_visit.h"

#include "base/log.h"
#include "base/must.h"
#include "core/enrolment_decide.h"
#include "core/enrolment_sign.h"
#include "pages/browser.h"
#include "pages/format.h"
#include "pages/frame.h"
#include "pages/language.h"
#include "pages/notice.h"
#include "pages/onboarding_pdf.h"

enum { MORE_MAX = 512 };

static const struct answer_policy STRICT = {
    .parent = {NULL, 0}
};

/* --- what the pages share ------------------------------------------------------------------------
 */

struct onboarding *onboarding_open(struct request *request)
{
    struct onboarding *at = arena_make(request->cx->arena, struct onboarding);
    enum page_lang given;

    at->request = request;
    at->status = 200;
    err_t err = enrolment_visit_open(request->core, request->cx, request->params[0], &at->visit);
    if (err == ERR_NOT_FOUND) {
        notice_answer(request, 404, TEXT_NOTICE_NOT_FOUND);
        return NULL;
    }
    if (err != OK) {
        onboarding_failed_answer(at, err);
        return NULL;
    }
    at->lang = frame_language(request, &at->visit.merchant);
    if (language_parse(frame_query(request, STR("lang")), &given))
        at->lang_given = PAGE_LANGUAGES[given - 1].code;
    return at;
}

struct str onboarding_path(const struct onboarding *at, const char *query)
{
    struct str token = at->request->params[0];
    bool has_lang = at->lang_given.len > 0;
    bool has_query = query[0] != '\0';

    return str_format(at->request->cx->arena, ENROLMENT_PATH "%.*s%s%.*s%s%s", (int)token.len,
                      token.ptr, has_lang ? "?lang=" : "", (int)at->lang_given.len,
                      has_lang ? at->lang_given.ptr : "", has_query ? (has_lang ? "&" : "?") : "",
                      query);
}

bool onboarding_may_correct(const struct onboarding *at)
{
    return at->visit.state == ENROLMENT_OPEN && at->visit.enrolment.steps[ENROLMENT_SIGNATURE] == 0;
}

bool onboarding_may_correct_person(const struct onboarding *at)
{
    const instant *steps = at->visit.enrolment.steps;

    return at->visit.state == ENROLMENT_OPEN && steps[ENROLMENT_REPRESENTATIVE] != 0 &&
           steps[ENROLMENT_DOCUMENTS] == 0;
}

struct str onboarding_language(const struct onboarding *at)
{
    return PAGE_LANGUAGES[at->lang - 1].code;
}

/* The sponsor sends the link: the page comes from it, not from the company that enrols. */
struct layout_frame onboarding_frame(const struct onboarding *at)
{
    struct layout_frame frame = frame_make(at->request, at->lang, NULL, STR_NONE);

    frame.payee = at->visit.sponsor;
    frame.step = frame_query(at->request, STR("step"));
    frame.number = frame_query(at->request, STR("number"));
    frame.enrols = true;
    return frame;
}

static enum text_enrol_step step_word(enum enrolment_step step)
{
    switch (step) {
    case ENROLMENT_COMPANY:
        return TEXT_ENROL_STEP_COMPANY;
    case ENROLMENT_REPRESENTATIVE:
        return TEXT_ENROL_STEP_REPRESENTATIVE;
    case ENROLMENT_DOCUMENTS:
        return TEXT_ENROL_STEP_DOCUMENTS;
    case ENROLMENT_SIGNATURE:
        return TEXT_ENROL_STEP_SIGNATURE;
    }
    must_fail(__FILE__, __LINE__, "a step");
}

/* A step that may be done again, which is none once it is signed. */
static struct str step_url(const struct onboarding *at, enum enrolment_step step)
{
    if (step == ENROLMENT_COMPANY && onboarding_may_correct(at))
        return onboarding_path(at, "step=company");
    if (step == ENROLMENT_REPRESENTATIVE && onboarding_may_correct_person(at))
        return onboarding_path(at, "step=representative");
    return STR_NONE;
}

struct part_enrol_stub onboarding_stub(const struct onboarding *at, enum enrolment_step shown)
{
    const struct enrolment *enrolment = &at->visit.enrolment;
    struct part_enrol_stub_steps *steps =
        arena_array(at->request->cx->arena, struct part_enrol_stub_steps, ENROLMENT_STEPS);
    struct part_enrol_stub stub = {
        .sponsor = at->visit.sponsor, .organization = at->visit.organization, .steps = steps};

    for (int i = ENROLMENT_COMPANY; i < ENROLMENT_STEPS; i++) {
        enum enrolment_step step = (enum enrolment_step)i;
        if (!enrolment_includes(enrolment, step))
            continue;
        bool done = enrolment->steps[step] != 0;
        steps[stub.steps_count++] = (struct part_enrol_stub_steps){
            .step = step_word(step),
            .current = step == shown,
            .done = done,
            .url = done && step != shown ? step_url(at, step) : STR_NONE,
        };
    }
    return stub;
}

struct enrolment_trace onboarding_trace(const struct onboarding *at)
{
    struct browser browser = browser_of(at->request);

    return (struct enrolment_trace){.ip = browser.ip, .user_agent = browser.agent};
}

static struct form_token token_of(const struct onboarding *at, struct str shown)
{
    return (struct form_token){
        .key = at->request->core->page_key,
        .payment = ID_TEXT(at->visit.enrolment.id),
        .amount = {0, CURRENCY_EUR},
        .attempt = shown,
    };
}

struct str onboarding_csrf(const struct onboarding *at, struct str shown)
{
    struct form_token token = token_of(at, shown);

    return form_token_make(at->request->cx->arena, &token, at->request->cx->real);
}

enum form_state onboarding_csrf_check(const struct onboarding *at, struct str shown)
{
    struct form_token token = token_of(at, shown);

    return form_token_check(at->request->cx->arena, &token, onboarding_value(at, "csrf"),
                            at->request->cx->real);
}

struct str onboarding_value(const struct onboarding *at, const char *name)
{
    return form_typed(&at->form, str_of(name));
}

void onboarding_failed_answer(const struct onboarding *at, err_t err)
{
    bool busy = err == ERR_FULL || err == ERR_BUSY || err == ERR_UNAVAILABLE;

    log_event(at->request->cx, EV_INTERNAL_ERROR, LOG_WORD("what", "onboarding"), LOG_ERR(err));
    notice_answer(at->request, busy ? 503 : 500, TEXT_NOTICE_TECHNICAL);
}

/* --- the end -------------------------------------------------------------------------------------
 */

static enum text_notice notice_of(enum enrolment_state state)
{
    switch (state) {
    case ENROLMENT_REPLACED:
        return TEXT_NOTICE_ENROL_REPLACED;
    case ENROLMENT_EXPIRED:
        return TEXT_NOTICE_ENROL_EXPIRED;
    case ENROLMENT_COMPLETED:
        return TEXT_NOTICE_ENROL_DONE;
    case ENROLMENT_FAILED:
        return TEXT_NOTICE_ENROL_REFUSED;
    case ENROLMENT_OPEN:
        break;
    }
    must_fail(__FILE__, __LINE__, "the link leads nowhere");
}

void onboarding_closed_answer(const struct onboarding *at)
{
    struct buf out = answer_begin(at->request);
    const struct page_notice page = {
        .frame = onboarding_frame(at),
        .notice = notice_of(at->visit.state),
        .payee = at->visit.sponsor,
    };

    page_notice(&out, &page, at->lang);
    answer_page(at->request, 410, at->lang, &STRICT, &out);
}

/* Where the browser goes: what it learns there is no secret, and to be asked for by the API. */
static struct str callback_of(const struct onboarding *at)
{
    const struct enrolment *enrolment = &at->visit.enrolment;
    struct str url = enrolment->callback_url;
    struct buf out = buf_make(at->request->cx->arena, url.len + MORE_MAX);

    if (url.len == 0)
        return STR_NONE;
    buf_put(&out, url);
    buf_format(&out, "%clink_id=onb_%s&status=%s", str_find(url, '?') < url.len ? '&' : '?',
               enrolment->id.raw,
               enrolment_status_text(enrolment_status_now(at->request->cx, enrolment)));
    must(!out.failed);
    return buf_str(&out);
}

/* Open here means that a reviewer has to say yes. */
static enum text_enrolled outcome_of(enum enrolment_state state)
{
    if (state == ENROLMENT_FAILED)
        return TEXT_ENROLLED_FAILED;
    return state == ENROLMENT_COMPLETED ? TEXT_ENROLLED_COMPLETED : TEXT_ENROLLED_WAITING;
}

static struct str reason_of(const struct onboarding *at)
{
    struct request *request = at->request;
    struct str reason = STR_NONE;
    struct tx *tx;

    if (at->visit.state != ENROLMENT_FAILED || core_read(request->core, &tx) != OK ||
        enrolment_reason_read(request->core, request->cx, tx, at->visit.enrolment.id, &reason) !=
            OK)
        return STR_NONE;
    return reason;
}

void onboarding_ended_answer(const struct onboarding *at)
{
    struct ctx *cx = at->request->cx;
    const struct enrolment *enrolment = &at->visit.enrolment;
    bool stays = str_eq(frame_query(at->request, STR("auto")), STR("0"));
    struct answer_policy policy = STRICT;
    struct buf out = answer_begin(at->request);
    struct page_enrolled page = {
        .frame = onboarding_frame(at),
        .outcome = outcome_of(at->visit.state),
        .good = at->visit.state == ENROLMENT_COMPLETED,
        .bad = at->visit.state == ENROLMENT_FAILED,
        .reason = reason_of(at),
        .organization = at->visit.organization,
        .sponsor = at->visit.sponsor,
        .company = at->visit.company.fields[COMPANY_NAME],
        .siren = at->visit.company.fields[COMPANY_SIREN],
        .reference = str_format(cx->arena, "onb_%s", enrolment->id.raw),
        .date = format_moment(cx->arena, enrolment->changed, at->lang),
        .leave_url = callback_of(at),
    };

    if (enrolment->steps[ENROLMENT_SIGNATURE] != 0) {
        page.pdf_url = onboarding_pdf_path(at);
        page.copy_to = enrolment_receiver(cx->arena, at->visit.email);
    }

    page.closing = page.leave_url.len == 0;
    if (!stays && answer_leaves(at->request, 3, page.leave_url, &policy))
        page.stay_url = onboarding_path(at, "auto=0");
    page_enrolled(&out, &page, at->lang);
    answer_page(at->request, 200, at->lang, &policy, &out);
}
