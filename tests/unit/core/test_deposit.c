#include "core/deposit.h"
#include "support/core_request.h"

/* Holds that a merchant cashes, of requests and of payments that no request made. */

static const int64_t WINDOW_S = DEPOSIT_WINDOW_S;

static struct request_create deposit_asked(struct world *world, int64_t minor)
{
    struct request_terms terms = terms_of(minor);

    terms.capture = false;
    terms.card = card_of(world, VISA);
    terms.authenticate = false;
    return (struct request_create){
        .merchant = &world->merchant,
        .face = REQUEST_OF_SIMPLYPAIE,
        .life = 90 * DAY_US,
        .sending = {.mode = REQUEST_BY_LINK, .page = PAGE_STANDARD},
        .terms = terms
    };
}

/* A request of SimplyPaie whose card was approved: the hold is in place. */
static struct pay_request deposit(struct world *world, int64_t minor)
{
    struct request_create create = deposit_asked(world, minor);

    WORLD_RUN(world, &create, request_create);
    assert_ok(create.operation.result);
    assert_int_equal(create.request.state, REQUEST_AUTHORIZED);
    return create.request;
}

enum { ALL = -1 };

static err_t cash_try(struct world *world, struct request_id request, int64_t minor,
                      struct deposit_cash *cash)
{
    *cash = (struct deposit_cash){.merchant = &world->merchant,
                                  .request = request,
                                  .whole = minor == ALL,
                                  .amount_minor = minor};
    WORLD_RUN(world, cash, deposit_cash);
    return cash->operation.result;
}

static err_t hold_cash_try(struct world *world, struct payment_id payment, int64_t minor,
                           struct deposit_cash *cash)
{
    *cash = (struct deposit_cash){
        .merchant = &world->merchant, .payment = payment, .amount_minor = minor};
    WORLD_RUN(world, cash, deposit_cash);
    return cash->operation.result;
}

static void is_refused(struct world *world, struct request_id request, int64_t minor, err_t err,
                       const char *field)
{
    struct deposit_cash cash;

    assert_int_equal(cash_try(world, request, minor, &cash), err);
    assert_string_equal(fault_of(&cash.operation)->field, field);
}

/* 1.6 % of 30.00 and 0.50 are 0.98; 20 % of it are 0.196. */
CASE(part_is_cashed_and_the_rest_given_back)
{
    struct world *world = world_new();
    struct pay_request request = deposit(world, 10000);
    struct deposit_cash cash;

    world_advance(world, 3600);
    assert_ok(cash_try(world, request.id, 3000, &cash));
    assert_int_equal(cash.cashed.state, PAYMENT_TO_CAPTURE);
    assert_int_equal(cash.cashed.amount.minor, 3000);
    assert_legs(world, request.payment.raw, {ENTRY_CAPTURE_DECIDED, ACCOUNT_ACQUIRER, 3000},
                {ENTRY_CAPTURE_DECIDED, ACCOUNT_PENDING, -3000},
                {ENTRY_CAPTURE_DECIDED, ACCOUNT_PENDING, 118},
                {ENTRY_CAPTURE_DECIDED, ACCOUNT_FEE_INCOME, -98},
                {ENTRY_CAPTURE_DECIDED, ACCOUNT_FEE_VAT, -20});
    request = request_now(world, request.id);
    assert_int_equal(request.state, REQUEST_CAPTURED);
    assert_int_equal(request.terms.amount.minor, 10000);
    world_is_sound(world);
    world_work(world);
    struct fake_call call = fake_last(world->fake, CARD_VOID);
    assert_int_equal(call.amount.minor, 10000);
    assert_int_equal(call.replace_minor, 3000);
    assert_int_equal(call.original_op, CARD_AUTHORISE);
    world_is_sound(world);
    world_advance_to(world, 0, 21, 0);
    assert_int_equal(fake_last(world->fake, CARD_CAPTURE).amount.minor, 3000);
    assert_int_equal(fake_count(world->fake, CARD_VOID), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(captured_part_is_settled_by_the_file)
{
    struct world *world = world_new();
    struct pay_request request = deposit(world, 10000);
    struct deposit_cash cash;

    assert_ok(cash_try(world, request.id, 3000, &cash));
    world_advance_to(world, 0, 21, 0);
    fake_new_file(world->fake, "file", "hash");
    fake_settles(world->fake, SETTLED_DEBIT, fake_last(world->fake, CARD_CAPTURE).trace.rrn,
                 eur(3000), 12);
    world_advance_to(world, 0, 22, 1);
    assert_int_equal(state_now(world, request.payment), PAYMENT_CAPTURED);
    assert_int_equal(world_balance(world, ACCOUNT_BANK), 2988);
    assert_int_equal(world_balance(world, ACCOUNT_PAYABLE), -(3000 - 118));
    world_is_sound(world);
    refund(world, request.payment, WHOLE);
    assert_int_equal(payment_now(world, request.payment).refunded_minor, 3000);
    world_is_sound(world);
    world_free(world);
}

CASE(whole_hold_is_cashed_without_a_release)
{
    struct world *world = world_new();
    struct pay_request first = deposit(world, 5000);
    struct pay_request second = deposit(world, 5000);
    struct deposit_cash cash;

    assert_ok(cash_try(world, first.id, ALL, &cash));
    assert_int_equal(cash.cashed.amount.minor, 5000);
    assert_ok(cash_try(world, second.id, 5000, &cash));
    assert_int_equal(cash.cashed.amount.minor, 5000);
    world_work(world);
    assert_int_equal(fake_count(world->fake, CARD_VOID), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(amounts_that_are_no_part_of_it_change_nothing)
{
    struct world *world = world_new();
    struct pay_request request = deposit(world, 5000);
    struct deposit_cash cash;

    is_refused(world, request.id, 5001, ERR_LIMIT, "amount");
    is_refused(world, request.id, INT64_MAX, ERR_LIMIT, "amount");
    is_refused(world, request.id, 0, ERR_INVALID, "amount");
    assert_int_equal(state_now(world, request.payment), PAYMENT_AUTHORIZED);
    assert_int_equal(leg_count(world, request.payment.raw), 0);
    assert_ok(cash_try(world, request.id, 1, &cash));
    /* The fee is never above the amount. */
    assert_int_equal(cash.cashed.fee_minor, 1);
    world_is_sound(world);
    world_free(world);
}

CASE(it_is_cashed_once)
{
    struct world *world = world_new();
    struct pay_request request = deposit(world, 5000);
    struct request_capture capture;
    struct deposit_cash cash;

    assert_ok(cash_try(world, request.id, 2000, &cash));
    is_refused(world, request.id, 2000, ERR_STATE, "status");
    is_refused(world, request.id, 9000, ERR_STATE, "status");
    assert_int_equal(request_capture_try(world, request.id, &capture), ERR_STATE);
    assert_int_equal(payment_now(world, request.payment).amount.minor, 2000);
    world_is_sound(world);
    world_free(world);
}

CASE(what_is_not_held_is_not_cashed)
{
    struct world *world = world_new();
    struct pay_request open = ask(world, terms_of(5000));
    struct payment payment = pay_card(world, 5000);
    struct request_id nobody = {"000000000000000000000000"};
    struct request_cancel cancel;
    struct deposit_cash cash;

    is_refused(world, open.id, 1000, ERR_STATE, "status");
    assert_int_equal(cash_try(world, nobody, 1000, &cash), ERR_NOT_FOUND);
    assert_int_equal(hold_cash_try(world, payment.id, 1000, &cash), ERR_STATE);
    struct pay_request given_back = deposit(world, 5000);
    assert_ok(request_cancel_try(world, given_back.id, &cancel));
    is_refused(world, given_back.id, 1000, ERR_STATE, "status");
    world_is_sound(world);
    world_free(world);
}

CASE(two_at_once_have_one_winner)
{
    struct world *world = world_new();
    struct pay_request request = deposit(world, 5000);
    struct deposit_cash cashes[2];
    struct request_cancel cancel = {.id = request.id};
    bool done[3];

    for (size_t i = 0; i < 2; i++) {
        cashes[i] = (struct deposit_cash){
            .merchant = &world->merchant, .request = request.id, .amount_minor = 2000 + (int64_t)i};
        world_begin(world, &cashes[i].operation, &done[i]);
        deposit_cash(&cashes[i]);
    }
    world_begin(world, &cancel.operation, &done[2]);
    request_cancel(&cancel);
    for (size_t i = 0; i < 3; i++)
        world_pump(world, &done[i]);
    assert_int_equal(cashes[0].operation.result, OK);
    assert_int_equal(cashes[1].operation.result, ERR_STATE);
    assert_int_equal(cancel.operation.result, ERR_STATE);
    assert_int_equal(payment_now(world, request.payment).amount.minor, 2000);
    world_is_sound(world);
    world_free(world);
}

/* --- the window --- */

CASE(window_ends_with_the_second)
{
    instant held = WORLD_START + 123456;

    assert_int_equal(deposit_end(held), WORLD_START + WINDOW_S * SECOND_US + 999999);
    assert_int_equal(deposit_end(WORLD_START), WORLD_START + WINDOW_S * SECOND_US + 999999);
}

CASE(last_moment_of_the_window_counts)
{
    struct world *world = world_new();
    struct deposit_cash cash;

    world_stop_at(world, WORLD_START + 123456);
    struct pay_request request = deposit(world, 5000);
    instant end = deposit_end(WORLD_START + 123456);
    assert_int_equal(payment_now(world, request.payment).hold_expires, end);
    world_stop_at(world, end + 1);
    is_refused(world, request.id, 1000, ERR_STATE, "status");
    world_stop_at(world, end);
    assert_ok(cash_try(world, request.id, 1000, &cash));
    world_is_sound(world);
    world_free(world);
}

CASE(hold_goes_back_when_the_window_is_over)
{
    struct world *world = world_new();
    struct pay_request request = deposit(world, 5000);

    world_advance(world, WINDOW_S - 60);
    assert_int_equal(state_now(world, request.payment), PAYMENT_AUTHORIZED);
    assert_int_equal(fake_count(world->fake, CARD_VOID), 0);
    world_advance(world, 62);
    assert_int_equal(state_now(world, request.payment), PAYMENT_EXPIRED);
    assert_int_equal(request_now(world, request.id).state, REQUEST_UNPAID);
    world_work(world);
    struct fake_call call = fake_last(world->fake, CARD_VOID);
    assert_int_equal(call.amount.minor, 5000);
    assert_int_equal(call.replace_minor, -1);
    is_refused(world, request.id, 1000, ERR_STATE, "status");
    world_is_sound(world);
    world_free(world);
}

/* Its own face gives it seven days; what is cashed as a deposit has the deposit's window. */
CASE(hold_of_another_face_is_cashed_within_the_window)
{
    struct world *world = world_new();
    struct payment held = pay_hold(world, 5000);
    struct payment late = pay_hold(world, 5000);
    struct payment_capture capture;
    struct deposit_cash cash;

    world_advance(world, WINDOW_S - 60);
    assert_ok(hold_cash_try(world, held.id, 1000, &cash));
    world_advance(world, 62);
    assert_int_equal(hold_cash_try(world, late.id, 1000, &cash), ERR_STATE);
    assert_ok(capture_try(world, late.id, &capture));
    assert_int_equal(capture.view.payment.amount.minor, 5000);
    world_is_sound(world);
    world_free(world);
}

/* --- the acquirer --- */

CASE(acquirer_without_parts_takes_the_whole_only)
{
    struct world *world = world_new();
    struct pay_request request = deposit(world, 5000);
    struct deposit_cash cash;

    world->fake->rail.capabilities &= ~(unsigned)RAIL_PARTIAL_REVERSAL;
    is_refused(world, request.id, 1000, ERR_UNAVAILABLE, "amount");
    assert_ok(cash_try(world, request.id, ALL, &cash));
    world_is_sound(world);
    world_free(world);
}

CASE(release_without_an_answer_is_repeated_as_it_was)
{
    struct world *world = world_new();
    struct pay_request request = deposit(world, 5000);
    struct deposit_cash cash;

    assert_ok(cash_try(world, request.id, 1000, &cash));
    fake_say(world->fake, CARD_VOID, CARD_UNKNOWN, "68");
    world_work(world);
    struct fake_call first = fake_last(world->fake, CARD_VOID);
    world_is_sound(world);
    world_advance(world, 60);
    struct fake_call second = fake_last(world->fake, CARD_VOID);
    assert_true(fake_count(world->fake, CARD_VOID) >= 2);
    assert_true(second.repeat);
    assert_string_equal(second.trace.rrn, first.trace.rrn);
    assert_int_equal(second.replace_minor, 1000);
    world_is_sound(world);
    world_free(world);
}

/* Cashed in part and given back before the evening: nothing of it stays held. */
CASE(payment_given_back_after_a_part_was_cashed)
{
    struct world *world = world_new();
    struct pay_request request = deposit(world, 5000);
    struct deposit_cash cash;

    assert_ok(cash_try(world, request.id, 1000, &cash));
    refund(world, request.payment, 1000);
    assert_int_equal(state_now(world, request.payment), PAYMENT_CANCELED);
    world_work(world);
    assert_int_equal(fake_count(world->fake, CARD_VOID), 1);
    assert_int_equal(fake_last(world->fake, CARD_VOID).replace_minor, -1);
    world_is_sound(world);
    world_free(world);
}

CASE(payment_given_back_while_the_rest_is_on_its_way)
{
    struct world *world = world_new();
    struct pay_request request = deposit(world, 5000);
    struct deposit_cash cash;

    assert_ok(cash_try(world, request.id, 1000, &cash));
    fake_say(world->fake, CARD_VOID, CARD_UNKNOWN, "68");
    world_work(world);
    refund(world, request.payment, 1000);
    world_advance(world, 600);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM task WHERE kind LIKE 'card_%'"), 0);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM card_attempt WHERE op = 'void'"
                                         " AND state = 'approved'"),
                     2);
    world_is_sound(world);
    world_free(world);
}

UNIT_MAIN(T(part_is_cashed_and_the_rest_given_back), T(captured_part_is_settled_by_the_file),
          T(whole_hold_is_cashed_without_a_release),
          T(amounts_that_are_no_part_of_it_change_nothing), T(it_is_cashed_once),
          T(what_is_not_held_is_not_cashed), T(two_at_once_have_one_winner),
          T(window_ends_with_the_second), T(last_moment_of_the_window_counts),
          T(hold_goes_back_when_the_window_is_over),
          T(hold_of_another_face_is_cashed_within_the_window),
          T(acquirer_without_parts_takes_the_whole_only),
          T(release_without_an_answer_is_repeated_as_it_was),
          T(payment_given_back_after_a_part_was_cashed),
          T(payment_given_back_while_the_rest_is_on_its_way))
