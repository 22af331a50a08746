#include "support/core_raw.h"

static struct dispute only_dispute(struct world *world, struct payment_id payment)
{
    struct dispute *list;
    size_t count;

    assert_ok(disputes_of_payment(world->cx, world_read(world), payment, &list, &count));
    assert_int_equal(count, 1);
    return list[0];
}

static size_t dispute_count(struct world *world, struct payment_id payment)
{
    struct dispute *list;
    size_t count;

    assert_ok(disputes_of_payment(world->cx, world_read(world), payment, &list, &count));
    return count;
}

static const char *rrn_of(struct world *world, const struct payment *payment)
{
    struct attempt attempt = attempt_now(world, payment->attempt);

    return str_cstr(world->cx->arena, str_of(attempt.trace.rrn));
}

CASE(notice_books_the_loss_and_its_fee)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);

    assert_ok(notice_try(world, rrn_of(world, &payment), eur(10000), "45"));
    struct dispute dispute = only_dispute(world, payment.id);
    assert_int_equal(dispute.state, DISPUTE_OPEN);
    assert_str(dispute.response, "45");
    assert_int_equal(dispute.fee_minor, 1500);
    assert_int_equal(dispute.fee_vat_minor, 300);
    assert_int_equal(state_now(world, payment.id), PAYMENT_DISPUTED);
    assert_legs(
        world, dispute.id.raw, {ENTRY_CHARGEBACK, ACCOUNT_PAYABLE, 10000},
        {ENTRY_CHARGEBACK, ACCOUNT_ACQUIRER, -10000}, {ENTRY_CHARGEBACK, ACCOUNT_PAYABLE, 1800},
        {ENTRY_CHARGEBACK, ACCOUNT_FEE_INCOME, -1500}, {ENTRY_CHARGEBACK, ACCOUNT_FEE_VAT, -300});
    world_is_sound(world);
    world_free(world);
}

CASE(notice_of_a_part_books_that_part)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);

    assert_ok(notice_try(world, rrn_of(world, &payment), eur(1), "4853"));
    assert_int_equal(only_dispute(world, payment.id).amount.minor, 1);
    world_is_sound(world);
    world_free(world);
}

CASE(notice_repeated_is_known)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);

    assert_ok(notice_try(world, rrn_of(world, &payment), eur(10000), "45"));
    assert_ok(notice_try(world, rrn_of(world, &payment), eur(10000), "45"));
    assert_int_equal(dispute_count(world, payment.id), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(notice_before_the_settlement_must_come_again)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 10000);
    const char *rrn = rrn_of(world, &payment);

    assert_int_equal(notice_try(world, rrn, eur(10000), "45"), ERR_BUSY);
    world_advance_to(world, 0, 21, 0);
    assert_int_equal(notice_try(world, rrn, eur(10000), "45"), ERR_BUSY);
    fake_new_file(world->fake, "settlement-1", "h1");
    fake_settles(world->fake, SETTLED_DEBIT, fake_last(world->fake, CARD_CAPTURE).trace.rrn,
                 eur(10000), 0);
    world_advance_to(world, 0, 22, 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURED);
    assert_ok(notice_try(world, rrn, eur(10000), "45"));
    assert_int_equal(state_now(world, payment.id), PAYMENT_DISPUTED);
    world_is_sound(world);
    world_free(world);
}

CASE(notice_that_matches_nothing_is_not_found)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    struct payment held = pay_hold(world, 10000);
    const char *rrn = rrn_of(world, &payment);
    struct money dollars = {10000, CURRENCY_USD};

    assert_int_equal(notice_try(world, "000000000000", eur(10000), "45"), ERR_NOT_FOUND);
    assert_int_equal(notice_try(world, rrn, eur(10001), "45"), ERR_NOT_FOUND);
    assert_int_equal(notice_try(world, rrn, eur(0), "45"), ERR_NOT_FOUND);
    assert_int_equal(notice_try(world, rrn, dollars, "45"), ERR_NOT_FOUND);
    assert_int_equal(notice_try(world, rrn_of(world, &held), eur(10000), "45"), ERR_NOT_FOUND);
    world->merchant.acceptor[3] = '-';
    assert_int_equal(notice_try(world, rrn, eur(10000), "45"), ERR_NOT_FOUND);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURED);
    world_is_sound(world);
    world_free(world);
}

CASE(chargeback_in_the_file_settles_the_dispute_once)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    const char *rrn = rrn_of(world, &payment);

    assert_ok(notice_try(world, rrn, eur(10000), "45"));
    fake_new_file(world->fake, "settlement-1", "h1");
    fake_settles(world->fake, SETTLED_CHARGEBACK, rrn, eur(10000), 0);
    fake_settles(world->fake, SETTLED_CHARGEBACK, rrn, eur(10000), 0);
    world_advance_to(world, 0, 22, 0);
    struct dispute dispute = only_dispute(world, payment.id);
    assert_int_equal(dispute.state, DISPUTE_SETTLED);
    assert_true(dispute.banked > 0);
    assert_legs(
        world, dispute.id.raw, {ENTRY_CHARGEBACK, ACCOUNT_PAYABLE, 10000},
        {ENTRY_CHARGEBACK, ACCOUNT_ACQUIRER, -10000}, {ENTRY_CHARGEBACK, ACCOUNT_PAYABLE, 1800},
        {ENTRY_CHARGEBACK, ACCOUNT_FEE_INCOME, -1500}, {ENTRY_CHARGEBACK, ACCOUNT_FEE_VAT, -300},
        {ENTRY_CHARGEBACK_SETTLED, ACCOUNT_ACQUIRER, 10000},
        {ENTRY_CHARGEBACK_SETTLED, ACCOUNT_BANK, -10000});
    assert_int_equal(world_balance(world, ACCOUNT_ACQUIRER), 0);
    world_is_sound(world);
    world_free(world);
}

/* What the acquirer owes and what it takes back may be the same: it waits for both all the same. */
CASE(file_of_tomorrow_is_asked_for_when_a_sale_and_a_chargeback_cancel_out)
{
    struct world *world = world_new();
    struct payment lost = pay_settled(world, 10000);
    struct payment sold = pay_card(world, 10000);

    assert_ok(notice_try(world, rrn_of(world, &lost), eur(10000), "45"));
    assert_int_equal(world_balance(world, ACCOUNT_ACQUIRER), 0);
    world_advance_to(world, 0, 22, 0); /* that evening's file has neither */
    assert_int_equal(state_now(world, sold.id), PAYMENT_CAPTURE_SENT);
    fake_new_file(world->fake, "settlement-1", "h1");
    fake_settles(world->fake, SETTLED_DEBIT, fake_last(world->fake, CARD_CAPTURE).trace.rrn,
                 eur(10000), 0);
    fake_settles(world->fake, SETTLED_CHARGEBACK, rrn_of(world, &lost), eur(10000), 0);
    world_advance_to(world, 1, 22, 0);
    assert_int_equal(state_now(world, sold.id), PAYMENT_CAPTURED);
    assert_int_equal(only_dispute(world, lost.id).state, DISPUTE_SETTLED);
    world_is_sound(world);
    world_free(world);
}

CASE(fee_beside_a_chargeback_is_for_a_person)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    int64_t before = world_balance(world, ACCOUNT_BANK);

    assert_ok(notice_try(world, rrn_of(world, &payment), eur(10000), "45"));
    for (int day = 0; day < 2; day++) { /* the same line in two files is one */
        fake_new_file(world->fake, "settlement-1", day == 0 ? "h1" : "h2");
        fake_settles(world->fake, SETTLED_CHARGEBACK, rrn_of(world, &payment), eur(10000), 1500);
        (void)pay_card(world, 500); /* so that the next file is asked for */
        world_advance_to(world, day, 22, 0);
    }
    assert_int_equal(only_dispute(world, payment.id).state, DISPUTE_SETTLED);
    assert_int_equal(world_balance(world, ACCOUNT_BANK), before - 11500);
    assert_int_equal(world_balance(world, ACCOUNT_SUSPENSE), 1500);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM settlement_work WHERE kind = 'fee' "
                                         "AND amount_minor = 1500"),
                     1);
    world_is_sound(world);
    world_free(world);
}

/* The merchant contested it, and the acquirer says so in a later file: its money comes back, its
 * fee does not. */
CASE(chargeback_that_is_won_comes_back_once)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    const char *rrn = rrn_of(world, &payment);

    assert_ok(notice_try(world, rrn, eur(10000), "45"));
    fake_new_file(world->fake, "settlement-0", "h0");
    fake_settles(world->fake, SETTLED_REPRESENTMENT, rrn, eur(10000), 0);
    world_advance_to(world, 0, 22, 0);
    assert_int_equal(world_count(world, "settlement_work"),
                     1); /* not taken yet: nothing to give back */
    fake_new_file(world->fake, "settlement-1", "h1");
    fake_settles(world->fake, SETTLED_CHARGEBACK, rrn, eur(10000), 0);
    world_advance_to(world, 1, 22, 0);
    for (int day = 2; day < 4; day++) {
        fake_new_file(world->fake, "settlement-2", day == 2 ? "h2" : "h3");
        fake_settles(world->fake, SETTLED_REPRESENTMENT, rrn, eur(10000), 30);
        (void)pay_card(world, 500); /* so that a file is asked for */
        world_advance_to(world, day, 22, 0);
    }
    struct dispute dispute = only_dispute(world, payment.id);
    assert_int_equal(dispute.state, DISPUTE_SETTLED);
    assert_true(dispute.won > dispute.banked);
    assert_legs(
        world, dispute.id.raw, {ENTRY_CHARGEBACK, ACCOUNT_PAYABLE, 10000},
        {ENTRY_CHARGEBACK, ACCOUNT_ACQUIRER, -10000}, {ENTRY_CHARGEBACK, ACCOUNT_PAYABLE, 1800},
        {ENTRY_CHARGEBACK, ACCOUNT_FEE_INCOME, -1500}, {ENTRY_CHARGEBACK, ACCOUNT_FEE_VAT, -300},
        {ENTRY_CHARGEBACK_SETTLED, ACCOUNT_ACQUIRER, 10000},
        {ENTRY_CHARGEBACK_SETTLED, ACCOUNT_BANK, -10000},
        {ENTRY_CHARGEBACK_WON, ACCOUNT_BANK, 9970},
        {ENTRY_CHARGEBACK_WON, ACCOUNT_ACQUIRER_FEES, 30},
        {ENTRY_CHARGEBACK_WON, ACCOUNT_PAYABLE, -10000});
    assert_int_equal(state_now(world, payment.id), PAYMENT_DISPUTED);
    world_is_sound(world);
    world_free(world);
}

/* A kill between two portions of a large file, or another server that stood still meanwhile. */
CASE(file_that_is_read_again_gives_back_no_other_chargeback_of_the_same_amount)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    const char *rrn = rrn_of(world, &payment);

    assert_ok(notice_as(world, "a", rrn, eur(4000), "45"));
    assert_ok(notice_as(world, "b", rrn, eur(4000), "45"));
    fake_new_file(world->fake, "settlement-1", "h1");
    fake_settles(world->fake, SETTLED_REPRESENTMENT, rrn, eur(4000), 0);
    fake_settles(world->fake, SETTLED_CHARGEBACK, rrn, eur(4000), 0);
    fake_settles(world->fake, SETTLED_CHARGEBACK, rrn, eur(4000), 0);
    for (int day = 0; day < 3; day++) {
        (void)pay_card(world, 500); /* so that a file is asked for */
        world_advance_to(world, day, 22, 0);
    }
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM dispute WHERE state = 'settled'"),
                     2);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM dispute WHERE won_us IS NOT NULL"),
                     1);
    assert_int_equal(world_count(world, "settlement_work"), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(chargeback_in_the_file_without_a_notice_is_for_a_person)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    struct payment other = pay_settled(world, 10000);

    assert_ok(notice_try(world, rrn_of(world, &other), eur(5000), "45"));
    fake_new_file(world->fake, "settlement-1", "h1");
    fake_settles(world->fake, SETTLED_CHARGEBACK, rrn_of(world, &payment), eur(10000), 0);
    fake_settles(world->fake, SETTLED_CHARGEBACK, rrn_of(world, &other), eur(4999), 0);
    fake_settles(world->fake, SETTLED_CHARGEBACK, rrn_of(world, &other),
                 (struct money){5000, CURRENCY_USD}, 0);
    world_advance_to(world, 0, 22, 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURED);
    assert_int_equal(only_dispute(world, other.id).state, DISPUTE_OPEN);
    assert_int_equal(world_count(world, "settlement_work"), 3);
    world_is_sound(world);
    world_free(world);
}

CASE(second_notice_of_the_same_amount_is_another_dispute)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    const char *rrn = rrn_of(world, &payment);

    assert_ok(notice_as(world, "a", rrn, eur(4000), "45"));
    assert_ok(notice_as(world, "b", rrn, eur(4000), "45"));
    assert_ok(notice_as(world, "a", rrn, eur(4000), "45"));
    assert_int_equal(dispute_count(world, payment.id), 2);
    assert_int_equal(state_now(world, payment.id), PAYMENT_DISPUTED);
    world_is_sound(world);
    /* Up to the amount of the payment and no further. */
    assert_int_equal(notice_as(world, "c", rrn, eur(2001), "42"), ERR_NOT_FOUND);
    assert_ok(notice_as(world, "d", rrn, eur(2000), "42"));
    assert_int_equal(notice_as(world, "e", rrn, eur(1), "42"), ERR_NOT_FOUND);
    assert_int_equal(dispute_count(world, payment.id), 3);
    assert_int_equal(world_balance(world, ACCOUNT_ACQUIRER), -10000);
    world_is_sound(world);
    world_free(world);
}

CASE(repeat_with_another_amount_is_a_contradiction)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    const char *rrn = rrn_of(world, &payment);

    assert_ok(notice_as(world, "a", rrn, eur(4000), "45"));
    assert_int_equal(notice_as(world, "a", rrn, eur(3999), "45"), ERR_CONFLICT);
    assert_int_equal(dispute_count(world, payment.id), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(dispute_of_before_notices_were_kept_is_known_by_what_it_says)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    const char *rrn = rrn_of(world, &payment);

    assert_ok(notice_as(world, "a", rrn, eur(4000), "45"));
    world_tamper(world, "UPDATE dispute SET notice = NULL");
    assert_ok(notice_as(world, "a", rrn, eur(4000), "45"));
    assert_int_equal(dispute_count(world, payment.id), 1);
    assert_ok(notice_as(world, "b", rrn, eur(4000), "42"));
    assert_int_equal(dispute_count(world, payment.id), 2);
    world_free(world);
}

/* The same file again, as after a task that was cut off, settles nothing else. */
CASE(each_line_settles_one_dispute_of_its_amount)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    const char *rrn = rrn_of(world, &payment);

    assert_ok(notice_as(world, "a", rrn, eur(4000), "45"));
    assert_ok(notice_as(world, "b", rrn, eur(4000), "45"));
    fake_new_file(world->fake, "settlement-1", "h1");
    fake_settles(world->fake, SETTLED_CHARGEBACK, rrn, eur(4000), 0);
    world_advance_to(world, 0, 22, 0);
    assert_int_equal(world_balance(world, ACCOUNT_ACQUIRER), -4000);
    world_advance_to(world, 1, 22, 0);
    assert_int_equal(world_balance(world, ACCOUNT_ACQUIRER), -4000);
    fake_new_file(world->fake, "settlement-2", "h2");
    fake_settles(world->fake, SETTLED_CHARGEBACK, rrn, eur(4000), 0);
    world_advance_to(world, 2, 22, 0);
    assert_int_equal(world_balance(world, ACCOUNT_ACQUIRER), 0);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM dispute WHERE state = 'settled'"),
                     2);
    assert_int_equal(world_count(world, "settlement_work"), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(disputed_payment_is_not_refunded)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    struct refund_create create;

    assert_ok(notice_try(world, rrn_of(world, &payment), eur(5000), "45"));
    assert_int_equal(refund_try(world, payment.id, 1, &create), ERR_STATE);
    world_is_sound(world);
    world_free(world);
}

CASE(refund_that_has_not_left_stays_when_a_chargeback_takes_the_money)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    struct refund asked = refund(world, payment.id, 4000);

    assert_ok(notice_try(world, rrn_of(world, &payment), eur(10000), "45"));
    assert_int_equal(refund_now(world, asked.id).state, REFUND_NOT_HONORED);
    assert_int_equal(payment_now(world, payment.id).refunded_minor, 0);
    assert_int_equal(world_balance(world, ACCOUNT_REFUNDS_IN_TRANSIT), 0);
    world_advance_to(world, 1, 21, 30);
    assert_int_equal(fake_count(world->fake, CARD_REFUND), 0);
    world_is_sound(world);
    world_free(world);
}

UNIT_MAIN(T(notice_books_the_loss_and_its_fee), T(notice_of_a_part_books_that_part),
          T(notice_repeated_is_known), T(notice_before_the_settlement_must_come_again),
          T(notice_that_matches_nothing_is_not_found),
          T(chargeback_in_the_file_settles_the_dispute_once),
          T(chargeback_that_is_won_comes_back_once),
          T(file_of_tomorrow_is_asked_for_when_a_sale_and_a_chargeback_cancel_out),
          T(fee_beside_a_chargeback_is_for_a_person),
          T(chargeback_in_the_file_without_a_notice_is_for_a_person),
          T(second_notice_of_the_same_amount_is_another_dispute),
          T(file_that_is_read_again_gives_back_no_other_chargeback_of_the_same_amount),
          T(repeat_with_another_amount_is_a_contradiction),
          T(dispute_of_before_notices_were_kept_is_known_by_what_it_says),
          T(each_line_settles_one_dispute_of_its_amount), T(disputed_payment_is_not_refunded),
          T(refund_that_has_not_left_stays_when_a_chargeback_takes_the_money))
