#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/must.h"
#include "store/postgres/postgres.h"

static const char SCHEMA_TEXT[] =
    "CREATE TABLE schema_migration (" /* one row: a migration that this database has */
    " number BIGINT PRIMARY KEY CHECK (number > 0),"
    " name TEXT COLLATE \"C\" NOT NULL,"
    " checksum TEXT COLLATE \"C\" NOT NULL,"
    " applied_us BIGINT NOT NULL"
    ");"
    "CREATE TABLE store_writer (" /* one row: a connection that writes, and its last commit */
    " id BIGINT PRIMARY KEY,"
    " commits BIGINT NOT NULL"
    ");";

/* --- connections --- */

static err_t postgres_connect(struct database *database, enum access access,
                              struct connection **out)
{
    struct connection *connection = process_make(struct connection);

    connection->database = database;
    connection->access = access;
    err_t err = session_need(connection);
    if (err != OK) {
        session_end(connection);
        return err;
    }
    *out = connection;
    return OK;
}

/* What tells it in time whether a server is there is the flusher. */
static void postgres_hurry(struct connection *connection)
{
    connection->hurries = connection->database->flusher != NULL;
}

/* --- transactions --- */

/* Whether a connection died while it had nothing to do. The end comes behind what the server has to
 * say about it. */
static bool is_dead(const struct connection *connection)
{
    const struct pq_library *pq = &connection->database->pq;

    if (!pq->PQconsumeInput(connection->pg))
        return true;
    return !pq->PQconsumeInput(connection->pg);
}

static err_t postgres_begin(struct connection *connection)
{
    must(!connection->open);
    /* What would be sent on it may be a whole group with its COMMIT, of which nobody would know. A
     * server that the flusher has not reached would be waited for. */
    if (connection->pg != NULL && ((connection->access == ACCESS_WRITE && is_dead(connection)) ||
                                   flusher_is_away(connection->database->flusher)))
        pipeline_lose(connection);
    TRY(session_need(connection));
    connection->open = true;
    connection->begin_waits = true;
    connection->gathers = connection->one_log; /* it goes by places of rows, which several have */
    connection->expects = false;
    connection->failure = OK;
    connection->changes_before = connection->changes;
    return OK;
}

/* Nothing was said to the server. */
static bool is_unused(const struct connection *connection)
{
    return connection->open && connection->begin_waits;
}

/* The server takes COMMIT for ROLLBACK when the transaction has failed, and says so. */
static bool is_committed(const struct connection *connection, PGresult *result)
{
    return result != NULL && strcmp(connection->database->pq.PQcmdStatus(result), "COMMIT") == 0;
}

/* What the server does not look at itself is looked at before it is told to commit. */
static err_t counts_look(struct connection *connection)
{
    TRY(gather_send(connection, UINT64_MAX));
    return connection->doubtful ? pipeline_await(connection, NULL) : OK;
}

static err_t commit(struct connection *connection, const struct ending *ending,
                    struct commit_mark *mark)
{
    PGresult *result = NULL;

    *mark = (struct commit_mark){0};
    if (is_unused(connection) && connection->failure == OK && !ending->always &&
        !connection->expects) {
        connection->open = false;
        return OK;
    }
    if (!connection->open)
        return ERR_IO;
    if (transaction_begin(connection) != OK || counts_look(connection) != OK ||
        mark_write(connection, ending, mark) != OK)
        return connection->pg == NULL ? ERR_BUSY : ERR_STATE;
    connection->ended_before = false;
    err_t err = pipeline_command(connection, "COMMIT");
    if (err == OK)
        err = pipeline_finish(connection, &result);
    if (connection->pg == NULL) {
        connection->open = false;
        return connection->ended_before ? ERR_BUSY : mark_resolve(connection, mark);
    }
    if (err != OK)
        err = ERR_STATE; /* what had failed before it kept the server from reading it */
    else if (!is_committed(connection, result))
        err = ERR_IO;
    connection->database->pq.PQclear(result);
    connection->open = err != OK;
    if (err == OK && mark->session != 0) {
        connection->others = connection->marked != mark->number + 1;
        mark->number = connection->made = connection->marked;
        mark->kept = !ending->ahead;
    }
    return err;
}

static err_t postgres_commit(struct connection *connection)
{
    struct commit_mark mark;

    return commit(connection, &(struct ending){0}, &mark);
}

static err_t postgres_commit_ahead(struct connection *connection, bool always,
                                   struct commit_mark *mark)
{
    struct flusher *flusher = connection->database->flusher;
    bool shared = connection->one_log && flusher != NULL; /* with others that go ahead, too */
    const struct ending ending = {
        .ahead = shared && flusher_is_there(flusher),
        .marked = shared,
        .always = shared && always,
    };

    err_t err = commit(connection, &ending, mark);
    if (err != OK)
        *mark = (struct commit_mark){0};
    return err;
}

static bool postgres_others_write(const struct connection *connection)
{
    return connection->others;
}

static err_t postgres_turn(struct connection *connection)
{
    TRY(transaction_begin(connection));
    return pipeline_await(connection, NULL);
}

static int64_t postgres_session(const struct connection *connection)
{
    return connection->connects;
}

static void postgres_rollback(struct connection *connection)
{
    bool unused = is_unused(connection);

    if (!connection->open)
        return;
    connection->open = false;
    connection->begin_waits = false;
    connection->each = false;
    gather_drop(connection);
    if (unused || connection->pg == NULL) {
        connection->failure = OK;
        return;
    }
    /* After a failure the server wants to be asked first; it is asked for the rest anyway. */
    err_t ignored = pipeline_await(connection, NULL);
    (void)ignored;
    connection->failure = OK;
    if (pipeline_command(connection, "ROLLBACK") == OK)
        pipeline_leave(connection);
}

static bool postgres_in_transaction(const struct connection *connection)
{
    return connection->open && connection->pg != NULL && connection->failure == OK;
}

static int64_t postgres_changes(const struct connection *connection)
{
    return connection->changes;
}

static err_t postgres_send(struct connection *connection)
{
    return gather_send(connection, UINT64_MAX);
}

static bool postgres_settled(struct connection *connection)
{
    return connection->failure == OK && postgres_send(connection) == OK &&
           pipeline_await(connection, NULL) == OK && known_is_expected(connection);
}

static void postgres_each(struct connection *connection, bool each)
{
    connection->each = each;
}

/* --- savepoints --- */

static err_t savepoint_command(struct connection *connection, const char *text)
{
    TRY(transaction_begin(connection));
    return pipeline_command(connection, text);
}

static err_t postgres_savepoint(struct connection *connection)
{
    TRY(gather_send(connection, UINT64_MAX));
    connection->gathers = false; /* what failed is to be told from what it was part of */
    return savepoint_command(connection, "SAVEPOINT job");
}

static err_t postgres_savepoint_release(struct connection *connection)
{
    return savepoint_command(connection, "RELEASE SAVEPOINT job");
}

static err_t postgres_savepoint_undo(struct connection *connection)
{
    err_t ignored = pipeline_await(connection, NULL);

    (void)ignored;
    if (connection->pg == NULL)
        return ERR_UNAVAILABLE; /* nothing of it was committed */
    connection->failure = OK;
    return savepoint_command(connection, "ROLLBACK TO SAVEPOINT job");
}

/* --- the rest --- */

static err_t postgres_clock(struct connection *connection, int64_t *now_us)
{
    const struct pq_library *pq = &connection->database->pq;
    struct value now;
    PGresult *result;

    TRY(transaction_begin(connection));
    TRY(pipeline_command(connection,
                         "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"));
    TRY(pipeline_await(connection, &result));
    err_t err = column_decode(pq, result, 0, 0, NULL, &now);
    pq->PQclear(result);
    if (err == OK)
        *now_us = now.number;
    return err;
}

static void postgres_tidy(struct connection *connection)
{
    (void)connection;
}

static err_t postgres_backup(struct ctx *cx, struct connection *connection, const char *path)
{
    (void)connection;
    (void)path;
    return fault(cx, ERR_STATE, "store",
                 "is backed up with PostgreSQL's own tools: see docs/operations.md");
}

/* --- migrations --- */

static err_t postgres_schema_kind(struct connection *connection, enum schema_kind *out)
{
    const struct pq_library *pq = &connection->database->pq;
    PGresult *result;

    TRY(pipeline_command(connection,
                         "SELECT CASE WHEN count(*) = 0 THEN 'empty'"
                         " WHEN count(*) FILTER (WHERE tablename = 'copy_unfinished') = 1"
                         " THEN 'unfinished'"
                         " WHEN count(*) FILTER (WHERE tablename = 'schema_migration') = 1"
                         " THEN 'ours' ELSE 'foreign' END"
                         " FROM pg_tables WHERE schemaname = current_schema()"));
    TRY(pipeline_finish(connection, &result));
    *out = schema_kind_of(pq->PQgetvalue(result, 0, 0));
    pq->PQclear(result);
    return OK;
}

/* Servers that start together must not migrate together. */
static err_t postgres_migrating(struct connection *connection, bool on)
{
    TRY(pipeline_command(connection, on ? "SELECT pg_advisory_lock" MIGRATING_KEY
                                        : "SELECT pg_advisory_unlock" MIGRATING_KEY));
    return pipeline_finish(connection, NULL);
}

static void postgres_schema_known(struct database *database, int number)
{
    atomic_store(&database->schema, number);
}

/* Many commands in one text go outside the pipeline only. */
static err_t postgres_script(struct connection *connection, const char *text)
{
    const struct pq_library *pq = &connection->database->pq;
    bool lost = false;

    TRY(transaction_begin(connection));
    TRY(gather_send(connection, UINT64_MAX));
    TRY(pipeline_stop(connection));
    PGresult *result = pq->PQexec(connection->pg, text);
    err_t err = pq->PQresultStatus(result) == PGRES_COMMAND_OK ||
                        pq->PQresultStatus(result) == PGRES_TUPLES_OK
                    ? OK
                    : postgres_err(connection, result, "script", &lost);
    pq->PQclear(result);
    return pipeline_resume(connection, err, lost);
}

/* Foreign keys are never at rest here. */
static err_t postgres_schema_check(struct connection *connection)
{
    return postgres_in_transaction(connection) ? OK : ERR_IO;
}

/* --- copying --- */

#define OUR_TABLES                                                                                 \
    " t.relnamespace = CAST(current_schema() AS regnamespace) AND t.relkind = 'r'"                 \
    " AND t.relname NOT IN ('schema_migration', 'store_writer', 'copy_unfinished')"

static const struct sql TABLES = {
    .name = "copy_tables",
    .number = SQL_COPY_TABLES,
    .rows = SQL_ROWS_ANY,
    .text = "SELECT CAST(t.relname AS TEXT), CAST(a.attname AS TEXT),"
            " CASE COALESCE(NULLIF(y.typbasetype, 0), y.oid)"
            " WHEN CAST('bigint' AS regtype) THEN 'int' WHEN CAST('text' AS regtype) THEN 'text'"
            " WHEN CAST('bytea' AS regtype) THEN 'blob' ELSE '' END,"
            " COALESCE(array_position(CAST(k.indkey AS SMALLINT[]), a.attnum) + 1, 0) AS place"
            " FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0"
            " AND NOT a.attisdropped JOIN pg_type y ON y.oid = a.atttypid LEFT JOIN pg_index k ON "
            "k.indrelid = t.oid AND k.indisprimary"
            " WHERE" OUR_TABLES
            " ORDER BY t.relname, COALESCE(array_position(CAST(k.indkey AS SMALLINT[]), a.attnum),"
            " 32767), a.attname",
};

static const struct sql REFERENCES = {
    .name = "copy_references",
    .number = SQL_COPY_REFERENCES,
    .rows = SQL_ROWS_ANY,
    .text = "SELECT DISTINCT CAST(t.relname AS TEXT), CAST(o.relname AS TEXT) FROM pg_constraint f"
            " JOIN pg_class t ON t.oid = f.conrelid JOIN pg_class o ON o.oid = f.confrelid"
            " WHERE f.contype = 'f' AND o.oid <> t.oid AND" OUR_TABLES,
};

const struct engine POSTGRES_ENGINE = {
    .scheme = "postgresql:",
    .shared = true,
    .open = postgres_open,
    .close = postgres_close,
    .connect = postgres_connect,
    .disconnect = session_end,
    .hurry = postgres_hurry,
    .begin = postgres_begin,
    .commit = postgres_commit,
    .commit_ahead = postgres_commit_ahead,
    .session = postgres_session,
    .others_write = postgres_others_write,
    .turn = postgres_turn,
    .flush = postgres_flush,
    .rollback = postgres_rollback,
    .in_transaction = postgres_in_transaction,
    .known_version = known_version,
    .known_expect = known_expect,
    .known_change = known_change,
    .clock = postgres_clock,
    .changes = postgres_changes,
    .savepoint = postgres_savepoint,
    .savepoint_release = postgres_savepoint_release,
    .savepoint_undo = postgres_savepoint_undo,
    .run = postgres_run,
    .run_ahead = postgres_run_ahead,
    .send = postgres_send,
    .settled = postgres_settled,
    .each = postgres_each,
    .query = postgres_query,
    .step = postgres_step,
    .cursor_end = postgres_cursor_end,
    .tidy = postgres_tidy,
    .backup = postgres_backup,
    .schema_kind = postgres_schema_kind,
    .migrating = postgres_migrating,
    .others = session_others,
    .schema_known = postgres_schema_known,
    .script = postgres_script,
    .schema_check = postgres_schema_check,
    .schema_text = SCHEMA_TEXT,
    .tables = &TABLES,
    .references = &REFERENCES,
    .copied_text = "ANALYZE;", /* plans that servers make from now on know how much there is */
    .load = postgres_load,
    .migrations = MIGRATIONS_POSTGRES,
    .migration_count = &MIGRATIONS_POSTGRES_COUNT,
};
