#include "base/must.h"
#include "core/event.h"
#include "core/levy.h"
#include "core/news.h"
#include "core/payment.h"
#include "core/payment_choice.h"
#include "core/payment_debit.h"
#include "core/request.h"
#include "store/sql.h"

/* Only while the status is null (api/stancer.md 8). */
static const unsigned WHILE_OPEN = PAYMENT_SET_AMOUNT | PAYMENT_SET_CURRENCY | PAYMENT_SET_CARD |
                                   PAYMENT_SET_CAPTURE | PAYMENT_SET_METHODS | PAYMENT_SET_AUTH |
                                   PAYMENT_SET_ACCOUNT;

static bool is_idle(const struct payment *payment)
{
    return payment->state == PAYMENT_NEW || payment->state == PAYMENT_AUTHENTICATING;
}

static void texts_apply(const struct payment_change *change, struct payment *payment)
{
    const struct payment_draft *draft = &change->draft;

    if (change->change & PAYMENT_SET_DESCRIPTION)
        payment->description = draft->description;
    if (change->change & PAYMENT_SET_ORDER_ID)
        payment->order_id = draft->order_id;
    if (change->change & PAYMENT_SET_RETURN_URL)
        payment->return_url = draft->return_url;
    if (change->change & PAYMENT_SET_DEVICE)
        payment->device = draft->device;
    if (change->change & PAYMENT_SET_DATE_SETTLEMENT)
        payment->date_settlement = draft->date_settlement;
    if (change->change & PAYMENT_SET_BILLING)
        payment->billing_address = draft->billing_address;
    if (change->change & PAYMENT_SET_SHIPPING)
        payment->shipping_address = draft->shipping_address;
}

static void terms_apply(const struct payment_change *change, struct payment *payment)
{
    const struct payment_draft *draft = &change->draft;

    if (change->change & PAYMENT_SET_AMOUNT)
        payment->amount.minor = draft->amount.minor;
    if (change->change & PAYMENT_SET_CURRENCY)
        payment->amount.currency = draft->amount.currency;
    if (change->change & PAYMENT_SET_CAPTURE)
        payment->capture = draft->capture;
    if (change->change & PAYMENT_SET_METHODS)
        payment->methods = draft->methods;
    else if (change->change & PAYMENT_SET_CURRENCY)
        payment->methods &= methods_of(payment->amount.currency);
    if (change->change & PAYMENT_SET_AUTH) {
        payment->auth_asked = true;
        payment->auth_return_url = draft->auth_return_url;
    }
}

/* Typed on the page, and only there confirmed: it is not the merchant's to charge. */
static bool card_is_the_payers(const struct payment_view *view)
{
    return view->has_card && view->has_authentication && view->authentication.origin == ORIGIN_PAGE;
}

/* The card that was given earlier. */
static err_t card_check(struct ctx *cx, const struct payment_view *view)
{
    bool allowed = (view->payment.methods & 1U << METHOD_CARD) != 0;

    if (allowed || !view->has_card || !is_idle(&view->payment) || card_is_the_payers(view))
        return OK;
    return fault(cx, ERR_INVALID, "methods_allowed", "card is the method of this payment");
}

/* Whether an account that was given earlier is looked at again. One that was removed since does not
 * stand in the way of another change. */
static bool account_is_asked(const struct payment_change *change)
{
    unsigned terms =
        WHILE_OPEN | PAYMENT_SET_DATE_SETTLEMENT | PAYMENT_SET_CUSTOMER | PAYMENT_SET_BILLING;

    return change->view.sepa != NULL && is_idle(&change->view.payment) &&
           ((change->change & terms) != 0 || change->ask != ASK_NOTHING);
}

/* The account that is given now, or was earlier. */
static err_t account_prepare(struct ctx *cx, struct tx *tx, struct payment_change *change)
{
    struct payment_view *view = &change->view;

    if (change->change & PAYMENT_SET_CARD)
        view->sepa = NULL;
    if (change->change & PAYMENT_SET_ACCOUNT)
        TRY(account_choose(cx, tx, change->draft.account, view));
    if (!account_is_asked(change))
        return OK;
    if ((view->payment.methods & 1U << METHOD_SEPA) == 0)
        return fault(cx, ERR_INVALID, "methods_allowed", "sepa is the method of this payment");
    TRY(payment_sepa_renew(cx, tx, view->sepa));
    return payment_debit_check(cx, tx, change->merchant, view);
}

/* The debtor was told when the debit comes. */
static bool has_its_day(const struct payment_view *view)
{
    return view->sepa != NULL && view->sepa->debit.due.year != 0;
}

/* Everything that can refuse, before the first write. */
static err_t change_prepare(struct ctx *cx, struct tx *tx, struct payment_change *change)
{
    struct payment_view *view = &change->view;
    struct payment *payment = &view->payment;
    bool waits;

    TRY(levy_waits(cx, tx, payment, &waits));
    if (waits)
        return fault_object(cx, ERR_STATE, "status", "Payment waits for the code of its levy",
                            payment->id.raw);
    if ((change->change & WHILE_OPEN) != 0 && !is_idle(payment))
        return fault_object(cx, ERR_STATE, "status", "Payment cannot be changed any more",
                            payment->id.raw);
    if ((change->change & PAYMENT_SET_DATE_SETTLEMENT) != 0 && has_its_day(view))
        return fault_object(cx, ERR_STATE, "status", "Payment cannot be changed any more",
                            payment->id.raw);
    texts_apply(change, payment);
    terms_apply(change, payment);
    if (change->change & (PAYMENT_SET_AMOUNT | PAYMENT_SET_CURRENCY | PAYMENT_SET_CAPTURE))
        TRY(amount_check(cx, change->merchant, payment->amount, payment->capture));
    TRY(methods_check(cx, payment));
    /* One that was removed since does not stand in the way of another change. */
    if (change->change & PAYMENT_SET_BILLING)
        TRY(address_check(cx, tx, payment->billing_address));
    if (change->change & PAYMENT_SET_SHIPPING)
        TRY(address_check(cx, tx, payment->shipping_address));
    TRY(customer_choose(cx, tx, &change->draft.customer, view));
    TRY(card_choose(cx, tx, &change->draft.card, view));
    TRY(account_prepare(cx, tx, change));
    return card_check(cx, view);
}

/* Whether an authentication of what the payment was before does not count any more. */
static bool authentication_ends(const struct payment_change *change, const struct payment *before)
{
    const struct money *amount = &change->draft.amount;

    if (change->change & (PAYMENT_SET_CARD | PAYMENT_SET_AUTH | PAYMENT_SET_ACCOUNT))
        return true;
    if ((change->change & PAYMENT_SET_AMOUNT) != 0 && amount->minor != before->amount.minor)
        return true;
    if ((change->change & PAYMENT_SET_METHODS) != 0 &&
        (change->draft.methods & 1U << METHOD_CARD) == 0)
        return true;
    return (change->change & PAYMENT_SET_CURRENCY) != 0 &&
           amount->currency != before->amount.currency;
}

/* A payer who is at the bank with another card or amount comes back to a form that shows the new
 * ones. */
static err_t authentication_renew(struct ctx *cx, struct tx *tx, struct payment_change *change)
{
    struct payment_view *view = &change->view;
    struct payment *payment = &view->payment;
    struct str back =
        payment->auth_return_url.ptr != NULL ? payment->auth_return_url : payment->return_url;

    if ((change->change & PAYMENT_SET_CARD) == 0 && card_is_the_payers(view)) {
        view->has_card = false;
        payment->card = (struct card_id){{0}};
        payment->method = 0;
    }
    view->has_authentication = payment->auth_asked && view->has_card;
    if (view->has_authentication)
        TRY(authentication_open(cx, tx, payment, ORIGIN_API, back, false, &view->authentication));
    else
        payment->authentication = (struct authentication_id){{0}};
    if (payment->state == PAYMENT_AUTHENTICATING)
        return payment_move(cx, tx, payment, PAYMENT_NEW);
    return OK;
}

static err_t charge_begin(struct ctx *cx, struct tx *tx, struct payment_change *change,
                          enum charge_goal goal)
{
    struct payment_view *view = &change->view;

    change->charge = (struct charge){
        .operation = &change->operation,
        .merchant = change->merchant,
        .view = view,
        .goal = goal,
        .by_request = true,
    };
    if (view->has_authentication && view->authentication.state == AUTHENTICATION_SUCCESS)
        change->charge.proof = view->authentication.proof;
    return charge_prepare(cx, tx, &change->charge);
}

/* Whether the change ends with a debit, now or by a later call. */
static bool debit_follows(const struct payment_change *change, bool *capture)
{
    const struct payment *payment = &change->view.payment;
    bool set = (change->change & PAYMENT_SET_ACCOUNT) != 0;

    if (change->view.sepa == NULL || !is_idle(payment))
        return false;
    *capture = change->ask == ASK_CAPTURE || (change->ask == ASK_NOTHING && payment->capture);
    return change->ask != ASK_NOTHING || (set && change->card_runs);
}

/* Whether the change ends with an authorisation, and which. Nothing that is written on the way
 * changes the answer. */
static bool charge_follows(const struct payment_change *change, enum charge_goal *goal)
{
    const struct payment *payment = &change->view.payment;
    bool card_set = (change->change & PAYMENT_SET_CARD) != 0;

    if (change->view.sepa != NULL)
        return false;
    switch (change->ask) {
    case ASK_AUTHORIZE:
        *goal = CHARGE_AUTHORIZE;
        return true;
    case ASK_CAPTURE:
        *goal = CHARGE_CAPTURE;
        return payment->state != PAYMENT_AUTHORIZED;
    case ASK_NOTHING:
        *goal = CHARGE_BY_CAPTURE;
        return card_set && change->card_runs && !payment->auth_asked;
    }
    must_fail(__FILE__, __LINE__, "ask is a member");
}

/* The client wrote a status: "authorize" or "capture". */
static err_t ask_check(struct ctx *cx, const struct payment_change *change, bool renews)
{
    const struct payment_view *view = &change->view;
    const struct payment *payment = &view->payment;

    if (change->ask == ASK_NOTHING)
        return OK;
    if (change->ask == ASK_CAPTURE && payment->state == PAYMENT_AUTHORIZED)
        return OK;
    if (change->ask == ASK_CAPTURE && payment->amount.minor == 0)
        return fault_object(cx, ERR_STATE, "status", "A card check has nothing to capture",
                            payment->id.raw);
    if (!is_idle(payment))
        return fault_object(cx, ERR_STATE, "status", "the payment's state does not allow it",
                            payment->id.raw);
    if (view->sepa != NULL)
        return OK;
    if (!view->has_card)
        return fault_object(cx, ERR_STATE, "status", "the payment has no method yet",
                            payment->id.raw);
    bool given = (change->change & PAYMENT_SET_CARD) != 0;
    bool wanted = payment->auth_asked || (view->has_authentication && !given);
    bool proven =
        !renews && view->has_authentication && view->authentication.state == AUTHENTICATION_SUCCESS;
    if (wanted && !proven)
        return fault_object(cx, ERR_STATE, "status", "the payer is not authenticated",
                            payment->id.raw);
    return card_usable(cx, &view->card);
}

static err_t run_what_was_asked(struct ctx *cx, struct tx *tx, struct payment_change *change)
{
    struct payment *payment = &change->view.payment;
    enum charge_goal goal;
    bool capture;

    if (debit_follows(change, &capture)) {
        TRY(payment_debit_run(cx, tx, change->merchant, &change->view, capture));
        return request_follow(cx, tx, payment, NULL, NULL);
    }
    if (charge_follows(change, &goal))
        return charge_begin(cx, tx, change, goal);
    if (change->ask == ASK_CAPTURE)
        return payment_capture_hold(cx, tx, payment);
    return OK;
}

/* The account that was chosen. */
static err_t account_keep(struct ctx *cx, struct tx *tx, struct payment_change *change)
{
    struct payment_view *view = &change->view;

    if (!account_is_asked(change))
        return OK;
    TRY(payment_debit_write(cx, tx, change->merchant, view));
    return payment_debit_keep(cx, tx, change->merchant, view);
}

static err_t change_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct payment_change *change = arg;
    struct payment_view *view = &change->view;
    enum charge_goal goal;

    change->charge.prepared = false;
    *view = (struct payment_view){0};
    TRY(payment_view_load(cx, tx, change->id, view));
    bool renews = authentication_ends(change, &view->payment);
    TRY(change_prepare(cx, tx, change));
    TRY(ask_check(cx, change, renews));
    if (charge_follows(change, &goal))
        TRY(charge_allowed(cx, tx, &change->operation, change->merchant, &view->card));
    if (change->change != 0) {
        TRY(choices_insert(cx, tx, view));
        TRY(account_keep(cx, tx, change));
        if (view->has_card && is_idle(&view->payment))
            TRY(payment_set_fee(&view->payment, &change->merchant->fees));
        if (renews)
            TRY(authentication_renew(cx, tx, change));
        TRY(payment_save(cx, tx, &view->payment));
        TRY(event_put(cx, tx, "payment.changed", view->payment.id.raw, NULL));
        TRY(news_put(cx, tx, "payment", view->payment.id.raw, NEWS_UPDATED));
    }
    return run_what_was_asked(cx, tx, change);
}

static void changed(struct operation *operation, err_t err)
{
    struct payment_change *change = (struct payment_change *)operation;

    card_choice_end(operation->core, &change->draft.card, &change->view, err == OK);
    if (err == OK && change->charge.prepared) {
        charge_run(&change->charge, operation_end);
        return;
    }
    operation_end(operation, err);
}

void payment_change(struct payment_change *change)
{
    const struct operation *operation = &change->operation;
    bool debit = change->draft.account != NULL;
    err_t err = debit ? core_debits(operation->core, operation->cx) : OK;

    if (err != OK)
        operation_end(&change->operation, err);
    else
        operation_write(&change->operation, change_body, changed);
}
