#include "store/copy.h"

#include <string.h>

#include "base/must.h"
#include "store/hooks.h"
#include "store/internal.h"

/* The texts of these statements are made here, since their tables are those of the schema. */

enum {
    CHUNK_ROWS = 2000,
    CHUNK_SIZE = 16 * 1024 * 1024, /* bytes of blobs, characters of texts */
    TEXT_MAX = 16 * 1024,
    /* Of each table, in this order after those that are not of one. */
    AT_LARGEST = 0,
    AT_FIRST,
    AT_NEXT,
    AT_LAST,
    AT_PUT,
    AT_COUNT,
};

/* --- the schema --- */

static enum value_kind kind_of(struct str word)
{
    if (str_eq(word, STR("int")))
        return VALUE_INT;
    if (str_eq(word, STR("text")))
        return VALUE_TEXT;
    return str_eq(word, STR("blob")) ? VALUE_BLOB : VALUE_NULL;
}

static struct copy_table *table_find(const struct copy_tables *tables, struct str name)
{
    for (size_t i = 0; i < tables->count; i++) {
        if (str_eq(tables->items[i].name, name))
            return &tables->items[i];
    }
    return NULL;
}

/* One row of engine->tables; they come table by table. */
static err_t column_add(struct ctx *cx, struct rows *rows, struct copy_tables *out,
                        size_t *table_room, size_t *column_room)
{
    struct str name = col_text(rows, 0);
    const struct copy_column column = {.name = col_text(rows, 1),
                                       .kind = kind_of(col_text(rows, 2))};

    if (column.kind == VALUE_NULL)
        return fault(cx, ERR_STATE, "store", "has a column of a type that cannot be copied");
    if (out->count == 0 || !str_eq(out->items[out->count - 1].name, name)) {
        out->items = arena_grow(cx->arena, out->items, sizeof *out->items, out->count, table_room);
        out->items[out->count++] = (struct copy_table){.name = name};
        *column_room = 0;
    }
    struct copy_table *table = &out->items[out->count - 1];
    table->columns = arena_grow(cx->arena, table->columns, sizeof *table->columns,
                                table->column_count, column_room);
    table->columns[table->column_count++] = column;
    if (col_int(rows, 3) > 0)
        table->key_count++;
    return OK;
}

static err_t columns_read(struct ctx *cx, struct tx *tx, struct copy_tables *out)
{
    struct rows *rows;
    size_t table_room = 0;
    size_t column_room = 0;
    bool has;

    *out = (struct copy_tables){.items = NULL};
    TRY(store_query(cx, tx, tx->store->engine->tables, ARGS_NONE, &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            break;
        TRY(column_add(cx, rows, out, &table_room, &column_room));
    }
    for (size_t i = 0; i < out->count; i++) {
        if (out->items[i].key_count == 0)
            return fault(cx, ERR_STATE, "store", "has a table without a primary key");
    }
    return OK;
}

/* --- the order --- */

struct reference {
    const struct copy_table *from;
    const struct copy_table *to;
};

static err_t references_read(struct ctx *cx, struct tx *tx, const struct copy_tables *tables,
                             struct reference **out, size_t *count)
{
    struct rows *rows;
    size_t room = 0;
    bool has;

    *out = NULL;
    *count = 0;
    TRY(store_query(cx, tx, tx->store->engine->references, ARGS_NONE, &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &room);
        (*out)[(*count)++] = (struct reference){table_find(tables, col_text(rows, 0)),
                                                table_find(tables, col_text(rows, 1))};
    }
}

static bool is_placed(const bool *placed, const struct copy_tables *tables,
                      const struct copy_table *table)
{
    return table == NULL || placed[table - tables->items];
}

static bool may_follow(const struct copy_tables *tables, const bool *placed, size_t at,
                       const struct reference *references, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (references[i].from == &tables->items[at] &&
            !is_placed(placed, tables, references[i].to))
            return false;
    }
    return true;
}

/* Tables that point to nothing outside of those placed already come next, by their names. */
static err_t tables_order(struct ctx *cx, struct copy_tables *tables,
                          const struct reference *references, size_t count)
{
    struct copy_table *ordered = arena_array(cx->arena, struct copy_table, tables->count);
    bool *placed = arena_array(cx->arena, bool, tables->count);
    size_t done = 0;

    while (done < tables->count) {
        size_t before = done;
        for (size_t i = 0; i < tables->count; i++) {
            if (placed[i] || !may_follow(tables, placed, i, references, count))
                continue;
            placed[i] = true;
            ordered[done++] = tables->items[i];
        }
        if (done == before)
            return fault(cx, ERR_STATE, "store", "has tables that point to each other in a circle");
    }
    tables->items = ordered;
    return OK;
}

err_t copy_tables_read(struct ctx *cx, struct tx *tx, struct copy_tables *out)
{
    struct reference *references;
    size_t count;

    TRY(columns_read(cx, tx, out));
    TRY(references_read(cx, tx, out, &references, &count));
    return tables_order(cx, out, references, count);
}

static bool table_same(const struct copy_table *a, const struct copy_table *b)
{
    if (a->column_count != b->column_count || a->key_count != b->key_count)
        return false;
    for (size_t i = 0; i < a->column_count; i++) {
        if (!str_eq(a->columns[i].name, b->columns[i].name) ||
            a->columns[i].kind != b->columns[i].kind)
            return false;
    }
    return true;
}

bool copy_tables_same(const struct copy_tables *a, const struct copy_tables *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct copy_table *other = table_find(b, a->items[i].name);
        if (other == NULL || !table_same(&a->items[i], other))
            return false;
    }
    return true;
}

/* --- statements --- */

/* `"a", "b"`, each with `after` behind it. */
static void columns_put(struct buf *text, const struct copy_table *table, size_t count,
                        const char *after)
{
    for (size_t i = 0; i < count; i++) {
        buf_put_cstr(text, i == 0 ? "\"" : ", \"");
        buf_put(text, table->columns[i].name);
        buf_put_cstr(text, "\"");
        buf_put_cstr(text, after);
    }
}

static void params_put(struct buf *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_format(text, i == 0 ? "$%zu" : ", $%zu", i + 1);
}

static void table_put(struct buf *text, const char *before, const struct copy_table *table)
{
    buf_put_cstr(text, before);
    buf_put_cstr(text, "\"");
    buf_put(text, table->name);
    buf_put_cstr(text, "\"");
}

static struct sql sql_make(struct buf *text, int number, size_t params, int rows)
{
    buf_put_byte(text, '\0');
    return (struct sql){.name = "copy",
                        .text = buf_str(text).ptr,
                        .number = number,
                        .params = (int)params,
                        .rows = rows,
                        .whole_table = true};
}

/* The number of rows is part of the text: a server that plans it once must know that they are few.
 */
static struct sql select_make(struct ctx *cx, const struct copy_table *table, int number, bool next)
{
    struct buf text = buf_make(cx->arena, TEXT_MAX);

    buf_put_cstr(&text, "SELECT ");
    columns_put(&text, table, table->column_count, "");
    table_put(&text, " FROM ", table);
    if (next) {
        buf_put_cstr(&text, " WHERE (");
        columns_put(&text, table, table->key_count, "");
        buf_put_cstr(&text, ") > (");
        params_put(&text, table->key_count);
        buf_put_cstr(&text, ")");
    }
    buf_put_cstr(&text, " ORDER BY ");
    columns_put(&text, table, table->key_count, "");
    buf_format(&text, " LIMIT %lld", (long long)table->chunk);
    return sql_make(&text, number, next ? table->key_count : 0, SQL_ROWS_ANY);
}

static struct sql last_make(struct ctx *cx, const struct copy_table *table, int number)
{
    struct buf text = buf_make(cx->arena, TEXT_MAX);

    buf_put_cstr(&text, "SELECT ");
    columns_put(&text, table, table->key_count, "");
    table_put(&text, " FROM ", table);
    buf_put_cstr(&text, " ORDER BY ");
    columns_put(&text, table, table->key_count, " DESC");
    buf_put_cstr(&text, " LIMIT 1");
    return sql_make(&text, number, 0, SQL_ROWS_AT_MOST_ONE);
}

static struct sql put_make(struct ctx *cx, const struct copy_table *table, int number)
{
    struct buf text = buf_make(cx->arena, TEXT_MAX);

    table_put(&text, "INSERT INTO ", table);
    buf_put_cstr(&text, " (");
    columns_put(&text, table, table->column_count, "");
    buf_put_cstr(&text, ") VALUES (");
    params_put(&text, table->column_count);
    buf_put_cstr(&text, ")");
    return sql_make(&text, number, table->column_count, 1);
}

/* The most that a row has of texts and blobs: documents are large. Characters are counted, of which
 * one has four bytes at most. */
static struct sql largest_make(struct ctx *cx, const struct copy_table *table, int number)
{
    struct buf text = buf_make(cx->arena, TEXT_MAX);

    buf_put_cstr(&text, "SELECT MAX(0");
    for (size_t i = 0; i < table->column_count; i++) {
        if (table->columns[i].kind == VALUE_INT)
            continue;
        buf_put_cstr(&text, " + COALESCE(length(\"");
        buf_put(&text, table->columns[i].name);
        buf_put_cstr(&text, "\"), 0)");
    }
    table_put(&text, ") FROM ", table);
    return sql_make(&text, number, 0, 1);
}

static err_t chunk_find(struct ctx *cx, struct tx *tx, const struct copy_table *table, int number,
                        int64_t *chunk)
{
    struct sql *sql = arena_make(cx->arena, struct sql);
    struct rows *rows;
    bool found;

    *sql = largest_make(cx, table, number);
    TRY(store_query_one(cx, tx, sql, ARGS_NONE, &rows, &found));
    int64_t largest = col_int(rows, 0);
    *chunk = CHUNK_ROWS;
    if (largest > CHUNK_SIZE / CHUNK_ROWS)
        *chunk = largest < CHUNK_SIZE ? CHUNK_SIZE / largest : 1;
    return OK;
}

err_t copy_tables_plan(struct ctx *cx, struct tx *tx, struct copy_tables *tables)
{
    must(SQL_ALL_COUNT < SQL_COPY);
    for (size_t i = 0; i < tables->count; i++) {
        struct copy_table *table = &tables->items[i];
        int number = SQL_COPY_REST + AT_COUNT * (int)i;
        TRY(chunk_find(cx, tx, table, number + AT_LARGEST, &table->chunk));
        table->first = select_make(cx, table, number + AT_FIRST, false);
        table->next = select_make(cx, table, number + AT_NEXT, true);
        table->last = last_make(cx, table, number + AT_LAST);
        table->put = put_make(cx, table, number + AT_PUT);
    }
    return OK;
}

/* --- the mark --- */

static const struct sql BEGUN = {
    .name = "copy_begun",
    .text = "SELECT COUNT(*) FROM copy_unfinished",
    .number = SQL_COPY_BEGUN,
    .rows = 1,
    .whole_table = true,
};

err_t copy_begin(struct ctx *cx, struct tx *tx, const struct copy_tables *tables)
{
    struct buf text = buf_make(cx->arena, TEXT_MAX);
    struct rows *rows;
    bool found;

    must(tx->access == ACCESS_WRITE);
    TRY(store_query_one(cx, tx, &BEGUN, ARGS_NONE, &rows, &found));
    if (col_int(rows, 0) > 0)
        return OK;
    for (size_t i = tables->count; i > 0; i--) {
        table_put(&text, "DELETE FROM ", &tables->items[i - 1]);
        buf_put_cstr(&text, "; ");
    }
    buf_put_cstr(&text, "INSERT INTO copy_unfinished (mark) VALUES (1);");
    buf_put_byte(&text, '\0');
    return tx_note(tx, tx->store->engine->script(tx->connection, buf_str(&text).ptr));
}

/* --- rows --- */

static struct value value_of(struct rows *rows, int column, enum value_kind kind)
{
    if (col_null(rows, column))
        return V_NULL();
    if (kind == VALUE_INT)
        return V_INT(col_int(rows, column));
    return kind == VALUE_TEXT ? V_TEXT(col_text(rows, column)) : V_BLOB(col_blob(rows, column));
}

err_t copy_rows_read(struct ctx *cx, struct tx *tx, const struct copy_table *table,
                     const struct value *after, struct copy_rows *out)
{
    size_t columns = table->column_count;
    struct rows *rows;
    bool has;

    must(table->chunk > 0);
    *out = (struct copy_rows){
        .values = arena_array(cx->arena, struct value, (size_t)table->chunk * columns)};
    TRY(store_query(cx, tx, after == NULL ? &table->first : &table->next, after,
                    after == NULL ? 0 : table->key_count, &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        must((int64_t)out->count < table->chunk);
        struct value *row = &out->values[out->count * columns];
        for (size_t i = 0; i < columns; i++) {
            row[i] = value_of(rows, (int)i, table->columns[i].kind);
            out->bytes += row[i].text.len;
        }
        out->count++;
    }
}

err_t copy_rows_last(struct ctx *cx, struct tx *tx, const struct copy_table *table,
                     struct value **key)
{
    struct rows *rows;
    bool found;

    *key = NULL;
    TRY(store_query_one(cx, tx, &table->last, ARGS_NONE, &rows, &found));
    if (!found)
        return OK;
    *key = arena_array(cx->arena, struct value, table->key_count);
    for (size_t i = 0; i < table->key_count; i++)
        (*key)[i] = value_of(rows, (int)i, table->columns[i].kind);
    return OK;
}

err_t copy_rows_put(struct ctx *cx, struct tx *tx, const struct copy_table *table,
                    const struct copy_rows *rows)
{
    must(tx->access == ACCESS_WRITE);
    for (size_t i = 0; i < rows->count * table->column_count; i++) {
        if (rows->values[i].kind == VALUE_TEXT && !str_is_text(rows->values[i].text))
            return fault(cx, ERR_INVALID, str_cstr(cx->arena, table->name),
                         "has a text that is not UTF-8 or holds a NUL byte");
    }
    if (store_call_fails(tx->store))
        return tx_note(tx, ERR_IO);
    return tx_note(tx, tx->store->engine->load(tx->connection, table, rows));
}

err_t copy_end(struct ctx *cx, struct tx *tx)
{
    const struct engine *engine = tx->store->engine;

    (void)cx;
    must(tx->access == ACCESS_WRITE);
    TRY(tx_note(tx, engine->script(tx->connection, "DROP TABLE copy_unfinished;")));
    if (engine->copied_text == NULL)
        return OK;
    return tx_note(tx, engine->script(tx->connection, engine->copied_text));
}

static bool value_same(const struct value *a, const struct value *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == VALUE_INT)
        return a->number == b->number;
    return a->kind == VALUE_NULL || str_eq(a->text, b->text);
}

bool values_same(const struct value *a, const struct value *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!value_same(&a[i], &b[i]))
            return false;
    }
    return true;
}
