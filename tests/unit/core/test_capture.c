#include "support/core_raw.h"

static int64_t tasks_of(struct world *world, const char *kind)
{
    return world_number(
        world,
        str_format(world->cx->arena, "SELECT COUNT(*) FROM task WHERE kind = '%s'", kind).ptr);
}

CASE(payments_of_an_evening_share_one_task)
{
    struct world *world = world_new();
    struct payment first = pay_card(world, 1000);
    struct payment second = pay_card(world, 2000);

    assert_int_equal(tasks_of(world, "card_batch"), 1);
    assert_int_equal(tasks_of(world, "card_capture"), 0);
    world_is_sound(world);
    world_advance_to(world, 0, 21, 0);
    assert_int_equal(tasks_of(world, "card_batch"), 0);
    assert_int_equal(state_now(world, first.id), PAYMENT_CAPTURE_SENT);
    assert_int_equal(state_now(world, second.id), PAYMENT_CAPTURE_SENT);
    world_is_sound(world);
    world_free(world);
}

CASE(batch_of_several_portions_forgets_none_and_takes_none_twice)
{
    enum { PAYMENTS = 1203 };
    struct world *world = world_new();

    for (int i = 0; i < PAYMENTS; i++)
        pay_card(world, 1000);
    assert_int_equal(tasks_of(world, "card_batch"), 1);
    world_advance_to(world, 0, 21, 0);
    assert_int_equal(fake_count(world->fake, CARD_CAPTURE), PAYMENTS);
    assert_int_equal(
        world_number(world, "SELECT COUNT(*) FROM payment WHERE state = 'capture_sent'"), PAYMENTS);
    assert_int_equal(tasks_of(world, "card_batch") + tasks_of(world, "card_capture"), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(payment_older_than_the_batch_has_a_task_of_its_own)
{
    struct world *world = world_new();
    struct page_submit submit;
    struct payment older = pay(world, draft_for_page(1000));
    struct payment first = pay_card(world, 2000);

    assert_ok(submit_try(world, older.id, "t1", &submit));
    assert_int_equal(tasks_of(world, "card_batch"), 1);
    assert_int_equal(tasks_of(world, "card_capture"), 1);
    world_is_sound(world);
    world_advance_to(world, 0, 21, 0);
    assert_int_equal(state_now(world, older.id), PAYMENT_CAPTURE_SENT);
    assert_int_equal(state_now(world, first.id), PAYMENT_CAPTURE_SENT);
    assert_int_equal(fake_count(world->fake, CARD_CAPTURE), 2);
    world_free(world);
}

CASE(hold_that_is_captured_later_has_a_task_of_its_own)
{
    struct world *world = world_new();
    struct payment held = pay_hold(world, 1000);
    struct payment_capture capture;

    world_advance(world, 60);
    assert_ok(capture_try(world, held.id, &capture));
    assert_int_equal(tasks_of(world, "card_batch"), 0);
    assert_int_equal(tasks_of(world, "card_capture"), 1);
    world_is_sound(world);
    world_advance_to(world, 0, 21, 0);
    assert_int_equal(state_now(world, held.id), PAYMENT_CAPTURE_SENT);
    world_free(world);
}

CASE(each_evening_has_its_batch)
{
    struct world *world = world_new();
    struct payment first = pay_card(world, 1000);

    world_advance_to(world, 0, 21, 0);
    struct payment second = pay_card(world, 2000);
    assert_int_equal(tasks_of(world, "card_batch"), 1);
    world_is_sound(world);
    world_advance_to(world, 0, 22, 30);
    assert_int_equal(state_now(world, first.id), PAYMENT_CAPTURE_SENT);
    assert_int_equal(state_now(world, second.id), PAYMENT_TO_CAPTURE);
    world_advance_to(world, 1, 21, 0);
    assert_int_equal(state_now(world, second.id), PAYMENT_CAPTURE_SENT);
    world_free(world);
}

/* The worker was away at 21:00, and the next payment came first. */
CASE(late_batch_leaves_what_was_paid_after_its_evening)
{
    struct world *world = world_new();
    struct payment first = pay_card(world, 1000);
    struct payment second = pay_card(world, 2000);

    world_tamper(world, "UPDATE payment SET paid_us = (SELECT due_us FROM task "
                        "WHERE kind = 'card_batch') WHERE id = (SELECT MAX(id) FROM payment)");
    world_advance_to(world, 0, 21, 0);
    assert_int_equal(state_now(world, first.id), PAYMENT_CAPTURE_SENT);
    assert_int_equal(state_now(world, second.id), PAYMENT_TO_CAPTURE);
    world_free(world);
}

CASE(task_that_is_there_stays_as_it_is)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 1000);

    world_tamper(world,
                 "INSERT INTO task (merchant, mode, kind, object, due_us, tries, created_us) "
                 "SELECT merchant, mode, 'card_capture', attempt, "
                 "due_us + 86400000000, 3, created_us FROM task "
                 "WHERE kind = 'card_batch'");
    world_advance_to(world, 0, 21, 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_TO_CAPTURE);
    assert_int_equal(world_number(world, "SELECT tries FROM task WHERE kind = 'card_capture'"), 3);
    world_free(world);
}

CASE(payment_that_was_canceled_is_not_captured)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 1000);

    refund(world, payment.id, 1000);
    world_is_sound(world);
    world_advance_to(world, 0, 21, 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CANCELED);
    assert_int_equal(fake_count(world->fake, CARD_CAPTURE), 0);
    world_free(world);
}

UNIT_MAIN(T(payments_of_an_evening_share_one_task),
          T(batch_of_several_portions_forgets_none_and_takes_none_twice),
          T(payment_older_than_the_batch_has_a_task_of_its_own),
          T(hold_that_is_captured_later_has_a_task_of_its_own), T(each_evening_has_its_batch),
          T(late_batch_leaves_what_was_paid_after_its_evening),
          T(task_that_is_there_stays_as_it_is), T(payment_that_was_canceled_is_not_captured))
