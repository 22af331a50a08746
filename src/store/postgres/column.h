#ifndef GUICHET_STORE_POSTGRES_COLUMN_H
#define GUICHET_STORE_POSTGRES_COLUMN_H

#include "store/engine.h"

/* The values of one parameter of many rows, as PostgreSQL takes them: one for all of them while
 * they are the same, otherwise an array. Zeroed it has none. */
struct column {
    char *bytes; /* an array of one dimension in binary form: its head, then the values */
    size_t len;
    size_t size;
    bool varies; /* each row has its own; otherwise the first one's is here, for all */
    bool has_null;
};

/* Adds a copy of the value of the next row; `rows` came before. */
void column_put(struct column *column, const struct value *value, int64_t rows);
/* The value of all of them; the column owns its bytes. Not of one that varies. */
struct value column_one(const struct column *column);
/* The array of all of them, of one of the types of struct sql; the column owns its bytes. */
struct value column_array(struct column *column, char type, int64_t rows);
void column_clear(struct column *column);
void column_free(struct column *column);

#endif
