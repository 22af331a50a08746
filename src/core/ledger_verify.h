#ifndef GUICHET_CORE_LEDGER_VERIFY_H
#define GUICHET_CORE_LEDGER_VERIFY_H

#include "core/verify.h"

/* Part of verify(): walks through the ledger once, in the order in which it lies. An entry has two
 * legs or more, which sum to zero, and no id of a later time; a balance is the sum of its legs.
 * Counts entries and legs. */
MUST_CHECK err_t ledger_verify(struct ctx *cx, struct tx *tx, struct verify_report *out);

#endif
