#include "base/target.h"

#include "base/must.h"

/* The names of the intermediate values are those of sepa.md 3. */
struct date easter(int year)
{
    int a = year % 19;
    int b = year / 100;
    int c = year % 100;
    int d = b / 4;
    int e = b % 4;
    int f = (b + 8) / 25;
    int g = (b - f + 1) / 3;
    int h = (19 * a + b - d - g + 15) % 30;
    int i = c / 4;
    int k = c % 4;
    int l = (32 + 2 * e + 2 * i - h - k) % 7;
    int m = (a + 11 * h + 22 * l) / 451;
    int of_march = h + l - 7 * m + 114;
    struct date date = {year, of_march / 31, of_march % 31 + 1};

    must(date_valid(date));
    return date;
}

/* Months and days that are holidays every year. */
struct holiday {
    int month;
    int day;
};
static const struct holiday HOLIDAYS[] = {
    {1,  1 },
    {5,  1 },
    {12, 25},
    {12, 26},
};

/* 1970-01-01 was a Thursday; Monday is 0. */
static bool is_weekend(int64_t days)
{
    int64_t weekday = (days % 7 + 10) % 7;

    return weekday >= 5;
}

bool target_open(struct date date)
{
    int64_t days = date_to_days(date);
    int64_t sunday = date_to_days(easter(date.year));

    for (size_t i = 0; i < ARRAY_LEN(HOLIDAYS); i++) {
        if (date.month == HOLIDAYS[i].month && date.day == HOLIDAYS[i].day)
            return false;
    }
    return !is_weekend(days) && days != sunday - 2 && days != sunday + 1;
}

/* The longest closure is five days, over Easter or Christmas: a search ends soon. */
static struct date search(int64_t days, int step)
{
    while (!target_open(date_from_days(days)))
        days += step;
    return date_from_days(days);
}

struct date target_on_or_after(struct date date)
{
    return search(date_to_days(date), 1);
}

struct date target_on_or_before(struct date date)
{
    return search(date_to_days(date), -1);
}

struct date target_next(struct date date)
{
    return search(date_to_days(date) + 1, 1);
}

struct date target_previous(struct date date)
{
    return search(date_to_days(date) - 1, -1);
}

struct date target_add(struct date date, int count)
{
    struct date at = target_on_or_after(date);

    for (; count > 0; count--)
        at = target_next(at);
    for (; count < 0; count++)
        at = target_previous(at);
    return at;
}

static instant at_time(struct date date, int hour, int minute)
{
    return instant_paris((struct wall){date, hour, minute, 0});
}

instant target_last_moment(struct date due, struct cutoff cutoff)
{
    must(cutoff.ibd >= 0);
    return at_time(target_add(due, -cutoff.ibd), cutoff.hour, cutoff.minute);
}

struct date target_first_due(instant now, struct cutoff cutoff)
{
    struct date due = target_on_or_after(date_paris(now));

    while (target_last_moment(due, cutoff) < now)
        due = target_next(due);
    return due;
}

instant target_next_time(instant after, int hour, int minute)
{
    struct date date = target_on_or_after(date_paris(after));
    instant at = at_time(date, hour, minute);

    return at > after ? at : at_time(target_next(date), hour, minute);
}
