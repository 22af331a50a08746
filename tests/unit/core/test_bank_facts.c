#include "support/core_bank.h"
#include "support/core_raw.h"

/* What the bank says of debits that have left (sepa.md 10.5). */

struct story {
    struct world *world;
    struct payment_id first;  /* 10.00 */
    struct payment_id second; /* 20.00 */
    struct bank_file file;
    struct date due;
};

static struct story story_begin(void)
{
    struct story story = {.world = world_new()};

    story.first = pay_debit(story.world, 1000).id;
    story.second = pay_debit(story.world, 2000).id;
    story.due = debit_now(story.world, story.first).due;
    return story;
}

static struct story story_left(void)
{
    struct story story = story_begin();

    story.file = bank_file_left(story.world, story.first);
    assert_int_equal(story.file.count, 2);
    return story;
}

static void story_end(struct story *story)
{
    world_is_sound(story->world);
    world_free(story->world);
}

static void says(struct story *story, struct payment_id payment, enum bank_says what, int64_t cents)
{
    struct bank_fact fact = bank_fact_about(story->world, payment, what, cents);

    fact.day = story->due;
    bank_tells(story->world, fact);
}

static void says_why(struct story *story, struct payment_id payment, enum bank_says what,
                     const char *reason)
{
    struct bank_fact fact = bank_fact_about(story->world, payment, what, 0);

    fact.reason = str_of(reason);
    bank_tells(story->world, fact);
}

static enum payment_state state_of(struct story *story, struct payment_id payment)
{
    return state_now(story->world, payment);
}

/* How much of one kind waits for a person. */
static int64_t work(struct story *story, const char *what)
{
    return world_number(story->world,
                        str_format(world_ctx(story->world)->arena,
                                   "SELECT COUNT(*) FROM bank_work WHERE what = '%s'", what)
                            .ptr);
}

static int64_t items(struct story *story, const char *state)
{
    return world_number(story->world,
                        str_format(world_ctx(story->world)->arena,
                                   "SELECT COUNT(*) FROM bank_item WHERE state = '%s'", state)
                            .ptr);
}

static int64_t outcomes(struct story *story, const char *outcome)
{
    return world_number(story->world,
                        str_format(world_ctx(story->world)->arena,
                                   "SELECT COUNT(*) FROM bank_fact WHERE outcome = '%s'", outcome)
                            .ptr);
}

static struct bank_fact about_block(struct story *story, enum bank_says what, int64_t cents)
{
    struct bank_fact fact = bank_fact_of(story->world, what, cents);

    fact.payment_info = str_dup(world_ctx(story->world)->arena,
                                bank_block_now(story->world, story->file.id).payment_info);
    fact.day = story->due;
    return fact;
}

static struct bank_fact about_file(struct story *story, enum bank_says what)
{
    struct bank_fact fact = bank_fact_of(story->world, what, 0);

    fact.message = story->file.msg_id;
    return fact;
}

/* --- one transaction --- */

CASE(what_says_less_changes_nothing)
{
    struct story story = story_left();

    says(&story, story.first, BANK_SAYS_ACCEPTED, 0);
    assert_int_equal(items(&story, "accepted"), 1);
    says(&story, story.first, BANK_SAYS_RECEIVED, 0);
    says(&story, story.second, BANK_SAYS_RECEIVED, 2000);
    assert_int_equal(items(&story, "accepted"), 1);
    assert_int_equal(items(&story, "received"), 1);
    assert_int_equal(outcomes(&story, "history"), 1);
    story_end(&story);
}

CASE(a_credit_settles_once)
{
    struct story story = story_left();

    says(&story, story.first, BANK_SAYS_CREDIT, 1000);
    assert_int_equal(state_of(&story, story.first), PAYMENT_CAPTURED);
    says(&story, story.first, BANK_SAYS_CREDIT, 1000);
    assert_int_equal(work(&story, "contradiction"), 1);
    assert_int_equal(state_of(&story, story.second), PAYMENT_CAPTURE_SENT);
    story_end(&story);
}

CASE(a_credit_without_a_day_is_of_the_due_day)
{
    struct story story = story_left();

    bank_tells(story.world, bank_fact_about(story.world, story.first, BANK_SAYS_CREDIT, 1000));
    assert_int_equal(
        date_compare(date_paris(debit_now(story.world, story.first).settled), story.due), 0);
    story_end(&story);
}

CASE(the_other_report_does_not_book)
{
    struct story story = story_left();
    struct bank_fact fact = bank_fact_about(story.world, story.first, BANK_SAYS_CREDIT, 1000);

    fact.statement = false;
    bank_tells(story.world, fact);
    assert_int_equal(state_of(&story, story.first), PAYMENT_CAPTURE_SENT);
    assert_int_equal(outcomes(&story, "history"), 1);
    story_end(&story);
}

CASE(another_amount_waits_for_a_person)
{
    struct story story = story_left();

    says(&story, story.first, BANK_SAYS_CREDIT, 999);
    says(&story, story.first, BANK_SAYS_ACCEPTED, 1001);
    says(&story, story.first, BANK_SAYS_DEBIT, 998);
    assert_int_equal(work(&story, "amount"), 3);
    assert_int_equal(state_of(&story, story.first), PAYMENT_CAPTURE_SENT);
    story_end(&story);
}

CASE(the_same_fact_counts_once)
{
    struct story story = story_left();
    struct bank_fact fact = bank_fact_about(story.world, story.first, BANK_SAYS_CREDIT, 1000);

    bank_tells(story.world, fact);
    bank_tells(story.world, fact);
    assert_int_equal(work(&story, "contradiction"), 0);
    assert_int_equal(world_number(story.world, "SELECT known FROM bank_report"), 1);
    story_end(&story);
}

CASE(a_reject_ends_the_debit_and_its_file)
{
    struct story story = story_left();

    says_why(&story, story.first, BANK_SAYS_REJECTED, "AC04");
    assert_int_equal(state_of(&story, story.first), PAYMENT_FAILED);
    assert_int_equal(bank_file_now(story.world).state, BANK_FILE_PARTLY_REJECTED);
    says_why(&story, story.first, BANK_SAYS_REJECTED, "AC01");
    says(&story, story.first, BANK_SAYS_CREDIT, 1000);
    assert_int_equal(work(&story, "contradiction"), 1);
    assert_str(debit_now(story.world, story.first).reason, "AC04");
    story_end(&story);
}

CASE(a_reject_without_a_reason_has_the_unspecified_one)
{
    struct story story = story_left();

    says_why(&story, story.first, BANK_SAYS_REJECTED, "");
    assert_str(debit_now(story.world, story.first).reason, "MS03");
    story_end(&story);
}

CASE(a_reject_after_settlement_is_a_return)
{
    struct story story = story_left();

    says(&story, story.first, BANK_SAYS_CREDIT, 1000);
    says_why(&story, story.first, BANK_SAYS_REJECTED, "MD06");
    assert_int_equal(state_of(&story, story.first), PAYMENT_DISPUTED);
    story_end(&story);
}

CASE(a_return_settles_what_was_not_heard_of)
{
    struct story story = story_left();

    says(&story, story.first, BANK_SAYS_DEBIT, 1000);
    assert_int_equal(state_of(&story, story.first), PAYMENT_DISPUTED);
    /* Money that comes back twice is in suspense; the credit still explains itself. */
    says(&story, story.first, BANK_SAYS_DEBIT, 1000);
    assert_int_equal(work(&story, "contradiction"), 1);
    says(&story, story.first, BANK_SAYS_CREDIT, 1000);
    assert_int_equal(work(&story, "contradiction"), 1);
    assert_int_equal(world_balance(story.world, ACCOUNT_BANK), -1000);
    assert_int_equal(world_balance(story.world, ACCOUNT_SUSPENSE), 1000);
    story_end(&story);
}

CASE(money_that_comes_back_before_the_due_day_is_a_reject)
{
    struct story story = story_left();
    struct bank_fact fact = bank_fact_about(story.world, story.first, BANK_SAYS_DEBIT, 1000);

    fact.day = date_from_days(date_to_days(story.due) - 1);
    bank_tells(story.world, fact);
    assert_int_equal(state_of(&story, story.first), PAYMENT_FAILED);
    story_end(&story);
}

CASE(a_part_does_not_come_back)
{
    struct story story = story_left();
    struct bank_fact fact = bank_fact_about(story.world, story.first, BANK_SAYS_DEBIT, 1100);

    says(&story, story.first, BANK_SAYS_CREDIT, 1000);
    fact.original_cents = 900;
    bank_tells(story.world, fact);
    assert_int_equal(work(&story, "amount"), 1);
    /* More than the amount is what the bank charges. */
    fact = bank_fact_about(story.world, story.first, BANK_SAYS_DEBIT, 1100);
    fact.original_cents = 1000;
    bank_tells(story.world, fact);
    assert_int_equal(state_of(&story, story.first), PAYMENT_DISPUTED);
    story_end(&story);
}

CASE(a_transaction_is_found_by_its_instruction_too)
{
    struct story story = story_left();
    struct bank_fact fact = bank_fact_of(story.world, BANK_SAYS_CREDIT, 1000);

    fact.instruction = str_of(story.first.raw);
    fact.message = story.file.msg_id;
    bank_tells(story.world, fact);
    assert_int_equal(state_of(&story, story.first), PAYMENT_CAPTURED);
    story_end(&story);
}

CASE(what_never_left_cannot_be_answered)
{
    struct story story = story_begin();

    story.file = bank_file_taken(story.world, debit_now(story.world, story.first).cutoff);
    says(&story, story.first, BANK_SAYS_ACCEPTED, 0);
    bank_tells(story.world, about_block(&story, BANK_SAYS_ACCEPTED, 0));
    assert_int_equal(work(&story, "contradiction"), 2);
    assert_int_equal(state_of(&story, story.first), PAYMENT_TO_CAPTURE);
    story_end(&story);
}

/* A bank may answer before we have written down that the file has left, and a server may die in
 * between: its debits are sent then, and the file is no more than built. */
CASE(an_answer_that_overtakes_our_own_commit_waits_for_it)
{
    struct story story = story_begin();

    story.file = bank_file_taken(story.world, debit_now(story.world, story.first).cutoff);
    struct bank_step step = {.file = story.file.id};
    assert_ok(bank_step(story.world, bank_built_body, &step));
    assert_ok(bank_step(story.world, bank_send_body, &step));
    struct bank_fact reject = about_block(&story, BANK_SAYS_REJECTED, 0);
    reject.reason = STR("AM05");
    bank_tells(story.world, reject);
    assert_int_equal(work(&story, "contradiction"), 0);
    assert_int_equal(outcomes(&story, "parked"), 1);
    assert_int_equal(state_of(&story, story.first), PAYMENT_CAPTURE_SENT);
    assert_ok(bank_step(story.world, bank_released_body, &step));
    assert_int_equal(
        world_number(story.world, "SELECT due_us FROM task WHERE kind = 'bank_parked'"),
        story.world->now);
    assert_ok(bank_step(story.world, bank_parked_body, &step));
    assert_int_equal(step.explained, 1);
    assert_int_equal(state_of(&story, story.first), PAYMENT_FAILED);
    assert_int_equal(state_of(&story, story.second), PAYMENT_FAILED);
    assert_int_equal(bank_file_now(story.world).state, BANK_FILE_REJECTED);
    story_end(&story);
}

/* --- blocks and files --- */

CASE(a_block_is_credited_as_a_whole)
{
    struct story story = story_left();

    bank_tells(story.world, about_block(&story, BANK_SAYS_ACCEPTED, 0));
    assert_int_equal(bank_file_now(story.world).state, BANK_FILE_ACKNOWLEDGED);
    bank_tells(story.world, about_block(&story, BANK_SAYS_CREDIT, 3000));
    assert_int_equal(items(&story, "settled"), 2);
    assert_int_equal(state_of(&story, story.second), PAYMENT_CAPTURED);
    story_end(&story);
}

CASE(a_block_may_be_credited_without_what_was_rejected)
{
    struct story story = story_left();

    says_why(&story, story.first, BANK_SAYS_REJECTED, "AC04");
    bank_tells(story.world, about_block(&story, BANK_SAYS_CREDIT, 2000));
    assert_int_equal(state_of(&story, story.second), PAYMENT_CAPTURED);
    assert_int_equal(work(&story, "contradiction"), 0);
    story_end(&story);
}

CASE(a_block_that_is_credited_with_what_was_rejected_is_a_contradiction)
{
    struct story story = story_left();

    says_why(&story, story.first, BANK_SAYS_REJECTED, "AC04");
    bank_tells(story.world, about_block(&story, BANK_SAYS_CREDIT, 3000));
    assert_int_equal(state_of(&story, story.second), PAYMENT_CAPTURED);
    assert_int_equal(work(&story, "contradiction"), 1);
    story_end(&story);
}

CASE(a_sum_that_is_not_the_block_waits_until_it_is)
{
    struct story story = story_left();
    struct bank_step step = {.file = story.file.id};

    bank_tells(story.world, about_block(&story, BANK_SAYS_CREDIT, 2000));
    assert_int_equal(outcomes(&story, "parked"), 1);
    assert_ok(bank_step(story.world, bank_parked_body, &step));
    assert_int_equal(step.explained, 0);
    says_why(&story, story.first, BANK_SAYS_REJECTED, "AC04");
    assert_ok(bank_step(story.world, bank_parked_body, &step));
    assert_int_equal(step.explained, 1);
    assert_int_equal(state_of(&story, story.second), PAYMENT_CAPTURED);
    assert_int_equal(outcomes(&story, "parked"), 0);
    story_end(&story);
}

CASE(what_waits_too_long_is_given_to_a_person_who_explains_it)
{
    struct story story = story_left();
    struct bank_step step = {.file = story.file.id};
    struct bank_work *open;
    size_t count;

    bank_tells(story.world, about_block(&story, BANK_SAYS_DEBIT, 1000));
    world_stop_at(story.world, story.world->now + PARKED_DAYS * DAY_US);
    assert_ok(bank_step(story.world, bank_parked_body, &step));
    assert_int_equal(work(&story, "unmatched"), 1);
    assert_ok(bank_work_open(world_ctx(story.world), world_read(story.world), 10, &open, &count));
    reader_release(story.world->core.reader);
    assert_int_equal(count, 1);
    assert_int_equal(open[0].what, BANK_UNMATCHED);
    assert_int_equal(open[0].amount_cents, 1000);
    assert_int_equal(open[0].suspense_cents, -1000);
    step.work = open[0].id;
    assert_ok(bank_step(story.world, bank_work_body, &step));
    assert_int_equal(bank_step(story.world, bank_work_body, &step), ERR_STATE);
    ID_NEW(story.world->core.ids, &step.work);
    assert_int_equal(bank_step(story.world, bank_work_body, &step), ERR_NOT_FOUND);
    story_end(&story);
}

CASE(a_block_is_rejected_as_a_whole)
{
    struct story story = story_left();
    struct bank_fact fact = about_block(&story, BANK_SAYS_REJECTED, 0);

    fact.reason = STR("AC01");
    bank_tells(story.world, fact);
    assert_int_equal(state_of(&story, story.first), PAYMENT_FAILED);
    assert_int_equal(state_of(&story, story.second), PAYMENT_FAILED);
    assert_int_equal(bank_file_now(story.world).state, BANK_FILE_REJECTED);
    story_end(&story);
}

CASE(a_file_is_answered_by_its_number)
{
    struct story story = story_left();

    bank_tells(story.world, about_file(&story, BANK_SAYS_RECEIVED));
    assert_int_equal(items(&story, "received"), 2);
    bank_tells(story.world, about_file(&story, BANK_SAYS_PARTLY));
    assert_int_equal(bank_file_now(story.world).state, BANK_FILE_PARTLY_REJECTED);
    bank_tells(story.world, about_file(&story, BANK_SAYS_REJECTED));
    assert_int_equal(bank_file_now(story.world).state, BANK_FILE_REJECTED);
    assert_int_equal(state_of(&story, story.first), PAYMENT_FAILED);
    story_end(&story);
}

CASE(an_unknown_block_of_our_file_waits)
{
    struct story story = story_left();
    struct bank_fact fact = bank_fact_of(story.world, BANK_SAYS_CREDIT, 1000);

    fact.payment_info = str_format(world_ctx(story.world)->arena, "%.*s-9",
                                   (int)story.file.msg_id.len, story.file.msg_id.ptr);
    bank_tells(story.world, fact);
    fact = bank_fact_of(story.world, BANK_SAYS_CREDIT, 1000);
    fact.payment_info = STR("-9");
    bank_tells(story.world, fact);
    assert_int_equal(outcomes(&story, "parked"), 2);
    story_end(&story);
}

/* --- lines about nothing that we sent --- */

CASE(lines_that_are_not_ours_may_be_left_and_nameless_ones_not)
{
    struct story story = story_left();
    struct bank_fact fact = bank_fact_of(story.world, BANK_SAYS_CREDIT, 500);

    fact.ours = false;
    fact.end_to_end = STR("SOMEBODY-ELSE");
    world_set(story.world, "other_lines", "ignore");
    bank_tells(story.world, fact);
    assert_int_equal(outcomes(&story, "history"), 1);
    bank_tells(story.world, bank_fact_of(story.world, BANK_SAYS_CREDIT, 500));
    assert_int_equal(work(&story, "unmatched"), 1);
    fact = bank_fact_of(story.world, BANK_SAYS_TROUBLE, 0);
    fact.trouble = BANK_BALANCE;
    bank_tells(story.world, fact);
    assert_int_equal(work(&story, "balance"), 1);
    story_end(&story);
}

CASE(a_reference_with_another_file_is_not_ours)
{
    struct story story = story_left();
    struct bank_file other;

    pay_debit(story.world, 700);
    other = bank_file_left(story.world, pay_debit(story.world, 700).id);
    struct bank_fact fact = bank_fact_about(story.world, story.first, BANK_SAYS_CREDIT, 1000);
    fact.message = other.msg_id;
    bank_tells(story.world, fact);
    assert_int_equal(outcomes(&story, "parked"), 1);
    assert_int_equal(state_of(&story, story.first), PAYMENT_CAPTURE_SENT);
    story_end(&story);
}

/* --- the life of a file --- */

CASE(a_file_goes_one_way)
{
    struct story story = story_begin();
    struct bank_step step = {
        .file = bank_file_taken(story.world, debit_now(story.world, story.first).cutoff).id};

    assert_int_equal(bank_step(story.world, bank_released_body, &step), ERR_STATE);
    assert_int_equal(bank_step(story.world, bank_give_up_body, &step), ERR_STATE);
    assert_ok(bank_step(story.world, bank_built_body, &step));
    assert_int_equal(bank_step(story.world, bank_built_body, &step), ERR_STATE);
    ID_NEW(story.world->core.ids, &step.file);
    assert_int_equal(bank_step(story.world, bank_give_up_body, &step), ERR_NOT_FOUND);
    story_end(&story);
}

CASE(a_blocked_file_is_given_up_and_its_debits_wait_again)
{
    struct story story = story_begin();
    struct bank_step step = {
        .file = bank_file_taken(story.world, debit_now(story.world, story.first).cutoff).id};

    assert_ok(bank_step(story.world, bank_blocked_body, &step));
    assert_int_equal(bank_file_now(story.world).state, BANK_FILE_BLOCKED);
    assert_ok(bank_step(story.world, bank_give_up_body, &step));
    assert_true(ID_NONE(debit_now(story.world, story.first).file));
    story.file = bank_file_left(story.world, story.first);
    assert_int_equal(story.file.count, 2);
    story_end(&story);
}

static err_t give_up_late_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    return bank_files_give_up_late(cx, tx);
}

/* The disk was full, or the machine was off, from the cut-off on. */
CASE(a_file_that_was_not_finished_in_time_gives_its_debits_back)
{
    struct story story = story_begin();
    instant cutoff = debit_now(story.world, story.first).cutoff;
    struct bank_file file = bank_file_taken(story.world, cutoff);

    world_stop_at(story.world, cutoff + HOUR_US / 2);
    assert_ok(bank_step(story.world, give_up_late_body, NULL));
    assert_int_equal(bank_file_now(story.world).state, BANK_FILE_BUILDING);
    world_stop_at(story.world, cutoff + 2 * HOUR_US);
    assert_ok(bank_step(story.world, give_up_late_body, NULL));
    file = bank_file_now(story.world);
    assert_int_equal(file.state, BANK_FILE_GIVEN_UP);
    assert_int_equal(items(&story, "taken"), 0);
    world_is_sound(story.world);
    /* Another day, and another file. */
    bank_file_taken(story.world, story.world->now);
    assert_true(ID_NONE(debit_now(story.world, story.first).file));
    struct date due = debit_now(story.world, story.first).due;
    assert_true(date_compare(due, story.due) > 0);
    file = bank_file_left(story.world, story.first);
    assert_int_equal(file.count, 2);
    assert_int_equal(date_compare(bank_block_now(story.world, file.id).day, due), 0);
    story_end(&story);
}

/* Its bytes are promised, and the bank may have them. */
CASE(a_file_that_is_built_is_not_given_up)
{
    struct story story = story_begin();
    instant cutoff = debit_now(story.world, story.first).cutoff;
    struct bank_step step = {.file = bank_file_taken(story.world, cutoff).id};

    assert_ok(bank_step(story.world, bank_built_body, &step));
    world_stop_at(story.world, cutoff + DAY_US);
    assert_ok(bank_step(story.world, give_up_late_body, NULL));
    assert_int_equal(bank_file_now(story.world).state, BANK_FILE_BUILT);
    story_end(&story);
}

CASE(what_was_sent_is_not_given_back)
{
    struct story story = story_begin();
    struct debit_event event = {.file = bank_file_left(story.world, story.first).id};

    assert_int_equal(debit_try(story.world, story.first, act_give_back, event), ERR_STATE);
    assert_true(ID_EQ(debit_now(story.world, story.first).file, event.file));
    story_end(&story);
}

/* --- days that cannot be --- */

static err_t match_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct story *story = arg;
    struct bank_work *list;
    size_t count;
    bool more;

    TRY(bank_work_open(cx, tx, 1, &list, &count));
    must(count == 1);
    return bank_work_match(cx, tx, list[0].id, ID_TEXT(story->first), &more);
}

static void told_on(struct story *story, struct bank_fact fact, struct date day)
{
    fact.day = day;
    bank_tells(story->world, fact);
    assert_int_equal(state_of(story, story->first), PAYMENT_CAPTURE_SENT);
    assert_int_equal(work(story, "unreadable"), 1);
    assert_int_equal(world_balance(story->world, ACCOUNT_SUSPENSE), -fact.amount_cents);
}

CASE(a_day_that_cannot_be_is_for_a_person)
{
    static const struct date DAYS[] = {
        {1,    1,  1 },
        {1900, 1,  1 },
        {1970, 1,  1 },
        {2007, 12, 31},
        {2042, 1,  1 },
        {9999, 12, 31},
    };

    for (size_t i = 0; i < ARRAY_LEN(DAYS); i++) {
        struct story story = story_left();
        struct world *world = story.world;
        told_on(&story, bank_fact_about(world, story.first, BANK_SAYS_CREDIT, 1000), DAYS[i]);
        assert_ok(tx_run(world->store, world_ctx(world), match_body, &story));
        struct date settled = date_paris(debit_now(world, story.first).settled);
        assert_int_equal(date_compare(settled, story.due), 0);
        assert_int_equal(world_balance(world, ACCOUNT_SUSPENSE), 0);
        story_end(&story);
    }
}

CASE(a_block_on_a_day_that_cannot_be_is_for_a_person)
{
    struct story story = story_left();

    told_on(&story, about_block(&story, BANK_SAYS_CREDIT, 3000), (struct date){1970, 1, 1});
    story_end(&story);
}

CASE(a_reject_on_a_day_that_cannot_be_is_of_today)
{
    struct story story = story_left();
    struct bank_fact fact = bank_fact_about(story.world, story.first, BANK_SAYS_REJECTED, 0);

    says(&story, story.first, BANK_SAYS_CREDIT, 1000);
    fact.day = (struct date){1970, 1, 1};
    bank_tells(story.world, fact);
    assert_int_equal(state_of(&story, story.first), PAYMENT_DISPUTED);
    assert_int_equal(world_number(story.world, "SELECT COUNT(*) FROM dispute WHERE bank_us < 0"),
                     0);
    story_end(&story);
}

/* --- one reference, of a debit and of a transfer --- */

/* A refund has left, and the second debit is called like it: it was made when this was not refused.
 */
static struct story story_shared(struct refund *back)
{
    struct story story = story_left();
    struct world *world = story.world;

    says(&story, story.first, BANK_SAYS_CREDIT, 1000);
    *back = refund(world, story.first, 400);
    assert_ok(tx_run(world->store, world_ctx(world), fake_bank_take_body, NULL));
    assert_ok(tx_run(world->store, world_ctx(world), fake_bank_release_body, NULL));
    world_tamper(world, str_format(world_ctx(world)->arena,
                                   "UPDATE debit SET end_to_end = '%s' WHERE payment = '%s';"
                                   "UPDATE bank_item SET end_to_end = '%s' WHERE object = '%s'",
                                   back->id.raw, story.second.raw, back->id.raw, story.second.raw)
                            .ptr);
    return story;
}

CASE(a_line_of_a_shared_reference_is_of_what_goes_its_way)
{
    struct refund back;
    struct story story = story_shared(&back);
    struct world *world = story.world;

    struct bank_fact fact = bank_fact_of(world, BANK_SAYS_DEBIT, 400);
    fact.end_to_end = ID_TEXT(back.id);
    fact.day = story.due;
    bank_tells(world, fact);
    assert_int_equal(refund_now(world, back.id).state, REFUND_REFUNDED);
    says(&story, story.second, BANK_SAYS_CREDIT, 2000);
    assert_int_equal(state_of(&story, story.second), PAYMENT_CAPTURED);
    fact = bank_fact_about(world, story.second, BANK_SAYS_DEBIT, 2000);
    fact.reason = STR("MD06");
    fact.day = story.due;
    bank_tells(world, fact);
    assert_int_equal(state_of(&story, story.second), PAYMENT_DISPUTED);
    story_end(&story);
}

/* The file that is named beside it says which. */
CASE(a_status_of_a_shared_reference_is_of_its_file)
{
    struct refund back;
    struct story story = story_shared(&back);
    struct world *world = story.world;

    struct bank_fact fact = bank_fact_of(world, BANK_SAYS_REJECTED, 0);
    fact.end_to_end = ID_TEXT(back.id);
    fact.message = str_dup(world_ctx(world)->arena, bank_file_now(world).msg_id);
    fact.reason = STR("AC04");
    bank_tells(world, fact);
    assert_int_equal(state_of(&story, story.second), PAYMENT_CAPTURE_SENT);
    assert_int_equal(refund_now(world, back.id).state, REFUND_NOT_HONORED);
    story_end(&story);
}

UNIT_MAIN(T(what_says_less_changes_nothing), T(a_credit_settles_once),
          T(a_credit_without_a_day_is_of_the_due_day), T(the_other_report_does_not_book),
          T(another_amount_waits_for_a_person), T(the_same_fact_counts_once),
          T(a_reject_ends_the_debit_and_its_file),
          T(a_reject_without_a_reason_has_the_unspecified_one),
          T(a_reject_after_settlement_is_a_return), T(a_return_settles_what_was_not_heard_of),
          T(money_that_comes_back_before_the_due_day_is_a_reject), T(a_part_does_not_come_back),
          T(a_transaction_is_found_by_its_instruction_too), T(what_never_left_cannot_be_answered),
          T(an_answer_that_overtakes_our_own_commit_waits_for_it),
          T(a_block_is_credited_as_a_whole), T(a_block_may_be_credited_without_what_was_rejected),
          T(a_block_that_is_credited_with_what_was_rejected_is_a_contradiction),
          T(a_sum_that_is_not_the_block_waits_until_it_is),
          T(what_waits_too_long_is_given_to_a_person_who_explains_it),
          T(a_block_is_rejected_as_a_whole), T(a_file_is_answered_by_its_number),
          T(an_unknown_block_of_our_file_waits),
          T(lines_that_are_not_ours_may_be_left_and_nameless_ones_not),
          T(a_reference_with_another_file_is_not_ours), T(a_file_goes_one_way),
          T(a_blocked_file_is_given_up_and_its_debits_wait_again),
          T(a_file_that_was_not_finished_in_time_gives_its_debits_back),
          T(a_file_that_is_built_is_not_given_up), T(what_was_sent_is_not_given_back),
          T(a_day_that_cannot_be_is_for_a_person),
          T(a_block_on_a_day_that_cannot_be_is_for_a_person),
          T(a_reject_on_a_day_that_cannot_be_is_of_today),
          T(a_line_of_a_shared_reference_is_of_what_goes_its_way),
          T(a_status_of_a_shared_reference_is_of_its_file))
