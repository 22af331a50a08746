#include "http/timer.h"

#include "support/unit.h"

enum { MANY = 200 };

static struct timer *ran[MANY];
static size_t ran_count;

static void note(struct timer *timer)
{
    ran[ran_count++] = timer;
}

/* A fixed shuffle: neighbours come from far apart. */
static int64_t due_of(size_t i)
{
    return (int64_t)(i * 7919 % 1009);
}

CASE(timers_run_in_order_of_time)
{
    struct timers timers = {0};
    struct timer all[MANY] = {0};

    ran_count = 0;
    for (size_t i = 0; i < MANY; i++) {
        all[i].run = note;
        timer_set(&timers, &all[i], due_of(i));
    }
    timers_run(&timers, 500);
    for (size_t i = 1; i < ran_count; i++)
        assert_true(ran[i - 1]->due_us <= ran[i]->due_us);
    assert_true(ran[ran_count - 1]->due_us <= 500);
    assert_true(timers_next(&timers) > 500);
    timers_run(&timers, 2000);
    assert_int_equal(ran_count, MANY);
    assert_true(timers_next(&timers) == INT64_MAX);
    timers_free(&timers);
}

CASE(cancelled_timer_does_not_run)
{
    struct timers timers = {0};
    struct timer all[MANY] = {0};

    ran_count = 0;
    for (size_t i = 0; i < MANY; i++) {
        all[i].run = note;
        timer_set(&timers, &all[i], due_of(i));
    }
    for (size_t i = 0; i < MANY; i += 2)
        timer_cancel(&timers, &all[i]);
    timer_cancel(&timers, &all[0]);
    timers_run(&timers, 2000);
    assert_int_equal(ran_count, MANY / 2);
    for (size_t i = 0; i < ran_count; i++)
        assert_int_equal((ran[i] - all) % 2, 1);
    timers_free(&timers);
}

CASE(timer_set_again_moves)
{
    struct timers timers = {0};
    struct timer one = {.run = note};
    struct timer two = {.run = note};

    ran_count = 0;
    timer_set(&timers, &one, 10);
    timer_set(&timers, &two, 20);
    timer_set(&timers, &one, 30);
    assert_int_equal(timers_next(&timers), 20);
    timers_run(&timers, 25);
    assert_int_equal(ran_count, 1);
    assert_ptr_equal(ran[0], &two);
    timers_free(&timers);
}

UNIT_MAIN(T(timers_run_in_order_of_time), T(cancelled_timer_does_not_run), T(timer_set_again_moves))
