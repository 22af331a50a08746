#ifndef GUICHET_BASE_TARGET_H
#define GUICHET_BASE_TARGET_H

#include "base/clock.h"

/* The calendar of TARGET, the euro area's settlement system (sepa.md 3): closed on Saturdays,
 * Sundays, 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December, and on no other day. A
 * holiday on a weekend is not moved. So from the year 2000 on; days before it are answered alike.
 * "Business day" means a day of this calendar. */

/* Easter Sunday of a Gregorian year. */
struct date easter(int year);

bool target_open(struct date date);

/* The day itself when it is a business day, else the nearest one after or before it. */
struct date target_on_or_after(struct date date);
struct date target_on_or_before(struct date date);

/* The nearest business day strictly after or before. */
struct date target_next(struct date date);
struct date target_previous(struct date date);

/* count business days further, back when negative. A day that is none counts from the business day
 * that banks move it to, the next one; 0 gives that day itself. */
struct date target_add(struct date date, int count);

/* The last moment to send a collection that is due on a day: cutoff_time on the business day that
 * is cutoff_ibd before it (sepa.md 3). */
struct cutoff {
    int ibd; /* business days before the due date */
    int hour;
    int minute; /* Europe/Paris */
};
instant target_last_moment(struct date due, struct cutoff cutoff);

/* The first business day that a collection sent at `now` can be due on: the last moment of the
 * returned day is not before `now`. */
struct date target_first_due(instant now, struct cutoff cutoff);

/* The first hour:minute on Paris clocks of a business day that is strictly after a moment. */
instant target_next_time(instant after, int hour, int minute);

#endif
