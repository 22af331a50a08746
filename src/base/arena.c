#include "base/arena.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/must.h"

struct block {
    struct block *older;
    size_t size;
    size_t used;
    alignas(max_align_t) unsigned char bytes[];
};

struct defer {
    struct defer *older;
    void (*close_fn)(void *);
    void *pointer;
};

struct arena {
    struct block *newest;
    struct defer *defers;
    size_t total;
    size_t max;
};

enum { FIRST_BLOCK = 16 * 1024 };

void *process_alloc(size_t size, size_t count)
{
    void *pointer = calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);

    must(pointer != NULL);
    return pointer;
}

void process_free(void *pointer)
{
    free(pointer);
}

static struct block *block_new(struct arena *arena, size_t size)
{
    must(size <= arena->max - arena->total);
    struct block *block = calloc(1, sizeof *block + size);
    must(block != NULL);
    block->older = arena->newest;
    block->size = size;
    block->used = 0;
    arena->newest = block;
    arena->total += size;
    return block;
}

struct arena *arena_new(size_t max)
{
    struct arena *arena = process_make(struct arena);

    arena->max = max < FIRST_BLOCK ? FIRST_BLOCK : max;
    block_new(arena, FIRST_BLOCK);
    return arena;
}

void *arena_alloc(struct arena *arena, size_t len)
{
    size_t align = alignof(max_align_t);
    size_t size = (len + align - 1) / align * align;

    must(size >= len);
    struct block *block = arena->newest;
    if (size > block->size - block->used) {
        size_t grown = block->size * 2;
        size_t left = arena->max - arena->total;
        if (grown > left)
            grown = left;
        block = block_new(arena, size > grown ? size : grown);
    }
    void *pointer = block->bytes + block->used;
    block->used += size;
    return pointer;
}

void *arena_alloc_array(struct arena *arena, size_t size, size_t count)
{
    size_t len;

    must(!mul_overflows(size, count, &len));
    return arena_alloc(arena, len);
}

void *arena_grow(struct arena *arena, void *items, size_t size, size_t count, size_t *capacity)
{
    must(count <= *capacity);
    if (count < *capacity)
        return items;
    size_t bigger = *capacity == 0 ? 4 : *capacity * 2;
    void *copy = arena_alloc_array(arena, size, bigger);
    if (count > 0)
        memcpy(copy, items, count * size);
    *capacity = bigger;
    return copy;
}

void arena_defer(struct arena *arena, void (*close_fn)(void *), void *pointer)
{
    struct defer *defer = arena_make(arena, struct defer);

    defer->older = arena->defers;
    defer->close_fn = close_fn;
    defer->pointer = pointer;
    arena->defers = defer;
}

struct arena_mark arena_mark(struct arena *arena)
{
    return (struct arena_mark){arena->newest, arena->newest->used, arena->defers};
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
    while (arena->defers != mark.defers) {
        struct defer *defer = arena->defers;
        must(defer != NULL);
        arena->defers = defer->older;
        defer->close_fn(defer->pointer);
    }
    while (arena->newest != mark.block) {
        struct block *block = arena->newest;
        must(block != NULL);
        arena->newest = block->older;
        arena->total -= block->size;
        explicit_bzero(block->bytes, block->used);
        free(block);
    }
    must(mark.used <= arena->newest->used);
    explicit_bzero(arena->newest->bytes + mark.used, arena->newest->used - mark.used);
    arena->newest->used = mark.used;
}

static struct arena_mark arena_start(struct arena *arena)
{
    struct block *first = arena->newest;

    while (first->older != NULL)
        first = first->older;
    return (struct arena_mark){first, 0, NULL};
}

void arena_reset(struct arena *arena)
{
    arena_rewind(arena, arena_start(arena));
}

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    arena_reset(arena);
    free(arena->newest);
    free(arena);
}
