#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/must.h"
#include "store/postgres/postgres.h"

/* How long nobody tries to connect after a failure, doubling. */
enum { RETRY_FIRST_US = 50000, RETRY_MAX_US = 1000000 };

/* Who writes holds a lock that others wait for: a server that is stopped in the middle, or cut off,
 * has to lose its transaction. To wait for it is no long statement, and after it each statement
 * sees what the others did, also of a transaction that is only asked about (mark.c). A commit that
 * was answered is on the disk, whatever the database is set to. */
#define SERVER                                                                                     \
    "SELECT CAST(EXTRACT(EPOCH FROM pg_postmaster_start_time()) * 1000000 AS BIGINT),"             \
    " CAST(NOT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') AND version() ~"        \
    " '^PostgreSQL [0-9.]+ ' AS INT), "
#define SETTINGS                                                                                   \
    ", set_config('idle_in_transaction_session_timeout', '10s', false),"                           \
    " set_config('lock_timeout', '20s', false),"                                                   \
    " set_config('statement_timeout', '0', false),"                                                \
    " set_config('default_transaction_isolation', 'read committed', false),"                       \
    " set_config('jit', 'off', false),"                                                            \
    " set_config('plan_cache_mode', 'force_generic_plan', false),"                                 \
    " set_config('enable_seqscan', 'off', false),"                                                 \
    " set_config('enable_hashjoin', 'off', false),"                                                \
    " set_config('enable_mergejoin', 'off', false),"                                               \
    " set_config('random_page_cost', '0.1', false),"                                               \
    " set_config('synchronous_commit', CASE current_setting('synchronous_commit')"                 \
    " WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)"

/* Whoever may write holds this lock, shared; who must be alone holds it for himself. It goes with
 * the connection, and each schema has its own. */
#define LOCK_KEY "(49193218, CAST(CAST(CAST(current_schema() AS regnamespace) AS oid) AS INT))"

/* Others who hold it, but for those that wait for the lock of migrations: of its one number the
 * catalogue shows the halves. */
static const char OTHERS[] =
    "SELECT count(*) FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND l.classid = 49193218 AND l.objid = CAST(CAST(current_schema() AS regnamespace) AS oid)"
    " AND l.objsubid = 2 AND l.pid <> pg_backend_pid() AND NOT EXISTS (SELECT 1 FROM pg_locks w"
    " WHERE w.locktype = 'advisory' AND w.pid = l.pid AND NOT w.granted"
    " AND ((CAST(w.classid AS BIGINT) << 32) | CAST(w.objid AS BIGINT)) = " MIGRATING_KEY ")";

/* How a session begins: which server it is, of which kind, and whether it has its lock, for which
 * it does not wait: nobody may have come in between. */
static const char READER_BEGIN[] = SERVER "1, set_config('jit', 'off', false)";
static const char TOGETHER_BEGIN[] =
    SERVER "CAST(pg_try_advisory_lock_shared" LOCK_KEY " AS INT)" SETTINGS;
static const char ALONE_BEGIN[] = SERVER "CAST(pg_try_advisory_lock" LOCK_KEY " AS INT)" SETTINGS;

/* Whether it is to be had. A server that was ended just now may hold it for a moment more. */
static const char ALONE_TRIED[] = "SELECT set_config('lock_timeout', '5s', false);"
                                  "SELECT pg_advisory_lock" LOCK_KEY ";"
                                  "SELECT pg_advisory_unlock" LOCK_KEY;
static const char TOGETHER_TRIED[] = "SELECT set_config('lock_timeout', '5s', false);"
                                     "SELECT pg_advisory_lock_shared" LOCK_KEY ";"
                                     "SELECT pg_advisory_unlock_shared" LOCK_KEY;

/* Whoever comes back may have been away while a newer program changed the schema, or may meet it at
 * that. Who writes waits for its end, without being one of those that it waits for (OTHERS). */
static const char SCHEMA_WAIT[] = "SELECT pg_advisory_lock_shared" MIGRATING_KEY;
static const char SCHEMA_GO_ON[] = "SELECT pg_advisory_unlock_shared" MIGRATING_KEY;
static const char SCHEMA_LOOK[] = "SELECT MAX(number) FROM schema_migration";

/* --- connecting --- */

static void notice_drop(void *arg, const PGresult *result)
{
    (void)arg;
    (void)result;
}

/* What the address does not say, and which of its servers. A peer that has gone is noticed within
 * seconds. What is empty counts as not said. */
static const char *const NAMES[] = {
    "connect_timeout",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
    "gssencmode",
    "application_name",
    "dbname",
    "client_encoding",
    "host",
    "hostaddr",
    "port",
    NULL,
};

struct values {
    const char *of[ARRAY_LEN(NAMES)];
};

static struct values values_of(const struct database *database, const struct place *place)
{
    return (struct values){
        {"3", "5", "2", "3", "10000", "disable", "guichet", database->url, "UTF8", place->host,
         place->hostaddr, place->port, NULL}
    };
}

static PGconn *connect(const struct database *database, const struct place *place)
{
    struct values values = values_of(database, place);

    return database->pq.PQconnectdbParams(NAMES, values.of, 1);
}

void session_place(const struct connection *connection, struct place *out)
{
    const struct pq_library *pq = &connection->database->pq;

    snprintf(out->host, sizeof out->host, "%s", pq->PQhost(connection->pg));
    snprintf(out->hostaddr, sizeof out->hostaddr, "%s", pq->PQhostaddr(connection->pg));
    snprintf(out->port, sizeof out->port, "%s", pq->PQport(connection->pg));
}

static const char *begin_of(const struct connection *connection)
{
    if (connection->access != ACCESS_WRITE)
        return READER_BEGIN;
    return connection->database->alone ? ALONE_BEGIN : TOGETHER_BEGIN;
}

static bool begin_take(struct connection *connection, const PGresult *result)
{
    enum { SERVER_STARTED, HAS_ONE_LOG, HAS_LOCK, COLUMNS };
    struct value values[COLUMNS];

    for (int i = 0; i < COLUMNS; i++) {
        if (column_decode(&connection->database->pq, result, 0, i, NULL, &values[i]) != OK)
            return false;
    }
    connection->server = values[SERVER_STARTED].number;
    connection->one_log = values[HAS_ONE_LOG].number == 1;
    return values[HAS_LOCK].number == 1;
}

static bool settle_in(struct connection *connection)
{
    const struct pq_library *pq = &connection->database->pq;
    PGresult *result;

    pq->PQsetNoticeReceiver(connection->pg, notice_drop, NULL);
    connection->server = 0;
    connection->failure = OK;
    if (pq->PQsetnonblocking(connection->pg, 1) != 0 || !pq->PQenterPipelineMode(connection->pg) ||
        pipeline_command(connection, begin_of(connection)) != OK ||
        pipeline_finish(connection, &result) != OK)
        return false;
    bool right = begin_take(connection, result);
    pq->PQclear(result);
    return right;
}

static err_t schema_ask(struct connection *connection, struct value *number)
{
    const struct pq_library *pq = &connection->database->pq;
    bool writes = connection->access == ACCESS_WRITE;
    PGresult *result;

    if (writes)
        TRY(pipeline_command(connection, SCHEMA_WAIT));
    TRY(pipeline_command(connection, SCHEMA_LOOK));
    TRY(pipeline_finish(connection, &result));
    err_t err = column_decode(pq, result, 0, 0, NULL, number);
    pq->PQclear(result);
    TRY(err);
    if (!writes)
        return OK;
    TRY(pipeline_command(connection, SCHEMA_GO_ON));
    return pipeline_finish(connection, NULL);
}

static bool schema_is_ours(struct connection *connection)
{
    int schema = atomic_load(&connection->database->schema);
    struct value number;

    if (schema == 0)
        return true;
    if (schema_ask(connection, &number) != OK)
        return false;
    if (number.number != schema)
        log_event(NULL, EV_STORE_FAILED, LOG_WORD("step", "schema"));
    return number.number == schema;
}

static void retry_later(struct connection *connection)
{
    int64_t wait_us = connection->retry_wait_us * 2;

    if (wait_us == 0)
        wait_us = RETRY_FIRST_US;
    connection->retry_wait_us = wait_us < RETRY_MAX_US ? wait_us : RETRY_MAX_US;
    connection->retry_at_us = clock_monotonic_us() + connection->retry_wait_us;
}

static err_t session_make(struct connection *connection, const struct place *place)
{
    const struct pq_library *pq = &connection->database->pq;

    connection->pg = connect(connection->database, place);
    if (pq->PQstatus(connection->pg) != CONNECTION_OK || !settle_in(connection) ||
        !schema_is_ours(connection)) {
        pipeline_lose(connection);
        retry_later(connection);
        log_event(NULL, EV_STORE_FAILED, LOG_WORD("step", "connect"));
        return ERR_UNAVAILABLE;
    }
    connection->retry_wait_us = 0;
    connection->id_us = 0;
    connection->connects++;
    connection->alone = connection->database->alone && connection->access == ACCESS_WRITE;
    return OK;
}

/* A reader goes where commits are brought to the disk: elsewhere it would not be believed. One that
 * hurries does not look for it, which takes seconds where nobody answers. */
err_t session_need(struct connection *connection)
{
    struct flusher *flusher = connection->database->flusher;
    struct place place = {.host = ""};

    if (connection->pg != NULL)
        return OK;
    /* The lock of one who was alone went with the connection: others may have written since. */
    if (connection->alone || clock_monotonic_us() < connection->retry_at_us)
        return ERR_UNAVAILABLE;
    if (connection->access == ACCESS_READ && flusher != NULL && !flusher_leads(flusher, &place) &&
        connection->hurries)
        return ERR_UNAVAILABLE;
    return session_make(connection, &place);
}

/* One that takes no connection, since it has too many or begins, is there. */
static bool takes_none(const struct database *database, const struct place *place)
{
    struct values values = values_of(database, place);
    PGPing answer = database->pq.PQpingParams(NAMES, values.of, 1);

    return answer == PQPING_OK || answer == PQPING_REJECT;
}

static err_t others_count(struct connection *connection, bool *out)
{
    const struct pq_library *pq = &connection->database->pq;
    struct value count;
    PGresult *result;

    TRY(pipeline_command(connection, OTHERS));
    TRY(pipeline_finish(connection, &result));
    err_t err = column_decode(pq, result, 0, 0, NULL, &count);
    pq->PQclear(result);
    if (err == OK)
        *out = count.number > 0;
    return err;
}

/* One that was killed just now holds its lock for a moment more. */
err_t session_others(struct connection *connection, bool *out)
{
    enum { LOOKS = 25 };

    for (int i = 0; i < LOOKS; i++) {
        TRY(others_count(connection, out));
        if (!*out)
            return OK;
        TRY(pipeline_command(connection, "SELECT pg_sleep(0.2)"));
        TRY(pipeline_finish(connection, NULL));
    }
    return OK;
}

bool session_vouches(const struct connection *connection)
{
    struct connection *other = process_make(struct connection);
    struct place place;

    session_place(connection, &place);
    other->database = connection->database;
    other->access = ACCESS_READ;
    bool there = session_make(other, &place) == OK ? other->server == connection->server
                                                   : takes_none(connection->database, &place);
    session_end(other);
    return there;
}

void session_end(struct connection *connection)
{
    pipeline_lose(connection);
    gather_free(connection);
    process_free(connection->sent);
    process_free(connection->prepared);
    process_free(connection);
}

/* --- the database --- */

/* The first answer of a query, as a text; "" when there is none. */
static void ask(const struct database *database, PGconn *pg, const char *text, char *out,
                size_t size)
{
    PGresult *result = database->pq.PQexec(pg, text);

    out[0] = '\0';
    if (database->pq.PQresultStatus(result) == PGRES_TUPLES_OK)
        snprintf(out, size, "%s", database->pq.PQgetvalue(result, 0, 0));
    database->pq.PQclear(result);
}

/* Whoever is in the way stays there. */
static bool is_free(const struct database *database, PGconn *pg)
{
    PGresult *result = database->pq.PQexec(pg, database->alone ? ALONE_TRIED : TOGETHER_TRIED);
    bool free = database->pq.PQresultStatus(result) == PGRES_TUPLES_OK;

    database->pq.PQclear(result);
    return free;
}

/* libpq's words, in one line; the password is not among them. */
static err_t not_connected(struct ctx *cx, const struct database *database, PGconn *pg)
{
    struct str said = str_of(database->pq.PQerrorMessage(pg));
    char *line = arena_alloc(cx->arena, said.len + 1);

    for (size_t i = 0; i < said.len; i++)
        line[i] = said.ptr[i] == '\n' || said.ptr[i] == '\t' ? ' ' : said.ptr[i];
    said = str_trim((struct str){line, said.len});
    return fault(cx, ERR_UNAVAILABLE, "store",
                 str_format(cx->arena, "does not answer, or does not let us in: %.*s",
                            (int)said.len, said.ptr)
                     .ptr);
}

static err_t look(struct ctx *cx, const struct database *database, PGconn *pg)
{
    char answer[32];

    if (database->pq.PQstatus(pg) != CONNECTION_OK)
        return not_connected(cx, database, pg);
    ask(database, pg, "SELECT current_setting('server_version_num')::int >= 150000", answer,
        sizeof answer);
    if (strcmp(answer, "t") != 0)
        return fault(cx, ERR_STATE, "store", "is older than PostgreSQL 15");
    ask(database, pg, "SELECT current_setting('server_encoding')", answer, sizeof answer);
    if (strcmp(answer, "UTF8") != 0)
        return fault(cx, ERR_STATE, "store", "must be a database with the encoding UTF8");
    ask(database, pg, "SELECT current_setting('transaction_read_only')", answer, sizeof answer);
    if (strcmp(answer, "off") != 0)
        return fault(cx, ERR_STATE, "store",
                     "cannot be written: say target_session_attrs=read-write in its address");
    ask(database, pg, "SELECT current_schema() IS NOT NULL", answer, sizeof answer);
    if (strcmp(answer, "t") != 0)
        return fault(cx, ERR_STATE, "store", "has no schema that its search_path names");
    if (!is_free(database, pg))
        return fault(cx, ERR_BUSY, "store",
                     database->alone ? "is in use by a server or a command"
                                     : "is being copied by guichet migrate");
    return OK;
}

static err_t open_at(struct ctx *cx, struct database *database)
{
    PQconninfoOption *options = NULL;

    TRY(pq_library_load(&database->pq));
    options = database->pq.PQconninfoParse(database->url, NULL);
    if (options == NULL)
        return fault(cx, ERR_INVALID, "store", "is no PostgreSQL address");
    database->pq.PQconninfoFree(options);
    PGconn *pg = connect(database, &(struct place){.host = ""});
    err_t err = look(cx, database, pg);
    database->pq.PQfinish(pg);
    return err;
}

err_t postgres_open(struct ctx *cx, struct str place, const struct store_options *options,
                    struct database **out)
{
    struct database *database = process_make(struct database);
    const char *scheme = "postgresql:";

    database->alone = options->alone; /* the database itself is made by whoever runs the server */
    database->url = process_alloc(1, strlen(scheme) + place.len + 1);
    memcpy(database->url, scheme, strlen(scheme));
    memcpy(database->url + strlen(scheme), place.ptr, place.len);
    err_t err = open_at(cx, database);
    if (err != OK) {
        postgres_close(database);
        return err;
    }
    if (!database->alone)
        database->flusher = flusher_new(database);
    *out = database;
    return OK;
}

void postgres_close(struct database *database)
{
    flusher_free(database->flusher);
    process_free(database->url);
    process_free(database);
}
