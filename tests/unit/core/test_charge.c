#include "support/core_raw.h"

/* Reversals go before new authorisations of the same card number (cards.md 3.3). */

static struct payment pay_lost(struct world *world, struct payment_draft draft)
{
    struct payment_create create;

    fake_say(world->fake, CARD_AUTHORISE, CARD_UNKNOWN, "68");
    assert_ok(pay_try(world, draft, &create));
    assert_int_equal(create.view.payment.state, PAYMENT_FAILED);
    return create.view.payment;
}

static struct payment_draft draft_single_use(struct world *world, const char *number)
{
    struct payment_draft draft = draft_of(5000);
    struct card_draft card = card_draft(number);

    card.reusable = false;
    draft.card = card_inline(world, card);
    return draft;
}

/* A payment that was begun, and is let go by the test. */
struct begun {
    struct payment_create create;
    bool done;
};

static void begin(struct world *world, struct begun *begun, struct payment_draft draft,
                  int64_t patience_ms)
{
    begun->create = (struct payment_create){.merchant = &world->merchant, .draft = draft};
    world_begin(world, &begun->create.operation, &begun->done);
    begun->create.operation.hold.until_us = clock_monotonic_us() + patience_ms * 1000;
    payment_create(&begun->create);
}

/* Runs what comes to this thread until the operation rests with the worker. */
static void pump_until_held(struct world *world, const struct begun *begun)
{
    struct pollfd home = {.fd = mailbox_fd(world->core.home), .events = POLLIN};

    while (begun->create.operation.hold.worker == NULL) {
        if (poll(&home, 1, WORLD_WAIT_MS) == 0)
            fail_msg("nothing comes back");
        mailbox_run(world->core.home);
    }
    assert_false(begun->done);
}

/* Until the worker's reversal has reached the connector, which keeps it. */
static void wait_for_the_reversal(struct world *world)
{
    int64_t until_us = clock_monotonic_us() + WORLD_WAIT_MS * INT64_C(1000);
    bool kept = false;

    while (!kept) {
        if (clock_monotonic_us() > until_us)
            fail_msg("no reversal reaches the connector");
        (void)poll(NULL, 0, 1);
        fake_lock(world->fake);
        kept = world->fake->kept_count == 1;
        fake_unlock(world->fake);
    }
}

CASE(same_number_on_another_card_waits)
{
    struct world *world = world_new();
    struct payment_create create;

    pay_lost(world, draft_with_card(world, 5000));
    assert_int_equal(pay_try(world, draft_with_card(world, 700), &create), ERR_BUSY);
    assert_string_equal(fault_of(&create.operation)->field, "card");
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 1);
    assert_int_equal(world_count(world, "payment"), 1);
    world_is_sound(world);
    world_work(world);
    assert_ok(pay_try(world, draft_with_card(world, 700), &create));
    assert_int_equal(create.view.payment.state, PAYMENT_TO_CAPTURE);
    assert_int_equal(world_count(world, "card_unreversed"), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(another_number_does_not_wait)
{
    struct world *world = world_new();
    struct payment_draft other = draft_of(700);

    pay_lost(world, draft_with_card(world, 5000));
    other.card = card_inline(world, card_draft(VISA_OTHER));
    assert_int_equal(pay(world, other).state, PAYMENT_TO_CAPTURE);
    world_free(world);
}

CASE(single_use_card_that_lost_its_number_is_remembered)
{
    struct world *world = world_new();
    struct payment_create create;

    pay_lost(world, draft_single_use(world, VISA));
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM card WHERE fingerprint IS NOT NULL"),
                     0);
    assert_int_equal(pay_try(world, draft_single_use(world, VISA), &create), ERR_BUSY);
    world_work(world);
    assert_ok(pay_try(world, draft_single_use(world, VISA), &create));
    world_is_sound(world);
    world_free(world);
}

CASE(what_a_crash_left_is_reversed_first)
{
    struct world *world = world_new();
    struct begun left;
    struct payment_create create;
    int64_t recovered;

    world->fake->silent = true;
    begin(world, &left, draft_with_card(world, 5000), 0);
    world_pump_kept(world, 1);
    world_restart(world);
    assert_ok(recovery_start(&world->core, world_ctx(world), &recovered));
    assert_int_equal(recovered, 1);
    assert_int_equal(pay_try(world, draft_with_card(world, 700), &create), ERR_BUSY);
    world_is_sound(world);
    world_restart(world);
    assert_int_equal(pay_try(world, draft_with_card(world, 700), &create), ERR_BUSY);
    world_work(world);
    assert_ok(pay_try(world, draft_with_card(world, 700), &create));
    world_free(world);
}

CASE(payment_goes_on_when_the_reversal_is_answered)
{
    struct world *world = world_new();
    struct worker worker;
    struct begun begun;

    pay_lost(world, draft_with_card(world, 5000));
    world->fake->silent = true;
    worker_start(world, &worker);
    world->core.tasks = worker.tasks;
    wait_for_the_reversal(world);
    begin(world, &begun, draft_with_card(world, 700), WORLD_WAIT_MS);
    pump_until_held(world, &begun);
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 1);
    fake_answer_kept(world->fake);
    world_pump(world, &begun.done);
    assert_ok(begun.create.operation.result);
    assert_int_equal(begun.create.operation.cx->fault_count, 0);
    assert_int_equal(begun.create.view.payment.state, PAYMENT_TO_CAPTURE);
    assert_int_equal(world->fake->calls[world->fake->call_count - 1].op, CARD_AUTHORISE);
    assert_int_equal(world->fake->calls[world->fake->call_count - 2].op, CARD_REVERSE);
    worker_stop(&worker);
    world_is_sound(world);
    world_free(world);
}

CASE(payment_gives_up_when_the_reversal_takes_too_long)
{
    struct world *world = world_new();
    struct worker worker;
    struct begun begun;

    pay_lost(world, draft_with_card(world, 5000));
    world->fake->silent = true;
    worker_start(world, &worker);
    world->core.tasks = worker.tasks;
    wait_for_the_reversal(world);
    begin(world, &begun, draft_with_card(world, 700), 50);
    world_pump(world, &begun.done);
    assert_int_equal(begun.create.operation.result, ERR_BUSY);
    assert_string_equal(fault_of(&begun.create.operation)->field, "card");
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 1);
    fake_answer_kept(world->fake);
    worker_stop(&worker);
    world_is_sound(world);
    world_free(world);
}

CASE(worker_that_stops_lets_go_of_what_waits)
{
    struct world *world = world_new();
    struct worker worker;
    struct begun begun;

    pay_lost(world, draft_with_card(world, 5000));
    world->fake->silent = true;
    worker_start(world, &worker);
    world->core.tasks = worker.tasks;
    wait_for_the_reversal(world);
    begin(world, &begun, draft_with_card(world, 700), WORLD_WAIT_MS);
    pump_until_held(world, &begun);
    tasks_stop(worker.tasks);
    world->core.tasks = NULL;
    fake_answer_kept(world->fake);
    world_pump(world, &begun.done);
    worker_stop(&worker);
    world_free(world);
}

/* --- what is quoted without the payer --- */

static struct fake_call pay_again(struct world *world, struct card_id card)
{
    struct payment_draft draft = draft_of(700);

    draft.card = card_by_id(card);
    assert_int_equal(pay(world, draft).state, PAYMENT_TO_CAPTURE);
    return fake_last(world->fake, CARD_AUTHORISE);
}

CASE(first_approval_of_a_kept_card_is_quoted)
{
    struct world *world = world_new();
    struct payment first = pay_card(world, 5000);
    char expected[NETWORK_TXN_MAX + 1];

    assert_string_equal(fake_last(world->fake, CARD_AUTHORISE).first_txn, "");
    snprintf(expected, sizeof expected, "T%s", attempt_now(world, first.attempt).trace.rrn);
    assert_string_equal(pay_again(world, first.card).first_txn, expected);
    struct fake_call call = pay_again(world, first.card);
    assert_string_equal(call.first_txn, expected);
    assert_false(call.payer_present);
    assert_true(call.card_kept);
    world_free(world);
}

CASE(refused_authorisation_is_never_quoted)
{
    struct world *world = world_new();

    fake_say(world->fake, CARD_AUTHORISE, CARD_DECLINED, "51");
    struct payment payment = pay(world, draft_with_card(world, 5000));
    assert_string_equal(pay_again(world, payment.card).first_txn, "");
    world_free(world);
}

CASE(first_approval_with_the_payer_takes_the_place_of_one_without)
{
    struct world *world = world_new();
    struct payment alone = pay_card(world, 5000);
    struct payment_draft draft = draft_of(900);
    struct payment_change change = {.ask = ASK_CAPTURE};
    struct page_authenticate work;
    struct payment_view view;
    char expected[NETWORK_TXN_MAX + 1];

    draft.card = card_by_id(alone.card);
    draft.auth_asked = true;
    draft.auth_return_url = STR("https://shop.example/back");
    struct payment proven = pay(world, draft);
    assert_ok(payment_view_load(world->cx, world_read(world), proven.id, &view));
    reader_release(world->core.reader);
    assert_ok(redirect_try(world, &view.authentication, &work));
    assert_ok(change_try(world, proven.id, &change));
    struct fake_call with_payer = fake_last(world->fake, CARD_AUTHORISE);
    assert_true(with_payer.payer_present);
    assert_string_equal(with_payer.eci, "05");
    snprintf(expected, sizeof expected, "T%s", with_payer.trace.rrn);
    assert_string_equal(pay_again(world, alone.card).first_txn, expected);
    assert_string_equal(pay_again(world, alone.card).first_txn, expected);
    world_is_sound(world);
    world_free(world);
}

CASE(single_use_card_keeps_nothing_to_quote)
{
    struct world *world = world_new();

    pay(world, draft_single_use(world, VISA));
    assert_false(fake_last(world->fake, CARD_AUTHORISE).card_kept);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM card WHERE network_txn IS NOT NULL"),
                     0);
    world_free(world);
}

/* --- a part is nothing --- */

CASE(partial_approval_is_refused_and_reversed)
{
    struct world *world = world_new();
    struct payment_create create;

    fake_say(world->fake, CARD_AUTHORISE, CARD_UNUSABLE, "10");
    assert_ok(pay_try(world, draft_single_use(world, VISA), &create));
    struct payment payment = create.view.payment;
    assert_int_equal(payment.state, PAYMENT_REFUSED);
    assert_str(payment.response, "10");
    assert_null(payment.response_author.ptr);
    assert_int_equal(leg_count(world, payment.id.raw), 0);
    assert_int_equal(pay_try(world, draft_single_use(world, VISA), &create), ERR_BUSY);
    world_is_sound(world);
    world_work(world);
    struct fake_call reversal = fake_last(world->fake, CARD_REVERSE);
    assert_string_equal(reversal.reason, "96");
    assert_string_equal(reversal.original.rrn, attempt_now(world, payment.attempt).trace.rrn);
    assert_int_equal(attempt_now(world, payment.attempt).state, ATTEMPT_REVERSED);
    assert_int_equal(state_now(world, payment.id), PAYMENT_REFUSED);
    assert_ok(pay_try(world, draft_single_use(world, VISA), &create));
    world_is_sound(world);
    world_free(world);
}

CASE(an_answer_in_a_code_that_nobody_knows_is_refused_and_reversed)
{
    struct world *world = world_new();
    struct payment_create create;

    fake_say(world->fake, CARD_AUTHORISE, CARD_UNUSABLE, "11");
    assert_ok(pay_try(world, draft_single_use(world, VISA), &create));
    struct payment payment = create.view.payment;
    assert_int_equal(payment.state, PAYMENT_REFUSED);
    assert_str(payment.response, "11");
    world_work(world);
    assert_string_equal(fake_last(world->fake, CARD_REVERSE).reason, "96");
    assert_int_equal(attempt_now(world, payment.attempt).state, ATTEMPT_REVERSED);
    world_is_sound(world);
    world_free(world);
}

CASE(partial_approval_of_a_payer_counts_as_a_refusal)
{
    struct world *world = world_new();
    struct payment payment = pay(world, draft_for_page(700));
    struct page_submit submit;

    fake_say(world->fake, CARD_AUTHORISE, CARD_UNUSABLE, "10");
    assert_ok(submit_try(world, payment.id, "t1", &submit));
    assert_int_equal(submit.flow.page.state, PAGE_FORM);
    assert_int_equal(submit.flow.page.problem, PROBLEM_REFUSED);
    assert_int_equal(payment_now(world, payment.id).refusals, 1);
    world_is_sound(world);
    world_free(world);
}

/* --- on the page, where every form makes a new card --- */

CASE(page_with_the_same_number_tells_the_payer_when_it_takes_too_long)
{
    struct world *world = world_new();
    struct payment payment = pay(world, draft_for_page(700));
    struct page_submit submit;

    pay_lost(world, draft_with_card(world, 5000));
    assert_ok(submit_try(world, payment.id, "t1", &submit));
    assert_int_equal(submit.flow.page.state, PAGE_FORM);
    assert_int_equal(submit.flow.page.problem, PROBLEM_TECHNICAL);
    assert_int_equal(submit.operation.cx->fault_count, 0);
    payment = payment_now(world, payment.id);
    assert_int_equal(payment.state, PAYMENT_FAILED);
    assert_str(payment.response, "91");
    assert_false(cvc_rekey(world->cvc, payment.card.raw, payment.card.raw));
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 1);
    world_is_sound(world);
    world_work(world);
    assert_ok(submit_try(world, payment.id, "t2", &submit));
    assert_int_equal(submit.flow.page.state, PAGE_PAID);
    world_is_sound(world);
    world_free(world);
}

CASE(page_goes_on_when_the_reversal_is_answered)
{
    struct world *world = world_new();
    struct payment payment = pay(world, draft_for_page(700));
    struct page_submit submit;
    struct worker worker;

    pay_lost(world, draft_with_card(world, 5000));
    worker_start(world, &worker);
    world->core.tasks = worker.tasks;
    assert_ok(submit_try(world, payment.id, "t1", &submit));
    assert_int_equal(submit.flow.page.state, PAGE_PAID);
    assert_int_equal(world->fake->calls[world->fake->call_count - 1].op, CARD_AUTHORISE);
    assert_int_equal(world->fake->calls[world->fake->call_count - 2].op, CARD_REVERSE);
    worker_stop(&worker);
    world_is_sound(world);
    world_free(world);
}

UNIT_MAIN(T(same_number_on_another_card_waits), T(another_number_does_not_wait),
          T(single_use_card_that_lost_its_number_is_remembered),
          T(what_a_crash_left_is_reversed_first), T(payment_goes_on_when_the_reversal_is_answered),
          T(payment_gives_up_when_the_reversal_takes_too_long),
          T(worker_that_stops_lets_go_of_what_waits), T(first_approval_of_a_kept_card_is_quoted),
          T(refused_authorisation_is_never_quoted),
          T(first_approval_with_the_payer_takes_the_place_of_one_without),
          T(single_use_card_keeps_nothing_to_quote), T(partial_approval_is_refused_and_reversed),
          T(an_answer_in_a_code_that_nobody_knows_is_refused_and_reversed),
          T(partial_approval_of_a_payer_counts_as_a_refusal),
          T(page_with_the_same_number_tells_the_payer_when_it_takes_too_long),
          T(page_goes_on_when_the_reversal_is_answered))
