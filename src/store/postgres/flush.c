#include <time.h>

#include "base/clock.h"
#include "base/must.h"
#include "store/postgres/postgres.h"

/* A group's commit does not wait for the disk: it is in the server's log, others go on from it, and
 * whoever wants to tell the world of it waits here. The log is one, so a commit of our own that
 * does wait brings all that was in it before to the disk, and to the standbys that the server waits
 * for. A commit that cannot be seen from the connection on which that happened was lost. */

/* How long a server is looked for, and how often. */
enum { FLUSH_MAX_US = 15000000, FLUSH_EVERY_US = 50000 };

struct flusher {
    struct database *database;
    pthread_mutex_t turn; /* who holds it uses the connection */
    struct connection *connection;
    pthread_mutex_t known; /* guards the rest */
    int64_t begun;         /* how many flushes */
    int64_t done;          /* which of them was the last that succeeded */
    int64_t server;        /* that it was about */
    int64_t durable;       /* every transaction below this number has ended, and is on the disk */
};

struct flusher *flusher_new(struct database *database)
{
    struct flusher *flusher = process_make(struct flusher);

    flusher->database = database;
    must(pthread_mutex_init(&flusher->turn, NULL) == 0);
    must(pthread_mutex_init(&flusher->known, NULL) == 0);
    return flusher;
}

void flusher_free(struct flusher *flusher)
{
    if (flusher->connection != NULL)
        session_end(flusher->connection);
    pthread_mutex_destroy(&flusher->known);
    pthread_mutex_destroy(&flusher->turn);
    process_free(flusher);
}

/* --- one commit that waits --- */

static const struct sql FLUSH = {
    .name = "flush",
    .number = SQL_FLUSH,
    .params = 3,
    .rows = 1,
    .text = "INSERT INTO store_writer (id, commits) VALUES ($1, $2)"
            " ON CONFLICT (id) DO UPDATE SET commits = EXCLUDED.commits"
            " RETURNING COALESCE((SELECT w.commits FROM store_writer w WHERE w.id = $3), 0),"
            " CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT),"
            " CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)",
};

/* With the turn. */
static err_t connection_need(struct flusher *flusher)
{
    if (flusher->connection == NULL) {
        flusher->connection = process_make(struct connection);
        flusher->connection->database = flusher->database;
        flusher->connection->access = ACCESS_WRITE;
    }
    flusher->connection->failure = OK;
    return session_need(flusher->connection);
}

static err_t number_at(const struct database *database, const PGresult *result, int column,
                       int64_t *out)
{
    struct value value;

    TRY(column_decode(&database->pq, result, 0, column, NULL, &value));
    *out = value.number;
    return OK;
}

static int64_t flush_begin(struct flusher *flusher)
{
    must(pthread_mutex_lock(&flusher->known) == 0);
    int64_t number = ++flusher->begun;
    must(pthread_mutex_unlock(&flusher->known) == 0);
    return number;
}

/* All that had ended when the statement began is on the disk; so is its own transaction `own`, and
 * nothing else is between when nothing older was under way. */
static void flush_done(struct flusher *flusher, int64_t number, int64_t own, int64_t under_way)
{
    must(pthread_mutex_lock(&flusher->known) == 0);
    flusher->done = number;
    flusher->server = flusher->connection->server;
    flusher->durable = under_way == own ? own + 1 : under_way;
    must(pthread_mutex_unlock(&flusher->known) == 0);
}

/* With the turn. */
static err_t flush_once(struct flusher *flusher, int64_t session, int64_t *kept)
{
    const struct pq_library *pq = &flusher->database->pq;
    int64_t number = flush_begin(flusher);
    PGresult *result;
    int64_t own;
    int64_t under_way;

    TRY(connection_need(flusher));
    struct connection *connection = flusher->connection;
    const struct value args[] = {V_INT(connection->session), V_INT(++connection->commits),
                                 V_INT(session)};
    TRY(pipeline_statement(connection, &FLUSH, args, false));
    TRY(pipeline_finish(connection, &result));
    err_t err = number_at(flusher->database, result, 0, kept);
    if (err == OK)
        err = number_at(flusher->database, result, 1, &own);
    if (err == OK)
        err = number_at(flusher->database, result, 2, &under_way);
    pq->PQclear(result);
    if (err == OK)
        flush_done(flusher, number, own, under_way);
    return err;
}

err_t postgres_flush(struct database *database, int64_t session, int64_t *kept)
{
    const struct timespec pause = {.tv_nsec = FLUSH_EVERY_US * 1000L};
    struct flusher *flusher = database->flusher;
    int64_t until_us = clock_monotonic_us() + FLUSH_MAX_US;

    for (;;) {
        must(pthread_mutex_lock(&flusher->turn) == 0);
        err_t err = flush_once(flusher, session, kept);
        must(pthread_mutex_unlock(&flusher->turn) == 0);
        if (err == OK)
            return OK;
        if (clock_monotonic_us() >= until_us)
            return ERR_IO;
        nanosleep(&pause, NULL);
    }
}

/* --- readers --- */

static const struct sql SEEN = {
    .name = "seen",
    .number = SQL_SEEN,
    .rows = 1,
    .text = "SELECT CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS TEXT) AS BIGINT)",
};

static bool may_see_more(const struct connection *reader)
{
    return reader->one_log && !reader->database->alone;
}

err_t seen_ask(struct connection *reader)
{
    return may_see_more(reader) ? pipeline_statement(reader, &SEEN, NULL, false) : OK;
}

/* Whether what the snapshot shows is on the disk: it shows nothing new, or more than `begun`
 * flushes were begun since. Numbers of two servers say nothing of each other. */
static bool is_durable(struct flusher *flusher, const struct connection *reader, int64_t begun)
{
    must(pthread_mutex_lock(&flusher->known) == 0);
    bool durable = flusher->server == reader->server &&
                   (flusher->durable >= reader->seen || flusher->done > begun);
    must(pthread_mutex_unlock(&flusher->known) == 0);
    return durable;
}

err_t seen_wait(struct connection *reader)
{
    struct flusher *flusher = reader->database->flusher;
    int64_t kept;
    err_t err = OK;

    if (!may_see_more(reader))
        return OK;
    must(pthread_mutex_lock(&flusher->known) == 0);
    int64_t begun = flusher->begun;
    must(pthread_mutex_unlock(&flusher->known) == 0);
    if (is_durable(flusher, reader, begun))
        return OK;
    must(pthread_mutex_lock(&flusher->turn) == 0);
    if (!is_durable(flusher, reader, begun))
        err = flush_once(flusher, 0, &kept);
    must(pthread_mutex_unlock(&flusher->turn) == 0);
    if (err == OK && is_durable(flusher, reader, begun))
        return OK;
    pipeline_lose(reader);
    return ERR_UNAVAILABLE;
}
