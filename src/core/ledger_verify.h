#ifndef GUICHET_CORE_LEDGER_VERIFY_H
#define GUICHET_CORE_LEDGER_VERIFY_H

#include "core/verify.h"

/* Part of verify(): walks through the ledger once, in the order in which it lies. An entry has two
 * legs or more, which sum to zero, and an id near its time, so that whoever looks for it by its
 * time finds it (core/id_times.h); a balance is the sum of its legs. A damaged key is told like
 * anything else. Counts entries and legs, and adds its rules to the checks. */
MUST_CHECK err_t ledger_verify(struct ctx *cx, struct tx *tx, struct verify_report *out);

#endif
