#ifndef GUICHET_BASE_CLOCK_H
#define GUICHET_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Microseconds since 1970-01-01T00:00:00Z. */
typedef int64_t instant;

#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)
#define HOUR_US (60 * MINUTE_US)
#define DAY_US (24 * HOUR_US)

/* A civil day, proleptic Gregorian. */
struct date {
    int year;
    int month; /* 1..12 */
    int day;   /* 1..31 */
};

/* A wall-clock reading. */
struct wall {
    struct date date;
    int hour;
    int minute;
    int second;
};

/* The only functions that read the clock; all other code uses ctx.now (or ctx.real for ids). */
instant clock_now(void);
int64_t clock_monotonic_us(void);

bool date_valid(struct date date);
int64_t date_to_days(struct date date); /* days since 1970-01-01 */
struct date date_from_days(int64_t days);
int date_compare(struct date a, struct date b);
/* The same day so many months later; a day that the month does not have becomes its last one. */
struct date date_add_months(struct date date, int months);

/* "YYYY-MM-DD" exactly. */
bool date_parse(struct str text, struct date *out);
struct str date_text(struct arena *arena, struct date date);

struct wall wall_utc(instant at);
instant instant_utc(struct wall wall);

/* Europe/Paris by the rule of directive 2000/84/EC: UTC+1, and UTC+2 from the last Sunday of March
 * 01:00 UTC to the last Sunday of October 01:00 UTC. */
struct wall wall_paris(instant at);
struct date date_paris(instant at);
/* An hour that occurs twice means the first one; one that does not exist is read with UTC+1. */
instant instant_paris(struct wall wall);
/* Midnight in Paris at the beginning of the day that comes `days_more` after this one. */
instant midnight_paris(struct date day, int days_more);
/* The first moment strictly after `after` at which Paris clocks show hour:minute; once a day, the
 * first time where an hour occurs twice. */
instant next_paris(instant after, int hour, int minute);

/* "2019-08-24T14:15:22Z". */
struct str instant_rfc3339(struct arena *arena, instant at);

/* Unix seconds, rounded down. */
int64_t instant_unix(instant at);

#endif
