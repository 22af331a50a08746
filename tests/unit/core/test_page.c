#include "support/core_page.h"

static struct payment page_payment(struct world *world)
{
    return pay(world, draft_for_page(5000));
}

/* --- who has a page --- */

CASE(page_needs_a_public_key_and_a_payment_of_its_merchant)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct ctx *cx = world_ctx(world);
    struct str path = str_format(cx->arena, "paym_%s", payment.id.raw);
    struct str public_key = world->made.keys.public_key;
    struct pay_page page;
    struct payment_id nobody;

    assert_ok(page_open(&world->core, cx, public_key, path, &page));
    assert_int_equal(page.state, PAGE_FORM);
    assert_int_equal(page.problem, PROBLEM_NONE);
    assert_int_equal(page.mode, MODE_TEST);
    assert_str(page.merchant.name, "Atelier Exemple SARL");
    assert_int_equal(page_open(&world->core, cx, world->made.keys.secret_key, path, &page),
                     ERR_NOT_FOUND);
    assert_int_equal(page_open(&world->core, cx, STR("ptest_nothing"), path, &page), ERR_NOT_FOUND);
    assert_int_equal(page_open(&world->core, cx, public_key, str_of(payment.id.raw), &page),
                     ERR_NOT_FOUND);
    assert_int_equal(page_open(&world->core, cx, public_key, STR("paym_short"), &page),
                     ERR_NOT_FOUND);
    ID_NEW(cx->ids, &nobody);
    path = str_format(cx->arena, "paym_%s", nobody.raw);
    assert_int_equal(page_open(&world->core, cx, public_key, path, &page), ERR_NOT_FOUND);
    assert_int_equal(cx->fault_count, 0);
    world_free(world);
}

CASE(page_needs_a_description_and_a_return_url)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_for_page(5000);
    struct pay_page page;

    draft.description = STR_NONE;
    assert_int_equal(page_of_payment(world, pay(world, draft).id, &page), ERR_NOT_FOUND);
    draft = draft_for_page(5000);
    draft.return_url = STR_NONE;
    assert_int_equal(page_of_payment(world, pay(world, draft).id, &page), ERR_NOT_FOUND);
    world_free(world);
}

CASE(page_lives_24_hours)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_submit submit = submit_of(world, payment.id, "t1");
    struct ctx *cx = world->cx;

    cx->now = payment.created + 24 * HOUR_US - 1;
    assert_false(payment_page_over(&world->core, cx, &payment));
    cx->now = payment.created + 24 * HOUR_US;
    assert_true(payment_page_over(&world->core, cx, &payment));
    world_stop_at(world, payment.created + 24 * HOUR_US);
    assert_int_equal(submit_run(world, &submit), ERR_STATE);
    assert_int_equal(submit.flow.page.state, PAGE_OVER);
    assert_int_equal(world->fake->call_count, 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_NEW);
    world_stop_at(world, payment.created + 24 * HOUR_US - 1);
    submit = submit_of(world, payment.id, "t1");
    assert_ok(submit_run(world, &submit));
    assert_int_equal(submit.flow.page.state, PAGE_PAID);
    world_is_sound(world);
    world_free(world);
}

/* --- paying --- */

CASE(payer_whom_the_bank_knows_pays_at_once)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_submit submit;

    assert_ok(submit_try(world, payment.id, "t1", &submit));
    assert_int_equal(submit.flow.page.state, PAGE_PAID);
    assert_false(submit.again);
    struct fake_call call = fake_last(world->fake, CARD_AUTHORISE);
    assert_true(call.payer_present);
    assert_string_equal(call.eci, "05");
    assert_string_equal(call.cvc, "123");
    assert_false(world->fake->lookups[0].challenge_mandated);
    payment = payment_now(world, payment.id);
    assert_int_equal(payment.state, PAYMENT_TO_CAPTURE);
    assert_int_equal(payment.fee_minor, 130);
    assert_int_equal(authentication_now(world, payment.id), AUTHENTICATION_SUCCESS);
    assert_int_equal(page_now(world, payment.id).state, PAGE_PAID);
    world_is_sound(world);
    world_free(world);
}

CASE(page_of_a_hold_holds)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_for_page(5000);
    struct page_submit submit;

    draft.capture = false;
    struct payment payment = pay(world, draft);
    assert_ok(submit_try(world, payment.id, "t1", &submit));
    assert_int_equal(submit.flow.page.state, PAGE_PAID);
    assert_int_equal(state_now(world, payment.id), PAYMENT_AUTHORIZED);
    world_is_sound(world);
    world_free(world);
}

CASE(payer_sent_to_the_bank_comes_back_and_has_paid)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_authenticate work;
    struct page_submit submit;

    fake_say_bank(world->fake, OK, THREEDS_C);
    assert_ok(submit_try(world, payment.id, "t1", &submit));
    assert_int_equal(submit.flow.page.state, PAGE_CHALLENGE);
    assert_str(submit.flow.page.view.authentication.acs_url, "http://127.0.0.1:1/acs");
    assert_str(submit.flow.page.view.authentication.creq, "Y3JlcQ");
    assert_true(submit.flow.session.len > 0);
    assert_int_equal(world->fake->call_count, 0);
    assert_int_equal(page_now(world, payment.id).state, PAGE_CHALLENGE);

    fake_say_bank(world->fake, OK, THREEDS_Y);
    assert_ok(return_try(world, submit.flow.session, &work));
    assert_false(work.challenge);
    assert_str(work.go, PAGE_PATH);
    assert_int_equal(work.flow.page.state, PAGE_PAID);
    assert_true(world->fake->lookups[1].result_only);
    assert_string_equal(world->fake->lookups[1].acs_trans_id,
                        "11111111-2222-4333-8444-000000000001");
    assert_string_equal(fake_last(world->fake, CARD_AUTHORISE).cvc, "123");
    assert_int_equal(state_now(world, payment.id), PAYMENT_TO_CAPTURE);
    world_is_sound(world);
    world_free(world);
}

CASE(payer_coming_back_twice_pays_once)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_authenticate work;
    struct page_submit submit;

    fake_say_bank(world->fake, OK, THREEDS_C);
    assert_ok(submit_try(world, payment.id, "t1", &submit));
    assert_ok(return_try(world, submit.flow.session, &work));
    assert_ok(return_try(world, submit.flow.session, &work));
    assert_str(work.go, PAGE_PATH);
    assert_int_equal(work.flow.page.state, PAGE_PAID);
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 1);
    assert_int_equal(world->fake->lookup_count, 2);
    world_is_sound(world);
    world_free(world);
}

CASE(two_returns_at_once_pay_once)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_authenticate works[2];
    struct page_submit submit;
    bool done[2];

    fake_say_bank(world->fake, OK, THREEDS_C);
    assert_ok(submit_try(world, payment.id, "t1", &submit));
    for (size_t i = 0; i < 2; i++) {
        works[i] = (struct page_authenticate){.token = submit.flow.session};
        world_begin(world, &works[i].operation, &done[i]);
        page_return(&works[i]);
    }
    for (size_t i = 0; i < 2; i++) {
        world_pump(world, &done[i]);
        assert_ok(works[i].operation.result);
        assert_str(works[i].go, PAGE_PATH);
    }
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 1);
    assert_int_equal(state_now(world, payment.id), PAYMENT_TO_CAPTURE);
    world_is_sound(world);
    world_free(world);
}

CASE(refused_authentication_leaves_the_form_with_its_reason)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_submit submit;

    fake_say_bank(world->fake, OK, THREEDS_N);
    assert_ok(submit_try(world, payment.id, "t1", &submit));
    assert_int_equal(submit.flow.page.state, PAGE_FORM);
    assert_int_equal(submit.flow.page.problem, PROBLEM_AUTHENTICATION);
    assert_int_equal(world->fake->call_count, 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_NEW);
    assert_int_equal(authentication_now(world, payment.id), AUTHENTICATION_DECLINED);
    assert_ok(submit_try(world, payment.id, "t2", &submit));
    assert_int_equal(submit.flow.page.state, PAGE_PAID);
    world_is_sound(world);
    world_free(world);
}

CASE(bank_that_breaks_in_the_challenge_leaves_the_form)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_authenticate work;
    struct page_submit submit;

    fake_say_bank(world->fake, OK, THREEDS_C);
    fake_say_bank(world->fake, ERR_UNAVAILABLE, THREEDS_Y);
    assert_ok(submit_try(world, payment.id, "t1", &submit));
    assert_ok(return_try(world, submit.flow.session, &work));
    assert_int_equal(work.flow.page.state, PAGE_FORM);
    assert_int_equal(work.flow.page.problem, PROBLEM_TECHNICAL);
    assert_int_equal(authentication_now(world, payment.id), AUTHENTICATION_FAILED);
    fake_say_bank(world->fake, OK, THREEDS_C);
    fake_say_bank(world->fake, OK, THREEDS_U);
    assert_ok(submit_try(world, payment.id, "t2", &submit));
    assert_ok(return_try(world, submit.flow.session, &work));
    assert_int_equal(work.flow.page.state, PAGE_FORM);
    assert_int_equal(work.flow.page.problem, PROBLEM_TECHNICAL);
    assert_int_equal(authentication_now(world, payment.id), AUTHENTICATION_UNAVAILABLE);
    assert_int_equal(world->fake->call_count, 0);
    world_is_sound(world);
    world_free(world);
}

CASE(authentication_that_is_not_to_be_had_fails_by_default)
{
    static const struct fake_word WORDS[] = {
        {OK,              THREEDS_U},
        {ERR_UNAVAILABLE, THREEDS_Y}
    };

    for (size_t i = 0; i < ARRAY_LEN(WORDS); i++) {
        struct world *world = world_new();
        struct payment payment = page_payment(world);
        struct page_submit submit;

        fake_say_bank(world->fake, WORDS[i].result, WORDS[i].status);
        assert_ok(submit_try(world, payment.id, "t1", &submit));
        assert_int_equal(submit.flow.page.state, PAGE_FORM);
        assert_int_equal(submit.flow.page.problem, PROBLEM_TECHNICAL);
        assert_int_equal(world->fake->call_count, 0);
        assert_int_equal(state_now(world, payment.id), PAYMENT_FAILED);
        assert_int_equal(authentication_now(world, payment.id), AUTHENTICATION_UNAVAILABLE);
        assert_ok(submit_try(world, payment.id, "t2", &submit));
        assert_int_equal(submit.flow.page.state, PAGE_PAID);
        world_is_sound(world);
        world_free(world);
    }
}

CASE(authentication_that_is_not_to_be_had_goes_on_where_the_merchant_says_so)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_submit submit;

    world_set(world, "on_3ds_unavailable", "continue");
    fake_say_bank(world->fake, OK, THREEDS_U);
    assert_ok(submit_try(world, payment.id, "t1", &submit));
    assert_int_equal(submit.flow.page.state, PAGE_PAID);
    assert_string_equal(fake_last(world->fake, CARD_AUTHORISE).eci, "");
    assert_string_equal(fake_last(world->fake, CARD_AUTHORISE).cvc, "123");
    world_is_sound(world);
    world_free(world);
}

CASE(lost_security_code_is_asked_for_again)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_authenticate work;
    struct page_submit submit;

    fake_say_bank(world->fake, OK, THREEDS_C);
    assert_ok(submit_try(world, payment.id, "t1", &submit));
    world_restart(world);
    assert_ok(return_try(world, submit.flow.session, &work));
    assert_int_equal(work.flow.page.state, PAGE_FORM);
    assert_int_equal(work.flow.page.problem, PROBLEM_CARD_AGAIN);
    assert_int_equal(world->fake->call_count, 0);
    assert_ok(submit_try(world, payment.id, "t2", &submit));
    assert_int_equal(submit.flow.page.state, PAGE_PAID);
    world_is_sound(world);
    world_free(world);
}

CASE(only_a_maestro_card_pays_without_a_security_code)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_submit submit = submit_of(world, payment.id, "t1");

    submit.card.cvc = STR_NONE;
    assert_ok(submit_run(world, &submit));
    assert_int_equal(submit.flow.page.state, PAGE_FORM);
    assert_int_equal(submit.flow.page.problem, PROBLEM_CARD_AGAIN);
    assert_int_equal(world->fake->call_count, 0);
    submit = submit_of(world, payment.id, "t2");
    submit.card = card_draft("6759649826438453");
    submit.card.cvc = STR_NONE;
    assert_ok(submit_run(world, &submit));
    assert_int_equal(submit.flow.page.state, PAGE_PAID);
    assert_string_equal(fake_last(world->fake, CARD_AUTHORISE).cvc, "");
    world_free(world);
}

CASE(soft_decline_goes_round_once_and_succeeds)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_authenticate work;
    struct page_submit submit;

    fake_say(world->fake, CARD_AUTHORISE, CARD_SOFT_DECLINED, "A1");
    fake_say_bank(world->fake, OK, THREEDS_Y);
    fake_say_bank(world->fake, OK, THREEDS_C);
    assert_ok(submit_try(world, payment.id, "t1", &submit));
    assert_int_equal(submit.flow.page.state, PAGE_CHALLENGE);
    assert_true(world->fake->lookups[1].challenge_mandated);
    assert_ok(return_try(world, submit.flow.session, &work));
    assert_int_equal(work.flow.page.state, PAGE_PAID);
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 2);
    assert_int_equal(fake_last(world->fake, CARD_AUTHORISE).trace.stan, 2);
    assert_int_equal(state_now(world, payment.id), PAYMENT_TO_CAPTURE);
    world_is_sound(world);
    world_free(world);
}

CASE(soft_decline_goes_round_once_only)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_submit submit;

    fake_say(world->fake, CARD_AUTHORISE, CARD_SOFT_DECLINED, "A1");
    fake_say(world->fake, CARD_AUTHORISE, CARD_SOFT_DECLINED, "A1");
    assert_ok(submit_try(world, payment.id, "t1", &submit));
    assert_int_equal(submit.flow.page.state, PAGE_FORM);
    assert_int_equal(submit.flow.page.problem, PROBLEM_AUTHENTICATION);
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 2);
    assert_int_equal(world->fake->lookup_count, 2);
    assert_int_equal(state_now(world, payment.id), PAYMENT_REFUSED);
    assert_str(payment_now(world, payment.id).response, "A1");
    world_is_sound(world);
    world_free(world);
}

CASE(refusals_tell_four_families_only)
{
    static const struct {
        const char *response;
        enum page_problem problem;
    } FAMILIES[] = {
        {"51", PROBLEM_REFUSED   },
        {"41", PROBLEM_REFUSED   },
        {"54", PROBLEM_CHECK_CARD},
        {"96", PROBLEM_TECHNICAL },
    };
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_submit submit;

    for (size_t i = 0; i < ARRAY_LEN(FAMILIES); i++) {
        fake_say(world->fake, CARD_AUTHORISE, CARD_DECLINED, FAMILIES[i].response);
        assert_ok(submit_try(world, payment.id, FAMILIES[i].response, &submit));
        assert_int_equal(submit.flow.page.state, PAGE_FORM);
        assert_int_equal(submit.flow.page.problem, FAMILIES[i].problem);
    }
    fake_say(world->fake, CARD_AUTHORISE, CARD_UNREACHABLE, "91");
    assert_ok(submit_try(world, payment.id, "91", &submit));
    assert_int_equal(submit.flow.page.problem, PROBLEM_TECHNICAL);
    world_is_sound(world);
    world_free(world);
}

CASE(expired_card_is_refused_before_anything_is_written)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_submit submit = submit_of(world, payment.id, "t1");

    submit.card.exp_year = 2030;
    assert_int_equal(submit_run(world, &submit), ERR_INVALID);
    assert_string_equal(fault_of(&submit.operation)->field, "exp_year");
    assert_int_equal(state_now(world, payment.id), PAYMENT_NEW);
    submit = submit_of(world, payment.id, "t1");
    assert_ok(submit_run(world, &submit));
    assert_int_equal(submit.flow.page.state, PAGE_PAID);
    world_free(world);
}

/* --- submitted twice --- */

CASE(same_form_sent_twice_is_one_attempt)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_submit submit;
    char cvc[CVC_MAX + 1];

    assert_ok(submit_try(world, payment.id, "t1", &submit));
    assert_ok(submit_try(world, payment.id, "t1", &submit));
    assert_true(submit.again);
    assert_int_equal(submit.flow.page.state, PAGE_PAID);
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 1);
    assert_false(cvc_take(world->cvc, submit.sealed.id.raw, cvc));
    world_is_sound(world);
    world_free(world);
}

CASE(same_form_sent_twice_at_once_is_one_attempt)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_submit submits[2];
    bool done[2];

    for (size_t i = 0; i < 2; i++) {
        submits[i] = submit_of(world, payment.id, "t1");
        world_begin(world, &submits[i].operation, &done[i]);
    }
    for (size_t i = 0; i < 2; i++)
        page_submit(&submits[i]);
    for (size_t i = 0; i < 2; i++) {
        world_pump(world, &done[i]);
        assert_ok(submits[i].operation.result);
    }
    assert_false(submits[0].again);
    assert_true(submits[1].again);
    assert_int_equal(submits[1].flow.page.state, PAGE_WAITING);
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(two_windows_at_once_pay_once)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_submit submits[2];
    bool done[2];

    for (size_t i = 0; i < 2; i++) {
        submits[i] = submit_of(world, payment.id, i == 0 ? "t1" : "t2");
        world_begin(world, &submits[i].operation, &done[i]);
    }
    for (size_t i = 0; i < 2; i++)
        page_submit(&submits[i]);
    for (size_t i = 0; i < 2; i++)
        world_pump(world, &done[i]);
    assert_int_equal(submits[0].operation.result, OK);
    assert_int_equal(submits[1].operation.result, ERR_STATE);
    assert_int_equal(submits[1].flow.page.state, PAGE_WAITING);
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(new_form_during_the_challenge_takes_its_place)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_authenticate work;
    struct page_submit first;
    struct page_submit second;

    fake_say_bank(world->fake, OK, THREEDS_C);
    assert_ok(submit_try(world, payment.id, "t1", &first));
    assert_ok(submit_try(world, payment.id, "t2", &second));
    assert_int_equal(second.flow.page.state, PAGE_PAID);
    assert_ok(return_try(world, first.flow.session, &work));
    assert_int_equal(work.flow.page.state, PAGE_PAID);
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(payer_is_charged_only_what_the_bank_asked_about)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct payment_change change = {.change = PAYMENT_SET_AMOUNT, .draft = draft_of(99900)};
    struct page_authenticate work;
    struct page_submit submit;

    fake_say_bank(world->fake, OK, THREEDS_C);
    assert_ok(submit_try(world, payment.id, "t1", &submit));
    assert_ok(change_try(world, payment.id, &change));
    assert_int_equal(state_now(world, payment.id), PAYMENT_NEW);
    assert_ok(return_try(world, submit.flow.session, &work));
    assert_int_equal(work.flow.page.state, PAGE_FORM);
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 0);
    assert_ok(submit_try(world, payment.id, "t2", &submit));
    assert_int_equal(fake_last(world->fake, CARD_AUTHORISE).amount.minor, 99900);
    world_is_sound(world);
    world_free(world);
}

CASE(payer_pays_only_the_amount_that_the_form_showed)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct payment_change change = {.change = PAYMENT_SET_AMOUNT, .draft = draft_of(99900)};
    struct page_submit submit = submit_of(world, payment.id, "t1");

    assert_ok(change_try(world, payment.id, &change));
    assert_int_equal(submit_run(world, &submit), ERR_STATE);
    assert_int_equal(submit.flow.page.state, PAGE_FORM);
    assert_int_equal(submit.flow.page.view.payment.amount.minor, 99900);
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(paid_page_takes_no_second_payment)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_submit submit;

    assert_ok(submit_try(world, payment.id, "t1", &submit));
    assert_int_equal(submit_try(world, payment.id, "t2", &submit), ERR_STATE);
    assert_int_equal(submit.flow.page.state, PAGE_PAID);
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 1);
    refund(world, payment.id, WHOLE);
    assert_int_equal(submit_try(world, payment.id, "t3", &submit), ERR_STATE);
    assert_int_equal(submit.flow.page.state, PAGE_CANCELED);
    world_free(world);
}

CASE(page_without_cards_takes_none)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_for_page(5000);
    struct page_submit submit;

    draft.methods = 1U << METHOD_SEPA;
    assert_int_equal(submit_try(world, pay(world, draft).id, "t1", &submit), ERR_STATE);
    assert_int_equal(world->fake->lookup_count, 0);
    world_free(world);
}

CASE(lookup_lost_with_the_process_gives_the_form_back)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_submit *submit = arena_make(world->cx->arena, struct page_submit);
    struct page_submit again;
    bool done;

    *submit = submit_of(world, payment.id, "t1");
    world->fake->silent = true;
    world_begin(world, &submit->operation, &done);
    page_submit(submit);
    world_pump_kept(world, 1);
    assert_int_equal(page_now(world, payment.id).state, PAGE_WAITING);
    world_restart(world);
    again = submit_of(world, payment.id, "t2");
    assert_int_equal(submit_run(world, &again), ERR_STATE);
    world_stop_at(world, payment.created + 60 * SECOND_US);
    again = submit_of(world, payment.id, "t2");
    assert_ok(submit_run(world, &again));
    assert_int_equal(again.flow.page.state, PAGE_PAID);
    world_is_sound(world);
    world_free(world);
}

/* --- too many refusals --- */

CASE(fifth_refusal_pauses_the_payment_for_15_minutes)
{
    static const char *const TOKENS[] = {"t1", "t2", "t3", "t4", "t5"};
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_submit submit;

    world_stop_at(world, payment.created);
    for (size_t i = 0; i < 5; i++) {
        fake_say(world->fake, CARD_AUTHORISE, CARD_DECLINED, "05");
        assert_ok(submit_try(world, payment.id, TOKENS[i], &submit));
        assert_int_equal(submit.flow.page.state, i < 4 ? PAGE_FORM : PAGE_PAUSED);
    }
    instant until = payment_now(world, payment.id).paused_until;
    assert_int_equal(until - payment.created, 15 * MINUTE_US);
    world_stop_at(world, until - 1);
    assert_int_equal(submit_try(world, payment.id, "t6", &submit), ERR_STATE);
    assert_int_equal(submit.flow.page.state, PAGE_PAUSED);
    world_stop_at(world, until);
    assert_ok(submit_try(world, payment.id, "t6", &submit));
    assert_int_equal(submit.flow.page.state, PAGE_PAID);
    world_is_sound(world);
    world_free(world);
}

static err_t submit_from(struct world *world, struct payment_id id, const char *ip, bool local,
                         const char *token, struct page_submit *submit)
{
    *submit = submit_of(world, id, token);
    submit->flow.browser = browser_of(ip);
    submit->flow.browser.local = local;
    return submit_run(world, submit);
}

CASE(tenth_refusal_from_an_address_pauses_it_on_every_page)
{
    struct world *world = world_new();
    struct page_submit submit;

    world_stop_at(world, WORLD_START + HOUR_US / 2);
    for (int i = 0; i < 10; i++) {
        fake_say(world->fake, CARD_AUTHORISE, CARD_DECLINED, "05");
        assert_ok(submit_from(world, page_payment(world).id, "192.0.2.7", false, "t1", &submit));
    }
    struct payment payment = page_payment(world);
    assert_int_equal(submit_from(world, payment.id, "192.0.2.7", false, "t1", &submit), ERR_STATE);
    assert_int_equal(submit.flow.page.state, PAGE_PAUSED);
    assert_int_equal(submit.flow.page.view.payment.paused_until,
                     WORLD_START + HOUR_US / 2 + 15 * MINUTE_US);
    assert_ok(submit_from(world, page_payment(world).id, "192.0.2.8", false, "t1", &submit));
    world_stop_at(world, WORLD_START + HOUR_US / 2 + 15 * MINUTE_US);
    assert_ok(submit_from(world, payment.id, "192.0.2.7", false, "t1", &submit));
    assert_int_equal(submit.flow.page.state, PAGE_PAID);
    world_is_sound(world);
    world_free(world);
}

CASE(loopback_is_not_counted_in_test_mode)
{
    struct world *world = world_new();
    struct page_submit submit;

    for (int i = 0; i < 11; i++) {
        fake_say(world->fake, CARD_AUTHORISE, CARD_DECLINED, "05");
        assert_ok(submit_from(world, page_payment(world).id, "127.0.0.1", true, "t1", &submit));
    }
    world_free(world);
}

/* --- the session that the bank carries --- */

CASE(session_that_was_tampered_with_is_not_ours)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_authenticate work;
    struct page_submit submit;

    fake_say_bank(world->fake, OK, THREEDS_C);
    assert_ok(submit_try(world, payment.id, "t1", &submit));
    struct str session = submit.flow.session;
    for (size_t i = 0; i < session.len; i++) {
        char *changed = arena_alloc(world->cx->arena, session.len + 1);
        memcpy(changed, session.ptr, session.len);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        assert_int_equal(return_try(world, (struct str){changed, session.len}, &work),
                         ERR_NOT_FOUND);
    }
    for (size_t len = 0; len < session.len; len++)
        assert_int_equal(return_try(world, (struct str){session.ptr, len}, &work), ERR_NOT_FOUND);
    assert_int_equal(return_try(world, STR("*"), &work), ERR_NOT_FOUND);
    assert_int_equal(world->fake->lookup_count, 1);
    assert_ok(return_try(world, session, &work));
    assert_int_equal(work.flow.page.state, PAGE_PAID);
    world_free(world);
}

CASE(session_of_another_process_key_is_not_ours)
{
    struct world *world = world_new();
    struct payment payment = page_payment(world);
    struct page_authenticate work;
    struct page_submit submit;

    fake_say_bank(world->fake, OK, THREEDS_C);
    assert_ok(submit_try(world, payment.id, "t1", &submit));
    world->core.page_key[0] ^= 1;
    assert_int_equal(return_try(world, submit.flow.session, &work), ERR_NOT_FOUND);
    world_free(world);
}

UNIT_MAIN(T(page_needs_a_public_key_and_a_payment_of_its_merchant),
          T(page_needs_a_description_and_a_return_url), T(page_lives_24_hours),
          T(payer_whom_the_bank_knows_pays_at_once), T(page_of_a_hold_holds),
          T(payer_sent_to_the_bank_comes_back_and_has_paid), T(payer_coming_back_twice_pays_once),
          T(two_returns_at_once_pay_once),
          T(refused_authentication_leaves_the_form_with_its_reason),
          T(bank_that_breaks_in_the_challenge_leaves_the_form),
          T(authentication_that_is_not_to_be_had_fails_by_default),
          T(authentication_that_is_not_to_be_had_goes_on_where_the_merchant_says_so),
          T(lost_security_code_is_asked_for_again),
          T(only_a_maestro_card_pays_without_a_security_code),
          T(soft_decline_goes_round_once_and_succeeds), T(soft_decline_goes_round_once_only),
          T(refusals_tell_four_families_only),
          T(expired_card_is_refused_before_anything_is_written),
          T(same_form_sent_twice_is_one_attempt), T(same_form_sent_twice_at_once_is_one_attempt),
          T(two_windows_at_once_pay_once), T(new_form_during_the_challenge_takes_its_place),
          T(payer_is_charged_only_what_the_bank_asked_about),
          T(payer_pays_only_the_amount_that_the_form_showed), T(paid_page_takes_no_second_payment),
          T(page_without_cards_takes_none), T(lookup_lost_with_the_process_gives_the_form_back),
          T(fifth_refusal_pauses_the_payment_for_15_minutes),
          T(tenth_refusal_from_an_address_pauses_it_on_every_page),
          T(loopback_is_not_counted_in_test_mode), T(session_that_was_tampered_with_is_not_ours),
          T(session_of_another_process_key_is_not_ours))
