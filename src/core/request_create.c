#include "base/must.h"
#include "core/counter.h"
#include "core/debtor_address.h"
#include "core/event.h"
#include "core/idempotency.h"
#include "core/payment_choice.h"
#include "core/request_link.h"
#include "core/request_mail.h"
#include "core/request_pay.h"
#include "core/request_row.h"
#include "core/task.h"

static const char KIND[] = "request";
static const char NO_HOLD[] = "a debit cannot be held: capture must be true";

/* A debit is collected, never held. */
static err_t account_choose(struct ctx *cx, struct tx *tx, const struct request_terms *terms,
                            struct request_payer *payer)
{
    *payer = (struct request_payer){0};
    if (ID_NONE(terms->account))
        return OK;
    if ((terms->methods & 1U << METHOD_SEPA) == 0)
        return fault(cx, ERR_INVALID, "sepa", "sepa is not one of methods_allowed");
    if (!terms->capture || terms->amount.minor == 0)
        return fault(cx, ERR_INVALID, "sepa", NO_HOLD);
    payer->has_account = true;
    TRY(bank_account_load(cx, tx, terms->account, false, &payer->account));
    return request_payer_mandate(cx, tx, payer);
}

err_t request_terms_check(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                          const struct pay_request *request, struct payment_view *view,
                          struct request_payer *payer)
{
    const struct request_terms *terms = &request->terms;
    const struct customer_choice customer = {.id = terms->customer};
    const struct card_choice card = {.id = terms->card};

    *view = (struct payment_view){.payment = request_as_payment(request)};
    TRY(amount_check(cx, merchant, terms->amount, terms->capture));
    TRY(methods_check(cx, &view->payment));
    if (terms->methods == 1U << METHOD_SEPA && !terms->capture)
        return fault(cx, ERR_INVALID, "capture", NO_HOLD);
    TRY(payment_addresses_check(cx, tx, &view->payment));
    TRY(customer_choose(cx, tx, &customer, view));
    TRY(account_choose(cx, tx, terms, payer));
    return card_choose(cx, tx, &card, view);
}

bool request_has_method(const struct request_terms *terms)
{
    return !ID_NONE(terms->card) || !ID_NONE(terms->account);
}

bool request_pays_at_once(const struct request_terms *terms, const struct request_payer *payer)
{
    return !terms->authenticate && (!ID_NONE(terms->card) || payer->has_mandate);
}

err_t request_pay_check(struct ctx *cx, struct tx *tx, struct operation *operation,
                        const struct merchant *merchant, const struct pay_request *request,
                        struct payment_view *view, const struct request_payer *payer)
{
    if (!payer->has_account)
        return charge_allowed(cx, tx, operation, merchant, &view->card);
    const struct debit_order order = request_debit_order(merchant, request, &view->payment, payer);
    TRY(debit_check(cx, tx, &order));
    return debtor_reach_check(cx, tx, &order);
}

static err_t pay_by_card(struct ctx *cx, struct tx *tx, struct operation *operation,
                         const struct merchant *merchant, struct pay_request *request,
                         struct payment_view *view, struct charge *charge)
{
    struct payment *payment = &view->payment;

    must(view->has_card);
    payment->card = view->card.id;
    payment->method = METHOD_CARD;
    if (!payment->unwritten)
        TRY(payment_save(cx, tx, payment));
    *charge = (struct charge){
        .operation = operation,
        .merchant = merchant,
        .view = view,
        .goal = CHARGE_BY_CAPTURE,
        .by_request = true,
        .request = request,
    };
    return charge_prepare(cx, tx, charge);
}

err_t request_pay(struct ctx *cx, struct tx *tx, struct operation *operation,
                  const struct merchant *merchant, struct pay_request *request,
                  struct payment_view *view, const struct request_payer *payer,
                  struct charge *charge)
{
    TRY(request_attempt_open(cx, tx, request, &view->payment));
    if (!payer->has_account)
        return pay_by_card(cx, tx, operation, merchant, request, view, charge);
    const struct debit_order order = request_debit_order(merchant, request, &view->payment, payer);
    return request_debit(cx, tx, &order, request);
}

static void request_from(const struct request_create *create, struct ctx *cx,
                         struct pay_request *request)
{
    *request = (struct pay_request){
        .face = create->face,
        .state = REQUEST_REQUIRE_METHOD,
        .terms = create->terms,
        .sending = create->sending,
        .expires = cx->now + create->life,
        .created = cx->now,
    };
    if (request->terms.methods == 0)
        request->terms.methods = methods_of(request->terms.amount.currency);
    ID_NEW(cx->ids, &request->id);
}

static err_t request_write(struct ctx *cx, struct tx *tx, struct request_create *create)
{
    struct pay_request *request = &create->request;
    bool pays = request_pays_at_once(&request->terms, &create->payer);

    if (!pays && request_has_method(&request->terms))
        request->state = REQUEST_REQUIRE_AUTHENTICATION;
    if (pays)
        request->terms.card = (struct card_id){{0}};
    if (request->face == REQUEST_OF_SIMPLYPAIE)
        TRY(request_sending_write(cx, tx, create));
    TRY(request_insert(cx, tx, request));
    TRY(counter_add(cx, tx, KIND, request->created));
    TRY(event_put(cx, tx, "request.created", request->id.raw, NULL));
    if (request->face == REQUEST_OF_SIMPLYPAIE)
        TRY(request_ask_payer(
            cx, tx, create->merchant, request, LETTER_ASKED,
            request_link_of(create->operation.core, cx, create->merchant, str_of(create->token))));
    TRY(task_put(cx, tx, TASK_REQUEST_EXPIRY, request->id.raw, request->expires));
    TRY(idempotency_open(&create->operation, tx, request->id.raw));
    if (!pays)
        return idempotency_close(&create->operation, tx);
    TRY(request_pay(cx, tx, &create->operation, create->merchant, request, &create->view,
                    &create->payer, &create->charge));
    /* A debit is decided here; the answer of a card's bank closes the key with what it says. */
    return create->charge.prepared ? OK : idempotency_close(&create->operation, tx);
}

static err_t create_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct request_create *create = arg;
    enum idempotency_state state;
    struct request_id old;

    create->charge.prepared = false;
    create->request = (struct pay_request){0};
    TRY(idempotency_check(&create->operation, tx, &state, old.raw));
    switch (state) {
    case IDEMPOTENCY_REPLAYED:
        return OK;
    case IDEMPOTENCY_LEFT:
        TRY(request_load(cx, tx, old, &create->request));
        return idempotency_close(&create->operation, tx);
    case IDEMPOTENCY_NEW:
        request_from(create, cx, &create->request);
        TRY(request_terms_check(cx, tx, create->merchant, &create->request, &create->view,
                                &create->payer));
        if (create->face == REQUEST_OF_SIMPLYPAIE)
            TRY(request_sending_check(cx, tx, create));
        if (request_pays_at_once(&create->request.terms, &create->payer))
            TRY(request_pay_check(cx, tx, &create->operation, create->merchant, &create->request,
                                  &create->view, &create->payer));
        return request_write(cx, tx, create);
    }
    must_fail(__FILE__, __LINE__, "state is a member");
}

static void created(struct operation *operation, err_t err)
{
    struct request_create *create = (struct request_create *)operation;

    if (err == OK && create->charge.prepared)
        charge_run(&create->charge, operation_end);
    else
        operation_end(operation, err);
}

/* That of the card given, or one that the payer may choose. */
static err_t rail_check(struct request_create *create)
{
    const struct request_terms *terms = &create->terms;
    struct core *core = create->operation.core;
    struct ctx *cx = create->operation.cx;
    const struct card_rail *rail;

    if (!ID_NONE(terms->account))
        return core_debits(core, cx);
    if (!ID_NONE(terms->card))
        return core_card_rail(core, cx, &rail);
    return methods_open(core, cx, create->merchant, terms->methods, terms->amount.currency);
}

void request_create(struct request_create *create)
{
    err_t err = rail_check(create);

    if (err != OK)
        operation_end(&create->operation, err);
    else
        operation_write(&create->operation, create_body, created);
}
