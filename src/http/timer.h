#ifndef GUICHET_HTTP_TIMER_H
#define GUICHET_HTTP_TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Timers of one I/O thread: a heap ordered by time. Embedded in what they belong to. */
struct timer {
    int64_t due_us; /* monotonic */
    size_t place;   /* 1 + index in the heap; 0 while not set */
    void (*run)(struct timer *timer);
};

struct timers {
    struct timer **heap;
    size_t count;
    size_t capacity;
};

void timers_free(struct timers *timers);

/* Sets or moves a timer. */
void timer_set(struct timers *timers, struct timer *timer, int64_t due_us);
/* Does nothing to one that is not set. */
void timer_cancel(struct timers *timers, struct timer *timer);

/* When the first one is due, or INT64_MAX. */
int64_t timers_next(const struct timers *timers);

/* Runs what was due at now_us. A timer is unset before it runs and may set itself again, later than
 * now_us. */
void timers_run(struct timers *timers, int64_t now_us);

#endif
