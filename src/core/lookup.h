#ifndef GUICHET_CORE_LOOKUP_H
#define GUICHET_CORE_LOOKUP_H

#include "core/core.h"

/* Reads that may take long, searches above all: they run on threads of their own, each with a
 * snapshot of its own, so that no other request waits for them. */
struct lookups;

struct lookups *lookups_new(struct store *store, int threads);
/* What is queued is finished first. NULL is allowed. */
void lookups_free(struct lookups *lookups);

/* A page that starts behind so many rows is read there: all before it are read, too. */
enum { LOOKUP_FROM = 1000 };

/* Runs a body that only reads, with the operation as its argument, and goes on with then() on the
 * core's own thread. Until then the body has the context to itself. Without core->lookups it runs
 * at once, in the snapshot of this turn. */
void operation_look(struct operation *operation, tx_body *body,
                    void (*then)(struct operation *operation, err_t err));

#endif
