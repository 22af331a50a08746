#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/must.h"
#include "base/thread.h"
#include "store/hooks.h"
#include "store/internal.h"

/* Group commit (design.md 2). The writer thread takes all jobs that queued while it was busy and
 * runs their bodies in one transaction. A body that refuses before its first write leaves nothing
 * behind. One that fails after a write is undone by rolling back; when others had written before it
 * in the same transaction, the whole group runs again, now with a savepoint around each body. */

/* From which length of a commit on the next group is gathered, and for which part of it. */
enum { GATHER_FROM_US = 800, GATHER_PART = 8 };

/* --- one body --- */

static void slot_clear(struct slot *slot)
{
    slot->job->cx->fault_count = slot->faults;
    arena_rewind(slot->job->cx->arena, slot->mark);
}

void slot_answer(struct slot *slot, err_t result)
{
    slot_clear(slot);
    slot->job->result = result;
}

static void group_answer(struct store *store, size_t from, err_t result)
{
    for (size_t i = from; i < store->group->len; i++)
        slot_answer(&store->group->slots[i], result);
}

/* Runs the body. *clean tells that it left nothing to undo: it succeeded, or failed before a write.
 */
static void slot_run(struct store *store, struct slot *slot, bool *clean)
{
    const struct engine *engine = store->engine;
    struct tx tx = {.store = store, .connection = store->writer, .access = ACCESS_WRITE};
    struct job *job = slot->job;
    int64_t before = engine->changes(store->writer);

    sums_mark(store->sums);
    job->result = job->body(job->cx, &tx, job->arg);
    tx_end_rows(&tx);
    bool lost = tx.broken || !engine->in_transaction(store->writer);
    if (lost && job->result == OK)
        job->result = ERR_IO;
    if (job->result != OK)
        sums_undo(store->sums);
    *clean = job->result == OK || (!lost && engine->changes(store->writer) == before);
}

/* --- a group --- */

/* What was remembered may have been read of what is undone, or lost. */
static void memory_clear(struct store *store)
{
    knowns_clear(store->knowns);
    knowns_doubt(store);
    sequence_clear(&store->sequence);
}

static void group_undo(struct store *store)
{
    store->engine->rollback(store->writer);
    sums_clear(store->sums);
    memory_clear(store);
}

/* What a body was told rests on commits that may not be on the disk, and on the connection on which
 * they were seen. */
static int64_t writer_session(const struct store *store)
{
    return answers_apart(store) ? store->engine->session(store->writer) : 0;
}

static err_t writer_begin(struct store *store)
{
    err_t err = store->engine->begin(store->writer);

    if (writer_session(store) != store->session)
        memory_clear(store);
    store->session = writer_session(store);
    return err;
}

/* ERR_BUSY: the connection was lost, or ERR_STATE: a statement had failed that no body waited for.
 * Nothing of the group remains then, and no job has its answer. Otherwise all have. */
static err_t group_commit(struct store *store, int64_t before)
{
    const struct engine *engine = store->engine;
    int64_t start = clock_monotonic_us();

    struct group *group = store->group;
    err_t err = answers_apart(store)
                    ? engine->commit_ahead(store->writer, group->spoke, &group->mark)
                    : engine->commit(store->writer);
    if (err != OK) {
        group_undo(store);
        /* Even a refusal may rest on what another job of the group wrote and lost. */
        if (err != ERR_BUSY && err != ERR_STATE)
            group_answer(store, 0, ERR_IO);
        return err;
    }
    if (store->sync_delay_us > 0 && engine->changes(store->writer) != before) {
        struct timespec delay = {.tv_sec = (time_t)(store->sync_delay_us / SECOND_US),
                                 .tv_nsec = (long)(store->sync_delay_us % SECOND_US) * 1000};
        while (clock_nanosleep(CLOCK_MONOTONIC, 0, &delay, &delay) == EINTR)
            continue;
    }
    int64_t spent = clock_monotonic_us() - start;
    store->committed = store->group->len;
    bool ahead = group->mark.number > 0 && !group->mark.kept;
    store->committed_us = ahead ? 0 : spent; /* 0: it did not wait for the disk */
    must(pthread_mutex_lock(&store->mutex) == 0);
    store->stats.groups++;
    store->stats.commit_us += spent;
    must(pthread_mutex_unlock(&store->mutex) == 0);
    return OK;
}

/* False: a statement has failed whose answer no body has waited for. */
static bool group_settled(struct store *store)
{
    const struct engine *engine = store->engine;

    return engine->settled == NULL || engine->settled(store->writer);
}

/* What a group is told that could not run: no server, or a failure. */
static err_t refusal(err_t err)
{
    return err == ERR_UNAVAILABLE ? err : ERR_IO;
}

void store_lose_races(struct store *store, bool on)
{
    atomic_store(&store->loses_races, on);
}

/* False: nothing is written and the whole group must run again. */
static bool group_finish(struct store *store, int64_t before)
{
    err_t err = sums_write(store);

    if (atomic_load_explicit(&store->loses_races, memory_order_relaxed)) {
        group_undo(store);
        return false;
    }
    if (err == OK) {
        err = group_commit(store, before);
        return err != ERR_BUSY && err != ERR_STATE;
    }
    bool settled = group_settled(store);
    group_undo(store);
    if (settled)
        group_answer(store, 0, ERR_IO);
    return settled;
}

/* The usual way, without savepoints. False: nothing is written and the whole group must run again.
 */
static bool group_run_together(struct store *store)
{
    const struct engine *engine = store->engine;
    err_t err = store->turn ? OK : writer_begin(store);
    int64_t start = engine->changes(store->writer);
    size_t at;

    store->turn = false;

    for (at = 0; err == OK && at < store->group->len; at++) {
        bool first = engine->changes(store->writer) == start && !sums_wait(store->sums);
        bool clean;

        slot_run(store, &store->group->slots[at], &clean);
        if (clean)
            continue;
        bool alone = group_settled(store) && first;
        int64_t session = writer_session(store);
        group_undo(store);
        if (!alone)
            return false;
        /* Only this job had written: with it undone the others may go on. */
        store->group->spoke = true;
        err = writer_begin(store);
        start = engine->changes(store->writer);
        if (err == OK && writer_session(store) != session) {
            group_undo(store);
            return false;
        }
    }
    if (err == OK)
        return group_finish(store, start);
    /* Without a commit nobody knows whether what was spoken rests on something that is there. */
    group_answer(store, store->group->spoke ? 0 : at, refusal(err));
    return true;
}

static err_t slot_undo(struct store *store)
{
    memory_clear(store);
    return store->engine->savepoint_undo(store->writer);
}

/* A body within its savepoint; once more, waiting for each answer, when one has failed that the
 * body did not see. */
static err_t slot_run_apart(struct store *store, struct slot *slot)
{
    const struct engine *engine = store->engine;
    bool clean;

    slot_run(store, slot, &clean);
    if (!group_settled(store)) {
        sums_undo(store->sums);
        TRY(slot_undo(store));
        slot_clear(slot);
        engine->each(store->writer, true);
        slot_run(store, slot, &clean);
        engine->each(store->writer, false);
    }
    return clean ? OK : slot_undo(store);
}

/* The second run: a body that fails is undone alone, so nothing that others have added may wait for
 * a statement within its savepoint. */
static err_t group_run_apart(struct store *store)
{
    const struct engine *engine = store->engine;

    TRY(writer_begin(store));
    int64_t start = engine->changes(store->writer);
    for (size_t i = 0; i < store->group->len; i++) {
        TRY(sums_write(store));
        TRY(engine->savepoint(store->writer));
        TRY(slot_run_apart(store, &store->group->slots[i]));
        TRY(engine->savepoint_release(store->writer));
    }
    TRY(sums_write(store));
    err_t err = group_commit(store, start);
    if (err == ERR_BUSY)
        return ERR_UNAVAILABLE;
    return err == ERR_STATE ? ERR_IO : OK;
}

/* Bodies of a kind run one after the other, in their order: where statements wait for others of
 * their kind (engine.h, run_ahead), more of them leave together. All have been asked for before any
 * has its answer, so any order is right. */
static void group_sort(struct group *group)
{
    for (size_t i = 1; i < group->len; i++) {
        const struct slot slot = group->slots[i];
        size_t to = i;

        while (to > 0 && group->slots[to - 1].job->body != slot.job->body)
            to--;
        if (to == 0)
            continue;
        memmove(&group->slots[to + 1], &group->slots[to], (i - to) * sizeof slot);
        group->slots[to] = slot;
    }
}

static void group_run(struct store *store)
{
    if (store->engine->run_ahead != NULL)
        group_sort(store->group);
    for (size_t i = 0; i < store->group->len; i++) {
        struct slot *slot = &store->group->slots[i];
        slot->mark = arena_mark(slot->job->cx->arena);
        slot->faults = slot->job->cx->fault_count;
    }
    knowns_doubt(store);
    if (group_run_together(store))
        return;
    log_event(NULL, EV_STORE_RERUN, LOG_INT("jobs", store->group->len));
    must(pthread_mutex_lock(&store->mutex) == 0);
    store->stats.reruns++;
    must(pthread_mutex_unlock(&store->mutex) == 0);
    for (size_t i = 0; i < store->group->len; i++)
        slot_clear(&store->group->slots[i]);
    err_t err = group_run_apart(store);
    if (err != OK) {
        group_undo(store);
        group_answer(store, 0, refusal(err));
    }
}

/* --- the queue --- */

void queue_put(struct store *store, struct job *job)
{
    job->next = NULL;
    *store->end = job;
    store->end = &job->next;
    store->stats.queued++;
}

static err_t queue_submit(struct store *store, struct job *job, bool wait)
{
    err_t err = OK;

    job->tries = 0;
    must(pthread_mutex_lock(&store->mutex) == 0);
    must(!store->stopping);
    while (wait && store->stats.queued >= STORE_QUEUE_MAX)
        must(pthread_cond_wait(&store->room, &store->mutex) == 0);
    if (store->stats.queued >= STORE_QUEUE_MAX)
        err = ERR_FULL;
    else
        queue_put(store, job);
    if (store->wanted > 0 && store->stats.queued >= store->wanted)
        must(pthread_cond_signal(&store->work) == 0);
    must(pthread_mutex_unlock(&store->mutex) == 0);
    return err;
}

/* Whoever was just answered comes back with the next job in a moment: on a slow disk those would
 * miss a commit that others wait for as well, and two halves would take turns for ever. A job alone
 * never waits, no other one longer than a part of what the commit itself takes. With the mutex
 * held. */
static void gather(struct store *store)
{
    const struct timespec until =
        monotonic_until(clock_monotonic_us() + store->committed_us / GATHER_PART);

    if (store->committed_us < GATHER_FROM_US || store->stats.queued < 2)
        return;
    store->wanted = store->stats.queued + (int64_t)store->committed;
    while (store->stats.queued < store->wanted && !store->stopping) {
        int failed = pthread_cond_timedwait(&store->work, &store->mutex, &until);
        if (failed == ETIMEDOUT)
            return;
        must(failed == 0);
    }
}

/* The end is when nobody waits, nor may come back. With the mutex held. */
static bool is_over(const struct store *store)
{
    return store->stopping && store->settled == store->made;
}

/* With the mutex held. */
static void group_begin(struct store *store)
{
    while (store->made - store->settled == GROUPS_MAX)
        must(pthread_cond_wait(&store->answered, &store->mutex) == 0);
    store->group = &store->groups[store->made % GROUPS_MAX];
    store->group->mark = (struct commit_mark){0};
    store->group->spoke = false;
}

/* Sleeps until something waits, and there is a group for it. False: the end. */
static bool queue_wait(struct store *store)
{
    must(pthread_mutex_lock(&store->mutex) == 0);
    store->wanted = 1;
    while (store->first == NULL && !is_over(store))
        must(pthread_cond_wait(&store->work, &store->mutex) == 0);
    group_begin(store);
    gather(store);
    store->wanted = 0;
    bool waits = store->first != NULL;
    must(pthread_mutex_unlock(&store->mutex) == 0);
    return waits;
}

/* Where another server writes too, its group has to end before this one begins: whoever comes until
 * then goes with it, so that groups of several servers are no smaller than those of one. */
static void turn_wait(struct store *store)
{
    const struct engine *engine = store->engine;

    if (engine->turn == NULL || !engine->others_write(store->writer) || writer_begin(store) != OK)
        return;
    store->turn = engine->turn(store->writer) == OK;
    if (!store->turn)
        engine->rollback(store->writer);
}

/* Fills the group with what waits. */
static void queue_take(struct store *store)
{
    size_t len = 0;

    must(pthread_mutex_lock(&store->mutex) == 0);
    while (store->first != NULL && len < STORE_GROUP_MAX) {
        struct job *job = store->first;
        store->first = job->next;
        store->group->slots[len++].job = job;
    }
    if (store->first == NULL)
        store->end = &store->first;
    store->stats.queued -= (int64_t)len;
    store->group->len = len;
    must(pthread_cond_broadcast(&store->room) == 0);
    must(pthread_mutex_unlock(&store->mutex) == 0);
}

static void group_hand_over(struct store *store)
{
    must(pthread_mutex_lock(&store->mutex) == 0);
    store->made++;
    must(pthread_cond_signal(&store->handed) == 0);
    must(pthread_mutex_unlock(&store->mutex) == 0);
}

/* --- the thread --- */

static void *writer_main(void *arg)
{
    struct store *store = arg;

    while (queue_wait(store)) {
        turn_wait(store);
        queue_take(store);
        group_run(store);
        if (answers_apart(store))
            group_hand_over(store);
        else
            group_settle(store, store->group);
        store->engine->tidy(store->writer);
    }
    return NULL;
}

void writer_start(struct store *store)
{
    must(pthread_mutex_init(&store->mutex, NULL) == 0);
    cond_make_monotonic(&store->work);
    must(pthread_cond_init(&store->room, NULL) == 0);
    must(pthread_cond_init(&store->handed, NULL) == 0);
    must(pthread_cond_init(&store->answered, NULL) == 0);
    store->end = &store->first;
    thread_start(&store->thread, writer_main, store);
    if (answers_apart(store))
        answers_start(store);
}

void writer_stop(struct store *store)
{
    must(pthread_mutex_lock(&store->mutex) == 0);
    store->stopping = true;
    must(pthread_cond_signal(&store->work) == 0);
    must(pthread_mutex_unlock(&store->mutex) == 0);
    must(pthread_join(store->thread, NULL) == 0);
    if (answers_apart(store))
        answers_stop(store);
    must(store->stats.queued == 0);
    pthread_cond_destroy(&store->answered);
    pthread_cond_destroy(&store->handed);
    pthread_cond_destroy(&store->room);
    pthread_cond_destroy(&store->work);
    pthread_mutex_destroy(&store->mutex);
}

/* --- entry points --- */

static void ahead_wake(struct message *message)
{
    struct tx_ahead *ahead = (struct tx_ahead *)(void *)message;

    must(sem_post(&ahead->answered) == 0);
}

err_t store_submit(struct store *store, struct job *job)
{
    must(job->home != NULL);
    must(job->body != NULL);
    return queue_submit(store, job, false);
}

void tx_start(struct store *store, struct ctx *cx, tx_body *body, void *arg, struct tx_ahead *ahead)
{
    *ahead = (struct tx_ahead){
        .job = {.done = {.run = ahead_wake}, .cx = cx, .body = body, .arg = arg},
    };
    must(!pthread_equal(pthread_self(), store->thread));
    must(sem_init(&ahead->answered, 0, 0) == 0);
    /* It waits for room, so it cannot be refused. */
    must(queue_submit(store, &ahead->job, true) == OK);
}

bool tx_is_answered(struct tx_ahead *ahead)
{
    int answers;

    must(sem_getvalue(&ahead->answered, &answers) == 0);
    return answers > 0;
}

err_t tx_finish(struct tx_ahead *ahead)
{
    while (sem_wait(&ahead->answered) != 0)
        must(errno == EINTR);
    sem_destroy(&ahead->answered);
    return ahead->job.result;
}

err_t tx_run(struct store *store, struct ctx *cx, tx_body *body, void *arg)
{
    struct tx_ahead ahead;

    tx_start(store, cx, body, arg, &ahead);
    return tx_finish(&ahead);
}

void store_stats_read(struct store *store, struct store_stats *out)
{
    must(pthread_mutex_lock(&store->mutex) == 0);
    *out = store->stats;
    must(pthread_mutex_unlock(&store->mutex) == 0);
}
