#include "core/page_limit.h"
#include "core/task_run.h"
#include "support/core_raw.h"
#include "support/logged.h"

/* --- the day's batch --- */

CASE(captures_leave_at_21_paris_time)
{
    struct world *world = world_new();
    struct payment first = pay_card(world, 10000);
    struct payment second = pay_card(world, 2000);
    struct payment held = pay_hold(world, 3000);

    world_advance_to(world, 0, 20, 59);
    assert_int_equal(fake_count(world->fake, CARD_CAPTURE), 0);
    assert_int_equal(state_now(world, first.id), PAYMENT_TO_CAPTURE);
    world_advance_to(world, 0, 21, 0);
    assert_int_equal(fake_count(world->fake, CARD_CAPTURE), 2);
    assert_int_equal(state_now(world, first.id), PAYMENT_CAPTURE_SENT);
    assert_int_equal(state_now(world, second.id), PAYMENT_CAPTURE_SENT);
    assert_int_equal(state_now(world, held.id), PAYMENT_AUTHORIZED);
    struct fake_call call = fake_last(world->fake, CARD_CAPTURE);
    struct attempt authorisation =
        attempt_now(world, ID_EQ(call.payment, first.id) ? first.attempt : second.attempt);
    assert_int_equal(call.original_op, CARD_AUTHORISE);
    assert_string_equal(call.original.rrn, authorisation.trace.rrn);
    assert_true(str_eq(str_of(call.auth_code), authorisation.auth_code));
    assert_false(call.repeat);
    world_is_sound(world);
    world_free(world);
}

CASE(payment_made_after_the_batch_leaves_with_the_next)
{
    struct world *world = world_new();

    world_advance_to(world, 0, 21, 0);
    struct payment payment = pay_card(world, 10000);
    world_advance_to(world, 1, 20, 59);
    assert_int_equal(state_now(world, payment.id), PAYMENT_TO_CAPTURE);
    world_advance_to(world, 1, 21, 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURE_SENT);
    world_free(world);
}

CASE(capture_that_the_acquirer_refuses_has_failed_and_is_taken_out_of_the_book)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 10000);

    fake_say(world->fake, CARD_CAPTURE, CARD_DECLINED, "12");
    world_advance_to(world, 0, 21, 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_FAILED);
    assert_int_equal(world_balance(world, ACCOUNT_ACQUIRER), 0);
    assert_int_equal(world_balance(world, ACCOUNT_PENDING), 0);
    assert_int_equal(world_balance(world, ACCOUNT_FEE_INCOME), 0);
    assert_int_equal(leg_count(world, payment.id.raw), 10);
    world_is_sound(world);
    world_free(world);
}

CASE(capture_without_an_answer_is_sent_again_as_it_was)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 10000);

    fake_say(world->fake, CARD_CAPTURE, CARD_UNKNOWN, "68");
    fake_say(world->fake, CARD_CAPTURE, CARD_UNREACHABLE, "91");
    world_advance_to(world, 0, 21, 0);
    struct fake_call first = fake_last(world->fake, CARD_CAPTURE);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURE_SENT);
    world_is_sound(world);
    world_advance(world, 60);
    assert_int_equal(fake_count(world->fake, CARD_CAPTURE), 3);
    struct fake_call last = fake_last(world->fake, CARD_CAPTURE);
    assert_true(last.repeat);
    assert_true(ID_EQ(last.attempt, first.attempt));
    assert_string_equal(last.trace.rrn, first.trace.rrn);
    assert_int_equal(last.trace.stan, first.trace.stan);
    assert_int_equal(last.trace.sent, first.trace.sent);
    assert_int_equal(attempt_now(world, first.attempt).state, ATTEMPT_APPROVED);
    world_is_sound(world);
    world_free(world);
}

CASE(capture_that_moves_the_money_at_once_is_settled_at_once)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 10000);

    fake_say_settled(world->fake, CARD_CAPTURE, 70);
    world_advance_to(world, 0, 21, 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURED);
    assert_int_equal(world_balance(world, ACCOUNT_BANK), 9930);
    assert_int_equal(world_balance(world, ACCOUNT_ACQUIRER_FEES), 70);
    world_is_sound(world);
    world_free(world);
}

CASE(payment_that_failed_at_capture_can_be_paid_again_on_its_page)
{
    struct world *world = world_new();
    struct page_submit submit;
    struct payment payment = pay(world, draft_for_page(10000));

    assert_ok(submit_try(world, payment.id, "t1", &submit));
    fake_say(world->fake, CARD_CAPTURE, CARD_DECLINED, "12");
    world_advance_to(world, 0, 21, 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_FAILED);
    assert_ok(submit_try(world, payment.id, "t2", &submit));
    assert_int_equal(state_now(world, payment.id), PAYMENT_TO_CAPTURE);
    assert_int_equal(world_balance(world, ACCOUNT_ACQUIRER), 10000);
    world_is_sound(world);
    world_free(world);
}

/* --- the settlement file --- */

CASE(settlement_file_of_22_books_what_the_acquirer_kept)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 10000);

    world_advance_to(world, 0, 21, 0);
    fake_new_file(world->fake, "settlement-1", "h1");
    fake_settles(world->fake, SETTLED_DEBIT, fake_last(world->fake, CARD_CAPTURE).trace.rrn,
                 eur(10000), 85);
    world_advance_to(world, 0, 21, 59);
    assert_int_equal(world->fake->settlement_count, 0);
    world_advance_to(world, 0, 22, 0);
    assert_int_equal(world->fake->settlement_count, 1);
    assert_int_equal(world->fake->settlement_day.year, 2031);
    assert_int_equal(world->fake->settlement_day.month, 6);
    assert_int_equal(world->fake->settlement_day.day, 2);
    payment = payment_now(world, payment.id);
    assert_int_equal(payment.state, PAYMENT_CAPTURED);
    assert_true(payment.banked > payment.paid);
    assert_legs(world, payment.id.raw, {ENTRY_CAPTURE_DECIDED, ACCOUNT_ACQUIRER, 10000},
                {ENTRY_CAPTURE_DECIDED, ACCOUNT_PENDING, -10000},
                {ENTRY_CAPTURE_DECIDED, ACCOUNT_PENDING, 252},
                {ENTRY_CAPTURE_DECIDED, ACCOUNT_FEE_INCOME, -210},
                {ENTRY_CAPTURE_DECIDED, ACCOUNT_FEE_VAT, -42},
                {ENTRY_CAPTURE_SETTLED, ACCOUNT_BANK, 9915},
                {ENTRY_CAPTURE_SETTLED, ACCOUNT_ACQUIRER_FEES, 85},
                {ENTRY_CAPTURE_SETTLED, ACCOUNT_ACQUIRER, -10000},
                {ENTRY_CAPTURE_SETTLED, ACCOUNT_PENDING, 9748},
                {ENTRY_CAPTURE_SETTLED, ACCOUNT_PAYABLE, -9748});
    world_is_sound(world);
    world_free(world);
}

CASE(line_that_matches_nothing_goes_to_the_work_list_and_is_not_booked)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 10000);

    world_advance_to(world, 0, 21, 0);
    const char *rrn =
        str_cstr(world->cx->arena, str_of(fake_last(world->fake, CARD_CAPTURE).trace.rrn));
    fake_new_file(world->fake, "settlement-1", "h1");
    fake_settles(world->fake, SETTLED_DEBIT, "000000000001", eur(10000), 0);
    fake_settles(world->fake, SETTLED_DEBIT, rrn, eur(9999), 0);
    fake_settles(world->fake, SETTLED_CREDIT, rrn, eur(10000), 0);
    fake_settles(world->fake, SETTLED_CHARGEBACK, rrn, eur(10000), 0);
    fake_settles(world->fake, SETTLED_FEE, rrn, eur(10000), 0);
    fake_settles(world->fake, SETTLED_REPRESENTMENT, rrn, eur(10000), 0);
    fake_settles(world->fake, SETTLED_REVERSAL, rrn, eur(10000), 0);
    fake_settles(world->fake, SETTLED_DEBIT, "000000000001", eur(10000), 0);
    world_advance_to(world, 0, 22, 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURE_SENT);
    assert_int_equal(leg_count(world, payment.id.raw), 5);
    assert_int_equal(world_count(world, "settlement_work"), 7);
    assert_int_equal(world_count(world, "settlement_file"), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(same_file_twice_changes_nothing)
{
    struct world *world = world_new();
    struct payment first = pay_card(world, 10000);

    world_advance_to(world, 0, 21, 0);
    fake_new_file(world->fake, "settlement-1", "h1");
    fake_settles(world->fake, SETTLED_DEBIT, fake_last(world->fake, CARD_CAPTURE).trace.rrn,
                 eur(10000), 85);
    fake_settles(world->fake, SETTLED_DEBIT, "000000000001", eur(10000), 0);
    world_advance_to(world, 0, 22, 0);
    int64_t bank = world_balance(world, ACCOUNT_BANK);
    pay_card(world, 2000);
    world_advance_to(world, 1, 22, 0);
    assert_int_equal(world->fake->settlement_count, 2);
    assert_int_equal(world_balance(world, ACCOUNT_BANK), bank);
    assert_int_equal(state_now(world, first.id), PAYMENT_CAPTURED);
    assert_int_equal(leg_count(world, first.id.raw), 10);
    assert_int_equal(world_count(world, "settlement_work"), 1);
    assert_int_equal(world_count(world, "settlement_file"), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(file_of_more_lines_than_one_transaction_takes_is_booked_whole)
{
    enum { MANY = 450 };
    struct world *world = world_new();
    char rrn[RRN_LEN + 1];

    struct payment payment = pay_card(world, 10000);
    world_advance_to(world, 0, 21, 0);
    fake_new_file(world->fake, "settlement-1", "h1");
    for (int i = 0; i < MANY; i++) {
        snprintf(rrn, sizeof rrn, "9%011d", i);
        fake_settles(world->fake, SETTLED_DEBIT, rrn, eur(10000), 0);
    }
    fake_settles(world->fake, SETTLED_DEBIT, fake_last(world->fake, CARD_CAPTURE).trace.rrn,
                 eur(10000), 0);
    world_advance_to(world, 0, 22, 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURED);
    assert_int_equal(world_count(world, "settlement_work"), MANY);
    world_is_sound(world);
    world_free(world);
}

CASE(file_of_a_large_shop_fits_in_the_memory_of_its_task)
{
    enum { MANY = 8000 };
    struct world *world = world_new();

    pay_card(world, 10000);
    world_advance_to(world, 0, 21, 0);
    struct fake_call sent = fake_last(world->fake, CARD_CAPTURE);
    fake_new_file(world->fake, "settlement-1", "h1");
    for (int i = 0; i < MANY; i++)
        fake_settles(world->fake, SETTLED_DEBIT, sent.trace.rrn, eur(10000), 0);
    world_advance_to(world, 0, 22, 0);
    assert_int_equal(world_count(world, "settlement_work"), 0);
    assert_int_equal(world_count(world, "settlement_file"), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(line_in_another_currency_goes_to_the_work_list)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 10000);
    struct money dollars = {10000, CURRENCY_USD};

    world_advance_to(world, 0, 21, 0);
    struct fake_call sent = fake_last(world->fake, CARD_CAPTURE);
    fake_new_file(world->fake, "settlement-1", "h1");
    fake_settles(world->fake, SETTLED_DEBIT, sent.trace.rrn, dollars, 0);
    world_advance_to(world, 0, 22, 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURE_SENT);
    assert_int_equal(world_count(world, "settlement_work"), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(file_that_is_late_is_asked_for_past_midnight)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 10000);

    world_advance_to(world, 0, 21, 0);
    world->fake->settlement_refusals = 25;
    fake_new_file(world->fake, "settlement-1", "h1");
    fake_settles(world->fake, SETTLED_DEBIT, fake_last(world->fake, CARD_CAPTURE).trace.rrn,
                 eur(10000), 0);
    world_advance_to(world, 1, 0, 30);
    assert_int_equal(world->fake->settlement_count, 26);
    assert_int_equal(world->fake->settlement_day.day, 2);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURED);
    world_is_sound(world);
    world_free(world);
}

/* An acquirer that is away for two evenings and two nights: each day is asked for, in order. */
CASE(no_day_is_lost_when_files_cannot_be_had_for_days)
{
    struct world *world = world_new();
    struct payment first = pay_card(world, 10000);
    int64_t day_one = date_to_days(date_paris(WORLD_START));

    world_advance_to(world, 0, 21, 1);
    struct fake_call first_capture = fake_last(world->fake, CARD_CAPTURE);
    /* Every five minutes from 22:00 on. */
    world->fake->settlement_refusals = 12 * 52;
    world_advance_to(world, 1, 9, 0);
    struct payment second = pay_card(world, 700);
    world_restart(world);
    world_advance_to(world, 2, 1, 0);
    assert_int_equal(world->fake->settlement_days_count, 0);
    assert_int_equal(date_to_days(world->fake->settlement_day), day_one);
    world_advance_to(world, 3, 12, 0);
    assert_int_equal(world->fake->settlement_days_count, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(date_to_days(world->fake->settlement_days[i]), day_one + i);
    fake_new_file(world->fake, "settlement-1", "h1");
    fake_settles(world->fake, SETTLED_DEBIT, first_capture.trace.rrn, eur(10000), 0);
    fake_settles(world->fake, SETTLED_DEBIT, fake_last(world->fake, CARD_CAPTURE).trace.rrn,
                 eur(700), 0);
    world_advance_to(world, 3, 22, 1);
    assert_int_equal(world->fake->settlement_days_count, 4);
    assert_int_equal(state_now(world, first.id), PAYMENT_CAPTURED);
    assert_int_equal(state_now(world, second.id), PAYMENT_CAPTURED);
    assert_int_equal(world_count(world, "settlement_day"), 0);
    world_advance_to(world, 6, 22, 1);
    assert_int_equal(world->fake->settlement_days_count, 4);
    world_is_sound(world);
    world_free(world);
}

CASE(file_that_is_not_there_yet_is_asked_for_again)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 10000);

    world_advance_to(world, 0, 21, 0);
    world->fake->settlement_refusals = 2;
    fake_new_file(world->fake, "settlement-1", "h1");
    fake_settles(world->fake, SETTLED_DEBIT, fake_last(world->fake, CARD_CAPTURE).trace.rrn,
                 eur(10000), 0);
    world_advance_to(world, 0, 22, 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURE_SENT);
    world_advance_to(world, 0, 22, 11);
    assert_int_equal(world->fake->settlement_count, 3);
    assert_int_equal(world->fake->settlement_day.day, 2);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURED);
    world_is_sound(world);
    world_free(world);
}

CASE(file_that_is_quicker_than_the_answer_settles_all_the_same)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    struct payment other = pay_card(world, 2000);
    struct refund made = refund(world, payment.id, 4000);

    fake_say(world->fake, CARD_REFUND, CARD_UNKNOWN, "68");
    fake_say(world->fake, CARD_CAPTURE, CARD_APPROVED, "00");
    world_advance_to(world, 0, 21, 0);
    assert_int_equal(refund_now(world, made.id).state, REFUND_TO_REFUND);
    for (int i = 0; i < 20; i++)
        fake_say(world->fake, CARD_REFUND, CARD_UNKNOWN, "68");
    fake_new_file(world->fake, "settlement-1", "h1");
    fake_settles(world->fake, SETTLED_CREDIT, fake_last(world->fake, CARD_REFUND).trace.rrn,
                 eur(4000), 0);
    world_advance_to(world, 0, 22, 0);
    assert_int_equal(refund_now(world, made.id).state, REFUND_REFUNDED);
    assert_int_equal(state_now(world, other.id), PAYMENT_CAPTURE_SENT);
    world_advance_to(world, 1, 10, 0);
    assert_int_equal(refund_now(world, made.id).state, REFUND_REFUNDED);
    world_is_sound(world);
    world_free(world);
}

/* --- reversals --- */

static void reversal_ends_with(const char *response, enum card_outcome outcome, size_t asked_again)
{
    struct world *world = world_new();
    struct payment_create create;

    fake_say(world->fake, CARD_AUTHORISE, CARD_UNKNOWN, "68");
    assert_ok(pay_try(world, draft_with_card(world, 10000), &create));
    fake_say(world->fake, CARD_REVERSE, CARD_UNKNOWN, "68");
    fake_say(world->fake, CARD_REVERSE, CARD_UNREACHABLE, "91");
    fake_say(world->fake, CARD_REVERSE, CARD_DECLINED, "96");
    fake_say(world->fake, CARD_REVERSE, outcome, response);
    world_work(world);
    struct fake_call first = fake_last(world->fake, CARD_REVERSE);
    assert_int_equal(fake_count(world->fake, CARD_REVERSE), 1);
    assert_false(first.repeat);
    world_advance(world, 5 + 10 + 20 + 1);
    assert_int_equal(fake_count(world->fake, CARD_REVERSE), 4);
    struct fake_call last = fake_last(world->fake, CARD_REVERSE);
    assert_true(last.repeat);
    assert_string_equal(last.trace.rrn, first.trace.rrn);
    assert_int_equal(attempt_now(world, create.view.payment.attempt).state, ATTEMPT_REVERSED);
    world_advance(world, 3600);
    assert_int_equal(fake_count(world->fake, CARD_REVERSE), 4 + asked_again);
    last = fake_last(world->fake, CARD_REVERSE);
    assert_true(last.repeat == (asked_again == 0));
    assert_true((last.trace.stan == first.trace.stan) == (asked_again == 0));
    assert_int_equal(attempt_now(world, create.view.payment.attempt).state, ATTEMPT_REVERSED);
    world_advance(world, 24 * 3600);
    assert_int_equal(fake_count(world->fake, CARD_REVERSE), 4 + asked_again);
    world_is_sound(world);
    world_free(world);
}

/* What never was may still come: that is asked once more, by a message of its own. */
CASE(reversal_is_repeated_until_it_is_undone_or_never_was)
{
    reversal_ends_with("00", CARD_APPROVED, 0);
    reversal_ends_with("25", CARD_DECLINED, 1);
    reversal_ends_with("94", CARD_DECLINED, 0);
}

static void work(void *world)
{
    world_work(world);
}

/* What the log says while a payment is cancelled, which the acquirer answers so. */
static void cancel_logs(const char *response, enum card_outcome outcome, bool refused)
{
    struct world *world = world_new();
    struct payment payment = pay_hold(world, 10000);
    char lines[4096];

    fake_say(world->fake, CARD_VOID, outcome, response);
    refund(world, payment.id, 10000);
    logged(lines, sizeof lines, work, world);
    assert_int_equal(fake_count(world->fake, CARD_VOID), 1);
    assert_int_equal(strstr(lines, "card.cancel_refused") != NULL, refused);
    world_advance(world, 3600);
    assert_int_equal(fake_count(world->fake, CARD_VOID), 1);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CANCELED);
    world_is_sound(world);
    world_free(world);
}

CASE(cancel_that_the_acquirer_refuses_is_in_the_log)
{
    cancel_logs("00", CARD_APPROVED, false);
    cancel_logs("25", CARD_DECLINED, false);
    cancel_logs("94", CARD_DECLINED, false);
    cancel_logs("12", CARD_DECLINED, true);
}

CASE(tries_are_put_off_for_5_10_20_seconds_and_so_on_up_to_300)
{
    static const int64_t SECONDS[] = {0, 5, 10, 20, 40, 80, 160, 300, 300, 300};

    for (size_t i = 0; i < ARRAY_LEN(SECONDS); i++)
        assert_int_equal(task_retry_at(1000, (int64_t)i), 1000 + SECONDS[i] * SECOND_US);
    assert_int_equal(task_retry_at(0, 1000000), 300 * SECOND_US);
}

CASE(reversal_keeps_its_pace)
{
    struct world *world = world_new();
    struct payment_create create;

    fake_say(world->fake, CARD_AUTHORISE, CARD_UNKNOWN, "68");
    assert_ok(pay_try(world, draft_with_card(world, 10000), &create));
    for (int i = 0; i < 12; i++)
        fake_say(world->fake, CARD_REVERSE, CARD_UNKNOWN, "68");
    world_work(world);
    /* 5, 10, 20, 40, 80, 160 s make 315; then 300 each. */
    world_advance(world, 314);
    assert_int_equal(fake_count(world->fake, CARD_REVERSE), 6);
    world_advance(world, 300);
    assert_int_equal(fake_count(world->fake, CARD_REVERSE), 7);
    world_advance(world, 310);
    assert_int_equal(fake_count(world->fake, CARD_REVERSE), 9);
    world_is_sound(world);
    world_free(world);
}

/* --- holds --- */

CASE(reversal_goes_at_once_when_the_acquirer_is_back)
{
    struct world *world = world_new();
    struct payment_create create;

    fake_say(world->fake, CARD_AUTHORISE, CARD_UNKNOWN, "68");
    assert_ok(pay_try(world, draft_with_card(world, 10000), &create));
    for (int i = 0; i < 7; i++)
        fake_say(world->fake, CARD_REVERSE, CARD_UNKNOWN, "68");
    world_advance(world, 400);
    assert_int_equal(fake_count(world->fake, CARD_REVERSE), 7);
    assert_int_equal(attempt_now(world, create.view.payment.attempt).state, ATTEMPT_UNKNOWN);
    fake_comes_back(world->fake);
    world_work(world);
    assert_int_equal(fake_count(world->fake, CARD_REVERSE), 8);
    assert_true(fake_last(world->fake, CARD_REVERSE).repeat);
    assert_int_equal(attempt_now(world, create.view.payment.attempt).state, ATTEMPT_REVERSED);
    assert_ok(pay_try(world, draft_with_card(world, 10000), &create));
    world_is_sound(world);
    world_free(world);
}

CASE(reversal_that_could_not_leave_is_no_try)
{
    struct world *world = world_new();
    struct payment_create create;

    fake_say(world->fake, CARD_AUTHORISE, CARD_UNKNOWN, "68");
    assert_ok(pay_try(world, draft_with_card(world, 10000), &create));
    for (int i = 0; i < 20; i++)
        fake_say(world->fake, CARD_REVERSE, CARD_UNREACHABLE, "91");
    world_work(world);
    world_advance(world, 94);
    assert_int_equal(fake_count(world->fake, CARD_REVERSE), 19);
    world_advance(world, 10);
    assert_int_equal(attempt_now(world, create.view.payment.attempt).state, ATTEMPT_REVERSED);
    world_is_sound(world);
    world_free(world);
}

CASE(hold_expires_after_seven_days_and_is_given_back)
{
    struct world *world = world_new();
    struct payment payment = pay_hold(world, 10000);

    world_advance(world, 7 * 86400 - 60);
    assert_int_equal(state_now(world, payment.id), PAYMENT_AUTHORIZED);
    world_advance(world, 61);
    assert_int_equal(state_now(world, payment.id), PAYMENT_EXPIRED);
    assert_int_equal(fake_count(world->fake, CARD_VOID), 1);
    assert_int_equal(leg_count(world, payment.id.raw), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(hold_that_was_captured_does_not_expire)
{
    struct world *world = world_new();
    struct payment payment = pay_hold(world, 10000);
    struct payment_capture capture;

    world_advance(world, 6 * 86400);
    assert_ok(capture_try(world, payment.id, &capture));
    world_advance(world, 3 * 86400);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURE_SENT);
    assert_int_equal(fake_count(world->fake, CARD_VOID), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(running_what_is_due_again_changes_nothing)
{
    struct world *world = world_new();

    pay_card(world, 10000);
    world_advance_to(world, 0, 21, 0);
    size_t calls = world->fake->call_count;
    for (int i = 0; i < 5; i++)
        world_work(world);
    assert_int_equal(world->fake->call_count, calls);
    world_is_sound(world);
    world_free(world);
}

CASE(capture_that_meets_a_technical_answer_is_sent_again)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 10000);

    fake_say(world->fake, CARD_CAPTURE, CARD_DECLINED, "91");
    fake_say(world->fake, CARD_CAPTURE, CARD_DECLINED, "96");
    world_advance_to(world, 0, 21, 30);
    assert_int_equal(fake_count(world->fake, CARD_CAPTURE), 3);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURE_SENT);
    assert_true(fake_last(world->fake, CARD_CAPTURE).repeat);
    world_is_sound(world);
    world_free(world);
}

/* --- every night --- */

static int64_t numbers_kept(struct world *world)
{
    return world_number(world, "SELECT COUNT(*) FROM card WHERE pan_sealed IS NOT NULL");
}

CASE(card_number_is_forgotten_after_400_days_without_a_payment)
{
    struct world *world = world_new();

    pay_card(world, 1000);
    world_advance_to(world, 300, 12, 0);
    pay_card(world, 2000);
    world_advance_to(world, 399, 12, 0);
    assert_int_equal(numbers_kept(world), 2);
    world_advance_to(world, 402, 12, 0);
    assert_int_equal(numbers_kept(world), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(card_number_is_forgotten_90_days_after_the_expiry)
{
    struct world *world = world_new();
    struct card_draft draft = card_draft("4242424242424242");
    struct date today = date_paris(WORLD_START);

    draft.exp_year = today.year;
    draft.exp_month = today.month;
    struct payment_draft payment = draft_of(1000);
    payment.card = card_inline(world, draft);
    pay(world, payment);
    world_advance_to(world, 80, 12, 0);
    assert_int_equal(numbers_kept(world), 1);
    world_advance_to(world, 125, 12, 0);
    assert_int_equal(numbers_kept(world), 0);
    world_free(world);
}

struct purge {
    int64_t most;
    bool more;
};

static err_t traces_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct purge *purge = arg;

    return page_traces_purge(cx, tx, purge->most, &purge->more);
}

static bool traces_purged(struct world *world, int64_t most)
{
    struct purge purge = {.most = most};

    world_set_body_run(world, traces_body, &purge);
    return purge.more;
}

/* More than are looked through in one transaction. */
CASE(numbers_of_many_cards_are_forgotten_in_one_night)
{
    enum { CARDS = 1203 };
    struct world *world = world_new();

    for (int i = 0; i < CARDS; i++)
        pay_card(world, 1000);
    world_advance_to(world, 300, 12, 0);
    pay_card(world, 2000);
    assert_int_equal(numbers_kept(world), CARDS + 1);
    world_advance_to(world, 402, 12, 0);
    assert_int_equal(numbers_kept(world), 1);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM task WHERE kind = 'nightly'"), 2);
    world_free(world);
}

CASE(forms_of_pages_are_forgotten_in_portions)
{
    struct world *world = world_new();

    for (int i = 0; i < 3; i++) {
        struct payment payment = pay(world, draft_for_page(1000));
        struct page_submit submit;
        assert_ok(submit_try(world, payment.id, "t1", &submit));
    }
    world_stop_at(world, WORLD_START + 31 * DAY_US);
    assert_true(traces_purged(world, 2));
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM page_submit"), 1);
    assert_false(traces_purged(world, 2));
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM page_submit"), 0);
    world_free(world);
}

UNIT_MAIN(T(captures_leave_at_21_paris_time), T(payment_made_after_the_batch_leaves_with_the_next),
          T(capture_that_the_acquirer_refuses_has_failed_and_is_taken_out_of_the_book),
          T(capture_without_an_answer_is_sent_again_as_it_was),
          T(capture_that_moves_the_money_at_once_is_settled_at_once),
          T(payment_that_failed_at_capture_can_be_paid_again_on_its_page),
          T(settlement_file_of_22_books_what_the_acquirer_kept),
          T(line_that_matches_nothing_goes_to_the_work_list_and_is_not_booked),
          T(same_file_twice_changes_nothing),
          T(file_of_more_lines_than_one_transaction_takes_is_booked_whole),
          T(file_of_a_large_shop_fits_in_the_memory_of_its_task),
          T(line_in_another_currency_goes_to_the_work_list),
          T(file_that_is_late_is_asked_for_past_midnight),
          T(no_day_is_lost_when_files_cannot_be_had_for_days),
          T(file_that_is_not_there_yet_is_asked_for_again),
          T(file_that_is_quicker_than_the_answer_settles_all_the_same),
          T(reversal_is_repeated_until_it_is_undone_or_never_was),
          T(tries_are_put_off_for_5_10_20_seconds_and_so_on_up_to_300), T(reversal_keeps_its_pace),
          T(cancel_that_the_acquirer_refuses_is_in_the_log),
          T(reversal_goes_at_once_when_the_acquirer_is_back),
          T(reversal_that_could_not_leave_is_no_try),
          T(hold_expires_after_seven_days_and_is_given_back),
          T(hold_that_was_captured_does_not_expire), T(running_what_is_due_again_changes_nothing),
          T(capture_that_meets_a_technical_answer_is_sent_again),
          T(card_number_is_forgotten_after_400_days_without_a_payment),
          T(card_number_is_forgotten_90_days_after_the_expiry),
          T(numbers_of_many_cards_are_forgotten_in_one_night),
          T(forms_of_pages_are_forgotten_in_portions))
