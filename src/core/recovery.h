#ifndef GUICHET_CORE_RECOVERY_H
#define GUICHET_CORE_RECOVERY_H

#include "core/core.h"

/* What a crash, or an outcome that could not be written, left open: each authorisation that was
 * sent and has no answer is taken back (0420) and its payment has failed with 68 (cards.md 3.3).
 * Captures, refunds, voids and reversals need nothing: their task is still there and repeats the
 * same message. */

/* Before anything is served: everything that the last run left; of one of several servers only what
 * those left that are dead: what has no answer may be under way elsewhere. */
MUST_CHECK err_t recovery_start(struct core *core, struct ctx *cx, int64_t *recovered);

/* What servers left whose lease is out (core/holder.h), and that they were there. Not of one that
 * lives; an answer that one of them gets later on changes nothing (attempt_answer). Blocks its
 * thread for a moment. */
MUST_CHECK err_t recovery_of_dead(struct core *core, struct ctx *cx, int64_t *recovered);

/* Every minute, for attempts that are older than any answer can be. Blocks its thread for a moment.
 */
#define SWEEP_EVERY_US (60 * SECOND_US)
void recovery_sweep(struct core *core);

#endif
