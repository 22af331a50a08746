#include "support/core_raw.h"

CASE(whole_refund_before_the_batch_cancels_the_payment)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 10000);
    struct refund_create create;

    assert_ok(refund_try(world, payment.id, WHOLE, &create));
    assert_int_equal(create.refund.state, REFUND_PAYMENT_CANCELED);
    assert_int_equal(create.refund.amount.minor, 10000);
    assert_true(create.refund.refunded > 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CANCELED);
    assert_legs(world, payment.id.raw, {ENTRY_CAPTURE_DECIDED, ACCOUNT_ACQUIRER, 10000},
                {ENTRY_CAPTURE_DECIDED, ACCOUNT_PENDING, -10000},
                {ENTRY_CAPTURE_DECIDED, ACCOUNT_PENDING, 252},
                {ENTRY_CAPTURE_DECIDED, ACCOUNT_FEE_INCOME, -210},
                {ENTRY_CAPTURE_DECIDED, ACCOUNT_FEE_VAT, -42},
                {ENTRY_CAPTURE_REVERSED, ACCOUNT_ACQUIRER, -10000},
                {ENTRY_CAPTURE_REVERSED, ACCOUNT_PENDING, 10000},
                {ENTRY_CAPTURE_REVERSED, ACCOUNT_PENDING, -252},
                {ENTRY_CAPTURE_REVERSED, ACCOUNT_FEE_INCOME, 210},
                {ENTRY_CAPTURE_REVERSED, ACCOUNT_FEE_VAT, 42});
    assert_int_equal(leg_count(world, create.refund.id.raw), 0);
    world_is_sound(world);
    world_work(world);
    struct fake_call call = fake_last(world->fake, CARD_VOID);
    assert_string_equal(call.reason, "17");
    assert_string_equal(call.original.rrn, attempt_now(world, payment.attempt).trace.rrn);
    world_advance_to(world, 0, 23, 0);
    assert_int_equal(fake_count(world->fake, CARD_CAPTURE), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(whole_refund_of_a_hold_gives_it_back)
{
    struct world *world = world_new();
    struct payment payment = pay_hold(world, 10000);
    struct refund made = refund(world, payment.id, 10000);

    assert_int_equal(made.state, REFUND_PAYMENT_CANCELED);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CANCELED);
    world_work(world);
    assert_int_equal(fake_count(world->fake, CARD_VOID), 1);
    world_advance(world, 8 * 86400);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CANCELED);
    assert_int_equal(fake_count(world->fake, CARD_VOID), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(part_refund_before_capture_is_refused)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 10000);
    struct refund_create create;

    assert_int_equal(refund_try(world, payment.id, 9999, &create), ERR_STATE);
    assert_string_equal(fault_of(&create.operation)->field, "amount");
    assert_int_equal(refund_try(world, payment.id, 10001, &create), ERR_LIMIT);
    assert_int_equal(state_now(world, payment.id), PAYMENT_TO_CAPTURE);
    world_is_sound(world);
    world_free(world);
}

CASE(refund_waits_while_the_capture_is_on_its_way)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 10000);
    struct refund_create create;

    world_advance_to(world, 0, 21, 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURE_SENT);
    assert_int_equal(refund_try(world, payment.id, WHOLE, &create), ERR_STATE);
    world_is_sound(world);
    world_free(world);
}

CASE(refunds_of_a_captured_payment_add_up_to_its_amount)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    struct refund_create create;

    struct refund first = refund(world, payment.id, 1);
    assert_int_equal(first.state, REFUND_TO_REFUND);
    assert_legs(world, first.id.raw, {ENTRY_REFUND_ASKED, ACCOUNT_PAYABLE, 1},
                {ENTRY_REFUND_ASKED, ACCOUNT_REFUNDS_IN_TRANSIT, -1});
    assert_int_equal(refund_try(world, payment.id, 10000, &create), ERR_LIMIT);
    assert_int_equal(refund_try(world, payment.id, 0, &create), ERR_LIMIT);
    assert_ok(refund_try(world, payment.id, 4999, &create));
    assert_int_equal(refund_try(world, payment.id, 5001, &create), ERR_LIMIT);
    assert_ok(refund_try(world, payment.id, WHOLE, &create));
    assert_int_equal(create.refund.amount.minor, 5000);
    assert_int_equal(refund_try(world, payment.id, WHOLE, &create), ERR_LIMIT);
    assert_int_equal(refund_try(world, payment.id, 1, &create), ERR_LIMIT);
    payment = payment_now(world, payment.id);
    assert_int_equal(payment.refunded_minor, 10000);
    assert_int_equal(payment.state, PAYMENT_CAPTURED);
    world_is_sound(world);
    world_free(world);
}

CASE(two_refunds_above_the_amount_have_one_winner)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    struct refund_create creates[2];
    bool done[2];

    for (size_t i = 0; i < 2; i++) {
        creates[i] = (struct refund_create){.payment = payment.id, .amount_minor = 6000};
        world_begin(world, &creates[i].operation, &done[i]);
        refund_create(&creates[i]);
    }
    for (size_t i = 0; i < 2; i++)
        world_pump(world, &done[i]);
    assert_int_equal(creates[0].operation.result, OK);
    assert_int_equal(creates[1].operation.result, ERR_LIMIT);
    assert_int_equal(payment_now(world, payment.id).refunded_minor, 6000);
    world_is_sound(world);
    world_free(world);
}

CASE(refund_leaves_with_the_batch_and_is_settled_by_the_file)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    struct refund made = refund(world, payment.id, 4000);

    world_advance_to(world, 0, 20, 59);
    assert_int_equal(fake_count(world->fake, CARD_REFUND), 0);
    world_advance_to(world, 0, 21, 0);
    struct fake_call call = fake_last(world->fake, CARD_REFUND);
    assert_int_equal(call.amount.minor, 4000);
    assert_string_equal(call.original.rrn, attempt_now(world, payment.attempt).trace.rrn);
    made = refund_now(world, made.id);
    assert_int_equal(made.state, REFUND_SENT);
    assert_true(made.refunded > 0);
    world_is_sound(world);

    fake_new_file(world->fake, "settlement-1", "h1");
    fake_settles(world->fake, SETTLED_CREDIT, call.trace.rrn, eur(4000), 0);
    world_advance_to(world, 0, 22, 0);
    made = refund_now(world, made.id);
    assert_int_equal(made.state, REFUND_REFUNDED);
    assert_true(made.banked > made.refunded);
    assert_legs(world, made.id.raw, {ENTRY_REFUND_ASKED, ACCOUNT_PAYABLE, 4000},
                {ENTRY_REFUND_ASKED, ACCOUNT_REFUNDS_IN_TRANSIT, -4000},
                {ENTRY_REFUND_SETTLED, ACCOUNT_REFUNDS_IN_TRANSIT, 4000},
                {ENTRY_REFUND_SETTLED, ACCOUNT_BANK, -4000});
    world_is_sound(world);
    world_free(world);
}

CASE(refund_is_settled_for_its_amount_and_a_fee_beside_it_is_for_a_person)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    struct refund made = refund(world, payment.id, 4000);

    world_advance_to(world, 0, 21, 0);
    fake_new_file(world->fake, "settlement-1", "h1");
    fake_settles(world->fake, SETTLED_CREDIT, fake_last(world->fake, CARD_REFUND).trace.rrn,
                 eur(4000), 25);
    world_advance_to(world, 0, 22, 0);
    assert_int_equal(refund_now(world, made.id).state, REFUND_REFUNDED);
    assert_int_equal(world_balance(world, ACCOUNT_REFUNDS_IN_TRANSIT), 0);
    assert_int_equal(world_balance(world, ACCOUNT_SUSPENSE), 25);
    assert_int_equal(world_count(world, "settlement_work"), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(refund_that_is_not_honoured_may_be_asked_again)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    struct refund made = refund(world, payment.id, WHOLE);

    fake_say(world->fake, CARD_REFUND, CARD_DECLINED, "57");
    world_advance_to(world, 0, 21, 0);
    assert_int_equal(refund_now(world, made.id).state, REFUND_NOT_HONORED);
    assert_int_equal(payment_now(world, payment.id).refunded_minor, 0);
    assert_legs(world, made.id.raw, {ENTRY_REFUND_ASKED, ACCOUNT_PAYABLE, 10000},
                {ENTRY_REFUND_ASKED, ACCOUNT_REFUNDS_IN_TRANSIT, -10000},
                {ENTRY_REFUND_REVERSED, ACCOUNT_REFUNDS_IN_TRANSIT, 10000},
                {ENTRY_REFUND_REVERSED, ACCOUNT_PAYABLE, -10000});
    world_is_sound(world);
    refund(world, payment.id, WHOLE);
    world_is_sound(world);
    world_free(world);
}

CASE(refund_without_an_answer_is_sent_again_as_it_was)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    struct refund made = refund(world, payment.id, WHOLE);
    char rrn[RRN_LEN + 1];

    fake_say(world->fake, CARD_REFUND, CARD_UNKNOWN, "68");
    world_advance_to(world, 0, 21, 0);
    struct fake_call first = fake_last(world->fake, CARD_REFUND);
    assert_false(first.repeat);
    memcpy(rrn, first.trace.rrn, sizeof rrn);
    assert_int_equal(refund_now(world, made.id).state, REFUND_TO_REFUND);
    world_is_sound(world);
    world_advance(world, 10);
    struct fake_call second = fake_last(world->fake, CARD_REFUND);
    assert_true(second.repeat);
    assert_string_equal(second.trace.rrn, rrn);
    assert_int_equal(second.trace.sent, first.trace.sent);
    assert_int_equal(refund_now(world, made.id).state, REFUND_SENT);
    assert_int_equal(fake_count(world->fake, CARD_REFUND), 2);
    world_is_sound(world);
    world_free(world);
}

CASE(refund_of_what_brought_no_money_is_refused)
{
    struct world *world = world_new();
    struct refund_create create;
    struct payment_id nobody;
    struct payment waiting = pay(world, draft_of(500));

    fake_say(world->fake, CARD_AUTHORISE, CARD_DECLINED, "51");
    struct payment refused = pay(world, draft_with_card(world, 500));
    fake_say(world->fake, CARD_AUTHORISE, CARD_UNREACHABLE, "91");
    struct payment failed = pay(world, draft_with_card(world, 500));
    struct payment canceled = pay_card(world, 500);
    refund(world, canceled.id, WHOLE);

    ID_NEW(world->cx->ids, &nobody);
    assert_int_equal(refund_try(world, waiting.id, WHOLE, &create), ERR_STATE);
    assert_int_equal(refund_try(world, refused.id, WHOLE, &create), ERR_STATE);
    assert_int_equal(refund_try(world, failed.id, WHOLE, &create), ERR_STATE);
    assert_int_equal(refund_try(world, canceled.id, WHOLE, &create), ERR_STATE);
    assert_string_equal(fault_of(&create.operation)->object, canceled.id.raw);
    assert_int_equal(refund_try(world, nobody, WHOLE, &create), ERR_NOT_FOUND);
    world_is_sound(world);
    world_free(world);
}

CASE(payment_has_500_refunds_at_most)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    struct refund_create create;
    struct refund *list;
    size_t count;

    for (int i = 0; i < REFUNDS_OF_PAYMENT_MAX; i++)
        assert_ok(refund_try(world, payment.id, 1, &create));
    assert_int_equal(refund_try(world, payment.id, 1, &create), ERR_LIMIT);
    assert_string_equal(fault_of(&create.operation)->field, "payment");
    assert_ok(refunds_of_payment(world->cx, world_read(world), payment.id, &list, &count));
    assert_int_equal(count, REFUNDS_OF_PAYMENT_MAX);
    world_is_sound(world);
    world_free(world);
}

CASE(card_check_can_be_given_back)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_with_card(world, 0);

    draft.capture = false;
    struct payment payment = pay(world, draft);
    assert_int_equal(refund(world, payment.id, WHOLE).state, REFUND_PAYMENT_CANCELED);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CANCELED);
    world_is_sound(world);
    world_free(world);
}

UNIT_MAIN(T(whole_refund_before_the_batch_cancels_the_payment),
          T(whole_refund_of_a_hold_gives_it_back), T(part_refund_before_capture_is_refused),
          T(refund_waits_while_the_capture_is_on_its_way),
          T(refunds_of_a_captured_payment_add_up_to_its_amount),
          T(two_refunds_above_the_amount_have_one_winner),
          T(refund_leaves_with_the_batch_and_is_settled_by_the_file),
          T(refund_is_settled_for_its_amount_and_a_fee_beside_it_is_for_a_person),
          T(refund_that_is_not_honoured_may_be_asked_again),
          T(refund_without_an_answer_is_sent_again_as_it_was),
          T(refund_of_what_brought_no_money_is_refused), T(payment_has_500_refunds_at_most),
          T(card_check_can_be_given_back))
