#ifndef GUICHET_STORE_STORE_H
#define GUICHET_STORE_STORE_H

#include <semaphore.h>

#include "base/ctx.h"
#include "base/mailbox.h"

/* The database behind one interface: SQLite in sqlite/, PostgreSQL in postgres/, the same SQL
 * text for both. Nothing above this layer knows which engine runs.
 *
 * Reading: a read transaction is a snapshot that never waits for the writer.
 * Writing: a body runs inside a transaction that many bodies may share (group commit, design.md 2).
 */
struct store;
struct tx;

/* A named statement. tools/sqlgen.py makes one constant SQL_<NAME> of each statement of the .sql
 * files, declared in the generated "store/sql.h". Parameters are written $1, $2, ... and may be
 * used more than once. */
struct sql {
    const char *name;
    const char *text;
    int number; /* dense, 0-based: index of the prepared statement of each connection */
    int params;
    int rows; /* what a statement changes or a query gives: exactly 0..n, or one of SQL_ROWS_* */
    bool whole_table; /* says of itself that it reads a whole, small table */
    bool certain;     /* changes as many rows as it says, or fails */
    /* "gathered": the same for many rows at once, on PostgreSQL (tools/sqlgather.py). Each
     * parameter is a whole number (i), a text (t) or bytes (b). Fails with another number of rows
     * than all promise. NULL: there is none. */
    const char *gathered;
    const char *types;
    /* The tables of gathered statements that it neither reads nor changes, a bit each. */
    uint64_t spared;
};
enum {
    SQL_ROWS_ANY = -1,         /* "rows: any", and "rows: many" of a query */
    SQL_ROWS_AT_MOST_ONE = -2, /* "rows: at most 1" */
};

/* Every statement there is, for preparing and for the test that explains each plan. */
extern const struct sql *const SQL_ALL[];
extern const size_t SQL_ALL_COUNT;

/* --- values -------------------------------------------------------------------------------- */

enum value_kind { VALUE_NULL = 1, VALUE_INT, VALUE_TEXT, VALUE_BLOB };

struct value {
    enum value_kind kind;
    int64_t number;
    struct str text; /* TEXT and BLOB: borrowed until the call returns */
};

/* The arguments of a statement, in the order $1, $2, ...: ARGS(V_TEXT(name), V_INT(amount)).
 * V_TEXT of {NULL, 0} is NULL, so an absent text needs no branch; V_ID of an empty id is NULL too.
 */
#define ARGS(...)                                                                                  \
    (const struct value[]){__VA_ARGS__}, ARRAY_LEN(((const struct value[]){__VA_ARGS__}))
#define ARGS_NONE NULL, 0

/* Capital names after `struct value` look like macros to the formatter. */
/* clang-format off */
static inline struct value V_INT(int64_t number)
{
    return (struct value){.kind = VALUE_INT, .number = number};
}
static inline struct value V_TEXT(struct str text)
{
    return (struct value){.kind = text.ptr == NULL ? VALUE_NULL : VALUE_TEXT, .text = text};
}
static inline struct value V_BLOB(struct str bytes)
{
    return (struct value){.kind = bytes.ptr == NULL ? VALUE_NULL : VALUE_BLOB, .text = bytes};
}
static inline struct value V_WORD(const char *word)
{
    return V_TEXT(str_of(word));
}
static inline struct value V_NULL(void)
{
    return (struct value){.kind = VALUE_NULL};
}
/* NULL when `present` is false. */
static inline struct value V_INT_IF(bool present, int64_t number)
{
    return present ? V_INT(number) : V_NULL();
}
/* clang-format on */
#define V_ID(id) V_TEXT(ID_TEXT(id))

/* --- statements ---------------------------------------------------------------------------- */

/* Runs a statement that gives no rows and checks that it changed sql->rows rows.
 * ERR_CONFLICT: a unique rule of the database forbids it (nothing of the statement remains).
 * ERR_BUSY: lost a race. ERR_STATE: another number of rows than promised. ERR_IO: the engine
 * failed. ERR_UNAVAILABLE: the connection to its server is lost. ERR_INTERNAL: our mistake
 * (logged): the SQL is wrong, or a CHECK, NOT NULL, foreign key or trigger forbids what we should
 * not have tried. Records no fault: the caller knows what it means.
 * ERR_INVALID, here and in queries, with a fault: a text is not UTF-8 or holds a NUL byte, which
 * not every engine keeps. Nothing was asked of the engine.
 * ERR_FULL, of a reader's queries: the disk has too little room for what they sort. */
MUST_CHECK err_t
store_run(struct ctx *cx, struct tx *tx, const struct sql *sql, const struct value *args,
          size_t count);

/* The same, telling how many rows changed: for SQL_ROWS_ANY and SQL_ROWS_AT_MOST_ONE. */
MUST_CHECK err_t store_run_count(struct ctx *cx, struct tx *tx, const struct sql *sql,
                                 const struct value *args, size_t count, int64_t *changed);

/* Adds to a number in a row that many bodies change: a balance, a counter. What a group of bodies
 * adds to one row is gathered and written by one run of the statement, at the latest before the
 * commit; a body that fails takes back what it added. `key` are the arguments before the last
 * parameter, which is the amount; the statement changes exactly 1 row. The row shows it after
 * store_add_up only. */
MUST_CHECK err_t store_add(struct ctx *cx, struct tx *tx, const struct sql *sql,
                           const struct value *key, size_t count, int64_t amount);
/* Writes what was added: before a body reads such a row, or writes it in another way. Nothing to do
 * in a snapshot. */
MUST_CHECK err_t store_add_up(struct ctx *cx, struct tx *tx);

/* The next number of a sequence that a row keeps, by its name.
 * `reserve` ($1 name, $2 count; exactly 1 row) moves the row on by count, as far as it goes in one
 * piece; `last` ($1 name; exactly 1) gives the last number of what was reserved.
 * Numbers may be left out: those of a body that fails, and the rest of a block of up to 64 at a
 * restart or when another sequence is asked for.
 */
struct sequence_of {
    const struct sql *reserve;
    const struct sql *last;
    struct str name;
};
MUST_CHECK err_t store_next(struct ctx *cx, struct tx *tx, const struct sequence_of *of,
                            int64_t *out);

/* A whole number that bodies ask for again and again and that hardly ever changes: the first column
 * of the row that the query gives; 0 without one. The arguments are texts. The writer remembers it,
 * so that it costs no query, until store_forget: whoever writes such a row calls that afterwards,
 * in the same body. A snapshot asks each time. */
MUST_CHECK err_t store_known(struct ctx *cx, struct tx *tx, const struct sql *sql,
                             const struct value *args, size_t count, int64_t *out);
/* The same for an id; "" without a row. */
MUST_CHECK err_t store_known_id(struct ctx *cx, struct tx *tx, const struct sql *sql,
                                const struct value *args, size_t count, char out[ID_SIZE]);
void store_forget(struct tx *tx);

/* What time it is for the database: servers that share one need not agree on it by themselves. */
MUST_CHECK err_t store_clock(struct tx *tx, instant *out);

/* Starts a query. Rows come from rows_next until *has is false; then, or when the arena is rewound
 * or the transaction ends, the statement is free again. One query per statement may be open in a
 * transaction at a time. A statement with RETURNING is a query too; what it violates comes back
 * from rows_next. */
struct rows;
MUST_CHECK err_t store_query(struct ctx *cx, struct tx *tx, const struct sql *sql,
                             const struct value *args, size_t count, struct rows **rows);
MUST_CHECK err_t rows_next(struct rows *rows, bool *has);
/* Ends a query before its last row. */
void rows_end(struct rows *rows);

/* For "rows: at most 1" and "rows: exactly 1" (there ERR_STATE when there is none). *found tells;
 * the row stays readable as long as cx->arena, and the statement is free at once: rows_end is
 * allowed but not needed. A second row is our mistake: ERR_INTERNAL. */
MUST_CHECK err_t store_query_one(struct ctx *cx, struct tx *tx, const struct sql *sql,
                                 const struct value *args, size_t count, struct rows **rows,
                                 bool *found);

/* Expects that a query ("rows: exactly 0") gives none: OK, or ERR_STATE when there is a row. The
 * body has to go on as if there were none; where an engine finds out later that there is one,
 * nothing of that run is kept, and the next one is told. For what hardly ever is: it saves waiting
 * for the answer. */
MUST_CHECK err_t store_none(struct ctx *cx, struct tx *tx, const struct sql *sql,
                            const struct value *args, size_t count);

/* Columns of the current row, 0-based, in the order of the SELECT. Texts and blobs lie in
 * cx->arena, so they outlive the row. A value of another type is our mistake and aborts. */
int64_t col_int(struct rows *rows, int column);     /* NULL gives 0 */
struct str col_text(struct rows *rows, int column); /* NULL gives {NULL, 0} */
struct str col_blob(struct rows *rows, int column);
bool col_null(struct rows *rows, int column);
/* Into a typed id: col_id(rows, 3, payment->id.raw). NULL gives "". A text of another shape aborts.
 */
void col_id(struct rows *rows, int column, char raw[ID_SIZE]);

/* --- transactions -------------------------------------------------------------------------- */

/* Runs inside a transaction. Checks everything before its first write; has no effect outside the
 * transaction, because it may run twice. Returning an error undoes what it wrote. */
typedef err_t tx_body(struct ctx *cx, struct tx *tx, void *arg);

/* A body on its way to the writer. Filled by the caller (zeroed where not named), who keeps it (and
 * cx and arg) alive and untouched until done.run is called on home's owner thread, after the commit
 * or the refusal. A body that lost a race (ERR_BUSY) has been run again a few times before that is
 * the result. ERR_IO: the disk or the database failed, or the commit did; the job has no effect,
 * except where a connection to a server was lost during the commit: nobody knows then.
 * ERR_UNAVAILABLE (unless the body says so): there is no server for now, and no effect. */
struct job {
    struct message done;
    struct mailbox *home;
    struct ctx *cx;
    tx_body *body;
    void *arg;
    err_t result;
    struct job *next; /* the store's */
    int tries;        /* the store's */
};

/* Queues a job. ERR_FULL when STORE_QUEUE_MAX jobs wait already: then done.run is not called. */
MUST_CHECK err_t store_submit(struct store *store, struct job *job);

/* Submits and waits, for room in the queue too: for threads that may block (workers, subcommands),
 * never inside a body. Lost races have been run again. Gives the body's answer or ERR_IO. */
MUST_CHECK err_t tx_run(struct store *store, struct ctx *cx, tx_body *body, void *arg);

/* The same in two halves, for a thread that has something to do meanwhile. Every one that was
 * started is finished; until then it, cx and arg stay where they are and untouched. */
struct tx_ahead {
    struct job job; /* the store's, like the rest: first, since done.run gets a pointer to it */
    sem_t answered;
};
void tx_start(struct store *store, struct ctx *cx, tx_body *body, void *arg,
              struct tx_ahead *ahead);
MUST_CHECK err_t tx_finish(struct tx_ahead *ahead);
/* Whether tx_finish would not have to wait. */
bool tx_is_answered(struct tx_ahead *ahead);

/* A reader: one connection with one snapshot at a time, for one thread at a time. All must be
 * closed before store_close. */
struct reader;
MUST_CHECK err_t reader_open(struct store *store, struct reader **out);
void reader_close(struct reader *reader);
/* Its thread has more to do than to wait: where there is no answer for a few seconds, since the
 * database hangs, it is told ERR_UNAVAILABLE, and at once from then on until one is there again. */
void reader_hurry(struct reader *reader);
/* The open snapshot, begun when there is none: it shows what was committed when its first query
 * ran. It lasts until reader_release: hold it for one turn of a loop, never across a wait. */
MUST_CHECK err_t reader_tx(struct reader *reader, struct tx **out);
void reader_release(struct reader *reader);

/* --- the store itself ---------------------------------------------------------------------- */

enum {
    STORE_GROUP_MAX = 512,  /* jobs in one transaction */
    STORE_QUEUE_MAX = 4096, /* jobs waiting */
};

struct store_options {
    const char *url;       /* "sqlite:/path/guichet.db", "postgresql://host/database" */
    bool create;           /* make the database, with its schema, when there is none */
    bool migrate;          /* apply what is missing; otherwise an older schema is refused */
    int64_t sync_delay_us; /* added to every commit, for the benchmark; 0 */
    bool
        alone; /* nobody else may have it open, as with SQLite always: ERR_BUSY when somebody has */
    /* The target of a copy (copy.h), which must be empty, and gets a mark with its schema that only
     * copy_end takes away, or have that mark: such a database is refused (ERR_STATE) otherwise. */
    bool fill;
};

/* Opens the database, takes the lock file (a second server or command is refused with ERR_BUSY;
 * PostgreSQL is shared unless one is alone), checks or applies the migrations under it and starts
 * the writer thread. ERR_NOT_FOUND: there is none and create is false. ERR_UNAVAILABLE: no server
 * answers. ERR_STATE: a newer schema, an older one without migrate, an edited migration, or a file
 * that is not ours. ERR_INVALID: the url. Faults on the field "store" tell why in words for the
 * operator. */
MUST_CHECK err_t store_open(struct ctx *cx, const struct store_options *options,
                            struct store **out);

/* Waits for what is queued and stops the writer: nobody is called back afterwards, and nothing may
 * be written any more. Twice does nothing, NULL is allowed. */
void store_finish(struct store *store);
/* The same, checkpoints and closes. NULL is allowed. */
void store_close(struct store *store);

/* The same as store_finish, and what lies in a log comes into the file itself, which is whole
 * without it from then on. ERR_IO: it is not. Nobody reads meanwhile. */
MUST_CHECK err_t store_fold(struct store *store);

/* A consistent copy at `path`, while the store goes on, from any thread that may block. The file
 * must not exist yet (ERR_CONFLICT); after a failure it does not exist. */
MUST_CHECK err_t store_backup(struct ctx *cx, struct store *store, const char *path);

struct store_stats {
    int64_t jobs;      /* bodies run to an answer */
    int64_t groups;    /* commits */
    int64_t reruns;    /* groups that had to run a second time */
    int64_t queued;    /* waiting now */
    int64_t commit_us; /* time spent in commits */
};
void store_stats_read(struct store *store, struct store_stats *out);

/* Whether a url begins as that of a database does: sqlite: or postgresql: */
bool store_url_fits(struct str url);

/* Other servers may write to the same database: what was read outside a body may be out of date. */
bool store_shared(const struct store *store);

/* The newest migration the database holds, and the newest this program knows. */
int store_schema(const struct store *store);
int store_schema_known(void);

#endif
