#include "base/must.h"
#include "store/postgres/postgres.h"

/* A query that has its answer: all of it, or what went wrong. */
struct cursor {
    struct connection *connection;
    const struct sql *sql;
    PGresult *result;
    err_t err;
    int row;
    int columns;
};

/* One key for all servers of a database: bodies run one after the other, whichever server they are
 * of (docs/adr/0047). */
static const struct sql LOCK = {
    .name = "lock",
    .number = SQL_LOCK,
    .rows = 1,
    .text = "SELECT pg_advisory_xact_lock(4919321801)",
};

err_t lock_wait(struct connection *connection)
{
    return pipeline_statement(connection, &LOCK, NULL, false);
}

/* --- the transaction --- */

err_t transaction_begin(struct connection *connection)
{
    bool writes = connection->access == ACCESS_WRITE;

    if (!connection->open)
        return ERR_IO;
    if (connection->pg == NULL)
        return ERR_UNAVAILABLE;
    if (connection->failure != OK)
        return ERR_IO;
    if (!connection->begin_waits)
        return OK;
    connection->begin_waits = false;
    TRY(pipeline_command(connection, writes ? "BEGIN ISOLATION LEVEL READ COMMITTED"
                                            : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    return writes ? lock_wait(connection) : seen_ask(connection);
}

static bool is_select(const struct sql *sql)
{
    return str_starts(str_of(sql->text), STR("SELECT"));
}

/* --- one statement with its answer --- */

/* Whatever fails is undone, and the transaction goes on. */
static err_t guarded(struct connection *connection, const struct sql *sql, const struct value *args,
                     PGresult **result)
{
    TRY(pipeline_command(connection, "SAVEPOINT statement"));
    TRY(pipeline_statement(connection, sql, args, false));
    err_t err = pipeline_await(connection, result);
    if (connection->pg == NULL)
        return ERR_UNAVAILABLE;
    if (err == OK)
        return pipeline_command(connection, "RELEASE SAVEPOINT statement");
    connection->failure = OK;
    TRY(pipeline_command(connection, "ROLLBACK TO SAVEPOINT statement"));
    TRY(pipeline_command(connection, "RELEASE SAVEPOINT statement"));
    TRY(pipeline_await(connection, NULL));
    return err;
}

static err_t answered(struct connection *connection, const struct sql *sql,
                      const struct value *args, PGresult **result)
{
    *result = NULL;
    TRY(transaction_begin(connection));
    TRY(gather_send(connection, ~sql->spared));
    if (connection->each && !is_select(sql))
        return guarded(connection, sql, args, result);
    TRY(pipeline_statement(connection, sql, args, false));
    return pipeline_await(connection, result);
}

static int64_t changed_by(const struct connection *connection, PGresult *result)
{
    int64_t changed = 0;

    must(str_to_int64(str_of(connection->database->pq.PQcmdTuples(result)), &changed));
    return changed;
}

err_t postgres_run(struct connection *connection, const struct sql *sql, const struct value *args,
                   int64_t *changed)
{
    PGresult *result;

    *changed = 0;
    err_t err = answered(connection, sql, args, &result);
    if (err == OK)
        *changed = changed_by(connection, result);
    connection->database->pq.PQclear(result);
    if (!is_select(sql))
        connection->changes += *changed;
    return err;
}

static err_t sent_ahead(struct connection *connection, const struct sql *sql,
                        const struct value *args)
{
    if (gather_takes(connection, sql))
        return gather_add(connection, sql, args);
    TRY(gather_send(connection, ~sql->spared));
    return pipeline_statement(connection, sql, args, !sql->certain);
}

err_t postgres_run_ahead(struct connection *connection, const struct sql *sql,
                         const struct value *args)
{
    int64_t changed;

    if (!connection->each) {
        TRY(transaction_begin(connection));
        TRY(sent_ahead(connection, sql, args));
        if (!is_select(sql))
            connection->changes++;
        return OK;
    }
    TRY(postgres_run(connection, sql, args, &changed));
    return sql_rows_fit(sql, changed) ? OK : ERR_STATE;
}

/* --- queries --- */

/* What a snapshot shows may be told, or there is no result. */
static err_t result_seen(struct connection *connection, PGresult **result)
{
    err_t err = seen_wait(connection);

    if (err != OK) {
        connection->database->pq.PQclear(*result);
        *result = NULL;
    }
    return err;
}

/* The first query of a snapshot. *again: a connection had died while it had nothing to do, this one
 * or that of whoever waits for the disk. */
static err_t query_try(struct connection *connection, const struct sql *sql,
                       const struct value *args, PGresult **result, bool *again)
{
    err_t err = answered(connection, sql, args, result);

    *again = connection->pg == NULL;
    if (err != OK)
        return err;
    err = result_seen(connection, result);
    *again = err == ERR_BUSY;
    return *again ? ERR_UNAVAILABLE : err;
}

/* Either of the two may have died. */
static err_t query_first(struct connection *connection, const struct sql *sql,
                         const struct value *args, PGresult **result)
{
    enum { CONNECTIONS = 2 };
    bool again;
    err_t err = query_try(connection, sql, args, result, &again);

    for (int dead = 0; dead < CONNECTIONS && again && session_need(connection) == OK; dead++) {
        connection->failure = OK;
        connection->begin_waits = true;
        err = query_try(connection, sql, args, result, &again);
    }
    return err;
}

/* A writer's group runs again as a whole when its connection has died: what it remembers may have
 * been lost with the server. */
static err_t query_once(struct connection *connection, const struct sql *sql,
                        const struct value *args, PGresult **result)
{
    bool first = connection->open && connection->begin_waits && connection->access == ACCESS_READ;

    return first ? query_first(connection, sql, args, result)
                 : answered(connection, sql, args, result);
}

err_t postgres_query(struct connection *connection, const struct sql *sql, const struct value *args,
                     struct cursor **out, int *columns)
{
    const struct pq_library *pq = &connection->database->pq;
    PGresult *result;
    err_t err = query_once(connection, sql, args, &result);

    if (connection->pg == NULL)
        return err;
    struct cursor *cursor = process_make(struct cursor);
    *cursor = (struct cursor){.connection = connection, .sql = sql, .result = result, .err = err};
    if (result != NULL) {
        cursor->columns = pq->PQnfields(result);
        must(cursor->columns > 0);
        if (!is_select(sql))
            connection->changes += changed_by(connection, result);
    }
    *columns = cursor->columns;
    *out = cursor;
    return OK;
}

err_t postgres_step(struct cursor *cursor, struct arena *arena, struct value *values, bool *has)
{
    const struct pq_library *pq = &cursor->connection->database->pq;

    *has = false;
    if (cursor->err != OK)
        return cursor->err;
    if (cursor->row == pq->PQntuples(cursor->result))
        return OK;
    for (int i = 0; i < cursor->columns; i++)
        TRY(column_decode(pq, cursor->result, cursor->row, i, arena, &values[i]));
    cursor->row++;
    *has = true;
    return OK;
}

void postgres_cursor_end(struct cursor *cursor)
{
    cursor->connection->database->pq.PQclear(cursor->result);
    process_free(cursor);
}
