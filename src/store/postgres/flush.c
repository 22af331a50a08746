#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "base/clock.h"
#include "base/must.h"
#include "base/thread.h"
#include "store/postgres/postgres.h"

/* A group's commit does not wait for the disk: it is in the server's log, others go on from it, and
 * whoever wants to tell the world of it waits here. The log is one, so a commit of our own that
 * does wait, by a thread with a connection of its own, brings all that was in it before to the
 * disk, and to the standbys that the server waits for. A commit that cannot be seen from there was
 * lost. */

/* How long a server that is not there is looked for, and how often; how long a reader waits. */
enum { FLUSH_MAX_US = 15000000, FLUSH_EVERY_US = 50000, READER_MAX_US = 2000000 };

/* Flushes are numbered from 1; `begun` and `ended` differ while one is under way. */
struct flusher {
    struct connection *connection; /* the thread's own */
    pthread_t thread;
    pthread_mutex_t mutex; /* guards the rest */
    pthread_cond_t work;
    pthread_cond_t over;
    bool stopping;
    int64_t wanted; /* the last one that somebody waits for */
    int64_t begun;
    int64_t begun_us; /* monotonic: when that one was */
    int64_t ended;
    int64_t hangs;            /* the last one that a reader has waited for in vain */
    err_t result;             /* of the last one; OK before the first */
    int64_t away_us;          /* monotonic: since when none has succeeded; 0: the last one did */
    struct commit_mark asked; /* whose session `kept` is about */
    int64_t told;             /* the session that it was about */
    int64_t kept;
    int64_t session; /* which connection, by how many were made; 0: there is none */
    int64_t server;  /* that it leads to */
    struct place place;
    int64_t durable; /* up to which mark all is on the disk */
};

/* --- one commit that waits --- */

/* Its own row has a number below those of the marks. */
static const struct sql FLUSH = {
    .name = "flush",
    .number = SQL_FLUSH,
    .params = 3,
    .rows = 1,
    .text = "INSERT INTO store_writer (id, commits) VALUES ($1, $2)"
            " ON CONFLICT (id) DO UPDATE SET commits = EXCLUDED.commits"
            " RETURNING COALESCE((SELECT w.commits FROM store_writer w WHERE w.id = $3), 0),"
            " (SELECT GREATEST(MAX(commits), 0) FROM store_writer)",
};

struct flushed {
    int64_t kept;
    int64_t durable;
};

/* A commit on another server than ours: whichever of the two is out of date, a connection that is
 * made now leads to the one that writes. */
static err_t connection_need(struct connection *connection, const struct commit_mark *asked)
{
    bool fresh = connection->pg == NULL;

    connection->failure = OK;
    TRY(session_need(connection));
    if (fresh || asked->number == 0 || asked->server == connection->server)
        return OK;
    pipeline_lose(connection);
    return session_need(connection);
}

static err_t flush_try(struct connection *connection, int64_t number,
                       const struct commit_mark *asked, struct flushed *out)
{
    const struct pq_library *pq = &connection->database->pq;
    struct value values[2];
    PGresult *result;
    bool fresh;

    TRY(connection_need(connection, asked));
    mark_id_need(connection, &fresh);
    const struct value args[] = {V_INT(connection->id), V_INT(-number), V_INT(asked->session)};
    TRY(pipeline_statement(connection, &FLUSH, args, false));
    TRY(pipeline_finish(connection, &result));
    err_t err = column_decode(pq, result, 0, 0, NULL, &values[0]);
    if (err == OK)
        err = column_decode(pq, result, 0, 1, NULL, &values[1]);
    pq->PQclear(result);
    if (err == OK)
        *out = (struct flushed){values[0].number, values[1].number};
    return err;
}

/* That its connection has died since the last one shows now. */
static err_t flush_once(struct connection *connection, int64_t number,
                        const struct commit_mark *asked, struct flushed *out)
{
    bool fresh = connection->pg == NULL;
    err_t err = flush_try(connection, number, asked, out);

    if (!fresh && connection->pg == NULL)
        err = flush_try(connection, number, asked, out);
    return err;
}

/* With the mutex held. */
static void flush_note(struct flusher *flusher, const struct commit_mark *asked, err_t err,
                       const struct flushed *flushed)
{
    const struct connection *connection = flusher->connection;
    bool moved = flusher->session != connection->connects;

    flusher->result = err;
    flusher->session = err == OK ? connection->connects : 0;
    if (err != OK && flusher->away_us == 0)
        flusher->away_us = clock_monotonic_us();
    if (err != OK)
        return;
    flusher->away_us = 0;
    flusher->told = asked->session;
    flusher->kept = flushed->kept;
    flusher->durable = flushed->durable;
    flusher->server = connection->server;
    if (moved)
        session_place(connection, &flusher->place);
}

/* There is one connection, so one flush at a time. With the mutex held. */
static bool is_under_way(const struct flusher *flusher)
{
    return flusher->begun > flusher->ended;
}

/* Does one, on the thread of the caller. With the mutex held, but not meanwhile. */
static void flush_lead(struct flusher *flusher)
{
    struct commit_mark asked = flusher->asked;
    int64_t number = ++flusher->begun;
    struct flushed flushed;

    flusher->begun_us = clock_monotonic_us();
    must(pthread_mutex_unlock(&flusher->mutex) == 0);
    err_t err = flush_once(flusher->connection, number, &asked, &flushed);
    must(pthread_mutex_lock(&flusher->mutex) == 0);
    flush_note(flusher, &asked, err, &flushed);
    flusher->ended = number;
    must(pthread_cond_broadcast(&flusher->over) == 0);
    if (flusher->wanted > flusher->begun || err != OK)
        must(pthread_cond_signal(&flusher->work) == 0);
}

/* Asks for a flush that begins after now. With the mutex held. */
static int64_t flush_want(struct flusher *flusher)
{
    flusher->wanted = flusher->begun + 1;
    must(pthread_cond_signal(&flusher->work) == 0);
    return flusher->wanted;
}

/* When a server that was not reached is tried again. With the mutex held, while none is under way.
 */
static int64_t retry_at_us(const struct flusher *flusher)
{
    const struct connection *connection = flusher->connection;

    return connection->pg == NULL ? connection->retry_at_us : flusher->begun_us + FLUSH_EVERY_US;
}

/* Until a flush is wanted; while no server is there that is after each pause, whoever asks. With
 * the mutex held. */
static void work_wait(struct flusher *flusher)
{
    if (flusher->result == OK || is_under_way(flusher)) {
        must(pthread_cond_wait(&flusher->work, &flusher->mutex) == 0);
        return;
    }
    const struct timespec until = monotonic_until(retry_at_us(flusher));
    int failed = pthread_cond_timedwait(&flusher->work, &flusher->mutex, &until);
    must(failed == 0 || failed == ETIMEDOUT);
    if (failed == ETIMEDOUT)
        (void)flush_want(flusher);
}

/* Does those that nobody else does: a reader may have to go on before one ends. */
static void *flusher_main(void *arg)
{
    struct flusher *flusher = arg;

    must(pthread_mutex_lock(&flusher->mutex) == 0);
    while (!flusher->stopping) {
        if (flusher->wanted > flusher->begun && !is_under_way(flusher))
            flush_lead(flusher);
        else
            work_wait(flusher);
    }
    must(pthread_mutex_unlock(&flusher->mutex) == 0);
    return NULL;
}

struct flusher *flusher_new(struct database *database)
{
    struct flusher *flusher = process_make(struct flusher);

    flusher->connection = process_make(struct connection);
    flusher->connection->database = database;
    flusher->connection->access = ACCESS_WRITE;
    must(pthread_mutex_init(&flusher->mutex, NULL) == 0);
    cond_make_monotonic(&flusher->work);
    cond_make_monotonic(&flusher->over);
    thread_start(&flusher->thread, flusher_main, flusher);
    return flusher;
}

void flusher_free(struct flusher *flusher)
{
    if (flusher == NULL)
        return;
    must(pthread_mutex_lock(&flusher->mutex) == 0);
    flusher->stopping = true;
    must(pthread_cond_signal(&flusher->work) == 0);
    must(pthread_mutex_unlock(&flusher->mutex) == 0);
    must(pthread_join(flusher->thread, NULL) == 0);
    session_end(flusher->connection);
    pthread_cond_destroy(&flusher->over);
    pthread_cond_destroy(&flusher->work);
    pthread_mutex_destroy(&flusher->mutex);
    process_free(flusher);
}

/* --- who waits --- */

bool flusher_is_there(struct flusher *flusher)
{
    if (flusher == NULL)
        return false;
    must(pthread_mutex_lock(&flusher->mutex) == 0);
    bool there = flusher->session != 0;
    if (!there && flusher->wanted == flusher->ended)
        (void)flush_want(flusher);
    must(pthread_mutex_unlock(&flusher->mutex) == 0);
    return there;
}

bool flusher_is_away(struct flusher *flusher)
{
    if (flusher == NULL)
        return false;
    must(pthread_mutex_lock(&flusher->mutex) == 0);
    bool away = flusher->result != OK;
    must(pthread_mutex_unlock(&flusher->mutex) == 0);
    return away;
}

/* With the mutex held, for as long as it takes. */
static err_t flush_ask(struct flusher *flusher, const struct commit_mark *mark, int64_t *kept)
{
    int64_t number = flusher->begun + 1;

    flusher->asked = *mark;
    flusher->wanted = number;
    while (flusher->ended < number) {
        if (is_under_way(flusher))
            must(pthread_cond_wait(&flusher->over, &flusher->mutex) == 0);
        else
            flush_lead(flusher);
    }
    if (flusher->result != OK || flusher->told != mark->session)
        return ERR_UNAVAILABLE;
    *kept = flusher->kept;
    return OK;
}

/* A server that is there, and waits for its standby, is not away. With the mutex held. */
static bool is_away_for_long(const struct flusher *flusher)
{
    return flusher->away_us != 0 && clock_monotonic_us() - flusher->away_us >= FLUSH_MAX_US;
}

err_t postgres_flush(struct database *database, const struct commit_mark *mark, int64_t *kept)
{
    const struct timespec pause = {.tv_nsec = FLUSH_EVERY_US * 1000L};
    struct flusher *flusher = database->flusher;

    for (;;) {
        must(pthread_mutex_lock(&flusher->mutex) == 0);
        err_t err = flush_ask(flusher, mark, kept);
        bool over = is_away_for_long(flusher);
        must(pthread_mutex_unlock(&flusher->mutex) == 0);
        if (err == OK)
            return OK;
        if (over)
            return ERR_IO;
        nanosleep(&pause, NULL);
    }
}

/* --- readers --- */

static bool may_see_more(const struct connection *reader)
{
    return reader->one_log && reader->database->flusher != NULL;
}

/* The flusher's connection has been there since before the snapshot, and leads to the same server:
 * so that one did not lose anything in between. */
static bool is_witness(const struct flusher *flusher, const struct connection *reader)
{
    return flusher->session != 0 && flusher->session == reader->flusher &&
           flusher->server == reader->server;
}

/* With the mutex held. A flush that hangs is not waited for again by each reader, nor a server that
 * was not reached: their threads have more to do. */
static bool flushed_in_time(struct flusher *flusher)
{
    if (flusher->result != OK)
        return false;
    int64_t now_us = clock_monotonic_us();
    const struct timespec until = monotonic_until(now_us + READER_MAX_US);
    int64_t number = flush_want(flusher);

    if (is_under_way(flusher) &&
        (flusher->hangs == flusher->begun || now_us - flusher->begun_us >= READER_MAX_US))
        return false;
    while (flusher->ended < number) {
        int failed = pthread_cond_timedwait(&flusher->over, &flusher->mutex, &until);
        if (failed == ETIMEDOUT) {
            flusher->hangs = flusher->begun;
            return false;
        }
        must(failed == 0);
    }
    return flusher->result == OK;
}

err_t seen_ask(struct connection *reader)
{
    struct flusher *flusher = reader->database->flusher;

    if (!may_see_more(reader))
        return OK;
    must(pthread_mutex_lock(&flusher->mutex) == 0);
    if (flusher->session == 0)
        (void)flushed_in_time(flusher);
    reader->flusher = flusher->session;
    must(pthread_mutex_unlock(&flusher->mutex) == 0);
    return pipeline_statement(reader, &SEEN, NULL, false);
}

err_t seen_wait(struct connection *reader)
{
    struct flusher *flusher = reader->database->flusher;

    if (!may_see_more(reader))
        return OK;
    must(pthread_mutex_lock(&flusher->mutex) == 0);
    bool flushed = is_witness(flusher, reader) && flusher->durable >= reader->seen;
    if (!flushed)
        flushed = flushed_in_time(flusher);
    bool durable = flushed && is_witness(flusher, reader);
    must(pthread_mutex_unlock(&flusher->mutex) == 0);
    if (durable)
        return OK;
    pipeline_lose(reader);
    return flushed ? ERR_BUSY : ERR_UNAVAILABLE;
}

bool flusher_leads(struct flusher *flusher, struct place *out)
{
    must(pthread_mutex_lock(&flusher->mutex) == 0);
    bool leads = flushed_in_time(flusher);
    if (leads)
        *out = flusher->place;
    must(pthread_mutex_unlock(&flusher->mutex) == 0);
    return leads;
}

bool flusher_vouches(const struct connection *reader)
{
    struct flusher *flusher = reader->database->flusher;

    must(pthread_mutex_lock(&flusher->mutex) == 0);
    bool there = flushed_in_time(flusher) && flusher->server == reader->server;
    must(pthread_mutex_unlock(&flusher->mutex) == 0);
    return there;
}
