#include "core/idempotency.h"

#include "support/core_calls.h"

/* An answer that tells the state and the payment. */
static struct str render(struct operation *operation, int *status)
{
    const struct payment_create *create = (const struct payment_create *)operation;

    *status = 200;
    return str_format(operation->cx->arena, "%s %s", payment_state_text(create->view.payment.state),
                      create->view.payment.id.raw);
}

static struct idempotent key_of(struct world *world, const char *key, const char *body)
{
    struct idempotent idempotent = {.render = render};

    assert_ok(idempotency_read(&world->core, world_ctx(world), str_of(key), STR("POST"),
                               STR("/v2/payments/"), str_of(body), &idempotent));
    return idempotent;
}

static err_t keyed_try(struct world *world, struct idempotent *idempotent,
                       struct payment_draft draft, struct payment_create *create)
{
    *create = (struct payment_create){.merchant = &world->merchant, .draft = draft};
    create->operation.idempotent = idempotent;
    WORLD_RUN(world, create, payment_create);
    return create->operation.result;
}

static int64_t payments(struct world *world)
{
    return world_verify(world)->payments;
}

CASE(same_key_and_body_give_the_same_answer_again)
{
    struct world *world = world_new();
    struct payment_create first;
    struct payment_create second;
    struct idempotent one = key_of(world, "k1", "body");
    struct idempotent two = key_of(world, "k1", "body");

    assert_ok(keyed_try(world, &one, draft_with_card(world, 500), &first));
    assert_false(one.replayed);
    assert_true(str_starts(one.answer, STR("to_capture ")));
    assert_ok(keyed_try(world, &two, draft_with_card(world, 500), &second));
    assert_true(two.replayed);
    assert_int_equal(two.status, 200);
    assert_true(str_eq(two.answer, one.answer));
    assert_int_equal(payments(world), 1);
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(replay_forgets_the_security_code_that_came_with_it)
{
    struct world *world = world_new();
    struct payment_create create;
    char cvc[CVC_MAX + 1];

    for (int i = 0; i < 2; i++) {
        struct idempotent key = key_of(world, "k1", "body");
        struct payment_draft draft = draft_with_card(world, 500);
        assert_ok(keyed_try(world, &key, draft, &create));
        assert_false(cvc_take(world->cvc, draft.card.sealed.id.raw, cvc));
    }
    world_free(world);
}

CASE(same_key_with_another_body_is_a_conflict)
{
    struct world *world = world_new();
    struct payment_create create;
    struct idempotent one = key_of(world, "k1", "body");
    struct idempotent two = key_of(world, "k1", "bodY");

    assert_ok(keyed_try(world, &one, draft_of(500), &create));
    assert_int_equal(keyed_try(world, &two, draft_of(500), &create), ERR_CONFLICT);
    assert_string_equal(fault_of(&create.operation)->field, "idempotency_key");
    assert_int_equal(payments(world), 1);
    world_free(world);
}

CASE(another_key_makes_another_payment)
{
    struct world *world = world_new();
    struct payment_create create;
    struct idempotent one = key_of(world, "k1", "body");
    struct idempotent two = key_of(world, "k2", "body");

    assert_ok(keyed_try(world, &one, draft_of(500), &create));
    assert_ok(keyed_try(world, &two, draft_of(500), &create));
    assert_int_equal(payments(world), 2);
    world_free(world);
}

CASE(refused_call_leaves_the_key_free)
{
    struct world *world = world_new();
    struct payment_create create;
    struct idempotent key = key_of(world, "k1", "body");

    assert_int_equal(keyed_try(world, &key, draft_of(49), &create), ERR_INVALID);
    key = key_of(world, "k1", "other body");
    assert_ok(keyed_try(world, &key, draft_of(50), &create));
    assert_false(key.replayed);
    world_free(world);
}

CASE(twin_that_comes_while_the_first_runs_is_told_to_wait)
{
    struct world *world = world_new();
    struct idempotent one = key_of(world, "k1", "body");
    struct idempotent two = key_of(world, "k1", "body");
    struct payment_create first = {.merchant = &world->merchant,
                                   .draft = draft_with_card(world, 500)};
    struct payment_create second;
    bool done;

    world->fake->silent = true;
    first.operation.idempotent = &one;
    world_begin(world, &first.operation, &done);
    payment_create(&first);
    world_pump_kept(world, 1);
    assert_int_equal(keyed_try(world, &two, draft_with_card(world, 500), &second), ERR_BUSY);
    assert_true(two.running);
    fake_answer_kept(world->fake);
    world_pump(world, &done);
    assert_ok(first.operation.result);
    assert_ok(keyed_try(world, &two, draft_with_card(world, 500), &second));
    assert_true(two.replayed);
    assert_false(two.running);
    assert_true(str_eq(one.answer, two.answer));
    assert_int_equal(payments(world), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(key_left_by_a_crash_answers_what_became_of_it)
{
    struct world *world = world_new();
    struct idempotent one = key_of(world, "k1", "body");
    struct payment_create *first = arena_make(world->cx->arena, struct payment_create);
    struct payment_create second;
    int64_t recovered;
    bool done;

    world->fake->silent = true;
    *first =
        (struct payment_create){.merchant = &world->merchant, .draft = draft_with_card(world, 500)};
    first->operation.idempotent = &one;
    world_begin(world, &first->operation, &done);
    payment_create(first);
    world_pump_kept(world, 1);
    world_restart(world);
    assert_ok(recovery_start(&world->core, world_ctx(world), &recovered));
    assert_int_equal(recovered, 1);

    struct idempotent two = key_of(world, "k1", "body");
    assert_ok(keyed_try(world, &two, draft_with_card(world, 500), &second));
    assert_false(two.replayed);
    assert_true(ID_EQ(second.view.payment.id, first->view.payment.id));
    assert_true(str_starts(two.answer, STR("failed ")));
    struct idempotent three = key_of(world, "k1", "body");
    assert_ok(keyed_try(world, &three, draft_with_card(world, 500), &second));
    assert_true(three.replayed);
    assert_true(str_eq(three.answer, two.answer));
    assert_int_equal(payments(world), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(key_whose_outcome_was_lost_does_not_stay_busy)
{
    struct world *world = world_new();
    struct idempotent one = key_of(world, "k1", "body");
    struct idempotent two = key_of(world, "k1", "body");
    struct payment_create *first = arena_make(world->cx->arena, struct payment_create);
    struct payment_create second;
    int64_t recovered;
    bool done;

    world->fake->silent = true;
    *first =
        (struct payment_create){.merchant = &world->merchant, .draft = draft_with_card(world, 500)};
    first->operation.idempotent = &one;
    world_begin(world, &first->operation, &done);
    payment_create(first);
    world_pump_kept(world, 1);
    assert_ok(recovery_start(&world->core, world_ctx(world), &recovered));
    assert_int_equal(keyed_try(world, &two, draft_with_card(world, 500), &second), ERR_BUSY);
    world_stop_at(world, world->cx->now + 6 * MINUTE_US);
    assert_ok(keyed_try(world, &two, draft_with_card(world, 500), &second));
    assert_true(ID_EQ(second.view.payment.id, first->view.payment.id));
    assert_true(str_starts(two.answer, STR("failed ")));
    assert_int_equal(payments(world), 1);
    fake_answer_kept(world->fake);
    world_pump(world, &done);
    world_free(world);
}

CASE(many_twins_at_once_make_one_payment)
{
    enum { MANY = 16 };
    struct world *world = world_new();
    struct payment_create creates[MANY];
    struct idempotent keys[MANY];
    bool done[MANY];

    for (size_t i = 0; i < MANY; i++) {
        keys[i] = key_of(world, "k1", "body");
        creates[i] = (struct payment_create){.merchant = &world->merchant,
                                             .draft = draft_with_card(world, 500)};
        creates[i].operation.idempotent = &keys[i];
        world_begin(world, &creates[i].operation, &done[i]);
    }
    for (size_t i = 0; i < MANY; i++)
        payment_create(&creates[i]);
    for (size_t i = 0; i < MANY; i++) {
        world_pump(world, &done[i]);
        if (creates[i].operation.result != OK)
            assert_true(creates[i].operation.result == ERR_BUSY && keys[i].running);
    }
    assert_int_equal(payments(world), 1);
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 1);
    world_is_sound(world);
    world_free(world);
}

/* A body may hold a card number, whose plain hash could be searched for. */
CASE(hash_of_a_request_is_keyed)
{
    struct world *world = world_new();
    struct idempotent first;
    struct idempotent again;
    struct ctx *cx = world_ctx(world);
    uint8_t plain[SHA256_SIZE];

    assert_ok(
        idempotency_read(&world->core, cx, STR("k"), STR("POST"), STR("/"), STR("body"), &first));
    assert_ok(
        idempotency_read(&world->core, cx, STR("k"), STR("POST"), STR("/"), STR("body"), &again));
    assert_string_equal(first.request_hash, again.request_hash);
    sha256(STR("POST /\nbody"), plain);
    assert_string_not_equal(first.request_hash, hex_encode(cx->arena, plain, sizeof plain).ptr);
    world->core.page_key[0] ^= 1;
    assert_ok(
        idempotency_read(&world->core, cx, STR("k"), STR("POST"), STR("/"), STR("body"), &again));
    assert_string_not_equal(first.request_hash, again.request_hash);
    world_free(world);
}

CASE(key_has_1_to_64_printable_characters)
{
    struct world *world = world_new();
    struct idempotent out;
    char key[66];
    struct ctx *cx = world_ctx(world);

    memset(key, 'k', sizeof key);
    assert_ok(idempotency_read(&world->core, cx, (struct str){key, 64}, STR("POST"), STR("/"),
                               STR(""), &out));
    assert_ok(idempotency_read(&world->core, cx, (struct str){key, 1}, STR("POST"), STR("/"),
                               STR(""), &out));
    assert_int_equal(idempotency_read(&world->core, cx, (struct str){key, 65}, STR("POST"),
                                      STR("/"), STR(""), &out),
                     ERR_INVALID);
    assert_int_equal(
        idempotency_read(&world->core, cx, STR(""), STR("POST"), STR("/"), STR(""), &out),
        ERR_INVALID);
    assert_int_equal(
        idempotency_read(&world->core, cx, STR("a\tb"), STR("POST"), STR("/"), STR(""), &out),
        ERR_INVALID);
    assert_int_equal(
        idempotency_read(&world->core, cx, STR("cl\xc3\xa9"), STR("POST"), STR("/"), STR(""), &out),
        ERR_INVALID);
    assert_ok(idempotency_read(&world->core, cx, STR(" ~"), STR("POST"), STR("/"), STR(""), &out));
    world_free(world);
}

CASE(hash_covers_method_path_and_body)
{
    struct world *world = world_new();
    struct ctx *cx = world_ctx(world);
    struct idempotent a;
    struct idempotent b;

    assert_ok(idempotency_read(&world->core, cx, STR("k"), STR("POST"), STR("/a"), STR("b"), &a));
    assert_ok(idempotency_read(&world->core, cx, STR("k"), STR("POST"), STR("/a"), STR("b"), &b));
    assert_string_equal(a.request_hash, b.request_hash);
    assert_ok(idempotency_read(&world->core, cx, STR("k"), STR("PUT"), STR("/a"), STR("b"), &b));
    assert_string_not_equal(a.request_hash, b.request_hash);
    assert_ok(idempotency_read(&world->core, cx, STR("k"), STR("POST"), STR("/b"), STR("b"), &b));
    assert_string_not_equal(a.request_hash, b.request_hash);
    assert_ok(idempotency_read(&world->core, cx, STR("k"), STR("POST"), STR("/a"), STR("c"), &b));
    assert_string_not_equal(a.request_hash, b.request_hash);
    world_free(world);
}

static err_t purge_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return idempotency_purge(cx, tx, 100, arg);
}

CASE(key_is_kept_seven_days_at_least)
{
    struct world *world = world_new();
    struct payment_create create;
    struct idempotent key = key_of(world, "k1", "body");
    struct ctx *cx = world_ctx(world);
    int64_t removed;

    assert_ok(keyed_try(world, &key, draft_of(500), &create));
    cx->real = create.operation.cx->real + 7 * DAY_US;
    assert_ok(tx_run(world->store, cx, purge_body, &removed));
    assert_int_equal(removed, 0);
    cx->real += 1;
    assert_ok(tx_run(world->store, cx, purge_body, &removed));
    assert_int_equal(removed, 1);
    world_free(world);
}

UNIT_MAIN(T(same_key_and_body_give_the_same_answer_again),
          T(replay_forgets_the_security_code_that_came_with_it),
          T(same_key_with_another_body_is_a_conflict), T(another_key_makes_another_payment),
          T(refused_call_leaves_the_key_free),
          T(twin_that_comes_while_the_first_runs_is_told_to_wait),
          T(key_left_by_a_crash_answers_what_became_of_it),
          T(key_whose_outcome_was_lost_does_not_stay_busy), T(many_twins_at_once_make_one_payment),
          T(hash_of_a_request_is_keyed), T(key_has_1_to_64_printable_characters),
          T(hash_covers_method_path_and_body), T(key_is_kept_seven_days_at_least))
