#include "base/arena.h"

#include <stdalign.h>

#include "support/aborts.h"
#include "support/unit.h"

enum { ROOM = 1024 * 1024, FIRST_BLOCK = 16 * 1024 };

static bool all_zero(const unsigned char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != 0)
            return false;
    }
    return true;
}

CASE(memory_is_zeroed_even_when_used_before)
{
    struct arena *arena = arena_new(ROOM);
    unsigned char *first = arena_alloc(arena, 1000);

    assert_true(all_zero(first, 1000));
    memset(first, 0xA5, 1000);
    arena_reset(arena);
    unsigned char *again = arena_alloc(arena, 1000);
    assert_ptr_equal(first, again);
    assert_true(all_zero(again, 1000));
    arena_free(arena);
}

CASE(memory_is_aligned_for_any_type)
{
    struct arena *arena = arena_new(ROOM);

    for (size_t len = 0; len < 100; len++)
        assert_int_equal((uintptr_t)arena_alloc(arena, len) % alignof(max_align_t), 0);
    arena_free(arena);
}

CASE(pieces_do_not_overlap_across_blocks)
{
    struct arena *arena = arena_new(ROOM);
    unsigned char *pieces[100];

    for (size_t i = 0; i < 100; i++) {
        pieces[i] = arena_alloc(arena, 1000 + i);
        memset(pieces[i], (int)i, 1000 + i);
    }
    for (size_t i = 0; i < 100; i++) {
        for (size_t at = 0; at < 1000 + i; at++)
            assert_int_equal(pieces[i][at], i);
    }
    arena_free(arena);
}

CASE(the_maximum_can_be_used_to_the_last_byte)
{
    struct arena *arena = arena_new(ROOM);

    assert_non_null(arena_alloc(arena, FIRST_BLOCK));
    assert_non_null(arena_alloc(arena, ROOM - FIRST_BLOCK));
    arena_free(arena);
}

static void pass_the_maximum(void)
{
    struct arena *arena = arena_new(ROOM);

    arena_alloc(arena, FIRST_BLOCK);
    arena_alloc(arena, ROOM - FIRST_BLOCK);
    arena_alloc(arena, 1);
}

CASE(past_the_maximum_aborts)
{
    assert_true(aborts(pass_the_maximum));
}

static void overflow_size(void)
{
    arena_alloc(arena_new(ROOM), SIZE_MAX);
}

static void overflow_array(void)
{
    arena_alloc_array(arena_new(ROOM), SIZE_MAX / 2, 3);
}

CASE(a_size_that_overflows_aborts)
{
    assert_true(aborts(overflow_size));
    assert_true(aborts(overflow_array));
}

CASE(make_and_array_have_the_size_of_their_type)
{
    struct arena *arena = arena_new(ROOM);
    int64_t *numbers = arena_array(arena, int64_t, 3000);
    struct ctx *cx = arena_make(arena, struct ctx);

    for (size_t i = 0; i < 3000; i++)
        assert_int_equal(numbers[i], 0);
    numbers[2999] = -1;
    assert_int_equal(cx->fault_count, 0);
    assert_null(cx->arena);
    arena_free(arena);
}

static char order[8];
static size_t order_len;

static void note(void *pointer)
{
    order[order_len++] = *(const char *)pointer;
}

static char A[] = "a";
static char B[] = "b";
static char C[] = "c";

CASE(deferred_calls_run_last_first_and_once)
{
    struct arena *arena = arena_new(ROOM);

    arena_defer(arena, note, A);
    arena_defer(arena, note, B);
    assert_int_equal(order_len, 0);
    arena_reset(arena);
    assert_string_equal(order, "ba");
    arena_defer(arena, note, C);
    arena_free(arena);
    assert_string_equal(order, "bac");
}

CASE(rewind_gives_back_what_came_after_the_mark)
{
    struct arena *arena = arena_new(ROOM);
    unsigned char *kept = arena_alloc(arena, 64);

    memset(kept, 7, 64);
    arena_defer(arena, note, A);
    struct arena_mark mark = arena_mark(arena);
    void *first = arena_alloc(arena, 64);
    arena_defer(arena, note, B);
    arena_alloc(arena, 200000); /* in a block of its own */
    arena_defer(arena, note, C);
    arena_rewind(arena, mark);
    assert_string_equal(order, "cb");
    assert_ptr_equal(arena_alloc(arena, 64), first);
    for (size_t i = 0; i < 64; i++)
        assert_int_equal(kept[i], 7);
    arena_free(arena);
    assert_string_equal(order, "cba");
}

CASE(rewind_gives_back_room_under_the_maximum)
{
    struct arena *arena = arena_new(ROOM);

    for (int i = 0; i < 100; i++) {
        struct arena_mark mark = arena_mark(arena);
        arena_alloc(arena, ROOM - 2 * FIRST_BLOCK);
        arena_rewind(arena, mark);
    }
    for (int i = 0; i < 100; i++) {
        arena_alloc(arena, ROOM - 2 * FIRST_BLOCK);
        arena_reset(arena);
    }
    arena_free(arena);
}

CASE(free_accepts_nothing)
{
    arena_free(NULL);
    process_free(NULL);
}

CASE(process_memory_is_zeroed_and_never_null)
{
    unsigned char *bytes = process_alloc(16, 100);

    assert_true(all_zero(bytes, 1600));
    process_free(bytes);
    void *none = process_alloc(0, 0);
    assert_non_null(none);
    process_free(none);
}

UNIT_MAIN(T(memory_is_zeroed_even_when_used_before), T(memory_is_aligned_for_any_type),
          T(pieces_do_not_overlap_across_blocks), T(the_maximum_can_be_used_to_the_last_byte),
          T(past_the_maximum_aborts), T(a_size_that_overflows_aborts),
          T(make_and_array_have_the_size_of_their_type), T(deferred_calls_run_last_first_and_once),
          T(rewind_gives_back_what_came_after_the_mark),
          T(rewind_gives_back_room_under_the_maximum), T(free_accepts_nothing),
          T(process_memory_is_zeroed_and_never_null))
