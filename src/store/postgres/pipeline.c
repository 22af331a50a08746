#include <poll.h>
#include <stdint.h>
#include <stdio.h>

#include "base/log.h"
#include "base/must.h"
#include "store/postgres/postgres.h"

/* libpq's pipeline: what is sent is answered in its order, and nobody has to wait for an answer
 * that nobody asks for. The socket never blocks, so that both sides cannot wait for each other to
 * read. */

/* What a group writes leaves in portions: a call of the system each, and the server works on one
 * while the next is made. */
enum { PORTION = 24, NAME_SIZE = 16 };

/* --- the queue --- */

static void queue_put(struct connection *connection, struct sent sent)
{
    if (connection->sent_len == connection->sent_size) {
        size_t size = connection->sent_size == 0 ? 256 : connection->sent_size * 2;
        struct sent *grown = process_alloc(sizeof *grown, size);
        for (size_t i = 0; i < connection->sent_len; i++)
            grown[i] = connection->sent[i];
        process_free(connection->sent);
        connection->sent = grown;
        connection->sent_size = size;
    }
    connection->sent[connection->sent_len++] = sent;
    if (++connection->unsent >= PORTION)
        pipeline_push(connection);
}

void pipeline_lose(struct connection *connection)
{
    if (connection->pg != NULL)
        connection->database->pq.PQfinish(connection->pg);
    connection->pg = NULL;
    gather_drop(connection);
    connection->sent_len = 0;
    connection->doubtful = false;
    connection->unsent = 0;
    if (connection->open)
        connection->failure = ERR_UNAVAILABLE;
    for (size_t i = 0; i < connection->prepared_len; i++)
        connection->prepared[i] = false;
}

static err_t lost(struct connection *connection)
{
    pipeline_lose(connection);
    return ERR_UNAVAILABLE;
}

/* --- waiting --- */

/* How long a server may be silent before somebody asks whether it is there. */
enum { SILENT_MS = 10000, SILENT_IN_HURRY_MS = 2000 };

/* What takes its time is waited for as long as its server is there. One that hangs keeps its
 * connections: its processes stand still, or its disk does, or a proxy has not noticed. */
static bool is_there(struct connection *connection)
{
    bool there = connection->server != 0 &&
                 (connection->hurries ? flusher_vouches(connection) : session_vouches(connection));

    if (!there)
        log_event(NULL, EV_STORE_FAILED, LOG_WORD("step", "wait"));
    return there;
}

/* Until the server says something or, when that is asked for, takes more, or for as long as it may
 * be silent. False: it hangs. That the connection has ended shows afterwards. */
static bool socket_wait(struct connection *connection, short events)
{
    const struct pq_library *pq = &connection->database->pq;
    struct pollfd fd = {.fd = pq->PQsocket(connection->pg), .events = events};
    int ready = poll(&fd, 1, connection->hurries ? SILENT_IN_HURRY_MS : SILENT_MS);

    if (ready == 0 && !is_there(connection))
        return false;
    if (ready > 0 && (fd.revents & ~POLLOUT) == 0)
        return true;
    (void)pq->PQconsumeInput(connection->pg);
    return true;
}

/* TLS may have decrypted more than was asked of it, of which the socket does not tell. */
static bool has_more(const struct connection *connection)
{
    const struct pq_library *pq = &connection->database->pq;

    if (!pq->PQsslInUse(connection->pg))
        return false;
    (void)pq->PQconsumeInput(connection->pg);
    return !pq->PQisBusy(connection->pg);
}

/* NULL: there is none, or the server hangs. */
static PGresult *result_wait(struct connection *connection)
{
    const struct pq_library *pq = &connection->database->pq;

    while (pq->PQisBusy(connection->pg) && !has_more(connection)) {
        if (!socket_wait(connection, POLLIN))
            return NULL;
    }
    return pq->PQgetResult(connection->pg);
}

/* --- sending --- */

void pipeline_push(struct connection *connection)
{
    connection->unsent = 0;
    if (connection->pg != NULL && connection->database->pq.PQflush(connection->pg) < 0)
        pipeline_lose(connection);
}

static bool flush_all(struct connection *connection)
{
    const struct pq_library *pq = &connection->database->pq;

    connection->unsent = 0;
    for (;;) {
        int rest = pq->PQflush(connection->pg);
        if (rest <= 0)
            return rest == 0;
        if (!socket_wait(connection, POLLIN | POLLOUT))
            return false;
    }
}

err_t pipeline_command(struct connection *connection, const char *text)
{
    if (connection->pg == NULL)
        return ERR_UNAVAILABLE;
    if (!connection->database->pq.PQsendQueryParams(connection->pg, text, 0, NULL, NULL, NULL, NULL,
                                                    1))
        return lost(connection);
    queue_put(connection, (struct sent){.kind = SENT_COMMAND});
    return connection->pg == NULL ? ERR_UNAVAILABLE : OK;
}

static void prepared_grow(struct connection *connection, size_t needed)
{
    size_t len = needed < SQL_ALL_COUNT ? SQL_ALL_COUNT : needed;
    bool *grown = process_alloc(sizeof *grown, len);

    for (size_t i = 0; i < connection->prepared_len; i++)
        grown[i] = connection->prepared[i];
    process_free(connection->prepared);
    connection->prepared = grown;
    connection->prepared_len = len;
}

static err_t prepare(struct connection *connection, const struct sql *sql, const char *name)
{
    if ((size_t)sql->number >= connection->prepared_len)
        prepared_grow(connection, (size_t)sql->number + 1);
    if (connection->prepared[sql->number])
        return OK;
    if (!connection->database->pq.PQsendPrepare(connection->pg, name, sql->text, 0, NULL))
        return lost(connection);
    connection->prepared[sql->number] = true; /* until its answer says otherwise */
    queue_put(connection, (struct sent){.kind = SENT_PREPARE, .sql = sql});
    return connection->pg == NULL ? ERR_UNAVAILABLE : OK;
}

static enum sent_kind sent_kind_of(const struct sql *sql)
{
    if (sql->number == SQL_MARK || sql->number == SQL_MARK_AHEAD)
        return SENT_MARK;
    return sql->number == SQL_SEEN ? SENT_SEEN : SENT_STATEMENT;
}

err_t pipeline_statement(struct connection *connection, const struct sql *sql,
                         const struct value *args, bool counted)
{
    struct params params;
    char name[NAME_SIZE];

    must(sql->number >= 0);
    if (connection->pg == NULL)
        return ERR_UNAVAILABLE;
    snprintf(name, sizeof name, "s%d", sql->number);
    TRY(prepare(connection, sql, name));
    params_fill(&params, args, (size_t)sql->params);
    if (!connection->database->pq.PQsendQueryPrepared(
            connection->pg, name, sql->params, params.values, params.lengths, params.formats, 1))
        return lost(connection);
    if (counted)
        connection->doubtful = true;
    queue_put(connection, (struct sent){
                              .kind = sent_kind_of(sql),
                              .sql = sql,
                              .counted = counted,
                          });
    return connection->pg == NULL ? ERR_UNAVAILABLE : OK;
}

/* --- receiving --- */

static bool count_is_right(const struct connection *connection, const struct sent *sent,
                           PGresult *result)
{
    int64_t changed;
    const char *text = connection->database->pq.PQcmdTuples(result);

    return !sent->counted ||
           (str_to_int64(str_of(text), &changed) && sql_rows_fit(sent->sql, changed));
}

/* What the server says of one thing that was sent. False: the connection is gone. */
static bool answer_take(struct connection *connection, const struct sent *sent, PGresult *result)
{
    ExecStatusType status = connection->database->pq.PQresultStatus(result);
    bool gone = false;
    err_t err;

    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        err = count_is_right(connection, sent, result) ? OK : ERR_STATE;
    else if (status == PGRES_PIPELINE_ABORTED) /* something before it has failed */
        err = connection->failure;
    else
        err = postgres_err(connection, result, sent->sql == NULL ? "command" : sent->sql->name,
                           &gone);
    if (gone)
        connection->told_end =
            connection->database->pq.PQresultErrorField(result, PG_DIAG_SQLSTATE) != NULL;
    if (err != OK && sent->sql != NULL && sent->kind == SENT_PREPARE)
        connection->prepared[sent->sql->number] = false;
    if (err != OK && connection->failure == OK)
        connection->failure = err;
    return !gone;
}

static bool number_take(const struct connection *connection, const PGresult *result, int column,
                        int64_t *out)
{
    struct value number;
    bool right = column_decode(&connection->database->pq, result, 0, column, NULL, &number) == OK;

    if (right)
        *out = number.number;
    return right;
}

/* What is asked for by the way. */
static bool numbers_take(struct connection *connection, enum sent_kind kind, const PGresult *result)
{
    if (kind == SENT_MARK)
        return number_take(connection, result, 0, &connection->marked);
    return kind != SENT_SEEN || (number_take(connection, result, 0, &connection->seen) &&
                                 number_take(connection, result, 1, &connection->known));
}

/* The answer to one thing that was sent; *last as in pipeline_await. */
static bool answer_read(struct connection *connection, const struct sent *sent, PGresult **last)
{
    const struct pq_library *pq = &connection->database->pq;
    PGresult *result = result_wait(connection);

    if (result == NULL)
        return false;
    if (sent->kind == SENT_SYNC) {
        bool right = pq->PQresultStatus(result) == PGRES_PIPELINE_SYNC;
        pq->PQclear(result);
        return right;
    }
    bool whole = answer_take(connection, sent, result);
    if (whole && connection->failure == OK)
        whole = numbers_take(connection, sent->kind, result);
    bool kept = whole && last != NULL && connection->failure == OK &&
                (sent->kind == SENT_COMMAND || sent->kind == SENT_STATEMENT);
    if (kept) {
        pq->PQclear(*last);
        *last = result;
    } else {
        pq->PQclear(result);
    }
    PGresult *end = pq->PQgetResult(connection->pg);
    pq->PQclear(end);
    return whole && end == NULL;
}

static err_t answers_read(struct connection *connection, PGresult **last)
{
    if (!flush_all(connection))
        return lost(connection);
    connection->told_end = false;
    for (size_t i = 0; i < connection->sent_len; i++) {
        if (answer_read(connection, &connection->sent[i], last))
            continue;
        /* The last one is the end of the pipeline, and the one before it what it ends. */
        connection->ended_before = connection->told_end && i + 2 < connection->sent_len;
        return lost(connection);
    }
    connection->sent_len = 0;
    connection->doubtful = false;
    return connection->failure;
}

static err_t sync_send(struct connection *connection)
{
    if (connection->pg == NULL)
        return ERR_UNAVAILABLE;
    if (!connection->database->pq.PQpipelineSync(connection->pg))
        return lost(connection);
    queue_put(connection, (struct sent){.kind = SENT_SYNC});
    return connection->pg == NULL ? ERR_UNAVAILABLE : OK;
}

static void last_drop(struct connection *connection, PGresult **last)
{
    if (last == NULL)
        return;
    connection->database->pq.PQclear(*last);
    *last = NULL;
}

err_t pipeline_await(struct connection *connection, PGresult **last)
{
    if (last != NULL)
        *last = NULL;
    if (connection->pg == NULL)
        return ERR_UNAVAILABLE;
    if (connection->sent_len == 0)
        return connection->failure;
    if (!connection->database->pq.PQsendFlushRequest(connection->pg))
        return lost(connection);
    err_t err = answers_read(connection, last);
    if (err == OK)
        return OK;
    last_drop(connection, last);
    /* The server reads on behind the next such mark only. */
    if (connection->pg != NULL && sync_send(connection) == OK) {
        err_t same = answers_read(connection, NULL);
        (void)same;
    }
    return err;
}

err_t pipeline_finish(struct connection *connection, PGresult **last)
{
    if (last != NULL)
        *last = NULL;
    TRY(sync_send(connection));
    err_t err = answers_read(connection, last);
    if (err != OK)
        last_drop(connection, last);
    return err;
}

void pipeline_leave(struct connection *connection)
{
    if (sync_send(connection) == OK)
        pipeline_push(connection);
}

/* --- without it --- */

err_t pipeline_stop(struct connection *connection)
{
    const struct pq_library *pq = &connection->database->pq;

    TRY(pipeline_finish(connection, NULL));
    if (!pq->PQexitPipelineMode(connection->pg) || pq->PQsetnonblocking(connection->pg, 0) != 0)
        return lost(connection);
    return OK;
}

err_t pipeline_resume(struct connection *connection, err_t err, bool gone)
{
    const struct pq_library *pq = &connection->database->pq;

    if (gone || pq->PQsetnonblocking(connection->pg, 1) != 0 ||
        !pq->PQenterPipelineMode(connection->pg))
        return lost(connection);
    connection->failure = err;
    return err;
}
