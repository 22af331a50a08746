#ifndef GUICHET_CORE_WORKERS_H
#define GUICHET_CORE_WORKERS_H

#include "base/mailbox.h"

/* Threads for what takes long and touches nothing shared: drawing a document, hashing a password.
 * They have no database and no context; what they need comes with the work. */
struct workers;

/* Embedded in what is to be done; belongs to the workers until done.run is called, on home's owner
 * thread. */
struct work {
    struct message done;
    struct mailbox *home;
    void (*run)(struct work *work); /* on a worker's thread */
    struct work *next;              /* the workers' */
};

struct workers *workers_new(int threads);
/* What is queued is finished first. NULL is allowed. */
void workers_free(struct workers *workers);

/* From any thread. workers may be NULL: then it is done at once, on the calling thread, and done is
 * posted all the same. */
void workers_submit(struct workers *workers, struct work *work);

#endif
