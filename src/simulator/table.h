#ifndef GUICHET_SIMULATOR_TABLE_H
#define GUICHET_SIMULATOR_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Text to number, growing; lives as long as the process. Keys are copied. */
struct table_of;
struct table_of *table_of_new(void);
void table_of_free(struct table_of *table);
/* False when the key is there already: the first value stays. */
bool table_of_add(struct table_of *table, struct str key, size_t value);
bool table_of_find(const struct table_of *table, struct str key, size_t *out);

/* An array that grows by doubling: items is of `size` bytes each; returns the place of the next
 * one, zeroed. */
struct list {
    void *items;
    size_t count;
    size_t capacity;
};
void *list_add(struct list *list, size_t size);
void list_free(struct list *list);
#define list_at(list, type, index) (&((type *)(list)->items)[index])

#endif
