#include "cli/presence.h"

#include <pthread.h>
#include <time.h>

#include "base/log.h"
#include "base/must.h"
#include "core/holder.h"
#include "core/recovery.h"

enum { STEP_ARENA = 16 << 20 };

struct presence {
    struct store *store;
    struct holder *holder;
    struct id_source *ids;
    pthread_t thread;
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

/* True when it is to end. */
static bool presence_wait(struct presence *presence)
{
    int64_t until_us = clock_monotonic_us() + HOLDER_RENEW_S * SECOND_US;
    const struct timespec until = {
        .tv_sec = (time_t)(until_us / SECOND_US),
        .tv_nsec = (long)(until_us % SECOND_US) * 1000,
    };

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
    pthread_condattr_t clock;

    *out = NULL;
    presence->store = store;
    presence->ids = like->ids;
    err_t err = step_run(presence, step_join);
    if (err != OK) {
        process_free(presence);
        return err;
    }
    must(pthread_mutex_init(&presence->mutex, NULL) == 0);
    must(pthread_condattr_init(&clock) == 0);
    must(pthread_condattr_setclock(&clock, CLOCK_MONOTONIC) == 0);
    must(pthread_cond_init(&presence->stop, &clock) == 0);
    must(pthread_condattr_destroy(&clock) == 0);
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
    if (presence == NULL)
        return;
    must(pthread_mutex_lock(&presence->mutex) == 0);
    presence->stopping = true;
    must(pthread_cond_signal(&presence->stop) == 0);
    must(pthread_mutex_unlock(&presence->mutex) == 0);
    must(pthread_join(presence->thread, NULL) == 0);
    /* Where the database does not answer, the others wait for the end of the lease. */
    (void)step_run(presence, step_leave);
    holder_free(presence->holder);
    pthread_cond_destroy(&presence->stop);
    pthread_mutex_destroy(&presence->mutex);
    process_free(presence);
}

struct holder *presence_holder(const struct presence *presence)
{
    return presence == NULL ? NULL : presence->holder;
}
