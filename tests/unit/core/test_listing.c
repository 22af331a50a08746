#include "core/listing_row.h"
#include "support/core_levy.h"
#include "support/core_listing.h"
#include "support/core_raw.h"

/* The list of payments: what is written along, what is made up, what a search finds. */

/* --- whose list ------------------------------------------------------------------------------ */

CASE(who_never_asked_for_a_list_has_none)
{
    struct world *world = world_new();
    bool is_built;

    ask(world, terms_of(1000));
    assert_ok(listing_is_built(world->cx, world_read(world), &is_built));
    assert_false(is_built);
    assert_int_equal(found(world, everything(), NULL), 0);
    world_free(world);
}

CASE(what_was_there_before_comes_first_however_much_it_is)
{
    enum { BEFORE = LISTING_BUILD_MOST + 5, AFTER = 3 };
    struct listing_line *lines;
    struct world *world = world_new();

    for (int i = 0; i < BEFORE; i++)
        ask(world, terms_of(1000 + i));
    for (int i = 0; i < AFTER; i++)
        asked_by(world, "Ada", 5000 + i);
    list_build(world);
    list_build(world);
    assert_int_equal(found(world, everything(), &lines), BEFORE + AFTER);
    for (size_t i = 1; i < BEFORE + AFTER; i++)
        assert_true(lines[i].number < lines[i - 1].number);
    assert_int_equal(lines[0].amount_minor, 5000 + AFTER - 1);
    assert_int_equal(lines[AFTER].amount_minor, 1000 + BEFORE - 1);
    assert_int_equal(lines[BEFORE + AFTER - 1].amount_minor, 1000);
    world_free(world);
}

CASE(a_request_keeps_the_number_that_it_was_given)
{
    struct listing_line line;
    struct world *world = world_new();
    bool there;

    struct pay_request request = asked_by(world, "Ada", 5000);
    assert_ok(listing_find(world->cx, world_read(world), number_of(&request), &line, &there));
    assert_true(there);
    assert_string_equal(line.object, request.id.raw);
    world_free(world);
}

CASE(a_levy_is_not_listed_whenever_it_was_made)
{
    struct listing_line *lines;
    struct world *world = world_new();

    levy_plain(world, "BEFORE", 1000);
    struct pay_request asked = asked_by(world, "Ada", 5000);
    list_build(world);
    levy_plain(world, "AFTER", 2000);
    assert_int_equal(levy_cancel_try(world, "BEFORE"), OK);
    assert_int_equal(found(world, everything(), &lines), 1);
    assert_string_equal(lines[0].object, asked.id.raw);
    world_is_sound(world);
    world_free(world);
}

/* As migration 0048 leaves a list that was made when levies were. */
CASE(a_list_that_held_levies_loses_them_and_keeps_its_numbers)
{
    struct listing_line *old, *lines;
    struct world *world = world_new();

    levy_plain(world, "FIRST", 1000);
    ask(world, terms_of(5000));
    levy_plain(world, "SECOND", 2000);
    ask(world, terms_of(6000));
    world_tamper(world, "UPDATE levy SET mode = 'live'");
    list_build(world);
    assert_int_equal(found(world, everything(), &old), 4);
    int64_t numbers[] = {old[0].number, old[2].number};
    world_tamper(world,
                 "UPDATE levy SET mode = 'test'; UPDATE listing_owner SET built = 0, upto = ''");
    list_build(world);
    assert_int_equal(found(world, everything(), &lines), 2);
    assert_int_equal(lines[0].number, numbers[0]);
    assert_int_equal(lines[1].number, numbers[1]);
    world_is_sound(world);
    world_free(world);
}

/* --- searching ------------------------------------------------------------------------------- */

CASE(a_name_is_found_by_any_part_and_forgotten_with_its_last_line)
{
    struct request_change change = {.change = REQUEST_SET_CURRENCY,
                                    .terms = {.amount = {.currency = CURRENCY_CHF}}};
    struct world *world = world_new();

    struct pay_request first = asked_by(world, "Éloïse Le Fèvre", 5000);
    asked_by(world, "ELOISE le fevre", 6000);
    list_build(world);
    assert_int_equal(named(world, "eloise"), 2);
    assert_int_equal(named(world, "e le f"), 2);
    assert_int_equal(named(world, "l"), 2);
    assert_int_equal(named(world, "fe"), 2);
    assert_int_equal(named(world, "ev"), 0);
    assert_int_equal(named(world, "fevrier"), 0);
    assert_int_equal(named(world, ""), 2);
    world->merchant.currencies |= 1U << CURRENCY_CHF;
    assert_ok(request_change_try(world, first.id, &change));
    assert_int_equal(named(world, "eloise"), 1);
    world_free(world);
}

/* Every border of a bucket of amounts, and every pair of borders. */
CASE(amounts_are_counted_at_every_border)
{
    static const int64_t MINOR[] = {1,   9,    10,   99,   100,  101,   109,    110,
                                    999, 1000, 1099, 1100, 9999, 10000, 100000, 99999999};
    struct world *world = world_new();

    list_build(world);
    for (size_t i = 0; i < ARRAY_LEN(MINOR); i++)
        asked_by(world, "Ada", MINOR[i] < 50 ? 50 + MINOR[i] : MINOR[i]);
    for (size_t low = 0; low < ARRAY_LEN(MINOR); low++) {
        for (size_t high = low; high < ARRAY_LEN(MINOR); high++) {
            struct listing_filter filter = everything();
            int64_t wanted = 0;
            for (size_t i = 0; i < ARRAY_LEN(MINOR); i++) {
                int64_t minor = MINOR[i] < 50 ? 50 + MINOR[i] : MINOR[i];
                wanted += minor >= MINOR[low] && minor <= MINOR[high] ? 1 : 0;
            }
            filter.min_minor = MINOR[low];
            filter.max_minor = MINOR[high];
            assert_int_equal(found(world, filter, NULL), wanted);
        }
    }
    world_free(world);
}

CASE(days_are_counted_across_months_and_years)
{
    struct world *world = world_new();

    list_build(world);
    for (int i = 0; i < 30; i++) {
        world_stop_at(world, WORLD_START + (i + 1) * 17 * DAY_US);
        asked_by(world, "Ada", 1000 + i);
    }
    struct listing_line *lines;
    assert_int_equal(found(world, everything(), &lines), 30);
    for (size_t from = 0; from < 30; from += 3) {
        for (size_t until = 0; until <= from; until += 2) {
            struct listing_filter filter = everything();
            filter.from = date_paris(lines[from].created);
            filter.until = date_paris(lines[until].created);
            assert_int_equal(found(world, filter, NULL), from - until + 1);
            filter.until = date_from_days(date_to_days(filter.until) - 1);
            assert_int_equal(found(world, filter, NULL), from - until);
        }
    }
    world_free(world);
}

CASE(pages_of_many_facets_are_one_list)
{
    struct listing_line *whole;
    struct listing_line *page;
    struct world *world = world_new();

    list_build(world);
    for (int i = 0; i < 60; i++) {
        struct request_terms terms = terms_of(1000 + i);
        terms.capture = i % 3 != 0;
        terms.amount.currency = i % 2 == 0 ? CURRENCY_EUR : CURRENCY_USD;
        world->merchant.currencies |= 1U << CURRENCY_USD;
        ask(world, terms);
    }
    assert_int_equal(found(world, everything(), &whole), 60);
    for (int64_t start = 0; start <= 60; start += 7) {
        struct listing_filter filter = everything();
        filter.start = start;
        filter.limit = 7;
        assert_int_equal(found(world, filter, &page), 60);
        for (int64_t i = 0; i < 7 && start + i < 60; i++)
            assert_int_equal(page[i].number, whole[start + i].number);
    }
    world_free(world);
}

UNIT_MAIN(T(who_never_asked_for_a_list_has_none),
          T(what_was_there_before_comes_first_however_much_it_is),
          T(a_request_keeps_the_number_that_it_was_given),
          T(a_levy_is_not_listed_whenever_it_was_made),
          T(a_list_that_held_levies_loses_them_and_keeps_its_numbers),
          T(a_name_is_found_by_any_part_and_forgotten_with_its_last_line),
          T(amounts_are_counted_at_every_border), T(days_are_counted_across_months_and_years),
          T(pages_of_many_facets_are_one_list))
