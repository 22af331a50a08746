#ifndef GUICHET_BASE_THREAD_H
#define GUICHET_BASE_THREAD_H

#include <pthread.h>
#include <stdint.h>
#include <time.h>

/* Starts a thread that handles no signals: those are for the main thread. */
void thread_start(pthread_t *thread, void *(*run)(void *), void *arg);

/* A condition whose waits end by clock_monotonic_us(), whatever becomes of the wall clock. */
void cond_make_monotonic(pthread_cond_t *cond);
/* A moment of that clock, in microseconds, for pthread_cond_timedwait. */
struct timespec monotonic_until(int64_t us);

#endif
