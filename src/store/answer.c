#include "base/clock.h"
#include "base/must.h"
#include "base/thread.h"
#include "store/internal.h"

/* What becomes of a group whose bodies have run. On SQLite the writer answers it itself. Where a
 * commit may be seen before it is on the disk (engine.h, commit_ahead) another thread waits for the
 * disk, for all groups at once that were made meanwhile, while the writer goes on with the next; a
 * group that was lost with its server runs again. */

/* A body that keeps losing races for so long meets a mistake, not a race. */
enum { TRIES_MAX = 10 };

/* Lost races go to the end of the queue, with a clean context; the group keeps what has its answer.
 */
static void queue_put_back(struct store *store, struct group *group)
{
    size_t kept = 0;

    must(pthread_mutex_lock(&store->mutex) == 0);
    for (size_t i = 0; i < group->len; i++) {
        struct slot *slot = &group->slots[i];
        if (slot->job->result == ERR_BUSY && ++slot->job->tries < TRIES_MAX) {
            slot_answer(slot, ERR_BUSY);
            queue_put(store, slot->job);
        } else {
            group->slots[kept++] = *slot;
        }
    }
    if (kept < group->len)
        must(pthread_cond_signal(&store->work) == 0);
    group->len = kept;
    store->stats.jobs += (int64_t)kept;
    must(pthread_mutex_unlock(&store->mutex) == 0);
}

/* --- answers --- */

static struct bundle *bundle_of(struct store *store, size_t *count, struct mailbox *home)
{
    for (size_t i = 0; i < *count; i++) {
        if (store->bundles[i].home == home)
            return &store->bundles[i];
    }
    struct bundle *bundle = &store->bundles[(*count)++];
    *bundle = (struct bundle){.home = home};
    return bundle;
}

/* One wake-up for each mailbox. A job without one is a tx_run that waits. Whatever is posted may be
 * gone at once, so everything is sorted before the first post. */
static void group_post(struct store *store, const struct group *group)
{
    size_t count = 0;

    for (size_t i = 0; i < group->len; i++) {
        struct job *job = group->slots[i].job;
        struct bundle *bundle = bundle_of(store, &count, job->home);
        job->done.next = NULL;
        if (bundle->first == NULL)
            bundle->first = &job->done;
        else
            bundle->last->next = &job->done;
        bundle->last = &job->done;
    }
    for (size_t i = 0; i < count; i++) {
        struct bundle *bundle = &store->bundles[i];
        if (bundle->home != NULL) {
            mailbox_post_list(bundle->home, bundle->first);
            continue;
        }
        for (struct message *at = bundle->first, *next; at != NULL; at = next) {
            next = at->next;
            at->run(at);
        }
    }
}

void group_settle(struct store *store, struct group *group)
{
    queue_put_back(store, group);
    group_post(store, group);
}

/* --- groups that wait for the disk --- */

bool answers_apart(const struct store *store)
{
    return store->engine->flush != NULL;
}

static void group_answer(struct group *group, err_t result)
{
    for (size_t i = 0; i < group->len; i++)
        slot_answer(&group->slots[i], result);
}

/* What the disk says of some groups, oldest first. Without a number a group has not even read. */
static void groups_flush(struct store *store, size_t from, size_t to)
{
    int64_t session = 0;
    int64_t kept = 0;
    err_t err = OK;

    for (size_t at = from; at < to; at++) {
        struct group *group = &store->groups[at % GROUPS_MAX];
        if (group->mark.number == 0 || group->mark.kept)
            continue;
        if (group->mark.session != session)
            err = store->engine->flush(store->database, &group->mark, &kept);
        session = group->mark.session;
        if (err == OK && group->mark.number > kept)
            err = ERR_BUSY;
        if (err != OK)
            group_answer(group, err);
    }
}

/* Sleeps until there are groups, up to `to`. False: the end. */
static bool groups_wait(struct store *store, size_t *from, size_t *to)
{
    must(pthread_mutex_lock(&store->mutex) == 0);
    while (store->settled == store->made && !store->answers_stop)
        must(pthread_cond_wait(&store->handed, &store->mutex) == 0);
    *from = store->settled;
    *to = store->made;
    must(pthread_mutex_unlock(&store->mutex) == 0);
    return *from < *to;
}

static void *answerer_main(void *arg)
{
    struct store *store = arg;
    size_t from;
    size_t to;

    while (groups_wait(store, &from, &to)) {
        int64_t start = clock_monotonic_us();
        groups_flush(store, from, to);
        int64_t spent = clock_monotonic_us() - start;
        for (size_t at = from; at < to; at++)
            group_settle(store, &store->groups[at % GROUPS_MAX]);
        must(pthread_mutex_lock(&store->mutex) == 0);
        store->settled = to;
        store->stats.commit_us += spent * (int64_t)(to - from); /* each has waited for it */
        must(pthread_cond_signal(&store->answered) == 0);
        if (store->stopping)
            must(pthread_cond_signal(&store->work) == 0);
        must(pthread_mutex_unlock(&store->mutex) == 0);
    }
    return NULL;
}

void answers_start(struct store *store)
{
    thread_start(&store->answerer, answerer_main, store);
}

void answers_stop(struct store *store)
{
    must(pthread_mutex_lock(&store->mutex) == 0);
    store->answers_stop = true;
    must(pthread_cond_signal(&store->handed) == 0);
    must(pthread_mutex_unlock(&store->mutex) == 0);
    must(pthread_join(store->answerer, NULL) == 0);
}
