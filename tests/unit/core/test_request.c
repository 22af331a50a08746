#include "core/idempotency.h"
#include "support/core_request.h"

static struct request_terms terms_with_card(struct card_id card, bool authenticate)
{
    struct request_terms terms = terms_of(5000);

    terms.card = card;
    terms.authenticate = authenticate;
    return terms;
}

static void is_refused_on(const struct operation *operation, const char *field)
{
    assert_string_equal(fault_of(operation)->field, field);
}

/* --- making one --- */

CASE(request_waits_for_a_method)
{
    struct world *world = world_new();
    struct pay_request request = ask(world, terms_of(5000));
    struct payment_view *payments;

    assert_int_equal(request.state, REQUEST_REQUIRE_METHOD);
    assert_true(request_is_open(&request));
    assert_int_equal(request.terms.methods, 1U << METHOD_CARD | 1U << METHOD_SEPA);
    assert_int_equal(request.expires - request.created, 24 * HOUR_US);
    assert_int_equal(request_payments_now(world, request.id, &payments), 0);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM event WHERE kind LIKE 'request.%'"),
                     1);
    world_is_sound(world);
    world_free(world);
}

CASE(request_with_a_card_waits_for_authentication)
{
    struct world *world = world_new();
    struct card_id card = card_of(world, VISA);
    struct pay_request request = ask(world, terms_with_card(card, true));

    assert_int_equal(request.state, REQUEST_REQUIRE_AUTHENTICATION);
    assert_true(ID_EQ(request.terms.card, card));
    assert_int_equal(world->fake->call_count, 0);
    world_is_sound(world);
    world_free(world);
}

CASE(request_with_a_card_and_no_authentication_is_paid_at_once)
{
    struct world *world = world_new();
    struct card_id card = card_of(world, VISA);
    struct request_terms terms = terms_with_card(card, false);
    struct payment_view *payments;

    terms.order_id = STR("C-1");
    terms.description = STR("Une commande");
    struct pay_request request = ask(world, terms);
    assert_int_equal(request.state, REQUEST_CAPTURED);
    assert_int_equal(request_payments_now(world, request.id, &payments), 1);
    assert_true(ID_EQ(request.payment, payments[0].payment.id));
    assert_true(ID_EQ(request.terms.card, card));
    assert_int_equal(payments[0].payment.state, PAYMENT_TO_CAPTURE);
    assert_str(payments[0].payment.order_id, "C-1");
    assert_str(payments[0].payment.description, "Une commande");
    assert_false(fake_last(world->fake, CARD_AUTHORISE).payer_present);
    terms.capture = false;
    assert_int_equal(ask(world, terms).state, REQUEST_AUTHORIZED);
    world_is_sound(world);
    world_free(world);
}

CASE(refused_at_once_it_stays_open_and_keeps_the_payment)
{
    struct world *world = world_new();
    struct card_id card = card_of(world, VISA);
    struct payment_view *payments;

    fake_say(world->fake, CARD_AUTHORISE, CARD_DECLINED, "51");
    struct pay_request request = ask(world, terms_with_card(card, false));
    assert_int_equal(request.state, REQUEST_REQUIRE_METHOD);
    assert_true(ID_NONE(request.terms.card));
    assert_true(ID_NONE(request.payment));
    assert_int_equal(request_payments_now(world, request.id, &payments), 1);
    assert_int_equal(payments[0].payment.state, PAYMENT_REFUSED);
    assert_str(payments[0].payment.response, "51");
    world_is_sound(world);
    world_free(world);
}

CASE(a_card_is_saved_with_an_amount_of_nothing)
{
    struct world *world = world_new();
    struct request_terms terms = terms_of(0);
    struct request_create create = {0};
    struct page_submit submit;

    assert_int_equal(ask_try(world, terms, &create), ERR_INVALID);
    is_refused_on(&create.operation, "amount");
    terms.capture = false;
    struct pay_request request = ask(world, terms);
    assert_ok(request_submit(world, request.id, "t1", &submit));
    request = request_now(world, request.id);
    assert_int_equal(request.state, REQUEST_AUTHORIZED);
    assert_false(ID_NONE(request.terms.card));
    world_is_sound(world);
    world_free(world);
}

CASE(terms_that_do_not_fit_are_refused)
{
    struct world *world = world_new();
    struct request_create create = {0};
    struct request_terms terms = terms_of(49);

    assert_int_equal(ask_try(world, terms, &create), ERR_INVALID);
    is_refused_on(&create.operation, "amount");
    terms = terms_of(5000);
    ID_NEW(world->core.ids, &terms.card);
    assert_int_equal(ask_try(world, terms, &create), ERR_NOT_FOUND);
    is_refused_on(&create.operation, "card");
    terms = terms_of(5000);
    ID_NEW(world->core.ids, &terms.customer);
    assert_int_equal(ask_try(world, terms, &create), ERR_NOT_FOUND);
    is_refused_on(&create.operation, "customer");
    terms = terms_of(5000);
    ID_NEW(world->core.ids, &terms.billing_address);
    assert_int_equal(ask_try(world, terms, &create), ERR_NOT_FOUND);
    is_refused_on(&create.operation, "address");
    terms = terms_of(5000);
    terms.amount.currency = CURRENCY_USD;
    terms.methods = 1U << METHOD_SEPA;
    assert_int_equal(ask_try(world, terms, &create), ERR_INVALID);
    is_refused_on(&create.operation, "methods_allowed");
    terms = terms_with_card(card_of(world, VISA), true);
    terms.methods = 1U << METHOD_SEPA;
    assert_int_equal(ask_try(world, terms, &create), ERR_INVALID);
    is_refused_on(&create.operation, "card");
    assert_int_equal(world_count(world, "request"), 0);
    world_is_sound(world);
    world_free(world);
}

static struct str render_nothing(struct operation *operation, int *status)
{
    struct request_create *create = (struct request_create *)operation;

    *status = 200;
    return str_format(operation->cx->arena, "%s %s", create->request.id.raw,
                      request_state_text(create->request.state));
}

CASE(the_same_key_makes_one_request)
{
    struct world *world = world_new();
    struct idempotent key = {.render = render_nothing};
    struct request_create create = {.operation = {.idempotent = &key}};
    struct request_terms terms = terms_with_card(card_of(world, VISA), false);

    assert_ok(idempotency_read(&world->core, world->cx, STR("k"), STR("POST"), STR("/"), STR("{}"),
                               &key));
    assert_ok(ask_try(world, terms, &create));
    struct str first = str_dup(world->cx->arena, key.answer);
    assert_true(str_ends(first, STR(" captured")));
    create.operation.idempotent = &key;
    assert_ok(ask_try(world, terms, &create));
    assert_true(key.replayed);
    assert_true(str_eq(key.answer, first));
    assert_int_equal(world_count(world, "request"), 1);
    assert_int_equal(world_count(world, "payment"), 1);
    world_free(world);
}

/* --- its page --- */

CASE(payer_pays_on_its_page)
{
    struct world *world = world_new();
    struct request_terms terms = terms_of(5000);
    struct page_submit submit;

    terms.order_id = STR("C-1");
    struct pay_request request = ask(world, terms);
    struct pay_page page = request_page_now(world, request.id);
    assert_int_equal(page.state, PAGE_FORM);
    assert_int_equal(page.view.payment.amount.minor, 5000);
    assert_ok(request_submit(world, request.id, "t1", &submit));
    assert_int_equal(submit.flow.page.state, PAGE_PAID);
    request = request_now(world, request.id);
    assert_int_equal(request.state, REQUEST_CAPTURED);
    struct payment payment = payment_now(world, request.payment);
    assert_true(ID_EQ(payment.card, request.terms.card));
    assert_str(payment.order_id, "C-1");
    assert_string_equal(fake_last(world->fake, CARD_AUTHORISE).eci, "05");
    assert_int_equal(request_page_now(world, request.id).state, PAGE_PAID);
    world_is_sound(world);
    world_free(world);
}

CASE(the_page_is_of_its_mode_and_its_payments_have_none)
{
    struct world *world = world_new();
    struct request_terms terms = terms_of(5000);
    struct request_id nobody;
    struct page_submit submit;
    struct pay_page page = {0};

    terms.description = STR("Une commande");
    terms.return_url = STR("https://shop.example/back");
    struct pay_request request = ask(world, terms);
    ID_NEW(world->core.ids, &nobody);
    assert_int_equal(page_of_request(world, nobody, &page), ERR_NOT_FOUND);
    assert_int_equal(
        page_open_request(&world->core, world_ctx(world), MODE_LIVE, request.id, &page),
        ERR_NOT_FOUND);
    reader_release(world->core.reader);
    fake_say(world->fake, CARD_AUTHORISE, CARD_DECLINED, "51");
    assert_ok(request_submit(world, request.id, "t1", &submit));
    assert_int_equal(page_of_payment(world, submit.flow.page.view.payment.id, &page),
                     ERR_NOT_FOUND);
    world_free(world);
}

CASE(refused_payments_stay_beside_the_one_that_succeeds)
{
    struct world *world = world_new();
    struct pay_request request = ask(world, terms_of(5000));
    struct payment_view *payments;
    struct page_submit submit;

    fake_say(world->fake, CARD_AUTHORISE, CARD_DECLINED, "51");
    assert_ok(request_submit(world, request.id, "t1", &submit));
    assert_int_equal(submit.flow.page.state, PAGE_FORM);
    assert_int_equal(submit.flow.page.problem, PROBLEM_REFUSED);
    assert_int_equal(request_now(world, request.id).state, REQUEST_REQUIRE_METHOD);
    assert_int_equal(request_page_now(world, request.id).problem, PROBLEM_REFUSED);
    assert_ok(request_submit(world, request.id, "t2", &submit));
    assert_int_equal(submit.flow.page.state, PAGE_PAID);
    assert_int_equal(request_payments_now(world, request.id, &payments), 2);
    assert_int_equal(payments[0].payment.state, PAYMENT_REFUSED);
    assert_int_equal(payments[1].payment.state, PAYMENT_TO_CAPTURE);
    world_is_sound(world);
    world_free(world);
}

CASE(five_refusals_pause_the_page_whichever_payments_they_are)
{
    struct world *world = world_new();
    struct pay_request request = ask(world, terms_of(5000));
    struct page_submit submit;
    char token[8];

    for (int i = 0; i < 5; i++) {
        snprintf(token, sizeof token, "t%d", i);
        fake_say(world->fake, CARD_AUTHORISE, CARD_DECLINED, "51");
        assert_ok(request_submit(world, request.id, token, &submit));
    }
    assert_int_equal(request_page_now(world, request.id).state, PAGE_PAUSED);
    submit = request_form(world, request.id, "t9");
    assert_int_equal(submit_run(world, &submit), ERR_STATE);
    assert_int_equal(world_count(world, "payment"), 5);
    world_free(world);
}

CASE(the_same_form_twice_is_one_payment)
{
    struct world *world = world_new();
    struct pay_request request = ask(world, terms_of(5000));
    struct page_submit first = request_form(world, request.id, "t1");
    struct page_submit second = request_form(world, request.id, "t1");
    struct page_submit other = request_form(world, request.id, "t2");

    assert_ok(submit_run(world, &first));
    assert_ok(submit_run(world, &second));
    assert_true(second.again);
    assert_int_equal(second.flow.page.state, PAGE_PAID);
    assert_int_equal(submit_run(world, &other), ERR_STATE);
    assert_int_equal(other.flow.page.state, PAGE_PAID);
    assert_int_equal(world_count(world, "payment"), 1);
    assert_int_equal(world->fake->call_count, 1);
    world_is_sound(world);
    world_free(world);
}

static void to_the_bank(struct world *world, struct request_id id, struct page_submit *submit)
{
    fake_say_bank(world->fake, OK, THREEDS_C);
    assert_ok(request_submit(world, id, "t1", submit));
    assert_int_equal(submit->flow.page.state, PAGE_CHALLENGE);
}

CASE(payer_comes_back_from_the_bank)
{
    struct world *world = world_new();
    struct pay_request request = ask(world, terms_of(5000));
    struct page_authenticate work;
    struct page_submit submit;

    to_the_bank(world, request.id, &submit);
    assert_int_equal(request_now(world, request.id).state, REQUEST_REQUIRE_METHOD);
    assert_ok(return_try(world, submit.flow.session, &work));
    assert_str(work.go, REQUEST_PATH);
    assert_int_equal(work.flow.page.state, PAGE_PAID);
    assert_int_equal(request_now(world, request.id).state, REQUEST_CAPTURED);
    world_is_sound(world);
    world_free(world);
}

CASE(the_card_that_the_merchant_gave_is_confirmed_without_its_code)
{
    struct world *world = world_new();
    struct card_id card = card_of(world, VISA);
    struct pay_request request = ask(world, terms_with_card(card, true));
    struct page_authenticate work;
    struct page_submit submit;

    cvc_drop(world->cvc, card.raw); /* a quarter of an hour has passed */
    submit = request_form(world, request.id, "t1");
    assert_true(submit.flow.page.has_saved);
    submit.saved = true;
    fake_say_bank(world->fake, OK, THREEDS_C);
    assert_ok(submit_run(world, &submit));
    assert_int_equal(submit.flow.page.state, PAGE_CHALLENGE);
    assert_ok(return_try(world, submit.flow.session, &work));
    assert_int_equal(work.flow.page.state, PAGE_PAID);
    assert_string_equal(fake_last(world->fake, CARD_AUTHORISE).cvc, "");
    request = request_now(world, request.id);
    assert_int_equal(request.state, REQUEST_CAPTURED);
    assert_true(ID_EQ(request.terms.card, card));
    assert_int_equal(world_count(world, "card"), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(another_card_may_be_typed_instead_and_a_deleted_one_is_not_offered)
{
    struct world *world = world_new();
    struct card_id card = card_of(world, VISA);
    struct pay_request request = ask(world, terms_with_card(card, true));
    struct card_change removal = {.remove = true, .values = {.id = card}};
    struct page_submit submit = request_form(world, request.id, "t1");

    WORLD_RUN(world, &removal, card_change);
    assert_ok(removal.operation.result);
    submit.saved = true;
    assert_int_equal(submit_run(world, &submit), ERR_STATE);
    assert_false(request_page_now(world, request.id).has_saved);
    assert_ok(request_submit(world, request.id, "t2", &submit));
    request = request_now(world, request.id);
    assert_int_equal(request.state, REQUEST_CAPTURED);
    assert_false(ID_EQ(request.terms.card, card));
    world_is_sound(world);
    world_free(world);
}

/* --- changes --- */

CASE(change_of_terms_sends_a_payer_at_the_bank_back_to_the_form)
{
    struct world *world = world_new();
    struct pay_request request = ask(world, terms_of(5000));
    struct request_change change = {.change = REQUEST_SET_AMOUNT, .terms = terms_of(6000)};
    struct page_authenticate work;
    struct page_submit submit;

    to_the_bank(world, request.id, &submit);
    assert_ok(request_change_try(world, request.id, &change));
    assert_int_equal(change.request.terms.amount.minor, 6000);
    assert_ok(return_try(world, submit.flow.session, &work));
    assert_int_equal(work.flow.page.state, PAGE_FORM);
    assert_int_equal(world->fake->call_count, 0);
    assert_int_equal(request_page_now(world, request.id).view.payment.amount.minor, 6000);
    assert_ok(request_submit(world, request.id, "t2", &submit));
    assert_int_equal(fake_last(world->fake, CARD_AUTHORISE).amount.minor, 6000);
    assert_int_equal(world_count(world, "payment"), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(form_that_showed_another_amount_is_not_taken)
{
    struct world *world = world_new();
    struct pay_request request = ask(world, terms_of(5000));
    struct request_change change = {.change = REQUEST_SET_AMOUNT, .terms = terms_of(6000)};
    struct page_submit submit = request_form(world, request.id, "t1");

    assert_ok(request_change_try(world, request.id, &change));
    assert_int_equal(submit_run(world, &submit), ERR_STATE);
    assert_int_equal(submit.flow.page.state, PAGE_FORM);
    assert_int_equal(world_count(world, "payment"), 0);
    world_free(world);
}

CASE(card_that_is_set_later_waits_or_pays)
{
    struct world *world = world_new();
    struct card_id card = card_of(world, VISA);
    struct pay_request request = ask(world, terms_of(5000));
    struct request_change change = {.change = REQUEST_SET_CARD,
                                    .terms = terms_with_card(card, true)};

    assert_ok(request_change_try(world, request.id, &change));
    assert_int_equal(change.request.state, REQUEST_REQUIRE_AUTHENTICATION);
    change = (struct request_change){.change = REQUEST_SET_AUTHENTICATE, .terms = terms_of(0)};
    change.terms.authenticate = false;
    assert_ok(request_change_try(world, request.id, &change));
    assert_int_equal(change.request.state, REQUEST_CAPTURED);
    assert_true(ID_EQ(change.request.terms.card, card));
    change = (struct request_change){.change = REQUEST_SET_AMOUNT, .terms = terms_of(6000)};
    assert_int_equal(request_change_try(world, request.id, &change), ERR_STATE);
    is_refused_on(&change.operation, "request");
    change = (struct request_change){.change = REQUEST_SET_ORDER_ID | REQUEST_SET_METADATA};
    change.terms.order_id = STR("C-2");
    change.terms.metadata = STR("[1]");
    assert_ok(request_change_try(world, request.id, &change));
    request = request_now(world, request.id);
    assert_str(request.terms.order_id, "C-2");
    assert_str(request.terms.metadata, "[1]");
    assert_int_equal(request.state, REQUEST_CAPTURED);
    world_is_sound(world);
    world_free(world);
}

/* --- its end --- */

CASE(a_hold_is_captured_once)
{
    struct world *world = world_new();
    struct request_terms terms = terms_with_card(card_of(world, VISA), false);
    struct request_capture capture;
    struct request_cancel cancel;

    terms.capture = false;
    struct pay_request request = ask(world, terms);
    assert_ok(request_capture_try(world, request.id, &capture));
    assert_int_equal(capture.request.state, REQUEST_CAPTURED);
    assert_int_equal(state_now(world, request.payment), PAYMENT_TO_CAPTURE);
    assert_int_equal(request_capture_try(world, request.id, &capture), ERR_STATE);
    assert_int_equal(request_cancel_try(world, request.id, &cancel), ERR_STATE);
    is_refused_on(&cancel.operation, "request");
    world_is_sound(world);
    world_free(world);
}

CASE(capture_and_refund_of_its_payment_change_it_too)
{
    struct world *world = world_new();
    struct request_terms terms = terms_with_card(card_of(world, VISA), false);
    struct payment_capture capture;

    terms.capture = false;
    struct pay_request request = ask(world, terms);
    assert_ok(capture_try(world, request.payment, &capture));
    assert_int_equal(request_now(world, request.id).state, REQUEST_CAPTURED);
    refund(world, request.payment, WHOLE);
    assert_int_equal(state_now(world, request.payment), PAYMENT_CANCELED);
    assert_int_equal(request_now(world, request.id).state, REQUEST_CANCELED);
    world_is_sound(world);
    world_free(world);
}

CASE(a_hold_is_given_back_by_its_request)
{
    struct world *world = world_new();
    struct request_terms terms = terms_with_card(card_of(world, VISA), false);
    struct request_cancel cancel;

    terms.capture = false;
    struct pay_request request = ask(world, terms);
    assert_ok(request_cancel_try(world, request.id, &cancel));
    assert_int_equal(cancel.request.state, REQUEST_CANCELED);
    assert_int_equal(state_now(world, request.payment), PAYMENT_CANCELED);
    world_work(world);
    assert_int_equal(fake_last(world->fake, CARD_VOID).amount.minor, 5000);
    world_is_sound(world);
    world_free(world);
}

CASE(a_hold_that_expires_leaves_it_unpaid)
{
    struct world *world = world_new();
    struct request_terms terms = terms_with_card(card_of(world, VISA), false);

    terms.capture = false;
    struct pay_request request = ask(world, terms);
    world_advance(world, 8 * 86400);
    assert_int_equal(state_now(world, request.payment), PAYMENT_EXPIRED);
    assert_int_equal(request_now(world, request.id).state, REQUEST_UNPAID);
    world_is_sound(world);
    world_free(world);
}

CASE(nobody_pays_within_its_life)
{
    struct world *world = world_new();
    struct pay_request request = ask(world, terms_of(5000));
    struct page_submit submit = request_form(world, request.id, "t1");
    struct page_authenticate work;
    struct page_submit at_bank;

    to_the_bank(world, request.id, &at_bank);
    world_advance(world, 24 * 3600 - 60);
    assert_int_equal(request_now(world, request.id).state, REQUEST_REQUIRE_METHOD);
    world_advance(world, 120);
    assert_int_equal(request_now(world, request.id).state, REQUEST_UNPAID);
    assert_int_equal(request_page_now(world, request.id).state, PAGE_OVER);
    submit.token = STR("t2");
    assert_int_equal(submit_run(world, &submit), ERR_STATE);
    assert_int_equal(submit.flow.page.state, PAGE_OVER);
    assert_ok(return_try(world, at_bank.flow.session, &work));
    assert_int_equal(work.flow.page.state, PAGE_OVER);
    assert_int_equal(world->fake->call_count, 0);
    world_is_sound(world);
    world_free(world);
}

CASE(canceled_while_the_payer_is_at_the_bank)
{
    struct world *world = world_new();
    struct pay_request request = ask(world, terms_of(5000));
    struct page_authenticate work;
    struct request_cancel cancel;
    struct page_submit submit;

    to_the_bank(world, request.id, &submit);
    assert_ok(request_cancel_try(world, request.id, &cancel));
    assert_int_equal(cancel.request.state, REQUEST_CANCELED);
    assert_ok(return_try(world, submit.flow.session, &work));
    assert_int_equal(work.flow.page.state, PAGE_CANCELED);
    assert_int_equal(world->fake->call_count, 0);
    assert_int_equal(request_page_now(world, request.id).state, PAGE_CANCELED);
    assert_int_equal(request_cancel_try(world, request.id, &cancel), ERR_STATE);
    world_is_sound(world);
    world_free(world);
}

struct expiry {
    struct request_id id;
    bool again;
};

static err_t expire_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct expiry *expiry = arg;

    return request_expire(cx, tx, expiry->id, &expiry->again);
}

/* The bank has the last word on what it was asked. */
CASE(while_the_bank_is_asked_nothing_else_wins)
{
    struct world *world = world_new();
    struct request_create create = {.merchant = &world->merchant,
                                    .face = REQUEST_OF_STANCER,
                                    .life = 24 * HOUR_US,
                                    .terms = terms_with_card(card_of(world, VISA), false)};
    struct request_change change = {.change = REQUEST_SET_AMOUNT, .terms = terms_of(6000)};
    struct page_submit submit;
    struct request_cancel cancel;
    bool done;

    world->fake->silent = true;
    world_begin(world, &create.operation, &done);
    request_create(&create);
    world_pump_kept(world, 1);
    struct request_id id = create.request.id;
    assert_int_equal(request_page_now(world, id).state, PAGE_WAITING);
    assert_int_equal(request_submit(world, id, "t1", &submit), ERR_STATE);
    assert_int_equal(request_cancel_try(world, id, &cancel), ERR_STATE);
    is_refused_on(&cancel.operation, "request");
    assert_int_equal(request_change_try(world, id, &change), ERR_STATE);
    struct expiry expiry = {.id = id};
    assert_ok(tx_run(world->store, world->cx, expire_body, &expiry));
    assert_true(expiry.again);
    fake_answer_kept(world->fake);
    world_pump(world, &done);
    assert_ok(create.operation.result);
    assert_int_equal(create.request.state, REQUEST_CAPTURED);
    assert_int_equal(world->fake->call_count, 1);
    world_is_sound(world);
    world_free(world);
}

/* --- lists --- */

static size_t listed(struct world *world, struct request_filter filter, bool newest_first,
                     struct pay_request **out)
{
    const struct page_of page = {
        .limit = 10, .newest_first = newest_first, .created_until = INT64_MAX};
    struct page_found found;

    assert_ok(request_list(world->cx, world_read(world), &filter, &page, out, &found));
    reader_release(world->core.reader);
    assert_int_equal(found.total, found.count);
    return found.count;
}

CASE(lists_by_order_card_and_day)
{
    struct world *world = world_new();
    struct card_id card = card_of(world, VISA);
    struct request_terms terms = terms_of(5000);
    struct pay_request *list;

    terms.date_settlement = STR("2099-01-01");
    struct pay_request late = ask(world, terms);
    terms = terms_with_card(card, true);
    terms.order_id = STR("C-1");
    struct pay_request first = ask(world, terms);
    struct pay_request second = ask(world, terms_of(7000));
    assert_int_equal(listed(world, (struct request_filter){0}, true, &list), 3);
    assert_true(ID_EQ(list[0].id, second.id));
    assert_int_equal(listed(world, (struct request_filter){.by_due = true}, true, &list), 3);
    assert_true(ID_EQ(list[0].id, late.id));
    assert_true(ID_EQ(list[1].id, second.id));
    assert_int_equal(listed(world, (struct request_filter){.by_due = true}, false, &list), 3);
    assert_true(ID_EQ(list[0].id, first.id));
    assert_int_equal(listed(world, (struct request_filter){.order_id = STR("C-1")}, true, &list),
                     1);
    assert_true(ID_EQ(list[0].id, first.id));
    assert_int_equal(listed(world, (struct request_filter){.card = card}, false, &list), 1);
    assert_int_equal(
        listed(world, (struct request_filter){.card = card, .order_id = STR("C-2")}, true, &list),
        0);
    assert_int_equal(
        listed(world, (struct request_filter){.card = card, .by_due = true}, true, &list), 1);
    struct bank_account_id nobody;
    ID_NEW(world->core.ids, &nobody);
    assert_int_equal(listed(world, (struct request_filter){.account = nobody}, true, &list), 0);
    world_free(world);
}

UNIT_MAIN(T(request_waits_for_a_method), T(request_with_a_card_waits_for_authentication),
          T(request_with_a_card_and_no_authentication_is_paid_at_once),
          T(refused_at_once_it_stays_open_and_keeps_the_payment),
          T(a_card_is_saved_with_an_amount_of_nothing), T(terms_that_do_not_fit_are_refused),
          T(the_same_key_makes_one_request), T(payer_pays_on_its_page),
          T(the_page_is_of_its_mode_and_its_payments_have_none),
          T(refused_payments_stay_beside_the_one_that_succeeds),
          T(five_refusals_pause_the_page_whichever_payments_they_are),
          T(the_same_form_twice_is_one_payment), T(payer_comes_back_from_the_bank),
          T(the_card_that_the_merchant_gave_is_confirmed_without_its_code),
          T(another_card_may_be_typed_instead_and_a_deleted_one_is_not_offered),
          T(change_of_terms_sends_a_payer_at_the_bank_back_to_the_form),
          T(form_that_showed_another_amount_is_not_taken), T(card_that_is_set_later_waits_or_pays),
          T(a_hold_is_captured_once), T(capture_and_refund_of_its_payment_change_it_too),
          T(a_hold_is_given_back_by_its_request), T(a_hold_that_expires_leaves_it_unpaid),
          T(nobody_pays_within_its_life), T(canceled_while_the_payer_is_at_the_bank),
          T(while_the_bank_is_asked_nothing_else_wins), T(lists_by_order_card_and_day))
