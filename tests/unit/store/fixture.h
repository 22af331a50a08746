#ifndef GUICHET_TESTS_UNIT_STORE_FIXTURE_H
#define GUICHET_TESTS_UNIT_STORE_FIXTURE_H

#include <poll.h>
#include <semaphore.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/must.h"
#include "store/internal.h"
#include "store/postgres/pq_library.h"
#include "support/unit.h"

/* A database of its own in a directory of its own, with one table, and statements that exist for
 * these tests only. Their numbers lie above those of the real ones. With GUICHET_TEST_PG, the url
 * of a PostgreSQL database, it is a schema of its own in there instead. */

static const struct migration FIXTURE_SQLITE[] = {
    {.number = 1,
     .name = "account",
     .checksum = "one",
     .text = "CREATE TABLE account (id INTEGER PRIMARY KEY, name TEXT UNIQUE,"
             " balance INTEGER NOT NULL CHECK (balance >= 0),"
             " parent INTEGER REFERENCES account (id), photo BLOB) STRICT;"},
    {.number = 2,
     .name = "account_parent",
     .checksum = "two",
     .text = "CREATE INDEX account_parent ON account (parent);"            },
};
static const struct migration FIXTURE_POSTGRES[ARRAY_LEN(FIXTURE_SQLITE)] = {
    {.number = 1,
     .name = "account",
     .checksum = "one",
     .text = "CREATE TABLE account (id BIGINT PRIMARY KEY, name TEXT COLLATE \"C\" UNIQUE,"
             " balance BIGINT NOT NULL CHECK (balance >= 0),"
             " parent BIGINT REFERENCES account (id), photo BYTEA);"},
    {.number = 2,
     .name = "account_parent",
     .checksum = "two",
     .text = "CREATE INDEX account_parent ON account (parent);"     },
};

#define FIXTURE_SQL(symbol, at, count, expected, sql_text)                                         \
    static const struct sql symbol __attribute__((unused)) = {.name = #symbol,                     \
                                                              .text = sql_text,                    \
                                                              .number = 5000 + (at),               \
                                                              .params = (count),                   \
                                                              .rows = expected}

FIXTURE_SQL(PUT, 0, 2, 1, "INSERT INTO account (id, balance) VALUES ($1, $2)");
FIXTURE_SQL(PUT_NAMED, 1, 3, 1, "INSERT INTO account (name, id, balance) VALUES ($2, $1, $3)");
FIXTURE_SQL(ADD, 2, 2, 1, "UPDATE account SET balance = balance + $2 WHERE id = $1");
FIXTURE_SQL(ADD_ALL, 3, 1, SQL_ROWS_ANY, "UPDATE account SET balance = balance + $1");
FIXTURE_SQL(ADD_MAYBE, 4, 1, SQL_ROWS_AT_MOST_ONE,
            "UPDATE account SET balance = balance + 1 WHERE id >= $1");
FIXTURE_SQL(BALANCE, 5, 1, SQL_ROWS_AT_MOST_ONE, "SELECT balance FROM account WHERE id = $1");
FIXTURE_SQL(COUNT, 6, 0, 1, "SELECT count(*), sum(balance) FROM account");
FIXTURE_SQL(LIST, 7, 1, SQL_ROWS_ANY,
            "SELECT id, name, balance, parent, photo FROM account WHERE id > $1 ORDER BY id");
FIXTURE_SQL(PUT_CHILD, 8, 3, 1,
            "INSERT INTO account (id, parent, photo, balance) VALUES ($1, $2, $3, 0)");
FIXTURE_SQL(PUT_RETURNING, 9, 2, 1,
            "INSERT INTO account (id, balance) VALUES ($1, $2) RETURNING id, balance");
FIXTURE_SQL(NO_TABLE, 10, 0, SQL_ROWS_ANY, "DELETE FROM nothing_like_this");
FIXTURE_SQL(ANY_OF, 11, 0, 1, "SELECT id FROM account");
FIXTURE_SQL(ANY_BALANCE, 12, 1, 1, "SELECT balance FROM account WHERE id = $1");
FIXTURE_SQL(FULL_AT, 13, 0, 1, "PRAGMA max_page_count = 30");
FIXTURE_SQL(NAMED, 15, 1, SQL_ROWS_AT_MOST_ONE, "SELECT id FROM account WHERE name = $1");
FIXTURE_SQL(WRITERS, 16, 0, 1, "SELECT count(*) FROM store_writer WHERE commits > 0");
FIXTURE_SQL(HALF, 14, 0, 1, "SELECT 0.5");

struct fixture {
    struct ctx *cx;
    char directory[64];
    char path[80];
    char url[256];
    const char *server; /* the url of a PostgreSQL database; NULL: SQLite */
    char schema[32];
    struct store *store;
    struct mailbox *home;
};

static inline err_t fixture_open(struct fixture *fixture)
{
    struct store_options options = {.url = fixture->url, .create = true};

    return store_open_with(fixture->cx, &options,
                           fixture->server == NULL ? FIXTURE_SQLITE : FIXTURE_POSTGRES,
                           ARRAY_LEN(FIXTURE_SQLITE), &fixture->store);
}

/* One command for the server, beside the store. */
static inline void fixture_tell(const struct fixture *fixture, const char *text)
{
    static const char *const NAMES[] = {"dbname", NULL};
    const char *const values[] = {fixture->server, NULL};
    struct pq_library pq;

    must(pq_library_load(&pq) == OK);
    PGconn *pg = pq.PQconnectdbParams(NAMES, values, 1);
    must(pq.PQstatus(pg) == CONNECTION_OK);
    PGresult *result = pq.PQexec(pg, text);
    must(pq.PQresultStatus(result) != PGRES_FATAL_ERROR);
    pq.PQclear(result);
    pq.PQfinish(pg);
}

/* For what only a file can do. */
#define SKIP_WITHOUT_FILE()                                                                        \
    do {                                                                                           \
        if (getenv("GUICHET_TEST_PG") != NULL)                                                     \
            skip();                                                                                \
    } while (0)

/* A directory and names, without a database yet. */
static inline void fixture_start(struct fixture *fixture)
{
    const char *parent = getenv("TMPDIR");

    *fixture = (struct fixture){.cx = unit_ctx(), .home = mailbox_new()};
    snprintf(fixture->directory, sizeof fixture->directory, "%.40s/guichet_XXXXXX",
             parent == NULL ? "/tmp" : parent);
    must(mkdtemp(fixture->directory) != NULL);
    snprintf(fixture->path, sizeof fixture->path, "%s/store.db", fixture->directory);
    snprintf(fixture->url, sizeof fixture->url, "sqlite:%s", fixture->path);
    fixture->server = getenv("GUICHET_TEST_PG");
    if (fixture->server == NULL)
        return;
    snprintf(fixture->schema, sizeof fixture->schema, "store_%d", (int)getpid());
    fixture_tell(fixture, str_format(fixture->cx->arena, "CREATE SCHEMA %s", fixture->schema).ptr);
    int len = snprintf(fixture->url, sizeof fixture->url, "%s%coptions=-csearch_path%%3D%s",
                       fixture->server, strchr(fixture->server, '?') == NULL ? '?' : '&',
                       fixture->schema);
    must(len < (int)sizeof fixture->url);
}

static inline struct fixture fixture_make(void)
{
    struct fixture fixture;

    fixture_start(&fixture);
    assert_ok(fixture_open(&fixture));
    return fixture;
}

/* Ends every connection of the store, as a server that restarts does. */
static inline void connections_cut(struct fixture *fixture)
{
    fixture_tell(fixture, str_format(fixture->cx->arena,
                                     "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                                     " WHERE pid <> pg_backend_pid() AND application_name = '%s'",
                                     fixture->schema)
                              .ptr);
}

/* Its connections have a name of their own, so that no other test is cut off, and these settings
 * more: as they stand in an address. */
static inline struct fixture named_make_with(const char *settings)
{
    struct fixture fixture;

    fixture_start(&fixture);
    size_t len = strlen(fixture.url);
    snprintf(fixture.url + len, sizeof fixture.url - len, "%s&application_name=%s", settings,
             fixture.schema);
    assert_ok(fixture_open(&fixture));
    return fixture;
}

static inline struct fixture named_make(void)
{
    return named_make_with("");
}

static inline void fixture_reopen(struct fixture *fixture)
{
    store_close(fixture->store);
    assert_ok(fixture_open(fixture));
}

static inline void fixture_end(struct fixture *fixture)
{
    static const char *const FILES[] = {"store.db",      "store.db-wal", "store.db-shm",
                                        "store.db.lock", "copy.db",      "copy.db-wal",
                                        "copy.db-shm",   "copy.db.lock", "link.db"};

    store_close(fixture->store);
    if (fixture->server != NULL)
        fixture_tell(fixture,
                     str_format(fixture->cx->arena, "DROP SCHEMA %s CASCADE", fixture->schema).ptr);
    mailbox_free(fixture->home);
    unit_ctx_free(fixture->cx);
    for (size_t i = 0; i < ARRAY_LEN(FILES); i++) {
        char name[128];
        snprintf(name, sizeof name, "%s/%s", fixture->directory, FILES[i]);
        unlink(name);
    }
    rmdir(fixture->directory);
}

/* --- jobs in one group --- */

struct piece;
typedef err_t piece_body(struct piece *piece, struct tx *tx);

/* A job with its own context, that counts its runs. */
struct piece {
    struct job job; /* first */
    struct ctx *cx;
    piece_body *body;
    int64_t id;
    int runs;
    int answers;
    sem_t *gate;
};

static inline err_t piece_run(struct ctx *cx, struct tx *tx, void *arg)
{
    struct piece *piece = arg;

    (void)cx;
    piece->runs++;
    return piece->body(piece, tx);
}

static inline void piece_done(struct message *message)
{
    struct piece *piece = (struct piece *)(void *)message;

    piece->answers++;
}

static inline void piece_make(struct fixture *fixture, struct piece *piece, int64_t id,
                              piece_body *body)
{
    *piece = (struct piece){.cx = unit_ctx(), .body = body, .id = id};
    piece->job = (struct job){.done = {.run = piece_done},
                              .home = fixture->home,
                              .cx = piece->cx,
                              .body = piece_run,
                              .arg = piece};
}

/* Waits until `count` answers have come home. */
static inline void answers_wait(struct fixture *fixture, size_t count)
{
    while (count > 0) {
        struct pollfd fd = {.fd = mailbox_fd(fixture->home), .events = POLLIN};
        must(poll(&fd, 1, 30000) == 1);
        size_t came = mailbox_run(fixture->home);
        must(came <= count);
        count -= came;
    }
}

static inline err_t piece_wait(struct piece *piece, struct tx *tx)
{
    (void)tx;
    while (sem_wait(piece->gate) != 0)
        continue;
    return OK;
}

/* Submits the pieces while the writer is held up by another job, so that they form one group. */
static inline void pieces_run(struct fixture *fixture, struct piece *pieces, size_t count)
{
    struct piece first;
    sem_t gate;

    must(sem_init(&gate, 0, 0) == 0);
    piece_make(fixture, &first, 0, piece_wait);
    first.gate = &gate;
    assert_ok(store_submit(fixture->store, &first.job));
    struct store_stats stats;
    do {
        store_stats_read(fixture->store, &stats);
    } while (stats.queued > 0);
    for (size_t i = 0; i < count; i++)
        assert_ok(store_submit(fixture->store, &pieces[i].job));
    must(sem_post(&gate) == 0);
    answers_wait(fixture, count + 1);
    unit_ctx_free(first.cx);
    sem_destroy(&gate);
}

static inline void pieces_free(struct piece *pieces, size_t count)
{
    for (size_t i = 0; i < count; i++)
        unit_ctx_free(pieces[i].cx);
}

/* --- bodies --- */

static inline err_t body_put(struct piece *piece, struct tx *tx)
{
    return store_run(piece->cx, tx, &PUT, ARGS(V_INT(piece->id), V_INT(10)));
}

/* A refusal by the book: before any write. */
static inline err_t body_refuse(struct piece *piece, struct tx *tx)
{
    (void)tx;
    return fault(piece->cx, ERR_STATE, "account", "is closed");
}

static inline err_t body_put_then_fail(struct piece *piece, struct tx *tx)
{
    TRY(body_put(piece, tx));
    return fault(piece->cx, ERR_LIMIT, "balance", "is too much");
}

/* --- looking --- */

/* How many rows a new snapshot shows. */
static inline int64_t account_count(struct fixture *fixture)
{
    struct reader *reader;
    struct tx *tx;
    struct rows *rows;
    bool found;

    assert_ok(reader_open(fixture->store, &reader));
    assert_ok(reader_tx(reader, &tx));
    assert_ok(store_query_one(fixture->cx, tx, &COUNT, ARGS_NONE, &rows, &found));
    int64_t count = col_int(rows, 0);
    reader_close(reader);
    return count;
}

/* -1 when there is no such account. */
static inline int64_t account_balance(struct fixture *fixture, int64_t id)
{
    struct reader *reader;
    struct tx *tx;
    struct rows *rows;
    bool found;

    assert_ok(reader_open(fixture->store, &reader));
    assert_ok(reader_tx(reader, &tx));
    assert_ok(store_query_one(fixture->cx, tx, &BALANCE, ARGS(V_INT(id)), &rows, &found));
    int64_t balance = found ? col_int(rows, 0) : -1;
    reader_close(reader);
    return balance;
}

#endif
