#include "base/target.h"

#include "support/unit.h"

static void assert_date(struct date date, int year, int month, int day)
{
    assert_int_equal(date.year, year);
    assert_int_equal(date.month, month);
    assert_int_equal(date.day, day);
}

static instant paris(int year, int month, int day, int hour, int minute)
{
    return instant_paris((struct wall){
        {year, month, day},
        hour, minute, 0
    });
}

/* The table of sepa.md 3. */
struct easter_row {
    int year;
    struct date friday;
    struct date sunday;
    struct date monday;
};
static const struct easter_row EASTERS[] = {
    {2026, {2026, 4, 3},  {2026, 4, 5},  {2026, 4, 6} },
    {2027, {2027, 3, 26}, {2027, 3, 28}, {2027, 3, 29}},
    {2028, {2028, 4, 14}, {2028, 4, 16}, {2028, 4, 17}},
    {2029, {2029, 3, 30}, {2029, 4, 1},  {2029, 4, 2} },
    {2030, {2030, 4, 19}, {2030, 4, 21}, {2030, 4, 22}},
    {2031, {2031, 4, 11}, {2031, 4, 13}, {2031, 4, 14}},
    {2032, {2032, 3, 26}, {2032, 3, 28}, {2032, 3, 29}},
};

CASE(easter_of_the_table)
{
    for (size_t i = 0; i < ARRAY_LEN(EASTERS); i++) {
        struct date sunday = easter(EASTERS[i].year);
        assert_int_equal(date_compare(sunday, EASTERS[i].sunday), 0);
        assert_int_equal(date_to_days(EASTERS[i].friday), date_to_days(sunday) - 2);
        assert_int_equal(date_to_days(EASTERS[i].monday), date_to_days(sunday) + 1);
    }
}

CASE(easter_is_a_sunday_from_22_march_to_25_april)
{
    for (int year = 1900; year <= 2299; year++) {
        struct date sunday = easter(year);
        int64_t days = date_to_days(sunday);
        /* 2026-04-05 is a Sunday. */
        int64_t weeks = (days - date_to_days((struct date){2026, 4, 5})) % 7;
        assert_int_equal(weeks, 0);
        assert_true(date_compare(sunday, (struct date){year, 3, 22}) >= 0);
        assert_true(date_compare(sunday, (struct date){year, 4, 25}) <= 0);
    }
}

CASE(the_earliest_and_the_latest_easter)
{
    assert_date(easter(2285), 2285, 3, 22);
    assert_date(easter(1943), 1943, 4, 25);
    assert_date(easter(2038), 2038, 4, 25);
    assert_date(easter(2000), 2000, 4, 23);
}

CASE(closed_on_good_friday_and_easter_monday)
{
    for (size_t i = 0; i < ARRAY_LEN(EASTERS); i++) {
        assert_false(target_open(EASTERS[i].friday));
        assert_false(target_open(EASTERS[i].sunday));
        assert_false(target_open(EASTERS[i].monday));
        assert_true(target_open(date_from_days(date_to_days(EASTERS[i].friday) - 1)));
        assert_true(target_open(date_from_days(date_to_days(EASTERS[i].monday) + 1)));
    }
}

CASE(closed_on_four_fixed_days)
{
    assert_false(target_open((struct date){2026, 1, 1}));
    assert_false(target_open((struct date){2026, 5, 1}));
    assert_false(target_open((struct date){2026, 12, 25}));
    assert_false(target_open((struct date){2025, 12, 26}));
    assert_true(target_open((struct date){2026, 1, 2}));
    assert_true(target_open((struct date){2026, 4, 30}));
    assert_true(target_open((struct date){2026, 12, 24}));
    assert_true(target_open((struct date){2025, 12, 29}));
}

CASE(closed_on_saturdays_and_sundays)
{
    assert_true(target_open((struct date){2026, 11, 27}));
    assert_false(target_open((struct date){2026, 11, 28}));
    assert_false(target_open((struct date){2026, 11, 29}));
    assert_true(target_open((struct date){2026, 11, 30}));
    /* Before 1970 the days are negative. */
    assert_false(target_open((struct date){1969, 12, 28}));
    assert_true(target_open((struct date){1969, 12, 29}));
}

CASE(french_holidays_are_business_days)
{
    assert_true(target_open((struct date){2026, 7, 14}));
    assert_true(target_open((struct date){2026, 5, 8}));
    assert_true(target_open((struct date){2026, 11, 11}));
    assert_true(target_open((struct date){2026, 5, 14})); /* Ascension */
    assert_true(target_open((struct date){2026, 5, 25})); /* Whit Monday */
}

CASE(a_holiday_on_a_weekend_is_not_moved)
{
    /* 26 December 2026 is a Saturday, 1 May 2027 a Saturday. */
    assert_true(target_open((struct date){2026, 12, 28}));
    assert_true(target_open((struct date){2027, 5, 3}));
    assert_true(target_open((struct date){2027, 4, 30}));
}

CASE(a_date_moves_forward_to_a_business_day)
{
    assert_date(target_on_or_after((struct date){2027, 4, 2}), 2027, 4, 2);
    assert_date(target_on_or_after((struct date){2027, 3, 26}), 2027, 3, 30);
    assert_date(target_on_or_after((struct date){2027, 5, 1}), 2027, 5, 3);
    assert_date(target_on_or_before((struct date){2027, 3, 29}), 2027, 3, 25);
    assert_date(target_on_or_before((struct date){2027, 3, 30}), 2027, 3, 30);
}

CASE(next_and_previous_are_another_day)
{
    assert_date(target_next((struct date){2026, 12, 24}), 2026, 12, 28);
    assert_date(target_previous((struct date){2026, 12, 28}), 2026, 12, 24);
    assert_date(target_next((struct date){2026, 12, 31}), 2027, 1, 4);
    assert_date(target_previous((struct date){2027, 1, 4}), 2026, 12, 31);
    assert_date(target_next((struct date){2026, 12, 26}), 2026, 12, 28);
    assert_date(target_previous((struct date){2026, 12, 26}), 2026, 12, 24);
}

CASE(business_days_are_added)
{
    assert_date(target_add((struct date){2026, 12, 24}, 0), 2026, 12, 24);
    assert_date(target_add((struct date){2026, 12, 25}, 0), 2026, 12, 28);
    assert_date(target_add((struct date){2026, 12, 24}, 1), 2026, 12, 28);
    assert_date(target_add((struct date){2026, 12, 24}, 5), 2027, 1, 4);
    assert_date(target_add((struct date){2027, 1, 4}, -5), 2026, 12, 24);
    assert_date(target_add((struct date){2026, 12, 25}, 3), 2026, 12, 31);
    assert_date(target_add((struct date){2026, 12, 26}, -1), 2026, 12, 24);
}

CASE(adding_goes_there_and_back)
{
    struct date date = target_on_or_after((struct date){2025, 1, 1});

    for (int i = 0; i < 800; i++) {
        assert_int_equal(date_compare(target_add(target_add(date, 7), -7), date), 0);
        assert_int_equal(date_compare(target_add(date, 1), target_next(date)), 0);
        date = target_next(date);
    }
}

/* The vectors of sepa.md 3, with the sandbox's cut-off. */
CASE(last_sending_moment_for_a_due_date)
{
    const struct cutoff one = {.ibd = 1, .hour = 18, .minute = 0};
    const struct cutoff two = {.ibd = 2, .hour = 10, .minute = 30};
    const struct cutoff same = {.ibd = 0, .hour = 9, .minute = 0};

    assert_int_equal(target_last_moment((struct date){2026, 12, 29}, one),
                     paris(2026, 12, 28, 18, 0));
    assert_int_equal(target_last_moment((struct date){2026, 12, 28}, one),
                     paris(2026, 12, 24, 18, 0));
    assert_int_equal(target_last_moment((struct date){2026, 12, 29}, two),
                     paris(2026, 12, 24, 10, 30));
    assert_int_equal(target_last_moment((struct date){2026, 12, 29}, same),
                     paris(2026, 12, 29, 9, 0));
}

CASE(the_cutoff_is_of_paris_in_summer_too)
{
    const struct cutoff one = {.ibd = 1, .hour = 18, .minute = 0};
    /* Tuesday 31 March 2026, two days after the change to summer time. */
    instant at = target_last_moment((struct date){2026, 3, 31}, one);

    assert_int_equal(at, instant_utc((struct wall){
                             {2026, 3, 30},
                             16, 0, 0
    }));
}

CASE(first_due_date_that_can_still_be_met)
{
    const struct cutoff one = {.ibd = 1, .hour = 18, .minute = 0};

    assert_date(target_first_due(paris(2026, 12, 24, 18, 0), one), 2026, 12, 28);
    assert_date(target_first_due(paris(2026, 12, 24, 18, 0) + 1, one), 2026, 12, 29);
    assert_date(target_first_due(paris(2026, 12, 26, 12, 0), one), 2026, 12, 29);
    assert_date(target_first_due(paris(2026, 11, 27, 9, 0), one), 2026, 11, 30);
}

CASE(next_hour_of_a_business_day)
{
    instant friday = paris(2026, 11, 27, 8, 0);

    assert_int_equal(target_next_time(friday - 1, 8, 0), friday);
    assert_int_equal(target_next_time(friday, 8, 0), paris(2026, 11, 30, 8, 0));
    assert_int_equal(target_next_time(friday + DAY_US, 8, 0), paris(2026, 11, 30, 8, 0));
    assert_int_equal(target_next_time(paris(2026, 12, 24, 9, 0), 7, 0), paris(2026, 12, 28, 7, 0));
    assert_int_equal(target_next_time(paris(2027, 3, 25, 8, 0), 8, 0), paris(2027, 3, 30, 8, 0));
}

UNIT_MAIN(T(easter_of_the_table), T(easter_is_a_sunday_from_22_march_to_25_april),
          T(the_earliest_and_the_latest_easter), T(closed_on_good_friday_and_easter_monday),
          T(closed_on_four_fixed_days), T(closed_on_saturdays_and_sundays),
          T(french_holidays_are_business_days), T(a_holiday_on_a_weekend_is_not_moved),
          T(a_date_moves_forward_to_a_business_day), T(next_and_previous_are_another_day),
          T(business_days_are_added), T(adding_goes_there_and_back),
          T(last_sending_moment_for_a_due_date), T(the_cutoff_is_of_paris_in_summer_too),
          T(first_due_date_that_can_still_be_met), T(next_hour_of_a_business_day))
