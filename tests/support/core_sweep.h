#ifndef GUICHET_TESTS_SUPPORT_CORE_SWEEP_H
#define GUICHET_TESTS_SUPPORT_CORE_SWEEP_H

#include "core/consumer.h"
#include "store/internal.h"
#include "support/core_debit.h"
#include "support/core_request.h"
#include "support/sanitized.h"

/* For one operation the 1st, 2nd, 3rd ... call of the store fails, until it passes. After every run
 * the book balances, verify finds nothing, and what is open is finished by the recovery and the
 * tasks. At the end it runs once more, and every body of it twice. */

enum { CALLS_MAX = 1000 };

/* Sweeps that take long pass over calls where each takes longer still. */
enum { LONG_STRIDE = SANITIZED ? 7 : 1 };
/* What earlier rounds left behind is gone over again by each check: after so many of those that
 * leave much, another world is begun. */
enum { ROUNDS_OF_A_WORLD = 10 };

struct scene {
    struct world *world;
    struct payment payment;
    struct refund refund;
    struct payout payout;
    struct pay_request request;
    struct str session;
    struct mandate_id mandate;
    struct bank_account_id account;
    struct bank_account sealed;
    struct consumer consumer;
    char reference[CONSUMER_REFERENCE_LEN + 1]; /* of the consumer */
    struct str link;                            /* of a mandate form */
    struct bank_file_id file;
    struct merchant_id client;
    int round;
    char token[32];
};

struct sweep {
    void (*arrange)(struct scene *scene); /* or NULL */
    err_t (*act)(struct scene *scene);
    void (*finished)(struct scene *scene); /* after it went through without a failure; or NULL */
};

/* Whether the failure that was ordered has happened. */
static inline bool failure_came(struct world *world)
{
    bool came = atomic_load(&world->store->fail_after) <= 0;

    store_fail_after(world->store, 0);
    return came;
}

static inline void recovered_and_sound(struct world *world)
{
    int64_t recovered;

    world_is_sound(world);
    assert_ok(recovery_start(&world->core, world_ctx(world), &recovered));
    world_is_sound(world);
    world_work(world);
    world_is_sound(world);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM card_attempt WHERE state = 'unknown'"
                                         " OR state = 'sent' AND op = 'authorise'"),
                     0);
    assert_int_equal(
        world_number(world, "SELECT COUNT(*) FROM payment WHERE state = 'authorizing'"), 0);
}

/* In a world of its own: each body runs twice, as in a group that lost a race. */
static inline void run_through_lost_races(const struct sweep *sweep)
{
    struct scene scene = {.world = world_new(), .round = 1, .token = "t1"};
    struct world *world = scene.world;

    if (sweep->arrange != NULL)
        sweep->arrange(&scene);
    store_lose_races(world->store, true);
    assert_ok(sweep->act(&scene));
    store_lose_races(world->store, false);
    recovered_and_sound(world);
    if (sweep->finished != NULL)
        sweep->finished(&scene);
    world_free(world);
}

static inline void sweep_run(const struct sweep *sweep)
{
    struct scene scene = {.world = world_new()};
    struct world *world = scene.world;
    bool came = true;

    for (int n = 1; came; n++) {
        must(n < CALLS_MAX);
        scene.round = n;
        snprintf(scene.token, sizeof scene.token, "t%d", n);
        if (sweep->arrange != NULL)
            sweep->arrange(&scene);
        store_fail_after(world->store, n);
        err_t err = sweep->act(&scene);
        came = failure_came(world);
        if (came)
            assert_int_not_equal(err, OK);
        else
            assert_int_equal(err, OK);
        recovered_and_sound(world);
        world_contexts_free(world);
    }
    assert_true(scene.round > 1);
    if (sweep->finished != NULL)
        sweep->finished(&scene);
    world_free(world);
    run_through_lost_races(sweep);
}

/* --- what several begin or end with --- */

static inline void scene_settle(struct scene *scene)
{
    scene->payment = pay_settled(scene->world, 5000);
}

/* The account of the first round serves for all: a mandate for recurrent debits holds on. */
static inline void scene_debtor(struct scene *scene)
{
    struct mandate mandate;

    if (!ID_NONE(scene->mandate))
        return;
    world_set(scene->world, "sepa_retry", "yes");
    scene->account = account_signed(scene->world, &mandate).id;
    scene->mandate = mandate.id;
}

static inline void scene_to_capture(struct scene *scene)
{
    scene->payment = pay_card(scene->world, 5000);
}

static inline void scene_is_to_capture(struct scene *scene)
{
    assert_int_equal(state_now(scene->world, scene->payment.id), PAYMENT_TO_CAPTURE);
}

static inline void scene_will_decline(struct scene *scene)
{
    struct fake_rail *fake = scene->world->fake;

    fake->said_from[CARD_AUTHORISE] = 0;
    fake->said_to[CARD_AUTHORISE] = 0;
    fake_say(fake, CARD_AUTHORISE, CARD_DECLINED, "51");
}

/* --- the tasks --- */

/* A move of the clock during which the n-th call fails; its own result does not count. */
static inline void move_with_failure(struct world *world, int n, int64_t advance_s)
{
    struct worker worker;
    struct world_move move;

    worker_start(world, &worker);
    store_fail_after(world->store, n);
    world_move_start(world, &worker, &move, advance_s);
    world_pump(world, &move.done);
    worker_stop(&worker);
}

static inline void clock_read_again(struct world *world)
{
    world_merchant_load(world);
    world->offset = world->merchant.clock_offset;
}

#endif
