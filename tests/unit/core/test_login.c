#include "core/login.h"

#include "store/hooks.h"
#include "support/core_raw.h"

struct seen {
    bool done;
};

static void checked(struct login_check *check)
{
    ((struct seen *)check->owner)->done = true;
}

/* One call with these credentials; *at_once tells whether it needed the slow hash. */
static struct login_check login_as(struct world *world, struct str name, struct str password,
                                   bool *at_once)
{
    struct seen seen = {false};
    struct login_check check = {
        .core = &world->core,
        .cx = world_ctx(world),
        .face = "safedebit",
        .name = name,
        .password = password,
        .peer = STR("192.0.2.7"),
        .done = checked,
        .owner = &seen,
    };

    *at_once = login_begin(&check);
    while (!*at_once && !seen.done)
        mailbox_run(world->core.home);
    reader_release(world->core.reader);
    return check;
}

static enum login_outcome outcome(struct world *world, struct str name, struct str password)
{
    bool at_once;

    return login_as(world, name, password, &at_once).outcome;
}

static enum login_outcome ours(struct world *world)
{
    return outcome(world, world->made.safedebit_login, world->made.safedebit_password);
}

CASE(only_the_first_call_pays_for_the_hash)
{
    struct world *world = world_new();
    struct str name = world->made.safedebit_login;
    struct str password = world->made.safedebit_password;
    bool at_once;

    struct login_check first = login_as(world, name, password, &at_once);
    assert_int_equal(first.outcome, LOGIN_GOOD);
    assert_false(at_once);
    assert_true(ID_EQ(first.cx->merchant, world->made.merchant));
    assert_int_equal(first.cx->mode, MODE_TEST);
    struct login_check second = login_as(world, name, password, &at_once);
    assert_int_equal(second.outcome, LOGIN_GOOD);
    assert_true(at_once);
    assert_true(str_eq(second.admission.merchant.name, world->merchant.name));
    assert_true(ID_EQ(second.cx->merchant, world->made.merchant));
    world_free(world);
}

CASE(ten_minutes_later_it_is_asked_again)
{
    struct world *world = world_new();
    bool at_once;

    world_stop_at(world, WORLD_START);
    assert_int_equal(ours(world), LOGIN_GOOD);
    world_stop_at(world, WORLD_START + (LOGIN_REMEMBERED_S - 1) * SECOND_US);
    login_as(world, world->made.safedebit_login, world->made.safedebit_password, &at_once);
    assert_true(at_once);
    world_stop_at(world, WORLD_START + LOGIN_REMEMBERED_S * SECOND_US);
    login_as(world, world->made.safedebit_login, world->made.safedebit_password, &at_once);
    assert_false(at_once);
    login_as(world, world->made.safedebit_login, world->made.safedebit_password, &at_once);
    assert_true(at_once);
    world_free(world);
}

CASE(a_name_and_a_password_are_told_apart)
{
    struct world *world = world_new();

    assert_int_equal(outcome(world, STR("nobody"), STR("x")), LOGIN_UNKNOWN);
    assert_int_equal(outcome(world, world->made.safedebit_login, STR("x")), LOGIN_WRONG);
    assert_int_equal(outcome(world, world->made.safedebit_login, STR("")), LOGIN_WRONG);
    /* The login of another face is none here. */
    assert_int_equal(outcome(world, world->made.simplypaie_id, world->made.simplypaie_secret),
                     LOGIN_UNKNOWN);
    world_free(world);
}

/* --- what the operator does --- */

struct order {
    struct str name;
    struct str hash;
    struct str addresses;
    bool suspend;
};

static err_t suspend_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct order *order = arg;

    return login_suspend(cx, tx, "safedebit", order->name, order->suspend);
}

static err_t allow_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct order *order = arg;

    return login_allow(cx, tx, "safedebit", order->name, order->addresses);
}

static err_t password_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct order *order = arg;

    return login_password(cx, tx, "safedebit", order->name, order->hash);
}

static err_t add_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct order *order = arg;

    return login_add(cx, tx, "safedebit", order->name, order->hash);
}

static err_t ordered(struct world *world, tx_body *body, struct order order)
{
    err_t err = tx_run(world->store, world_ctx(world), body, &order);

    generation_raise(world->generation);
    return err;
}

CASE(a_suspended_login_is_told_so_only_with_its_password)
{
    struct world *world = world_new();
    struct str name = world->made.safedebit_login;

    assert_int_equal(ours(world), LOGIN_GOOD);
    assert_ok(ordered(world, suspend_body, (struct order){.name = name, .suspend = true}));
    assert_int_equal(ours(world), LOGIN_SUSPENDED);
    assert_int_equal(outcome(world, name, STR("x")), LOGIN_WRONG);
    assert_ok(ordered(world, suspend_body, (struct order){.name = name, .suspend = false}));
    assert_int_equal(ours(world), LOGIN_GOOD);
    world_free(world);
}

CASE(only_the_addresses_that_are_allowed_may_call)
{
    struct world *world = world_new();
    struct order order = {.name = world->made.safedebit_login,
                          .addresses = STR("192.0.2.70 192.0.2.8")};

    assert_ok(ordered(world, allow_body, order));
    assert_int_equal(ours(world), LOGIN_ELSEWHERE);
    order.addresses = STR("192.0.2.70 192.0.2.7");
    assert_ok(ordered(world, allow_body, order));
    assert_int_equal(ours(world), LOGIN_GOOD);
    order.addresses = STR_NONE;
    assert_ok(ordered(world, allow_body, order));
    assert_int_equal(ours(world), LOGIN_GOOD);
    world_free(world);
}

CASE(another_password_ends_the_one_before)
{
    struct world *world = world_new();
    struct order order = {.name = world->made.safedebit_login};

    assert_int_equal(ours(world), LOGIN_GOOD);
    order.hash = password_hash(world->cx->arena, STR("another"));
    assert_ok(ordered(world, password_body, order));
    assert_int_equal(ours(world), LOGIN_WRONG);
    assert_int_equal(outcome(world, order.name, STR("another")), LOGIN_GOOD);
    world_free(world);
}

CASE(a_name_is_given_once)
{
    struct world *world = world_new();
    struct order order = {.name = STR("second"), .hash = password_hash(world->cx->arena, STR("p"))};
    struct login_line *lines;
    size_t count;

    assert_ok(ordered(world, add_body, order));
    assert_int_equal(ordered(world, add_body, order), ERR_CONFLICT);
    assert_int_equal(outcome(world, order.name, STR("p")), LOGIN_GOOD);
    assert_ok(login_list(world->cx, world_read(world), world->made.merchant, &lines, &count));
    assert_int_equal(count, 3);
    order.name = STR("nobody");
    assert_int_equal(ordered(world, password_body, order), ERR_NOT_FOUND);
    assert_int_equal(ordered(world, suspend_body, order), ERR_NOT_FOUND);
    world_free(world);
}

CASE(the_eleventh_failure_in_ten_minutes_is_slowed_down)
{
    struct world *world = world_new();
    bool at_once;

    world_stop_at(world, WORLD_START);
    for (int i = 0; i < 10; i++)
        assert_false(login_as(world, STR("nobody"), STR("x"), &at_once).slow_down);
    assert_true(login_as(world, STR("nobody"), STR("x"), &at_once).slow_down);
    /* Another name from there is slowed down too, who has the right password is not. */
    assert_true(login_as(world, STR("somebody"), STR("x"), &at_once).slow_down);
    assert_int_equal(ours(world), LOGIN_GOOD);
    world_stop_at(world, WORLD_START + 601 * SECOND_US);
    assert_false(login_as(world, STR("nobody"), STR("x"), &at_once).slow_down);
    world_free(world);
}

static struct login_check blocking(struct world *world, struct str password, bool local)
{
    struct seen seen = {false};
    struct login_check check = {
        .core = &world->core,
        .cx = world_ctx(world),
        .face = "simplypaie",
        .name = world->made.simplypaie_id,
        .password = password,
        .peer = STR("192.0.2.9"),
        .peer_local = local,
        .blocks = true,
        .done = checked,
        .owner = &seen,
    };

    bool at_once = login_begin(&check);
    while (!at_once && !seen.done)
        mailbox_run(world->core.home);
    reader_release(world->core.reader);
    return check;
}

CASE(a_login_that_blocks_admits_nobody_after_ten_failures)
{
    struct world *world = world_new();
    struct str secret = world->made.simplypaie_secret;

    world_stop_at(world, WORLD_START);
    assert_int_equal(blocking(world, secret, false).outcome, LOGIN_GOOD);
    for (int i = 0; i < 10; i++)
        assert_int_equal(blocking(world, STR("x"), false).outcome, LOGIN_WRONG);
    struct login_check blocked = blocking(world, secret, false);
    assert_int_equal(blocked.outcome, LOGIN_BLOCKED);
    assert_in_range(blocked.blocked_s, 599, 601);
    assert_int_equal(blocking(world, STR("x"), false).outcome, LOGIN_BLOCKED);
    /* In test mode this machine may go on trying. */
    assert_int_equal(blocking(world, secret, true).outcome, LOGIN_GOOD);
    assert_int_equal(blocking(world, STR("x"), true).outcome, LOGIN_WRONG);
    world_stop_at(world, WORLD_START + 601 * SECOND_US);
    assert_int_equal(blocking(world, secret, false).outcome, LOGIN_GOOD);
    world_free(world);
}

CASE(a_database_that_does_not_answer_is_nobodys_mistake)
{
    struct world *world = world_new();

    /* The snapshot, the login's row, and the merchant's row once the password was compared. */
    for (int call = 1; call <= 3; call++) {
        bool at_once;
        store_fail_after(world->store, call);
        struct login_check check =
            login_as(world, world->made.safedebit_login, world->made.safedebit_password, &at_once);
        assert_int_equal(check.outcome, LOGIN_FAILED);
        assert_int_equal(check.failure, ERR_IO);
    }
    assert_int_equal(ours(world), LOGIN_GOOD);
    world_free(world);
}

UNIT_MAIN(T(only_the_first_call_pays_for_the_hash), T(ten_minutes_later_it_is_asked_again),
          T(a_name_and_a_password_are_told_apart),
          T(a_suspended_login_is_told_so_only_with_its_password),
          T(only_the_addresses_that_are_allowed_may_call), T(another_password_ends_the_one_before),
          T(a_name_is_given_once), T(the_eleventh_failure_in_ten_minutes_is_slowed_down),
          T(a_login_that_blocks_admits_nobody_after_ten_failures),
          T(a_database_that_does_not_answer_is_nobodys_mistake))
