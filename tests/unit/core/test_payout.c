#include "store/internal.h"
#include "support/core_debit.h"
#include "support/fake_bank.h"

/* A payment of 100.00 leaves 100.00 - 2.10 - 0.42: 160 basis points and 0.50, VAT of a fifth. */
enum { PAID = 10000, FEE = 210, VAT = 42, NET = PAID - FEE - VAT };

static const struct date TUESDAY = {2031, 6, 3};

static void assert_day(struct date day, struct date expected)
{
    assert_int_equal(date_compare(day, expected), 0);
}

/* --- the morning --- */

CASE(morning_pays_out_what_is_payable)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, PAID);

    world_advance_to(world, 1, 7, 59);
    assert_int_equal(world_count(world, "payout"), 0);
    world_advance_to(world, 1, 8, 0);
    struct payout payout = only_payout(world);
    assert_int_equal(payout.state, PAYOUT_TO_PAY);
    assert_int_equal(payout.amount.minor, NET);
    assert_int_equal(payout.amount.currency, CURRENCY_EUR);
    assert_day(payout.day, TUESDAY);
    assert_str(payout.description, "VERSEMENT 03/06/2031");
    assert_true(payout.daily);
    assert_true(payout.transfer);
    assert_int_equal(payout_amount_of(&payout, PAYABLE_PAYMENT), PAID);
    assert_int_equal(payout_fees(&payout), FEE);
    assert_int_equal(payout_fees_vat(&payout), VAT);
    assert_int_equal(payout.sums.of[PAYABLE_PAYMENT][METHOD_CARD].count, 1);
    assert_int_equal(payout.sums.of[PAYABLE_PAYMENT][METHOD_SEPA].count, 0);
    assert_legs(world, payout.id.raw, {ENTRY_PAYOUT_CREATED, ACCOUNT_PAYABLE, NET},
                {ENTRY_PAYOUT_CREATED, ACCOUNT_PAYOUTS_IN_TRANSIT, -NET});
    assert_int_equal(world_balance(world, ACCOUNT_PAYABLE), 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURED);
    world_is_sound(world);
    world_free(world);
}

CASE(bank_of_test_mode_pays_on_the_next_business_day)
{
    struct world *world = world_new();
    struct fake_bank bank;


    fake_bank_open(world, &bank);
    pay_settled(world, PAID);
    world_advance_to(world, 1, 8, 0);
    world_advance_to(world, 2, 6, 59);
    assert_int_equal(only_payout(world).state, PAYOUT_SENT);
    world_advance_to(world, 2, 7, 0);
    struct payout payout = only_payout(world);
    assert_int_equal(payout.state, PAYOUT_PAID);
    assert_true(payout.sent > payout.created);
    assert_true(payout.banked >= payout.sent);
    assert_int_equal(date_paris(payout.banked).day, 4);
    assert_legs(world, payout.id.raw, {ENTRY_PAYOUT_CREATED, ACCOUNT_PAYABLE, NET},
                {ENTRY_PAYOUT_CREATED, ACCOUNT_PAYOUTS_IN_TRANSIT, -NET},
                {ENTRY_PAYOUT_PAID, ACCOUNT_PAYOUTS_IN_TRANSIT, NET},
                {ENTRY_PAYOUT_PAID, ACCOUNT_BANK, -NET});
    assert_int_equal(world_balance(world, ACCOUNT_PAYOUTS_IN_TRANSIT), 0);
    /* The nights of both modes, and the bank's reports. */
    assert_int_equal(world_count(world, "task"), 3);
    world_is_sound(world);
    world_free(world);
}

CASE(no_payout_on_a_weekend)
{
    struct world *world = world_new();

    world_advance_to(world, 4, 9, 0); /* Friday, after the morning */
    pay_settled(world, PAID);
    world_advance_to(world, 7, 7, 59);
    assert_int_equal(world_count(world, "payout"), 0);
    world_advance_to(world, 7, 8, 0);
    assert_day(only_payout(world).day, (struct date){2031, 6, 9});
    world_is_sound(world);
    world_free(world);
}

CASE(two_weeks_make_one_payout_a_day)
{
    struct world *world = world_new();
    size_t count;

    for (int day = 0; day < 14; day++) {
        world_advance_to(world, day, 12, 0);
        pay_settled(world, PAID);
    }
    world_advance_to(world, 15, 12, 0);
    struct payout *list = payouts_now(world, &count);
    /* Tuesday to Friday, Monday to Friday, Monday; nothing is left for Tuesday. */
    assert_int_equal(count, 10);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(list[i].amount.minor, i == 4 || i == 9 ? 3 * NET : NET);
    assert_int_equal(world_balance(world, ACCOUNT_PAYABLE), 0);
    world_is_sound(world);
    world_free(world);
}

/* Nothing ran from Monday to Thursday, 10:00. */
CASE(downtime_is_made_up_for_by_one_payout)
{
    struct world *world = world_new();

    pay_settled(world, PAID);
    world->offset += 3 * DAY_US;
    world_set_body_run(world, world_clock_body, world);
    generation_raise(world->generation);
    world_time(world, world->cx);
    world_work(world);
    assert_day(only_payout(world).day, (struct date){2031, 6, 5});
    pay_settled(world, PAID);
    world_work(world);
    assert_int_equal(world_count(world, "payout"), 1);
    world_advance_to(world, 4, 8, 0);
    assert_int_equal(world_count(world, "payout"), 2);
    world_is_sound(world);
    world_free(world);
}

static err_t make_body(struct ctx *cx, struct tx *tx, void *arg)
{
    bool waits;

    return payouts_make(cx, tx, arg, &waits);
}

CASE(a_day_that_runs_again_makes_nothing)
{
    struct world *world = world_new();

    pay_settled(world, PAID);
    world_advance_to(world, 1, 8, 0);
    pay_settled(world, PAID);
    for (int i = 0; i < 3; i++)
        assert_ok(tx_run(world->store, world_ctx(world), make_body, &world->merchant));
    assert_int_equal(world_count(world, "payout"), 1);
    assert_int_equal(world_balance(world, ACCOUNT_PAYABLE), -NET);
    world_is_sound(world);
    world_free(world);
}

static void made(struct message *message)
{
    struct job *job = (struct job *)message;

    (*(size_t *)job->arg)++;
}

static err_t run_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct merchant merchant;
    bool waits;

    (void)arg;
    TRY(merchant_load(cx, tx, cx->merchant, &merchant));
    return payouts_make(cx, tx, &merchant, &waits);
}

/* Many at once, queued together. */
CASE(two_runs_at_once_make_one_payout)
{
    enum { RUNS = 8 };
    struct world *world = world_new();
    struct job jobs[RUNS];
    size_t ended = 0;

    pay_settled(world, PAID);
    world->offset += DAY_US;
    world_time(world, world->cx);
    for (size_t i = 0; i < RUNS; i++) {
        jobs[i] = (struct job){.done = {.run = made},
                               .home = world->core.home,
                               .cx = world_ctx(world),
                               .body = run_body,
                               .arg = &ended};
        assert_ok(store_submit(world->store, &jobs[i]));
    }
    struct pollfd home = {.fd = mailbox_fd(world->core.home), .events = POLLIN};
    while (ended < RUNS) {
        assert_int_not_equal(poll(&home, 1, WORLD_WAIT_MS), 0);
        mailbox_run(world->core.home);
    }
    for (size_t i = 0; i < RUNS; i++)
        assert_int_equal(jobs[i].result, OK);
    assert_int_equal(world_count(world, "payout"), 1);
    assert_int_equal(world_balance(world, ACCOUNT_PAYABLE), 0);
    world_is_sound(world);
    world_free(world);
}

/* A refund queued beside the run is inside the payout or waits for the next; never half. */
CASE(refund_while_the_payout_is_made)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, PAID);
    struct payment other = pay_settled(world, PAID);
    size_t ended = 0;
    bool refunded;

    world->offset += DAY_US;
    world_time(world, world->cx);
    struct job before = {.done = {.run = made},
                         .home = world->core.home,
                         .cx = world_ctx(world),
                         .body = run_body,
                         .arg = &ended};
    struct refund_create create = {.payment = payment.id, .whole = true};
    struct refund_create late = {.payment = other.id, .whole = true};
    world_begin(world, &create.operation, &refunded);
    refund_create(&create);
    assert_ok(store_submit(world->store, &before));
    world_pump(world, &refunded);
    WORLD_RUN(world, &late, refund_create);
    assert_ok(create.operation.result);
    assert_ok(late.operation.result);
    assert_int_equal(before.result, OK);
    assert_int_equal(ended, 1);
    assert_int_equal(only_payout(world).amount.minor, 2 * NET - PAID);
    assert_int_equal(world_balance(world, ACCOUNT_PAYABLE), PAID);
    world_is_sound(world);
    world_free(world);
}

/* --- how much --- */

CASE(payout_from_the_minimum_up)
{
    struct world *world = world_new();

    world_set(world, "fee.card", "0+0");
    pay_settled(world, 99);
    world_advance_to(world, 1, 8, 0);
    assert_int_equal(world_count(world, "payout"), 0);
    refund(world, pay_settled(world, 50).id, 49);
    world_advance_to(world, 2, 8, 0);
    assert_int_equal(only_payout(world).amount.minor, 100);
    world_is_sound(world);
    world_free(world);
}

CASE(minimum_is_the_merchants)
{
    struct world *world = world_new();

    world_set(world, "payout_min", "20000");
    pay_settled(world, PAID);
    world_advance_to(world, 1, 8, 0);
    assert_int_equal(world_count(world, "payout"), 0);
    world_set(world, "payout_min", "9000");
    world_advance_to(world, 2, 8, 0);
    assert_int_equal(only_payout(world).amount.minor, NET);
    world_is_sound(world);
    world_free(world);
}

CASE(refund_of_what_was_paid_out_is_deducted_later)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, PAID);
    size_t count;

    world_advance_to(world, 1, 8, 0);
    struct refund back = refund(world, payment.id, 4000);
    /* Negative: nothing leaves until it is positive again. */
    world_advance_to(world, 2, 9, 0);
    assert_int_equal(world_count(world, "payout"), 1);
    assert_int_equal(world_balance(world, ACCOUNT_PAYABLE), 4000);
    pay_settled(world, PAID);
    world_advance_to(world, 3, 8, 0);
    struct payout *list = payouts_now(world, &count);
    assert_int_equal(count, 2);
    assert_int_equal(list[1].amount.minor, NET - 4000);
    assert_int_equal(payout_amount_of(&list[1], PAYABLE_PAYMENT), PAID);
    assert_int_equal(payout_amount_of(&list[1], PAYABLE_REFUND), 4000);
    assert_int_equal(list[1].sums.of[PAYABLE_REFUND][METHOD_CARD].count, 1);
    assert_int_equal(refund_now(world, back.id).state, REFUND_SENT);
    assert_int_equal(world_balance(world, ACCOUNT_PAYABLE), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(dispute_is_deducted_with_its_fee)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, PAID);

    pay_settled(world, PAID);
    pay_settled(world, PAID);
    assert_ok(notice_try(world, attempt_now(world, payment.attempt).trace.rrn, eur(PAID), "45"));
    world_advance_to(world, 1, 8, 0);
    struct payout payout = only_payout(world);
    assert_int_equal(payout.amount.minor, 3 * NET - PAID - 1800);
    assert_int_equal(payout_amount_of(&payout, PAYABLE_DISPUTE), PAID);
    assert_int_equal(payout_fees(&payout), 3 * FEE + 1500);
    assert_int_equal(payout_fees_vat(&payout), 3 * VAT + 300);
    assert_int_equal(payout.sums.of[PAYABLE_DISPUTE][METHOD_CARD].fees_minor, 1500);
    world_is_sound(world);
    world_free(world);
}

CASE(refund_not_honoured_before_a_payout_leaves_no_line)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, PAID);

    refund(world, payment.id, 4000);
    fake_refuses_refund(world);
    world_advance_to(world, 1, 8, 0);
    struct payout payout = only_payout(world);
    assert_int_equal(payout.amount.minor, NET);
    assert_int_equal(payout.sums.of[PAYABLE_REFUND][METHOD_CARD].count, 0);
    assert_int_equal(world_count(world, "payout_line"), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(refund_not_honoured_after_a_payout_is_given_back)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, PAID);
    size_t count;

    world_advance_to(world, 1, 7, 0);
    refund(world, payment.id, 4000);
    fake_refuses_refund(world);
    world_advance_to(world, 1, 8, 0);
    assert_int_equal(only_payout(world).amount.minor, NET - 4000);
    world_advance_to(world, 2, 8, 0);
    struct payout *list = payouts_now(world, &count);
    assert_int_equal(count, 2);
    assert_int_equal(list[1].amount.minor, 4000);
    assert_int_equal(payout_amount_of(&list[1], PAYABLE_REFUND), -4000);
    world_is_sound(world);
    world_free(world);
}

/* --- modes and currencies --- */

CASE(statement_creates_and_pays_together)
{
    struct world *world = world_new();

    world_set(world, "payout_mode", "statement");
    pay_settled(world, PAID);
    world_advance_to(world, 1, 8, 0);
    struct payout payout = only_payout(world);
    assert_int_equal(payout.state, PAYOUT_PAID);
    assert_false(payout.transfer);
    assert_int_equal(payout.sent, 0);
    assert_true(payout.banked == payout.created);
    assert_legs(world, payout.id.raw, {ENTRY_PAYOUT_CREATED, ACCOUNT_PAYABLE, NET},
                {ENTRY_PAYOUT_CREATED, ACCOUNT_PAYOUTS_IN_TRANSIT, -NET},
                {ENTRY_PAYOUT_PAID, ACCOUNT_PAYOUTS_IN_TRANSIT, NET},
                {ENTRY_PAYOUT_PAID, ACCOUNT_BANK, -NET});
    world_is_sound(world);
    world_free(world);
}

static struct payment pay_in(struct world *world, enum currency currency, int64_t minor)
{
    struct payment_draft draft = draft_with_card(world, minor);

    draft.amount.currency = currency;
    fake_say_settled(world->fake, CARD_AUTHORISE, 0);
    return pay(world, draft);
}

CASE(other_currencies_wait_until_a_person_has_paid)
{
    struct world *world = world_new();
    struct fake_bank bank;
    size_t count;

    fake_bank_open(world, &bank);
    pay_settled(world, PAID);
    pay_in(world, CURRENCY_USD, PAID);
    world_advance_to(world, 5, 8, 0);
    struct payout *list = payouts_now(world, &count);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].amount.currency, CURRENCY_EUR);
    assert_int_equal(list[0].state, PAYOUT_PAID);
    assert_int_equal(list[1].amount.currency, CURRENCY_USD);
    assert_int_equal(list[1].state, PAYOUT_TO_PAY);
    assert_ok(payout_step_try(world, payout_paid, list[1].id));
    assert_int_equal(payout_now(world, list[1].id).state, PAYOUT_PAID);
    world_is_sound(world);
    world_free(world);
}

/* Live money never goes to a bank of ours. */
CASE(live_transfer_waits_for_the_rail)
{
    struct world *world = world_new();
    struct payout *list;
    size_t count;

    pay_settled(world, PAID);
    world_tamper(world, "UPDATE payment SET mode = 'live'; UPDATE payout_line SET mode = 'live';"
                        "UPDATE ledger_balance SET mode = 'live'; UPDATE task SET mode = 'live'"
                        " WHERE kind = 'payout'");
    struct ctx *cx = world_ctx(world);
    cx->mode = MODE_LIVE;
    cx->now += DAY_US;
    cx->real = cx->now;
    assert_ok(tx_run(world->store, cx, make_body, &world->merchant));
    assert_ok(payouts_to_send(cx, world_read(world), 10, &list, &count));
    assert_int_equal(count, 1);
    assert_int_equal(list[0].state, PAYOUT_TO_PAY);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM task WHERE kind = 'bank_reports'"),
                     0);
    world_free(world);
}

/* --- the rail --- */

CASE(payouts_to_send_are_those_in_euro_that_wait)
{
    struct world *world = world_new();
    struct payout *list;
    size_t count;

    pay_settled(world, PAID);
    pay_in(world, CURRENCY_GBP, PAID);
    world_advance_to(world, 1, 8, 0);
    assert_ok(payouts_to_send(world->cx, world_read(world), 10, &list, &count));
    assert_int_equal(count, 1);
    assert_int_equal(list[0].amount.currency, CURRENCY_EUR);
    assert_int_equal(payout_fees(&list[0]), FEE);
    assert_ok(payout_step_try(world, payout_sent, list[0].id));
    assert_ok(payouts_to_send(world->cx, world_read(world), 10, &list, &count));
    assert_int_equal(count, 0);
    reader_release(world->core.reader);
    world_is_sound(world);
    world_free(world);
}

CASE(failed_payout_is_paid_out_again)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, PAID);
    const struct page_of page = {.limit = 10, .created_until = INT64_MAX};
    struct page_found found;
    struct payout *list;
    size_t count;

    world_advance_to(world, 1, 8, 0);
    struct payout first = only_payout(world);
    assert_ok(payout_step_try(world, payout_sent, first.id));
    assert_ok(payout_step_try(world, payout_failed, first.id));
    assert_int_equal(world_balance(world, ACCOUNT_PAYABLE), -NET);
    assert_int_equal(world_balance(world, ACCOUNT_PAYOUTS_IN_TRANSIT), 0);
    world_is_sound(world);
    world_advance_to(world, 2, 8, 0);
    list = payouts_now(world, &count);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].state, PAYOUT_FAILED);
    assert_int_equal(list[1].amount.minor, NET);
    assert_ok(payout_list(world->cx, world_read(world), payment.id, &page, &list, &found));
    assert_int_equal(found.count, 2);
    world_is_sound(world);
    world_free(world);
}

CASE(payout_that_comes_back_after_it_was_paid)
{
    struct world *world = world_new();
    struct fake_bank bank;


    fake_bank_open(world, &bank);
    pay_settled(world, PAID);
    world_advance_to(world, 2, 7, 30);
    struct payout payout = only_payout(world);
    assert_int_equal(payout.state, PAYOUT_PAID);
    assert_ok(payout_step_try(world, payout_failed, payout.id));
    assert_int_equal(payout_now(world, payout.id).state, PAYOUT_FAILED);
    assert_int_equal(world_balance(world, ACCOUNT_PAYABLE), -NET);
    assert_int_equal(world_balance(world, ACCOUNT_BANK), PAID);
    world_is_sound(world);
    assert_int_equal(payout_step_try(world, payout_failed, payout.id), ERR_STATE);
    world_is_sound(world);
    world_free(world);
}

CASE(moves_that_the_table_forbids)
{
    struct world *world = world_new();
    const struct payout_id unknown = {"000000000000000000000000"};

    pay_settled(world, PAID);
    world_advance_to(world, 1, 8, 0);
    struct payout_id id = only_payout(world).id;
    assert_ok(payout_step_try(world, payout_sent, id));
    assert_int_equal(payout_step_try(world, payout_sent, id), ERR_STATE);
    assert_ok(payout_step_try(world, payout_paid, id));
    assert_int_equal(payout_step_try(world, payout_paid, id), ERR_STATE);
    assert_int_equal(payout_step_try(world, payout_sent, id), ERR_STATE);
    assert_int_equal(payout_step_try(world, payout_paid, unknown), ERR_NOT_FOUND);
    world_is_sound(world);
    world_free(world);
}

/* --- POST --- */

CASE(payout_asked_for_holds_what_was_named)
{
    struct world *world = world_new();
    struct payment first = pay_settled(world, PAID);
    struct payment second = pay_settled(world, PAID);
    struct refund back = refund(world, first.id, 1000);
    const struct payment_id payments[] = {first.id};
    struct payout_create create = {
        .payments = payments,
        .payment_count = 1,
        .refunds = &back.id,
        .refund_count = 1,
        .state = PAYOUT_PAID,
        .day = {2031, 5, 30},
        .description = STR("Test"),
    };

    assert_ok(payout_try(world, &create));
    struct payout payout = only_payout(world);
    assert_int_equal(payout.state, PAYOUT_PAID);
    assert_int_equal(payout.amount.minor, NET - 1000);
    assert_day(payout.day, (struct date){2031, 5, 30});
    assert_str(payout.description, "Test");
    assert_false(payout.daily);
    assert_int_equal(world_balance(world, ACCOUNT_PAYABLE), -NET);
    world_is_sound(world);
    world_advance_to(world, 1, 8, 0);
    assert_int_equal(world_count(world, "payout"), 2);
    assert_int_equal(world_balance(world, ACCOUNT_PAYABLE), 0);
    assert_int_equal(state_now(world, second.id), PAYMENT_CAPTURED);
    world_is_sound(world);
    world_free(world);
}

CASE(payout_asked_for_is_in_the_state_asked_for)
{
    static const enum payout_state STATES[] = {PAYOUT_PENDING, PAYOUT_TO_PAY, PAYOUT_SENT,
                                               PAYOUT_PAID, PAYOUT_FAILED};
    struct world *world = world_new();
    struct fake_bank bank;
    struct payout_create create;

    fake_bank_open(world, &bank);
    for (size_t i = 0; i < ARRAY_LEN(STATES); i++) {
        struct payment payment = pay_settled(world, PAID);
        assert_ok(payout_of_payment_try(world, payment.id, STATES[i], &create));
        assert_int_equal(create.payout.state, STATES[i]);
        assert_int_equal(payout_now(world, create.payout.id).state, STATES[i]);
        assert_day(create.payout.day, (struct date){2031, 6, 2});
        world_is_sound(world);
    }
    /* The bank takes what waits, and what failed is paid out in the morning. */
    world_advance_to(world, 2, 7, 30);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM payout WHERE state = 'paid'"), 4);
    world_is_sound(world);
    world_free(world);
}

CASE(payout_of_nothing_moves_nothing)
{
    struct world *world = world_new();
    struct payout_create create = {.state = PAYOUT_PAID};

    assert_ok(payout_try(world, &create));
    assert_int_equal(create.payout.amount.minor, 0);
    assert_int_equal(create.payout.amount.currency, CURRENCY_EUR);
    assert_int_equal(leg_count(world, create.payout.id.raw), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(nothing_is_paid_out_twice)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, PAID);
    struct payout_create create;

    pay_settled(world, PAID);
    assert_ok(payout_of_payment_try(world, payment.id, PAYOUT_PAID, &create));
    assert_int_equal(payout_of_payment_try(world, payment.id, PAYOUT_PAID, &create), ERR_CONFLICT);
    assert_string_equal(fault_of(&create.operation)->field, "payment");
    assert_string_equal(fault_of(&create.operation)->object, payment.id.raw);
    const struct payment_id twice[] = {payment.id, payment.id};
    create = (struct payout_create){.payments = twice, .payment_count = 2, .state = PAYOUT_PAID};
    assert_int_equal(payout_try(world, &create), ERR_INVALID);
    assert_int_equal(world_count(world, "payout"), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(what_cannot_be_paid_out_is_refused)
{
    struct world *world = world_new();
    struct payment waiting = pay_card(world, PAID);
    struct payment payment = pay_settled(world, PAID);
    struct payment dollars = pay_in(world, CURRENCY_USD, PAID);
    struct payment unknown = {.id = {"000000000000000000000000"}};
    struct payout_create create;

    assert_int_equal(payout_of_payment_try(world, waiting.id, PAYOUT_PAID, &create), ERR_CONFLICT);
    assert_int_equal(payout_of_payment_try(world, unknown.id, PAYOUT_PAID, &create), ERR_NOT_FOUND);
    const struct payment_id both[] = {payment.id, dollars.id};
    create = (struct payout_create){.payments = both, .payment_count = 2, .state = PAYOUT_PAID};
    assert_int_equal(payout_try(world, &create), ERR_STATE);
    struct refund back = refund(world, payment.id, 1000);
    create = (struct payout_create){.refunds = &back.id, .refund_count = 1, .state = PAYOUT_PAID};
    assert_int_equal(payout_try(world, &create), ERR_LIMIT);
    /* The refund must come off first. */
    assert_int_equal(payout_of_payment_try(world, payment.id, PAYOUT_PAID, &create), ERR_LIMIT);
    struct refund canceled = refund(world, waiting.id, WHOLE);
    create =
        (struct payout_create){.refunds = &canceled.id, .refund_count = 1, .state = PAYOUT_PAID};
    assert_int_equal(payout_try(world, &create), ERR_CONFLICT);
    assert_int_equal(world_count(world, "payout"), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(what_is_pending_is_released_before_it_is_paid_out)
{
    struct world *world = world_new();
    struct payment payment = pay_debit(world, PAID);
    int64_t net = PAID - 25 - 5; /* fee.sepa and VAT on it */
    struct payout_create create;

    debit_settles(world, payment.id);
    assert_int_equal(world_balance(world, ACCOUNT_PENDING), -net);
    assert_int_equal(world_balance(world, ACCOUNT_PAYABLE), 0);
    assert_ok(payout_of_payment_try(world, payment.id, PAYOUT_PAID, &create));
    assert_int_equal(create.payout.amount.minor, net);
    assert_int_equal(create.payout.sums.of[PAYABLE_PAYMENT][METHOD_SEPA].count, 1);
    assert_int_equal(world_balance(world, ACCOUNT_PENDING), 0);
    assert_int_equal(world_balance(world, ACCOUNT_PAYABLE), 0);
    world_is_sound(world);
    world_free(world);
}

/* --- the migration --- */

static const char *migration_text(const char *name)
{
    for (size_t i = 0; i < MIGRATIONS_SQLITE_COUNT; i++) {
        if (strcmp(MIGRATIONS_SQLITE[i].name, name) == 0)
            return MIGRATIONS_SQLITE[i].text;
    }
    fail_msg("there is no migration %s", name);
    return NULL;
}

/* A database from the time before payouts has what waits for the first one. */
CASE(what_was_settled_before_there_were_payouts_waits_for_the_first)
{
    struct world *world = world_new();
    struct payment disputed = pay_settled(world, 2000);

    pay_card(world, 3000);
    refund(world, pay_settled(world, PAID).id, 4000);
    fake_refuses_refund(world);
    refund(world, pay_settled(world, PAID).id, 5000);
    assert_ok(notice_try(world, attempt_now(world, disputed.attempt).trace.rrn, eur(2000), "45"));
    int64_t payable = -world_balance(world, ACCOUNT_PAYABLE);
    world_tamper(world,
                 str_format(world->cx->arena,
                            "DROP TABLE payout; DROP TABLE payout_part; DROP TABLE payout_line;"
                            "DELETE FROM task WHERE kind = 'payout';"
                            "DELETE FROM sqlite_stat1 WHERE tbl LIKE 'payout%%'; %s",
                            migration_text("payouts"))
                     .ptr);
    world_is_sound(world);
    world_work(world);
    struct payout payout = only_payout(world);
    assert_int_equal(payout.amount.minor, payable);
    assert_day(payout.day, (struct date){2031, 6, 2});
    world_is_sound(world);
    world_free(world);
}

/* --- lists --- */

CASE(lists_of_a_payout_hold_its_own)
{
    struct world *world = world_new();
    const struct page_of page = {.limit = 10, .created_until = INT64_MAX};
    struct payment first = pay_settled(world, PAID);
    struct payment second = pay_settled(world, PAID);
    struct refund back = refund(world, first.id, 1000);
    struct page_found found;
    struct payment *payments;
    struct refund *refunds;
    struct dispute *disputes;

    assert_ok(notice_try(world, attempt_now(world, second.attempt).trace.rrn, eur(100), "45"));
    world_advance_to(world, 1, 8, 0);
    struct payout payout = only_payout(world);
    pay_settled(world, PAID);
    struct payment_filter filter = {.payout = payout.id};
    assert_ok(payment_list(world->cx, world_read(world), &filter, &page, &payments, &found));
    assert_int_equal(found.total, 2);
    assert_string_equal(payments[0].id.raw, first.id.raw);
    filter.by_paid = true;
    assert_ok(payment_list(world->cx, world_read(world), &filter, &page, &payments, &found));
    assert_int_equal(found.total, 2);
    filter.card = first.card;
    assert_ok(payment_list(world->cx, world_read(world), &filter, &page, &payments, &found));
    assert_int_equal(found.total, 1);
    assert_ok(refunds_of_payout(world->cx, world_read(world), payout.id, &page, &refunds, &found));
    assert_int_equal(found.total, 1);
    assert_string_equal(refunds[0].id.raw, back.id.raw);
    assert_ok(
        disputes_of_payout(world->cx, world_read(world), payout.id, &page, &disputes, &found));
    assert_int_equal(found.total, 1);
    assert_int_equal(disputes[0].amount.minor, 100);
    assert_int_equal(disputes[0].kind, DISPUTE_CHARGEBACK);
    reader_release(world->core.reader);
    world_free(world);
}

UNIT_MAIN(T(morning_pays_out_what_is_payable), T(bank_of_test_mode_pays_on_the_next_business_day),
          T(no_payout_on_a_weekend), T(two_weeks_make_one_payout_a_day),
          T(downtime_is_made_up_for_by_one_payout), T(a_day_that_runs_again_makes_nothing),
          T(two_runs_at_once_make_one_payout), T(refund_while_the_payout_is_made),
          T(payout_from_the_minimum_up), T(minimum_is_the_merchants),
          T(refund_of_what_was_paid_out_is_deducted_later), T(dispute_is_deducted_with_its_fee),
          T(refund_not_honoured_before_a_payout_leaves_no_line),
          T(refund_not_honoured_after_a_payout_is_given_back),
          T(statement_creates_and_pays_together), T(other_currencies_wait_until_a_person_has_paid),
          T(live_transfer_waits_for_the_rail), T(payouts_to_send_are_those_in_euro_that_wait),
          T(failed_payout_is_paid_out_again), T(payout_that_comes_back_after_it_was_paid),
          T(moves_that_the_table_forbids), T(payout_asked_for_holds_what_was_named),
          T(payout_asked_for_is_in_the_state_asked_for), T(payout_of_nothing_moves_nothing),
          T(nothing_is_paid_out_twice), T(what_cannot_be_paid_out_is_refused),
          T(what_is_pending_is_released_before_it_is_paid_out),
          T(what_was_settled_before_there_were_payouts_waits_for_the_first),
          T(lists_of_a_payout_hold_its_own))
