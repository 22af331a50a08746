#include "core/one_time_code.h"

#include "support/core_raw.h"

static const struct code_terms TERMS = {
    .purpose = CODE_FOR_LEVY,
    .life_min = 15,
    .again_max = 3,
    .pause_s = 60,
};

static const char OBJECT[] = "0VcKUbav6kiu3FK273x7lO2x";

struct call {
    struct world *world;
    struct str typed;
    char code[CODE_DIGITS + 1];
    enum code_result result;
    int64_t left;
};

static err_t make_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct call *call = arg;

    return code_make(&call->world->core, cx, tx, &TERMS, OBJECT, call->code);
}

static err_t try_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct call *call = arg;

    return code_try(&call->world->core, cx, tx, CODE_FOR_LEVY, OBJECT, call->typed, &call->result);
}

static err_t left_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct call *call = arg;

    return code_again_left(cx, tx, &TERMS, OBJECT, &call->left);
}

static struct ctx *context(struct world *world, enum mode mode)
{
    struct ctx *cx = world_ctx(world);

    cx->mode = mode;
    return cx;
}

static err_t make(struct world *world, enum mode mode, struct call *call)
{
    *call = (struct call){.world = world};
    return tx_run(world->store, context(world, mode), make_body, call);
}

static enum code_result try_code(struct world *world, enum mode mode, const char *typed)
{
    struct call call = {.world = world, .typed = str_of(typed)};

    assert_ok(tx_run(world->store, context(world, mode), try_body, &call));
    return call.result;
}

static int64_t left(struct world *world)
{
    struct call call = {.world = world};

    assert_ok(tx_run(world->store, context(world, MODE_TEST), left_body, &call));
    return call.left;
}

CASE(the_right_code_counts_once)
{
    struct world *world = world_new();
    struct call call;

    assert_int_equal(try_code(world, MODE_TEST, "123456"), CODE_UNKNOWN);
    assert_ok(make(world, MODE_TEST, &call));
    assert_string_equal(call.code, "123456");
    assert_int_equal(try_code(world, MODE_TEST, "123457"), CODE_WRONG);
    assert_int_equal(try_code(world, MODE_TEST, ""), CODE_WRONG);
    assert_int_equal(try_code(world, MODE_TEST, "123456"), CODE_RIGHT);
    assert_int_equal(try_code(world, MODE_TEST, "123456"), CODE_UNKNOWN);
    world_free(world);
}

CASE(the_fifth_wrong_try_is_the_last)
{
    struct world *world = world_new();
    struct call call;

    assert_ok(make(world, MODE_TEST, &call));
    for (int i = 1; i < CODE_TRIES; i++)
        assert_int_equal(try_code(world, MODE_TEST, "000000"), CODE_WRONG);
    assert_int_equal(try_code(world, MODE_TEST, "000000"), CODE_SPENT);
    assert_int_equal(try_code(world, MODE_TEST, "123456"), CODE_SPENT);
    assert_ok(make(world, MODE_TEST, &call));
    assert_int_equal(try_code(world, MODE_TEST, "123456"), CODE_RIGHT);
    world_free(world);
}

CASE(a_code_lives_to_the_second)
{
    struct world *world = world_new();
    struct call call;

    world_stop_at(world, WORLD_START);
    assert_ok(make(world, MODE_TEST, &call));
    world_stop_at(world, WORLD_START + 15 * MINUTE_US - 1);
    assert_int_equal(try_code(world, MODE_TEST, "000000"), CODE_WRONG);
    world_stop_at(world, WORLD_START + 15 * MINUTE_US);
    assert_int_equal(try_code(world, MODE_TEST, "123456"), CODE_EXPIRED);
    world_free(world);
}

CASE(three_further_codes_may_follow_the_first)
{
    struct world *world = world_new();
    struct call call;

    assert_int_equal(left(world), 4);
    for (int i = 0; i < 4; i++) {
        assert_ok(make(world, MODE_TEST, &call));
        assert_int_equal(left(world), 3 - i);
    }
    assert_int_equal(make(world, MODE_TEST, &call), ERR_LIMIT);
    assert_int_equal(try_code(world, MODE_TEST, "123456"), CODE_RIGHT);
    world_free(world);
}

CASE(live_codes_are_unlike_and_a_minute_apart)
{
    struct world *world = world_new();
    struct call first;
    struct call second;

    world_stop_at(world, WORLD_START);
    assert_ok(make(world, MODE_LIVE, &first));
    assert_int_equal(strlen(first.code), CODE_DIGITS);
    world_stop_at(world, WORLD_START + MINUTE_US - 1);
    assert_int_equal(make(world, MODE_LIVE, &second), ERR_BUSY);
    world_stop_at(world, WORLD_START + MINUTE_US);
    assert_ok(make(world, MODE_LIVE, &second));
    if (strcmp(first.code, second.code) != 0)
        assert_int_equal(try_code(world, MODE_LIVE, first.code), CODE_WRONG);
    /* Modes never meet. */
    assert_int_equal(try_code(world, MODE_TEST, second.code), CODE_UNKNOWN);
    assert_int_equal(try_code(world, MODE_LIVE, second.code), CODE_RIGHT);
    world_free(world);
}

UNIT_MAIN(T(the_right_code_counts_once), T(the_fifth_wrong_try_is_the_last),
          T(a_code_lives_to_the_second), T(three_further_codes_may_follow_the_first),
          T(live_codes_are_unlike_and_a_minute_apart))
