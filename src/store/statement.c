#include "base/log.h"
#include "base/must.h"
#include "store/hooks.h"
#include "store/internal.h"

struct rows {
    struct tx *tx;
    struct arena *arena;
    struct cursor *cursor; /* NULL when the query has ended */
    struct rows *newer;
    struct rows *older;
    struct value *values; /* the current row */
    int columns;
    bool has;
    bool stepped; /* asked for its first row */
};

void store_fail_after(struct store *store, int n)
{
    atomic_store(&store->fail_after, n);
}

bool store_call_fails(struct store *store)
{
    return atomic_load_explicit(&store->fail_after, memory_order_relaxed) > 0 &&
           atomic_fetch_sub(&store->fail_after, 1) == 1;
}

err_t tx_note(struct tx *tx, err_t err)
{
    if (err == ERR_IO || err == ERR_INTERNAL || err == ERR_UNAVAILABLE)
        tx->broken = true;
    return err;
}

/* What one engine keeps and the other refuses: refused before either is asked, since a transaction
 * of PostgreSQL ends with it, and others may share a snapshot. */
static err_t texts_check(struct ctx *cx, const struct value *args, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (args[i].kind == VALUE_TEXT && !str_is_text(args[i].text))
            return fault(cx, ERR_INVALID, "text", "is not UTF-8, or holds a NUL byte");
    }
    return OK;
}

/* --- statements without result --- */

err_t store_run_count(struct ctx *cx, struct tx *tx, const struct sql *sql,
                      const struct value *args, size_t count, int64_t *changed)
{
    must(tx->access == ACCESS_WRITE);
    must(count == (size_t)sql->params);
    TRY(texts_check(cx, args, count));
    if (store_call_fails(tx->store))
        return tx_note(tx, ERR_IO);
    TRY(tx_note(tx, tx->store->engine->run(tx->connection, sql, args, changed)));
    return sql_rows_fit(sql, *changed) ? OK : ERR_STATE;
}

err_t writer_run(struct store *store, const struct sql *sql, const struct value *args)
{
    const struct engine *engine = store->engine;
    int64_t changed;

    if (engine->run_ahead != NULL)
        return engine->run_ahead(store->writer, sql, args);
    TRY(engine->run(store->writer, sql, args, &changed));
    return sql_rows_fit(sql, changed) ? OK : ERR_STATE;
}

err_t store_run(struct ctx *cx, struct tx *tx, const struct sql *sql, const struct value *args,
                size_t count)
{
    must(tx->access == ACCESS_WRITE);
    must(count == (size_t)sql->params);
    TRY(texts_check(cx, args, count));
    if (store_call_fails(tx->store))
        return tx_note(tx, ERR_IO);
    return tx_note(tx, writer_run(tx->store, sql, args));
}

/* --- queries --- */

static void rows_link(struct rows *rows)
{
    rows->older = rows->tx->open;
    if (rows->older != NULL)
        rows->older->newer = rows;
    rows->tx->open = rows;
}

static void rows_unlink(struct rows *rows)
{
    if (rows->newer != NULL)
        rows->newer->older = rows->older;
    else
        rows->tx->open = rows->older;
    if (rows->older != NULL)
        rows->older->newer = rows->newer;
}

void rows_end(struct rows *rows)
{
    if (rows->cursor == NULL)
        return;
    rows->tx->store->engine->cursor_end(rows->cursor);
    rows_unlink(rows);
    rows->cursor = NULL;
}

static void rows_drop(void *rows)
{
    rows_end(rows);
}

void tx_end_rows(struct tx *tx)
{
    while (tx->open != NULL)
        rows_end(tx->open);
}

static err_t rows_start(struct ctx *cx, struct tx *tx, const struct sql *sql,
                        const struct value *args, size_t count, struct rows **out)
{
    struct cursor *cursor;
    int columns;

    must(count == (size_t)sql->params);
    TRY(texts_check(cx, args, count));
    if (store_call_fails(tx->store))
        return tx_note(tx, ERR_IO);
    TRY(tx_note(tx, tx->store->engine->query(tx->connection, sql, args, &cursor, &columns)));
    struct rows *rows = arena_make(cx->arena, struct rows);
    *rows = (struct rows){.tx = tx, .arena = cx->arena, .cursor = cursor, .columns = columns};
    rows->values = arena_array(cx->arena, struct value, (size_t)columns);
    rows_link(rows);
    *out = rows;
    return OK;
}

err_t store_query(struct ctx *cx, struct tx *tx, const struct sql *sql, const struct value *args,
                  size_t count, struct rows **rows)
{
    /* The arguments are borrowed for this call only, the steps come later. */
    struct value *kept = arena_array(cx->arena, struct value, count);

    for (size_t i = 0; i < count; i++) {
        kept[i] = args[i];
        if (args[i].text.ptr != NULL)
            kept[i].text = str_dup(cx->arena, args[i].text);
    }
    TRY(rows_start(cx, tx, sql, kept, count, rows));
    arena_defer(cx->arena, rows_drop, *rows);
    return OK;
}

static err_t rows_step(struct rows *rows, struct value *values, bool *has)
{
    err_t err = rows->tx->store->engine->step(rows->cursor, rows->arena, values, has);

    if (err != OK) {
        tx_note(rows->tx, err);
        *has = false;
    }
    if (!*has)
        rows_end(rows);
    return err;
}

static err_t rows_read(struct rows *rows, bool *has)
{
    TRY(rows_step(rows, rows->values, has));
    rows->has = *has;
    return OK;
}

err_t rows_next(struct rows *rows, bool *has)
{
    bool first = !rows->stepped;

    *has = false;
    rows->has = false;
    rows->stepped = true;
    if (rows->cursor == NULL)
        return OK;
    if (first && store_call_fails(rows->tx->store)) {
        rows_end(rows);
        return tx_note(rows->tx, ERR_IO);
    }
    return rows_read(rows, has);
}

/* The row is kept and the statement freed before the caller goes on: a body that changes the row it
 * has just read would otherwise do so under an open cursor. */
err_t store_query_one(struct ctx *cx, struct tx *tx, const struct sql *sql,
                      const struct value *args, size_t count, struct rows **rows, bool *found)
{
    bool more = false;

    must(sql->rows == 1 || sql->rows == SQL_ROWS_AT_MOST_ONE);
    *found = false;
    TRY(rows_start(cx, tx, sql, args, count, rows));
    TRY(rows_read(*rows, found));
    if (!*found)
        return sql->rows == 1 ? ERR_STATE : OK;
    struct value *second = arena_array(cx->arena, struct value, (size_t)(*rows)->columns);
    err_t err = rows_step(*rows, second, &more);
    rows_end(*rows);
    if (err == OK && more) {
        log_event(cx, EV_INTERNAL_ERROR, LOG_WORD("second_row_of", sql->name));
        err = tx_note(tx, ERR_INTERNAL);
    }
    if (err != OK) {
        (*rows)->has = false;
        *found = false;
    }
    return err;
}

err_t store_none(struct ctx *cx, struct tx *tx, const struct sql *sql, const struct value *args,
                 size_t count)
{
    struct rows *rows;
    bool has;

    must(sql->rows == 0);
    if (tx->access == ACCESS_WRITE && tx->store->engine->run_ahead != NULL)
        return store_run(cx, tx, sql, args, count);
    TRY(rows_start(cx, tx, sql, args, count, &rows));
    TRY(rows_read(rows, &has));
    rows_end(rows);
    return has ? ERR_STATE : OK;
}

/* --- columns --- */

static const struct value *col_value(const struct rows *rows, int column)
{
    must(rows->has);
    must(column >= 0);
    must(column < rows->columns);
    return &rows->values[column];
}

bool col_null(struct rows *rows, int column)
{
    return col_value(rows, column)->kind == VALUE_NULL;
}

int64_t col_int(struct rows *rows, int column)
{
    const struct value *value = col_value(rows, column);

    must(value->kind == VALUE_INT || value->kind == VALUE_NULL);
    return value->number;
}

struct str col_text(struct rows *rows, int column)
{
    const struct value *value = col_value(rows, column);

    must(value->kind == VALUE_TEXT || value->kind == VALUE_NULL);
    return value->text;
}

struct str col_blob(struct rows *rows, int column)
{
    const struct value *value = col_value(rows, column);

    must(value->kind == VALUE_BLOB || value->kind == VALUE_NULL);
    return value->text;
}

void col_id(struct rows *rows, int column, char raw[ID_SIZE])
{
    struct str text = col_text(rows, column);

    raw[0] = '\0';
    if (text.ptr != NULL)
        must(id_parse(text, raw));
}
