#include "cli/presence.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/log.h"
#include "base/must.h"
#include "base/thread.h"
#include "core/holder.h"
#include "core/recovery.h"

enum { STEP_ARENA = 16 << 20, NUMBER_MAX = 24 };

struct presence {
    struct store *store;
    struct holder *holder;
    struct id_source *ids;
    pthread_t thread;
    int place;             /* DATA/holder, locked; -1: no data directory is taken */
    int64_t predecessor;   /* whose data directory it was; 0: nobody's */
    struct core *settling; /* the thread's own: core, when it was last looked at */
    pthread_mutex_t mutex; /* of what follows */
    pthread_cond_t stop;
    bool stopping;
    struct core *core; /* NULL: it settles nothing */
};

typedef err_t presence_step(struct ctx *cx, struct presence *presence);

/* Each has the time of its own beginning. */
static err_t step_run(struct presence *presence, presence_step *step)
{
    struct ctx cx = {.arena = arena_new(STEP_ARENA), .ids = presence->ids, .real = clock_now()};
    err_t err = step(&cx, presence);

    if (err != OK)
        log_event(&cx, EV_STORE_FAILED, LOG_WORD("step", "lease"), LOG_ERR(err));
    arena_free(cx.arena);
    return err;
}

static err_t step_join(struct ctx *cx, struct presence *presence)
{
    return holder_join(cx, presence->store, &presence->holder);
}

static err_t step_renew(struct ctx *cx, struct presence *presence)
{
    return holder_renew(cx, presence->holder);
}

static err_t step_settle(struct ctx *cx, struct presence *presence)
{
    int64_t recovered;

    return recovery_of_dead(presence->settling, cx, &recovered);
}

static err_t step_leave(struct ctx *cx, struct presence *presence)
{
    return holder_leave(cx, presence->holder);
}

/* --- the data directory -------------------------------------------------------------------------
 */

/* DATA/holder has the number of the server that has it, or had it last. */
static bool place_read(struct presence *presence)
{
    char text[NUMBER_MAX + 1];
    ssize_t len = pread(presence->place, text, NUMBER_MAX, 0);

    if (len < 0)
        return false;
    /* Nothing, or half of a number: nobody's. */
    if (!str_to_int64(str_trim((struct str){text, (size_t)len}), &presence->predecessor))
        presence->predecessor = 0;
    return true;
}

static bool place_write(const struct presence *presence)
{
    char text[NUMBER_MAX + 1];
    int len =
        snprintf(text, sizeof text, "%lld\n", (long long)holder_value(presence->holder).number);

    return ftruncate(presence->place, 0) == 0 &&
           pwrite(presence->place, text, (size_t)len, 0) == len;
}

static err_t predecessor_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct presence *presence = arg;

    return holder_gone(cx, tx, presence->predecessor);
}

err_t presence_settle_in(struct ctx *cx, struct presence *presence, struct str data)
{
    if (presence == NULL)
        return OK;
    const char *path = str_format(cx->arena, "%.*s/holder", (int)data.len, data.ptr).ptr;
    presence->place = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    err_t err = presence->place < 0 ? ERR_IO : lock_file(presence->place);
    if (err == ERR_BUSY)
        return fault(cx, err, NULL, "a server runs on this data directory: each has its own");
    if (err != OK || !place_read(presence))
        return fault(cx, ERR_IO, "holder", "cannot be used in the data directory");
    if (presence->predecessor != 0)
        TRY(tx_run(presence->store, cx, predecessor_body, presence));
    return place_write(presence) ? OK : fault(cx, ERR_IO, "holder", "cannot be written");
}

/* --- the thread ---------------------------------------------------------------------------------
 */

/* True when it is to end. */
static bool presence_wait(struct presence *presence)
{
    const struct timespec until =
        monotonic_until(clock_monotonic_us() + HOLDER_RENEW_S * SECOND_US);

    must(pthread_mutex_lock(&presence->mutex) == 0);
    while (!presence->stopping &&
           pthread_cond_timedwait(&presence->stop, &presence->mutex, &until) == 0)
        continue;
    bool stopping = presence->stopping;
    presence->settling = presence->core;
    must(pthread_mutex_unlock(&presence->mutex) == 0);
    return stopping;
}

static void *presence_main(void *arg)
{
    struct presence *presence = arg;

    while (!presence_wait(presence)) {
        if (step_run(presence, step_renew) == OK && presence->settling != NULL)
            (void)step_run(presence, step_settle);
    }
    return NULL;
}

err_t presence_start(const struct ctx *like, struct store *store, struct presence **out)
{
    struct presence *presence = process_make(struct presence);

    *out = NULL;
    presence->store = store;
    presence->place = -1;
    presence->ids = like->ids;
    err_t err = step_run(presence, step_join);
    if (err != OK) {
        process_free(presence);
        return err;
    }
    must(pthread_mutex_init(&presence->mutex, NULL) == 0);
    cond_make_monotonic(&presence->stop);
    must(pthread_create(&presence->thread, NULL, presence_main, presence) == 0);
    *out = presence;
    return OK;
}

void presence_settles(struct presence *presence, struct core *core)
{
    if (presence == NULL)
        return;
    must(pthread_mutex_lock(&presence->mutex) == 0);
    presence->core = core;
    must(pthread_mutex_unlock(&presence->mutex) == 0);
}

void presence_stop(struct presence *presence)
{
    if (presence == NULL || presence->stopping)
        return;
    must(pthread_mutex_lock(&presence->mutex) == 0);
    presence->stopping = true;
    must(pthread_cond_signal(&presence->stop) == 0);
    must(pthread_mutex_unlock(&presence->mutex) == 0);
    must(pthread_join(presence->thread, NULL) == 0);
    /* Where the database does not answer, the others wait for the end of the lease. */
    (void)step_run(presence, step_leave);
}

void presence_free(struct presence *presence)
{
    if (presence == NULL)
        return;
    must(presence->stopping);
    holder_free(presence->holder);
    if (presence->place >= 0)
        close(presence->place);
    pthread_cond_destroy(&presence->stop);
    pthread_mutex_destroy(&presence->mutex);
    process_free(presence);
}

struct holder *presence_holder(const struct presence *presence)
{
    return presence == NULL ? NULL : presence->holder;
}
