#ifndef GUICHET_BASE_ARENA_H
#define GUICHET_BASE_ARENA_H

#include <stddef.h>

/* Memory of one request or job, freed whole. What is given back is overwritten: it may have held
 * card data. */
struct arena;

/* A new arena that may grow to max bytes. Never NULL: without memory the process aborts. */
struct arena *arena_new(size_t max);
void arena_free(struct arena *arena);

/* Gives everything back but keeps the first block, for the next request. Runs the deferred calls.
 */
void arena_reset(struct arena *arena);

/* len bytes, zeroed, aligned for any type. Never NULL: past the maximum we abort, because bodies
 * are capped well below it, so getting there is our mistake. */
void *arena_alloc(struct arena *arena, size_t len);
#define arena_make(arena, type) ((type *)arena_alloc(arena, sizeof(type)))
#define arena_array(arena, type, count) ((type *)arena_alloc_array(arena, sizeof(type), count))
void *arena_alloc_array(struct arena *arena, size_t size, size_t count);

/* Room for one item more: gives items back as they are while count < *capacity, else a copy of
 * twice the size. Start with items NULL and *capacity 0. */
void *arena_grow(struct arena *arena, void *items, size_t size, size_t count, size_t *capacity);

/* Runs close_fn(pointer) when the arena is reset or freed, last one first: ties files, statements
 * and connections to the request that opened them. */
void arena_defer(struct arena *arena, void (*close_fn)(void *), void *pointer);

/* Memory taken after a mark can be given back alone, for work that runs twice. */
struct arena_mark {
    void *block;
    size_t used;
    void *defers;
};
struct arena_mark arena_mark(struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

/* For what lives as long as the process; zeroed, never NULL. Given back with process_free. */
void *process_alloc(size_t size, size_t count);
void process_free(void *pointer);
#define process_make(type) ((type *)process_alloc(sizeof(type), 1))

#endif
