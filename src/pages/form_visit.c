#include "pages/form_visit.h"

#include "base/log.h"
#include "base/must.h"
#include "core/mail.h"
#include "core/mandate_link.h"
#include "pages/errors.h"
#include "pages/frame.h"
#include "pages/language.h"
#include "pages/mandate_return.h"
#include "pages/notice.h"
#include "pages/paper.h"

enum { SHOWN_DIGITS = 4 };

/* --- what the pages share ------------------------------------------------------------------------
 */

struct form_visit *form_visit_open(struct request *request)
{
    struct form_visit *at = arena_make(request->cx->arena, struct form_visit);
    enum page_lang given;

    at->request = request;
    at->status = 200;
    err_t err = mandate_visit_open(request->core, request->cx, request->params[0], &at->visit);
    if (err == ERR_NOT_FOUND) {
        notice_answer(request, 404, TEXT_NOTICE_NOT_FOUND);
        return NULL;
    }
    if (err != OK) {
        form_failed_answer(at, err);
        return NULL;
    }
    at->lang = frame_language(request, &at->visit.merchant);
    if (language_parse(frame_query(request, STR("lang")), &given))
        at->lang_given = PAGE_LANGUAGES[given - 1].code;
    return at;
}

struct str form_visit_path(const struct form_visit *at, const char *suffix, const char *query)
{
    struct str token = at->request->params[0];
    bool has_lang = at->lang_given.len > 0;
    bool has_query = query[0] != '\0';

    return str_format(at->request->cx->arena, MANDATE_FORM_PATH "%.*s%s%s%.*s%s%s", (int)token.len,
                      token.ptr, suffix, has_lang ? "?lang=" : "", (int)at->lang_given.len,
                      has_lang ? at->lang_given.ptr : "", has_query ? (has_lang ? "&" : "?") : "",
                      query);
}

struct str form_visit_language(const struct form_visit *at)
{
    return PAGE_LANGUAGES[at->lang - 1].code;
}

static struct layout_frame form_visit_frame(const struct form_visit *at)
{
    struct layout_frame frame = frame_make(at->request, at->lang, &at->visit.merchant, STR_NONE);

    frame.step = frame_query(at->request, STR("step"));
    return frame;
}

struct form_token form_visit_token(const struct form_visit *at, struct str shown)
{
    return (struct form_token){
        .key = at->request->core->page_key,
        .payment = ID_TEXT(at->visit.form.id),
        .amount = {0, CURRENCY_EUR},
        .attempt = shown,
    };
}

static const struct answer_policy STRICT = {
    .parent = {NULL, 0}
};

void form_failed_answer(const struct form_visit *at, err_t err)
{
    bool busy = err == ERR_FULL || err == ERR_BUSY || err == ERR_UNAVAILABLE;

    log_event(at->request->cx, EV_INTERNAL_ERROR, LOG_WORD("what", "mandate_form"), LOG_ERR(err));
    notice_answer(at->request, busy ? 503 : 500, TEXT_NOTICE_TECHNICAL);
}

/* --- the first step ------------------------------------------------------------------------------
 */

void form_details_answer(struct form_visit *at)
{
    struct request *request = at->request;
    struct arena *arena = request->cx->arena;
    struct form_token token = form_visit_token(at, STR(""));
    struct buf out = answer_begin(request);
    struct page_form page = {
        .frame = form_visit_frame(at),
        .payee = at->visit.merchant.name,
        .mandate_stub = {.payee = at->visit.merchant.name, .first = true},
        .banner = at->banner,
        .csrf = form_token_make(arena, &token, request->cx->real),
    };

    mandate_entry_fill(arena, &at->entry, at->lang, &page);
    page.has_problem = page.banner != 0 || page.errors.items_count > 0;
    page_form(&out, &page, at->lang);
    answer_page(request, at->status, at->lang, &STRICT, &out);
}

void form_known_answer(struct form_visit *at)
{
    struct request *request = at->request;
    struct str iban;

    err_t err = mandate_visit_iban(request->core, request->cx, &at->visit, &iban);
    if (err != OK) {
        form_failed_answer(at, err);
        return;
    }
    mandate_entry_known(request->cx->arena, &at->visit.consumer, iban, &at->entry);
    form_details_answer(at);
}

/* --- the second step -----------------------------------------------------------------------------
 */

static void sign_errors(const struct form_visit *at, struct page_signature *page)
{
    const struct part_errors_items rows[] = {
        {STR("accept"), at->accept_error},
        {STR("otp"),    at->otp_error   },
    };

    page->errors = errors_part(at->request->cx->arena, rows, ARRAY_LEN(rows));
    page->accept_error = at->accept_error;
    page->otp_error = at->otp_error;
    page->has_problem = at->banner != 0 || page->errors.items_count > 0;
}

/* "•••• 0000", "c•••@example.com": who looks over a shoulder learns nothing. */
static struct str receiver_shown(struct arena *arena, const struct code_sent *code)
{
    struct str to = code->to;
    size_t at = str_find(to, '@');

    if (code->channel == CODE_BY_MAIL)
        return str_format(arena, "%.1s•••%.*s", to.ptr, (int)(to.len - at), to.ptr + at);
    size_t shown = to.len < SHOWN_DIGITS ? to.len : SHOWN_DIGITS;
    return str_format(arena, "••••\u00a0%.*s", (int)shown, to.ptr + to.len - shown);
}

static void code_fill(const struct form_visit *at, struct page_signature *page)
{
    const struct mandate_visit *visit = &at->visit;

    if (!visit->has_code || visit->code.channel == 0 || visit->code.expires <= at->request->cx->now)
        return;
    page->code_to = receiver_shown(at->request->cx->arena, &visit->code);
    page->by_sms = visit->code.channel == CODE_BY_SMS;
}

void form_signature_answer(struct form_visit *at)
{
    struct request *request = at->request;
    struct arena *arena = request->cx->arena;
    bool typed = at->visit.form.purpose == MANDATE_FORM_CONSUMER;
    struct buf out = answer_begin(request);
    struct mandate_signing signing;
    struct sepa_check check;

    err_t err = mandate_visit_show(request->core, request->cx, &at->visit, form_visit_language(at),
                                   &signing);
    if (err != OK) {
        form_failed_answer(at, err);
        return;
    }
    struct form_token token = form_visit_token(at, signing.sha256);
    struct page_signature page = {
        .frame = form_visit_frame(at),
        .payee = at->visit.merchant.name,
        .mandate_stub = {.payee = at->visit.merchant.name, .second = true},
        .banner = at->banner,
        .paper = paper_part(arena, &signing.paper),
        .csrf = form_token_make(arena, &token, request->cx->real),
        .shown = signing.sha256,
        .again = at->status == 200 && str_eq(frame_query(request, STR("sent")), STR("1")),
        .accepted = at->accepted,
        .change_url = typed ? form_visit_path(at, "", "step=1") : STR_NONE,
    };
    sepa_check_answer(request->cx->mode, &signing.account, &check);
    page.warning = paper_warning(&check);
    code_fill(at, &page);
    sign_errors(at, &page);
    page_signature(&out, &page, at->lang);
    answer_page(request, at->status, at->lang, &STRICT, &out);
}

/* --- the end -------------------------------------------------------------------------------------
 */

static enum text_notice notice_of(enum mandate_form_state state)
{
    switch (state) {
    case MANDATE_FORM_REPLACED:
        return TEXT_NOTICE_FORM_REPLACED;
    case MANDATE_FORM_SIGNED:
        return TEXT_NOTICE_FORM_SIGNED;
    case MANDATE_FORM_CANCELED:
        return TEXT_NOTICE_FORM_CANCELLED;
    case MANDATE_FORM_FAILED:
        return TEXT_NOTICE_FORM_FAILED;
    case MANDATE_FORM_EXPIRED:
        return TEXT_NOTICE_FORM_EXPIRED;
    case MANDATE_FORM_OPEN:
        break;
    }
    must_fail(__FILE__, __LINE__, "the form has ended");
}

void form_closed_answer(const struct form_visit *at)
{
    struct buf out = answer_begin(at->request);
    const struct page_notice page = {
        .frame = form_visit_frame(at),
        .notice = notice_of(at->visit.state),
        .payee = at->visit.merchant.name,
        .contact = at->visit.merchant.email,
    };

    page_notice(&out, &page, at->lang);
    answer_page(at->request, 410, at->lang, &STRICT, &out);
}

static enum text_ended ended_of(enum mandate_form_state state)
{
    if (state == MANDATE_FORM_SIGNED)
        return TEXT_ENDED_SIGNED;
    return state == MANDATE_FORM_CANCELED ? TEXT_ENDED_CANCELED : TEXT_ENDED_FAILED;
}

/* What was signed (standards/pages.md 26). */
static void signed_fill(const struct form_visit *at, struct page_ended *page)
{
    const struct mandate_visit *visit = &at->visit;
    const struct bank_account *account = &visit->account;
    struct ctx *cx = at->request->cx;
    struct str email = visit->consumer.fields[CONSUMER_EMAIL];

    page->good = true;
    page->umr = visit->mandate.umr;
    page->creditor = visit->mandate.creditor_name;
    page->ics = visit->mandate.ics;
    page->business = visit->mandate.scheme == MANDATE_B2B;
    page->account = str_format(cx->arena, "%.*s\u00a0••••\u00a0%.*s", (int)account->country.len,
                               account->country.ptr, (int)account->last4.len, account->last4.ptr);
    page->pdf_url = mandate_link(at->request->core, cx, visit->mandate.id);
    page->copy_to = mail_address_valid(email) ? email : STR_NONE;
}

/* [doc] A mandate that a call has made goes back by a form, with the account (api/safedebit.md 9);
 * this page alone may post to that origin. */
static err_t post_fill(const struct form_visit *at, struct page_ended *page,
                       struct answer_policy *policy)
{
    struct request *request = at->request;
    struct iban iban;

    TRY(bank_account_open_iban(request->core->vault, request->cx->merchant, &at->visit.account,
                               &iban));
    page->post_url = at->visit.form.urls.ok;
    page->iban = str_dup(request->cx->arena, iban_text(&iban));
    page->bic = at->visit.account.bic;
    policy->form_target = answer_origin(page->post_url);
    return OK;
}

static void leave_fill(const struct form_visit *at, struct page_ended *page,
                       struct answer_policy *policy)
{
    struct request *request = at->request;
    bool stays = str_eq(frame_query(request, STR("auto")), STR("0"));

    page->leave_url = mandate_return_url(request->cx->arena, &at->visit);
    page->closing = page->leave_url.len == 0;
    if (page->closing || stays)
        return;
    if (answer_leaves(request, 3, page->leave_url, policy))
        page->stay_url = form_visit_path(at, "/status", "auto=0");
}

void form_ended_answer(struct form_visit *at)
{
    struct answer_policy policy = STRICT;
    struct buf out = answer_begin(at->request);
    bool is_signed = at->visit.state == MANDATE_FORM_SIGNED;
    struct page_ended page = {
        .frame = form_visit_frame(at),
        .outcome = ended_of(at->visit.state),
        .payee = at->visit.merchant.name,
        .contact = at->visit.merchant.email,
    };
    err_t err = OK;

    if (is_signed)
        signed_fill(at, &page);
    if (is_signed && at->visit.form.purpose == MANDATE_FORM_MANDATE)
        err = post_fill(at, &page, &policy);
    else
        leave_fill(at, &page, &policy);
    if (err != OK) {
        form_failed_answer(at, err);
        return;
    }
    page_ended(&out, &page, at->lang);
    answer_page(at->request, 200, at->lang, &policy, &out);
}
