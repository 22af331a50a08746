#include <stdio.h>

#include "base/log.h"
#include "base/must.h"
#include "store/sqlite/sqlite.h"

/* A prepared statement of one connection, and the rows it is giving. */
struct cursor {
    struct connection *connection;
    const struct sql *sql;
    sqlite3_stmt *stmt;
    int *places; /* SQLite's index of $1, $2, ... */
    bool *nulls; /* which of them are bound to NULL */
    int columns;
    bool open;
};

enum { PLACE_NAME_SIZE = 16 };

/* --- the cache --- */

static void cursor_free(struct cursor *cursor)
{
    if (cursor == NULL)
        return;
    sqlite3_finalize(cursor->stmt);
    process_free(cursor->places);
    process_free(cursor->nulls);
    process_free(cursor);
}

void sqlite_cache_free(struct connection *connection)
{
    for (size_t i = 0; i < connection->cache_len; i++)
        cursor_free(connection->cache[i]);
    process_free(connection->cache);
    connection->cache = NULL;
    connection->cache_len = 0;
}

static void cache_grow(struct connection *connection, size_t needed)
{
    size_t len = needed < SQL_ALL_COUNT ? SQL_ALL_COUNT : needed;
    struct cursor **cache = process_alloc(sizeof(struct cursor *), len);

    for (size_t i = 0; i < connection->cache_len; i++)
        cache[i] = connection->cache[i];
    process_free(connection->cache);
    connection->cache = cache;
    connection->cache_len = len;
}

/* SQLite numbers parameters by first appearance, whatever digits follow the $: so they are found by
 * name, once. */
static void places_find(struct cursor *cursor)
{
    const struct sql *sql = cursor->sql;

    must(sqlite3_bind_parameter_count(cursor->stmt) == sql->params);
    cursor->places = process_alloc(sizeof(int), (size_t)sql->params);
    cursor->nulls = process_alloc(sizeof(bool), (size_t)sql->params);
    for (int i = 0; i < sql->params; i++) {
        cursor->nulls[i] = true;
        char name[PLACE_NAME_SIZE];
        snprintf(name, sizeof name, "$%d", i + 1);
        cursor->places[i] = sqlite3_bind_parameter_index(cursor->stmt, name);
        must(cursor->places[i] > 0);
    }
}

static err_t cursor_make(struct connection *connection, const struct sql *sql, struct cursor **out)
{
    sqlite3_stmt *stmt;
    int rc =
        sqlite3_prepare_v3(connection->db, sql->text, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);

    if (rc != SQLITE_OK)
        return sqlite_err(connection, rc, sql->name);
    struct cursor *cursor = process_make(struct cursor);
    cursor->connection = connection;
    cursor->sql = sql;
    cursor->stmt = stmt;
    cursor->columns = sqlite3_column_count(stmt);
    places_find(cursor);
    *out = cursor;
    return OK;
}

static err_t cursor_find(struct connection *connection, const struct sql *sql, struct cursor **out)
{
    size_t number = (size_t)sql->number;

    must(sql->number >= 0);
    if (number >= connection->cache_len)
        cache_grow(connection, number + 1);
    if (connection->cache[number] == NULL)
        TRY(cursor_make(connection, sql, &connection->cache[number]));
    *out = connection->cache[number];
    must((*out)->sql == sql);
    must(!(*out)->open);
    return OK;
}

/* --- binding --- */

/* Nothing is copied: the caller keeps the texts until the statement has ended. */
static int value_bind(sqlite3_stmt *stmt, int place, const struct value *value)
{
    switch (value->kind) {
    case VALUE_NULL:
        return sqlite3_bind_null(stmt, place);
    case VALUE_INT:
        return sqlite3_bind_int64(stmt, place, value->number);
    case VALUE_TEXT:
        return sqlite3_bind_text64(stmt, place, value->text.ptr, value->text.len, SQLITE_STATIC,
                                   SQLITE_UTF8);
    case VALUE_BLOB:
        return sqlite3_bind_blob64(stmt, place, value->text.ptr, value->text.len, SQLITE_STATIC);
    }
    must_fail(__FILE__, __LINE__, "value->kind is a member");
}

static err_t cursor_start(struct connection *connection, const struct sql *sql,
                          const struct value *args, struct cursor **out)
{
    /* SQLite ends a transaction by itself on some errors (disk full, for one). The next statement
     * would then be committed alone. */
    if (sqlite3_get_autocommit(connection->db))
        return ERR_IO;
    TRY(cursor_find(connection, sql, out));
    struct cursor *cursor = *out;
    for (int i = 0; i < sql->params; i++) {
        bool null = args[i].kind == VALUE_NULL;
        if (null && cursor->nulls[i])
            continue; /* as it is, from the time before: a payment has twenty of them */
        cursor->nulls[i] = null;
        int rc = value_bind(cursor->stmt, cursor->places[i], &args[i]);
        if (rc != SQLITE_OK)
            return sqlite_err(connection, rc, sql->name);
    }
    return OK;
}

/* --- running --- */

err_t sqlite_run(struct connection *connection, const struct sql *sql, const struct value *args,
                 int64_t *changed)
{
    struct cursor *cursor;

    TRY(cursor_start(connection, sql, args, &cursor));
    must(cursor->columns == 0);
    int rc = sqlite3_step(cursor->stmt);
    err_t err = sqlite_err(connection, rc, sql->name);
    *changed = err == OK ? sqlite3_changes64(connection->db) : 0;
    sqlite3_reset(cursor->stmt);
    return err;
}

err_t sqlite_query(struct connection *connection, const struct sql *sql, const struct value *args,
                   struct cursor **out, int *columns)
{
    TRY(cursor_start(connection, sql, args, out));
    must((*out)->columns > 0);
    (*out)->open = true;
    *columns = (*out)->columns;
    return OK;
}

/* Through the value, of which the questions cost less than those to the statement: nobody else uses
 * this connection. */
static err_t column_read(const struct cursor *cursor, int column, struct arena *arena,
                         struct value *out)
{
    sqlite3_value *value = sqlite3_column_value(cursor->stmt, column);

    *out = (struct value){.kind = VALUE_NULL};
    switch (sqlite3_value_type(value)) {
    case SQLITE_NULL:
        return OK;
    case SQLITE_INTEGER:
        out->kind = VALUE_INT;
        out->number = sqlite3_value_int64(value);
        return OK;
    case SQLITE_TEXT:
        out->kind = VALUE_TEXT;
        out->text.ptr = (const char *)sqlite3_value_text(value);
        break;
    case SQLITE_BLOB:
        out->kind = VALUE_BLOB;
        out->text.ptr = sqlite3_value_blob(value);
        break;
    default: /* SQLITE_FLOAT: our tables have none, so a statement computes one by mistake */
        log_event(NULL, EV_INTERNAL_ERROR, LOG_WORD("float_from", cursor->sql->name));
        return ERR_INTERNAL;
    }
    out->text.len = (size_t)sqlite3_value_bytes(value);
    if (out->text.len > 0 && out->text.ptr == NULL)
        return sqlite_err(cursor->connection, SQLITE_NOMEM, cursor->sql->name);
    /* SQLite's pointer to an empty blob is NULL; ours means that there is no value. */
    out->text = out->text.len > 0 ? str_dup(arena, out->text) : STR("");
    return OK;
}

err_t sqlite_step(struct cursor *cursor, struct arena *arena, struct value *values, bool *has)
{
    must(cursor->open);
    int rc = sqlite3_step(cursor->stmt);
    *has = rc == SQLITE_ROW;
    if (rc != SQLITE_ROW)
        return sqlite_err(cursor->connection, rc, cursor->sql->name);
    for (int i = 0; i < cursor->columns; i++)
        TRY(column_read(cursor, i, arena, &values[i]));
    return OK;
}

void sqlite_cursor_end(struct cursor *cursor)
{
    must(cursor->open);
    sqlite3_reset(cursor->stmt);
    cursor->open = false;
}

/* --- copying --- */

err_t sqlite_load(struct connection *connection, const struct copy_table *table,
                  const struct copy_rows *rows)
{
    int64_t changed;

    for (size_t i = 0; i < rows->count; i++) {
        const struct value *row = &rows->values[i * table->column_count];
        TRY(sqlite_run(connection, &table->put, row, &changed));
        must(changed == 1);
    }
    return OK;
}
