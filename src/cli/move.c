#include "cli/move.h"

#include <string.h>

#include "base/log.h"
#include "base/must.h"

enum {
    HALF_MAX = 256 * 1024 * 1024, /* of memory; several times CHUNK_SIZE of store/copy.c */
    HALVES = 2,
};

struct move {
    struct ctx *cx;
    struct store *source;
    struct store *target;
    struct reader *from; /* its snapshot lasts as long as the move */
    struct reader *back; /* of the target */
    struct copy_tables tables;
    struct move_report *report;
};

/* --- opening --- */

/* The store says "store" where the operator has said which. */
static err_t open_one(struct ctx *cx, const char *flag, const struct store_options *options,
                      struct store **out)
{
    size_t before = cx->fault_count;
    err_t err = store_open(cx, options, out);

    for (size_t i = before; i < cx->fault_count; i++)
        cx->faults[i].field = flag;
    return err;
}

static err_t open_both(struct move *move, const char *from, const char *to)
{
    const struct store_options source = {.url = from, .alone = true};
    const struct store_options target = {.url = to, .create = true, .alone = true, .fill = true};

    TRY(open_one(move->cx, "--from", &source, &move->source));
    TRY(open_one(move->cx, "--to", &target, &move->target));
    must(store_schema(move->source) == store_schema(move->target));
    TRY(reader_open(move->source, &move->from));
    return reader_open(move->target, &move->back);
}

static err_t tables_find(struct move *move)
{
    struct copy_tables theirs;
    struct tx *tx;

    TRY(reader_tx(move->from, &tx));
    TRY(copy_tables_read(move->cx, tx, &move->tables));
    TRY(copy_tables_plan(move->cx, tx, &move->tables));
    TRY(reader_tx(move->back, &tx));
    TRY(copy_tables_read(move->cx, tx, &theirs));
    if (!copy_tables_same(&move->tables, &theirs))
        return fault(move->cx, ERR_STATE, "--to", "has other tables than the source");
    reader_release(move->back);
    return OK;
}

/* The key of a row, or NULL, as a copy that outlives what it was read into. */
static struct value *key_keep(struct arena *arena, const struct copy_table *table,
                              const struct value *row)
{
    if (row == NULL)
        return NULL;
    struct value *key = arena_array(arena, struct value, table->key_count);
    for (size_t i = 0; i < table->key_count; i++) {
        key[i] = row[i];
        if (row[i].text.ptr != NULL)
            key[i].text = str_dup(arena, row[i].text);
    }
    return key;
}

/* --- copying --- */

/* Rows on their way: while one half is written, the other one is read. */
struct half {
    struct ctx cx; /* with an arena of its own */
    struct tx_ahead ahead;
    bool under_way;
    const struct copy_table *table;
    const struct value *after; /* the key of the row before them */
    struct copy_rows rows;
};

/* Nothing may be left out: should the rows before these not have got there, these must not. */
static err_t half_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct half *half = arg;
    struct value *last;

    TRY(copy_rows_last(cx, tx, half->table, &last));
    if ((last == NULL) != (half->after == NULL))
        return ERR_STATE;
    if (last != NULL && !values_same(last, half->after, half->table->key_count))
        return ERR_STATE;
    return copy_rows_put(cx, tx, half->table, &half->rows);
}

static err_t half_finish(struct half *half)
{
    if (!half->under_way)
        return OK;
    half->under_way = false;
    return tx_finish(&half->ahead);
}

static err_t halves_run(struct move *move, struct half halves[HALVES],
                        const struct copy_table *table, const struct value *after, int64_t *copied)
{
    struct tx *tx;

    TRY(reader_tx(move->from, &tx));
    for (size_t turn = 0;; turn = 1 - turn) {
        struct half *half = &halves[turn];
        TRY(half_finish(half));
        arena_reset(half->cx.arena);
        half->table = table;
        half->after = key_keep(half->cx.arena, table, after);
        TRY(copy_rows_read(&half->cx, tx, table, half->after, &half->rows));
        if (half->rows.count == 0)
            return OK;
        tx_start(move->target, &half->cx, half_body, half, &half->ahead);
        half->under_way = true;
        *copied += (int64_t)half->rows.count;
        after = &half->rows.values[(half->rows.count - 1) * table->column_count];
    }
}

/* Rows are written in the order of their keys, so that what is there is the beginning. */
static err_t table_copy(struct move *move, const struct copy_table *table, int64_t *copied)
{
    struct half *halves = arena_array(move->cx->arena, struct half, HALVES);
    struct value *after;
    struct tx *tx;

    TRY(reader_tx(move->back, &tx));
    TRY(copy_rows_last(move->cx, tx, table, &after));
    reader_release(move->back); /* a snapshot that is kept keeps a log from beginning anew */
    move->report->resumed = move->report->resumed || after != NULL;
    for (size_t i = 0; i < HALVES; i++) {
        halves[i].cx = *move->cx;
        halves[i].cx.arena = arena_new(HALF_MAX);
        ctx_clear_faults(&halves[i].cx);
    }
    err_t err = halves_run(move, halves, table, after, copied);
    for (size_t i = 0; i < HALVES; i++) {
        err_t end = half_finish(&halves[i]);
        err = err == OK ? end : err;
        ctx_take_faults(move->cx, &halves[i].cx);
        arena_free(halves[i].cx.arena);
    }
    return err;
}

static err_t begin_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return copy_begin(cx, tx, arg);
}

static err_t copy_all(struct move *move)
{
    struct move_report *report = move->report;
    int64_t began_us = clock_monotonic_us();

    TRY(tx_run(move->target, move->cx, begin_body, &move->tables));
    for (size_t i = 0; i < move->tables.count; i++) {
        struct moved_table *moved = &report->tables[i];
        int64_t from_us = clock_monotonic_us();
        err_t err = table_copy(move, &move->tables.items[i], &moved->copied);
        if (err != OK)
            return fault(move->cx, err, "--to",
                         "could not be filled to the end; the same command goes on");
        moved->us = clock_monotonic_us() - from_us;
        if (moved->copied > 0)
            log_event(move->cx, EV_TABLE_COPIED,
                      LOG_WORD("table", str_cstr(move->cx->arena, moved->name)),
                      LOG_INT("rows", moved->copied), LOG_INT("ms", moved->us / 1000));
    }
    report->copy_us = clock_monotonic_us() - began_us;
    return OK;
}

/* --- comparing --- */

/* Reads one database in step with the other. */
struct side {
    struct ctx cx; /* with an arena of its own */
    struct tx *tx;
    struct copy_rows rows;
};

static err_t side_read(struct side *side, const struct copy_table *table, const struct value *after)
{
    arena_reset(side->cx.arena);
    return copy_rows_read(&side->cx, side->tx, table, after, &side->rows);
}

static err_t table_compare(struct move *move, const struct copy_table *table, struct side *from,
                           struct side *back, struct arena *keys, int64_t *count)
{
    const struct value *after = NULL;

    for (;;) {
        TRY(side_read(from, table, after));
        TRY(side_read(back, table, after));
        size_t rows = from->rows.count;
        if (rows != back->rows.count ||
            !values_same(from->rows.values, back->rows.values, rows * table->column_count))
            return fault(move->cx, ERR_STATE, "--to",
                         str_format(move->cx->arena,
                                    "does not have what the source has in the table %.*s: empty it "
                                    "and begin anew",
                                    (int)table->name.len, table->name.ptr)
                             .ptr);
        if (rows == 0)
            return OK;
        *count += (int64_t)rows;
        arena_reset(keys);
        after = key_keep(keys, table, &from->rows.values[(rows - 1) * table->column_count]);
    }
}

static err_t compare_tables(struct move *move, struct side *from, struct side *back,
                            struct arena *keys)
{
    for (size_t i = 0; i < move->tables.count; i++) {
        const struct copy_table *table = &move->tables.items[i];
        struct moved_table *moved = &move->report->tables[i];
        int64_t from_us = clock_monotonic_us();
        TRY(table_compare(move, table, from, back, keys, &moved->rows));
        moved->us += clock_monotonic_us() - from_us;
        move->report->rows += moved->rows;
        if (moved->rows > 0)
            log_event(move->cx, EV_TABLE_COMPARED,
                      LOG_WORD("table", str_cstr(move->cx->arena, moved->name)),
                      LOG_INT("rows", moved->rows));
    }
    return OK;
}

static err_t compare_rows(struct move *move)
{
    struct side from = {.cx = *move->cx};
    struct side back = {.cx = *move->cx};

    TRY(reader_tx(move->from, &from.tx));
    TRY(reader_tx(move->back, &back.tx));
    from.cx.arena = arena_new(HALF_MAX);
    back.cx.arena = arena_new(HALF_MAX);
    struct arena *keys = arena_new(HALF_MAX);
    err_t err = compare_tables(move, &from, &back, keys);
    arena_free(from.cx.arena);
    arena_free(back.cx.arena);
    arena_free(keys);
    return err;
}

static bool sums_same(const struct ledger_sums *a, const struct ledger_sums *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct ledger_sum *one = &a->items[i];
        const struct ledger_sum *other = &b->items[i];
        if (!str_eq(one->account, other->account) || !str_eq(one->currency, other->currency) ||
            one->balances != other->balances || one->amount_minor != other->amount_minor)
            return false;
    }
    return true;
}

static err_t sums_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return ledger_sums(cx, tx, arg);
}

/* Asked by the connections that hold the locks, and on PostgreSQL are never made anew: nobody has
 * written to either side since they were opened. */
static err_t compare_sums(struct move *move)
{
    struct ledger_sums theirs;

    TRY(tx_run(move->source, move->cx, sums_body, &move->report->sums));
    TRY(tx_run(move->target, move->cx, sums_body, &theirs));
    if (!sums_same(&move->report->sums, &theirs))
        return fault(move->cx, ERR_STATE, "--to", "has other sums in its ledger than the source");
    return OK;
}

/* --- all of it --- */

static err_t end_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    return copy_end(cx, tx);
}

static void report_begin(struct move *move)
{
    struct move_report *report = move->report;

    report->schema = store_schema(move->source);
    report->table_count = move->tables.count;
    report->tables = arena_array(move->cx->arena, struct moved_table, move->tables.count);
    for (size_t i = 0; i < move->tables.count; i++)
        report->tables[i].name = move->tables.items[i].name;
}

static err_t run(struct move *move, const char *from, const char *to)
{
    TRY(open_both(move, from, to));
    TRY(tables_find(move));
    report_begin(move);
    TRY(copy_all(move));
    int64_t from_us = clock_monotonic_us();
    TRY(compare_rows(move));
    TRY(compare_sums(move));
    move->report->compare_us = clock_monotonic_us() - from_us;
    return tx_run(move->target, move->cx, end_body, NULL);
}

/* The scheme of a url that the store has taken. */
static const char *scheme_of(struct arena *arena, const char *url)
{
    return str_format(arena, "%.*s", (int)strcspn(url, ":"), url).ptr;
}

err_t move_database(struct ctx *cx, const char *from, const char *to, struct move_report *out)
{
    struct move move = {.cx = cx, .report = out};

    *out = (struct move_report){.from = scheme_of(cx->arena, from), .to = scheme_of(cx->arena, to)};
    err_t err = run(&move, from, to);
    reader_close(move.back);
    reader_close(move.from);
    store_close(move.target);
    store_close(move.source);
    return err;
}
