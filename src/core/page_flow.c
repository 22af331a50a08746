#include "core/page_flow.h"

#include <stddef.h>
#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "core/cvc.h"
#include "core/idempotency.h"

/* --- the session that the bank carries
 * ------------------------------------------------------------- */

enum { SESSION_MAX = 1024 };

static struct str session_sign(struct core *core, struct arena *arena, struct str text)
{
    struct str key = {(const char *)core->page_key, sizeof core->page_key};
    uint8_t hash[SHA256_SIZE];

    hmac_sha256(key, text, hash);
    return hex_encode(arena, hash, sizeof hash);
}

struct str page_session(struct core *core, struct ctx *cx, const struct pay_page *page,
                        struct str page_path)
{
    struct arena *arena = cx->arena;
    struct buf text = buf_make(arena, SESSION_MAX);

    buf_put_cstr(&text, page->mode == MODE_TEST ? "test_" : "");
    buf_put_cstr(&text, page->view.authentication.uuid);
    buf_put_byte(&text, '\n');
    buf_put(&text, page_path);
    struct str mark = session_sign(core, arena, buf_str(&text));
    buf_put_byte(&text, '\n');
    buf_put(&text, mark);
    must(!text.failed);
    return base64url_encode(arena, buf_str(&text));
}

bool page_session_read(struct core *core, struct ctx *cx, struct str session, struct str *token,
                       struct str *page_path)
{
    struct str text;

    if (session.len == 0 || session.len > 2 * SESSION_MAX ||
        !base64url_decode(cx->arena, session, &text))
        return false;
    size_t mark_at = text.len;
    while (mark_at > 0 && text.ptr[mark_at - 1] != '\n')
        mark_at--;
    if (mark_at == 0)
        return false;
    struct str signed_text = str_sub(text, 0, mark_at - 1);
    struct str mark = str_sub(text, mark_at, text.len - mark_at);
    if (!crypto_equal(mark, session_sign(core, cx->arena, signed_text)))
        return false;
    size_t token_end = str_find(signed_text, '\n');
    if (token_end == signed_text.len)
        return false;
    *token = str_sub(signed_text, 0, token_end);
    *page_path = str_sub(signed_text, token_end + 1, signed_text.len - token_end - 1);
    return true;
}

/* --- the bank's word
 * -------------------------------------------------------------------------------- */

static bool from_page(const struct page_flow *flow)
{
    return flow->page.view.authentication.origin == ORIGIN_PAGE;
}

static err_t charge_begin(struct ctx *cx, struct tx *tx, struct page_flow *flow)
{
    flow->charge = (struct charge){
        .operation = flow->operation,
        .merchant = &flow->page.merchant,
        .view = &flow->page.view,
        .goal = CHARGE_BY_CAPTURE,
        .payer_present = true,
        .address_hash = flow->address_hash,
        .by_request = flow->page.has_request,
        .request = flow->page.has_request ? &flow->page.request : NULL,
    };
    if (flow->page.view.authentication.state == AUTHENTICATION_SUCCESS)
        flow->charge.proof = flow->page.view.authentication.proof;
    return charge_prepare(cx, tx, &flow->charge);
}

/* Without an authentication that the merchant takes, nothing is charged. */
static bool charge_may_follow(const struct page_flow *flow)
{
    if (!from_page(flow) || flow->card_lost || flow->given_up)
        return false;
    if (flow->call.result != OK || flow->call.status == THREEDS_U)
        return !flow->call.result_only && flow->page.merchant.continue_without_3ds;
    return flow->call.status == THREEDS_Y || flow->call.status == THREEDS_A ||
           flow->call.status == THREEDS_I;
}

/* As when the acquirer cannot be reached: nothing has left, and the payer may try again. */
static err_t give_up(struct ctx *cx, struct tx *tx, struct payment *payment)
{
    payment->response = STR("91");
    return payment_move(cx, tx, payment, PAYMENT_FAILED);
}

/* A pay page goes on by itself; a payment of the API waits for its merchant, whatever the bank
 * said. */
static err_t page_go_on(struct ctx *cx, struct tx *tx, struct page_flow *flow)
{
    struct payment *payment = &flow->page.view.payment;

    switch (flow->page.view.authentication.state) {
    case AUTHENTICATION_SUCCESS:
        if (flow->given_up)
            return give_up(cx, tx, payment);
        if (flow->card_lost)
            return payment_move(cx, tx, payment, PAYMENT_NEW);
        return charge_begin(cx, tx, flow);
    case AUTHENTICATION_ATTEMPTED:
        return OK;
    case AUTHENTICATION_DECLINED:
    case AUTHENTICATION_FAILED:
        return payment_move(cx, tx, payment, PAYMENT_NEW);
    case AUTHENTICATION_UNAVAILABLE:
        if (flow->given_up)
            return give_up(cx, tx, payment);
        if (flow->page.merchant.continue_without_3ds && !flow->card_lost)
            return charge_begin(cx, tx, flow);
        return payment_move(cx, tx, payment, PAYMENT_FAILED);
    case AUTHENTICATION_REQUESTED:
    case AUTHENTICATION_AVAILABLE:
    case AUTHENTICATION_EXPIRED:
        break;
    }
    must_fail(__FILE__, __LINE__, "the bank's word leads to one of the states above");
}

static err_t told_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct operation *operation = arg;
    struct page_flow *flow = operation->flow;
    struct payment_view *view = &flow->page.view;
    enum authentication_state before =
        flow->call.result_only ? AUTHENTICATION_ATTEMPTED : AUTHENTICATION_AVAILABLE;

    flow->charge.prepared = false;
    flow->stale = false;
    TRY(authentication_load(cx, tx, flow->call.authentication, &view->authentication));
    TRY(payment_load(cx, tx, view->authentication.payment, &view->payment));
    bool latest = ID_EQ(view->payment.authentication, view->authentication.id);
    bool waiting = !from_page(flow) || view->payment.state == PAYMENT_AUTHENTICATING;
    if (!latest || !waiting || view->authentication.state != before) {
        flow->stale = true;
        return page_load(cx, tx, &flow->page);
    }
    TRY(card_load(cx, tx, view->payment.card, true, &view->card));
    view->has_card = true;
    view->has_authentication = true;
    if (charge_may_follow(flow))
        TRY(charge_allowed(cx, tx, operation, &flow->page.merchant, &view->card));
    TRY(authentication_record(cx, tx, &view->authentication, &flow->call));
    return from_page(flow) ? page_go_on(cx, tx, flow) : OK;
}

/* What a body had in hand when it failed was never written: the payer is told what is true. */
static void view_reload(struct operation *operation, struct pay_page *page)
{
    struct tx *tx;

    reader_release(operation->core->reader);
    err_t err = core_read(operation->core, &tx);
    if (err == OK)
        err = page_load(operation->cx, tx, page);
    if (err == OK) {
        page_judge(operation->core, operation->cx, page);
    } else {
        page->state = PAGE_WAITING;
        page->problem = PROBLEM_NONE;
    }
}

static void flow_end(struct operation *operation, err_t err)
{
    struct page_flow *flow = operation->flow;

    if (err == OK)
        page_judge(operation->core, operation->cx, &flow->page);
    else
        view_reload(operation, &flow->page);
    if (err == OK && flow->page.view.has_authentication)
        flow->session = page_session(operation->core, operation->cx, &flow->page, flow->page_path);
    operation_end(operation, err);
}

static void charged(struct operation *operation, err_t err)
{
    struct page_flow *flow = operation->flow;

    if (err == OK && flow->charge.soft_declined)
        page_flow_ask(flow, false);
    else
        flow_end(operation, err);
}

static void told_written(struct operation *operation, err_t err)
{
    struct page_flow *flow = operation->flow;

    if (err == ERR_BUSY && operation->held) {
        flow->given_up = true;
        cvc_drop(operation->core->cvc, flow->page.view.payment.card.raw);
        ctx_clear_faults(operation->cx);
        operation_write(operation, told_body, told_written);
        return;
    }
    if (err == OK && flow->charge.prepared)
        charge_run(&flow->charge, charged);
    else
        flow_end(operation, err);
}

/* A payer's code is asked for again when it is not there any more (cards.md 13): giving it the key
 * it has tells whether it is. After a soft decline it was used, as it should be; a Maestro card may
 * have none (cards.md 11), and a card that the merchant gave was typed in long ago. */
static bool code_is_lost(const struct page_flow *flow)
{
    const struct payment_view *view = &flow->page.view;
    const char *key = view->payment.card.raw;
    bool given = flow->page.has_request && ID_EQ(flow->page.request.terms.card, view->payment.card);

    return from_page(flow) && !given && !view->authentication.mandated &&
           !str_eq(view->card.brand, STR("maestro")) &&
           !cvc_rekey(flow->operation->core->cvc, key, key);
}

static void told(struct message *message)
{
    struct threeds_call *call = (struct threeds_call *)message;
    struct page_flow *flow = (struct page_flow *)((char *)call - offsetof(struct page_flow, call));

    flow->card_lost = code_is_lost(flow);
    flow->given_up = false;
    operation_write(flow->operation, told_body, told_written);
}

void page_flow_ask(struct page_flow *flow, bool result_only)
{
    struct operation *operation = flow->operation;
    struct core *core = operation->core;
    struct ctx *cx = operation->cx;
    const struct payment_view *view = &flow->page.view;
    const struct card_rail *rail = cx->mode == MODE_LIVE ? core->live_rail : core->test_rail;

    must(rail != NULL);
    must(view->has_card);
    operation->flow = flow;
    flow->session = page_session(core, cx, &flow->page, flow->page_path);
    flow->call = (struct threeds_call){
        .done = {.run = told},
        .home = core->home,
        .result_only = result_only,
        .payment = view->payment.id,
        .merchant = cx->merchant,
        .authentication = view->authentication.id,
        .card = view->card.id,
        .pan_sealed = view->card.sealed,
        .exp_month = (int)view->card.exp_month,
        .exp_year = (int)view->card.exp_year,
        .amount = view->payment.amount,
        .merchant_name = flow->page.merchant.name,
        .notification_url = str_format(cx->arena, "%.*s%s", (int)core->public_url.len,
                                       core->public_url.ptr, PAGE_NOTIFICATION_PATH),
        .session = flow->session,
        .challenge_mandated = view->authentication.mandated,
        .browser_accept = flow->browser.accept,
        .browser_agent = flow->browser.agent,
        .browser_language = flow->browser.language,
        .browser_ip = flow->browser.ip,
    };
    if (view->authentication.acs_trans_id.len > 0)
        memcpy(flow->call.acs_trans_id, view->authentication.acs_trans_id.ptr,
               view->authentication.acs_trans_id.len);
    rail->threeds(rail->self, &flow->call);
}
