#ifndef GUICHET_STORE_ENGINE_H
#define GUICHET_STORE_ENGINE_H

#include "store/copy.h"

/* What a database engine gives to the rest of this layer. The group commit, the readers, the
 * migrations and every check of rows are written once above it. Each function reports what its
 * engine says as one of ERR_CONFLICT, ERR_BUSY, ERR_FULL, ERR_IO, ERR_UNAVAILABLE and ERR_INTERNAL,
 * with the meaning that store.h gives them. */
struct database;   /* one open database with its lock */
struct connection; /* used by one thread at a time */
struct cursor;     /* a query that is giving rows; belongs to its connection */

enum access { ACCESS_READ = 1, ACCESS_WRITE };

/* What a database is before its migrations are looked at. */
enum schema_kind {
    SCHEMA_EMPTY = 1, /* nothing in it */
    SCHEMA_OURS,
    SCHEMA_UNFINISHED, /* ours, and the table copy_unfinished: the target of a copy */
    SCHEMA_FOREIGN,    /* somebody else's tables */
};

/* What is asked to copy tables has numbers above those of the statements: first these, then what
 * copy.c makes. */
enum {
    SQL_COPY = 4000,
    SQL_COPY_TABLES = SQL_COPY,
    SQL_COPY_REFERENCES,
    SQL_COPY_BEGUN,
    SQL_COPY_REST,
};

/* Names a commit of a writer that others may see before it is on the disk. */
struct commit_mark {
    int64_t session; /* of a writer with its server */
    int64_t number;  /* they rise from commit to commit; 0: nothing was committed */
    int64_t server;
    bool kept; /* it was waited for: it is on the disk, and all before it at its server */
};

struct migration {
    int number; /* without a gap; where an engine begins is in tools/sqlgen.py */
    const char *name;
    const char *text;
    const char *checksum; /* SHA-256 of the file, hexadecimal */
};

struct engine {
    const char *scheme; /* of the url: "sqlite:" */
    bool shared;        /* other processes may write to the same database */

    /* `place` is the url after the scheme. Takes the lock. Records the fault for the operator. */
    MUST_CHECK err_t (*open)(struct ctx *cx, struct str place, const struct store_options *options,
                             struct database **out);
    void (*close)(struct database *database);

    /* At most one connection writes, and it is the first to be opened and the last to be closed.
     * ERR_STATE: what lies at the place is no database. */
    MUST_CHECK err_t (*connect)(struct database *database, enum access access,
                                struct connection **out);
    void (*disconnect)(struct connection *connection);
    /* NULL in an engine that waits for nobody. See reader_hurry. */
    void (*hurry)(struct connection *connection);

    /* A writer's transaction excludes all other writers from its first statement. A connection that
     * was lost is made anew; ERR_UNAVAILABLE: it cannot be for now. */
    MUST_CHECK err_t (*begin)(struct connection *connection);
    /* NULL in an engine that is not shared. others_write: whether another process has committed
     * between the last two commits of this connection. turn: after begin, waits until no other one
     * writes. */
    bool (*others_write)(const struct connection *connection);
    MUST_CHECK err_t (*turn)(struct connection *connection);
    /* ERR_BUSY: the connection was lost, and nothing was committed. ERR_STATE: a statement that was
     * run ahead has failed; the transaction is as after settled() that gave false. */
    MUST_CHECK err_t (*commit)(struct connection *connection);
    /* The three that follow are NULL in an engine whose commit is on the disk when it returns, as
     * it is in every engine after commit(). commit_ahead: the same without waiting for the disk,
     * which flush does, from another thread; `always`: with a mark, even if nothing happened in it.
     * What was committed ahead is kept or lost in its order, and a reader does not see it until it
     * is on the disk. flush: *kept is the number of the last commit of the mark's session that is
     * there to stay; what is above it is lost. Sees only what was committed before the call.
     * ERR_IO: nobody could be asked. It is not called for what is kept. session: another number for
     * each connection to a server that it has had. */
    MUST_CHECK err_t (*commit_ahead)(struct connection *connection, bool always,
                                     struct commit_mark *mark);
    int64_t (*session)(const struct connection *connection);
    MUST_CHECK err_t (*flush)(struct database *database, const struct commit_mark *mark,
                              int64_t *kept);
    /* Nothing of the transaction remains, whatever happened in it; allowed when there is none. */
    void (*rollback)(struct connection *connection);
    /* False when there is none, or when an error of the engine has ended it behind our back. */
    bool (*in_transaction)(const struct connection *connection);
    /* NULL in an engine that is not shared; in a writer's transaction. known_version: a number that
     * is another one after each known_change that was committed, by whichever process. It may come
     * again after a commit was lost, but not within a session. */
    MUST_CHECK err_t (*known_version)(struct connection *connection, int64_t *version);
    MUST_CHECK err_t (*known_change)(struct connection *connection);
    /* The transaction rests on what was remembered at that version: commit and settled find out
     * whether it still is the one, and otherwise fail as with a statement that was run ahead. */
    void (*known_expect)(struct connection *connection, int64_t version);
    /* By the database's own clock, in microseconds since 1970; in a transaction. */
    MUST_CHECK err_t (*clock)(struct connection *connection, int64_t *now_us);
    /* Grows whenever a statement has changed rows, so that two readings tell whether anything was
     * written between them. A statement that failed and left nothing does not count. */
    int64_t (*changes)(const struct connection *connection);

    /* One level, inside a transaction. */
    MUST_CHECK err_t (*savepoint)(struct connection *connection);
    MUST_CHECK err_t (*savepoint_release)(struct connection *connection);
    MUST_CHECK err_t (*savepoint_undo)(struct connection *connection);

    /* All must be called inside a transaction, and fail with ERR_IO or
     * ERR_UNAVAILABLE when it was lost. */
    MUST_CHECK err_t (*run)(struct connection *connection, const struct sql *sql,
                            const struct value *args, int64_t *changed);
    /* The four that follow are NULL in an engine which answers each statement at once. run_ahead:
     * runs it, and may say OK before it is known that as many rows changed as the statement
     * promises. It may wait for others of its kind until send, which lets go all that waits; an
     * INSERT that changes the row it meets must not meet the same one twice before. settled: waits
     * until all is known; false: one of those has failed, and nothing of the transaction, or of its
     * savepoint, may be kept: it has to run again with each(true), which lasts until each(false) or
     * the end and makes run_ahead wait for its answer. A statement that fails then leaves nothing.
     */
    MUST_CHECK err_t (*run_ahead)(struct connection *connection, const struct sql *sql,
                                  const struct value *args);
    MUST_CHECK err_t (*send)(struct connection *connection);
    bool (*settled)(struct connection *connection);
    void (*each)(struct connection *connection, bool each);
    MUST_CHECK err_t (*query)(struct connection *connection, const struct sql *sql,
                              const struct value *args, struct cursor **out, int *columns);
    /* Fills one value per column, texts copied into the arena. */
    MUST_CHECK err_t (*step)(struct cursor *cursor, struct arena *arena, struct value *values,
                             bool *has);
    void (*cursor_end)(struct cursor *cursor);

    /* Called by the writer between two groups, when nobody waits for an answer. */
    void (*tidy)(struct connection *connection);

    /* `connection` writes, nobody reads, and nothing is done with it afterwards: all that was
     * committed is in the file itself, on the disk. NULL: there is no log beside a file. */
    MUST_CHECK err_t (*fold)(struct connection *connection);

    /* `connection` reads. */
    MUST_CHECK err_t (*backup)(struct ctx *cx, struct connection *connection, const char *path);

    /* Migrations: between migrating(true) and migrating(false) no other process migrates, and
     * foreign keys rest where tables may have to be rebuilt; schema_check then finds rows that
     * point nowhere (ERR_STATE). schema_text makes the table schema_migration. */
    MUST_CHECK err_t (*schema_kind)(struct connection *connection, enum schema_kind *out);
    MUST_CHECK err_t (*migrating)(struct connection *connection, bool on);
    /* While migrating: whether somebody else still has the database open to write, for some seconds
     * on end; those that wait to migrate do not count. NULL: nobody else can. */
    MUST_CHECK err_t (*others)(struct connection *connection, bool *out);
    /* The newest migration of the database, which has all that this program knows: a connection
     * that is made later and finds another one is none. NULL: nobody else can change that. */
    void (*schema_known)(struct database *database, int number);
    MUST_CHECK err_t (*script)(struct connection *connection, const char *text);
    MUST_CHECK err_t (*schema_check)(struct connection *connection);
    const char *schema_text;

    /* Copying (copy.h). tables: (table, column, 'int', 'text', 'blob' or '', place in the primary
     * key from 1 or 0), table by table, the key first and in its order, the rest by name; no
     * table of this layer itself. references: (table, other table that it points to).
     * copied_text, when there is one, runs when all rows are there. load fails as run does. */
    const struct sql *tables;
    const struct sql *references;
    const char *copied_text;
    MUST_CHECK err_t (*load)(struct connection *connection, const struct copy_table *table,
                             const struct copy_rows *rows);

    const struct migration *migrations;
    const size_t *migration_count;
};

extern const struct engine SQLITE_ENGINE;
extern const struct engine POSTGRES_ENGINE;

/* Made by tools/sqlgen.py of migrations/<engine>/, in the order of their numbers. */
extern const struct migration MIGRATIONS_SQLITE[];
extern const size_t MIGRATIONS_SQLITE_COUNT;
extern const struct migration MIGRATIONS_POSTGRES[];
extern const size_t MIGRATIONS_POSTGRES_COUNT;

/* What an engine's query about the schema answers: 'empty', 'ours', 'unfinished' or else. */
static inline enum schema_kind schema_kind_of(const char *answer)
{
    struct str word = str_of(answer);

    if (str_eq(word, STR("empty")))
        return SCHEMA_EMPTY;
    if (str_eq(word, STR("ours")))
        return SCHEMA_OURS;
    return str_eq(word, STR("unfinished")) ? SCHEMA_UNFINISHED : SCHEMA_FOREIGN;
}

/* Whether a statement may change so many rows. */
static inline bool sql_rows_fit(const struct sql *sql, int64_t changed)
{
    if (sql->rows == SQL_ROWS_ANY)
        return true;
    return sql->rows == SQL_ROWS_AT_MOST_ONE ? changed <= 1 : changed == sql->rows;
}

#endif
