#include "pages/pay.h"

#include "base/log.h"
#include "pages/browser.h"
#include "pages/notice.h"
#include "pages/pay_debit.h"
#include "pages/pay_form.h"
#include "pages/visit.h"

/* One submission under way; page_submit borrows it until done. */
struct submission {
    struct page_submit submit;
    struct visit *visit;
    struct card_entry entry; /* of a typed card */
    struct form form;
    bool saved; /* the card that the merchant gave is confirmed instead */
};

/* The form again, with what was typed. */
static void form_answer(const struct submission *submission, struct pay_form shown)
{
    shown.entry = &submission->entry;
    shown.typed = !submission->saved;
    pay_form_answer(submission->visit, &shown);
}

static void state_answer(const struct submission *submission)
{
    const struct visit *visit = submission->visit;

    switch (visit->page->state) {
    case PAGE_FORM:
        form_answer(submission,
                    (struct pay_form){.banner = pay_banner(visit->page->problem), .status = 402});
        return;
    case PAGE_WAITING:
    case PAGE_CHALLENGE:
    case PAGE_PAID:
        answer_redirect(visit->request, visit_path(visit, "/status", ""));
        return;
    case PAGE_PAUSED:
    case PAGE_OVER:
    case PAGE_CANCELED:
    case PAGE_BLOCKED:
        visit_closed(visit);
        return;
    }
}

/* What card_seal found although the entry looked right: a number that live mode does not take, say.
 */
static void invalid_answer(struct submission *submission)
{
    const struct ctx *cx = submission->visit->request->cx;
    struct card_entry *entry = &submission->entry;

    for (size_t i = 0; i < cx->fault_count; i++) {
        struct str field = str_of(cx->faults[i].field == NULL ? "" : cx->faults[i].field);
        if (str_ends(field, STR("exp_year")) || str_ends(field, STR("exp_month")))
            entry->expiry_error = TEXT_ERROR_EXPIRY_INVALID;
        else if (str_ends(field, STR("cvc")))
            entry->cvc_error = TEXT_ERROR_CVC_INVALID;
        else
            entry->number_error = TEXT_ERROR_NUMBER_INVALID;
    }
    form_answer(submission, (struct pay_form){.errors = true, .status = 422});
}

static void result_answer(struct submission *submission, err_t err)
{
    struct visit *visit = submission->visit;

    switch (err) {
    case OK:
    case ERR_STATE:
        state_answer(submission);
        return;
    case ERR_INVALID:
        invalid_answer(submission);
        return;
    case ERR_FULL:
    case ERR_BUSY:
    case ERR_UNAVAILABLE:
        form_answer(submission, (struct pay_form){.banner = TEXT_BANNER_TECHNICAL, .status = 503});
        return;
    case ERR_NOT_FOUND:
    case ERR_MALFORMED:
    case ERR_AUTH:
    case ERR_FORBIDDEN:
    case ERR_CONFLICT:
    case ERR_LIMIT:
    case ERR_IO:
    case ERR_INTERNAL:
        break;
    }
    log_event(visit->request->cx, EV_INTERNAL_ERROR, LOG_WORD("what", "page_submit"), LOG_ERR(err));
    notice_answer(visit->request, 500, TEXT_NOTICE_TECHNICAL);
}

static void submitted(struct operation *operation)
{
    struct submission *submission = operation->owner;
    struct visit *visit = submission->visit;

    card_entry_wipe(&submission->entry, &submission->form);
    /* Where the database failed, what the core had found out about the page is gone with it. */
    if (operation->result == OK || operation->result == ERR_STATE ||
        operation->result == ERR_INVALID)
        visit->page = &submission->submit.flow.page;
    result_answer(submission, operation->result);
    request_resume(visit->request);
}

static void submit_start(struct submission *submission, struct str attempt)
{
    struct visit *visit = submission->visit;
    const struct card_entry *entry = &submission->entry;
    struct page_submit *submit = &submission->submit;

    *submit = (struct page_submit){
        .operation = {.core = visit->request->core,
                      .cx = visit->request->cx,
                      .done = submitted,
                      .owner = submission                            },
        .flow = {                               .page = *visit->page,
                      .browser = browser_of(visit->request),
                      .page_path = visit_path(visit, "/status", "")},
        .token = attempt,
        .saved = submission->saved,
        .card = { .number = str_of(entry->number),
                      .cvc = str_of(entry->cvc),
                      .exp_month = entry->exp_month,
                      .exp_year = entry->exp_year,
                      .name = entry->holder,
                      .preferred_network = entry->preferred_network},
    };
    request_park(visit->request);
    page_submit(submit);
}

static struct str form_value(const struct form *form, struct str name)
{
    struct str value = STR_NONE;

    return form_get(form, name, &value) ? value : STR_NONE;
}

/* The form's own token: not ours, or too old, gives a fresh form. */
static bool token_is_good(const struct visit *visit, const struct form *form)
{
    struct str attempt = form_value(form, STR("attempt"));
    struct form_token of = pay_form_token(visit, attempt);

    return attempt.len > 0 && attempt.len <= ATTEMPT_TOKEN_MAX &&
           form_token_check(visit->request->cx->arena, &of, form_value(form, STR("csrf")),
                            visit->request->cx->real) == FORM_GOOD;
}

static bool is_form(struct request *request)
{
    struct str type = request_header(request, STR("Content-Type"));

    return str_eq_nocase(str_trim(str_sub(type, 0, str_find(type, ';'))),
                         STR("application/x-www-form-urlencoded"));
}

static void submission_answer(struct submission *submission)
{
    struct visit *visit = submission->visit;
    struct form *form = &submission->form;
    struct date today = date_paris(visit->request->cx->now);
    bool good = true;

    submission->saved = visit->page->has_saved && str_eq(form_value(form, STR("saved")), STR("1"));
    if (!submission->saved)
        good = card_entry_read(form, today, visit->page->merchant.ask_holder, &submission->entry);
    if (!token_is_good(visit, form)) {
        card_entry_wipe(&submission->entry, form);
        form_answer(submission, (struct pay_form){.banner = TEXT_BANNER_SESSION, .status = 422});
        return;
    }
    if (!good) {
        card_entry_wipe(&submission->entry, form);
        form_answer(submission, (struct pay_form){.errors = true, .status = 422});
        return;
    }
    submit_start(submission, form_value(form, STR("attempt")));
}

/* A form without the word is that of a card, as on every pay page. */
static struct str form_method(const struct form *form)
{
    struct str method = form_value(form, STR("method"));

    return method.len > 0 ? method : STR("card");
}

void pay_submit(struct request *request)
{
    struct visit *visit = visit_open(request);
    struct submission *submission;

    if (visit == NULL)
        return;
    submission = arena_make(request->cx->arena, struct submission);
    submission->visit = visit;
    if (!is_form(request)) {
        notice_answer(request, 415, TEXT_NOTICE_BAD_REQUEST);
        return;
    }
    if (form_parse(request->cx->arena, request->body, &submission->form) != OK) {
        notice_answer(request, 400, TEXT_NOTICE_BAD_REQUEST);
        return;
    }
    switch (visit->page->state) {
    case PAGE_FORM:
    case PAGE_CHALLENGE:
    case PAGE_WAITING:
        if (pay_by_debit(visit, form_method(&submission->form)))
            pay_debit_submit(visit, &submission->form);
        else
            submission_answer(submission);
        return;
    case PAGE_PAID:
        answer_redirect(request, visit_path(visit, "/status", ""));
        return;
    case PAGE_PAUSED:
    case PAGE_OVER:
    case PAGE_CANCELED:
    case PAGE_BLOCKED:
        visit_closed(visit);
        return;
    }
}
