#include "core/holder.h"
#include "core/idempotency.h"
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

/* --- several servers --- */

static int64_t recover_dead(struct world *world, struct holder *holder)
{
    int64_t recovered;

    world->core.holder = holder;
    assert_ok(recovery_of_dead(&world->core, world_ctx(world), &recovered));
    return recovered;
}

static struct str nothing_to_say(struct operation *operation, int *status)
{
    const struct payment_create *create = (const struct payment_create *)operation;

    *status = 200;
    return str_of(payment_state_text(create->view.payment.state));
}

/* Two servers: the first one's call is under way when its lease ends. */
struct pair {
    struct world *world;
    struct holder *first;
    struct holder *second;
    struct payment_create create;
    bool done;
    struct idempotent key;
};

static struct idempotent key_make(struct world *world)
{
    struct idempotent key = {.render = nothing_to_say};

    assert_ok(idempotency_read(&world->core, world_ctx(world), STR("k"), STR("POST"), STR("/v2"),
                               STR("body"), &key));
    return key;
}

static struct pair *pair_new(void)
{
    struct world *world = world_new();
    struct pair *pair = arena_make(world->cx->arena, struct pair);

    pair->world = world;
    assert_ok(holder_join(world_ctx(world), world->store, &pair->first));
    assert_ok(holder_join(world_ctx(world), world->store, &pair->second));
    world->fake->silent = true;
    world->core.holder = pair->first;
    pair->key = key_make(world);
    pair->create = (struct payment_create){.merchant = &world->merchant,
                                           .draft = draft_with_card(world, 5000)};
    pair->create.operation.idempotent = &pair->key;
    world_begin(world, &pair->create.operation, &pair->done);
    payment_create(&pair->create);
    world_pump_kept(world, 1);
    return pair;
}

static void pair_free(struct pair *pair)
{
    holder_free(pair->first);
    holder_free(pair->second);
    world_free(pair->world);
}

static struct idempotent twin(struct pair *pair, err_t expected)
{
    struct world *world = pair->world;
    struct idempotent key = key_make(world);
    struct payment_create create = {.merchant = &world->merchant,
                                    .draft = draft_with_card(world, 5000)};

    create.operation.idempotent = &key;
    WORLD_RUN(world, &create, payment_create);
    assert_int_equal(create.operation.result, expected);
    return key;
}

CASE(attempt_of_a_server_that_lives_is_left_to_it)
{
    struct pair *pair = pair_new();
    struct world *world = pair->world;

    assert_int_equal(recover_dead(world, pair->second), 0);
    assert_int_equal(recover(world), 0); /* nor at the start of another one */
    assert_int_equal(state_now(world, pair->create.view.payment.id), PAYMENT_AUTHORIZING);
    fake_answer_kept(world->fake);
    world_pump(world, &pair->done);
    assert_int_equal(state_now(world, pair->create.view.payment.id), PAYMENT_TO_CAPTURE);
    world_is_sound(world);
    pair_free(pair);
}

static size_t left_to(struct pair *pair, const struct holder *holder)
{
    struct world *world = pair->world;
    struct attempt_left left;
    size_t count;

    assert_ok(
        attempt_left(world_ctx(world), world_read(world), holder, INT64_MAX / 2, &left, 1, &count));
    return count;
}

/* However old they seem: the clock that made their ids may be wrong, or one's own. */
CASE(attempts_of_a_server_that_lives_are_swept_by_itself)
{
    struct pair *pair = pair_new();

    assert_int_equal(left_to(pair, pair->second), 0);
    assert_int_equal(left_to(pair, pair->first), 1);
    assert_int_equal(left_to(pair, NULL), 1); /* one that is alone */
    assert_ok(holder_leave(world_ctx(pair->world), pair->first));
    assert_int_equal(left_to(pair, pair->second), 1);
    pair_free(pair);
}

CASE(attempt_of_a_server_that_is_gone_is_taken_back_by_another)
{
    struct pair *pair = pair_new();
    struct world *world = pair->world;
    struct payment_id id = pair->create.view.payment.id;

    assert_ok(holder_leave(world_ctx(world), pair->first));
    assert_int_equal(recover_dead(world, pair->second), 1);
    struct payment payment = payment_now(world, id);
    assert_int_equal(payment.state, PAYMENT_FAILED);
    assert_str(payment.response, "68");
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM holder"), 1);
    assert_int_equal(recover_dead(world, pair->second), 0);
    /* It was not dead after all: what comes too late changes nothing. */
    world->core.holder = pair->first;
    fake_answer_kept(world->fake);
    world_pump(world, &pair->done);
    assert_int_equal(state_now(world, id), PAYMENT_FAILED);
    world->fake->silent = false;
    world->core.holder = NULL;
    world_work(world);
    assert_int_equal(attempt_now(world, payment.attempt).state, ATTEMPT_REVERSED);
    world_is_sound(world);
    pair_free(pair);
}

CASE(twin_on_another_server_waits_until_the_first_has_its_answer)
{
    struct pair *pair = pair_new();
    struct world *world = pair->world;

    world->core.holder = pair->second;
    assert_true(twin(pair, ERR_BUSY).running);
    world->core.holder = pair->first;
    fake_answer_kept(world->fake);
    world_pump(world, &pair->done);
    world->core.holder = pair->second;
    struct idempotent key = twin(pair, OK);
    assert_true(key.replayed);
    assert_str(key.answer, "to_capture");
    world_is_sound(world);
    pair_free(pair);
}

CASE(twin_of_a_call_whose_server_is_gone_gets_an_answer_when_that_is_settled)
{
    struct pair *pair = pair_new();
    struct world *world = pair->world;

    assert_ok(holder_leave(world_ctx(world), pair->first));
    world->core.holder = pair->second;
    assert_true(twin(pair, ERR_BUSY).running);
    assert_int_equal(recover_dead(world, pair->second), 1);
    assert_str(twin(pair, OK).answer, "failed");
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM payment"), 1);
    world_is_sound(world);
    pair_free(pair);
}

UNIT_MAIN(T(authorisation_without_an_answer_is_taken_back_at_the_start),
          T(answered_authorisations_are_left_alone), T(sweep_waits_until_no_answer_can_come),
          T(capture_cut_by_a_crash_is_repeated_as_it_was), T(many_left_are_all_taken_back),
          T(attempt_of_a_server_that_lives_is_left_to_it),
          T(attempts_of_a_server_that_lives_are_swept_by_itself),
          T(attempt_of_a_server_that_is_gone_is_taken_back_by_another),
          T(twin_on_another_server_waits_until_the_first_has_its_answer),
          T(twin_of_a_call_whose_server_is_gone_gets_an_answer_when_that_is_settled))
