#include "core/page.h"

#include "base/must.h"
#include "core/cvc.h"
#include "core/debit.h"
#include "core/page_flow.h"
#include "core/page_limit.h"
#include "store/sql.h"

/* --- a submitted form
 * ------------------------------------------------------------------------------- */

static err_t token_is_new(struct ctx *cx, struct tx *tx, const struct page_submit *submit,
                          bool *is_new)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_PAGE_SUBMIT_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                             V_TEXT(page_subject(&submit->flow.page)), V_TEXT(submit->token)),
                        &rows, &found));
    if (found)
        rows_end(rows);
    *is_new = !found;
    return OK;
}

static err_t submit_check(struct ctx *cx, struct tx *tx, struct page_submit *submit)
{
    struct page_flow *flow = &submit->flow;
    struct pay_page *page = &flow->page;
    instant paused;

    page_judge(submit->operation.core, cx, page);
    TRY(refusals_paused(cx, tx, flow->address_hash, &paused));
    if (paused != 0 && page->state == PAGE_FORM) {
        page->view.payment.paused_until = paused;
        page->state = PAGE_PAUSED;
    }
    if ((page->view.payment.methods & 1U << METHOD_CARD) == 0)
        return ERR_STATE;
    if (page->view.payment.amount.minor != submit->shown.minor ||
        page->view.payment.amount.currency != submit->shown.currency)
        return ERR_STATE;
    if (submit->saved && !page->has_saved)
        return ERR_STATE;
    return page->state == PAGE_FORM || page->state == PAGE_CHALLENGE ? OK : ERR_STATE;
}

static err_t card_write(struct ctx *cx, struct tx *tx, struct page_submit *submit)
{
    struct payment_view *view = &submit->flow.page.view;

    view->has_card = true;
    if (submit->saved) {
        view->card = submit->flow.page.saved;
        return OK;
    }
    view->card = submit->sealed;
    return card_insert(cx, tx, &view->card);
}

static err_t submit_write(struct ctx *cx, struct tx *tx, struct page_submit *submit)
{
    struct payment_view *view = &submit->flow.page.view;
    struct payment *payment = &view->payment;

    TRY(card_write(cx, tx, submit));
    TRY(store_run(cx, tx, &SQL_PAGE_SUBMIT_INSERT,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                       V_TEXT(page_subject(&submit->flow.page)), V_TEXT(submit->token),
                       V_ID(view->card.id), V_INT(cx->now))));
    if (submit->flow.page.has_request)
        TRY(request_attempt_open(cx, tx, &submit->flow.page.request, payment));
    if (payment->method == METHOD_SEPA) /* an account was chosen before, and nothing asked */
        TRY(debit_drop(cx, tx, payment->id));
    payment->card = view->card.id;
    payment->method = METHOD_CARD;
    payment->response = STR_NONE;
    payment->response_author = STR_NONE;
    TRY(payment_set_fee(payment, &submit->flow.page.merchant.fees));
    TRY(authentication_open(cx, tx, payment, ORIGIN_PAGE, payment->return_url, false,
                            &view->authentication));
    view->has_authentication = true;
    if (!payment->unwritten)
        TRY(payment_save(cx, tx, payment));
    if (payment->state == PAYMENT_AUTHENTICATING)
        return OK;
    return payment_move(cx, tx, payment, PAYMENT_AUTHENTICATING);
}

static err_t submit_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct page_submit *submit = arg;
    bool is_new;

    TRY(page_load(cx, tx, &submit->flow.page));
    TRY(token_is_new(cx, tx, submit, &is_new));
    submit->again = !is_new;
    if (submit->again)
        return OK;
    TRY(submit_check(cx, tx, submit));
    return submit_write(cx, tx, submit);
}

static void submitted(struct operation *operation, err_t err)
{
    struct page_submit *submit = (struct page_submit *)operation;

    if (err == OK && !submit->again) {
        page_flow_ask(&submit->flow, false);
        return;
    }
    /* The card was not taken, nor is its code kept. */
    if (!submit->saved)
        cvc_drop(operation->core->cvc, submit->sealed.id.raw);
    if (submit->again)
        page_judge(operation->core, operation->cx, &submit->flow.page);
    operation_end(operation, err);
}

void page_submit(struct page_submit *submit)
{
    struct operation *operation = &submit->operation;
    struct page_flow *flow = &submit->flow;
    struct core *core = operation->core;
    struct ctx *cx = operation->cx;
    const struct card_rail *rail;

    must(submit->token.len > 0 && submit->token.len <= ATTEMPT_TOKEN_MAX);
    flow->operation = operation;
    submit->shown = flow->page.view.payment.amount;
    if (!(flow->browser.local && cx->mode == MODE_TEST))
        address_hash(core, cx->arena, flow->browser.ip, flow->address_hash);
    submit->card.reusable = true;
    submit->card.customer = flow->page.view.payment.customer;
    err_t err = core_card_rail(core, cx, &rail);
    if (err == OK && !submit->saved)
        err = card_seal(core, cx, &submit->card, &submit->sealed);
    if (err != OK) {
        operation_end(operation, err);
        return;
    }
    operation_write(operation, submit_body, submitted);
}

/* --- to the bank and back
 * --------------------------------------------------------------------------- */

/* Where a payer belongs whose authentication is over: to the pay page, or back to the merchant. */
static void destination_set(struct page_authenticate *work)
{
    const struct authentication *authentication = &work->flow.page.view.authentication;

    work->challenge = authentication->state == AUTHENTICATION_ATTEMPTED;
    if (authentication->origin == ORIGIN_PAGE)
        work->go = work->flow.page_path;
    else
        work->go = authentication->return_url.ptr != NULL ? authentication->return_url
                                                          : work->flow.page.view.payment.return_url;
}

static void authenticated(struct operation *operation)
{
    struct page_authenticate *work = (struct page_authenticate *)operation;

    destination_set(work);
    operation->done = work->answer;
    operation->done(operation);
}

static err_t find(struct page_authenticate *work, struct str token)
{
    struct operation *operation = &work->operation;
    struct ctx *cx = operation->cx;
    struct pay_page *page = &work->flow.page;
    struct tx *tx;

    TRY(core_read(operation->core, &tx));
    TRY(authentication_find(operation->core, cx, tx, token, &work->authentication));
    TRY(merchant_load(cx, tx, cx->merchant, &page->merchant));
    TRY(payment_view_load(cx, tx, work->authentication.payment, &page->view));
    TRY(request_of_payment(cx, tx, work->authentication.payment, &page->request,
                           &page->has_request));
    page->view.authentication = work->authentication;
    page->view.has_authentication = true;
    page->mode = cx->mode;
    return OK;
}

static void begin(struct page_authenticate *work, struct str token, bool returning)
{
    struct operation *operation = &work->operation;
    const struct card_rail *rail;

    work->flow.operation = operation;
    work->answer = operation->done;
    operation->done = authenticated;
    err_t err = find(work, token);
    if (err == OK)
        err = core_card_rail(operation->core, operation->cx, &rail);
    if (err != OK) {
        operation->done = work->answer;
        operation_end(operation, err);
        return;
    }
    const struct payment_view *view = &work->flow.page.view;
    bool latest = ID_EQ(view->payment.authentication, work->authentication.id);
    enum authentication_state waits =
        returning ? AUTHENTICATION_ATTEMPTED : AUTHENTICATION_AVAILABLE;
    if (latest && work->authentication.state == waits &&
        operation->cx->now < work->authentication.expires) {
        page_flow_ask(&work->flow, returning);
        return;
    }
    work->flow.session =
        page_session(operation->core, operation->cx, &work->flow.page, work->flow.page_path);
    page_judge(operation->core, operation->cx, &work->flow.page);
    operation_end(operation, OK);
}

void page_redirect(struct page_authenticate *work)
{
    work->flow.page_path = STR_NONE;
    begin(work, work->token, false);
}

void page_return(struct page_authenticate *work)
{
    struct str token;

    if (!page_session_read(work->operation.core, work->operation.cx, work->token, &token,
                           &work->flow.page_path)) {
        operation_end(&work->operation, ERR_NOT_FOUND);
        return;
    }
    begin(work, token, true);
}
