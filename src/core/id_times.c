#include "core/id_times.h"

#include "base/id.h"

/* The last time that an id can carry. */
enum { LAST_YEAR_DAYS = 6000 * 365, SLACK_MINUTES = 10 };

#define ENTRY_EARLIER_US ID_AHEAD_MAX_US
#define ENTRY_LATER_US (ID_AHEAD_MAX_US + 2 * DAY_US)

static struct str behind_all(struct arena *arena, instant until, int64_t room_us)
{
    instant last = LAST_YEAR_DAYS * DAY_US;

    return id_floor(arena, until > last ? last : until + room_us);
}

struct str id_before_all_of(struct ctx *cx, instant from)
{
    return id_floor(cx->arena, from - (cx->now - cx->real) - SLACK_MINUTES * MINUTE_US);
}

struct str id_behind_all_of(struct ctx *cx, instant until)
{
    return behind_all(cx->arena, until, SLACK_MINUTES * MINUTE_US);
}

struct str id_before_entries_of(struct arena *arena, instant from, int64_t ahead_us)
{
    return id_floor(arena, from - ahead_us - ENTRY_EARLIER_US);
}

struct str id_behind_entries_of(struct arena *arena, instant until)
{
    return behind_all(arena, until, ENTRY_LATER_US);
}
