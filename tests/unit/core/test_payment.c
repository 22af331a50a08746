#include "core/event.h"
#include "support/core_raw.h"

/* --- creation --- */

CASE(payment_without_a_method_waits)
{
    struct world *world = world_new();
    struct payment payment = pay(world, draft_of(1000));

    assert_int_equal(payment.state, PAYMENT_NEW);
    assert_int_equal(payment.method, 0);
    assert_int_equal(payment.methods, 1U << METHOD_CARD | 1U << METHOD_SEPA);
    assert_int_equal(payment.fee_minor, 0);
    assert_true(payment.created > WORLD_START);
    assert_int_equal(world->fake->call_count, 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_NEW);
    world_is_sound(world);
    world_free(world);
}

CASE(payment_with_an_approved_card_is_to_capture)
{
    struct world *world = world_new();
    struct payment_create create;

    assert_ok(pay_try(world, draft_with_card(world, 10000), &create));
    const struct payment *payment = &create.view.payment;
    assert_int_equal(payment->state, PAYMENT_TO_CAPTURE);
    assert_str(payment->response, "00");
    assert_int_equal(payment->response_author.len, 6);
    assert_int_equal(payment->method, METHOD_CARD);
    assert_true(payment->paid > 0);
    assert_int_equal(payment->banked, 0);
    assert_true(create.view.has_card);
    assert_str(create.view.card.last4, "4242");
    /* 1.60 % and 0.50, VAT 20 %. */
    assert_int_equal(payment->fee_minor, 210);
    assert_int_equal(payment->fee_vat_minor, 42);
    assert_legs(world, payment->id.raw, {ENTRY_CAPTURE_DECIDED, ACCOUNT_ACQUIRER, 10000},
                {ENTRY_CAPTURE_DECIDED, ACCOUNT_PENDING, -10000},
                {ENTRY_CAPTURE_DECIDED, ACCOUNT_PENDING, 252},
                {ENTRY_CAPTURE_DECIDED, ACCOUNT_FEE_INCOME, -210},
                {ENTRY_CAPTURE_DECIDED, ACCOUNT_FEE_VAT, -42});
    world_is_sound(world);
    world_free(world);
}

CASE(authorisation_carries_the_card_and_its_code_once)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 10000);
    struct fake_call call = fake_last(world->fake, CARD_AUTHORISE);

    assert_string_equal(call.pan, VISA);
    assert_string_equal(call.cvc, "123");
    assert_string_equal(call.eci, "");
    assert_true(call.final);
    assert_false(call.payer_present);
    assert_int_equal(call.amount.minor, 10000);
    assert_true(ID_EQ(call.payment, payment.id));
    assert_int_equal(call.trace.stan, 1);

    struct payment_draft again = draft_of(2000);
    again.card = card_by_id(payment.card);
    pay(world, again);
    call = fake_last(world->fake, CARD_AUTHORISE);
    assert_string_equal(call.pan, VISA);
    assert_string_equal(call.cvc, "");
    assert_int_equal(call.trace.stan, 2);
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 2);
    world_free(world);
}

CASE(declined_payment_is_refused_and_books_nothing)
{
    struct world *world = world_new();
    struct payment_create create;

    fake_say(world->fake, CARD_AUTHORISE, CARD_DECLINED, "51");
    assert_ok(pay_try(world, draft_with_card(world, 10000), &create));
    assert_int_equal(create.view.payment.state, PAYMENT_REFUSED);
    assert_str(create.view.payment.response, "51");
    assert_int_equal(create.view.payment.paid, 0);
    assert_null(create.view.payment.response_author.ptr);
    assert_int_equal(leg_count(world, create.view.payment.id.raw), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(soft_decline_without_the_payer_is_refused)
{
    struct world *world = world_new();
    struct payment_create create;

    fake_say(world->fake, CARD_AUTHORISE, CARD_SOFT_DECLINED, "A1");
    assert_ok(pay_try(world, draft_with_card(world, 10000), &create));
    assert_int_equal(create.view.payment.state, PAYMENT_REFUSED);
    assert_str(create.view.payment.response, "A1");
    assert_false(create.view.has_authentication);
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(unknown_outcome_has_failed_and_its_reversal_goes_before_the_next_attempt)
{
    struct world *world = world_new();
    struct payment_create create;

    fake_say(world->fake, CARD_AUTHORISE, CARD_UNKNOWN, "68");
    assert_ok(pay_try(world, draft_with_card(world, 10000), &create));
    struct payment lost = create.view.payment;
    assert_int_equal(lost.state, PAYMENT_FAILED);
    assert_str(lost.response, "68");
    assert_int_equal(attempt_now(world, lost.attempt).state, ATTEMPT_UNKNOWN);
    world_is_sound(world);

    struct payment_draft next = draft_of(10000);
    next.card = card_by_id(lost.card);
    assert_int_equal(pay_try(world, next, &create), ERR_BUSY);
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 1);

    world_work(world);
    struct fake_call reversal = fake_last(world->fake, CARD_REVERSE);
    assert_string_equal(reversal.reason, "68");
    assert_int_equal(reversal.original_op, CARD_AUTHORISE);
    assert_string_equal(reversal.original.rrn, attempt_now(world, lost.attempt).trace.rrn);
    assert_int_equal(attempt_now(world, lost.attempt).state, ATTEMPT_REVERSED);
    assert_int_equal(state_now(world, lost.id), PAYMENT_FAILED);
    assert_ok(pay_try(world, next, &create));
    assert_int_equal(create.view.payment.state, PAYMENT_TO_CAPTURE);
    world_is_sound(world);
    world_free(world);
}

CASE(unreachable_acquirer_has_failed_and_needs_no_reversal)
{
    struct world *world = world_new();
    struct payment_create create;

    fake_say(world->fake, CARD_AUTHORISE, CARD_UNREACHABLE, "91");
    assert_ok(pay_try(world, draft_with_card(world, 10000), &create));
    assert_int_equal(create.view.payment.state, PAYMENT_FAILED);
    assert_str(create.view.payment.response, "91");
    assert_int_equal(attempt_now(world, create.view.payment.attempt).state, ATTEMPT_UNREACHABLE);
    world_work(world);
    assert_int_equal(fake_count(world->fake, CARD_REVERSE), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(money_that_moves_at_once_is_captured_at_once)
{
    struct world *world = world_new();
    struct payment_create create;

    fake_say_settled(world->fake, CARD_AUTHORISE, 90);
    assert_ok(pay_try(world, draft_with_card(world, 10000), &create));
    const struct payment *payment = &create.view.payment;
    assert_int_equal(payment->state, PAYMENT_CAPTURED);
    assert_true(payment->banked > 0);
    assert_legs(world, payment->id.raw, {ENTRY_CAPTURE_DECIDED, ACCOUNT_ACQUIRER, 10000},
                {ENTRY_CAPTURE_DECIDED, ACCOUNT_PENDING, -10000},
                {ENTRY_CAPTURE_DECIDED, ACCOUNT_PENDING, 252},
                {ENTRY_CAPTURE_DECIDED, ACCOUNT_FEE_INCOME, -210},
                {ENTRY_CAPTURE_DECIDED, ACCOUNT_FEE_VAT, -42},
                {ENTRY_CAPTURE_SETTLED, ACCOUNT_BANK, 9910},
                {ENTRY_CAPTURE_SETTLED, ACCOUNT_ACQUIRER_FEES, 90},
                {ENTRY_CAPTURE_SETTLED, ACCOUNT_ACQUIRER, -10000},
                {ENTRY_CAPTURE_SETTLED, ACCOUNT_PENDING, 9748},
                {ENTRY_CAPTURE_SETTLED, ACCOUNT_PAYABLE, -9748});
    assert_int_equal(world_balance(world, ACCOUNT_PENDING), 0);
    assert_int_equal(world_balance(world, ACCOUNT_PAYABLE), -9748);
    world_is_sound(world);
    world_free(world);
}

CASE(fee_is_never_above_the_amount)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 50);

    assert_int_equal(payment.fee_minor, 50);
    assert_int_equal(payment.fee_vat_minor, 10);
    payment = pay_card(world, 500);
    assert_int_equal(payment.fee_minor, 58);
    assert_int_equal(payment.fee_vat_minor, 12); /* 11.6 */
    world_is_sound(world);
    world_free(world);
}

static err_t amount_try(struct world *world, int64_t minor, bool capture, enum currency currency)
{
    struct payment_draft draft = draft_of(minor);
    struct payment_create create;

    draft.amount.currency = currency;
    draft.capture = capture;
    err_t err = pay_try(world, draft, &create);
    if (err != OK)
        assert_int_equal(fault_of(&create.operation)->err, err);
    return err;
}

CASE(amount_is_50_at_least_or_a_card_check_of_0)
{
    struct world *world = world_new();

    assert_ok(amount_try(world, 50, true, CURRENCY_EUR));
    assert_int_equal(amount_try(world, 49, true, CURRENCY_EUR), ERR_INVALID);
    assert_int_equal(amount_try(world, 1, false, CURRENCY_EUR), ERR_INVALID);
    assert_int_equal(amount_try(world, 0, true, CURRENCY_EUR), ERR_INVALID);
    assert_ok(amount_try(world, 0, false, CURRENCY_EUR));
    assert_ok(amount_try(world, 4294967295, true, CURRENCY_EUR));
    world_is_sound(world);
    world_free(world);
}

CASE(currency_must_be_opened)
{
    struct world *world = world_new();

    assert_ok(amount_try(world, 500, true, CURRENCY_USD));
    world_set(world, "currencies", "eur,chf");
    assert_int_equal(amount_try(world, 500, true, CURRENCY_USD), ERR_INVALID);
    assert_ok(amount_try(world, 500, true, CURRENCY_CHF));
    world_free(world);
}

CASE(debits_are_possible_in_euro_only)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_of(500);
    struct payment_create create;

    draft.amount.currency = CURRENCY_USD;
    assert_int_equal(pay(world, draft).methods, 1U << METHOD_CARD);
    draft.methods = 1U << METHOD_SEPA;
    assert_int_equal(pay_try(world, draft, &create), ERR_INVALID);
    assert_string_equal(fault_of(&create.operation)->field, "methods_allowed");
    world_free(world);
}

CASE(card_must_be_among_the_methods_allowed)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_with_card(world, 500);
    struct payment_create create;

    draft.methods = 1U << METHOD_SEPA;
    assert_int_equal(pay_try(world, draft, &create), ERR_INVALID);
    assert_string_equal(fault_of(&create.operation)->field, "card");
    world_free(world);
}

CASE(unique_id_is_taken_once_and_names_the_first)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_with_card(world, 500);
    struct payment_create create;

    draft.unique_id = STR("order-1");
    struct payment first = pay(world, draft);
    draft = draft_with_card(world, 500);
    draft.unique_id = STR("order-1");
    assert_int_equal(pay_try(world, draft, &create), ERR_CONFLICT);
    assert_string_equal(fault_of(&create.operation)->object, first.id.raw);
    assert_string_equal(fault_of(&create.operation)->field, "payment");
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 1);
    draft.unique_id = STR("order-2");
    pay(world, draft);
    world_is_sound(world);
    world_free(world);
}

CASE(unique_id_has_one_winner_among_many_at_once)
{
    enum { MANY = 32 };
    struct world *world = world_new();
    struct payment_create creates[MANY];
    bool done[MANY];
    int won = 0;

    for (size_t i = 0; i < MANY; i++) {
        creates[i] = (struct payment_create){.merchant = &world->merchant,
                                             .draft = draft_with_card(world, 500)};
        creates[i].draft.unique_id = STR("order-1");
        world_begin(world, &creates[i].operation, &done[i]);
    }
    for (size_t i = 0; i < MANY; i++)
        payment_create(&creates[i]);
    for (size_t i = 0; i < MANY; i++) {
        world_pump(world, &done[i]);
        won += creates[i].operation.result == OK ? 1 : 0;
        if (creates[i].operation.result != OK)
            assert_int_equal(creates[i].operation.result, ERR_CONFLICT);
    }
    assert_int_equal(won, 1);
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(card_and_customer_must_exist_and_live)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_of(500);
    struct payment_create create;

    ID_NEW(world->cx->ids, &draft.card.id);
    assert_int_equal(pay_try(world, draft, &create), ERR_NOT_FOUND);
    assert_string_equal(fault_of(&create.operation)->field, "card");
    assert_string_equal(fault_of(&create.operation)->object, draft.card.id.raw);
    draft = draft_of(500);
    ID_NEW(world->cx->ids, &draft.customer.id);
    assert_int_equal(pay_try(world, draft, &create), ERR_NOT_FOUND);
    assert_string_equal(fault_of(&create.operation)->field, "customer");
    draft = draft_of(500);
    ID_NEW(world->cx->ids, &draft.billing_address);
    assert_int_equal(pay_try(world, draft, &create), ERR_NOT_FOUND);
    assert_string_equal(fault_of(&create.operation)->field, "address");
    world_is_sound(world);
    world_free(world);
}

CASE(objects_of_the_other_mode_are_not_found)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 500);
    struct ctx *cx = world_ctx(world);
    struct payment found;
    struct card card;

    cx->mode = MODE_LIVE;
    assert_int_equal(payment_load(cx, world_read(world), payment.id, &found), ERR_NOT_FOUND);
    assert_int_equal(card_load(cx, world_read(world), payment.card, true, &card), ERR_NOT_FOUND);
    cx->mode = MODE_TEST;
    ID_NEW(cx->ids, &cx->merchant);
    assert_int_equal(payment_load(cx, world_read(world), payment.id, &found), ERR_NOT_FOUND);
    world_free(world);
}

CASE(money_is_never_simulated_silently)
{
    struct world *world = world_new();
    struct payment_create create = {.merchant = &world->merchant, .draft = draft_of(500)};
    bool done;

    world_begin(world, &create.operation, &done);
    create.operation.cx->mode = MODE_LIVE;
    payment_create(&create);
    world_pump(world, &done);
    assert_int_equal(create.operation.result, ERR_UNAVAILABLE);
    world->core.test_rail = NULL;
    struct payment_draft draft = draft_of(500);
    draft.methods = 1U << METHOD_CARD;
    assert_int_equal(pay_try(world, draft, &create), ERR_UNAVAILABLE);
    /* Nobody has chosen yet, and a debit is possible. */
    assert_int_equal(pay_try(world, draft_of(500), &create), OK);
    world->merchant.debits.ics[0] = '\0';
    assert_int_equal(pay_try(world, draft_of(500), &create), ERR_UNAVAILABLE);
    world_free(world);
}

CASE(setting_a_card_without_a_connector_is_refused)
{
    struct world *world = world_new();
    struct payment payment = pay(world, draft_of(500));
    struct payment_change change = {.change = PAYMENT_SET_CARD, .card_runs = true};

    change.draft.card = card_inline(world, card_draft(VISA));
    world->core.test_rail = NULL;
    assert_int_equal(change_try(world, payment.id, &change), ERR_UNAVAILABLE);
    assert_int_equal(state_now(world, payment.id), PAYMENT_NEW);
    world_is_sound(world);
    world_free(world);
}

CASE(network_is_the_payers_choice_then_the_merchants)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_of(500);
    struct card_draft card = card_draft(CB_VISA);

    draft.card = card_inline(world, card);
    pay(world, draft);
    assert_string_equal(fake_last(world->fake, CARD_AUTHORISE).network_wanted, "CB");
    card.preferred_network = STR("visa");
    draft.card = card_inline(world, card);
    pay(world, draft);
    assert_string_equal(fake_last(world->fake, CARD_AUTHORISE).network_wanted, "VI");
    world_set(world, "preferred_network", "international");
    card.preferred_network = STR_NONE;
    draft.card = card_inline(world, card);
    pay(world, draft);
    assert_string_equal(fake_last(world->fake, CARD_AUTHORISE).network_wanted, "");
    world_free(world);
}

CASE(same_card_given_again_is_used_with_its_new_code)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_of(500);
    struct card_draft card = card_draft(VISA);

    draft.card = card_inline(world, card);
    draft.card.twin = CARD_TWIN_IS_USED;
    struct payment first = pay(world, draft);
    card.cvc = STR("987");
    draft.card = card_inline(world, card);
    draft.card.twin = CARD_TWIN_IS_USED;
    struct payment second = pay(world, draft);
    assert_true(ID_EQ(first.card, second.card));
    assert_string_equal(fake_last(world->fake, CARD_AUTHORISE).cvc, "987");
    world_free(world);
}

CASE(code_of_a_card_that_was_not_taken_is_forgotten)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_with_card(world, 500);
    struct payment_create create;
    char cvc[CVC_MAX + 1];

    draft.amount.minor = 49;
    assert_int_equal(pay_try(world, draft, &create), ERR_INVALID);
    assert_false(cvc_take(world->cvc, draft.card.sealed.id.raw, cvc));
    world_free(world);
}

/* --- holds --- */

CASE(payment_without_capture_is_held_and_books_nothing)
{
    struct world *world = world_new();
    struct payment payment = pay_hold(world, 10000);

    assert_false(fake_last(world->fake, CARD_AUTHORISE).final);
    assert_int_equal(payment.hold_expires - payment.paid, 7 * DAY_US);
    assert_int_equal(leg_count(world, payment.id.raw), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(hold_is_captured_up_to_its_last_microsecond)
{
    struct world *world = world_new();
    struct payment payment = pay_hold(world, 10000);
    struct payment_capture capture;

    world_stop_at(world, payment.hold_expires + 1);
    assert_int_equal(capture_try(world, payment.id, &capture), ERR_STATE);
    assert_string_equal(fault_of(&capture.operation)->field, "status");
    assert_int_equal(state_now(world, payment.id), PAYMENT_AUTHORIZED);
    world_stop_at(world, payment.hold_expires);
    assert_ok(capture_try(world, payment.id, &capture));
    assert_int_equal(capture.view.payment.state, PAYMENT_TO_CAPTURE);
    assert_int_equal(leg_count(world, payment.id.raw), 5);
    world_is_sound(world);
    world_free(world);
}

CASE(hold_is_captured_once)
{
    struct world *world = world_new();
    struct payment payment = pay_hold(world, 10000);
    struct payment_capture capture;

    assert_ok(capture_try(world, payment.id, &capture));
    assert_int_equal(capture_try(world, payment.id, &capture), ERR_STATE);
    assert_int_equal(leg_count(world, payment.id.raw), 5);
    world_is_sound(world);
    world_free(world);
}

CASE(two_captures_at_once_have_one_winner)
{
    struct world *world = world_new();
    struct payment payment = pay_hold(world, 10000);
    struct payment_capture captures[2] = {{.id = payment.id}, {.id = payment.id}};
    bool done[2];

    for (size_t i = 0; i < 2; i++) {
        world_begin(world, &captures[i].operation, &done[i]);
        payment_capture(&captures[i]);
    }
    for (size_t i = 0; i < 2; i++)
        world_pump(world, &done[i]);
    assert_int_equal(captures[0].operation.result, OK);
    assert_int_equal(captures[1].operation.result, ERR_STATE);
    world_is_sound(world);
    world_free(world);
}

CASE(capture_against_cancel_has_one_winner)
{
    struct world *world = world_new();
    struct payment payment = pay_hold(world, 10000);
    struct payment_capture capture = {.id = payment.id};
    struct refund_create cancel = {.payment = payment.id, .whole = true};
    bool done[2];

    world_begin(world, &cancel.operation, &done[0]);
    world_begin(world, &capture.operation, &done[1]);
    refund_create(&cancel);
    payment_capture(&capture);
    world_pump(world, &done[0]);
    world_pump(world, &done[1]);
    assert_int_equal(cancel.operation.result, OK);
    assert_int_equal(capture.operation.result, ERR_STATE);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CANCELED);
    assert_int_equal(leg_count(world, payment.id.raw), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(only_a_hold_can_be_captured)
{
    struct world *world = world_new();
    struct payment_capture capture;
    struct payment waiting = pay(world, draft_of(500));
    struct payment paid = pay_card(world, 500);
    struct payment_id nobody;

    ID_NEW(world->cx->ids, &nobody);
    assert_int_equal(capture_try(world, waiting.id, &capture), ERR_STATE);
    assert_int_equal(capture_try(world, paid.id, &capture), ERR_STATE);
    assert_int_equal(capture_try(world, nobody, &capture), ERR_NOT_FOUND);
    world_is_sound(world);
    world_free(world);
}

CASE(card_check_has_nothing_to_capture)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_with_card(world, 0);
    struct payment_capture capture;

    draft.capture = false;
    struct payment payment = pay(world, draft);
    assert_int_equal(payment.state, PAYMENT_AUTHORIZED);
    assert_int_equal(fake_last(world->fake, CARD_AUTHORISE).amount.minor, 0);
    assert_int_equal(capture_try(world, payment.id, &capture), ERR_STATE);
    world_is_sound(world);
    world_free(world);
}

CASE(card_check_cannot_be_asked_to_capture)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_of(0);
    struct payment_change change = {.change = PAYMENT_SET_CARD};

    draft.capture = false;
    struct payment payment = pay(world, draft);
    change.draft.card = card_inline(world, card_draft(VISA));
    change.ask = ASK_CAPTURE;
    assert_int_equal(change_try(world, payment.id, &change), ERR_STATE);
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 0);
    world_is_sound(world);
    world_free(world);
}

/* --- states --- */

static err_t move_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct payment *payment = arg;

    return payment_move(cx, tx, payment, PAYMENT_CAPTURED);
}

CASE(move_that_the_table_forbids_is_refused)
{
    struct world *world = world_new();
    struct payment payment = pay(world, draft_of(500));
    struct ctx *cx = world_ctx(world);

    assert_int_equal(tx_run(world->store, cx, move_body, &payment), ERR_STATE);
    assert_string_equal(cx->faults[0].field, "status");
    assert_int_equal(state_now(world, payment.id), PAYMENT_NEW);
    world_free(world);
}

CASE(history_tells_each_state_in_order)
{
    static const char *const STATES[] = {"", "authorized", "to_capture"};
    struct world *world = world_new();
    struct payment payment = pay_hold(world, 500);
    struct payment_capture capture;
    struct event *events = NULL;
    size_t count = 0;
    size_t at = 0;

    assert_ok(capture_try(world, payment.id, &capture));
    assert_ok(payment_history(world->cx, world_read(world), &payment, &events, &count));
    assert_int_equal(events[0].created, payment.created);
    for (size_t i = 0; i < count; i++) {
        assert_true(at < ARRAY_LEN(STATES));
        assert_str(events[i].kind, at == 0 ? "payment.created" : "payment.state");
        assert_true(str_eq(events[i].detail, str_of(STATES[at++])));
    }
    assert_int_equal(at, ARRAY_LEN(STATES));
    world_free(world);
}

static void assert_history(struct world *world, struct payment_id id, const char *const *states,
                           size_t wanted)
{
    struct payment payment = payment_now(world, id);
    struct event *events = NULL;
    size_t count = 0;

    assert_ok(payment_history(world->cx, world_read(world), &payment, &events, &count));
    assert_int_equal(count, wanted + 1);
    assert_str(events[0].kind, "payment.created");
    for (size_t i = 1; i < count; i++) {
        assert_str(events[i].kind, "payment.state");
        assert_str(events[i].detail, states[i - 1]);
        assert_true(events[i].created >= events[i - 1].created);
    }
}

CASE(approval_that_is_captured_at_once_is_told_by_the_row)
{
    static const char *const STATES[] = {"to_capture", "capture_sent"};
    struct world *world = world_new();
    struct payment payment = pay_card(world, 500);

    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM event WHERE kind LIKE 'payment%'"),
                     0);
    assert_history(world, payment.id, STATES, 1);
    world_advance_to(world, 0, 21, 0);
    assert_history(world, payment.id, STATES, 2);
    world_free(world);
}

CASE(money_that_came_at_once_is_told_after_the_approval)
{
    static const char *const STATES[] = {"to_capture", "captured"};
    struct world *world = world_new();

    assert_history(world, pay_settled(world, 500).id, STATES, ARRAY_LEN(STATES));
    world_free(world);
}

CASE(history_of_a_payment_that_is_paid_again_keeps_the_first_approval)
{
    static const char *const STATES[] = {"to_capture", "capture_sent", "failed", "authorizing",
                                         "to_capture"};
    struct world *world = world_new();
    struct page_submit submit;
    struct payment payment = pay(world, draft_for_page(10000));

    assert_ok(submit_try(world, payment.id, "t1", &submit));
    fake_say(world->fake, CARD_CAPTURE, CARD_DECLINED, "12");
    world_advance_to(world, 0, 21, 0);
    assert_ok(submit_try(world, payment.id, "t2", &submit));
    struct payment now = payment_now(world, payment.id);
    struct event *events = NULL;
    size_t count = 0;
    size_t at = 0;
    assert_ok(payment_history(world->cx, world_read(world), &now, &events, &count));
    for (size_t i = 0; i < count && at < ARRAY_LEN(STATES); i++) {
        if (str_eq(events[i].detail, str_of(STATES[at])))
            at++;
    }
    assert_int_equal(at, ARRAY_LEN(STATES));
    world_free(world);
}

CASE(only_untried_payments_are_open)
{
    for (int at = PAYMENT_NEW; at <= PAYMENT_DISPUTED; at++) {
        struct payment payment = {.state = (enum payment_state)at};
        assert_int_equal(payment_is_open(&payment), at <= PAYMENT_AUTHORIZING);
    }
}

CASE(views_of_a_list_show_card_and_customer)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_with_card(world, 500);
    struct payment payments[2];
    struct payment_view *views;

    draft.customer = (struct customer_choice){.inline_data = true,
                                              .twin = TWIN_BY_EXTERNAL_ID,
                                              .draft = {.email = STR("ada@example.com")}};
    payments[0] = pay(world, draft);
    payments[1] = pay(world, draft_of(700));
    assert_ok(payment_views(world->cx, world_read(world), payments, 2, &views));
    assert_str(views[0].card.last4, "4242");
    assert_str(views[0].customer.email, "ada@example.com");
    assert_false(views[1].has_card || views[1].has_customer || views[1].has_authentication);
    assert_int_equal(views[1].payment.amount.minor, 700);
    world_free(world);
}

/* --- late answers --- */

/* A payment whose message stays away until its attempt was taken back: as by another server. */
static void begin_and_take_back(struct world *world, struct payment_create *create, bool *done)
{
    int64_t taken = 0;

    *create =
        (struct payment_create){.merchant = &world->merchant, .draft = draft_with_card(world, 500)};
    world->fake->silent = true;
    world_begin(world, &create->operation, done);
    payment_create(create);
    world_pump_kept(world, 1);
    assert_ok(recovery_start(&world->core, world_ctx(world), &taken));
    assert_int_equal(taken, 1);
}

static void answer_late(struct world *world, struct payment_create *create, bool *done)
{
    fake_answer_kept(world->fake);
    world_pump(world, done);
    assert_ok(create->operation.result);
    assert_int_equal(create->view.payment.state, PAYMENT_FAILED);
    assert_str(create->view.payment.response, "68");
    assert_int_equal(state_now(world, create->view.payment.id), PAYMENT_FAILED);
    world_is_sound(world);
}

CASE(late_answer_never_revives_a_payment_that_was_taken_back)
{
    struct world *world = world_new();
    struct payment_create create;
    bool done;

    begin_and_take_back(world, &create, &done);
    answer_late(world, &create, &done);
    world_work(world);
    assert_int_equal(fake_count(world->fake, CARD_REVERSE), 1);
    world_free(world);
}

/* Its reversal is over before it answers: no message has gone the same way in front of it. */
static size_t reversals_after(enum card_outcome outcome, const char *response)
{
    struct world *world = world_new();
    struct payment_create create;
    bool done;

    begin_and_take_back(world, &create, &done);
    struct card_call *late = world->fake->kept[0];
    world->fake->silent = false;
    world->fake->kept_count = 0;
    fake_say(world->fake, CARD_REVERSE, CARD_DECLINED, "25");
    world_work(world);
    assert_int_equal(fake_count(world->fake, CARD_REVERSE), 1);
    world->fake->kept[world->fake->kept_count++] = late;
    fake_say(world->fake, CARD_AUTHORISE, outcome, response);
    answer_late(world, &create, &done);
    world_work(world);
    world_is_sound(world);
    size_t reversals = fake_count(world->fake, CARD_REVERSE);
    world_work(world);
    assert_int_equal(fake_count(world->fake, CARD_REVERSE), reversals);
    world_free(world);
    return reversals;
}

CASE(approval_that_comes_after_its_reversal_is_reversed_again)
{
    assert_int_equal(reversals_after(CARD_APPROVED, "00"), 2);
    assert_int_equal(reversals_after(CARD_UNKNOWN, ""), 2);
    assert_int_equal(reversals_after(CARD_DECLINED, "05"), 1);
    assert_int_equal(reversals_after(CARD_UNREACHABLE, ""), 1);
}

static void wait_kept(struct world *world, size_t count)
{
    int64_t until_us = clock_monotonic_us() + WORLD_WAIT_MS * INT64_C(1000);
    size_t kept = 0;

    while (kept < count) {
        if (clock_monotonic_us() > until_us)
            fail_msg("the message does not reach the connector");
        (void)poll(NULL, 0, 1);
        fake_lock(world->fake);
        kept = world->fake->kept_count;
        fake_unlock(world->fake);
    }
}

static struct card_call *kept_take(struct world *world)
{
    assert_int_equal(world->fake->kept_count, 1);
    world->fake->kept_count = 0;
    return world->fake->kept[0];
}

static void kept_put(struct world *world, struct card_call *call)
{
    world->fake->kept[world->fake->kept_count++] = call;
}

/* What that reversal is answered is about the time before the message. */
CASE(approval_that_comes_while_its_reversal_waits_is_reversed_by_another_message)
{
    struct world *world = world_new();
    struct payment_create create;
    struct worker worker;
    bool done;

    begin_and_take_back(world, &create, &done);
    struct card_call *late = kept_take(world);
    worker_start(world, &worker);
    wait_kept(world, 1);
    struct fake_call first = fake_last(world->fake, CARD_REVERSE);
    struct card_call *reversal = kept_take(world);
    kept_put(world, late);
    answer_late(world, &create, &done);
    kept_put(world, reversal);
    fake_say(world->fake, CARD_REVERSE, CARD_DECLINED, "25");
    fake_answer_kept(world->fake);
    worker_stop(&worker);
    world_work(world);
    assert_int_equal(fake_count(world->fake, CARD_REVERSE), 2);
    struct fake_call last = fake_last(world->fake, CARD_REVERSE);
    assert_false(last.repeat);
    assert_true(last.trace.stan != first.trace.stan);
    assert_int_equal(attempt_now(world, create.view.payment.attempt).state, ATTEMPT_REVERSED);
    world_is_sound(world);
    world_advance(world, 3600);
    assert_int_equal(fake_count(world->fake, CARD_REVERSE), 2);
    world_free(world);
}

UNIT_MAIN(T(payment_without_a_method_waits), T(payment_with_an_approved_card_is_to_capture),
          T(authorisation_carries_the_card_and_its_code_once),
          T(declined_payment_is_refused_and_books_nothing),
          T(soft_decline_without_the_payer_is_refused),
          T(unknown_outcome_has_failed_and_its_reversal_goes_before_the_next_attempt),
          T(unreachable_acquirer_has_failed_and_needs_no_reversal),
          T(money_that_moves_at_once_is_captured_at_once), T(fee_is_never_above_the_amount),
          T(amount_is_50_at_least_or_a_card_check_of_0), T(currency_must_be_opened),
          T(debits_are_possible_in_euro_only), T(card_must_be_among_the_methods_allowed),
          T(unique_id_is_taken_once_and_names_the_first),
          T(unique_id_has_one_winner_among_many_at_once), T(card_and_customer_must_exist_and_live),
          T(objects_of_the_other_mode_are_not_found), T(money_is_never_simulated_silently),
          T(setting_a_card_without_a_connector_is_refused),
          T(network_is_the_payers_choice_then_the_merchants),
          T(same_card_given_again_is_used_with_its_new_code),
          T(code_of_a_card_that_was_not_taken_is_forgotten),
          T(payment_without_capture_is_held_and_books_nothing),
          T(hold_is_captured_up_to_its_last_microsecond), T(hold_is_captured_once),
          T(two_captures_at_once_have_one_winner), T(capture_against_cancel_has_one_winner),
          T(only_a_hold_can_be_captured), T(card_check_has_nothing_to_capture),
          T(card_check_cannot_be_asked_to_capture), T(move_that_the_table_forbids_is_refused),
          T(history_tells_each_state_in_order),
          T(approval_that_is_captured_at_once_is_told_by_the_row),
          T(money_that_came_at_once_is_told_after_the_approval),
          T(history_of_a_payment_that_is_paid_again_keeps_the_first_approval),
          T(only_untried_payments_are_open), T(views_of_a_list_show_card_and_customer),
          T(late_answer_never_revives_a_payment_that_was_taken_back),
          T(approval_that_comes_after_its_reversal_is_reversed_again),
          T(approval_that_comes_while_its_reversal_waits_is_reversed_by_another_message))
