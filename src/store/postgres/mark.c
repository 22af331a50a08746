#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/must.h"
#include "base/rand.h"
#include "store/postgres/postgres.h"

/* Whoever writes keeps the number of its last commit in a row of its own, so that a commit whose
 * answer was lost, or which had not reached the disk, can be asked about afterwards. The numbers
 * of all servers are one series, in the order in which they commit. */

/* How long a commit is looked after whose connection was lost, and how often. */
enum { RESOLVE_MAX_US = 15000000, RESOLVE_EVERY_US = 50000 };

/* A row of store_writer is of use for as long as its commit may be asked about. Its id begins with
 * the second in which it was taken: a connection takes another one each hour, one that asks later
 * than an hour after its commit is told nothing, and rows go after a day. Clocks may differ by
 * hours. */
#define ID_LIFE_US (3600 * SECOND_US)
#define ID_KEPT_S (24 * 3600)
enum { ID_RANDOM_BITS = 31 };

/* --- ids --- */

static int64_t id_floor_of(int64_t second)
{
    return second * (INT64_C(1) << ID_RANDOM_BITS);
}

void mark_id_need(struct connection *connection, bool *fresh)
{
    uint32_t random;

    connection->marked_us = clock_now();
    *fresh = connection->marked_us - connection->id_us > ID_LIFE_US;
    if (!*fresh)
        return;
    rand_bytes(&random, sizeof random);
    connection->id =
        id_floor_of(connection->marked_us / SECOND_US) + (random >> (32 - ID_RANDOM_BITS));
    connection->id_us = connection->marked_us;
}

/* What nobody asks about. In a transaction that has written its own row: the highest number stays.
 */
static err_t old_remove(struct connection *connection)
{
    int64_t second = connection->id_us / SECOND_US;
    char text[160];

    snprintf(text, sizeof text,
             "DELETE FROM store_writer WHERE (ABS(id) < %" PRId64 " OR ABS(id) > %" PRId64 ")"
             " AND id <> 0",
             id_floor_of(second - ID_KEPT_S), id_floor_of(second + ID_KEPT_S));
    return pipeline_command(connection, text);
}

/* --- writing --- */

/* What writers remember has a version: the row 0, which belongs to no connection and counts down,
 * below the numbers of commits. */
#define VERSION "COALESCE(MIN(commits) FILTER (WHERE id = 0), 0)"

/* A version above 0 is none; any other one has to be that of the moment, or this divides by zero.
 * So it does when the writer is shut out. */
#define MARK_TEXT                                                                                  \
    "INSERT INTO store_writer (id, commits) SELECT CAST($1 AS BIGINT), GREATEST(MAX(commits), 0)"  \
    " + 1 / CASE WHEN CAST($2 AS BIGINT) IN (1, " VERSION ")"                                      \
    " AND COUNT(*) FILTER (WHERE id = -$1) = 0 THEN 1 ELSE 0 END"                                  \
    " FROM store_writer"                                                                           \
    " ON CONFLICT (id) DO UPDATE SET commits = EXCLUDED.commits RETURNING commits"

static const struct sql MARK = {
    .name = "mark",
    .number = SQL_MARK,
    .params = 2,
    .rows = 1,
    .text = MARK_TEXT,
};

static const struct sql MARK_AHEAD = {
    .name = "mark_ahead",
    .number = SQL_MARK_AHEAD,
    .params = 2,
    .rows = 1,
    .text = MARK_TEXT ", set_config('synchronous_commit', 'off', true)",
};

const struct sql SEEN = {
    .name = "seen",
    .number = SQL_SEEN,
    .rows = 1,
    .text = "SELECT GREATEST(MAX(commits), 0), " VERSION " FROM store_writer",
};

/* One that has only read may have read what is not on the disk: it needs its mark too, by which
 * others wait for that, or it does itself. */
err_t mark_write(struct connection *connection, const struct ending *ending,
                 struct commit_mark *mark)
{
    bool fresh;

    *mark = (struct commit_mark){0};
    if (!ending->marked && !connection->expects &&
        connection->changes == connection->changes_before)
        return OK;
    mark_id_need(connection, &fresh);
    if (fresh)
        connection->made = 0;
    const struct value args[] = {V_INT(connection->id),
                                 V_INT(connection->expects ? connection->expected : 1)};
    TRY(pipeline_statement(connection, ending->ahead ? &MARK_AHEAD : &MARK, args, false));
    mark->session = connection->id;
    mark->server = connection->server;
    mark->number = connection->made; /* until its own is known */
    return fresh ? old_remove(connection) : OK;
}

/* --- what writers remember --- */

err_t known_version(struct connection *connection, int64_t *version)
{
    TRY(transaction_begin(connection));
    TRY(pipeline_statement(connection, &SEEN, NULL, false));
    TRY(pipeline_await(connection, NULL));
    *version = connection->known;
    return OK;
}

void known_expect(struct connection *connection, int64_t version)
{
    connection->expects = true;
    connection->expected = version;
}

bool known_is_expected(struct connection *connection)
{
    int64_t version;

    return !connection->expects ||
           (known_version(connection, &version) == OK && version == connection->expected);
}

err_t known_change(struct connection *connection)
{
    static const struct sql CHANGE = {
        .name = "known_change",
        .number = SQL_KNOWN_CHANGE,
        .rows = 1,
        .certain = true,
        .spared = UINT64_MAX,
        .text = "INSERT INTO store_writer (id, commits) VALUES (0, -1)"
                " ON CONFLICT (id) DO UPDATE SET commits = store_writer.commits - 1",
    };

    connection->expected--;
    return postgres_run_ahead(connection, &CHANGE, NULL);
}

/* --- asking --- */

/* Nothing that was sent with this id is committed any more: a server that has not come to it yet,
 * though its connection is gone, finds the row of the id below 0. The id's own row still tells of
 * the commits before that. */
static err_t shut_out(struct connection *connection, int64_t id)
{
    char text[160];

    snprintf(text, sizeof text,
             "INSERT INTO store_writer (id, commits) VALUES (%" PRId64 ", -1)"
             " ON CONFLICT (id) DO NOTHING",
             -id);
    return pipeline_command(connection, text);
}

/* What the mark says, or will never say: whoever commits has the lock. */
static err_t marked(struct connection *connection, struct commit_mark *mark, bool *committed)
{
    const struct pq_library *pq = &connection->database->pq;
    struct value number = V_INT(0);
    char text[128];
    PGresult *result;
    err_t err = OK;

    snprintf(text, sizeof text,
             "SELECT commits FROM store_writer WHERE id = %" PRId64 " AND commits > %" PRId64,
             mark->session, mark->number);
    TRY(pipeline_command(connection, "BEGIN"));
    TRY(lock_wait(connection));
    TRY(pipeline_command(connection, text));
    TRY(pipeline_await(connection, &result));
    *committed = pq->PQntuples(result) == 1;
    if (*committed)
        err = column_decode(pq, result, 0, 0, NULL, &number);
    pq->PQclear(result);
    TRY(err);
    if (*committed)
        mark->number = number.number;
    else
        TRY(shut_out(connection, mark->session));
    TRY(pipeline_command(connection, "COMMIT"));
    return pipeline_finish(connection, NULL);
}

/* What a row that is not there means: so late it may have gone. */
static err_t not_committed(const struct connection *connection)
{
    return clock_now() - connection->marked_us <= ID_LIFE_US ? ERR_BUSY : ERR_IO;
}

err_t mark_resolve(struct connection *connection, struct commit_mark *mark)
{
    const struct timespec pause = {.tv_nsec = RESOLVE_EVERY_US * 1000L};
    int64_t until_us = clock_monotonic_us() + RESOLVE_MAX_US;
    bool committed;

    if (mark->session == 0)
        return ERR_BUSY; /* it had nothing to commit */
    do {
        connection->failure = OK;
        if (session_need(connection) == OK && marked(connection, mark, &committed) == OK)
            return committed ? OK : not_committed(connection);
        pipeline_lose(connection); /* its transaction may have failed */
        nanosleep(&pause, NULL);
    } while (clock_monotonic_us() < until_us);
    return ERR_IO;
}
