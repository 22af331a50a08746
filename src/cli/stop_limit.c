#include "cli/stop_limit.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/must.h"
#include "base/thread.h"
#include "cli/cli.h"

struct stop_limit {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t ended;
    bool over; /* the stop is */
    struct timespec until;
};

static void *limit_main(void *arg)
{
    struct stop_limit *limit = arg;
    int late = 0;

    must(pthread_mutex_lock(&limit->mutex) == 0);
    while (!limit->over && late == 0) {
        late = pthread_cond_timedwait(&limit->ended, &limit->mutex, &limit->until);
        must(late == 0 || late == ETIMEDOUT);
    }
    if (limit->over) {
        must(pthread_mutex_unlock(&limit->mutex) == 0);
        return NULL;
    }
    log_event(NULL, EV_SERVER_STOPPED, LOG_WORD("step", "limit"), LOG_ERR(ERR_BUSY));
    _exit(EXIT_DONE);
}

struct stop_limit *stop_limit_start(int64_t limit_us)
{
    struct stop_limit *limit = process_make(struct stop_limit);

    limit->until = monotonic_until(clock_monotonic_us() + limit_us);
    must(pthread_mutex_init(&limit->mutex, NULL) == 0);
    cond_make_monotonic(&limit->ended);
    must(pthread_create(&limit->thread, NULL, limit_main, limit) == 0);
    return limit;
}

void stop_limit_end(struct stop_limit *limit)
{
    must(pthread_mutex_lock(&limit->mutex) == 0);
    limit->over = true;
    must(pthread_cond_signal(&limit->ended) == 0);
    must(pthread_mutex_unlock(&limit->mutex) == 0);
    must(pthread_join(limit->thread, NULL) == 0);
    pthread_cond_destroy(&limit->ended);
    pthread_mutex_destroy(&limit->mutex);
    process_free(limit);
}
