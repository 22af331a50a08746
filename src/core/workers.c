#include "core/workers.h"

#include <pthread.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/must.h"

enum { THREADS_MAX = 16 };

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct work *first;
    struct work **last;
    bool stopping;
    int count;
    pthread_t threads[THREADS_MAX];
};

static void lock(struct workers *workers)
{
    must(pthread_mutex_lock(&workers->lock) == 0);
}

static void unlock(struct workers *workers)
{
    must(pthread_mutex_unlock(&workers->lock) == 0);
}

/* The next piece of work; NULL when there is none and none will come. */
static struct work *work_take(struct workers *workers)
{
    lock(workers);
    while (workers->first == NULL && !workers->stopping)
        must(pthread_cond_wait(&workers->more, &workers->lock) == 0);
    struct work *work = workers->first;
    if (work != NULL) {
        workers->first = work->next;
        if (workers->first == NULL)
            workers->last = &workers->first;
    }
    unlock(workers);
    return work;
}

static void work_do(struct work *work)
{
    struct mailbox *home = work->home;

    work->run(work);
    mailbox_post(home, &work->done);
}

static void *worker_main(void *arg)
{
    struct workers *workers = arg;

    for (struct work *work = work_take(workers); work != NULL; work = work_take(workers))
        work_do(work);
    return NULL;
}

struct workers *workers_new(int threads)
{
    struct workers *workers = process_make(struct workers);

    must(threads >= 1);
    must(threads <= THREADS_MAX);
    must(pthread_mutex_init(&workers->lock, NULL) == 0);
    must(pthread_cond_init(&workers->more, NULL) == 0);
    workers->last = &workers->first;
    for (; workers->count < threads; workers->count++)
        must(pthread_create(&workers->threads[workers->count], NULL, worker_main, workers) == 0);
    return workers;
}

void workers_free(struct workers *workers)
{
    if (workers == NULL)
        return;
    lock(workers);
    workers->stopping = true;
    must(pthread_cond_broadcast(&workers->more) == 0);
    unlock(workers);
    for (int i = 0; i < workers->count; i++)
        must(pthread_join(workers->threads[i], NULL) == 0);
    pthread_cond_destroy(&workers->more);
    pthread_mutex_destroy(&workers->lock);
    process_free(workers);
}

void workers_submit(struct workers *workers, struct work *work)
{
    work->next = NULL;
    if (workers == NULL) {
        work_do(work);
        return;
    }
    lock(workers);
    must(!workers->stopping);
    *workers->last = work;
    workers->last = &work->next;
    must(pthread_cond_signal(&workers->more) == 0);
    unlock(workers);
}
