#include "base/target.h"
#include "core/debit_set.h"
#include "store/internal.h"
#include "support/core_bank.h"
#include "support/core_raw.h"

/* Lines about many debits at once: those that settle as expected are booked as a set
 * (core/debit_set.h), the others in their place, and nothing counts twice (core/bank_known.h). */

enum { DEBITS = 6, LINES_MAX = 12, CENTS = 1000 };

#define REPORT STR("abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789")

struct story {
    struct world *world;
    struct payment_id ids[DEBITS]; /* of 10.00, 20.00, ... */
    struct bank_file file;
    struct date due;
    struct bank_fact lines[LINES_MAX];
    size_t count;
    struct bank_known *known; /* NULL: one of its own for each body */
    struct settle_row *looked;
};

static int64_t cents_of(size_t place)
{
    return ((int64_t)place + 1) * CENTS;
}

static struct story story_begin(void)
{
    struct story story = {.world = world_new()};

    for (size_t i = 0; i < DEBITS; i++)
        story.ids[i] = pay_debit(story.world, cents_of(i)).id;
    story.due = debit_now(story.world, story.ids[0]).due;
    return story;
}

static struct story story_left(void)
{
    struct story story = story_begin();

    story.file = bank_file_left(story.world, story.ids[0]);
    assert_int_equal(story.file.count, DEBITS);
    return story;
}

/* A set leaves nothing of itself. */
static void story_end(struct story *story)
{
    assert_int_equal(world_count(story->world, "moving_debit"), 0);
    world_is_sound(story->world);
    if (story->known != NULL)
        bank_known_free(story->known);
    world_free(story->world);
}

static struct bank_fact *line(struct story *story, size_t place, enum bank_says says, int64_t cents)
{
    must(story->count < LINES_MAX);
    struct bank_fact *fact = &story->lines[story->count++];
    *fact = bank_fact_about(story->world, story->ids[place], says, cents);
    fact->day = story->due;
    return fact;
}

/* As expected, of all of them. */
static void lines_of_all(struct story *story)
{
    for (size_t i = 0; i < DEBITS; i++)
        line(story, i, BANK_SAYS_CREDIT, cents_of(i));
}

static err_t lines_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct story *story = arg;
    struct bank_profile profile;
    struct bank_report report = {
        .sha256 = REPORT, .kind = STR("camt.053"), .name = STR("report.xml"), .version = 8};
    struct bank_facts facts = {.profile = &profile,
                               .report = REPORT,
                               .items = story->lines,
                               .count = story->count,
                               .looked = story->looked,
                               .known = story->known};

    TRY(bank_profile_load(cx, tx, cx->merchant, &profile));
    TRY(bank_report_begin(cx, tx, &report));
    TRY(story->known != NULL ? bank_facts_apply(cx, tx, &facts) : bank_told(cx, tx, &facts));
    must(facts.done == facts.count);
    return OK;
}

static err_t tell_try(struct story *story)
{
    return tx_run(story->world->store, world_ctx(story->world), lines_body, story);
}

static void tell(struct story *story)
{
    assert_ok(tell_try(story));
    world_is_sound(story->world);
}

static struct bank_report report_now(struct story *story)
{
    struct bank_report report;

    assert_ok(bank_report_load(world_ctx(story->world), world_read(story->world), REPORT, &report));
    reader_release(story->world->core.reader);
    return report;
}

static enum payment_state state_of(struct story *story, size_t place)
{
    return state_now(story->world, story->ids[place]);
}

static int64_t number(struct story *story, const char *sql)
{
    return world_number(story->world, sql);
}

static void assert_all_settled(struct story *story)
{
    for (size_t i = 0; i < DEBITS; i++)
        assert_int_equal(state_of(story, i), PAYMENT_CAPTURED);
    assert_int_equal(
        number(story, "SELECT COUNT(*) FROM ledger_entry WHERE kind = 'debit_settled'"), DEBITS);
    assert_int_equal(number(story, "SELECT COUNT(*) FROM debit d JOIN task t"
                                   " ON t.kind = 'debit_release' AND t.object ="
                                   " SUBSTR(d.settled_us || d.scheme || '00000000', 1, 24)"),
                     DEBITS);
    assert_int_equal(number(story, "SELECT COUNT(*) FROM bank_item WHERE state = 'settled'"
                                   " AND credit IN (SELECT key FROM bank_fact)"),
                     DEBITS);
    assert_int_equal(world_balance(story->world, ACCOUNT_BANK), 21 * CENTS);
}

/* --- as expected --- */

CASE(each_of_a_set_is_booked_as_if_it_came_alone)
{
    struct story story = story_left();

    lines_of_all(&story);
    tell(&story);
    assert_all_settled(&story);
    assert_int_equal(report_now(&story).facts, DEBITS);
    assert_int_equal(world_balance(story.world, ACCOUNT_SEPA), 0);
    story_end(&story);
}

static struct event event_of(struct event *events, size_t count, enum payment_state state)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(events[i].detail, str_of(payment_state_text(state))))
            return events[i];
    }
    fail_msg("no event tells of it");
    return events[0];
}

CASE(its_debit_tells_when_a_payment_moved)
{
    struct story story = story_left();
    struct ctx *cx = world_ctx(story.world);
    instant left = story.world->now;
    struct payment payment;
    struct event *events;
    size_t count;

    world_stop_at(story.world, left + 2 * DAY_US);
    lines_of_all(&story);
    tell(&story);
    struct tx *tx = world_read(story.world);
    assert_ok(payment_load(cx, tx, story.ids[2], &payment));
    assert_ok(payment_history(cx, tx, &payment, &events, &count));
    reader_release(story.world->core.reader);
    assert_int_equal(event_of(events, count, PAYMENT_CAPTURE_SENT).created, left);
    assert_int_equal(event_of(events, count, PAYMENT_CAPTURED).created, left + 2 * DAY_US);
    for (size_t i = 1; i < count; i++)
        assert_true(events[i - 1].created <= events[i].created);
    story_end(&story);
}

CASE(lines_of_two_days_settle_on_their_own)
{
    struct story story = story_left();

    lines_of_all(&story);
    for (size_t i = 0; i < DEBITS; i += 2)
        story.lines[i].day = target_add(story.due, 1);
    tell(&story);
    assert_all_settled(&story);
    for (size_t i = 0; i < DEBITS; i++) {
        struct date day = date_paris(debit_now(story.world, story.ids[i]).settled);
        assert_int_equal(date_compare(day, story.lines[i].day), 0);
    }
    story_end(&story);
}

CASE(several_debits_of_a_mandate_are_in_one_set)
{
    struct story story = {.world = world_new()};
    struct mandate mandate;
    struct bank_account_id account = account_signed(story.world, &mandate).id;

    for (size_t i = 0; i < DEBITS; i++)
        story.ids[i] = pay_from(story.world, account, cents_of(i)).id;
    story.due = debit_now(story.world, story.ids[0]).due;
    story.file = bank_file_left(story.world, story.ids[0]);
    assert_true(str_eq(last_due_of(story.world, mandate.id),
                       date_text(world_ctx(story.world)->arena, story.due)));
    lines_of_all(&story);
    tell(&story);
    assert_all_settled(&story);
    story_end(&story);
}

/* --- their money becomes payable --- */

static int64_t releases(struct story *story)
{
    return number(story, "SELECT COUNT(*) FROM task WHERE kind = 'debit_release'");
}

static int64_t released(struct story *story)
{
    return number(story, "SELECT COUNT(*) FROM debit WHERE released_us IS NOT NULL");
}

CASE(those_of_a_day_share_what_makes_them_payable)
{
    struct story story = story_left();

    lines_of_all(&story);
    story.lines[0].day = target_add(story.due, 1);
    tell(&story);
    assert_int_equal(releases(&story), 2); /* one for each day */
    world_advance(story.world, 14 * 86400);
    assert_int_equal(released(&story), DEBITS);
    assert_int_equal(releases(&story), 0);
    story_end(&story);
}

/* The task of the day that all of them settled on. */
struct releasing {
    struct task task;
    struct payment_id behind; /* how far it has come; none: not begun */
};

static struct releasing releasing_of(struct story *story)
{
    struct releasing releasing = {.task = {.kind = TASK_DEBIT_RELEASE}};

    debit_release_object(debit_now(story->world, story->ids[0]).settled, MANDATE_CORE,
                         releasing.task.object);
    return releasing;
}

static err_t release_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct releasing *releasing = arg;

    struct debits_releasing portion = {.task = &releasing->task, .most = 2};

    memcpy(releasing->task.attempt.raw, releasing->behind.raw, ID_SIZE);
    return debits_release(cx, tx, &portion);
}

static err_t release_try(struct story *story, struct releasing *releasing)
{
    return tx_run(story->world->store, world_ctx(story->world), release_body, releasing);
}

CASE(many_become_payable_in_portions)
{
    struct story story = story_left();

    lines_of_all(&story);
    tell(&story);
    struct releasing releasing = releasing_of(&story);
    for (size_t i = 0; i < DEBITS; i += 2) {
        assert_ok(release_try(&story, &releasing));
        assert_int_equal(released(&story), i + 2);
        world_is_sound(story.world);
        /* Whoever believes that it has not come so far changes nothing. */
        assert_int_equal(release_try(&story, &releasing), ERR_STATE);
        assert_int_equal(released(&story), i + 2);
        releasing.behind = story.ids[i + 1];
    }
    assert_ok(release_try(&story, &releasing));
    assert_int_equal(releases(&story), 0);
    assert_int_equal(release_try(&story, &releasing), ERR_STATE);
    story_end(&story);
}

CASE(what_settles_while_its_day_becomes_payable_does_so_too)
{
    struct story story = story_left();

    lines_of_all(&story);
    struct bank_fact first = story.lines[0];
    story.lines[0] = story.lines[DEBITS - 1];
    story.count = DEBITS - 1;
    tell(&story);
    struct releasing releasing = {.task = {.kind = TASK_DEBIT_RELEASE}};
    debit_release_object(debit_now(story.world, story.ids[1]).settled, MANDATE_CORE,
                         releasing.task.object);
    assert_ok(release_try(&story, &releasing));
    releasing.behind = story.ids[2];
    story.lines[0] = first; /* it stands before what was released */
    story.count = 1;
    tell(&story);
    assert_int_equal(release_try(&story, &releasing), ERR_STATE);
    world_advance(story.world, 14 * 86400);
    assert_int_equal(released(&story), DEBITS);
    assert_int_equal(releases(&story), 0);
    story_end(&story);
}

CASE(what_a_release_is_about_has_its_width_whatever_the_moment)
{
    static const instant MOMENTS[] = {INT64_MIN, -3600000000, 0, WORLD_START, INT64_MAX};
    char object[ID_SIZE];

    for (size_t i = 0; i < ARRAY_LEN(MOMENTS); i++) {
        debit_release_object(MOMENTS[i], MANDATE_B2B, object);
        assert_int_equal(strlen(object), ID_LEN);
    }
    debit_release_object(WORLD_START, MANDATE_CORE, object);
    assert_string_equal(object, "1938153600000000CORE0000");
}

CASE(days_that_cannot_be_are_not_settled_on)
{
    struct story story = story_left();

    lines_of_all(&story);
    story.lines[0].day = (struct date){1970, 1, 1};
    story.lines[4].day = (struct date){1900, 1, 1};
    tell(&story);
    for (size_t i = 0; i < DEBITS; i++)
        assert_int_equal(state_of(&story, i),
                         i == 0 || i == 4 ? PAYMENT_CAPTURE_SENT : PAYMENT_CAPTURED);
    assert_int_equal(report_now(&story).work, 2);
    assert_int_equal(releases(&story), 1);
    story_end(&story);
}

CASE(a_release_about_no_day_is_put_off)
{
    static const char *const OBJECTS[] = {"-2208988800000000CORE000", "short",
                                          "1938153600000000NONE0000"};

    for (size_t i = 0; i < ARRAY_LEN(OBJECTS); i++) {
        struct story story = story_left();
        lines_of_all(&story);
        tell(&story);
        world_tamper(story.world, str_format(world_ctx(story.world)->arena,
                                             "UPDATE task SET object = '%s', due_us = 1"
                                             " WHERE kind = 'debit_release'",
                                             OBJECTS[i])
                                      .ptr);
        world_work(story.world);
        assert_int_equal(releases(&story), 1);
        assert_int_equal(number(&story, "SELECT tries > 0 FROM task WHERE kind = 'debit_release'"),
                         1);
        assert_int_equal(released(&story), 0);
        world_free(story.world);
    }
}

CASE(one_that_cannot_become_payable_holds_up_no_other)
{
    struct story story = story_left();

    lines_of_all(&story);
    tell(&story);
    world_tamper(story.world,
                 str_format(world_ctx(story.world)->arena,
                            "INSERT INTO payout_line (merchant, mode, object, back, round, kind,"
                            " method, currency, amount_minor, fee_minor, fee_vat_minor, failed,"
                            " created_us) VALUES ('%s', 'test', '%s', 0, 0, 'payment', 'sepa',"
                            " 'eur', 1, 0, 0, 0, 1)",
                            story.world->merchant.id.raw, story.ids[2].raw)
                     .ptr);
    world_advance(story.world, 14 * 86400);
    assert_int_equal(released(&story), DEBITS - 1);
    assert_int_equal(releases(&story), 0);
    world_tamper(story.world, "DELETE FROM payout_line WHERE created_us = 1");
    struct verify_report *report = world_verify(story.world);
    assert_int_equal(report->problem_count, 1);
    world_free(story.world);
}

CASE(a_portion_that_is_done_forgets_the_tries_before)
{
    struct story story = story_left();

    lines_of_all(&story);
    tell(&story);
    world_tamper(story.world, "UPDATE task SET tries = 7 WHERE kind = 'debit_release'");
    struct releasing releasing = releasing_of(&story);
    assert_ok(release_try(&story, &releasing));
    assert_int_equal(number(&story, "SELECT tries FROM task WHERE kind = 'debit_release'"), 0);
    story_end(&story);
}

/* --- looked at before --- */

static void look(struct story *story)
{
    struct world *world = story->world;
    struct bank_profile profile;
    struct bank_facts facts = {.profile = &profile, .items = story->lines, .count = story->count};
    struct tx *tx = world_read(world);

    assert_ok(bank_profile_load(world->cx, tx, world->cx->merchant, &profile));
    assert_ok(bank_facts_look(world->cx, tx, &facts));
    reader_release(world->core.reader);
    assert_non_null(facts.looked);
    story->looked = facts.looked;
}

CASE(what_was_found_out_before_is_not_looked_for_again)
{
    struct story story = story_left();

    lines_of_all(&story);
    look(&story);
    tell(&story);
    assert_all_settled(&story);
    story.looked = NULL;
    tell(&story); /* the same again */
    assert_all_settled(&story);
    story_end(&story);
}

CASE(what_is_not_so_any_more_is_found_out_and_undone)
{
    struct story story = story_left();

    lines_of_all(&story);
    look(&story);
    struct settle_row *before = story.looked;
    story.looked = NULL;
    story.count = 1;
    tell(&story); /* the first one settles */
    story.lines[0].key = STR("another line about the first one");
    story.count = DEBITS;
    story.looked = before;
    assert_int_equal(tell_try(&story), ERR_STATE);
    assert_int_equal(state_of(&story, 0), PAYMENT_CAPTURED);
    assert_int_equal(state_of(&story, 1), PAYMENT_CAPTURE_SENT);
    world_is_sound(story.world);
    story.looked = NULL;
    tell(&story); /* twice credited: the second is work */
    for (size_t i = 0; i < DEBITS; i++)
        assert_int_equal(state_of(&story, i), PAYMENT_CAPTURED);
    assert_int_equal(report_now(&story).work, 1);
    story_end(&story);
}

/* --- what differs --- */

CASE(another_amount_among_them_waits_for_a_person)
{
    struct story story = story_left();

    lines_of_all(&story);
    story.lines[3].amount_cents += 1;
    tell(&story);
    assert_int_equal(state_of(&story, 3), PAYMENT_CAPTURE_SENT);
    assert_int_equal(state_of(&story, 4), PAYMENT_CAPTURED);
    assert_int_equal(report_now(&story).work, 1);
    story_end(&story);
}

CASE(a_second_line_of_the_same_debit_is_a_contradiction)
{
    struct story story = story_left();

    line(&story, 1, BANK_SAYS_CREDIT, cents_of(1));
    lines_of_all(&story);
    tell(&story);
    for (size_t i = 0; i < DEBITS; i++)
        assert_int_equal(state_of(&story, i), PAYMENT_CAPTURED);
    assert_int_equal(number(&story, "SELECT COUNT(*) FROM bank_work WHERE what = 'contradiction'"),
                     1);
    assert_int_equal(world_balance(story.world, ACCOUNT_SUSPENSE), -cents_of(1));
    story_end(&story);
}

CASE(money_that_comes_back_behind_its_credit)
{
    struct story story = story_left();

    lines_of_all(&story);
    line(&story, 2, BANK_SAYS_DEBIT, cents_of(2))->reason = STR("MD06");
    tell(&story);
    assert_int_equal(state_of(&story, 1), PAYMENT_CAPTURED);
    assert_int_equal(state_of(&story, 2), PAYMENT_DISPUTED);
    assert_int_equal(world_balance(story.world, ACCOUNT_BANK), 21 * CENTS - cents_of(2));
    story_end(&story);
}

/* It settled when it came back: the line of its credit is noted and books the money alone. */
CASE(money_that_comes_back_before_its_credit)
{
    struct story story = story_left();

    line(&story, 2, BANK_SAYS_DEBIT, cents_of(2))->reason = STR("MD06");
    lines_of_all(&story);
    tell(&story);
    assert_int_equal(state_of(&story, 2), PAYMENT_DISPUTED);
    assert_int_equal(state_of(&story, 5), PAYMENT_CAPTURED);
    assert_int_equal(world_count(story.world, "bank_work"), 0);
    assert_int_equal(world_balance(story.world, ACCOUNT_BANK), 21 * CENTS - cents_of(2));
    story_end(&story);
}

/* The rest of a block that was booked is not booked again. */
CASE(a_line_of_the_whole_block_in_front)
{
    struct story story = story_left();
    struct bank_fact block = bank_fact_of(story.world, BANK_SAYS_CREDIT, 21 * CENTS);

    block.payment_info = str_dup(world_ctx(story.world)->arena,
                                 bank_block_now(story.world, story.file.id).payment_info);
    block.day = story.due;
    story.lines[story.count++] = block;
    lines_of_all(&story);
    tell(&story);
    assert_int_equal(number(&story, "SELECT COUNT(*) FROM bank_work WHERE what = 'contradiction'"),
                     DEBITS);
    assert_int_equal(
        number(&story, "SELECT COUNT(*) FROM ledger_entry WHERE kind = 'debit_settled'"), DEBITS);
    story_end(&story);
}

CASE(a_line_that_names_another_file_is_not_taken_for_ours)
{
    struct story story = story_left();
    struct payment_id other = pay_debit(story.world, CENTS).id;
    struct bank_file file = bank_file_left(story.world, other);

    lines_of_all(&story);
    story.lines[2].message = file.msg_id;
    story.lines[4].message = story.file.msg_id;
    tell(&story);
    assert_int_equal(state_of(&story, 2), PAYMENT_CAPTURE_SENT);
    assert_int_equal(state_of(&story, 4), PAYMENT_CAPTURED);
    story_end(&story);
}

CASE(of_a_report_that_does_not_book_nothing_settles)
{
    struct story story = story_left();

    lines_of_all(&story);
    for (size_t i = 0; i < story.count; i++) {
        story.lines[i].statement = false;
        story.lines[i].source = STR("camt.054");
    }
    tell(&story);
    for (size_t i = 0; i < DEBITS; i++)
        assert_int_equal(state_of(&story, i), PAYMENT_CAPTURE_SENT);
    story_end(&story);
}

/* --- what is known --- */

CASE(lines_that_were_told_count_no_more)
{
    struct story story = story_left();

    lines_of_all(&story);
    tell(&story);
    for (size_t i = 0; i < DEBITS; i++)
        story.lines[story.count++] = story.lines[i];
    tell(&story);
    assert_all_settled(&story);
    assert_int_equal(report_now(&story).facts, DEBITS);
    assert_int_equal(report_now(&story).known, 2 * DEBITS);
    assert_int_equal(world_count(story.world, "bank_fact"), DEBITS);
    story_end(&story);
}

CASE(the_same_line_twice_in_one_body_counts_once)
{
    struct story story = story_left();

    lines_of_all(&story);
    story.lines[story.count++] = story.lines[1];
    tell(&story);
    assert_all_settled(&story);
    assert_int_equal(report_now(&story).known, 1);
    story_end(&story);
}

/* What a body found out that never was committed is forgotten. */
CASE(a_body_that_failed_is_told_again)
{
    struct story story = story_left();
    enum { CALLS_MAX = 200 };
    bool came = true;

    story.known = bank_known_new();
    lines_of_all(&story);
    for (int n = 1; came; n++) {
        must(n < CALLS_MAX);
        store_fail_after(story.world->store, n);
        err_t err = tell_try(&story);
        came = atomic_load(&story.world->store->fail_after) <= 0;
        store_fail_after(story.world->store, 0);
        assert_true(came ? err != OK : err == OK);
        world_is_sound(story.world);
        world_contexts_free(story.world);
        if (came) {
            story.count = 0;
            lines_of_all(&story);
        }
    }
    bank_known_keep(story.known);
    assert_all_settled(&story);
    assert_int_equal(report_now(&story).facts, DEBITS);
    story_end(&story);
}

CASE(what_another_reader_told_meanwhile_is_known)
{
    struct story story = story_left();
    struct bank_known *mine = bank_known_new();

    story.known = mine;
    lines_of_all(&story);
    story.count = 1;
    tell(&story);
    bank_known_keep(mine);
    story.known = NULL;
    story.count = DEBITS;
    tell(&story);
    story.known = mine;
    tell(&story);
    bank_known_keep(mine);
    assert_all_settled(&story);
    assert_int_equal(report_now(&story).facts, DEBITS);
    assert_int_equal(report_now(&story).known, 1 + DEBITS);
    story_end(&story);
}

UNIT_MAIN(T(each_of_a_set_is_booked_as_if_it_came_alone), T(its_debit_tells_when_a_payment_moved),
          T(lines_of_two_days_settle_on_their_own), T(several_debits_of_a_mandate_are_in_one_set),
          T(those_of_a_day_share_what_makes_them_payable), T(many_become_payable_in_portions),
          T(what_settles_while_its_day_becomes_payable_does_so_too),
          T(what_was_found_out_before_is_not_looked_for_again),
          T(what_is_not_so_any_more_is_found_out_and_undone),
          T(another_amount_among_them_waits_for_a_person),
          T(a_second_line_of_the_same_debit_is_a_contradiction),
          T(money_that_comes_back_behind_its_credit), T(money_that_comes_back_before_its_credit),
          T(a_line_of_the_whole_block_in_front),
          T(a_line_that_names_another_file_is_not_taken_for_ours),
          T(of_a_report_that_does_not_book_nothing_settles), T(lines_that_were_told_count_no_more),
          T(the_same_line_twice_in_one_body_counts_once), T(a_body_that_failed_is_told_again),
          T(what_another_reader_told_meanwhile_is_known),
          T(what_a_release_is_about_has_its_width_whatever_the_moment),
          T(days_that_cannot_be_are_not_settled_on), T(a_release_about_no_day_is_put_off),
          T(one_that_cannot_become_payable_holds_up_no_other),
          T(a_portion_that_is_done_forgets_the_tries_before))
