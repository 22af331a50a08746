#include "support/core_raw.h"

/* The test clock: POST /sandbox/clock (design.md 6). */

static int64_t offset_of(struct world *world, struct merchant_id merchant)
{
    struct merchant found;

    assert_ok(merchant_load(world->cx, world_read(world), merchant, &found));
    reader_release(world->core.reader);
    return found.clock_offset;
}

CASE(move_answers_the_new_time_and_time_goes_on)
{
    struct world *world = world_new();
    struct worker worker;
    struct world_move move;

    worker_start(world, &worker);
    world_move_start(world, &worker, &move, 3600);
    world_pump(world, &move.done);
    worker_stop(&worker);
    instant real = clock_now();
    assert_ok(move.move.result);
    assert_true(move.move.now >= WORLD_START + HOUR_US);
    assert_true(move.move.now <= real + world->offset + HOUR_US);
    assert_int_equal(offset_of(world, world->made.merchant), world->offset + HOUR_US);
    world_free(world);
}

CASE(what_falls_due_runs_in_order)
{
    struct world *world = world_new();
    struct payment held = pay_hold(world, 1000);

    world_advance_to(world, 0, 20, 0);
    struct payment captured = pay_card(world, 2000);
    /* Past the batch, the file, the next batch and the end of the hold, in one move. */
    fake_new_file(world->fake, "settlement-1", "h1");
    world_advance(world, 8 * 86400);
    assert_int_equal(state_now(world, held.id), PAYMENT_EXPIRED);
    assert_int_equal(state_now(world, captured.id), PAYMENT_CAPTURE_SENT);
    assert_int_equal(fake_count(world->fake, CARD_CAPTURE), 1);
    assert_int_equal(fake_count(world->fake, CARD_VOID), 1);
    struct fake_call capture = fake_last(world->fake, CARD_CAPTURE);
    struct fake_call release = fake_last(world->fake, CARD_VOID);
    struct wall wall = wall_paris(capture.trace.sent);
    assert_int_equal(wall.hour, 21);
    assert_int_equal(wall.minute, 0);
    assert_int_equal(wall.date.day, 2);
    assert_true(release.trace.sent > held.hold_expires);
    assert_true(release.trace.sent < held.hold_expires + MINUTE_US);
    /* The file of the second was without it: it is asked for every evening until it is settled. */
    assert_int_equal(world->fake->settlement_count, 8);
    assert_int_equal(world->fake->settlement_day.day, 9);
    world_is_sound(world);
    world_free(world);
}

CASE(task_that_is_put_off_runs_within_the_same_move)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 2000);

    for (int i = 0; i < 5; i++)
        fake_say(world->fake, CARD_CAPTURE, CARD_UNKNOWN, "68");
    world_advance_to(world, 1, 10, 0);
    assert_int_equal(fake_count(world->fake, CARD_CAPTURE), 6);
    assert_int_equal(world->fake->settlement_count, 1);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURE_SENT);
    world_is_sound(world);
    world_free(world);
}

CASE(other_sponsors_keep_their_time)
{
    struct world *world = world_new();
    struct sandbox_merchant other = {0};
    struct ctx *cx = world_ctx(world);

    sandbox_merchant_prepare(cx, world->vault, &other);
    assert_ok(tx_run(world->store, cx, sandbox_merchant_body, &other));
    /* A payment of the other merchant, whose time is the real one: its batch is not due for hours
     * or minutes, and the move of the first must not bring it nearer. */
    struct payment_create create = {.draft = draft_of(500)};
    struct merchant merchant;
    assert_ok(merchant_load(cx, world_read(world), other.merchant, &merchant));
    reader_release(world->core.reader);
    create.merchant = &merchant;
    create.draft.capture = false;
    bool done;
    world_begin(world, &create.operation, &done);
    create.operation.cx->merchant = other.merchant;
    create.operation.cx->now = create.operation.cx->real;
    struct card_draft card = card_draft(VISA);
    create.draft.card = (struct card_choice){.inline_data = true, .twin = CARD_TWIN_IGNORED};
    assert_ok(card_seal(&world->core, create.operation.cx, &card, &create.draft.card.sealed));
    payment_create(&create);
    world_pump(world, &done);
    assert_int_equal(create.view.payment.state, PAYMENT_AUTHORIZED);

    world_advance(world, 30 * 86400);
    assert_int_equal(offset_of(world, other.merchant), 0);
    struct payment found;
    cx->merchant = other.merchant;
    assert_ok(payment_load(cx, world_read(world), create.view.payment.id, &found));
    assert_int_equal(found.state, PAYMENT_AUTHORIZED);
    world_is_sound(world);
    world_free(world);
}

static err_t sibling_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct world *world = arg;
    struct new_merchant request = {.sponsor = world->made.sponsor, .name = STR("Autre boutique")};
    struct merchant_id made;

    TRY(merchant_add(cx, tx, &request, &made));
    cx->merchant = made;
    return OK;
}

CASE(other_merchants_of_the_sponsor_move_with_it)
{
    struct world *world = world_new();
    struct ctx *cx = world_ctx(world);

    assert_ok(tx_run(world->store, cx, sibling_body, world));
    world_advance(world, 86400);
    assert_int_equal(offset_of(world, cx->merchant), world->offset);
    world_free(world);
}

CASE(moves_at_once_are_made_one_after_the_other)
{
    enum { MANY = 8 };
    struct world *world = world_new();
    struct world_move moves[MANY];
    struct worker worker;

    struct payment payment = pay_card(world, 2000);
    worker_start(world, &worker);
    for (size_t i = 0; i < MANY; i++)
        world_move_start(world, &worker, &moves[i], 3600);
    for (size_t i = 0; i < MANY; i++) {
        world_pump(world, &moves[i].done);
        assert_ok(moves[i].move.result);
        if (i > 0)
            assert_true(moves[i].move.now - moves[i - 1].move.now >= HOUR_US);
    }
    worker_stop(&worker);
    assert_int_equal(offset_of(world, world->made.merchant), world->offset + MANY * HOUR_US);
    assert_int_equal(state_now(world, payment.id), PAYMENT_TO_CAPTURE);
    world->offset += MANY * HOUR_US;
    world_advance(world, 4 * 3600);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURE_SENT);
    world_is_sound(world);
    world_free(world);
}

CASE(stopped_worker_answers_the_moves_that_wait)
{
    struct world *world = world_new();
    struct world_move moves[3];
    struct worker worker;

    worker_start(world, &worker);
    for (size_t i = 0; i < 3; i++)
        world_move_start(world, &worker, &moves[i], 3600);
    worker_stop(&worker);
    for (size_t i = 0; i < 3; i++) {
        world_pump(world, &moves[i].done);
        assert_true(moves[i].move.result == OK || moves[i].move.result == ERR_UNAVAILABLE);
    }
    world_free(world);
}

CASE(live_time_is_the_real_one)
{
    struct world *world = world_new();
    struct ctx *cx = world_ctx(world);
    struct admission admission;

    assert_ok(
        merchant_admit(&world->core, cx, FACE_STANCER, world->made.keys.secret_key, &admission));
    assert_int_equal(cx->now, cx->real + world->offset);
    world_advance(world, 3600);
    assert_ok(
        merchant_admit(&world->core, cx, FACE_STANCER, world->made.keys.secret_key, &admission));
    assert_int_equal(cx->now, cx->real + world->offset);
    world_free(world);
}

UNIT_MAIN(T(move_answers_the_new_time_and_time_goes_on), T(what_falls_due_runs_in_order),
          T(task_that_is_put_off_runs_within_the_same_move), T(other_sponsors_keep_their_time),
          T(other_merchants_of_the_sponsor_move_with_it),
          T(moves_at_once_are_made_one_after_the_other),
          T(stopped_worker_answers_the_moves_that_wait), T(live_time_is_the_real_one))
