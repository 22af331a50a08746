#include "core/token.h"

#include "core/login.h"
#include "support/core_raw.h"

static void done(struct operation *operation)
{
    *(bool *)operation->owner = true;
}

/* A token of the sandbox merchant's login, in the arena. */
static struct str issued(struct world *world)
{
    struct ctx *cx = world_ctx(world);
    bool ended = false;
    struct token_issue issue = {
        .operation = {.core = &world->core, .cx = cx, .done = done, .owner = &ended},
        .face = "simplypaie",
        .login = world->made.simplypaie_id,
    };

    token_issue(&issue);
    while (!ended)
        mailbox_run(world->core.home);
    reader_release(world->core.reader);
    assert_ok(issue.operation.result);
    assert_int_equal(issue.expires, cx->now + TOKEN_LIFE_US);
    return str_dup(cx->arena, str_of(issue.token));
}

static enum token_outcome called(struct world *world, struct str login, struct str token,
                                 struct str peer)
{
    struct token_check check = {.face = "simplypaie", .login = login, .token = token, .peer = peer};
    struct ctx *cx = world_ctx(world);
    struct admission admission;

    cx->merchant = (struct merchant_id){{0}};
    enum token_outcome outcome = token_admit(&world->core, cx, &check, &admission);
    if (outcome == TOKEN_GOOD) {
        assert_true(ID_EQ(cx->merchant, world->made.merchant));
        assert_true(ID_EQ(admission.merchant.id, world->made.merchant));
        assert_int_equal(cx->mode, MODE_TEST);
    }
    reader_release(world->core.reader);
    return outcome;
}

static enum token_outcome ours(struct world *world, struct str token)
{
    return called(world, world->made.simplypaie_id, token, STR("192.0.2.7"));
}

CASE(a_token_admits_its_login_alone)
{
    struct world *world = world_new();
    struct str token = issued(world);

    assert_int_equal(token.len, TOKEN_LEN);
    assert_int_equal(ours(world, token), TOKEN_GOOD);
    assert_int_equal(called(world, STR("654321"), token, STR("::1")), TOKEN_UNKNOWN);
    assert_int_equal(called(world, STR(""), token, STR("::1")), TOKEN_UNKNOWN);
    assert_int_equal(ours(world, STR("00000000000000000000000000000000")), TOKEN_UNKNOWN);
    assert_int_equal(ours(world, STR("")), TOKEN_UNKNOWN);
    /* What the database holds is no token. */
    assert_int_equal(
        world_number(world,
                     str_format(world->cx->arena,
                                "SELECT COUNT(*) FROM api_token WHERE hash = '%s'", token.ptr)
                         .ptr),
        0);
    world_free(world);
}

CASE(its_hour_is_not_extended_by_use)
{
    struct world *world = world_new();

    world_stop_at(world, WORLD_START);
    struct str token = issued(world);
    world_stop_at(world, WORLD_START + TOKEN_LIFE_US - 1);
    world->offset += TOKEN_LIFE_US - 1;
    world_set_body_run(world, world_clock_body, world);
    generation_raise(world->generation);
    world_stop_at(world, WORLD_START + TOKEN_LIFE_US - 1);
    assert_int_equal(ours(world, token), TOKEN_GOOD);
    world->offset += 1;
    world_set_body_run(world, world_clock_body, world);
    generation_raise(world->generation);
    world_stop_at(world, WORLD_START + TOKEN_LIFE_US);
    assert_int_equal(ours(world, token), TOKEN_EXPIRED);
    assert_int_equal(called(world, STR("654321"), token, STR("::1")), TOKEN_UNKNOWN);
    world_free(world);
}

CASE(twenty_live_at_most_and_the_oldest_goes)
{
    struct world *world = world_new();
    struct str tokens[TOKENS_LIVE_MAX + 1];

    for (int i = 0; i < TOKENS_LIVE_MAX; i++) {
        world_stop_at(world, WORLD_START + i * SECOND_US);
        tokens[i] = issued(world);
    }
    assert_int_equal(ours(world, tokens[0]), TOKEN_GOOD);
    world_stop_at(world, WORLD_START + MINUTE_US);
    tokens[TOKENS_LIVE_MAX] = issued(world);
    assert_int_equal(ours(world, tokens[0]), TOKEN_UNKNOWN);
    for (int i = 1; i <= TOKENS_LIVE_MAX; i++)
        assert_int_equal(ours(world, tokens[i]), TOKEN_GOOD);
    assert_int_equal(world_count(world, "api_token"), TOKENS_LIVE_MAX);
    /* Those that ended are known for a day, and do not count. */
    world_stop_at(world, WORLD_START + 2 * HOUR_US);
    (void)issued(world);
    assert_int_equal(world_count(world, "api_token"), TOKENS_LIVE_MAX + 1);
    world_stop_at(world, WORLD_START + 26 * HOUR_US);
    (void)issued(world);
    assert_int_equal(world_count(world, "api_token"), 2);
    world_free(world);
}

/* --- what the operator does --- */

struct order {
    struct str name;
    struct str text;
    bool suspend;
};

static err_t suspend_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct order *order = arg;

    return login_suspend(cx, tx, "simplypaie", order->name, order->suspend);
}

static err_t secret_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct order *order = arg;

    return login_password(cx, tx, "simplypaie", order->name, order->text);
}

static err_t allow_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct order *order = arg;

    return login_allow(cx, tx, "simplypaie", order->name, order->text);
}

CASE(suspending_or_another_secret_ends_all)
{
    struct world *world = world_new();
    struct order order = {.name = world->made.simplypaie_id, .suspend = true};

    struct str token = issued(world);
    assert_ok(tx_run(world->store, world_ctx(world), suspend_body, &order));
    assert_int_equal(ours(world, token), TOKEN_UNKNOWN);
    order.suspend = false;
    assert_ok(tx_run(world->store, world_ctx(world), suspend_body, &order));
    assert_int_equal(ours(world, token), TOKEN_UNKNOWN);
    token = issued(world);
    order.text = password_hash(world->cx->arena, STR("another"));
    assert_ok(tx_run(world->store, world_ctx(world), secret_body, &order));
    assert_int_equal(ours(world, token), TOKEN_UNKNOWN);
    world_free(world);
}

CASE(from_the_addresses_of_its_login_only)
{
    struct world *world = world_new();
    struct order order = {.name = world->made.simplypaie_id, .text = STR("192.0.2.8 192.0.2.9")};

    struct str token = issued(world);
    assert_ok(tx_run(world->store, world_ctx(world), allow_body, &order));
    assert_int_equal(ours(world, token), TOKEN_UNKNOWN);
    assert_int_equal(called(world, order.name, token, STR("192.0.2.9")), TOKEN_GOOD);
    world_free(world);
}

UNIT_MAIN(T(a_token_admits_its_login_alone), T(its_hour_is_not_extended_by_use),
          T(twenty_live_at_most_and_the_oldest_goes), T(suspending_or_another_secret_ends_all),
          T(from_the_addresses_of_its_login_only))
