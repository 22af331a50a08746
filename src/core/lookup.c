#include "core/lookup.h"

#include <pthread.h>

#include "base/arena.h"
#include "base/must.h"
#include "core/workers.h"

enum { READERS_MAX = 16 };

/* Threads are started by the first search. A reader is opened when it is first needed, and kept:
 * there are never more than threads. */
struct lookups {
    struct store *store;
    int threads;
    pthread_mutex_t lock;
    struct workers *workers; /* NULL until then */
    size_t idle;
    struct reader *readers[READERS_MAX]; /* the idle ones */
};

struct look {
    struct work work; /* first */
    struct operation *operation;
    tx_body *body;
    err_t result;
};

struct lookups *lookups_new(struct store *store, int threads)
{
    struct lookups *lookups = process_make(struct lookups);

    must(threads <= READERS_MAX);
    must(pthread_mutex_init(&lookups->lock, NULL) == 0);
    lookups->store = store;
    lookups->threads = threads;
    return lookups;
}

void lookups_free(struct lookups *lookups)
{
    if (lookups == NULL)
        return;
    workers_free(lookups->workers);
    while (lookups->idle > 0)
        reader_close(lookups->readers[--lookups->idle]);
    pthread_mutex_destroy(&lookups->lock);
    process_free(lookups);
}

/* --- on a thread of theirs -----------------------------------------------------------------------
 */

static err_t reader_take(struct lookups *lookups, struct reader **out)
{
    *out = NULL;
    must(pthread_mutex_lock(&lookups->lock) == 0);
    if (lookups->idle > 0)
        *out = lookups->readers[--lookups->idle];
    must(pthread_mutex_unlock(&lookups->lock) == 0);
    return *out != NULL ? OK : reader_open(lookups->store, out);
}

static void reader_give_back(struct lookups *lookups, struct reader *reader)
{
    reader_release(reader);
    must(pthread_mutex_lock(&lookups->lock) == 0);
    must(lookups->idle < READERS_MAX);
    lookups->readers[lookups->idle++] = reader;
    must(pthread_mutex_unlock(&lookups->lock) == 0);
}

static err_t look_in(struct look *look, struct reader *reader)
{
    struct operation *operation = look->operation;
    struct tx *tx;

    TRY(reader_tx(reader, &tx));
    return look->body(operation->cx, tx, operation);
}

static void look_run(struct work *work)
{
    struct look *look = (struct look *)work;
    struct lookups *lookups = look->operation->core->lookups;
    struct reader *reader;

    look->result = reader_take(lookups, &reader);
    if (look->result != OK)
        return;
    look->result = look_in(look, reader);
    reader_give_back(lookups, reader);
}

/* --- on the core's own thread --------------------------------------------------------------------
 */

static void looked(struct message *message)
{
    struct look *look = (struct look *)message;

    look->operation->then(look->operation, look->result);
}

static struct workers *workers_of(struct lookups *lookups)
{
    must(pthread_mutex_lock(&lookups->lock) == 0);
    if (lookups->workers == NULL)
        lookups->workers = workers_new(lookups->threads);
    struct workers *workers = lookups->workers;
    must(pthread_mutex_unlock(&lookups->lock) == 0);
    return workers;
}

void operation_look(struct operation *operation, tx_body *body,
                    void (*then)(struct operation *operation, err_t err))
{
    struct core *core = operation->core;
    struct look *look = arena_make(operation->cx->arena, struct look);

    operation->then = then;
    *look = (struct look){
        .work = {.done = {.run = looked}, .home = core->home, .run = look_run},
        .operation = operation,
        .body = body,
    };
    if (core->lookups != NULL)
        workers_submit(workers_of(core->lookups), &look->work);
    else
        then(operation, look_in(look, core->reader));
}
