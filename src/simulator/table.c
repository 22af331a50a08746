#include "simulator/table.h"

#include <string.h>

#include "base/arena.h"
#include "base/must.h"

struct row {
    char *key; /* NULL: free */
    size_t len;
    uint64_t hash;
    size_t value;
};

struct table_of {
    struct row *rows;
    size_t capacity; /* a power of two */
    size_t count;
};

enum { FIRST_CAPACITY = 256 };

/* FNV-1a: the keys come from one peer that we trust with our memory. */
static uint64_t hash_of(struct str key)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < key.len; i++) {
        hash ^= (unsigned char)key.ptr[i];
        hash *= UINT64_C(1099511628211);
    }
    return hash;
}

static struct row *place_of(const struct table_of *table, uint64_t hash, struct str key)
{
    size_t at = (size_t)hash & (table->capacity - 1);

    while (table->rows[at].key != NULL &&
           (table->rows[at].hash != hash ||
            !str_eq((struct str){table->rows[at].key, table->rows[at].len}, key)))
        at = (at + 1) & (table->capacity - 1);
    return &table->rows[at];
}

struct table_of *table_of_new(void)
{
    struct table_of *table = process_make(struct table_of);

    table->capacity = FIRST_CAPACITY;
    table->rows = process_alloc(sizeof(struct row), table->capacity);
    return table;
}

void table_of_free(struct table_of *table)
{
    for (size_t i = 0; i < table->capacity; i++)
        process_free(table->rows[i].key);
    process_free(table->rows);
    process_free(table);
}

static void grow(struct table_of *table)
{
    struct table_of larger = {.capacity = table->capacity * 2, .count = table->count};

    larger.rows = process_alloc(sizeof(struct row), larger.capacity);
    for (size_t i = 0; i < table->capacity; i++) {
        const struct row *row = &table->rows[i];
        if (row->key != NULL)
            *place_of(&larger, row->hash, (struct str){row->key, row->len}) = *row;
    }
    process_free(table->rows);
    *table = larger;
}

bool table_of_add(struct table_of *table, struct str key, size_t value)
{
    uint64_t hash = hash_of(key);

    if (table->count * 4 >= table->capacity * 3)
        grow(table);
    struct row *row = place_of(table, hash, key);
    if (row->key != NULL)
        return false;
    row->key = process_alloc(1, key.len + 1);
    if (key.len > 0)
        memcpy(row->key, key.ptr, key.len);
    row->len = key.len;
    row->hash = hash;
    row->value = value;
    table->count++;
    return true;
}

bool table_of_find(const struct table_of *table, struct str key, size_t *out)
{
    const struct row *row = place_of(table, hash_of(key), key);

    if (row->key == NULL)
        return false;
    *out = row->value;
    return true;
}

void *list_add(struct list *list, size_t size)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
        char *items = process_alloc(size, capacity);
        if (list->count > 0)
            memcpy(items, list->items, list->count * size);
        process_free(list->items);
        list->items = items;
        list->capacity = capacity;
    }
    return (char *)list->items + list->count++ * size;
}

void list_free(struct list *list)
{
    process_free(list->items);
    *list = (struct list){.items = NULL};
}
