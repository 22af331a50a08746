#include "pages/visit.h"

#include "base/log.h"
#include "base/must.h"
#include "core/mandate_link.h"
#include "core/page_debit.h"
#include "pages/format.h"
#include "pages/frame.h"
#include "pages/language.h"
#include "pages/notice.h"

/* [doc:sdk] The address of an intent's page (api/stancer.md 12). */
static const struct str TEST_MARK = STR_INIT("test_");
static const struct str REQUEST_MARK = STR_INIT("pi_");

/* [seed] "pay-<account>-<token>" (api/simplypaie.md 3). */
static const struct str LINK_MARK = STR_INIT("pay-");

static bool is_request(struct str name)
{
    return str_starts(name, REQUEST_MARK) || str_starts(name, LINK_MARK) ||
           (str_starts(name, TEST_MARK) && str_starts(str_from(name, TEST_MARK.len), REQUEST_MARK));
}

static err_t link_open(struct request *request, struct str name, struct pay_page *page)
{
    struct str rest = str_from(name, LINK_MARK.len);
    size_t dash = str_find(rest, '-');

    if (dash == rest.len || rest.len - dash - 1 != LINK_TOKEN_LEN)
        return ERR_NOT_FOUND;
    return page_open_link(request->core, request->cx, str_sub(rest, 0, dash),
                          str_from(rest, dash + 1), page);
}

static err_t request_open(struct request *request, struct str name, struct pay_page *page)
{
    if (str_starts(name, LINK_MARK))
        return link_open(request, name, page);
    bool test = str_starts(name, TEST_MARK);
    struct str rest = str_from(name, (test ? TEST_MARK.len : 0) + REQUEST_MARK.len);
    struct request_id id;

    if (!ID_PARSE(rest, &id))
        return ERR_NOT_FOUND;
    return page_open_request(request->core, request->cx, test ? MODE_TEST : MODE_LIVE, id, page);
}

struct visit *visit_open(struct request *request)
{
    struct arena *arena = request->cx->arena;
    struct visit *visit = arena_make(arena, struct visit);
    struct str first = request->params[0];
    struct str payment = request->params[1];
    bool by_request = is_request(first);
    enum page_lang given;

    visit->request = request;
    visit->page = arena_make(arena, struct pay_page);
    err_t err = by_request ? request_open(request, first, visit->page)
                           : page_open(request->core, request->cx, first, payment, visit->page);
    if (err == ERR_NOT_FOUND) {
        notice_answer(request, 404,
                      visit->page->lacks_terms ? TEXT_NOTICE_INCOMPLETE : TEXT_NOTICE_NOT_FOUND);
        return NULL;
    }
    if (err != OK) {
        log_event(request->cx, EV_INTERNAL_ERROR, LOG_WORD("what", "page_open"), LOG_ERR(err));
        notice_answer(request, err == ERR_FULL || err == ERR_BUSY ? 503 : 500,
                      TEXT_NOTICE_TECHNICAL);
        return NULL;
    }
    if (visit->page->methods == 0 && visit->page->state == PAGE_FORM) {
        /* What it could be paid by is not set up here. */
        notice_answer(request, 503, TEXT_NOTICE_UNAVAILABLE);
        return NULL;
    }
    visit->lang = frame_language(request, &visit->page->merchant);
    if (language_parse(frame_query(request, STR("lang")), &given))
        visit->lang_given = PAGE_LANGUAGES[given - 1].code;
    visit->home = str_format(arena, "/%.*s%s%.*s", (int)first.len, first.ptr, by_request ? "" : "/",
                             by_request ? 0 : (int)payment.len, by_request ? "" : payment.ptr);
    return visit;
}

struct str visit_path(const struct visit *visit, const char *suffix, const char *query)
{
    bool has_lang = visit->lang_given.len > 0;
    bool has_query = query[0] != '\0';

    return str_format(visit->request->cx->arena, "%.*s%s%s%.*s%s%s", (int)visit->home.len,
                      visit->home.ptr, suffix, has_lang ? "?lang=" : "", (int)visit->lang_given.len,
                      has_lang ? visit->lang_given.ptr : "",
                      has_query ? (has_lang ? "&" : "?") : "", query);
}

struct layout_frame visit_frame(const struct visit *visit)
{
    struct layout_frame frame = frame_make(visit->request, visit->lang, &visit->page->merchant,
                                           visit->page->view.payment.return_url);

    if (visit->page->is_short) {
        frame.logo_url = STR_NONE;
        frame.back_url = STR_NONE;
    }
    return frame;
}

bool visit_is_deposit(const struct visit *visit)
{
    return visit->page->is_link && !visit->page->request.terms.capture;
}

struct str visit_amount(const struct visit *visit)
{
    struct money amount = visit->page->view.payment.amount;

    if (amount.minor == 0)
        return STR_NONE;
    return format_amount(visit->request->cx->arena, amount, visit->lang);
}

struct part_summary visit_summary(const struct visit *visit)
{
    const struct payment *payment = &visit->page->view.payment;
    struct part_summary summary = {
        .amount = visit_amount(visit),
        .payee = visit->page->merchant.name,
        .deposit = visit_is_deposit(visit),
    };

    if (visit->page->is_short)
        return summary;
    summary.description = payment->description;
    if (visit->page->is_link)
        summary.reference = payment->order_id;
    else
        summary.order_id = payment->order_id;
    return summary;
}

/* Who may frame the page and hears what happens on it. */
static struct str parent_of(const struct visit *visit)
{
    return visit->page->is_link ? STR_NONE : answer_origin(visit->page->view.payment.return_url);
}

struct answer_policy visit_policy(const struct visit *visit)
{
    return (struct answer_policy){.parent = parent_of(visit)};
}

void visit_tell(struct layout_frame *frame, const struct visit *visit, const char *step,
                struct str next)
{
    frame->parent_origin = parent_of(visit);
    frame->parent_step = str_of(step);
    frame->parent_next = next;
    if (visit->page->state == PAGE_PAID || visit->page->view.payment.state == PAYMENT_CANCELED)
        frame->parent_outcome = str_of(payment_state_text(visit->page->view.payment.state));
}

static enum text_notice notice_of(const struct visit *visit)
{
    /* Something was held, and is not any more. */
    bool released = visit_is_deposit(visit) && !ID_NONE(visit->page->request.payment);
    /* A hold that nobody cashed: whoever gave it owes no other try. */
    bool lapsed = visit->page->view.payment.state == PAYMENT_EXPIRED;

    switch (visit->page->state) {
    case PAGE_PAUSED:
        return TEXT_NOTICE_TOO_MANY;
    case PAGE_OVER:
        if (released)
            return TEXT_NOTICE_RELEASED;
        return lapsed ? TEXT_NOTICE_CANCELLED : TEXT_NOTICE_EXPIRED;
    case PAGE_CANCELED:
        return released ? TEXT_NOTICE_RELEASED : TEXT_NOTICE_CANCELLED;
    case PAGE_BLOCKED:
        return TEXT_NOTICE_BLOCKED;
    case PAGE_FORM:
    case PAGE_WAITING:
    case PAGE_CHALLENGE:
    case PAGE_PAID:
        break;
    }
    must_fail(__FILE__, __LINE__, "the page is closed");
}

static int status_of(enum page_state state)
{
    if (state == PAGE_PAUSED)
        return 429;
    return state == PAGE_BLOCKED ? 409 : 410; /* the merchant may still ask otherwise */
}

void visit_closed(const struct visit *visit)
{
    bool paused = visit->page->state == PAGE_PAUSED;
    struct answer_policy policy = visit_policy(visit);
    struct buf out = answer_begin(visit->request);
    struct page_notice page = {
        .frame = visit_frame(visit),
        .notice = notice_of(visit),
        .contact = visit->page->merchant.email,
        .payee = visit->page->merchant.name,
        .again_url = paused ? visit_path(visit, "", "") : STR_NONE,
        .leave_url = visit->page->view.payment.return_url,
    };

    visit_tell(&page.frame, visit, "error", page.leave_url);
    page_notice(&out, &page, visit->lang);
    answer_page(visit->request, status_of(visit->page->state), visit->lang, &policy, &out);
}

struct str visit_card(const struct visit *visit, const struct card *card)
{
    static const struct {
        struct str word;
        const char *name;
    } BRANDS[] = {
        {STR_INIT("visa"),       "Visa"            },
        {STR_INIT("mastercard"), "Mastercard"      },
        {STR_INIT("amex"),       "American Express"},
        {STR_INIT("jcb"),        "JCB"             },
        {STR_INIT("maestro"),    "Maestro"         },
        {STR_INIT("discover"),   "Discover"        },
        {STR_INIT("dankort"),    "Dankort"         },
    };
    const char *name = "";

    for (size_t i = 0; i < ARRAY_LEN(BRANDS); i++) {
        if (str_eq(card->brand, BRANDS[i].word))
            name = BRANDS[i].name;
    }
    return str_format(visit->request->cx->arena, "%s\u00a0••••\u00a0%.*s", name,
                      (int)card->last4.len, card->last4.ptr);
}

struct str visit_account(const struct visit *visit, const struct bank_account *account)
{
    return str_format(visit->request->cx->arena, "%.*s\u00a0••••\u00a0%.*s",
                      (int)account->country.len, account->country.ptr, (int)account->last4.len,
                      account->last4.ptr);
}

static enum text_outcome outcome_of(const struct visit *visit)
{
    const struct payment *payment = &visit->page->view.payment;

    if (payment->method == METHOD_SEPA)
        return payment->state == PAYMENT_DISPUTED ? TEXT_OUTCOME_RETURNED : TEXT_OUTCOME_DEBIT;
    if (payment->amount.minor == 0)
        return TEXT_OUTCOME_SAVED;
    if (payment->state == PAYMENT_AUTHORIZED)
        return visit_is_deposit(visit) ? TEXT_OUTCOME_DEPOSIT : TEXT_OUTCOME_HELD;
    return visit_is_deposit(visit) ? TEXT_OUTCOME_CASHED : TEXT_OUTCOME_PAID;
}

/* What a deposit's receipt shows: until when it can be cashed, or what was cashed of it. */
static void deposit_fill(const struct visit *visit, struct page_result *page)
{
    const struct payment *payment = &visit->page->view.payment;
    struct money asked = visit->page->request.terms.amount;
    struct arena *arena = visit->request->cx->arena;

    page->summary.deposit = payment->state == PAYMENT_AUTHORIZED;
    if (page->summary.deposit)
        page->deposit_until = format_moment(arena, payment->hold_expires, visit->lang);
    else if (payment->amount.minor < asked.minor)
        page->deposit_of = format_amount(arena, asked, visit->lang);
}

/* Whoever comes straight from the form was authenticated in this window, without a challenge. */
static bool authenticated_here(const struct visit *visit)
{
    const struct payment_view *view = &visit->page->view;

    return view->has_authentication && view->authentication.origin == ORIGIN_PAGE &&
           view->authentication.state == AUTHENTICATION_SUCCESS;
}

/* How long the page itself leads to the document; the mail does so for longer. */
enum { DOCUMENT_HOURS = 24 };

/* What a debit's receipt shows (pages.md 26). */
static void debit_fill(const struct visit *visit, struct page_result *page)
{
    const struct pay_page *shown = visit->page;
    const struct payment *payment = &shown->view.payment;
    struct ctx *cx = visit->request->cx;
    bool waits = payment->state == PAYMENT_TO_CAPTURE || payment->state == PAYMENT_CAPTURE_SENT;

    page->account = visit_account(visit, &shown->payer.account);
    if (waits)
        page->due = format_day(cx->arena, shown->debit.due, visit->lang);
    if (!shown->payer.has_mandate)
        return;
    const struct mandate *mandate = &shown->payer.mandate;
    page->umr = mandate->umr;
    page->ics = mandate->ics;
    page->creditor = mandate->creditor_name;
    page->contact = shown->merchant.email;
    bool fresh = cx->now < shown->debit.created + DOCUMENT_HOURS * HOUR_US;
    if (fresh)
        page->pdf_url = mandate_link(visit->request->core, cx, mandate->id);
    if (fresh && mandate->signed_at == shown->debit.created)
        page->copy_to = page_debtor_email(shown);
}

void visit_receipt(const struct visit *visit, int status, bool leaving)
{
    const struct payment *payment = &visit->page->view.payment;
    struct arena *arena = visit->request->cx->arena;
    struct answer_policy policy = visit_policy(visit);
    struct buf out = answer_begin(visit->request);
    struct page_result page = {
        .frame = visit_frame(visit),
        .summary = visit_summary(visit),
        .outcome = outcome_of(visit),
        .payee = visit->page->merchant.name,
        .amount = visit_amount(visit),
        .date = payment->paid > 0 ? format_moment(arena, payment->paid, visit->lang) : STR_NONE,
        .card = visit->page->view.has_card ? visit_card(visit, &visit->page->view.card) : STR_NONE,
        .reference = visit->page->is_link ? payment->order_id
                                          : str_format(arena, "paym_%s", payment->id.raw),
        .author = payment->response_author,
        .leave_url = payment->return_url,
    };

    must(visit->page->state == PAGE_PAID);
    page.summary.reference = STR_NONE; /* the receipt has it */
    if (payment->refunded_minor > 0)
        page.refunded = format_amount(
            arena, (struct money){payment->refunded_minor, payment->amount.currency}, visit->lang);
    if (visit->page->has_debit)
        debit_fill(visit, &page);
    if (visit_is_deposit(visit))
        deposit_fill(visit, &page);
    if (leaving && answer_leaves(visit->request, 3, payment->return_url, &policy))
        page.stay_url = visit_path(visit, "/status", "auto=0");
    visit_tell(&page.frame, visit,
               status == 200 && authenticated_here(visit) ? "secure-auth-end finished" : "finished",
               payment->return_url);
    page_result(&out, &page, visit->lang);
    answer_page(visit->request, status, visit->lang, &policy, &out);
}

void visit_bank(const struct visit *visit, struct str session)
{
    const struct authentication *authentication = &visit->page->view.authentication;
    struct answer_policy policy = visit_policy(visit);
    struct buf out = answer_begin(visit->request);
    struct page_bank page = {
        .frame = visit_frame(visit),
        .summary = visit_summary(visit),
        .amount = visit_amount(visit),
        .payee = visit->page->merchant.name,
        .acs_url = authentication->acs_url,
        .creq = authentication->creq,
        .session = session,
        .restart_url = visit->home.len > 0 ? visit_path(visit, "", "retry=1") : STR_NONE,
    };

    /* This page alone may post to another origin, and only to this bank's. */
    policy.form_target = answer_origin(authentication->acs_url);
    visit_tell(&page.frame, visit, "secure-auth-start", STR_NONE);
    page_bank(&out, &page, visit->lang);
    answer_page(visit->request, 200, visit->lang, &policy, &out);
}
