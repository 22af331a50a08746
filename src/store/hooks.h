#ifndef GUICHET_STORE_HOOKS_H
#define GUICHET_STORE_HOOKS_H

#include "store/store.h"

/* For fault sweeps in tests only: the n-th call from now of store_run, store_run_count, store_query
 * or store_query_one fails with ERR_IO, once; 0 = never. A job that is alone in its group is not
 * run again for it, so the operation under test sees the failure. */
void store_fail_after(struct store *store, int n);

#endif
