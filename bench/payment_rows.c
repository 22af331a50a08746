#include "payment_rows.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "base/arena.h"
#include "base/must.h"
#include "base/rand.h"
#include "store/sql.h"

/* The sandbox's merchant pays 1.6 percent and 0.50 on each card payment, and 20 percent of VAT. */
enum {
    AMOUNT_MINOR = 1250,
    FEE_MINOR = 70,
    VAT_MINOR = 14,
    METHODS = 6,
    SEALED_LEN = 46,
    FINGERPRINT_LEN = 32,
    PARAMS_MAX = 64,
    STATEMENTS_MAX = 1024,
    SCRATCH_MAX = 64 * 1024,
    CHECKPOINT_PAGES = 4000,
    BATCH_HOUR = 21,
    SPAN_HOURS = 128,    /* core/counter.c */
    ORDER_PAYMENTS = 20, /* of one order, when they are spread over time */
};

struct prepared {
    sqlite3_stmt *stmt;
    int places[PARAMS_MAX];
};

struct bench_rows {
    sqlite3 *db;
    struct id_source *ids;
    struct merchant_id merchant;
    int wal_pages;
    struct prepared begin;
    struct prepared commit;
    struct prepared *cache; /* by the number of the statement */
    struct arena *scratch;
    instant now;
    instant batch_due; /* of the task that the payments of this evening share */
    int64_t step_us;   /* between two payments; 0: they are made now */
    int64_t made;
};

/* The object ids of the payment under way. */
struct making {
    struct card_id card;
    struct payment_id payment;
    struct attempt_id attempt;
};

static void check(struct bench_rows *rows, int rc)
{
    if (rc == SQLITE_OK || rc == SQLITE_ROW || rc == SQLITE_DONE)
        return;
    fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(rows->db));
    bench_fail("the database refuses a row");
}

/* --- statements --- */

static void prepare(struct bench_rows *rows, const char *text, int params, struct prepared *out)
{
    check(rows,
          sqlite3_prepare_v3(rows->db, text, -1, SQLITE_PREPARE_PERSISTENT, &out->stmt, NULL));
    must(params <= PARAMS_MAX);
    for (int i = 0; i < params; i++) {
        char name[16];
        snprintf(name, sizeof name, "$%d", i + 1);
        out->places[i] = sqlite3_bind_parameter_index(out->stmt, name);
    }
}

static void bind(sqlite3_stmt *stmt, int place, const struct value *value)
{
    int rc = SQLITE_MISUSE;

    switch (value->kind) {
    case VALUE_NULL:
        rc = sqlite3_bind_null(stmt, place);
        break;
    case VALUE_INT:
        rc = sqlite3_bind_int64(stmt, place, value->number);
        break;
    case VALUE_TEXT:
        rc = sqlite3_bind_text(stmt, place, value->text.ptr, (int)value->text.len, SQLITE_STATIC);
        break;
    case VALUE_BLOB:
        rc = sqlite3_bind_blob(stmt, place, value->text.ptr, (int)value->text.len, SQLITE_STATIC);
        break;
    }
    must(rc == SQLITE_OK);
}

static int64_t run(struct bench_rows *rows, const struct sql *sql, const struct value *args,
                   size_t count)
{
    int64_t answer = 0;

    if (count != (size_t)sql->params)
        bench_fail(sql->name); /* the statement has changed, and with it what this file has to do */
    must(sql->number < STATEMENTS_MAX);
    struct prepared *prepared = &rows->cache[sql->number];
    if (prepared->stmt == NULL)
        prepare(rows, sql->text, sql->params, prepared);
    for (size_t i = 0; i < count; i++)
        bind(prepared->stmt, prepared->places[i], &args[i]);
    int rc = sqlite3_step(prepared->stmt);
    check(rows, rc);
    if (rc == SQLITE_ROW) {
        answer = sqlite3_column_int64(prepared->stmt, 0);
        check(rows, sqlite3_step(prepared->stmt));
    }
    sqlite3_reset(prepared->stmt);
    return answer;
}

static void run_plain(struct bench_rows *rows, struct prepared *prepared)
{
    check(rows, sqlite3_step(prepared->stmt));
    sqlite3_reset(prepared->stmt);
}

/* --- the rows --- */

/* Of the time that the payment is of. */
static void id_make(struct bench_rows *rows, char raw[ID_SIZE])
{
    id_new(rows->ids, raw);
    if (rows->step_us == 0)
        return;
    struct str time = id_floor(rows->scratch, rows->now);
    memcpy(raw, time.ptr, time.len);
    arena_reset(rows->scratch);
}

#define MERCHANT V_ID(rows->merchant)
#define MODE V_WORD("test")

static void card_make(struct bench_rows *rows, const struct making *making)
{
    char sealed[SEALED_LEN];
    char fingerprint[FINGERPRINT_LEN];

    rand_bytes(sealed, sizeof sealed);
    rand_bytes(fingerprint, sizeof fingerprint);
    run(rows, &SQL_CARD_INSERT,
        ARGS(MERCHANT, MODE, V_ID(making->card), V_NULL(), V_WORD("visa"), V_WORD("FR"),
             V_WORD("credit"), V_WORD("personal"), V_WORD("national"), V_NULL(), V_WORD("4242"),
             V_INT(12), V_INT(2030), V_NULL(), V_NULL(), V_NULL(), V_INT(1),
             V_BLOB((struct str){fingerprint, sizeof fingerprint}), V_INT(1),
             V_BLOB((struct str){sealed, sizeof sealed}), V_INT(rows->now), V_INT(0), V_INT(0)));
}

/* With its first move: one that is charged at once is written as what it has become. */
static void payment_make(struct bench_rows *rows, const struct making *making)
{
    char order[32];

    snprintf(order, sizeof order, "ORDER-%lld", (long long)(rows->made / ORDER_PAYMENTS));
    run(rows, &SQL_PAYMENT_INSERT,
        ARGS(MERCHANT, MODE, V_ID(making->payment), V_WORD("authorizing"), V_INT(AMOUNT_MINOR),
             V_WORD("eur"), V_INT(1), V_INT(METHODS), V_WORD("card"), V_ID(making->card), V_NULL(),
             V_WORD("Order 4711, two chairs and a table"),
             rows->step_us == 0 ? V_NULL() : V_WORD(order), V_NULL(), V_INT(0), V_NULL(), V_NULL(),
             V_NULL(), V_NULL(), V_NULL(), V_NULL(), V_NULL(), V_NULL(), V_NULL(), V_NULL(),
             V_NULL(), V_NULL(), V_ID(making->attempt), V_INT(FEE_MINOR), V_INT(VAT_MINOR),
             V_INT(0), V_INT(0), V_NULL(), V_NULL(), V_NULL(), V_NULL(), V_NULL(),
             V_INT(rows->now)));
}

static void payment_paid(struct bench_rows *rows, const struct making *making)
{
    run(rows, &SQL_PAYMENT_PROGRESS,
        ARGS(MERCHANT, MODE, V_ID(making->payment), V_WORD("to_capture"), V_WORD("00"),
             V_WORD("A1B2C3"), V_ID(making->attempt), V_NULL(), V_INT(FEE_MINOR), V_INT(VAT_MINOR),
             V_INT(0), V_INT(0), V_NULL(), V_NULL(), V_INT(rows->now), V_NULL()));
}

static void intent(struct bench_rows *rows, struct making *making, int64_t stan)
{
    char rrn[16];
    struct wall utc = wall_utc(rows->now);

    id_make(rows, making->card.raw);
    id_make(rows, making->payment.raw);
    id_make(rows, making->attempt.raw);
    card_make(rows, making);
    snprintf(rrn, sizeof rrn, "6325%02d%06d", utc.hour, (int)stan);
    run(rows, &SQL_ATTEMPT_INSERT,
        ARGS(MERCHANT, MODE, V_ID(making->attempt), V_ID(making->payment), V_ID(making->card),
             V_WORD("authorise"), V_INT(stan), V_WORD(rrn), V_INT(AMOUNT_MINOR), V_WORD("eur"),
             V_NULL(), V_NULL(), V_NULL(), V_INT(rows->now), V_NULL()));
    payment_make(rows, making);
}

static void ledger_post(struct bench_rows *rows, const struct making *making)
{
    char legs[256];
    struct entry_id entry;

    id_make(rows, entry.raw);
    snprintf(legs, sizeof legs,
             "[\"acquirer_receivable %d\",\"merchant_pending %d\",\"merchant_pending %d\","
             "\"fee_income %d\",\"fee_vat %d\"]",
             AMOUNT_MINOR, -AMOUNT_MINOR, FEE_MINOR + VAT_MINOR, -FEE_MINOR, -VAT_MINOR);
    run(rows, &SQL_LEDGER_ENTRY_INSERT,
        ARGS(MERCHANT, MODE, V_ID(entry), V_WORD("capture_decided"), V_ID(making->payment),
             V_WORD("eur"), V_WORD(legs), V_INT(rows->now)));
}

/* The task that the payments of an evening share, made with the first of them; a loop before this
 * one may have made it. */
static void capture_put(struct bench_rows *rows, const struct making *making)
{
    instant due = next_paris(clock_now(), BATCH_HOUR, 0);
    char evening[ID_SIZE];

    if (rows->batch_due == due)
        return;
    rows->batch_due = due;
    struct arena *arena = arena_new(0);
    snprintf(evening, sizeof evening, "%.8s%016d", id_floor(arena, due).ptr, 0);
    arena_free(arena);
    run(rows, &SQL_TASK_INSERT,
        ARGS(MERCHANT, MODE, V_WORD("card_batch"), V_WORD(evening), V_INT(due), V_INT(rows->now)));
    if (sqlite3_changes(rows->db) == 1)
        run(rows, &SQL_TASK_SENDS,
            ARGS(MERCHANT, MODE, V_WORD("card_batch"), V_WORD(evening), V_ID(making->payment)));
}

static void outcome(struct bench_rows *rows, const struct making *making)
{
    run(rows, &SQL_ATTEMPT_ANSWER,
        ARGS(MERCHANT, MODE, V_ID(making->attempt), V_WORD("approved"), V_WORD("00"),
             V_WORD("A1B2C3"), V_WORD("VI"), V_WORD("301425123456789"), V_INT(rows->now)));
    payment_paid(rows, making);
    ledger_post(rows, making);
    capture_put(rows, making);
}

static void counter_add(struct bench_rows *rows, const char *kind, int64_t count)
{
    run(rows, &SQL_COUNTER_ADD,
        ARGS(MERCHANT, MODE, V_WORD(kind), V_INT(rows->now / HOUR_US), V_INT(count)));
    run(rows, &SQL_COUNTER_SPAN_ADD,
        ARGS(MERCHANT, MODE, V_WORD(kind), V_INT(rows->now / (SPAN_HOURS * HOUR_US)),
             V_INT(count)));
    run(rows, &SQL_COUNTER_TOTAL_ADD, ARGS(MERCHANT, MODE, V_WORD(kind), V_INT(count)));
}

static void balance_add(struct bench_rows *rows, const char *account, int64_t amount_minor)
{
    run(rows, &SQL_LEDGER_BALANCE_ADD,
        ARGS(MERCHANT, MODE, V_WORD(account), V_WORD("eur"), V_INT(amount_minor)));
}

/* The numbers of a group's messages; gives the one before the first. */
static int64_t stans_reserve(struct bench_rows *rows, int64_t payments)
{
    run(rows, &SQL_STAN_RESERVE, ARGS(MODE, V_INT(payments)));
    return run(rows, &SQL_STAN_LAST, ARGS(MODE)) - payments;
}

/* What the product gathers for a group (store_add). */
static void balances_add(struct bench_rows *rows, int64_t payments)
{
    balance_add(rows, "acquirer_receivable", payments * AMOUNT_MINOR);
    balance_add(rows, "merchant_pending", payments * (FEE_MINOR + VAT_MINOR - AMOUNT_MINOR));
    balance_add(rows, "fee_income", payments * -FEE_MINOR);
    balance_add(rows, "fee_vat", payments * -VAT_MINOR);
}

static void counters_add(struct bench_rows *rows, int64_t payments)
{
    counter_add(rows, "card", payments);
    counter_add(rows, "payment", payments);
    counter_add(rows, "payment_paid", payments);
}

static void one_make(struct bench_rows *rows, int64_t stan)
{
    struct making making;

    if (rows->step_us > 0)
        rows->now += rows->step_us;
    intent(rows, &making, stan);
    outcome(rows, &making);
    if (rows->step_us > 0)
        counters_add(rows, 1); /* each may be of another hour */
    rows->made++;
}

void bench_rows_begin(struct bench_rows *rows)
{
    run_plain(rows, &rows->begin);
}

void bench_rows_end(struct bench_rows *rows)
{
    run_plain(rows, &rows->commit);
    if (rows->wal_pages >= CHECKPOINT_PAGES)
        check(rows,
              sqlite3_wal_checkpoint_v2(rows->db, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL));
}

void bench_rows_commit(struct bench_rows *rows, int64_t payments)
{
    bench_rows_begin(rows);
    if (rows->step_us == 0)
        rows->now = clock_now();
    int64_t stan = stans_reserve(rows, payments);
    for (int64_t i = 0; i < payments; i++)
        one_make(rows, stan + i + 1);
    if (rows->step_us == 0)
        counters_add(rows, payments);
    balances_add(rows, payments);
    bench_rows_end(rows);
}

/* --- for the rows of other objects --- */

int64_t bench_rows_run(struct bench_rows *rows, const struct sql *sql, const struct value *args,
                       size_t count)
{
    return run(rows, sql, args, count);
}

void bench_rows_id(struct bench_rows *rows, char raw[ID_SIZE])
{
    id_make(rows, raw);
}

struct merchant_id bench_rows_merchant(const struct bench_rows *rows)
{
    return rows->merchant;
}

void bench_rows_read(struct bench_rows *rows, const char *query,
                     void (*take)(void *arg, const char *const *columns), void *arg)
{
    enum { COLUMNS_MAX = 16 };
    const char *columns[COLUMNS_MAX];
    sqlite3_stmt *stmt;

    check(rows, sqlite3_prepare_v2(rows->db, query, -1, &stmt, NULL));
    must(sqlite3_column_count(stmt) <= COLUMNS_MAX);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(stmt); i++) {
            const unsigned char *text = sqlite3_column_text(stmt, i);
            columns[i] = text == NULL ? "" : (const char *)text;
        }
        take(arg, columns);
    }
    check(rows, sqlite3_finalize(stmt));
}

void bench_rows_spread(struct bench_rows *rows, int64_t payments, int64_t days)
{
    rows->step_us = days * DAY_US / payments;
    rows->now = clock_now() - days * DAY_US;
}

/* --- opening --- */

static int wal_note(void *arg, sqlite3 *db, const char *name, int pages)
{
    struct bench_rows *rows = arg;

    (void)db;
    (void)name;
    rows->wal_pages = pages;
    return SQLITE_OK;
}

static void merchant_find(struct bench_rows *rows)
{
    struct prepared found = {.stmt = NULL};

    prepare(rows, "SELECT id FROM merchant ORDER BY id LIMIT 1", 0, &found);
    int rc = sqlite3_step(found.stmt);
    if (rc != SQLITE_ROW)
        bench_fail("the database has no merchant");
    must(ID_PARSE(str_of((const char *)sqlite3_column_text(found.stmt, 0)), &rows->merchant));
    sqlite3_finalize(found.stmt);
}

struct bench_rows *bench_rows_open(const char *path, bool durable)
{
    /* As the product's writer. */
    static const char PRAGMAS[] = "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;"
                                  "PRAGMA wal_autocheckpoint = 0; PRAGMA temp_store = MEMORY;"
                                  "PRAGMA cache_size = -32768;";
    struct bench_rows *rows = process_make(struct bench_rows);
    int persist = 1;

    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    rows->ids = id_source_new();
    rows->scratch = arena_new(SCRATCH_MAX);
    rows->cache = process_alloc(sizeof *rows->cache, STATEMENTS_MAX);
    check(rows,
          sqlite3_open_v2(path, &rows->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL));
    check(rows, sqlite3_exec(rows->db, PRAGMAS, NULL, NULL, NULL));
    check(rows,
          sqlite3_exec(rows->db, durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF",
                       NULL, NULL, NULL));
    sqlite3_wal_hook(rows->db, wal_note, rows);
    sqlite3_file_control(rows->db, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
    prepare(rows, "BEGIN IMMEDIATE", 0, &rows->begin);
    prepare(rows, "COMMIT", 0, &rows->commit);
    merchant_find(rows);
    return rows;
}

void bench_rows_close(struct bench_rows *rows)
{
    for (size_t i = 0; i < STATEMENTS_MAX; i++)
        sqlite3_finalize(rows->cache[i].stmt);
    sqlite3_finalize(rows->begin.stmt);
    sqlite3_finalize(rows->commit.stmt);
    must(sqlite3_close(rows->db) == SQLITE_OK);
    id_source_free(rows->ids);
    arena_free(rows->scratch);
    process_free(rows->cache);
    process_free(rows);
}
