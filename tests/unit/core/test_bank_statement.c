#include "core/bank_statement.h"
#include "support/core.h"
#include "support/core_raw.h"

/* Statements one behind the other: what deviates is open work, whatever the order of the files. */

static struct bank_statement numbered(int day, int64_t number, int64_t opening, int64_t closing)
{
    static char names[300][16];
    char *name = names[number];

    snprintf(name, sizeof names[0], "S%lld", (long long)number);
    return (struct bank_statement){
        .account = STR("FR7630006000011234567890189"),
        .kind = STR("camt.053"),
        .report = STR("0123456789012345678901234567890123456789012345678901234567890123"),
        .name = str_of(name),
        .day = {2026, 11, day},
        .has_number = true,
        .number = number,
        .has_opening = true,
        .opening_cents = opening,
        .has_closing = true,
        .closing_cents = closing,
        .adds_up = true,
        .made = STR("2026-12-01T05:00:00"),
    };
}

static err_t note_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return bank_statement_note(cx, tx, arg);
}

static void note(struct world *world, struct bank_statement statement)
{
    assert_ok(tx_run(world->store, world->cx, note_body, &statement));
}

static int64_t open_of(struct world *world, const char *what)
{
    return world_number(world, str_format(world->cx->arena,
                                          "SELECT COUNT(*) FROM bank_work WHERE what = '%s'"
                                          " AND closed_us IS NULL",
                                          what)
                                   .ptr);
}

/* What a person sees: every open row without its id and times. */
static struct str open_all(struct world *world)
{
    struct buf text = buf_make(world->cx->arena, 16 * 1024);
    struct bank_work *list;
    size_t count;

    assert_ok(bank_work_open(world->cx, world_read(world), 100, &list, &count));
    /* In an order of their own: ids tell when each was asked. */
    for (int what = BANK_UNMATCHED; what <= BANK_OPENING; what++) {
        for (int64_t number = 0; number < 20; number++) {
            struct str name = str_format(world->cx->arena, "S%lld", (long long)number);
            for (size_t i = 0; i < count; i++) {
                if ((int)list[i].what == what && str_eq(list[i].reference, name))
                    buf_format(&text, "%s %.*s %.*s %lld\n", bank_trouble_text(list[i].what),
                               (int)list[i].reference.len, list[i].reference.ptr,
                               (int)list[i].reason.len,
                               list[i].reason.len > 0 ? list[i].reason.ptr : "",
                               (long long)list[i].amount_cents);
            }
        }
    }
    reader_release(world->core.reader);
    return buf_str(&text);
}

CASE(a_missing_statement_is_work_until_it_comes)
{
    struct world *world = world_new();

    note(world, numbered(2, 1, 0, 100));
    note(world, numbered(4, 3, 250, 300));
    assert_int_equal(open_of(world, "gap"), 1);
    assert_int_equal(open_of(world, "opening"), 1);
    assert_true(str_eq(open_all(world), STR("gap S3 1 0\nopening S3  150\n")));
    note(world, numbered(3, 2, 100, 250));
    assert_int_equal(open_of(world, "gap"), 0);
    assert_int_equal(open_of(world, "opening"), 0);
    assert_int_equal(world_count(world, "bank_statement"), 3);
    world_free(world);
}

/* 1, 2, 4 with another opening than 2 closed with, 5 which does not add up. */
CASE(the_end_does_not_depend_on_the_order)
{
    struct bank_statement all[4] = {numbered(2, 1, 0, 100), numbered(3, 2, 100, 200),
                                    numbered(5, 4, 190, 300), numbered(6, 5, 300, 400)};
    static const int ORDERS[][4] = {
        {0, 1, 2, 3},
        {3, 2, 1, 0},
        {2, 0, 3, 1},
        {1, 3, 0, 2},
        {0, 3, 1, 2},
        {2, 3, 1, 0}
    };

    all[3].adds_up = false;
    for (size_t order = 0; order < ARRAY_LEN(ORDERS); order++) {
        struct world *world = world_new();
        for (int round = 0; round < 2; round++) {
            for (size_t i = 0; i < 4; i++)
                note(world, all[ORDERS[order][i]]);
        }
        assert_str(open_all(world), "balance S5  0\ngap S4 2 0\nopening S4  -10\n");
        world_free(world);
    }
}

/* Three pages of one statement, the middle one with entries alone, among others. */
CASE(pages_of_a_statement_are_joined_whatever_comes_first)
{
    struct bank_statement pages[3] = {numbered(3, 2, 100, 250), numbered(3, 2, 100, 250),
                                      numbered(3, 2, 100, 250)};
    static const int ORDERS[][3] = {
        {0, 1, 2},
        {2, 1, 0},
        {1, 2, 0},
        {2, 0, 1},
    };

    pages[0].has_closing = false;
    pages[1].has_opening = false;
    pages[1].has_closing = false;
    pages[2].has_opening = false;
    for (size_t order = 0; order < ARRAY_LEN(ORDERS); order++) {
        struct world *world = world_new();
        note(world, numbered(2, 1, 0, 90));
        note(world, numbered(4, 3, 260, 300));
        for (int round = 0; round < 2; round++) {
            for (size_t i = 0; i < ARRAY_LEN(pages); i++)
                note(world, pages[ORDERS[order][i]]);
        }
        assert_str(open_all(world), "opening S2  10\nopening S3  10\n");
        assert_int_equal(world_count(world, "bank_statement"), 3);
        world_free(world);
    }
}

CASE(the_same_statement_under_another_id_is_the_same)
{
    struct world *world = world_new();
    struct bank_statement again = numbered(2, 1, 0, 100);

    note(world, numbered(2, 1, 0, 100));
    again.name = STR("OTHER");
    again.made = STR("2026-12-02T05:00:00");
    note(world, again);
    assert_int_equal(world_count(world, "bank_statement"), 1);
    assert_int_equal(world_count(world, "bank_work"), 0);
    world_free(world);
}

CASE(a_corrected_statement_takes_the_place_of_the_wrong_one)
{
    for (int order = 0; order < 2; order++) {
        struct world *world = world_new();
        struct bank_statement wrong = numbered(3, 2, 100, 260);
        struct bank_statement right = numbered(3, 2, 100, 250);
        wrong.adds_up = false;
        right.made = STR("2026-12-02T05:00:00");
        note(world, numbered(2, 1, 0, 100));
        note(world, numbered(4, 3, 250, 300));
        note(world, order == 0 ? wrong : right);
        assert_int_equal(open_of(world, "balance"), order == 0 ? 1 : 0);
        note(world, order == 0 ? right : wrong);
        assert_true(str_eq(open_all(world), STR("")));
        world_free(world);
    }
}

CASE(numbers_begin_anew_with_a_year_and_some_banks_do_not_count)
{
    struct world *world = world_new();
    struct bank_statement last = numbered(30, 250, 0, 100);
    struct bank_statement first = numbered(2, 1, 100, 200);
    struct bank_statement silent = numbered(1, 0, 500, 500);

    first.day = (struct date){2027, 1, 2};
    note(world, last);
    note(world, first);
    silent.account = STR("FR1420041010050500013M02606");
    for (int day = 1; day < 5; day++) {
        silent.day.day = day;
        note(world, silent);
    }
    /* The legal number counts as well as the electronic one. */
    silent.kind = STR("camt.054");
    silent.has_legal_number = true;
    for (int day = 1; day < 5; day++) {
        silent.day.day = day;
        silent.legal_number = day == 4 ? 9 : day;
        note(world, silent);
    }
    assert_int_equal(open_of(world, "gap"), 1);
    assert_int_equal(open_of(world, "opening"), 0);
    world_free(world);
}

CASE(notifications_and_other_accounts_are_followed_by_themselves)
{
    struct world *world = world_new();
    struct bank_statement notification = numbered(3, 7, 0, 0);
    struct bank_statement_last *last;
    size_t count;

    note(world, numbered(2, 1, 0, 100));
    notification.kind = STR("camt.054");
    notification.has_opening = false;
    notification.has_closing = false;
    note(world, notification);
    note(world, numbered(5, 4, 100, 300));
    assert_ok(bank_statements_last(world->cx, world_read(world), 10, &last, &count));
    assert_int_equal(count, 2);
    assert_true(str_eq(last[0].statement.kind, STR("camt.053")));
    assert_int_equal(last[0].statement.number, 4);
    assert_int_equal(last[0].statement.closing_cents, 300);
    assert_int_equal(last[0].deviations, 1);
    assert_int_equal(last[1].statement.number, 7);
    assert_false(last[1].statement.has_closing);
    assert_int_equal(last[1].deviations, 0);
    reader_release(world->core.reader);
    world_free(world);
}

/* Then its day and its id are what it is known by, and when it was made says where it belongs. */
CASE(statements_without_numbers_are_told_apart_by_their_ids)
{
    struct world *world = world_new();
    struct bank_statement one = numbered(2, 1, 0, 100);
    struct bank_statement two = numbered(2, 2, 100, 250);
    struct bank_statement lost = numbered(3, 3, 260, 300);

    one.has_number = two.has_number = lost.has_number = false;
    one.number = two.number = lost.number = 0;
    one.made = STR("2026-12-01T05:00:00");
    two.made = STR("2026-12-01T06:00:00");
    note(world, two);
    note(world, one);
    note(world, one);
    assert_int_equal(world_count(world, "bank_statement"), 2);
    assert_str(open_all(world), "");
    note(world, lost);
    assert_str(open_all(world), "opening S3  10\n");
    world_free(world);
}

CASE(one_that_counts_by_the_legal_number_alone_has_gaps_too)
{
    struct world *world = world_new();
    struct bank_statement all[3] = {numbered(2, 1, 0, 100), numbered(3, 2, 100, 200),
                                    numbered(4, 4, 200, 300)};

    for (size_t i = 0; i < 3; i++) {
        all[i].legal_number = all[i].number;
        all[i].has_legal_number = true;
        all[i].has_number = false;
        all[i].number = 0;
        note(world, all[i]);
    }
    assert_str(open_all(world), "gap S4 2 0\n");
    world_free(world);
}

/* Only one of the two counts: nothing can be missing between them. */
CASE(what_cannot_be_compared_is_no_deviation)
{
    struct world *world = world_new();
    struct bank_statement plain = numbered(3, 9, 100, 200);
    struct bank_statement open = numbered(4, 12, 200, 300);

    note(world, numbered(2, 1, 0, 100));
    plain.has_number = false;
    plain.number = 0;
    note(world, plain);
    open.has_opening = false;
    open.has_closing = false;
    note(world, open);
    assert_str(open_all(world), "");
    world_free(world);
}

/* A page that says something else than another page of the same statement is a correction of it,
 * one that says the same adds nothing. */
CASE(a_page_may_correct_another)
{
    struct world *world = world_new();
    struct bank_statement page = numbered(3, 2, 100, 250);

    note(world, numbered(2, 1, 0, 90));
    page.has_closing = false;
    note(world, page);
    note(world, page);
    assert_str(open_all(world), "opening S2  10\n");
    page.opening_cents = 90;
    note(world, page);
    assert_str(open_all(world), "");
    page.adds_up = false;
    note(world, page);
    assert_int_equal(open_of(world, "balance"), 1);
    /* A later page that adds up does not make the whole add up. */
    page.adds_up = true;
    page.has_closing = true;
    page.has_opening = false;
    note(world, page);
    assert_int_equal(open_of(world, "balance"), 1);
    note(world, numbered(4, 3, 251, 300));
    assert_int_equal(open_of(world, "opening"), 1);
    page.closing_cents = 251;
    note(world, page);
    assert_int_equal(open_of(world, "opening"), 0);
    world_free(world);
}

/* Two versions of the same moment: the same one stays, whichever came first. */
CASE(of_two_at_once_the_same_one_always_counts)
{
    for (int order = 0; order < 2; order++) {
        struct world *world = world_new();
        struct bank_statement a = numbered(2, 1, 0, 100);
        struct bank_statement b = numbered(2, 1, 0, 200);
        a.report = STR("a123456789012345678901234567890123456789012345678901234567890123");
        b.report = STR("b123456789012345678901234567890123456789012345678901234567890123");
        note(world, order == 0 ? a : b);
        note(world, order == 0 ? b : a);
        assert_int_equal(world_number(world, "SELECT closing_cents FROM bank_statement"), 200);
        /* One that was made before is known already. */
        a.made = STR("2026-11-30T05:00:00");
        note(world, a);
        assert_int_equal(world_number(world, "SELECT closing_cents FROM bank_statement"), 200);
        world_free(world);
    }
}

UNIT_MAIN(T(a_missing_statement_is_work_until_it_comes), T(the_end_does_not_depend_on_the_order),
          T(pages_of_a_statement_are_joined_whatever_comes_first),
          T(the_same_statement_under_another_id_is_the_same),
          T(a_corrected_statement_takes_the_place_of_the_wrong_one),
          T(numbers_begin_anew_with_a_year_and_some_banks_do_not_count),
          T(notifications_and_other_accounts_are_followed_by_themselves),
          T(statements_without_numbers_are_told_apart_by_their_ids),
          T(one_that_counts_by_the_legal_number_alone_has_gaps_too),
          T(what_cannot_be_compared_is_no_deviation), T(a_page_may_correct_another),
          T(of_two_at_once_the_same_one_always_counts))
