#ifndef GUICHET_CLI_PRESENCE_H
#define GUICHET_CLI_PRESENCE_H

#include "core/core.h"

/* This process among several on one database (core/holder.h): a thread prolongs its lease, and, in
 * a server, settles what others leave. */
struct presence;

/* Joins, with ids like the context's. */
MUST_CHECK err_t presence_start(const struct ctx *like, struct store *store, struct presence **out);
/* A server takes its data directory, which is its own as long as the process lives; whoever had it
 * before is dead, and what it had is free at once. NULL is allowed. ERR_BUSY and ERR_IO with a
 * fault. */
MUST_CHECK err_t presence_settle_in(struct ctx *cx, struct presence *presence, struct str data);
/* From now on it settles what others leave, with this core's store, vault and holder. */
void presence_settles(struct presence *presence, struct core *core);
/* Leaves: what the process still had is free. Bodies that are queued may still say who they are
 * for. NULL is allowed. */
void presence_stop(struct presence *presence);
/* After the last body. NULL is allowed. */
void presence_free(struct presence *presence);

/* NULL of NULL: alone. */
struct holder *presence_holder(const struct presence *presence);

#endif
