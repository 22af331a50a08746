#include "core/page_flow.h"

#include "base/must.h"
#include "core/page_debit.h"

ENUM_DEFINE(page_state, PAGE_STATE_LIST)
ENUM_DEFINE(page_problem, PAGE_PROBLEM_LIST)

/* A lookup that has not answered after this was lost with the process: the payer may begin again.
 */
enum { LOOKUP_LOST_S = 40 };

/* By the code of the refusal (cards.md 5); the payer is never told of theft or fraud. */
static enum page_problem problem_of(struct str response)
{
    static const struct str CHECK[] = {STR_INIT("14"), STR_INIT("33"), STR_INIT("54"),
                                       STR_INIT("82"), STR_INIT("N7"), STR_INIT("12"),
                                       STR_INIT("13"), STR_INIT("15")};
    static const struct str TECHNICAL[] = {
        STR_INIT("68"), STR_INIT("90"), STR_INIT("91"),  STR_INIT("92"), STR_INIT("96"),
        STR_INIT("97"), STR_INIT("98"), STR_INIT("99"),  STR_INIT("20"), STR_INIT("30"),
        STR_INIT("94"), STR_INIT("95"), STR_INIT("7898")};

    if (str_eq(response, STR("A1")))
        return PROBLEM_AUTHENTICATION;
    for (size_t i = 0; i < ARRAY_LEN(CHECK); i++) {
        if (str_eq(response, CHECK[i]))
            return PROBLEM_CHECK_CARD;
    }
    for (size_t i = 0; i < ARRAY_LEN(TECHNICAL); i++) {
        if (str_eq(response, TECHNICAL[i]))
            return PROBLEM_TECHNICAL;
    }
    return PROBLEM_REFUSED;
}

static enum page_problem authentication_problem(const struct payment_view *view)
{
    if (!view->has_authentication || view->authentication.origin != ORIGIN_PAGE)
        return PROBLEM_NONE;
    switch (view->authentication.state) {
    case AUTHENTICATION_REQUESTED:
    case AUTHENTICATION_AVAILABLE:
    case AUTHENTICATION_ATTEMPTED:
    case AUTHENTICATION_EXPIRED:
        return PROBLEM_NONE;
    case AUTHENTICATION_DECLINED:
        return PROBLEM_AUTHENTICATION;
    case AUTHENTICATION_FAILED:
    case AUTHENTICATION_UNAVAILABLE:
        return PROBLEM_TECHNICAL;
    case AUTHENTICATION_SUCCESS:
        return PROBLEM_CARD_AGAIN; /* authenticated, but the security code was lost on the way */
    }
    must_fail(__FILE__, __LINE__, "state is a member");
}

static enum page_state authenticating(struct ctx *cx, const struct payment_view *view)
{
    const struct authentication *authentication = &view->authentication;

    if (!view->has_authentication || authentication->origin != ORIGIN_PAGE)
        return PAGE_FORM;
    if (authentication->state == AUTHENTICATION_ATTEMPTED)
        return PAGE_CHALLENGE;
    bool asking = authentication->state == AUTHENTICATION_AVAILABLE &&
                  cx->now < authentication->created + LOOKUP_LOST_S * SECOND_US;
    return asking ? PAGE_WAITING : PAGE_FORM;
}

/* Where the payment alone leads; true when neither the page's life nor a pause counts there. */
static bool payment_judge(struct ctx *cx, struct pay_page *page)
{
    const struct payment_view *view = &page->view;
    const struct payment *payment = &view->payment;

    page->problem = PROBLEM_NONE;
    switch (payment->state) {
    case PAYMENT_AUTHORIZED:
    case PAYMENT_TO_CAPTURE:
    case PAYMENT_CAPTURE_SENT:
    case PAYMENT_CAPTURED:
    case PAYMENT_DISPUTED:
        page->state = PAGE_PAID;
        return true;
    case PAYMENT_CANCELED:
        page->state = PAGE_CANCELED;
        return true;
    case PAYMENT_EXPIRED:
        page->state = PAGE_OVER;
        return true;
    case PAYMENT_AUTHORIZING:
        page->state = PAGE_WAITING;
        return true;
    case PAYMENT_NEW:
        page->state = PAGE_FORM;
        page->problem = authentication_problem(view);
        return false;
    case PAYMENT_AUTHENTICATING:
        page->state = authenticating(cx, view);
        return false;
    case PAYMENT_REFUSED:
        page->state = PAGE_FORM;
        page->problem = problem_of(payment->response);
        return false;
    case PAYMENT_FAILED:
        /* A debit that came back is not tried again here: its mandate or its account is at fault.
         */
        page->state = page->has_debit ? PAGE_OVER : PAGE_FORM;
        page->problem = PROBLEM_TECHNICAL;
        return page->has_debit;
    }
    must_fail(__FILE__, __LINE__, "state is a member");
}

/* A request that is not open tells by itself; true then. */
static bool request_judge(struct pay_page *page)
{
    page->problem = PROBLEM_NONE;
    switch (page->request.state) {
    case REQUEST_REQUIRE_METHOD:
    case REQUEST_REQUIRE_AUTHENTICATION:
        return false;
    case REQUEST_AUTHORIZED:
    case REQUEST_CAPTURED:
        page->state = PAGE_PAID;
        return true;
    case REQUEST_UNPAID:
        page->state = PAGE_OVER;
        return true;
    case REQUEST_CANCELED:
        page->state = PAGE_CANCELED;
        return true;
    }
    must_fail(__FILE__, __LINE__, "state is a member");
}

/* A debit holds nothing: who signs here is debited. The merchant's own call may give an account and
 * have it wait. */
static bool is_blocked(const struct payment *payment)
{
    return payment->methods == 1U << METHOD_SEPA && !payment->capture;
}

void page_judge(const struct core *core, struct ctx *cx, struct pay_page *page)
{
    const struct payment *payment = &page->view.payment;

    if (page->has_request && request_judge(page))
        return;
    if (payment_judge(cx, page))
        return;
    bool over =
        page->has_request ? cx->now >= page->request.expires : payment_page_over(core, cx, payment);
    if (over)
        page->state = PAGE_OVER;
    else if (page->state == PAGE_FORM && is_blocked(payment))
        page->state = PAGE_BLOCKED;
    else if (page->state == PAGE_FORM && cx->now < payment->paused_until)
        page->state = PAGE_PAUSED;
}

void page_methods_fill(const struct core *core, struct ctx *cx, struct pay_page *page)
{
    const struct card_rail *rail;

    page->methods = page->view.payment.methods & 1U << METHOD_CARD;
    if (core_card_rail(core, cx, &rail) != OK) {
        ctx_clear_faults(cx);
        page->methods = 0;
    }
    if (page_debit_possible(core, cx, page))
        page->methods |= 1U << METHOD_SEPA;
}

err_t page_open(struct core *core, struct ctx *cx, struct str public_key, struct str payment,
                struct pay_page *out)
{
    static const char PREFIX[] = "paym_";
    struct admission admission;
    struct payment_id id;
    struct tx *tx;

    if (!str_starts(payment, STR("paym_")) ||
        !ID_PARSE(str_sub(payment, sizeof PREFIX - 1, payment.len - (sizeof PREFIX - 1)), &id))
        return ERR_NOT_FOUND;
    err_t err = merchant_admit(core, cx, FACE_STANCER, public_key, &admission);
    if (err == ERR_AUTH || (err == OK && admission.kind != KEY_PUBLIC))
        return ERR_NOT_FOUND;
    TRY(err);
    TRY(core_read(core, &tx));
    err = payment_view_load(cx, tx, id, &out->view);
    ctx_clear_faults(cx);
    TRY(err);
    /* What a request makes is paid on the request's page: two pages would be two payments. */
    TRY(request_of_payment(cx, tx, id, &out->request, &out->has_request));
    if (out->has_request)
        return ERR_NOT_FOUND;
    out->has_saved = false;
    if (out->view.payment.description.ptr == NULL || out->view.payment.return_url.ptr == NULL) {
        out->lacks_terms = cx->mode == MODE_TEST && payment_is_open(&out->view.payment);
        return ERR_NOT_FOUND;
    }
    out->merchant = admission.merchant;
    out->mode = admission.mode;
    TRY(page_debit_fill(cx, tx, out));
    page_methods_fill(core, cx, out);
    page_judge(core, cx, out);
    return OK;
}
