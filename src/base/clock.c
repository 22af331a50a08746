#include "base/clock.h"

#include <time.h>

#include "base/arena.h"
#include "base/must.h"

static instant read_clock(clockid_t clock)
{
    struct timespec now;

    must(clock_gettime(clock, &now) == 0);
    return (instant)now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

instant clock_now(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t clock_monotonic_us(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && is_leap(year) ? 29 : DAYS[month - 1];
}

bool date_valid(struct date date)
{
    return date.year >= 1 && date.year <= 9999 && date.month >= 1 && date.month <= 12 &&
           date.day >= 1 && date.day <= month_days(date.year, date.month);
}

/* Years are counted from March, so that the leap day is the last of its year. */
int64_t date_to_days(struct date date)
{
    int64_t year = date.month > 2 ? date.year : date.year - 1;
    int64_t month = date.month > 2 ? date.month - 3 : date.month + 9;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

struct date date_from_days(int64_t days)
{
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    struct date date = {
        .year = (int)(year_of_era + era * 400 + (month >= 10 ? 1 : 0)),
        .month = (int)(month < 10 ? month + 3 : month - 9),
        .day = (int)(day_of_year - (153 * month + 2) / 5 + 1),
    };

    return date;
}

int date_compare(struct date a, struct date b)
{
    int64_t left = date_to_days(a);
    int64_t right = date_to_days(b);

    return left < right ? -1 : left > right;
}

struct date date_add_months(struct date date, int months)
{
    int month = date.year * 12 + date.month - 1 + months;
    struct date out = {.year = month / 12, .month = month % 12 + 1, .day = date.day};

    must(month >= 12);
    int last = month_days(out.year, out.month);
    if (out.day > last)
        out.day = last;
    return out;
}

bool date_parse(struct str text, struct date *out)
{
    int64_t year;
    int64_t month;
    int64_t day;

    if (text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-')
        return false;
    struct str parts[] = {str_sub(text, 0, 4), str_sub(text, 5, 2), str_sub(text, 8, 2)};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (!str_is_digits(parts[i]))
            return false;
    }
    if (!str_to_int64(parts[0], &year) || !str_to_int64(parts[1], &month) ||
        !str_to_int64(parts[2], &day))
        return false;
    struct date date = {(int)year, (int)month, (int)day};
    if (!date_valid(date))
        return false;
    *out = date;
    return true;
}

struct str date_text(struct arena *arena, struct date date)
{
    enum { LEN = sizeof "0000-00-00" - 1 };
    char *text = arena_alloc(arena, LEN + 1);

    must(date.year >= 0);
    must(date.year <= 9999);
    digits_write(text, date.year, 4);
    text[4] = '-';
    digits_write(text + 5, date.month, 2);
    text[7] = '-';
    digits_write(text + 8, date.day, 2);
    text[LEN] = '\0';
    return (struct str){text, LEN};
}

static int64_t floor_div(int64_t value, int64_t by)
{
    int64_t quotient = value / by;

    return value % by < 0 ? quotient - 1 : quotient;
}

struct wall wall_utc(instant at)
{
    int64_t seconds = floor_div(at, SECOND_US);
    int64_t days = floor_div(seconds, 86400);
    int of_day = (int)(seconds - days * 86400);

    return (struct wall){date_from_days(days), of_day / 3600, of_day / 60 % 60, of_day % 60};
}

instant instant_utc(struct wall wall)
{
    int64_t of_day = wall.hour * INT64_C(3600) + wall.minute * INT64_C(60) + wall.second;

    return (date_to_days(wall.date) * 86400 + of_day) * SECOND_US;
}

/* 1970-01-01 was a Thursday. */
static instant last_sunday_1utc(int year, int month)
{
    int64_t last = date_to_days((struct date){year, month, 31});
    int64_t weekday = (last + 4) % 7; /* 0 is Sunday; the years concerned are after 1970 */

    return (last - weekday) * DAY_US + HOUR_US;
}

static int64_t paris_offset_us(instant at)
{
    int year = wall_utc(at).date.year;
    bool summer = at >= last_sunday_1utc(year, 3) && at < last_sunday_1utc(year, 10);

    return summer ? 2 * HOUR_US : HOUR_US;
}

struct wall wall_paris(instant at)
{
    return wall_utc(at + paris_offset_us(at));
}

struct date date_paris(instant at)
{
    return wall_paris(at).date;
}

instant instant_paris(struct wall wall)
{
    instant summer = instant_utc(wall) - 2 * HOUR_US;

    return paris_offset_us(summer) == 2 * HOUR_US ? summer : summer + HOUR_US;
}

instant midnight_paris(struct date day, int days_more)
{
    return instant_paris((struct wall){.date = date_from_days(date_to_days(day) + days_more)});
}

instant next_paris(instant after, int hour, int minute)
{
    int64_t day = date_to_days(date_paris(after));

    for (;; day++) {
        instant at = instant_paris((struct wall){date_from_days(day), hour, minute, 0});
        if (at > after)
            return at;
    }
}

struct str instant_rfc3339(struct arena *arena, instant at)
{
    struct wall wall = wall_utc(at);

    return str_format(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", wall.date.year, wall.date.month,
                      wall.date.day, wall.hour, wall.minute, wall.second);
}

int64_t instant_unix(instant at)
{
    return floor_div(at, SECOND_US);
}
