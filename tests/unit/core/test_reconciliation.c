#include "core/reconciliation.h"

#include "core/note.h"
#include "support/core_raw.h"

/* Totals of a business day, compared with the acquirer (cards.md 3.1, check 8). */

static void totals_are(const struct fake_call *call, int64_t debits, int64_t debits_minor,
                       int64_t credits, int64_t credits_minor)
{
    assert_int_equal(call->totals.debits, debits);
    assert_int_equal(call->totals.debits_minor, debits_minor);
    assert_int_equal(call->totals.credits, credits);
    assert_int_equal(call->totals.credits_minor, credits_minor);
}

static void day_is(const struct fake_call *call, int days)
{
    int64_t first = date_to_days(date_paris(WORLD_START));

    assert_int_equal(date_to_days(call->day), first + days);
}

static int64_t days_in_state(struct world *world, const char *state)
{
    return world_number(world,
                        str_format(world->cx->arena,
                                   "SELECT COUNT(*) FROM reconciliation WHERE state = '%s'", state)
                            .ptr);
}

CASE(day_is_compared_after_midnight_and_agrees_with_the_ledger)
{
    struct world *world = world_new();
    struct payment at_once = pay_settled(world, 3000);

    pay_card(world, 5000);
    pay_hold(world, 700);
    fake_say(world->fake, CARD_AUTHORISE, CARD_DECLINED, "51");
    pay(world, draft_with_card(world, 900));
    refund(world, at_once.id, 1000);
    world_advance_to(world, 0, 21, 5);
    world_advance_to(world, 1, 0, 29);
    assert_int_equal(fake_count(world->fake, CARD_RECONCILE), 0);
    assert_int_equal(days_in_state(world, "open"), 1);
    world_is_sound(world);
    world_advance_to(world, 1, 0, 31);
    assert_int_equal(fake_count(world->fake, CARD_RECONCILE), 1);
    struct fake_call call = fake_last(world->fake, CARD_RECONCILE);
    day_is(&call, 0);
    assert_int_equal(call.amount.currency, CURRENCY_EUR);
    totals_are(&call, 2, 8000, 1, 1000);
    assert_false(call.repeat);
    /* What was debited is owed by the acquirer or has come; what was credited is on its way. */
    assert_int_equal(world_balance(world, ACCOUNT_ACQUIRER) + world_balance(world, ACCOUNT_BANK) +
                         world_balance(world, ACCOUNT_ACQUIRER_FEES),
                     call.totals.debits_minor);
    assert_int_equal(world_balance(world, ACCOUNT_REFUNDS_IN_TRANSIT), -call.totals.credits_minor);
    assert_int_equal(days_in_state(world, "balanced"), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(days_without_movement_are_not_compared)
{
    struct world *world = world_new();

    pay_hold(world, 700);
    fake_say(world->fake, CARD_AUTHORISE, CARD_DECLINED, "51");
    pay(world, draft_with_card(world, 900));
    world_advance_to(world, 3, 9, 0);
    assert_int_equal(fake_count(world->fake, CARD_RECONCILE), 0);
    assert_int_equal(world_count(world, "reconciliation"), 0);
    world_free(world);
}

CASE(what_moves_around_midnight_counts_for_its_own_day)
{
    struct world *world = world_new();

    world_advance_to(world, 0, 23, 59);
    pay_settled(world, 3000);
    world_advance_to(world, 1, 0, 1);
    pay_settled(world, 500);
    world_advance_to(world, 1, 0, 31);
    struct fake_call call = fake_last(world->fake, CARD_RECONCILE);
    day_is(&call, 0);
    totals_are(&call, 1, 3000, 0, 0);
    world_advance_to(world, 2, 0, 31);
    call = fake_last(world->fake, CARD_RECONCILE);
    day_is(&call, 1);
    totals_are(&call, 1, 500, 0, 0);
    assert_int_equal(fake_count(world->fake, CARD_RECONCILE), 2);
    world_free(world);
}

/* Retrieval references are in UTC: the first hour of a year has the last one's digit. */
CASE(first_day_of_a_year_is_whole)
{
    enum { NEW_YEAR = 213 };
    struct world *world = world_new();

    world_advance_to(world, NEW_YEAR - 1, 23, 50);
    pay_settled(world, 200);
    world_advance_to(world, NEW_YEAR, 0, 10);
    pay_settled(world, 3000);
    world_advance_to(world, NEW_YEAR, 1, 10);
    pay_settled(world, 500);
    world_advance_to(world, NEW_YEAR + 1, 0, 31);
    struct fake_call call = fake_last(world->fake, CARD_RECONCILE);
    assert_int_equal(call.day.month, 1);
    assert_int_equal(call.day.day, 1);
    totals_are(&call, 2, 3500, 0, 0);
    world_free(world);
}

CASE(each_currency_is_compared_by_itself)
{
    struct world *world = world_new();
    struct payment_draft dollars = draft_with_card(world, 4000);

    dollars.amount.currency = CURRENCY_USD;
    pay_settled(world, 3000);
    fake_say_settled(world->fake, CARD_AUTHORISE, 0);
    pay(world, dollars);
    world_advance_to(world, 1, 0, 31);
    assert_int_equal(fake_count(world->fake, CARD_RECONCILE), 2);
    for (size_t i = 0; i < world->fake->call_count; i++) {
        const struct fake_call *call = &world->fake->calls[i];
        if (call->op == CARD_RECONCILE)
            totals_are(call, 1, call->amount.currency == CURRENCY_USD ? 4000 : 3000, 0, 0);
    }
    assert_int_equal(days_in_state(world, "balanced"), 2);
    world_free(world);
}

CASE(question_without_an_answer_is_repeated_as_it_was)
{
    struct world *world = world_new();

    pay_settled(world, 3000);
    fake_say(world->fake, CARD_RECONCILE, CARD_UNKNOWN, "68");
    fake_say(world->fake, CARD_RECONCILE, CARD_UNREACHABLE, "91");
    fake_say(world->fake, CARD_RECONCILE, CARD_DECLINED, "30");
    world_advance_to(world, 1, 0, 30);
    struct fake_call first = fake_last(world->fake, CARD_RECONCILE);
    assert_int_equal(days_in_state(world, "sent"), 1);
    world_is_sound(world);
    world_restart(world);
    world_advance_to(world, 1, 0, 40);
    assert_int_equal(fake_count(world->fake, CARD_RECONCILE), 4);
    struct fake_call last = fake_last(world->fake, CARD_RECONCILE);
    assert_false(first.repeat);
    assert_true(last.repeat);
    assert_int_equal(last.trace.stan, first.trace.stan);
    assert_int_equal(last.trace.sent, first.trace.sent);
    totals_are(&last, 1, 3000, 0, 0);
    assert_int_equal(days_in_state(world, "balanced"), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(day_out_of_balance_is_shown_by_verify_and_compared_anew)
{
    struct world *world = world_new();

    pay_settled(world, 3000);
    fake_say(world->fake, CARD_RECONCILE, CARD_APPROVED, "2");
    world_advance_to(world, 1, 0, 40);
    struct fake_call first = fake_last(world->fake, CARD_RECONCILE);
    struct verify_report *report = world_verify(world);
    assert_int_equal(report->problem_count, 1);
    assert_string_equal(report->problems[0].what, "a day's totals differ from the acquirer's");
    world_advance_to(world, 2, 0, 40);
    struct fake_call second = fake_last(world->fake, CARD_RECONCILE);
    assert_int_equal(fake_count(world->fake, CARD_RECONCILE), 2);
    day_is(&second, 0);
    assert_false(second.repeat);
    assert_int_not_equal(second.trace.sent, first.trace.sent);
    world_is_sound(world);
    world_free(world);
}

CASE(day_that_never_balances_is_left_to_a_person)
{
    struct world *world = world_new();

    pay_settled(world, 3000);
    for (int i = 0; i < 10; i++)
        fake_say(world->fake, CARD_RECONCILE, CARD_APPROVED, "2");
    world_advance_to(world, 10, 9, 0);
    assert_int_equal(fake_count(world->fake, CARD_RECONCILE), 4);
    assert_int_equal(world_verify(world)->problem_count, 1);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM task WHERE kind = 'reconcile'"), 0);
    world_free(world);
}

struct explaining {
    struct reconciliation_id day;
    const char *note;
};

static err_t explain_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct explaining *explaining = arg;

    return reconciliation_explain(cx, tx, explaining->day, str_of(explaining->note));
}

static err_t explain(struct world *world, struct reconciliation_id day, const char *note)
{
    struct explaining explaining = {day, note};
    struct ctx *cx = world_ctx(world);

    cx->merchant = (struct merchant_id){{0}}; /* the operator has only the id */
    return tx_run(world->store, cx, explain_body, &explaining);
}

static size_t differing(struct world *world, struct reconciliation **out)
{
    size_t count;

    assert_ok(reconciliations_differing(world->cx, world_read(world), 10, out, &count));
    return count;
}

CASE(day_that_a_person_has_explained_is_no_problem_as_long_as_its_totals_stay)
{
    char note[NOTE_MAX + 2];
    struct world *world = world_new();
    struct reconciliation *days;

    memset(note, 'x', sizeof note);
    note[NOTE_MAX + 1] = '\0';
    pay_settled(world, 3000);
    fake_say(world->fake, CARD_RECONCILE, CARD_APPROVED, "2");
    fake_say(world->fake, CARD_RECONCILE, CARD_APPROVED, "2");
    fake_say(world->fake, CARD_RECONCILE, CARD_APPROVED, "2");
    world_advance_to(world, 1, 0, 40);
    assert_int_equal(differing(world, &days), 1);
    struct reconciliation day = days[0];
    assert_int_equal(date_to_days(day.day), date_to_days(date_paris(WORLD_START)));
    assert_int_equal(day.totals.debits_minor, 3000);
    assert_int_equal(day.theirs.debits_minor, 3000);
    assert_int_equal(explain(world, day.id, ""), ERR_INVALID);
    assert_int_equal(explain(world, day.id, note), ERR_INVALID);
    note[NOTE_MAX] = '\0';
    assert_ok(explain(world, day.id, note));
    assert_int_equal(explain(world, day.id, note), ERR_STATE);
    assert_int_equal(differing(world, &days), 0);
    world_is_sound(world);
    world_advance_to(world, 2, 0, 40); /* the same once more */
    assert_int_equal(fake_count(world->fake, CARD_RECONCILE), 2);
    world_is_sound(world);
    world_tamper(world, "UPDATE reconciliation SET their_debits_minor = 2999");
    world_advance_to(world, 3, 0, 40);
    assert_int_equal(differing(world, &days), 1);
    assert_int_equal(world_verify(world)->problem_count, 1);
    world_free(world);
}

CASE(only_a_day_that_differs_is_explained)
{
    struct world *world = world_new();
    struct reconciliation_id nobodys = {{0}};
    struct reconciliation *days;

    ID_NEW(world->cx->ids, &nobodys);
    assert_int_equal(explain(world, nobodys, "x"), ERR_NOT_FOUND);
    pay_settled(world, 3000);
    fake_say(world->fake, CARD_RECONCILE, CARD_APPROVED, "2");
    world_advance_to(world, 1, 0, 40);
    assert_int_equal(differing(world, &days), 1);
    world_advance_to(world, 2, 0, 40); /* it balances then */
    assert_int_equal(explain(world, days[0].id, "x"), ERR_STATE);
    world_free(world);
}

CASE(capture_without_an_answer_is_waited_for)
{
    struct world *world = world_new();

    pay_card(world, 5000);
    /* From 21:00 on, every five minutes in the end, until half past one. */
    for (int i = 0; i < 60; i++)
        fake_say(world->fake, CARD_CAPTURE, CARD_UNKNOWN, "68");
    world_advance_to(world, 1, 1, 0);
    assert_int_equal(fake_count(world->fake, CARD_RECONCILE), 0);
    world_advance_to(world, 1, 3, 0);
    struct fake_call call = fake_last(world->fake, CARD_RECONCILE);
    totals_are(&call, 1, 5000, 0, 0);
    world_is_sound(world);
    world_free(world);
}

static err_t sent_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return reconciliation_sent(cx, tx, arg);
}

static err_t differs_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct reconciliation *day = arg;

    return reconciliation_answered(cx, tx, day, false, &day->totals);
}

static err_t at_day(struct world *world, tx_body *body, const struct reconciliation *as_it_was)
{
    struct reconciliation day = *as_it_was;

    return tx_run(world->store, world_ctx(world), body, &day);
}

/* As of a server that stood still, while another one went on. */
CASE(late_answer_changes_no_day_that_was_compared_meanwhile)
{
    struct world *world = world_new();
    struct reconciliation *days;

    pay_settled(world, 3000);
    fake_say(world->fake, CARD_RECONCILE, CARD_APPROVED, "2");
    world_advance_to(world, 1, 0, 40);
    assert_int_equal(differing(world, &days), 1);
    struct reconciliation first = days[0];
    assert_int_equal(at_day(world, differs_body, &first), ERR_STATE);
    world_advance_to(world, 2, 0, 40);
    assert_int_equal(days_in_state(world, "balanced"), 1);
    assert_int_equal(at_day(world, differs_body, &first), ERR_STATE);
    assert_int_equal(at_day(world, sent_body, &first), ERR_STATE);
    assert_int_equal(days_in_state(world, "balanced"), 1);
    world_is_sound(world);
    world_free(world);
}

UNIT_MAIN(T(day_is_compared_after_midnight_and_agrees_with_the_ledger),
          T(days_without_movement_are_not_compared),
          T(what_moves_around_midnight_counts_for_its_own_day), T(first_day_of_a_year_is_whole),
          T(each_currency_is_compared_by_itself),
          T(question_without_an_answer_is_repeated_as_it_was),
          T(day_out_of_balance_is_shown_by_verify_and_compared_anew),
          T(day_that_never_balances_is_left_to_a_person),
          T(day_that_a_person_has_explained_is_no_problem_as_long_as_its_totals_stay),
          T(only_a_day_that_differs_is_explained), T(capture_without_an_answer_is_waited_for),
          T(late_answer_changes_no_day_that_was_compared_meanwhile))
