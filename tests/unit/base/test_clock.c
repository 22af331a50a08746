#include "base/clock.h"

#include "support/unit.h"

static instant utc(int year, int month, int day, int hour, int minute, int second)
{
    return instant_utc((struct wall){
        {year, month, day},
        hour, minute, second
    });
}

static void assert_wall(struct wall wall, int month, int day, int hour, int minute, int second)
{
    assert_int_equal(wall.date.month, month);
    assert_int_equal(wall.date.day, day);
    assert_int_equal(wall.hour, hour);
    assert_int_equal(wall.minute, minute);
    assert_int_equal(wall.second, second);
}

CASE(known_days)
{
    assert_int_equal(date_to_days((struct date){1970, 1, 1}), 0);
    assert_int_equal(date_to_days((struct date){1969, 12, 31}), -1);
    assert_int_equal(date_to_days((struct date){2000, 2, 29}), 11016);
    assert_int_equal(date_to_days((struct date){2000, 3, 1}), 11017);
    assert_int_equal(date_to_days((struct date){1, 1, 1}), -719162);
    assert_int_equal(date_to_days((struct date){9999, 12, 31}), 2932896);
}

CASE(every_day_of_800_years_there_and_back)
{
    struct date before = date_from_days(date_to_days((struct date){1599, 12, 31}));

    for (int64_t day = date_to_days((struct date){1600, 1, 1});
         day <= date_to_days((struct date){2400, 12, 31}); day++) {
        struct date date = date_from_days(day);
        assert_true(date_valid(date));
        assert_int_equal(date_to_days(date), day);
        assert_int_equal(date_compare(before, date), -1);
        before = date;
    }
}

CASE(leap_days_exist_in_leap_years_only)
{
    assert_true(date_valid((struct date){2024, 2, 29}));
    assert_true(date_valid((struct date){2000, 2, 29}));
    assert_false(date_valid((struct date){2023, 2, 29}));
    assert_false(date_valid((struct date){1900, 2, 29}));
    assert_false(date_valid((struct date){2100, 2, 29}));
}

CASE(dates_that_do_not_exist)
{
    assert_false(date_valid((struct date){0, 1, 1}));
    assert_false(date_valid((struct date){10000, 1, 1}));
    assert_false(date_valid((struct date){2024, 0, 1}));
    assert_false(date_valid((struct date){2024, 13, 1}));
    assert_false(date_valid((struct date){2024, 1, 0}));
    assert_false(date_valid((struct date){2024, 1, 32}));
    assert_false(date_valid((struct date){2024, 4, 31}));
    assert_true(date_valid((struct date){2024, 12, 31}));
    assert_true(date_valid((struct date){1, 1, 1}));
    assert_true(date_valid((struct date){9999, 12, 31}));
}

CASE(date_order)
{
    assert_int_equal(date_compare((struct date){2024, 1, 31}, (struct date){2024, 2, 1}), -1);
    assert_int_equal(date_compare((struct date){2024, 1, 1}, (struct date){2023, 12, 31}), 1);
    assert_int_equal(date_compare((struct date){2024, 1, 1}, (struct date){2024, 1, 1}), 0);
}

CASE(date_text_there_and_back)
{
    struct ctx *cx = unit_ctx();
    struct date date;

    assert_true(date_parse(STR("2024-02-29"), &date));
    assert_int_equal(date.year, 2024);
    assert_int_equal(date.month, 2);
    assert_int_equal(date.day, 29);
    assert_str(date_text(cx->arena, date), "2024-02-29");
    assert_str(date_text(cx->arena, (struct date){1, 2, 3}), "0001-02-03");
    unit_ctx_free(cx);
}

CASE(date_text_of_another_shape_is_refused)
{
    static const struct str BAD[] = {
        STR_INIT(""),
        STR_INIT("2024-2-29"),
        STR_INIT("2024-02-29 "),
        STR_INIT("2023-02-29"),
        STR_INIT("2024/02/29"),
        STR_INIT("20240229"),
        STR_INIT("-024-02-29"),
        STR_INIT("2024-+2-29"),
        STR_INIT("2024--2-29"),
        STR_INIT("2024-13-01"),
        STR_INIT("2024-00-01"),
        STR_INIT("2024-01-00"),
        STR_INIT("0000-01-01"),
        STR_INIT("12024-01-01"),
        STR_INIT("29-02-2024"),
        STR_INIT("2024-02-2\0"),
    };
    struct date date = {1, 2, 3};

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        assert_false(date_parse(BAD[i], &date));
    assert_int_equal(date.year, 1);
}

CASE(utc_before_and_after_1970)
{
    assert_wall(wall_utc(0), 1, 1, 0, 0, 0);
    assert_wall(wall_utc(-1), 12, 31, 23, 59, 59);
    assert_int_equal(wall_utc(-1).date.year, 1969);
    assert_wall(wall_utc(-DAY_US), 12, 31, 0, 0, 0);
    assert_int_equal(utc(2019, 8, 24, 14, 15, 22), 1566656122 * SECOND_US);
    assert_wall(wall_utc(1566656122 * SECOND_US + 999999), 8, 24, 14, 15, 22);
}

CASE(unix_seconds_round_down)
{
    assert_int_equal(instant_unix(1999999), 1);
    assert_int_equal(instant_unix(0), 0);
    assert_int_equal(instant_unix(-1), -1);
    assert_int_equal(instant_unix(-1000000), -1);
    assert_int_equal(instant_unix(-1000001), -2);
}

CASE(rfc3339_text)
{
    struct ctx *cx = unit_ctx();

    assert_str(instant_rfc3339(cx->arena, 1566656122 * SECOND_US), "2019-08-24T14:15:22Z");
    assert_str(instant_rfc3339(cx->arena, -1), "1969-12-31T23:59:59Z");
    unit_ctx_free(cx);
}

CASE(paris_goes_to_summer_on_the_last_sunday_of_march_at_1_utc)
{
    instant change = utc(2026, 3, 29, 1, 0, 0);

    assert_wall(wall_paris(change - 1), 3, 29, 1, 59, 59);
    assert_wall(wall_paris(change), 3, 29, 3, 0, 0);
    /* 31 March is that Sunday itself in 2024, 25 March in 2029. */
    assert_wall(wall_paris(utc(2024, 3, 31, 0, 59, 59)), 3, 31, 1, 59, 59);
    assert_wall(wall_paris(utc(2024, 3, 31, 1, 0, 0)), 3, 31, 3, 0, 0);
    assert_wall(wall_paris(utc(2029, 3, 25, 0, 59, 59)), 3, 25, 1, 59, 59);
    assert_wall(wall_paris(utc(2029, 3, 25, 1, 0, 0)), 3, 25, 3, 0, 0);
}

CASE(paris_goes_to_winter_on_the_last_sunday_of_october_at_1_utc)
{
    instant change = utc(2026, 10, 25, 1, 0, 0);

    assert_wall(wall_paris(change - 1), 10, 25, 2, 59, 59);
    assert_wall(wall_paris(change), 10, 25, 2, 0, 0);
    assert_wall(wall_paris(change + HOUR_US), 10, 25, 3, 0, 0);
    assert_wall(wall_paris(utc(2027, 10, 31, 0, 59, 59)), 10, 31, 2, 59, 59);
    assert_wall(wall_paris(utc(2027, 10, 31, 1, 0, 0)), 10, 31, 2, 0, 0);
}

CASE(paris_day_begins_before_the_utc_day)
{
    assert_int_equal(date_paris(utc(2026, 7, 14, 21, 59, 59)).day, 14);
    assert_int_equal(date_paris(utc(2026, 7, 14, 22, 0, 0)).day, 15);
    assert_int_equal(date_paris(utc(2026, 1, 14, 22, 59, 59)).day, 14);
    assert_int_equal(date_paris(utc(2026, 12, 31, 23, 0, 0)).year, 2027);
}

CASE(every_hour_of_paris_there_and_back)
{
    instant first_repeat = utc(2026, 10, 25, 0, 0, 0);

    for (instant at = utc(2026, 1, 1, 0, 0, 0); at < utc(2027, 1, 1, 0, 0, 0); at += HOUR_US / 2) {
        instant back = instant_paris(wall_paris(at));
        /* The hour from 2 to 3 that is shown twice in October is read as the first one. */
        bool second = at >= first_repeat + HOUR_US && at < first_repeat + 2 * HOUR_US;
        assert_int_equal(back, second ? at - HOUR_US : at);
    }
}

CASE(an_hour_that_paris_skips_is_read_with_winter_time)
{
    instant at = instant_paris((struct wall){
        {2026, 3, 29},
        2, 30, 0
    });

    assert_int_equal(at, utc(2026, 3, 29, 1, 30, 0));
    assert_wall(wall_paris(at), 3, 29, 3, 30, 0);
}

CASE(midnights_of_days_that_have_other_lengths)
{
    assert_int_equal(midnight_paris((struct date){2026, 3, 28}, 1),
                     midnight_paris((struct date){2026, 3, 29}, 0));
    assert_int_equal(midnight_paris((struct date){2026, 3, 29}, 1) -
                         midnight_paris((struct date){2026, 3, 29}, 0),
                     23 * HOUR_US);
    assert_int_equal(midnight_paris(
                         (struct date){
                             2026, 10, 31
    },
                         1),
                     instant_utc((struct wall){{2026, 10, 31}, 23, 0, 0}));
}

CASE(next_paris_is_strictly_later)
{
    instant nine = utc(2026, 7, 1, 19, 0, 0);

    assert_int_equal(next_paris(nine - 1, 21, 0), nine);
    assert_int_equal(next_paris(nine, 21, 0), nine + DAY_US);
    assert_int_equal(next_paris(nine + 1, 21, 0), nine + DAY_US);
    /* 22:30 UTC is past midnight in Paris: the next 00:15 is tomorrow's. */
    assert_int_equal(next_paris(utc(2026, 7, 1, 22, 30, 0), 0, 15), utc(2026, 7, 2, 22, 15, 0));
}

CASE(next_paris_keeps_the_wall_clock_over_a_change)
{
    assert_int_equal(next_paris(utc(2026, 3, 28, 20, 0, 0), 21, 0), utc(2026, 3, 29, 19, 0, 0));
    assert_int_equal(next_paris(utc(2026, 10, 24, 19, 0, 0), 21, 0), utc(2026, 10, 25, 20, 0, 0));
    assert_int_equal(next_paris(utc(2026, 12, 31, 20, 0, 0), 21, 0), utc(2027, 1, 1, 20, 0, 0));
}

static void months_later(struct date from, int months, const char *expected)
{
    struct ctx *cx = unit_ctx();

    assert_str(date_text(cx->arena, date_add_months(from, months)), expected);
    unit_ctx_free(cx);
}

CASE(months_are_added_by_the_calendar_and_end_with_the_month)
{
    months_later((struct date){2026, 1, 15}, 36, "2029-01-15");
    months_later((struct date){2026, 11, 30}, 3, "2027-02-28");
    months_later((struct date){2026, 12, 31}, 1, "2027-01-31");
    months_later((struct date){2028, 2, 29}, 36, "2031-02-28");
    months_later((struct date){2025, 2, 28}, 36, "2028-02-28");
    months_later((struct date){2026, 3, 31}, -1, "2026-02-28");
    months_later((struct date){2026, 1, 1}, -1, "2025-12-01");
    months_later((struct date){2026, 5, 31}, 0, "2026-05-31");
}

CASE(the_clock_runs_forward)
{
    int64_t before = clock_monotonic_us();
    instant now = clock_now();

    assert_true(clock_monotonic_us() >= before);
    assert_true(now > utc(2024, 1, 1, 0, 0, 0));
    assert_true(now < utc(2200, 1, 1, 0, 0, 0));
}

UNIT_MAIN(T(known_days), T(every_day_of_800_years_there_and_back),
          T(leap_days_exist_in_leap_years_only), T(dates_that_do_not_exist), T(date_order),
          T(date_text_there_and_back), T(date_text_of_another_shape_is_refused),
          T(utc_before_and_after_1970), T(unix_seconds_round_down), T(rfc3339_text),
          T(paris_goes_to_summer_on_the_last_sunday_of_march_at_1_utc),
          T(paris_goes_to_winter_on_the_last_sunday_of_october_at_1_utc),
          T(paris_day_begins_before_the_utc_day), T(every_hour_of_paris_there_and_back),
          T(an_hour_that_paris_skips_is_read_with_winter_time),
          T(midnights_of_days_that_have_other_lengths), T(next_paris_is_strictly_later),
          T(next_paris_keeps_the_wall_clock_over_a_change),
          T(months_are_added_by_the_calendar_and_end_with_the_month), T(the_clock_runs_forward))
