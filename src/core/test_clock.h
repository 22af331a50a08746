#ifndef GUICHET_CORE_TEST_CLOCK_H
#define GUICHET_CORE_TEST_CLOCK_H

#include "core/task.h"

/* The worker's half of test clocks (core/task.h has what moves one): one move at a time, from each
 * moment at which something is due to the next. All on the worker's thread but test_clock_ask. */
struct test_clock {
    struct core *core;
    struct clock_move *move;  /* the one under way */
    struct clock_move *moves; /* waiting */
    struct sponsor_id moving;
    instant target_offset;
    char reached[ID_SIZE]; /* an id of when all tasks of this moment had run; empty: not yet */
    bool delivering;       /* the move waits for what the outbox has due at this moment */
    int64_t link_until_us; /* monotonic: how long a move waits for the acquirer */
};

/* From any thread: the move begins when those before it are over. */
void test_clock_ask(struct test_clock *clock, struct clock_move *move);
/* Begins the next move, unless one is under way or another server moves the same clock. */
void test_clock_begin(struct test_clock *clock);
/* One step of the move: nothing runs and no task is due any more. */
void test_clock_go_on(struct test_clock *clock);
/* How soon the next step may be made, in milliseconds, when nothing runs; -1: not until something
 * else has happened. */
int test_clock_wait_ms(const struct test_clock *clock);
/* The worker stops: moves that wait or are under way end unfinished. */
void test_clock_stop(struct test_clock *clock);

#endif
