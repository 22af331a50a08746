#ifndef GUICHET_STORE_POSTGRES_POSTGRES_H
#define GUICHET_STORE_POSTGRES_POSTGRES_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/engine.h"
#include "store/postgres/pq_library.h"

/* What the files of this directory share. */

/* Statements of ours have numbers below those of the copy. */
enum { SQL_MARK = SQL_COPY - 10, SQL_MARK_AHEAD, SQL_FLUSH, SQL_SEEN, SQL_KNOWN_CHANGE, SQL_LOCK };
/* What is made of gathered ones has its numbers from here on. */
enum { SQL_GATHERED = 2 * SQL_COPY };

struct flusher;
struct gathering;

/* Where a connection leads, of the servers that an address names; empty: to any of them. */
struct place {
    char host[256];
    char hostaddr[64];
    char port[16];
};

/* Of the lock that whoever migrates holds alone, whatever the schema. */
#define MIGRATING_KEY "(4919321802)"

struct database {
    struct pq_library pq;
    char *url;
    bool alone;
    atomic_int schema; /* the newest migration that it has; 0: not known yet */
    struct flusher *flusher;
};

/* Something that was sent and whose answer has not been read. */
enum sent_kind { SENT_COMMAND = 1, SENT_PREPARE, SENT_STATEMENT, SENT_SEEN, SENT_MARK, SENT_SYNC };

struct sent {
    enum sent_kind kind;
    const struct sql *sql; /* of what is prepared */
    bool counted;          /* it must change as many rows as the statement promises */
};

struct connection {
    struct database *database;
    enum access access;
    PGconn *pg;       /* NULL: lost, or not made yet */
    bool hurries;     /* a reader whose thread has more to do than to wait */
    bool alone;       /* was connected, with a lock against all others that went with it */
    bool open;        /* in a transaction */
    bool begin_waits; /* BEGIN leaves with the first statement */
    bool each; /* the answer of each statement is awaited, and one that fails leaves nothing */
    /* What went wrong since the transaction or its savepoint began; OK: nothing. The server does
     * nothing more in it. */
    err_t failure;
    bool gathers; /* statements wait for others of their kind: in a transaction without savepoint */
    struct gathering *gathering; /* NULL: none has */
    int64_t changes;
    int64_t changes_before; /* when the transaction began */
    int64_t id;             /* of its row in store_writer */
    int64_t id_us;          /* real: when it took that; 0: it has none */
    int64_t marked_us;      /* real: when it last wrote that row */
    int64_t connects;       /* how often it was made */
    int64_t server;         /* when the server that it leads to was started; 0: not known yet */
    /* The server keeps what it has committed in one log, so that a commit need not wait for the
     * disk as long as somebody does. */
    bool one_log;
    int64_t seen;  /* the last mark that the transaction shows */
    int64_t known; /* the version of what writers remember (engine.h, known_version) */
    bool expects;  /* of a writer: the transaction rests on a version */
    int64_t expected;
    int64_t marked;  /* of a writer: its last mark */
    int64_t made;    /* and the last one that was committed */
    bool others;     /* of a writer: somebody has committed between those two */
    int64_t flusher; /* of a reader: the flusher's session before that */

    struct sent *sent; /* oldest first */
    size_t sent_len;
    size_t sent_size;
    size_t unsent;     /* how many of them may still lie in this process */
    bool told_end;     /* the server itself has said that it ends, or does not write any more */
    bool ended_before; /* and that before it came to the last command, such as COMMIT */
    bool doubtful;     /* one of them may change another number of rows than it promises */

    bool *prepared; /* by sql->number */
    size_t prepared_len;

    int64_t retry_at_us; /* monotonic: no connection is tried before */
    int64_t retry_wait_us;
};

/* --- error.c --- */

/* What a result that is an error means to a caller. Logs what is our mistake or the server's;
 * `what` is a literal or the name of a statement. *lost: this connection is of no use any more. */
err_t postgres_err(const struct connection *connection, const PGresult *result, const char *what,
                   bool *lost);

/* --- pipeline.c: what leaves and what comes back --- */

/* Queues a command of ours, without parameters; the answer is awaited later. */
MUST_CHECK err_t pipeline_command(struct connection *connection, const char *text);
/* Queues a statement, preparing it when this connection has not. */
MUST_CHECK err_t pipeline_statement(struct connection *connection, const struct sql *sql,
                                    const struct value *args, bool counted);
/* Lets what is queued go, without waiting for anything. */
void pipeline_push(struct connection *connection);
/* Waits for the answers to everything that was queued, as long as the server is there. *last, when
 * wanted: the result of the last statement or command, which the caller clears; NULL when it
 * failed. Gives the first failure, also of what was queued before, and keeps it in
 * connection->failure. */
MUST_CHECK err_t pipeline_await(struct connection *connection, PGresult **last);
/* The same outside a transaction, or at the end of one. */
MUST_CHECK err_t pipeline_finish(struct connection *connection, PGresult **last);
/* The end of a transaction whose answer nobody waits for. */
void pipeline_leave(struct connection *connection);
/* The connection is gone, with what was under way. */
void pipeline_lose(struct connection *connection);

/* What cannot be done in a pipeline: in between the connection is an ordinary one that blocks.
 * `err` is what came of it, and what pipeline_resume gives unless it is worse. */
MUST_CHECK err_t pipeline_stop(struct connection *connection);
MUST_CHECK err_t pipeline_resume(struct connection *connection, err_t err, bool lost);

/* --- gather.c: statements that leave together --- */

/* Whether it may wait for others of its kind. */
bool gather_takes(const struct connection *connection, const struct sql *sql);
/* Keeps a copy of the arguments until they are sent. */
MUST_CHECK err_t gather_add(struct connection *connection, const struct sql *sql,
                            const struct value *args);
/* Queues all that waits when some of it touches one of these tables (the bits of sql->spared). */
MUST_CHECK err_t gather_send(struct connection *connection, uint64_t touched);
/* It will not be sent. */
void gather_drop(struct connection *connection);
void gather_free(struct connection *connection);

/* --- session.c: connections --- */

/* Connects when there is no connection. ERR_UNAVAILABLE: there is no server, or it is not time to
 * try again. */
MUST_CHECK err_t session_need(struct connection *connection);
void session_end(struct connection *connection);
void session_place(const struct connection *connection, struct place *out);
/* engine.h, others. */
MUST_CHECK err_t session_others(struct connection *connection, bool *out);
/* Asks beside the connection, where that leads, whether its server is there. Takes seconds when
 * nobody answers. */
bool session_vouches(const struct connection *connection);
MUST_CHECK err_t postgres_open(struct ctx *cx, struct str place,
                               const struct store_options *options, struct database **out);
void postgres_close(struct database *database);

/* --- mark.c: what tells a commit from others --- */

/* Takes an id for the rows of a connection when it has none, or an old one. */
void mark_id_need(struct connection *connection, bool *fresh);
/* Its answer is taken to connection->seen and known. */
extern const struct sql SEEN;
/* How a transaction ends. */
struct ending {
    bool ahead;  /* it need not wait for the disk */
    bool marked; /* it has a mark also when it has only read */
    bool always; /* and when nothing happened in it at all */
};
/* Queues the mark of a commit, in its transaction. Its number is taken to connection->marked when
 * it is answered; until then mark->number is the one before it. */
MUST_CHECK err_t mark_write(struct connection *connection, const struct ending *ending,
                            struct commit_mark *mark);
/* What became of a commit whose answer was lost. OK: it is there, and mark->number is its own.
 * ERR_BUSY: nothing was committed. ERR_IO: nobody could be asked. */
MUST_CHECK err_t mark_resolve(struct connection *connection, struct commit_mark *mark);
/* See struct engine. */
err_t known_version(struct connection *connection, int64_t *version);
void known_expect(struct connection *connection, int64_t version);
err_t known_change(struct connection *connection);
/* Asks, when something is expected. */
bool known_is_expected(struct connection *connection);

/* --- flush.c: commits that are not on the disk yet --- */

/* Starts its thread. */
struct flusher *flusher_new(struct database *database);
/* NULL is allowed. */
void flusher_free(struct flusher *flusher);
/* Whether there is somebody who waits for the disk. */
bool flusher_is_there(struct flusher *flusher);
/* Whether no server was reached when one was last tried. */
bool flusher_is_away(struct flusher *flusher);
/* Whether a server is there to connect to, and where: where it brings commits to the disk. Within
 * two seconds, and at once as long as that takes longer, or none was reached when it was last
 * tried. */
bool flusher_leads(struct flusher *flusher, struct place *out);
/* The same of the server that the reader's connection leads to. */
bool flusher_vouches(const struct connection *reader);
/* See struct engine. */
err_t postgres_flush(struct database *database, const struct commit_mark *mark, int64_t *kept);
/* Asks for connection->seen; the first thing that a snapshot does. */
MUST_CHECK err_t seen_ask(struct connection *reader);
/* Waits until all that the snapshot shows is on the disk. ERR_UNAVAILABLE: nobody could be asked,
 * or that takes too long; ERR_BUSY: who was asked knows of later snapshots only. The connection is
 * lost then. */
MUST_CHECK err_t seen_wait(struct connection *reader);

/* --- statement.c: see struct engine --- */

/* Queues what waits until no other connection writes, to the end of the transaction. */
MUST_CHECK err_t lock_wait(struct connection *connection);

/* Says to the server that the transaction begins, if nothing has been said yet. ERR_IO: there is
 * none, or it has failed. */
MUST_CHECK err_t transaction_begin(struct connection *connection);

err_t postgres_run(struct connection *connection, const struct sql *sql, const struct value *args,
                   int64_t *changed);
err_t postgres_run_ahead(struct connection *connection, const struct sql *sql,
                         const struct value *args);
err_t postgres_query(struct connection *connection, const struct sql *sql, const struct value *args,
                     struct cursor **out, int *columns);
err_t postgres_step(struct cursor *cursor, struct arena *arena, struct value *values, bool *has);
void postgres_cursor_end(struct cursor *cursor);

/* --- load.c: see struct engine --- */

err_t postgres_load(struct connection *connection, const struct copy_table *table,
                    const struct copy_rows *rows);

/* --- value.c --- */

enum { PARAMS_MAX = 128 };

/* Arguments in the form that libpq wants, borrowing the texts of `args`. */
struct params {
    const char *values[PARAMS_MAX];
    int lengths[PARAMS_MAX];
    int formats[PARAMS_MAX];
    uint64_t numbers[PARAMS_MAX];
};
void params_fill(struct params *params, const struct value *args, size_t count);
/* PostgreSQL's number for one of the types of struct sql. */
uint32_t type_oid(char type);

/* One column of a row, the text copied into the arena. ERR_INTERNAL (logged): a type that no
 * statement of ours may give, or a number that is not whole or too large. */
MUST_CHECK err_t column_decode(const struct pq_library *pq, const PGresult *result, int row,
                               int column, struct arena *arena, struct value *out);

#endif
