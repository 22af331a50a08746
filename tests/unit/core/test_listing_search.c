#include "support/core_listing.h"

/* Each way of finding lines of the list, alone and together with the others. */

static struct world *world_with_list(void)
{
    struct world *world = world_new();

    list_build(world);
    return world;
}

/* --- by number ------------------------------------------------------------------------------- */

/* What the line of `asked_of(world, "Ada Martin", "Ada@Example.com", 5000)` passes. */
static struct listing_filter ada_exactly(int64_t number, struct date day)
{
    return (struct listing_filter){
        .number = number,
        .facets = {.sent_by = REQUEST_BY_EMAIL,
                   .type = LISTING_STANDARD,
                   .page = PAGE_STANDARD,
                   .currency = CURRENCY_EUR,
                   .way = LISTING_DEBIT,
                   .status = LISTING_WAITING},
        .min_minor = 5000,
        .max_minor = 5000,
        .from = day,
        .until = day,
        .name = STR("martin"),
        .email = STR("aDA@example.com"),
        .limit = 10,
    };
}

static void misses(struct world *world, struct listing_filter filter)
{
    assert_int_equal(found(world, filter, NULL), 0);
}

/* With and without its number, a line is found by exactly what it says. */
static void found_when_all_fits(struct world *world, struct listing_filter fits)
{
    struct date yesterday = date_from_days(date_to_days(fits.from) - 1);
    struct date tomorrow = date_from_days(date_to_days(fits.from) + 1);
    struct listing_filter other = fits;
    struct listing_line *lines;

    assert_int_equal(found(world, fits, &lines), 1);
    assert_int_equal(lines[0].amount_minor, 5000);
    assert_str(lines[0].name, "Ada Martin");
    assert_str(lines[0].email, "Ada@Example.com");
    other.facets.sent_by = REQUEST_BY_LINK;
    misses(world, other);
    other = fits;
    other.facets.type = LISTING_PREAUTH;
    misses(world, other);
    other = fits;
    other.facets.page = PAGE_SHORT;
    misses(world, other);
    other = fits;
    other.facets.currency = CURRENCY_GBP;
    misses(world, other);
    other = fits;
    other.facets.way = LISTING_CREDIT;
    misses(world, other);
    other = fits;
    other.facets.status = LISTING_CASHED;
    misses(world, other);
    other = fits;
    other.min_minor = other.max_minor = 4999;
    misses(world, other);
    other.min_minor = other.max_minor = 5001;
    misses(world, other);
    other = fits;
    other.from = other.until = yesterday;
    misses(world, other);
    other.from = other.until = tomorrow;
    misses(world, other);
    other = fits;
    other.name = STR("marten");
    misses(world, other);
    other.name = STR("ar");
    misses(world, other);
    other.name = STR("ma");
    assert_int_equal(found(world, other, NULL), 1);
    other = fits;
    other.email = STR("ada@example.co");
    misses(world, other);
}

CASE(a_number_finds_its_line_when_everything_else_fits)
{
    struct world *world = world_with_list();
    struct pay_request ada = asked_of(world, "Ada Martin", "Ada@Example.com", 5000);
    struct listing_filter fits = ada_exactly(number_of(&ada), date_paris(ada.created));
    struct listing_filter second = fits;

    /* Grams of other names, so that they are looked for. */
    asked_of(world, "Bob Marten", "bob@example.com", 5000);
    asked_of(world, "Ada Arnaud", "ada@example.com", 6000);
    found_when_all_fits(world, fits);
    second.start = 1;
    assert_int_equal(found(world, second, NULL), 1);
    second = everything();
    second.number = number_of(&ada);
    assert_int_equal(found(world, second, NULL), 1);
    second.number += 1000;
    misses(world, second);
    world_free(world);
}

CASE(an_address_finds_its_lines_when_everything_else_fits)
{
    struct world *world = world_with_list();
    struct pay_request ada = asked_of(world, "Ada Martin", "Ada@Example.com", 5000);

    asked_of(world, "Bob Marten", "bob@example.com", 5000);
    asked_of(world, "Ada Arnaud", "ada@example.com", 6000);
    found_when_all_fits(world, ada_exactly(0, date_paris(ada.created)));
    world_free(world);
}

/* --- by address ------------------------------------------------------------------------------ */

CASE(lines_of_an_address_come_in_pages)
{
    struct listing_filter filter = everything();
    struct world *world = world_with_list();
    struct listing_line *page;

    for (int i = 0; i < 5; i++)
        asked_of(world, "Ada", i % 2 == 0 ? "ada@example.com" : "ADA@EXAMPLE.COM", 1000 + i);
    asked_of(world, "Ada", "adam@example.com", 2000);
    filter.email = STR("ada@example.com");
    filter.limit = 2;
    for (filter.start = 0; filter.start < 6; filter.start += 2) {
        assert_int_equal(found(world, filter, &page), 5);
        for (int64_t i = 0; i < 2 && filter.start + i < 5; i++)
            assert_int_equal(page[i].amount_minor, 1004 - filter.start - i);
    }
    world_free(world);
}

/* --- by name --------------------------------------------------------------------------------- */

/* Lines of two names that both fit come in turn, however they were gathered. */
CASE(lines_of_names_that_fit_come_in_pages_newest_first)
{
    enum { LINES = 23 };
    static const char *const NAMES[] = {"Jean Martin", "Martine Dubois", "Zoé Martineau"};
    struct listing_filter filter = everything();
    struct world *world = world_with_list();
    struct listing_line *page;

    for (int i = 0; i < LINES; i++)
        asked_by(world, NAMES[i % 3], 1000 + i);
    asked_by(world, "Marianne", 5000);
    filter.name = STR("MARTIN");
    filter.limit = 4;
    for (filter.start = 0; filter.start <= LINES + 1; filter.start += 3) {
        assert_int_equal(found(world, filter, &page), LINES);
        for (int64_t i = 0; i < 4 && filter.start + i < LINES; i++)
            assert_int_equal(page[i].amount_minor, 1000 + LINES - 1 - filter.start - i);
    }
    world_free(world);
}

static struct customer_id customer_named(struct world *world, const char *name)
{
    struct customer_create create = {
        .twin = TWIN_BY_EXTERNAL_ID, .draft = {.name = str_of(name), .email = STR("a@b.example")}
    };

    WORLD_RUN(world, &create, customer_create);
    assert_ok(create.operation.result);
    return create.customer.id;
}

CASE(a_line_takes_the_name_of_its_new_customer)
{
    struct request_change change = {.change = REQUEST_SET_CUSTOMER};
    struct request_terms terms = terms_of(5000);
    struct world *world = world_with_list();

    terms.customer = customer_named(world, "Ada Lovelace");
    struct pay_request request = ask(world, terms);
    assert_int_equal(named(world, "lovelace"), 1);
    change.terms.customer = customer_named(world, "Grace Hopper");
    assert_ok(request_change_try(world, request.id, &change));
    assert_int_equal(named(world, "hopper"), 1);
    assert_int_equal(named(world, "ho"), 1);
    assert_int_equal(named(world, "lovelace"), 0);
    assert_int_equal(named(world, "lo"), 0);
    world_is_sound(world);
    world_free(world);
}

/* Without a letter there is nothing to be found by; and a name may say the same twice. */
CASE(names_of_few_or_repeated_letters_are_found_too)
{
    struct world *world = world_with_list();

    asked_by(world, "Lolo Lolo", 1000);
    asked_by(world, "9 Rue 9", 2000);
    asked_by(world, "\xC3\xA9", 3000);
    assert_int_equal(named(world, "lolo lolo"), 1);
    assert_int_equal(named(world, "lo"), 1);
    assert_int_equal(named(world, "9"), 1);
    assert_int_equal(named(world, "e"), 1);
    assert_int_equal(named(world, "ol"), 0);
    world_is_sound(world);
    world_free(world);
}

/* --- by day and amount ----------------------------------------------------------------------- */

/* Ten days, each with the amounts 10.00 to 10.90. */
static void days_and_amounts(struct world *world)
{
    for (int day = 0; day < 10; day++) {
        world_stop_at(world, WORLD_START + (day + 1) * DAY_US);
        for (int i = 0; i < 10; i++)
            asked_by(world, "Ada", 1000 + 10 * i);
    }
}

CASE(amounts_are_counted_within_days)
{
    struct listing_filter filter = everything();
    struct world *world = world_with_list();
    struct listing_line *lines;

    days_and_amounts(world);
    filter.from = date_paris(WORLD_START + 3 * DAY_US);
    filter.until = date_paris(WORLD_START + 5 * DAY_US);
    assert_int_equal(found(world, filter, NULL), 30);
    filter.min_minor = 1050;
    assert_int_equal(found(world, filter, NULL), 15);
    filter.max_minor = 1059;
    assert_int_equal(found(world, filter, &lines), 3);
    assert_int_equal(lines[2].amount_minor, 1050);
    assert_int_equal(lines[2].created, WORLD_START + 3 * DAY_US);
    filter.min_minor = 0;
    assert_int_equal(found(world, filter, NULL), 18);
    world_free(world);
}

CASE(days_may_be_open_at_either_end)
{
    struct listing_filter filter = everything();
    struct world *world = world_with_list();

    days_and_amounts(world);
    filter.from = date_paris(WORLD_START + 8 * DAY_US);
    assert_int_equal(found(world, filter, NULL), 30);
    filter.from.year = 0;
    filter.until = date_paris(WORLD_START + 2 * DAY_US);
    assert_int_equal(found(world, filter, NULL), 20);
    filter.max_minor = 1000;
    assert_int_equal(found(world, filter, NULL), 2);
    world_free(world);
}

/* Few lines of an amount are gathered, many are met on the way: both give the same. */
CASE(rare_and_frequent_amounts_come_in_the_same_order)
{
    struct listing_filter filter = everything();
    struct world *world = world_with_list();
    struct listing_line *page;

    days_and_amounts(world);
    filter.limit = 3;
    filter.start = 2;
    filter.min_minor = filter.max_minor = 1090;
    assert_int_equal(found(world, filter, &page), 10);
    for (int i = 0; i < 3; i++)
        assert_int_equal(page[i].created, WORLD_START + (8 - i) * DAY_US);
    filter.min_minor = 1010;
    assert_int_equal(found(world, filter, &page), 90);
    for (int i = 0; i < 3; i++)
        assert_int_equal(page[i].amount_minor, 1070 - 10 * i);
    world_free(world);
}

/* --- by facets ------------------------------------------------------------------------------- */

/* The newest of one facet alone are more than are read of it at once. */
CASE(a_long_run_of_one_facet_is_read_on)
{
    enum { RUN = 60 };
    struct listing_filter filter = everything();
    struct world *world = world_with_list();
    struct listing_line *page;

    asked_of(world, "Ada", "ada@example.com", 999);
    for (int i = 0; i < RUN; i++)
        asked_by(world, "Ada", 1000 + i);
    filter.limit = 7;
    for (filter.start = 0; filter.start <= RUN; filter.start += 6) {
        assert_int_equal(found(world, filter, &page), RUN + 1);
        for (int64_t i = 0; i < 7 && filter.start + i <= RUN; i++)
            assert_int_equal(page[i].amount_minor, 1000 + RUN - 1 - filter.start - i);
    }
    world_free(world);
}

CASE(a_search_of_what_nobody_has_finds_nothing)
{
    struct listing_filter filter = everything();
    struct world *world = world_with_list();

    misses(world, filter);
    asked_by(world, "Ada", 1000);
    filter.facets.status = LISTING_REFUNDED;
    misses(world, filter);
    filter.min_minor = 900;
    misses(world, filter);
    filter.from = (struct date){2031, 6, 2};
    misses(world, filter);
    world_free(world);
}

UNIT_MAIN(T(a_number_finds_its_line_when_everything_else_fits),
          T(an_address_finds_its_lines_when_everything_else_fits),
          T(lines_of_an_address_come_in_pages),
          T(lines_of_names_that_fit_come_in_pages_newest_first),
          T(a_line_takes_the_name_of_its_new_customer),
          T(names_of_few_or_repeated_letters_are_found_too), T(amounts_are_counted_within_days),
          T(days_may_be_open_at_either_end), T(rare_and_frequent_amounts_come_in_the_same_order),
          T(a_long_run_of_one_facet_is_read_on), T(a_search_of_what_nobody_has_finds_nothing))
