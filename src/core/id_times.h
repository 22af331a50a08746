#ifndef GUICHET_CORE_ID_TIMES_H
#define GUICHET_CORE_ID_TIMES_H

#include "base/ctx.h"

/* Ids carry real time, created_us the merchant's time, which the test clock only ever moves
 * forward: a row created at T has an id between T minus today's offset and T. So times bound ids,
 * and what is read by time needs no index on times. Both bounds leave some room: an object may
 * get its id later than its request, because it waits for the writer or a clock is put right. */

/* What was created at `from` or later has an id behind this one. */
struct str id_before_all_of(struct ctx *cx, instant from);
/* What was created at `until` or earlier has an id before this one. */
struct str id_behind_all_of(struct ctx *cx, instant until);

/* The same with days of room, for the books, of which nothing may be missed: while the server runs
 * the clock may be put right by a day (ID_AHEAD_MAX_US), or the machine sleep over a night and a
 * day in the midst of an import whose entries are all of one time. `verify` proves that every entry
 * lies within (core/ledger_verify.h), but in test mode only that none is behind. ahead_us is how
 * far the merchant's test clock is. */
struct str id_before_entries_of(struct arena *arena, instant from, int64_t ahead_us);
struct str id_behind_entries_of(struct arena *arena, instant until);

#endif
