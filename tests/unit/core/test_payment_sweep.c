#include "support/core_sweep.h"

/* Payments by card, refunds and disputes, and what a restart makes of them: each call of the store
 * fails once (support/core_sweep.h). */

/* --- payments --- */

static err_t create_plain(struct scene *scene)
{
    struct payment_draft draft = draft_for_page(5000);
    struct payment_create create;

    draft.unique_id = str_of(scene->token);
    draft.customer = (struct customer_choice){.inline_data = true,
                                              .twin = TWIN_BY_EXTERNAL_ID,
                                              .draft = {.email = STR("ada@example.com")}};
    return pay_try(scene->world, draft, &create);
}

CASE(payment_without_a_card)
{
    sweep_run(&(struct sweep){NULL, create_plain, NULL});
}

static err_t create_charged(struct scene *scene)
{
    struct payment_create create;

    err_t err = pay_try(scene->world, draft_with_card(scene->world, 5000), &create);
    scene->payment = create.view.payment;
    return err;
}

CASE(payment_with_an_approved_card)
{
    sweep_run(&(struct sweep){NULL, create_charged, scene_is_to_capture});
}

CASE(payment_with_a_declined_card)
{
    sweep_run(&(struct sweep){scene_will_decline, create_charged, NULL});
}

static void will_be_unknown(struct scene *scene)
{
    scene_will_decline(scene);
    scene->world->fake->said[CARD_AUTHORISE][0] =
        (struct fake_answer){CARD_UNKNOWN, "68", false, 0};
}

CASE(payment_without_an_answer)
{
    sweep_run(&(struct sweep){will_be_unknown, create_charged, NULL});
}

static void will_settle(struct scene *scene)
{
    scene_will_decline(scene);
    scene->world->fake->said[CARD_AUTHORISE][0] =
        (struct fake_answer){CARD_APPROVED, "00", true, 7};
}

CASE(payment_settled_at_once)
{
    sweep_run(&(struct sweep){will_settle, create_charged, NULL});
}

static err_t create_authenticated(struct scene *scene)
{
    struct payment_draft draft = draft_with_card(scene->world, 5000);
    struct payment_create create;

    draft.auth_asked = true;
    return pay_try(scene->world, draft, &create);
}

CASE(payment_that_asks_for_authentication)
{
    sweep_run(&(struct sweep){NULL, create_authenticated, NULL});
}

static void held(struct scene *scene)
{
    scene->payment = pay_hold(scene->world, 5000);
}

static err_t capture(struct scene *scene)
{
    struct payment_capture work;

    return capture_try(scene->world, scene->payment.id, &work);
}

CASE(capture_of_a_hold)
{
    sweep_run(&(struct sweep){held, capture, scene_is_to_capture});
}

static void open_with_terms(struct scene *scene)
{
    scene->payment = pay(scene->world, draft_of(5000));
}

static err_t change(struct scene *scene)
{
    struct payment_change work = {.change = PAYMENT_SET_CARD | PAYMENT_SET_AMOUNT,
                                  .draft = draft_with_card(scene->world, 6000),
                                  .card_runs = true};

    return change_try(scene->world, scene->payment.id, &work);
}

CASE(change_that_runs_the_payment)
{
    sweep_run(&(struct sweep){open_with_terms, change, scene_is_to_capture});
}

/* --- refunds and disputes --- */

static err_t refund_whole(struct scene *scene)
{
    struct refund_create work;

    err_t err = refund_try(scene->world, scene->payment.id, WHOLE, &work);
    scene->refund = work.refund;
    return err;
}

static void is_canceled(struct scene *scene)
{
    assert_int_equal(state_now(scene->world, scene->payment.id), PAYMENT_CANCELED);
}

CASE(cancel_of_a_payment)
{
    sweep_run(&(struct sweep){scene_to_capture, refund_whole, is_canceled});
}

CASE(cancel_of_a_hold)
{
    sweep_run(&(struct sweep){held, refund_whole, is_canceled});
}

CASE(refund_of_a_captured_payment)
{
    sweep_run(&(struct sweep){scene_settle, refund_whole, NULL});
}

static err_t notice(struct scene *scene)
{
    struct attempt attempt = {0};

    /* What the test reads itself does not count. */
    int left = atomic_load(&scene->world->store->fail_after);
    store_fail_after(scene->world->store, 0);
    attempt = attempt_now(scene->world, scene->payment.attempt);
    store_fail_after(scene->world->store, left);
    return notice_try(scene->world, attempt.trace.rrn, eur(5000), "45");
}

CASE(chargeback_notice)
{
    sweep_run(&(struct sweep){scene_settle, notice, NULL});
}

/* --- recovery --- */

static err_t recovery(struct scene *scene)
{
    int64_t recovered;

    return recovery_start(&scene->world->core, world_ctx(scene->world), &recovered);
}

CASE(recovery_at_the_start)
{
    struct world *world = world_new();
    struct scene scene = {.world = world};
    struct payment_create *create = arena_make(world->cx->arena, struct payment_create);
    bool came = true;
    bool done;

    world->fake->silent = true;
    *create = (struct payment_create){.merchant = &world->merchant,
                                      .draft = draft_with_card(world, 5000)};
    world_begin(world, &create->operation, &done);
    payment_create(create);
    world_pump_kept(world, 1);
    world_restart(world);
    for (int n = 1; came; n++) {
        store_fail_after(world->store, n);
        err_t err = recovery(&scene);
        came = failure_came(world);
        assert_int_equal(err == OK, !came);
        world_is_sound(world);
    }
    assert_int_equal(state_now(world, create->view.payment.id), PAYMENT_FAILED);
    recovered_and_sound(world);
    world_free(world);
}

UNIT_MAIN(T(payment_without_a_card), T(payment_with_an_approved_card),
          T(payment_with_a_declined_card), T(payment_without_an_answer), T(payment_settled_at_once),
          T(payment_that_asks_for_authentication), T(capture_of_a_hold),
          T(change_that_runs_the_payment), T(cancel_of_a_payment), T(cancel_of_a_hold),
          T(refund_of_a_captured_payment), T(chargeback_notice), T(recovery_at_the_start))
