#include "core/address.h"
#include "support/core_calls.h"

static struct payment with_card(struct world *world, int64_t minor, bool auth)
{
    struct payment_draft draft = draft_of(minor);

    draft.auth_asked = auth;
    draft.return_url = STR("https://shop.example/back");
    struct payment payment = pay(world, draft);
    struct payment_change change = {.change = PAYMENT_SET_CARD};
    change.draft.card = card_inline(world, card_draft(VISA));
    assert_ok(change_try(world, payment.id, &change));
    return change.view.payment;
}

CASE(terms_change_while_the_payment_is_open)
{
    struct world *world = world_new();
    struct payment payment = pay(world, draft_of(500));
    struct payment_change change = {
        .change = PAYMENT_SET_AMOUNT | PAYMENT_SET_CURRENCY | PAYMENT_SET_CAPTURE,
        .draft = {.amount = {700, CURRENCY_USD}, .capture = false},
    };

    assert_ok(change_try(world, payment.id, &change));
    payment = payment_now(world, payment.id);
    assert_int_equal(payment.amount.minor, 700);
    assert_int_equal(payment.amount.currency, CURRENCY_USD);
    assert_int_equal(payment.methods, 1U << METHOD_CARD);
    assert_false(payment.capture);
    world_is_sound(world);
    world_free(world);
}

CASE(changed_terms_keep_the_rules_of_creation)
{
    struct world *world = world_new();
    struct payment payment = pay(world, draft_of(500));
    struct payment_change change = {.change = PAYMENT_SET_AMOUNT, .draft = draft_of(49)};

    assert_int_equal(change_try(world, payment.id, &change), ERR_INVALID);
    change = (struct payment_change){.change = PAYMENT_SET_METHODS | PAYMENT_SET_CURRENCY};
    change.draft.amount.currency = CURRENCY_USD;
    change.draft.methods = 1U << METHOD_SEPA;
    assert_int_equal(change_try(world, payment.id, &change), ERR_INVALID);
    assert_int_equal(payment_now(world, payment.id).amount.minor, 500);
    world_free(world);
}

CASE(terms_are_fixed_once_the_payment_was_tried)
{
    static const unsigned FIXED[] = {PAYMENT_SET_AMOUNT,  PAYMENT_SET_CURRENCY, PAYMENT_SET_CAPTURE,
                                     PAYMENT_SET_METHODS, PAYMENT_SET_AUTH,     PAYMENT_SET_CARD};
    struct world *world = world_new();
    struct payment payment = pay_card(world, 500);

    for (size_t i = 0; i < ARRAY_LEN(FIXED); i++) {
        struct payment_change change = {.change = FIXED[i], .draft = draft_of(700)};
        if (FIXED[i] == PAYMENT_SET_CARD)
            change.draft.card = card_inline(world, card_draft(VISA_OTHER));
        assert_int_equal(change_try(world, payment.id, &change), ERR_STATE);
        assert_string_equal(fault_of(&change.operation)->field, "status");
    }
    assert_int_equal(payment_now(world, payment.id).amount.minor, 500);
    world_is_sound(world);
    world_free(world);
}

CASE(texts_change_at_any_time)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 500);
    struct payment_change change = {
        .change = PAYMENT_SET_DESCRIPTION | PAYMENT_SET_ORDER_ID | PAYMENT_SET_RETURN_URL |
                  PAYMENT_SET_DEVICE | PAYMENT_SET_DATE_SETTLEMENT,
        .draft = {.description = STR("Autre chose"),
                  .order_id = STR("A-1"),
                  .return_url = STR("https://shop.example/other"),
                  .device = {.ip = STR("192.0.2.7"), .port = 443},
                  .date_settlement = STR("2031-07-01")},
    };

    assert_ok(change_try(world, payment.id, &change));
    payment = payment_now(world, payment.id);
    assert_str(payment.description, "Autre chose");
    assert_str(payment.order_id, "A-1");
    assert_str(payment.return_url, "https://shop.example/other");
    assert_str(payment.device.ip, "192.0.2.7");
    assert_int_equal(payment.device.port, 443);
    assert_str(payment.date_settlement, "2031-07-01");
    assert_int_equal(payment.state, PAYMENT_TO_CAPTURE);
    world_is_sound(world);
    world_free(world);
}

CASE(what_is_not_named_stays)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_for_page(500);
    struct payment_change change = {.change = PAYMENT_SET_ORDER_ID};

    change.draft.order_id = STR("A-1");
    struct payment payment = pay(world, draft);
    assert_ok(change_try(world, payment.id, &change));
    payment = payment_now(world, payment.id);
    assert_str(payment.description, "Une commande");
    assert_int_equal(payment.amount.minor, 500);
    assert_true(payment.capture);
    change = (struct payment_change){.change = PAYMENT_SET_DESCRIPTION};
    assert_ok(change_try(world, payment.id, &change));
    assert_null(payment_now(world, payment.id).description.ptr);
    world_free(world);
}

CASE(card_set_runs_the_payment_at_once_in_v2)
{
    struct world *world = world_new();
    struct payment payment = pay(world, draft_of(500));
    struct payment_change change = {.change = PAYMENT_SET_CARD, .card_runs = true};

    change.draft.card = card_inline(world, card_draft(VISA));
    assert_ok(change_try(world, payment.id, &change));
    assert_int_equal(change.view.payment.state, PAYMENT_TO_CAPTURE);
    assert_int_equal(change.view.payment.fee_minor, 58);
    assert_string_equal(fake_last(world->fake, CARD_AUTHORISE).cvc, "123");
    world_is_sound(world);
    world_free(world);
}

CASE(card_set_alone_asks_nothing_in_v1)
{
    struct world *world = world_new();
    struct payment payment = with_card(world, 500, false);

    assert_int_equal(payment.state, PAYMENT_NEW);
    assert_int_equal(payment.method, METHOD_CARD);
    assert_int_equal(payment.fee_minor, 58);
    assert_int_equal(world->fake->call_count, 0);
    world_is_sound(world);
    world_free(world);
}

CASE(asked_to_authorize_it_is_held_whatever_capture_says)
{
    struct world *world = world_new();
    struct payment payment = with_card(world, 500, false);
    struct payment_change change = {.ask = ASK_AUTHORIZE};

    assert_ok(change_try(world, payment.id, &change));
    assert_int_equal(change.view.payment.state, PAYMENT_AUTHORIZED);
    assert_int_equal(leg_count(world, payment.id.raw), 0);
    change = (struct payment_change){.ask = ASK_AUTHORIZE};
    assert_int_equal(change_try(world, payment.id, &change), ERR_STATE);
    change = (struct payment_change){.ask = ASK_CAPTURE};
    assert_ok(change_try(world, payment.id, &change));
    assert_int_equal(change.view.payment.state, PAYMENT_TO_CAPTURE);
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 1);
    change = (struct payment_change){.ask = ASK_CAPTURE};
    assert_int_equal(change_try(world, payment.id, &change), ERR_STATE);
    world_is_sound(world);
    world_free(world);
}

CASE(asked_to_capture_an_open_payment_is_authorised_and_captured)
{
    struct world *world = world_new();
    struct payment payment = with_card(world, 500, false);
    struct payment_change change = {.ask = ASK_CAPTURE};

    assert_ok(change_try(world, payment.id, &change));
    assert_int_equal(change.view.payment.state, PAYMENT_TO_CAPTURE);
    world_is_sound(world);
    world_free(world);
}

CASE(asking_needs_a_method)
{
    struct world *world = world_new();
    struct payment payment = pay(world, draft_of(500));
    struct payment_change change = {.ask = ASK_AUTHORIZE};

    assert_int_equal(change_try(world, payment.id, &change), ERR_STATE);
    assert_int_equal(world->fake->call_count, 0);
    world_free(world);
}

CASE(asking_needs_the_authentication_that_was_wanted)
{
    struct world *world = world_new();
    struct payment payment = with_card(world, 500, true);
    struct payment_change change = {.ask = ASK_CAPTURE};

    assert_false(ID_NONE(payment.authentication));
    assert_int_equal(change_try(world, payment.id, &change), ERR_STATE);
    assert_int_equal(world->fake->call_count, 0);
    world_is_sound(world);
    world_free(world);
}

CASE(another_amount_or_card_needs_another_authentication)
{
    struct world *world = world_new();
    struct payment payment = with_card(world, 500, true);
    struct payment_change change = {.change = PAYMENT_SET_AMOUNT, .draft = draft_of(700)};

    assert_ok(change_try(world, payment.id, &change));
    struct payment after = payment_now(world, payment.id);
    assert_false(ID_EQ(after.authentication, payment.authentication));
    change = (struct payment_change){.change = PAYMENT_SET_DESCRIPTION};
    change.draft.description = STR("texte");
    assert_ok(change_try(world, payment.id, &change));
    assert_true(ID_EQ(payment_now(world, payment.id).authentication, after.authentication));
    world_is_sound(world);
    world_free(world);
}

CASE(customer_is_set_by_id_or_with_data)
{
    struct world *world = world_new();
    struct payment payment = pay(world, draft_of(500));
    struct payment_change change = {.change = PAYMENT_SET_CUSTOMER};

    change.draft.customer = (struct customer_choice){
        .inline_data = true,
        .twin = TWIN_BY_EXTERNAL_ID,
        .draft = {.name = STR("Ada"), .email = STR("ada@example.com")},
    };
    assert_ok(change_try(world, payment.id, &change));
    assert_true(change.view.has_customer);
    struct customer_id id = change.view.customer.id;
    assert_true(ID_EQ(payment_now(world, payment.id).customer, id));
    payment = pay(world, draft_of(500));
    change = (struct payment_change){.change = PAYMENT_SET_CUSTOMER};
    change.draft.customer.id = id;
    assert_ok(change_try(world, payment.id, &change));
    assert_str(change.view.customer.email, "ada@example.com");
    world_is_sound(world);
    world_free(world);
}

CASE(payment_of_nobody_cannot_be_changed)
{
    struct world *world = world_new();
    struct payment_change change = {.change = PAYMENT_SET_DESCRIPTION};
    struct payment_id nobody;

    ID_NEW(world->cx->ids, &nobody);
    assert_int_equal(change_try(world, nobody, &change), ERR_NOT_FOUND);
    assert_string_equal(fault_of(&change.operation)->object, nobody.raw);
    world_free(world);
}

CASE(addresses_are_checked_when_they_are_set)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_of(5000);
    struct address_create create = {
        .draft = {.zip_code = STR("75011"),
                  .city = STR("Paris"),
                  .country = STR("FR"),
                  .metadata = STR("{}")}
    };

    WORLD_RUN(world, &create, address_create);
    assert_ok(create.operation.result);
    draft.billing_address = create.address.id;
    struct payment payment = pay(world, draft);
    struct payment_change change = {.change = PAYMENT_SET_BILLING | PAYMENT_SET_SHIPPING,
                                    .draft = draft};
    change.draft.shipping_address = create.address.id;
    assert_ok(change_try(world, payment.id, &change));
    struct address_remove removal = {.id = create.address.id};
    WORLD_RUN(world, &removal, address_remove);
    assert_int_equal(change_try(world, payment.id, &change), ERR_NOT_FOUND);
    assert_string_equal(fault_of(&change.operation)->field, "address");
    /* One that is gone does not stand in the way of another description. */
    change = (struct payment_change){.change = PAYMENT_SET_DESCRIPTION,
                                     .draft = {.description = STR("Two chairs")}};
    assert_ok(change_try(world, payment.id, &change));
    change = (struct payment_change){.change = PAYMENT_SET_SHIPPING};
    assert_ok(change_try(world, payment.id, &change));
    struct payment now = payment_now(world, payment.id);
    assert_true(ID_EQ(now.billing_address, create.address.id));
    assert_true(ID_NONE(now.shipping_address));
    assert_str(now.description, "Two chairs");
    world_free(world);
}

UNIT_MAIN(T(terms_change_while_the_payment_is_open), T(changed_terms_keep_the_rules_of_creation),
          T(terms_are_fixed_once_the_payment_was_tried), T(texts_change_at_any_time),
          T(what_is_not_named_stays), T(card_set_runs_the_payment_at_once_in_v2),
          T(card_set_alone_asks_nothing_in_v1),
          T(asked_to_authorize_it_is_held_whatever_capture_says),
          T(asked_to_capture_an_open_payment_is_authorised_and_captured), T(asking_needs_a_method),
          T(asking_needs_the_authentication_that_was_wanted),
          T(another_amount_or_card_needs_another_authentication),
          T(customer_is_set_by_id_or_with_data), T(payment_of_nobody_cannot_be_changed),
          T(addresses_are_checked_when_they_are_set))
