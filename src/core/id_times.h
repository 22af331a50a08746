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

#endif
