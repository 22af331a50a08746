#include "support/core_raw.h"

/* What a crash leaves open. */

/* A payment of which the process knows no answer when it dies. */
static struct payment_id left_by_a_crash(struct world *world)
{
    struct payment_create *create = arena_make(world->cx->arena, struct payment_create);
    bool done;

    world->fake->silent = true;
    *create = (struct payment_create){.merchant = &world->merchant,
                                      .draft = draft_with_card(world, 5000)};
    world_begin(world, &create->operation, &done);
    payment_create(create);
    world_pump_kept(world, 1);
    struct payment_id id = create->view.payment.id;
    world_restart(world);
    return id;
}

static int64_t recover(struct world *world)
{
    int64_t recovered;

    assert_ok(recovery_start(&world->core, world_ctx(world), &recovered));
    return recovered;
}

CASE(authorisation_without_an_answer_is_taken_back_at_the_start)
{
    struct world *world = world_new();
    struct payment_id id = left_by_a_crash(world);

    assert_int_equal(state_now(world, id), PAYMENT_AUTHORIZING);
    assert_int_equal(recover(world), 1);
    struct payment payment = payment_now(world, id);
    assert_int_equal(payment.state, PAYMENT_FAILED);
    assert_str(payment.response, "68");
    assert_int_equal(attempt_now(world, payment.attempt).state, ATTEMPT_UNKNOWN);
    world_is_sound(world);
    assert_int_equal(recover(world), 0);
    world_work(world);
    struct fake_call call = fake_last(world->fake, CARD_REVERSE);
    assert_string_equal(call.original.rrn, attempt_now(world, payment.attempt).trace.rrn);
    assert_int_equal(attempt_now(world, payment.attempt).state, ATTEMPT_REVERSED);
    world_is_sound(world);
    world_free(world);
}

CASE(answered_authorisations_are_left_alone)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 5000);

    fake_say(world->fake, CARD_AUTHORISE, CARD_DECLINED, "51");
    pay(world, draft_with_card(world, 5000));
    pay(world, draft_of(5000));
    world_restart(world);
    assert_int_equal(recover(world), 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_TO_CAPTURE);
    world_is_sound(world);
    world_free(world);
}

CASE(sweep_waits_until_no_answer_can_come)
{
    struct world *world = world_new();
    struct payment_id id = left_by_a_crash(world);

    recovery_sweep(&world->core);
    assert_int_equal(state_now(world, id), PAYMENT_AUTHORIZING);
    world_free(world);
}

CASE(capture_cut_by_a_crash_is_repeated_as_it_was)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 5000);

    fake_say(world->fake, CARD_CAPTURE, CARD_UNKNOWN, "68");
    world_advance_to(world, 0, 21, 0);
    struct fake_call first = fake_last(world->fake, CARD_CAPTURE);
    world_restart(world);
    assert_int_equal(recover(world), 0);
    world_advance(world, 10);
    struct fake_call second = fake_last(world->fake, CARD_CAPTURE);
    assert_true(second.repeat);
    assert_string_equal(second.trace.rrn, first.trace.rrn);
    assert_int_equal(attempt_now(world, first.attempt).state, ATTEMPT_APPROVED);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURE_SENT);
    world_is_sound(world);
    world_free(world);
}

CASE(many_left_are_all_taken_back)
{
    enum { MANY = 20 };
    struct world *world = world_new();
    struct payment_create *creates = arena_array(world->cx->arena, struct payment_create, MANY);
    bool *done = arena_array(world->cx->arena, bool, MANY);

    world->fake->silent = true;
    for (size_t i = 0; i < MANY; i++) {
        creates[i] = (struct payment_create){.merchant = &world->merchant,
                                             .draft = draft_with_card(world, 5000)};
        world_begin(world, &creates[i].operation, &done[i]);
        payment_create(&creates[i]);
    }
    world_pump_kept(world, MANY);
    world_restart(world);
    assert_int_equal(recover(world), MANY);
    world_is_sound(world);
    world_work(world);
    assert_int_equal(fake_count(world->fake, CARD_REVERSE), MANY);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM card_attempt WHERE state IN"
                                         " ('sent', 'unknown')"),
                     0);
    world_is_sound(world);
    world_free(world);
}

UNIT_MAIN(T(authorisation_without_an_answer_is_taken_back_at_the_start),
          T(answered_authorisations_are_left_alone), T(sweep_waits_until_no_answer_can_come),
          T(capture_cut_by_a_crash_is_repeated_as_it_was), T(many_left_are_all_taken_back))
