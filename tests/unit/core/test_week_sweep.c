#include "core/news.h"
#include "support/core_sweep.h"

/* What the tasks do with payments by card: each call of the store fails once
 * (support/core_sweep.h). */

/* Captures, refunds, expiries and the settlement of a day: one call fails, and by the next day all
 * is done. */
static void day_with_failure(struct world *world, int n, bool *came)
{
    struct payment captured = pay_card(world, 5000);
    struct payment refunded = pay_settled(world, 5000);
    struct refund made = refund(world, refunded.id, 2000);
    struct payment expiring = pay_hold(world, 3000);
    struct payment_create lost;

    fake_say(world->fake, CARD_AUTHORISE, CARD_UNKNOWN, "68");
    assert_ok(pay_try(world, draft_with_card(world, 4000), &lost));
    move_with_failure(world, n, 8 * 86400);
    *came = failure_came(world);
    clock_read_again(world);
    world_is_sound(world);
    world_advance(world, 9 * 86400);
    assert_int_equal(state_now(world, captured.id), PAYMENT_CAPTURE_SENT);
    assert_int_equal(refund_now(world, made.id).state, REFUND_SENT);
    assert_int_equal(state_now(world, expiring.id), PAYMENT_EXPIRED);
    assert_int_equal(attempt_now(world, lost.view.payment.attempt).state, ATTEMPT_REVERSED);
    assert_int_equal(
        world_number(world, "SELECT COUNT(*) FROM reconciliation WHERE state <> 'balanced'"), 0);
    world_is_sound(world);
}

/* Nobody listens, and it is known: as in a server, the tasks do not ask. */
static struct world *world_without_listeners(void)
{
    struct world *world = world_new();

    world->core.news = news_desk_new(NULL, 0);
    return world;
}

static void world_without_listeners_free(struct world *world)
{
    news_desk_free(world->core.news);
    world_free(world);
}

/* Every second call: it takes long, and two programs share it. */
static void week_from_call(int first)
{
    struct world *world = world_without_listeners();
    bool came = true;

    for (int n = first; came; n += 2 * LONG_STRIDE) {
        must(n < CALLS_MAX);
        if (n / 2 % ROUNDS_OF_A_WORLD == 0) {
            world_without_listeners_free(world);
            world = world_without_listeners();
        }
        day_with_failure(world, n, &came);
        fake_forget(world->fake);
        world_contexts_free(world);
    }
    world_without_listeners_free(world);
}

CASE(tasks_of_a_week_with_an_odd_call_failing)
{
    week_from_call(1);
}

CASE(tasks_of_a_week_with_an_even_call_failing)
{
    week_from_call(2);
}

CASE(settlement_file)
{
    struct world *world = world_new();
    bool came = true;

    for (int n = 1; came; n++) {
        must(n < CALLS_MAX);
        struct payment payment = pay_card(world, 5000);
        char hash[16];
        world_advance_to(world, n - 1, 21, 1);
        assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURE_SENT);
        snprintf(hash, sizeof hash, "h%d", n);
        fake_new_file(world->fake, "settlement", hash);
        fake_settles(world->fake, SETTLED_DEBIT, fake_last(world->fake, CARD_CAPTURE).trace.rrn,
                     eur(5000), 40);
        fake_settles(world->fake, SETTLED_DEBIT, "000000000001", eur(5000), 0);
        move_with_failure(world, n, 2 * 3600);
        came = failure_came(world);
        clock_read_again(world);
        world_is_sound(world);
        world_advance_to(world, n, 9, 0);
        assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURED);
        assert_int_equal(leg_count(world, payment.id.raw), 10);
        world_is_sound(world);
        world->fake->call_count = 0;
        world_contexts_free(world);
    }
    assert_int_equal(world_count(world, "settlement_work"), 1);
    world_free(world);
}

UNIT_MAIN(T(tasks_of_a_week_with_an_odd_call_failing), T(tasks_of_a_week_with_an_even_call_failing),
          T(settlement_file))
