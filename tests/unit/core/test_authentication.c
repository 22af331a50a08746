#include "support/core_page.h"
#include "support/core_raw.h"

/* Authentications that a merchant asks for by API: its own page sends the payer to
 * auth.redirect_url. */
static struct payment_create asked(struct world *world)
{
    struct payment_draft draft = draft_with_card(world, 5000);
    struct payment_create create;

    draft.auth_asked = true;
    draft.auth_return_url = STR("https://shop.example/3ds");
    draft.return_url = STR("https://shop.example/back");
    assert_ok(pay_try(world, draft, &create));
    return create;
}

CASE(card_with_auth_is_available_and_nothing_is_asked_yet)
{
    struct world *world = world_new();
    struct payment_create create = asked(world);
    const struct authentication *authentication = &create.view.authentication;

    assert_int_equal(create.view.payment.state, PAYMENT_NEW);
    assert_true(create.view.has_authentication);
    assert_int_equal(authentication->state, AUTHENTICATION_AVAILABLE);
    assert_int_equal(authentication->origin, ORIGIN_API);
    assert_int_equal(strlen(authentication->uuid), UUID_LEN);
    assert_str(authentication->return_url, "https://shop.example/3ds");
    assert_int_equal(authentication->expires - authentication->created, 6 * HOUR_US);
    assert_int_equal(world->fake->call_count + world->fake->lookup_count, 0);
    struct str path = authentication_path(world->cx->arena, MODE_TEST, authentication);
    assert_true(str_starts(path, STR("/v1/redirect/test_")));
    path = authentication_path(world->cx->arena, MODE_LIVE, authentication);
    assert_true(str_ends(path, str_of(authentication->uuid)));
    assert_int_equal(path.len, strlen("/v1/redirect/") + UUID_LEN);
    world_is_sound(world);
    world_free(world);
}

CASE(auth_without_a_card_waits_for_one)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_for_page(5000);
    struct payment_create create;

    draft.auth_asked = true;
    assert_ok(pay_try(world, draft, &create));
    assert_false(create.view.has_authentication);
    world_free(world);
}

CASE(payer_without_a_challenge_comes_straight_back)
{
    struct world *world = world_new();
    struct payment_create create = asked(world);
    struct page_authenticate work;

    assert_ok(redirect_try(world, &create.view.authentication, &work));
    assert_false(work.challenge);
    assert_str(work.go, "https://shop.example/3ds");
    assert_int_equal(authentication_now(world, create.view.payment.id), AUTHENTICATION_SUCCESS);
    assert_int_equal(state_now(world, create.view.payment.id), PAYMENT_NEW);
    assert_int_equal(world->fake->call_count, 0);
    world_is_sound(world);
    world_free(world);
}

CASE(challenge_then_return_then_the_merchant_captures_with_the_proof)
{
    struct world *world = world_new();
    struct payment_create create = asked(world);
    struct payment_change change = {.ask = ASK_CAPTURE};
    struct page_authenticate work;

    fake_say_bank(world->fake, OK, THREEDS_C);
    assert_ok(redirect_try(world, &create.view.authentication, &work));
    assert_true(work.challenge);
    assert_str(work.flow.page.view.authentication.creq, "Y3JlcQ");
    assert_int_equal(authentication_now(world, create.view.payment.id), AUTHENTICATION_ATTEMPTED);
    /* Reloading the link leads to the bank again, without a second question. */
    assert_ok(redirect_try(world, &create.view.authentication, &work));
    assert_true(work.challenge);
    assert_int_equal(world->fake->lookup_count, 1);
    assert_ok(return_try(world, work.flow.session, &work));
    assert_false(work.challenge);
    assert_str(work.go, "https://shop.example/3ds");
    assert_int_equal(authentication_now(world, create.view.payment.id), AUTHENTICATION_SUCCESS);
    assert_ok(change_try(world, create.view.payment.id, &change));
    assert_int_equal(change.view.payment.state, PAYMENT_TO_CAPTURE);
    struct fake_call call = fake_last(world->fake, CARD_AUTHORISE);
    assert_string_equal(call.eci, "05");
    assert_string_equal(call.cvc, "123");
    assert_int_equal(state_now(world, create.view.payment.id), PAYMENT_TO_CAPTURE);
    world_is_sound(world);
    world_free(world);
}

static void ends_in(struct fake_word word, enum authentication_state expected)
{
    struct world *world = world_new();
    struct payment_create create = asked(world);
    struct payment_change change = {.ask = ASK_AUTHORIZE};
    struct page_authenticate work;

    fake_say_bank(world->fake, word.result, word.status);
    assert_ok(redirect_try(world, &create.view.authentication, &work));
    assert_str(work.go, "https://shop.example/3ds");
    assert_int_equal(authentication_now(world, create.view.payment.id), expected);
    assert_int_equal(state_now(world, create.view.payment.id), PAYMENT_NEW);
    assert_int_equal(change_try(world, create.view.payment.id, &change),
                     expected == AUTHENTICATION_SUCCESS ? OK : ERR_STATE);
    world_is_sound(world);
    world_free(world);
}

CASE(banks_word_decides_the_state)
{
    ends_in((struct fake_word){OK, THREEDS_Y}, AUTHENTICATION_SUCCESS);
    ends_in((struct fake_word){OK, THREEDS_A}, AUTHENTICATION_SUCCESS);
    ends_in((struct fake_word){OK, THREEDS_I}, AUTHENTICATION_SUCCESS);
    ends_in((struct fake_word){OK, THREEDS_N}, AUTHENTICATION_DECLINED);
    ends_in((struct fake_word){OK, THREEDS_R}, AUTHENTICATION_DECLINED);
    ends_in((struct fake_word){OK, THREEDS_U}, AUTHENTICATION_UNAVAILABLE);
    ends_in((struct fake_word){ERR_UNAVAILABLE, THREEDS_Y}, AUTHENTICATION_UNAVAILABLE);
}

CASE(challenge_that_breaks_has_failed)
{
    struct world *world = world_new();
    struct payment_create create = asked(world);
    struct page_authenticate work;

    fake_say_bank(world->fake, OK, THREEDS_C);
    fake_say_bank(world->fake, ERR_UNAVAILABLE, THREEDS_Y);
    assert_ok(redirect_try(world, &create.view.authentication, &work));
    assert_ok(return_try(world, work.flow.session, &work));
    assert_int_equal(authentication_now(world, create.view.payment.id), AUTHENTICATION_FAILED);
    world_is_sound(world);
    world_free(world);
}

CASE(unknown_link_is_not_found)
{
    struct world *world = world_new();
    struct payment_create create = asked(world);
    struct page_authenticate work = {0};
    char uuid[UUID_LEN + 1];

    memcpy(uuid, create.view.authentication.uuid, sizeof uuid);
    /* Without its prefix it would be a link of the other mode. */
    work.token = str_of(uuid);
    WORLD_RUN(world, &work, page_redirect);
    assert_int_equal(work.operation.result, ERR_NOT_FOUND);
    uuid[0] = uuid[0] == 'a' ? 'b' : 'a';
    struct authentication other = create.view.authentication;
    memcpy(other.uuid, uuid, sizeof uuid);
    assert_int_equal(redirect_try(world, &other, &work), ERR_NOT_FOUND);
    world_free(world);
}

/* Its page ends after six hours. Ids carry real time, so an old one is made. */
CASE(a_link_is_forgotten_after_a_month)
{
    struct world *world = world_new();
    struct payment_create create = asked(world);
    struct page_authenticate work;

    world_advance(world, 86400);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM link"), 1);
    world_tamper(world, "UPDATE link SET object = '00000000' || substr(object, 9)");
    world_advance(world, 86400);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM link"), 0);
    assert_int_equal(redirect_try(world, &create.view.authentication, &work), ERR_NOT_FOUND);
    world_is_sound(world);
    world_free(world);
}

CASE(authentication_expires_after_six_hours_and_the_payment_has_failed)
{
    struct world *world = world_new();
    struct payment_create create = asked(world);
    struct page_authenticate work;

    fake_say_bank(world->fake, OK, THREEDS_C);
    assert_ok(redirect_try(world, &create.view.authentication, &work));
    struct str session = work.flow.session;
    world_advance(world, 6 * 3600 - 60);
    assert_int_equal(authentication_now(world, create.view.payment.id), AUTHENTICATION_ATTEMPTED);
    world_advance(world, 60);
    assert_int_equal(authentication_now(world, create.view.payment.id), AUTHENTICATION_EXPIRED);
    assert_int_equal(state_now(world, create.view.payment.id), PAYMENT_FAILED);
    assert_ok(return_try(world, session, &work));
    assert_false(work.challenge);
    assert_str(work.go, "https://shop.example/3ds");
    assert_int_equal(authentication_now(world, create.view.payment.id), AUTHENTICATION_EXPIRED);
    assert_int_equal(world->fake->lookup_count, 1);
    world_is_sound(world);
    world_free(world);
}

CASE(successful_authentication_does_not_expire)
{
    struct world *world = world_new();
    struct payment_create create = asked(world);
    struct page_authenticate work;

    assert_ok(redirect_try(world, &create.view.authentication, &work));
    world_advance(world, 7 * 3600);
    assert_int_equal(authentication_now(world, create.view.payment.id), AUTHENTICATION_SUCCESS);
    assert_int_equal(state_now(world, create.view.payment.id), PAYMENT_NEW);
    world_is_sound(world);
    world_free(world);
}

CASE(expired_page_authentication_lets_the_payer_try_again)
{
    struct world *world = world_new();
    struct payment payment = pay(world, draft_for_page(5000));
    struct page_submit submit;

    fake_say_bank(world->fake, OK, THREEDS_C);
    assert_ok(submit_try(world, payment.id, "t1", &submit));
    world_advance(world, 6 * 3600 + 1);
    assert_int_equal(state_now(world, payment.id), PAYMENT_FAILED);
    assert_int_equal(page_now(world, payment.id).state, PAGE_FORM);
    assert_ok(submit_try(world, payment.id, "t2", &submit));
    assert_int_equal(submit.flow.page.state, PAGE_PAID);
    world_advance(world, 6 * 3600 + 1);
    world_is_sound(world);
    world_free(world);
}

CASE(older_authentication_that_expires_leaves_the_payment_alone)
{
    struct world *world = world_new();
    struct payment_create create = asked(world);
    struct payment_change change = {.change = PAYMENT_SET_AMOUNT, .draft = draft_of(700)};

    world_advance(world, 3 * 3600);
    assert_ok(change_try(world, create.view.payment.id, &change));
    world_advance(world, 3 * 3600 + 60);
    assert_int_equal(state_now(world, create.view.payment.id), PAYMENT_NEW);
    world_advance(world, 3 * 3600);
    assert_int_equal(state_now(world, create.view.payment.id), PAYMENT_FAILED);
    world_is_sound(world);
    world_free(world);
}

CASE(pay_page_may_be_used_though_the_api_asked_first)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_for_page(5000);
    struct page_authenticate work;
    struct page_submit submit;
    struct payment_create create;

    draft.auth_asked = true;
    draft.card = card_inline(world, card_draft(VISA_OTHER));
    assert_ok(pay_try(world, draft, &create));
    assert_ok(submit_try(world, create.view.payment.id, "t1", &submit));
    assert_int_equal(submit.flow.page.state, PAGE_PAID);
    assert_string_equal(fake_last(world->fake, CARD_AUTHORISE).pan, VISA);
    assert_ok(redirect_try(world, &create.view.authentication, &work));
    assert_int_equal(world->fake->lookup_count, 1);
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 1);
    world_advance(world, 6 * 3600 + 60);
    assert_int_equal(state_now(world, create.view.payment.id), PAYMENT_TO_CAPTURE);
    world_is_sound(world);
    world_free(world);
}

UNIT_MAIN(T(card_with_auth_is_available_and_nothing_is_asked_yet),
          T(auth_without_a_card_waits_for_one), T(payer_without_a_challenge_comes_straight_back),
          T(challenge_then_return_then_the_merchant_captures_with_the_proof),
          T(banks_word_decides_the_state), T(challenge_that_breaks_has_failed),
          T(unknown_link_is_not_found), T(a_link_is_forgotten_after_a_month),
          T(authentication_expires_after_six_hours_and_the_payment_has_failed),
          T(successful_authentication_does_not_expire),
          T(expired_page_authentication_lets_the_payer_try_again),
          T(older_authentication_that_expires_leaves_the_payment_alone),
          T(pay_page_may_be_used_though_the_api_asked_first))
