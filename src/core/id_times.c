#include "core/id_times.h"

#include "base/id.h"

/* The last time that an id can carry. */
enum { LAST_YEAR_DAYS = 6000 * 365, SLACK_MINUTES = 10 };

struct str id_before_all_of(struct ctx *cx, instant from)
{
    return id_floor(cx->arena, from - (cx->now - cx->real) - SLACK_MINUTES * MINUTE_US);
}

struct str id_behind_all_of(struct ctx *cx, instant until)
{
    instant last = LAST_YEAR_DAYS * DAY_US;

    return id_floor(cx->arena, until > last ? last : until + SLACK_MINUTES * MINUTE_US);
}
