#include "support/core_sweep.h"
#include "support/fake_bank.h"

/* Payouts, asked for and by their tasks: each call of the store fails once (support/core_sweep.h).
 */

/* --- payouts --- */

static err_t payout_asked_for(struct scene *scene)
{
    struct payout_create work;

    err_t err = payout_of_payment_try(scene->world, scene->payment.id, PAYOUT_TO_PAY, &work);
    scene->payout = work.payout;
    return err;
}

CASE(payout_is_asked_for)
{
    sweep_run(&(struct sweep){scene_settle, payout_asked_for, NULL});
}

static void payout_waits(struct scene *scene)
{
    scene_settle(scene);
    assert_ok(payout_asked_for(scene));
}

static err_t payout_fails(struct scene *scene)
{
    return payout_step_try(scene->world, payout_failed, scene->payout.id);
}

CASE(payout_that_fails)
{
    sweep_run(&(struct sweep){payout_waits, payout_fails, NULL});
}

static err_t payout_is_made(struct ctx *cx, struct tx *tx, void *arg)
{
    bool waits;

    return payouts_make(cx, tx, arg, &waits);
}

/* Refunds and disputes of what was paid out before, and payments of two currencies. */
static void much_is_payable(struct scene *scene)
{
    struct world *world = scene->world;
    struct payment_draft dollars = draft_with_card(world, 7000);
    struct payment disputed = pay_settled(world, 6000);

    fake_forget(world->fake);
    dollars.amount.currency = CURRENCY_USD;
    fake_say_settled(world->fake, CARD_AUTHORISE, 0);
    pay(world, dollars);
    pay_settled(world, 50000);
    refund(world, pay_settled(world, 5000).id, 2000);
    assert_ok(notice_try(world, attempt_now(world, disputed.attempt).trace.rrn, eur(6000), "45"));
}

static err_t morning(struct scene *scene)
{
    struct ctx *cx = world_ctx(scene->world);

    cx->now += scene->round * DAY_US;
    return tx_run(scene->world->store, cx, payout_is_made, &scene->world->merchant);
}

static void payouts_are_made(struct scene *scene)
{
    assert_int_equal(world_balance(scene->world, ACCOUNT_PAYABLE), 0);
}

CASE(payouts_of_a_morning)
{
    sweep_run(&(struct sweep){much_is_payable, morning, payouts_are_made});
}

/* --- by their tasks --- */

/* The mornings of three days: one call fails, and by the end all is paid. */
static void mornings_with_failure(struct world *world, int week, int n, bool *came)
{
    world_advance_to(world, 7 * week, 12, 0);
    pay_settled(world, 5000);
    move_with_failure(world, n, 3 * 86400);
    *came = failure_came(world);
    clock_read_again(world);
    world_is_sound(world);
    world_advance_to(world, 7 * week + 4, 12, 0);
    assert_int_equal(world_count(world, "payout"), week + 1);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM payout WHERE state <> 'paid'"), 0);
    world_is_sound(world);
    fake_forget(world->fake);
    world_contexts_free(world);
}

/* It takes long, and four programs share the calls. */
enum { PARTS = 4 };

static void mornings_from_call(int first)
{
    bool came = true;

    for (int n = first; came;) {
        struct world *world = world_new();
        struct fake_bank bank;
        fake_bank_open(world, &bank);
        for (int week = 0; came && week < ROUNDS_OF_A_WORLD; week++, n += PARTS) {
            must(n < CALLS_MAX);
            mornings_with_failure(world, week, n, &came);
        }
        world_free(world);
    }
}

CASE(payouts_by_their_tasks_with_call_1_5_9_failing)
{
    mornings_from_call(1);
}

CASE(payouts_by_their_tasks_with_call_2_6_10_failing)
{
    mornings_from_call(2);
}

CASE(payouts_by_their_tasks_with_call_3_7_11_failing)
{
    mornings_from_call(3);
}

CASE(payouts_by_their_tasks_with_call_4_8_12_failing)
{
    mornings_from_call(4);
}

UNIT_MAIN(T(payout_is_asked_for), T(payout_that_fails), T(payouts_of_a_morning),
          T(payouts_by_their_tasks_with_call_1_5_9_failing),
          T(payouts_by_their_tasks_with_call_2_6_10_failing),
          T(payouts_by_their_tasks_with_call_3_7_11_failing),
          T(payouts_by_their_tasks_with_call_4_8_12_failing))
