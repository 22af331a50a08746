#include "http/timer.h"

#include <string.h>

#include "base/arena.h"
#include "base/must.h"

void timers_free(struct timers *timers)
{
    process_free(timers->heap);
    *timers = (struct timers){0};
}

static void put_at(struct timers *timers, size_t index, struct timer *timer)
{
    timers->heap[index] = timer;
    timer->place = index + 1;
}

static void sift_up(struct timers *timers, size_t index)
{
    struct timer *timer = timers->heap[index];

    while (index > 0) {
        size_t parent = (index - 1) / 2;
        if (timers->heap[parent]->due_us <= timer->due_us)
            break;
        put_at(timers, index, timers->heap[parent]);
        index = parent;
    }
    put_at(timers, index, timer);
}

static void sift_down(struct timers *timers, size_t index)
{
    struct timer *timer = timers->heap[index];

    for (;;) {
        size_t child = 2 * index + 1;
        if (child >= timers->count)
            break;
        if (child + 1 < timers->count &&
            timers->heap[child + 1]->due_us < timers->heap[child]->due_us)
            child++;
        if (timer->due_us <= timers->heap[child]->due_us)
            break;
        put_at(timers, index, timers->heap[child]);
        index = child;
    }
    put_at(timers, index, timer);
}

static void grow(struct timers *timers)
{
    size_t capacity = timers->capacity == 0 ? 64 : timers->capacity * 2;
    struct timer **heap = process_alloc(sizeof(struct timer *), capacity);

    if (timers->count > 0)
        memcpy(heap, timers->heap, timers->count * sizeof(struct timer *));
    process_free(timers->heap);
    timers->heap = heap;
    timers->capacity = capacity;
}

void timer_cancel(struct timers *timers, struct timer *timer)
{
    if (timer->place == 0)
        return;
    size_t index = timer->place - 1;
    must(index < timers->count);
    must(timers->heap[index] == timer);
    timer->place = 0;
    struct timer *last = timers->heap[--timers->count];
    if (last == timer)
        return;
    put_at(timers, index, last);
    sift_down(timers, index);
    sift_up(timers, last->place - 1);
}

void timer_set(struct timers *timers, struct timer *timer, int64_t due_us)
{
    timer_cancel(timers, timer);
    timer->due_us = due_us;
    if (timers->count == timers->capacity)
        grow(timers);
    put_at(timers, timers->count++, timer);
    sift_up(timers, timer->place - 1);
}

int64_t timers_next(const struct timers *timers)
{
    return timers->count == 0 ? INT64_MAX : timers->heap[0]->due_us;
}

void timers_run(struct timers *timers, int64_t now_us)
{
    while (timers->count > 0 && timers->heap[0]->due_us <= now_us) {
        struct timer *timer = timers->heap[0];
        timer_cancel(timers, timer);
        timer->run(timer);
    }
}
