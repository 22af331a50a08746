#include "base/must.h"
#include "core/debit.h"
#include "core/event.h"
#include "core/news.h"
#include "core/payment_choice.h"
#include "core/request_pay.h"
#include "core/request_row.h"

static const char KIND[] = "request";

static const unsigned WHILE_OPEN = REQUEST_SET_AMOUNT | REQUEST_SET_CURRENCY | REQUEST_SET_CAPTURE |
                                   REQUEST_SET_METHODS | REQUEST_SET_CARD | REQUEST_SET_ACCOUNT |
                                   REQUEST_SET_AUTHENTICATE;

/* --- the attempt under way -------------------------------------------------------------------- */

/* While its bank is being asked nothing of a request may change: the answer decides. */
static err_t attempt_check(struct ctx *cx, struct tx *tx, const struct pay_request *request,
                           struct payment *attempt, bool *found)
{
    TRY(request_attempt(cx, tx, request->id, attempt, found));
    if (*found && attempt->state == PAYMENT_AUTHORIZING)
        return fault_object(cx, ERR_STATE, KIND, "is being paid at this moment", request->id.raw);
    return OK;
}

/* A payer who is at the bank comes back to a page that says how it ended. */
static err_t attempt_end(struct ctx *cx, struct tx *tx, struct payment *attempt, bool found)
{
    if (!found || !payment_is_open(attempt))
        return OK;
    if (attempt->method == METHOD_SEPA) { /* an account was chosen, and nothing asked */
        TRY(debit_drop(cx, tx, attempt->id));
        attempt->method = 0;
        TRY(payment_save(cx, tx, attempt));
    }
    return payment_move(cx, tx, attempt, PAYMENT_FAILED);
}

/* It carries what its request says (api/stancer.md 11). An authentication that was begun for other
 * terms does not count any more. */
static err_t attempt_follow(struct ctx *cx, struct tx *tx, const struct request_change *change,
                            struct payment *attempt, bool renews)
{
    request_terms_put(&change->request, attempt);
    TRY(payment_set_fee(attempt, &change->merchant->fees));
    if (renews)
        attempt->authentication = (struct authentication_id){{0}};
    if (renews && attempt->method == METHOD_CARD) {
        attempt->card = (struct card_id){{0}};
        attempt->method = 0;
    }
    TRY(payment_save(cx, tx, attempt));
    if (renews && attempt->state == PAYMENT_AUTHENTICATING)
        return payment_move(cx, tx, attempt, PAYMENT_NEW);
    return OK;
}

/* --- PATCH ------------------------------------------------------------------------------------ */

static void texts_apply(const struct request_change *change, struct request_terms *terms)
{
    const struct request_terms *given = &change->terms;

    if (change->change & REQUEST_SET_CUSTOMER)
        terms->customer = given->customer;
    if (change->change & REQUEST_SET_DESCRIPTION)
        terms->description = given->description;
    if (change->change & REQUEST_SET_ORDER_ID)
        terms->order_id = given->order_id;
    if (change->change & REQUEST_SET_METADATA)
        terms->metadata = given->metadata;
    if (change->change & REQUEST_SET_RETURN_URL)
        terms->return_url = given->return_url;
    if (change->change & REQUEST_SET_DATE_SETTLEMENT)
        terms->date_settlement = given->date_settlement;
    if (change->change & REQUEST_SET_BILLING)
        terms->billing_address = given->billing_address;
    if (change->change & REQUEST_SET_SHIPPING)
        terms->shipping_address = given->shipping_address;
}

static void terms_apply(const struct request_change *change, struct request_terms *terms)
{
    const struct request_terms *given = &change->terms;

    if (change->change & REQUEST_SET_AMOUNT)
        terms->amount.minor = given->amount.minor;
    if (change->change & REQUEST_SET_CURRENCY)
        terms->amount.currency = given->amount.currency;
    if (change->change & REQUEST_SET_CAPTURE)
        terms->capture = given->capture;
    if (change->change & REQUEST_SET_METHODS)
        terms->methods = given->methods;
    else if (change->change & REQUEST_SET_CURRENCY)
        terms->methods &= methods_of(terms->amount.currency);
    if (change->change & (REQUEST_SET_CARD | REQUEST_SET_ACCOUNT)) {
        terms->card = given->card;
        terms->account = given->account;
    }
    if (change->change & REQUEST_SET_AUTHENTICATE)
        terms->authenticate = given->authenticate;
}

/* What is said again as it is keeps a payer at the bank. */
static bool terms_differ(const struct request_terms *a, const struct request_terms *b)
{
    return a->amount.minor != b->amount.minor || a->amount.currency != b->amount.currency ||
           a->capture != b->capture || a->methods != b->methods ||
           a->authenticate != b->authenticate || !ID_EQ(a->card, b->card) ||
           !ID_EQ(a->account, b->account);
}

/* Only what was said of it: a card that was deleted since, a customer or an address, does not stand
 * in the way of another description. */
static err_t change_check(struct ctx *cx, struct tx *tx, struct request_change *change)
{
    struct pay_request checked = change->request;

    if ((change->change & REQUEST_SET_BILLING) == 0)
        checked.terms.billing_address = (struct address_id){{0}};
    if ((change->change & REQUEST_SET_SHIPPING) == 0)
        checked.terms.shipping_address = (struct address_id){{0}};
    if ((change->change & WHILE_OPEN) == 0) {
        struct payment payment = request_as_payment(&checked);
        const struct customer_choice customer = {.id = change->terms.customer};
        change->view = (struct payment_view){.payment = payment};
        TRY(payment_addresses_check(cx, tx, &payment));
        return customer_choose(cx, tx, &customer, &change->view);
    }
    if ((change->change & REQUEST_SET_CUSTOMER) == 0)
        checked.terms.customer = (struct customer_id){{0}};
    TRY(request_terms_check(cx, tx, change->merchant, &checked, &change->view, &change->payer));
    /* What was not said of it counts again: where a debtor far away lives, for one. */
    change->view.payment = request_as_payment(&change->request);
    return OK;
}

static err_t state_change(struct ctx *cx, struct tx *tx, struct pay_request *request, bool pays)
{
    bool has_method = request_has_method(&request->terms);
    enum request_state to = has_method ? REQUEST_REQUIRE_AUTHENTICATION : REQUEST_REQUIRE_METHOD;

    /* A debit goes from either to captured. */
    must(!pays || ID_NONE(request->terms.card));
    if (request->state == to || (pays && has_method))
        return OK;
    return request_move(cx, tx, request, to);
}

/* The change leads to a payment at once. */
static bool change_pays(const struct request_change *change)
{
    static const unsigned RUNS = REQUEST_SET_CARD | REQUEST_SET_ACCOUNT | REQUEST_SET_AUTHENTICATE;

    return (change->change & RUNS) != 0 &&
           request_pays_at_once(&change->request.terms, &change->payer);
}

static err_t change_write(struct ctx *cx, struct tx *tx, struct request_change *change,
                          struct payment *attempt, bool renews)
{
    struct pay_request *request = &change->request;
    bool pays = change_pays(change);

    if (attempt != NULL)
        TRY(attempt_follow(cx, tx, change, attempt, renews || pays));
    if (pays)
        request->terms.card = (struct card_id){{0}};
    TRY(request_save(cx, tx, request));
    TRY(event_put(cx, tx, "request.changed", request->id.raw, NULL));
    TRY(news_put(cx, tx, "request", request->id.raw, NEWS_UPDATED));
    if ((change->change & WHILE_OPEN) == 0)
        return OK;
    TRY(state_change(cx, tx, request, pays));
    if (!pays)
        return OK;
    return request_pay(cx, tx, &change->operation, change->merchant, request, &change->view,
                       &change->payer, &change->charge);
}

static err_t change_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct request_change *change = arg;
    struct pay_request *request = &change->request;
    struct payment attempt;
    bool found;

    change->charge.prepared = false;
    change->payer = (struct request_payer){0};
    TRY(request_load(cx, tx, change->id, request));
    if (change->change == 0)
        return OK;
    const struct request_terms before = request->terms;
    if ((change->change & WHILE_OPEN) != 0) {
        if (!request_is_open(request) || cx->now >= request->expires)
            return fault_object(cx, ERR_STATE, KIND, "cannot be changed any more", request->id.raw);
        TRY(attempt_check(cx, tx, request, &attempt, &found));
    } else {
        TRY(request_attempt(cx, tx, request->id, &attempt, &found));
    }
    texts_apply(change, &request->terms);
    terms_apply(change, &request->terms);
    TRY(change_check(cx, tx, change));
    if (change_pays(change))
        TRY(request_pay_check(cx, tx, &change->operation, change->merchant, request, &change->view,
                              &change->payer));
    return change_write(cx, tx, change, found && payment_is_open(&attempt) ? &attempt : NULL,
                        terms_differ(&before, &request->terms));
}

static void changed(struct operation *operation, err_t err)
{
    struct request_change *change = (struct request_change *)operation;

    if (err == OK && change->charge.prepared)
        charge_run(&change->charge, operation_end);
    else
        operation_end(operation, err);
}

void request_change(struct request_change *change)
{
    operation_write(&change->operation, change_body, changed);
}

/* --- the end ---------------------------------------------------------------------------------- */

/* Giving a hold back changes the request through its payment. */
static err_t hold_cancel(struct ctx *cx, struct tx *tx, struct pay_request *request)
{
    struct payment payment;

    TRY(payment_load(cx, tx, request->payment, &payment));
    TRY(payment_cancel(cx, tx, &payment));
    return request_load(cx, tx, request->id, request);
}

static err_t cancel_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct request_cancel *cancel = arg;
    struct pay_request *request = &cancel->request;
    struct payment attempt;
    bool found;

    TRY(request_load(cx, tx, cancel->id, request));
    if (request->state == REQUEST_AUTHORIZED)
        return hold_cancel(cx, tx, request);
    if (!request_is_open(request))
        return fault_object(cx, ERR_STATE, KIND, "cannot be canceled any more", request->id.raw);
    TRY(attempt_check(cx, tx, request, &attempt, &found));
    TRY(attempt_end(cx, tx, &attempt, found));
    return request_move(cx, tx, request, REQUEST_CANCELED);
}

void request_cancel(struct request_cancel *cancel)
{
    operation_write(&cancel->operation, cancel_body, operation_end);
}

static err_t capture_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct request_capture *capture = arg;
    struct pay_request *request = &capture->request;
    struct payment payment;

    TRY(request_load(cx, tx, capture->id, request));
    if (request->state != REQUEST_AUTHORIZED)
        return fault_object(cx, ERR_STATE, KIND, "cannot be captured", request->id.raw);
    TRY(payment_load(cx, tx, request->payment, &payment));
    TRY(payment_capture_hold(cx, tx, &payment));
    return request_load(cx, tx, request->id, request);
}

void request_capture(struct request_capture *capture)
{
    operation_write(&capture->operation, capture_body, operation_end);
}

err_t request_expire(struct ctx *cx, struct tx *tx, struct request_id id, bool *again)
{
    struct pay_request request;
    struct payment attempt;
    bool found;

    *again = false;
    TRY(request_load(cx, tx, id, &request));
    if (!request_is_open(&request))
        return OK;
    TRY(request_attempt(cx, tx, id, &attempt, &found));
    if (found && attempt.state == PAYMENT_AUTHORIZING) {
        *again = true;
        return OK;
    }
    TRY(attempt_end(cx, tx, &attempt, found));
    return request_move(cx, tx, &request, REQUEST_UNPAID);
}
