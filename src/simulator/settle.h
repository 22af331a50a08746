#ifndef GUICHET_SIMULATOR_SETTLE_H
#define GUICHET_SIMULATOR_SETTLE_H

#include "simulator/state.h"

/* The settlement file of an acceptor and a day: made the first time it is asked for, the same bytes
 * ever after. False when there is nothing to settle. Under the lock; the caller syncs before it
 * answers. */
struct settled {
    struct str name;
    struct str file; /* CSV of cards.md 9 */
};
bool settle_day(struct state *state, struct arena *arena, struct str acceptor, struct date day,
                struct settled *out);

/* A file made before, by its name. False when there is none. */
bool settle_by_name(struct state *state, struct arena *arena, struct str name, struct settled *out);

#endif
