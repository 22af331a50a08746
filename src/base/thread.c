#include "base/thread.h"

#include <signal.h>

#include "base/clock.h"
#include "base/must.h"

void thread_start(pthread_t *thread, void *(*run)(void *), void *arg)
{
    sigset_t all;
    sigset_t before;

    sigfillset(&all);
    must(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
    must(pthread_create(thread, NULL, run, arg) == 0);
    must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
}

void cond_make_monotonic(pthread_cond_t *cond)
{
    pthread_condattr_t monotonic;

    must(pthread_condattr_init(&monotonic) == 0);
    must(pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0);
    must(pthread_cond_init(cond, &monotonic) == 0);
    must(pthread_condattr_destroy(&monotonic) == 0);
}

struct timespec monotonic_until(int64_t us)
{
    return (struct timespec){.tv_sec = (time_t)(us / SECOND_US),
                             .tv_nsec = (long)(us % SECOND_US) * 1000};
}
