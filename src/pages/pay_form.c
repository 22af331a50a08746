#include "pages/pay_form.h"

#include "base/crypto.h"
#include "base/must.h"
#include "base/rand.h"
#include "core/deposit.h"
#include "pages/errors.h"
#include "pages/format.h"
#include "pages/pay_debit.h"

enum { ATTEMPT_BYTES = 16 };

enum text_banner pay_banner(enum page_problem problem)
{
    switch (problem) {
    case PROBLEM_NONE:
        return 0;
    case PROBLEM_REFUSED:
        return TEXT_BANNER_BANK;
    case PROBLEM_CHECK_CARD:
        return TEXT_BANNER_CARD;
    case PROBLEM_AUTHENTICATION:
        return TEXT_BANNER_AUTHENTICATION;
    case PROBLEM_TECHNICAL:
        return TEXT_BANNER_TECHNICAL;
    case PROBLEM_CARD_AGAIN:
        return TEXT_BANNER_AGAIN;
    }
    must_fail(__FILE__, __LINE__, "problem is a member");
}

struct str pay_form_attempt(struct arena *arena)
{
    char bytes[ATTEMPT_BYTES];

    rand_bytes(bytes, sizeof bytes);
    return base64url_encode(arena, (struct str){bytes, sizeof bytes});
}

struct form_token pay_form_token(const struct visit *visit, struct str attempt)
{
    return (struct form_token){
        .key = visit->request->core->page_key,
        .payment = page_subject(visit->page),
        .amount = visit->page->view.payment.amount,
        .attempt = attempt,
    };
}

/* The summary: one line for each wrong field, in the order of the form. */
static void errors_list(struct arena *arena, const struct card_entry *entry, struct page_pay *page)
{
    const struct part_errors_items all[] = {
        {STR("card_number"), entry->number_error},
        {STR("card_expiry"), entry->expiry_error},
        {STR("card_holder"), entry->holder_error},
        {STR("card_cvc"),    entry->cvc_error   },
    };

    page->errors = errors_part(arena, all, ARRAY_LEN(all));
    page->errors.again = true;
    page->number_error = entry->number_error;
    page->expiry_error = entry->expiry_error;
    page->holder_error = entry->holder_error;
    page->cvc_error = entry->cvc_error;
}

static const char *step_of(enum text_banner banner)
{
    if (banner == TEXT_BANNER_AUTHENTICATION)
        return "secure-auth-error";
    return banner == 0 ? "init" : "error";
}

/* Who is expected to pay, where a card has room for the name. */
static struct str holder_known(const struct visit *visit)
{
    struct str name = visit->page->holder;
    size_t letters;

    return name.len > 0 && str_utf8_count(name, &letters) && letters <= CARD_HOLDER_MAX ? name
                                                                                        : STR_NONE;
}

/* Until when a deposit that is left now can be cashed. */
static struct str deposit_until(const struct visit *visit)
{
    struct ctx *cx = visit->request->cx;

    if (!visit_is_deposit(visit))
        return STR_NONE;
    return format_moment(cx->arena, deposit_end(cx->now), visit->lang);
}

void pay_form_answer(const struct visit *visit, const struct pay_form *shown)
{
    struct request *request = visit->request;
    struct arena *arena = request->cx->arena;
    const struct payment *payment = &visit->page->view.payment;
    struct answer_policy policy = visit_policy(visit);
    struct buf out = answer_begin(request);
    struct str attempt = pay_form_attempt(arena);
    struct form_token token = pay_form_token(visit, attempt);
    struct page_pay page = {
        .frame = visit_frame(visit),
        .summary = visit_summary(visit),
        .methods = pay_methods(visit, false),
        .amount = visit_amount(visit),
        .payee = visit->page->merchant.name,
        .banner = shown->banner,
        .prefer_national = visit->page->merchant.prefer_national,
        .ask_holder = visit->page->merchant.ask_holder || visit->page->is_link,
        .holder_optional = !visit->page->merchant.ask_holder,
        .holder = holder_known(visit),
        .networks = !visit->page->is_short,
        .bare = visit->page->is_short,
        .csrf = form_token_make(arena, &token, request->cx->real),
        .attempt = attempt,
        .hold = !payment->capture && payment->amount.minor > 0 && !visit->page->is_link,
        .deposit_until = deposit_until(visit),
        .cancel_url = payment->return_url,
    };

    if (visit->page->has_saved && !shown->typed) {
        page.saved = visit_card(visit, &visit->page->saved);
        page.networks = false;
        page.other_url = visit_path(visit, "", "other=1");
    }
    if (shown->entry != NULL) {
        page.prefer_national = shown->entry->national;
        page.expiry = shown->entry->expiry;
        page.holder = shown->entry->holder;
        if (shown->errors)
            errors_list(arena, shown->entry, &page);
    }
    page.has_problem = page.banner != 0 || page.errors.items_count > 0;
    visit_tell(&page.frame, visit, step_of(shown->banner), STR_NONE);
    page_pay(&out, &page, visit->lang);
    answer_page(request, shown->status, visit->lang, &policy, &out);
}
