#ifndef GUICHET_STORE_HOOKS_H
#define GUICHET_STORE_HOOKS_H

#include "store/store.h"

/* For fault sweeps in tests only: the n-th call from now fails with ERR_IO, once; 0 = never.
 * Counted are store_run, store_run_count, store_query, store_query_one, the first rows_next of a
 * query, store_add, and reader_tx where it begins a snapshot. A job that is alone in its group is
 * not run again for it, so the operation under test sees the failure. */
void store_fail_after(struct store *store, int n);

/* For tests only: while it is on, each group is undone once its bodies have run, and they run again
 * as after a lost race. */
void store_lose_races(struct store *store, bool on);

#endif
