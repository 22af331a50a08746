#include "base/thread.h"

#include <errno.h>
#include <signal.h>

#include "base/clock.h"
#include "base/must.h"
#include "support/unit.h"

static void *mask_read(void *arg)
{
    must(pthread_sigmask(SIG_SETMASK, NULL, arg) == 0);
    return NULL;
}

CASE(signals_stay_with_who_starts_a_thread)
{
    pthread_t thread;
    sigset_t before;
    sigset_t within;
    sigset_t after;

    must(pthread_sigmask(SIG_SETMASK, NULL, &before) == 0);
    thread_start(&thread, mask_read, &within);
    must(pthread_join(thread, NULL) == 0);
    must(pthread_sigmask(SIG_SETMASK, NULL, &after) == 0);
    assert_int_equal(sigismember(&within, SIGTERM), 1);
    assert_int_equal(sigismember(&within, SIGCHLD), 1);
    assert_int_equal(sigismember(&after, SIGTERM), sigismember(&before, SIGTERM));
    assert_int_equal(sigismember(&after, SIGCHLD), sigismember(&before, SIGCHLD));
}

CASE(a_wait_ends_at_its_moment)
{
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t cond;
    int64_t until_us = clock_monotonic_us() + 20000;
    const struct timespec until = monotonic_until(until_us);
    int waited = 0;

    cond_make_monotonic(&cond);
    must(pthread_mutex_lock(&mutex) == 0);
    while (waited == 0)
        waited = pthread_cond_timedwait(&cond, &mutex, &until);
    must(pthread_mutex_unlock(&mutex) == 0);
    assert_int_equal(waited, ETIMEDOUT);
    assert_true(clock_monotonic_us() >= until_us);
    pthread_cond_destroy(&cond);
}

CASE(a_moment_keeps_its_microseconds)
{
    assert_int_equal(monotonic_until(7000009).tv_sec, 7);
    assert_int_equal(monotonic_until(7000009).tv_nsec, 9000);
    assert_int_equal(monotonic_until(6999999).tv_nsec, 999999000);
}

UNIT_MAIN(T(signals_stay_with_who_starts_a_thread), T(a_wait_ends_at_its_moment),
          T(a_moment_keeps_its_microseconds))
