#ifndef GUICHET_STORE_COPY_H
#define GUICHET_STORE_COPY_H

#include "store/store.h"

/* Whole tables, row by row as they are, for moving a database from one engine to the other
 * (docs/adr/0050). What there is to copy is read from the schema of the database itself. The target
 * is opened with store_options.fill. */

struct copy_column {
    struct str name;
    enum value_kind kind;
};

/* A table, and how rows of it are asked for. */
struct copy_table {
    struct str name;
    struct copy_column *columns; /* those of the primary key first, in its order, then by name */
    size_t column_count;
    size_t key_count;
    int64_t chunk; /* how many rows are read at once; 0: see copy_tables_plan */
    struct sql first;
    struct sql next;
    struct sql last;
    struct sql put;
};

struct copy_tables {
    struct copy_table *items; /* each after those that its rows point to */
    size_t count;
};

/* Rows one after the other, each with a value for every column. */
struct copy_rows {
    struct value *values;
    size_t count;
    size_t bytes; /* of the texts and blobs */
};

/* The tables that migrations have made, in cx->arena. ERR_STATE (with a fault on the field
 * "store"): one that cannot be copied, having no primary key or a column of a type that there is in
 * one engine only. */
MUST_CHECK err_t copy_tables_read(struct ctx *cx, struct tx *tx, struct copy_tables *out);

/* Whether both have the same tables with the same columns and keys. */
bool copy_tables_same(const struct copy_tables *a, const struct copy_tables *b);

/* Finds out how many rows may be read at once, of the database that is the source. What follows
 * takes tables for which that was done, with the source and the target alike; they must live
 * until both stores are closed. */
MUST_CHECK err_t copy_tables_plan(struct ctx *cx, struct tx *tx, struct copy_tables *tables);

/* Makes the target ready, once: what migrations have put into its tables goes, since the source has
 * what became of it. What was copied stays. */
MUST_CHECK err_t copy_begin(struct ctx *cx, struct tx *tx, const struct copy_tables *tables);

/* The next rows in the order of the key, up to table->chunk, in cx->arena. `after` are the first
 * values of the row before them; NULL: from the beginning. */
MUST_CHECK err_t copy_rows_read(struct ctx *cx, struct tx *tx, const struct copy_table *table,
                                const struct value *after, struct copy_rows *out);

/* The key of the last row, in cx->arena; *key NULL when there is none. */
MUST_CHECK err_t copy_rows_last(struct ctx *cx, struct tx *tx, const struct copy_table *table,
                                struct value **key);

/* Writes rows that are not there yet. Errors as store_run has; the fault of ERR_INVALID names the
 * table. */
MUST_CHECK err_t copy_rows_put(struct ctx *cx, struct tx *tx, const struct copy_table *table,
                               const struct copy_rows *rows);

/* All is there: the target becomes a database like others. */
MUST_CHECK err_t copy_end(struct ctx *cx, struct tx *tx);

/* Whether `count` values are the same, to the byte. */
bool values_same(const struct value *a, const struct value *b, size_t count);

#endif
