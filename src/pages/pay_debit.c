#include "pages/pay_debit.h"

#include "base/log.h"
#include "base/must.h"
#include "pages/browser.h"
#include "pages/countries.h"
#include "pages/debit_entry.h"
#include "pages/errors.h"
#include "pages/format.h"
#include "pages/frame.h"
#include "pages/notice.h"
#include "pages/paper.h"
#include "pages/pay_form.h"

/* One payer in front of the debit's steps; page_sign borrows it until done. */
struct debit_visit {
    struct visit *visit;
    struct debit_asks asks;
    struct debit_entry entry;
    bool saved; /* the account that the merchant gave */
    bool errors;
    enum text_banner banner; /* 0: none */
    int status;
    struct form form;
    struct page_sign sign;
};

/* --- which way -------------------------------------------------------------------------------- */

bool pay_by_debit(const struct visit *visit, struct str method)
{
    const struct pay_page *page = visit->page;
    bool debit = (page->methods & 1U << METHOD_SEPA) != 0;
    bool card = (page->methods & 1U << METHOD_CARD) != 0;

    if (!debit || !card)
        return debit;
    if (str_eq(method, STR("sepa")))
        return true;
    return page->payer.has_account && !str_eq(method, STR("card"));
}

struct part_methods pay_methods(const struct visit *visit, bool by_debit)
{
    static const unsigned BOTH = 1U << METHOD_CARD | 1U << METHOD_SEPA;

    if ((visit->page->methods & BOTH) != BOTH)
        return (struct part_methods){0};
    return (struct part_methods){
        .debit_url = visit_path(visit, "", "method=sepa"),
        .card_url = visit_path(visit, "", "method=card"),
        .by_debit = by_debit,
    };
}

static struct debit_visit *debit_visit_make(struct visit *visit)
{
    struct request *request = visit->request;
    struct debit_visit *debit = arena_make(request->cx->arena, struct debit_visit);
    struct address known;
    bool found = false;
    struct tx *tx;

    debit->visit = visit;
    debit->status = 200;
    debit->entry.country = STR("FR");
    err_t err = core_read(request->core, &tx);
    if (err == OK)
        err = page_debtor_address(request->cx, tx, visit->page, &known, &found);
    if (err != OK) {
        log_event(request->cx, EV_INTERNAL_ERROR, LOG_WORD("what", "pay_debit"), LOG_ERR(err));
        notice_answer(request, 500, TEXT_NOTICE_TECHNICAL);
        return NULL;
    }
    debit->asks.address = !found;
    debit->asks.email = page_debtor_email(visit->page).len == 0;
    return debit;
}

/* --- the form --------------------------------------------------------------------------------- */

/* The summary: one line for each wrong field, in the order of the form. */
static void errors_list(struct arena *arena, const struct debit_entry *entry,
                        struct page_debit *page)
{
    const struct part_errors_items all[] = {
        {STR("iban"),           entry->iban_error  },
        {STR("account_holder"), entry->holder_error},
        {STR("address_line"),   entry->line_error  },
        {STR("address_zip"),    entry->zip_error   },
        {STR("address_city"),   entry->city_error  },
        {STR("email"),          entry->email_error },
    };

    page->errors = errors_part(arena, all, ARRAY_LEN(all));
    page->iban_error = entry->iban_error;
    page->holder_error = entry->holder_error;
    page->line_error = entry->line_error;
    page->zip_error = entry->zip_error;
    page->city_error = entry->city_error;
    page->email_error = entry->email_error;
}

static struct layout_frame frame_of(const struct debit_visit *debit)
{
    struct layout_frame frame = visit_frame(debit->visit);

    frame.by_debit = true;
    visit_tell(&frame, debit->visit, debit->banner == 0 ? "init" : "error", STR_NONE);
    return frame;
}

static void form_answer(const struct debit_visit *debit)
{
    const struct visit *visit = debit->visit;
    const struct debit_entry *entry = &debit->entry;
    struct request *request = visit->request;
    struct arena *arena = request->cx->arena;
    struct answer_policy policy = visit_policy(visit);
    struct buf out = answer_begin(request);
    struct str attempt = pay_form_attempt(arena);
    struct form_token token = pay_form_token(visit, attempt);
    struct page_debit page = {
        .frame = frame_of(debit),
        .summary = visit_summary(visit),
        .methods = pay_methods(visit, true),
        .amount = visit_amount(visit),
        .payee = visit->page->merchant.name,
        .banner = debit->banner,
        .iban = iban_entry_shown(arena, str_of(entry->iban)),
        .holder = entry->holder,
        .ask_address = debit->asks.address,
        .line = entry->line,
        .zip = entry->zip,
        .city = entry->city,
        .ask_email = debit->asks.email,
        .email = entry->email,
        .csrf = form_token_make(arena, &token, request->cx->real),
        .attempt = attempt,
        .cancel_url = visit->page->view.payment.return_url,
    };

    page.countries = countries_part(arena, visit->lang, entry->country);
    if (debit->errors)
        errors_list(arena, entry, &page);
    page.has_problem = page.banner != 0 || page.errors.items_count > 0;
    page_debit(&out, &page, visit->lang);
    answer_page(request, debit->status, visit->lang, &policy, &out);
}

/* --- the preview ------------------------------------------------------------------------------ */

/* The token of the second form also says what was shown. */
static struct form_token sign_token(const struct visit *visit, struct str attempt, struct str shown)
{
    return pay_form_token(visit,
                          str_format(visit->request->cx->arena, "%.*s|%.*s", (int)attempt.len,
                                     attempt.ptr, (int)shown.len, shown.ptr));
}

static void entry_fill(const struct debit_visit *debit, struct page_mandate *page)
{
    const struct debit_entry *entry = &debit->entry;

    page->iban = str_of(entry->iban);
    page->holder = entry->holder;
    page->line = entry->line;
    page->zip = entry->zip;
    page->city = entry->city;
    page->country = entry->country;
    page->email = entry->email;
}

static void preview_answer(const struct debit_visit *debit, const struct page_preview *preview,
                           struct str attempt)
{
    static const struct part_errors_items UNSIGNED[] = {
        {STR_INIT("agree"), TEXT_ERROR_AGREE_MISSING},
    };
    const struct visit *visit = debit->visit;
    struct request *request = visit->request;
    struct arena *arena = request->cx->arena;
    struct answer_policy policy = visit_policy(visit);
    struct buf out = answer_begin(request);
    struct form_token token = sign_token(visit, attempt, preview->signing.sha256);
    struct page_mandate page = {
        .frame = frame_of(debit),
        .has_problem = debit->banner != 0 || debit->errors,
        .summary = visit_summary(visit),
        .methods = pay_methods(visit, true),
        .amount = visit_amount(visit),
        .payee = visit->page->merchant.name,
        .banner = debit->banner,
        .warning = paper_warning(&preview->check),
        .due = format_day(arena, preview->due, visit->lang),
        .umr = preview->signing.mandate.umr,
        .ics = preview->signing.mandate.ics,
        .account = visit_account(visit, &preview->signing.account),
        .saved = debit->saved,
        .csrf = form_token_make(arena, &token, request->cx->real),
        .attempt = attempt,
        .shown = preview->signing.sha256,
        .other_url = visit_path(visit, "", "method=sepa&other=1"),
    };

    if (debit->errors) {
        page.errors = errors_part(arena, UNSIGNED, ARRAY_LEN(UNSIGNED));
        page.agree_error = TEXT_ERROR_AGREE_MISSING;
    }
    page.signs = preview->signs;
    if (preview->signs)
        page.paper = paper_part(arena, &preview->signing.paper);
    if (!debit->saved)
        entry_fill(debit, &page);
    page_mandate(&out, &page, visit->lang);
    answer_page(request, debit->status, visit->lang, &policy, &out);
}

static struct page_debtor debtor_of(const struct debit_visit *debit)
{
    if (debit->saved)
        return (struct page_debtor){.saved = true};
    return debit_entry_debtor(&debit->entry, debit->asks);
}

/* What the core does not take although it looked right. */
static void refused_answer(struct debit_visit *debit, err_t err)
{
    const struct ctx *cx = debit->visit->request->cx;
    bool iban = cx->fault_count > 0 && str_ends(str_of(cx->faults[0].field), STR("iban"));

    if (err == ERR_INVALID && iban && !debit->saved) {
        debit->entry.iban_error = TEXT_ERROR_IBAN_REFUSED;
        debit->errors = true;
        debit->status = 422;
    } else {
        debit->errors = false;
        debit->banner = err == ERR_UNAVAILABLE || err == ERR_BUSY || err == ERR_FULL
                            ? TEXT_BANNER_TECHNICAL
                            : TEXT_BANNER_DEBIT;
        debit->status = debit->banner == TEXT_BANNER_TECHNICAL ? 503 : 422;
    }
    form_answer(debit);
}

static void preview_make(struct debit_visit *debit)
{
    const struct visit *visit = debit->visit;
    struct request *request = visit->request;
    const struct page_debtor debtor = debtor_of(debit);
    struct str attempt = pay_form_attempt(request->cx->arena);
    struct page_preview *preview = arena_make(request->cx->arena, struct page_preview);

    ctx_clear_faults(request->cx);
    err_t err = page_debit_preview(request->core, request->cx, visit->page, &debtor, attempt,
                                   PAGE_LANGUAGES[visit->lang - 1].code, preview);
    if (err == OK)
        preview_answer(debit, preview, attempt);
    else
        refused_answer(debit, err);
}

void pay_debit_show(const struct visit *visit)
{
    struct debit_visit *debit = debit_visit_make((struct visit *)(uintptr_t)visit);
    bool other = str_eq(frame_query(visit->request, STR("other")), STR("1"));

    if (debit == NULL)
        return;
    debit->banner = pay_banner(visit->page->problem);
    debit->saved = visit->page->payer.has_account && !other;
    if (debit->saved)
        preview_make(debit);
    else
        form_answer(debit);
}

/* --- the signature ---------------------------------------------------------------------------- */

static void state_answer(struct debit_visit *debit)
{
    struct visit *visit = debit->visit;

    switch (visit->page->state) {
    case PAGE_FORM:
        debit->status = 422;
        debit->banner = TEXT_BANNER_STALE;
        form_answer(debit);
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

/* The merchant may have taken back the account that was to be confirmed. */
static void changed_answer(struct debit_visit *debit)
{
    if (debit->saved && !debit->visit->page->payer.has_account) {
        debit->saved = false;
        form_answer(debit);
    } else {
        preview_make(debit);
    }
}

static void result_answer(struct debit_visit *debit, err_t err)
{
    struct request *request = debit->visit->request;

    switch (err) {
    case OK:
        state_answer(debit);
        return;
    case ERR_STATE:
        if (!debit->sign.changed) {
            state_answer(debit);
            return;
        }
        debit->banner = TEXT_BANNER_CHANGED;
        debit->status = 422;
        changed_answer(debit);
        return;
    case ERR_INVALID:
    case ERR_CONFLICT:
    case ERR_NOT_FOUND:
    case ERR_LIMIT:
    case ERR_UNAVAILABLE:
    case ERR_BUSY:
    case ERR_FULL:
        refused_answer(debit, err);
        return;
    case ERR_MALFORMED:
    case ERR_AUTH:
    case ERR_FORBIDDEN:
    case ERR_IO:
    case ERR_INTERNAL:
        break;
    }
    log_event(request->cx, EV_INTERNAL_ERROR, LOG_WORD("what", "page_sign"), LOG_ERR(err));
    notice_answer(request, 500, TEXT_NOTICE_TECHNICAL);
}

static void sign_done(struct operation *operation)
{
    struct debit_visit *debit = operation->owner;
    struct request *request = debit->visit->request;

    /* What the core found out about the page is what is shown now; where the database failed, that
     * is gone with it. */
    if (operation->result == OK || operation->result == ERR_STATE) {
        debit->sign.page.methods = debit->visit->page->methods;
        debit->visit->page = &debit->sign.page;
    }
    result_answer(debit, operation->result);
    debit_entry_wipe(&debit->entry, &debit->form);
    request_resume(request);
}

static void sign_start(struct debit_visit *debit, struct str attempt, struct str shown)
{
    struct visit *visit = debit->visit;
    struct request *request = visit->request;

    debit->sign = (struct page_sign){
        .operation = {.core = request->core, .cx = request->cx, .done = sign_done, .owner = debit},
        .page = *visit->page,
        .browser = browser_of(request),
        .token = attempt,
        .debtor = debtor_of(debit),
        .language = PAGE_LANGUAGES[visit->lang - 1].code,
        .shown = shown,
    };
    request_park(request);
    page_sign(&debit->sign);
}

static struct str form_value(const struct form *form, struct str name)
{
    struct str value = STR_NONE;

    return form_get(form, name, &value) ? value : STR_NONE;
}

static bool token_is_good(const struct visit *visit, const struct form *form,
                          const struct form_token *of)
{
    struct str attempt = form_value(form, STR("attempt"));

    return attempt.len > 0 && attempt.len <= ATTEMPT_TOKEN_MAX &&
           form_token_check(visit->request->cx->arena, of, form_value(form, STR("csrf")),
                            visit->request->cx->real) == FORM_GOOD;
}

/* Signed by the box and the button; the box is not asked for where there is nothing to sign. */
static void sign_answer(struct debit_visit *debit, const struct form *form)
{
    struct visit *visit = debit->visit;
    struct str attempt = form_value(form, STR("attempt"));
    struct str shown = form_value(form, STR("shown"));
    struct form_token of = sign_token(visit, attempt, shown);
    bool confirms = debit->saved && visit->page->payer.has_mandate;

    if (!token_is_good(visit, form, &of)) {
        debit->banner = TEXT_BANNER_STALE;
        debit->status = 422;
        preview_make(debit);
        return;
    }
    if (!debit->entry.agreed && !confirms) {
        debit->errors = true;
        debit->status = 422;
        preview_make(debit);
        return;
    }
    sign_start(debit, attempt, shown);
}

static void step_answer(struct debit_visit *debit, const struct form *form)
{
    struct visit *visit = debit->visit;
    struct str action = form_value(form, STR("action"));
    struct form_token of = pay_form_token(visit, form_value(form, STR("attempt")));
    bool good = debit_entry_read(form, debit->asks, &debit->entry);

    debit->saved =
        visit->page->payer.has_account && str_eq(form_value(form, STR("saved")), STR("1"));
    if (str_eq(action, STR("change"))) {
        debit->saved = false;
        form_answer(debit);
    } else if (!good && !debit->saved) {
        debit->errors = true;
        debit->status = 422;
        form_answer(debit);
    } else if (str_eq(action, STR("sign"))) {
        sign_answer(debit, form);
    } else if (!token_is_good(visit, form, &of)) {
        debit->banner = TEXT_BANNER_STALE;
        debit->status = 422;
        form_answer(debit);
    } else {
        preview_make(debit);
    }
}

void pay_debit_submit(struct visit *visit, const struct form *form)
{
    struct debit_visit *debit = debit_visit_make(visit);

    if (debit == NULL)
        return;
    debit->form = *form;
    step_answer(debit, form);
}
