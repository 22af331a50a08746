#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/must.h"
#include "store/sqlite/sqlite.h"

/* SQLite before 3.51.3 can corrupt a database when one connection checkpoints the log while another
 * resets it. So the writer's connection alone does both (design.md 3), and no checkpoint happens on
 * its own. */
enum {
    CHECKPOINT_PAGES = 4000,
    /* A snapshot that is being read stops the checkpoint: how much the log grows until the next
       try. */
    CHECKPOINT_STEP = 1000,
    /* A log that grew so far is restarted even if readers have to be waited for, but not for long.
     */
    RESTART_PAGES = 64000,
    RESTART_WAIT_MS = 50,
    BUSY_WAIT_MS = 5000,
};

/* cache_size in KiB below zero; the caches fill as they are used. A reader that sorts more than its
 * cache holds goes on in a file (temp_file.c). No mmap: there a broken disk is a signal that ends
 * the process instead of an ERR_IO. */
static const char WRITER_PRAGMAS[] = "PRAGMA synchronous = FULL;"
                                     "PRAGMA foreign_keys = ON;"
                                     "PRAGMA wal_autocheckpoint = 0;"
                                     "PRAGMA temp_store = MEMORY;"
                                     "PRAGMA cache_size = -32768;";
static const char READER_PRAGMAS[] = "PRAGMA query_only = ON;"
                                     "PRAGMA wal_autocheckpoint = 0;"
                                     "PRAGMA temp_store = FILE;"
                                     "PRAGMA cache_size = -8192;";

static const char SCHEMA_TEXT[] =
    "CREATE TABLE schema_migration (" /* one row: a migration that this database has */
    " number INTEGER PRIMARY KEY CHECK (number > 0),"
    " name TEXT NOT NULL,"
    " checksum TEXT NOT NULL,"
    " applied_us INTEGER NOT NULL"
    ") STRICT;";

/* --- opening --- */

static int wal_note(void *arg, sqlite3 *db, const char *name, int pages)
{
    struct connection *connection = arg;

    (void)db;
    (void)name;
    if (pages < connection->wal_pages) /* the log has begun again */
        connection->checkpoint_at = CHECKPOINT_PAGES;
    connection->wal_pages = pages;
    return SQLITE_OK;
}

/* The first answer of a query without parameters, as a text; "" when there is none. */
static err_t ask(struct connection *connection, const char *text, char *out, size_t size)
{
    sqlite3_stmt *stmt;
    int rc = sqlite3_prepare_v2(connection->db, text, -1, &stmt, NULL);

    out[0] = '\0';
    if (rc != SQLITE_OK)
        return sqlite_err(connection, rc, text);
    rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW && sqlite3_column_text(stmt, 0) != NULL)
        sqlite3_snprintf((int)size, out, "%s", sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
    return sqlite_err(connection, rc, text);
}

static err_t execute(struct connection *connection, const char *text)
{
    return sqlite_err(connection, sqlite3_exec(connection->db, text, NULL, NULL, NULL), "script");
}

static err_t writer_configure(struct connection *connection)
{
    char mode[16];
    int persist = 1;

    TRY(ask(connection, "PRAGMA journal_mode = WAL", mode, sizeof mode));
    if (strcmp(mode, "wal") != 0)
        return ERR_IO; /* a file system without shared memory */
    TRY(execute(connection, WRITER_PRAGMAS));
    sqlite3_wal_hook(connection->db, wal_note, connection);
    /* The log stays allocated between two runs: a commit then changes no file length. */
    sqlite3_file_control(connection->db, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
    connection->checkpoint_at = CHECKPOINT_PAGES;
    return OK;
}

static err_t reader_configure(struct connection *connection)
{
    sqlite3_db_config(connection->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    return execute(connection, READER_PRAGMAS);
}

static err_t commands_prepare(struct connection *connection)
{
    static const char *const TEXTS[COMMAND_COUNT] = {
        [COMMAND_COMMIT] = "COMMIT",
        [COMMAND_ROLLBACK] = "ROLLBACK",
        [COMMAND_SAVEPOINT] = "SAVEPOINT job",
        [COMMAND_SAVEPOINT_RELEASE] = "RELEASE job",
        [COMMAND_SAVEPOINT_UNDO] = "ROLLBACK TO job",
    };
    bool writes = connection->access == ACCESS_WRITE;

    for (int i = COMMAND_BEGIN; i < COMMAND_COUNT; i++) {
        const char *text = TEXTS[i] != NULL ? TEXTS[i] : writes ? "BEGIN IMMEDIATE" : "BEGIN";
        int rc = sqlite3_prepare_v3(connection->db, text, -1, SQLITE_PREPARE_PERSISTENT,
                                    &connection->commands[i], NULL);
        if (rc != SQLITE_OK)
            return sqlite_err(connection, rc, text);
    }
    return OK;
}

static err_t connection_configure(struct connection *connection)
{
    sqlite3 *db = connection->db;

    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, BUSY_WAIT_MS);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    /* A mistyped column in double quotes is an error, not a text. */
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    if (connection->access == ACCESS_WRITE)
        TRY(writer_configure(connection));
    else
        TRY(reader_configure(connection));
    return commands_prepare(connection);
}

static void sqlite_disconnect(struct connection *connection)
{
    sqlite_cache_free(connection);
    for (int i = 0; i < COMMAND_COUNT; i++)
        sqlite3_finalize(connection->commands[i]);
    /* The writer's checkpoints; anything left over would keep it open. */
    must(sqlite3_close(connection->db) == SQLITE_OK);
    process_free(connection);
}

static err_t sqlite_connect(struct database *database, enum access access, struct connection **out)
{
    int mode = access == ACCESS_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    struct connection *connection = process_make(struct connection);

    connection->access = access;
    int rc = sqlite3_open_v2(database->path, &connection->db, mode | SQLITE_OPEN_NOMUTEX,
                             layer_name(database->layer));
    err_t err = sqlite_err(connection, rc, "open");
    if (err == OK)
        err = connection_configure(connection);
    if (err != OK) {
        sqlite_disconnect(connection);
        return err;
    }
    *out = connection;
    return OK;
}

/* --- transactions --- */

static err_t command_run(struct connection *connection, enum command command)
{
    sqlite3_stmt *stmt = connection->commands[command];
    err_t err = sqlite_err(connection, sqlite3_step(stmt), sqlite3_sql(stmt));

    sqlite3_reset(stmt);
    return err;
}

static bool sqlite_in_transaction(const struct connection *connection)
{
    return !sqlite3_get_autocommit(connection->db);
}

static err_t sqlite_begin(struct connection *connection)
{
    must(!sqlite_in_transaction(connection));
    return command_run(connection, COMMAND_BEGIN);
}

static err_t sqlite_commit(struct connection *connection)
{
    if (!sqlite_in_transaction(connection))
        return ERR_IO;
    return command_run(connection, COMMAND_COMMIT);
}

/* A rollback that meets an I/O error has ended the transaction all the same; the log's end was
 * never moved, so nothing of it can be seen. */
static void sqlite_rollback(struct connection *connection)
{
    if (!sqlite_in_transaction(connection))
        return;
    err_t ignored = command_run(connection, COMMAND_ROLLBACK);
    (void)ignored;
    must(!sqlite_in_transaction(connection));
}

static err_t sqlite_clock(struct connection *connection, int64_t *now_us)
{
    (void)connection;
    *now_us = clock_now();
    return OK;
}

static int64_t sqlite_changes(const struct connection *connection)
{
    return sqlite3_total_changes64(connection->db);
}

static err_t savepoint_run(struct connection *connection, enum command command)
{
    if (!sqlite_in_transaction(connection))
        return ERR_IO;
    return command_run(connection, command);
}

static err_t sqlite_savepoint(struct connection *connection)
{
    return savepoint_run(connection, COMMAND_SAVEPOINT);
}

static err_t sqlite_savepoint_release(struct connection *connection)
{
    return savepoint_run(connection, COMMAND_SAVEPOINT_RELEASE);
}

static err_t sqlite_savepoint_undo(struct connection *connection)
{
    return savepoint_run(connection, COMMAND_SAVEPOINT_UNDO);
}

/* --- the log --- */

static void sqlite_tidy(struct connection *connection)
{
    bool restart = connection->wal_pages >= RESTART_PAGES;
    int mode = restart ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE;

    if (connection->wal_pages < connection->checkpoint_at)
        return;
    sqlite3_busy_timeout(connection->db, RESTART_WAIT_MS);
    int rc = sqlite3_wal_checkpoint_v2(connection->db, "main", mode, NULL, NULL);
    sqlite3_busy_timeout(connection->db, BUSY_WAIT_MS);
    /* Failing leaves the log as it is, complete; it is logged and tried again. */
    err_t ignored = sqlite_err(connection, rc, "checkpoint");
    (void)ignored;
    connection->checkpoint_at = connection->wal_pages + CHECKPOINT_STEP;
}

static err_t sqlite_fold(struct connection *connection)
{
    int rc =
        sqlite3_wal_checkpoint_v2(connection->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);

    return sqlite_err(connection, rc, "checkpoint");
}

/* --- migrations --- */

static err_t sqlite_schema_kind(struct connection *connection, enum schema_kind *out)
{
    char answer[16];

    TRY(ask(connection,
            "SELECT CASE WHEN count(*) = 0 THEN 'empty'"
            " WHEN sum(name = 'copy_unfinished') = 1 THEN 'unfinished'"
            " WHEN sum(name = 'schema_migration') = 1 THEN 'ours' ELSE 'foreign' END"
            " FROM sqlite_schema",
            answer, sizeof answer));
    *out = schema_kind_of(answer);
    return OK;
}

static err_t sqlite_migrating(struct connection *connection, bool on)
{
    return execute(connection, on ? "PRAGMA foreign_keys = OFF" : "PRAGMA foreign_keys = ON");
}

static err_t sqlite_script(struct connection *connection, const char *text)
{
    TRY(execute(connection, text));
    return sqlite_in_transaction(connection) ? OK : ERR_INTERNAL;
}

static err_t sqlite_schema_check(struct connection *connection)
{
    char table[64];

    TRY(ask(connection, "PRAGMA foreign_key_check", table, sizeof table));
    return table[0] == '\0' ? OK : ERR_STATE;
}

/* --- copying --- */

#define OUR_TABLES                                                                                 \
    " t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite~_%' ESCAPE '~'"           \
    " AND t.name NOT IN ('schema_migration', 'copy_unfinished')"

static const struct sql TABLES = {
    .name = "copy_tables",
    .number = SQL_COPY_TABLES,
    .rows = SQL_ROWS_ANY,
    .text = "SELECT t.name, c.name, CASE c.type WHEN 'INTEGER' THEN 'int' WHEN 'TEXT' THEN 'text'"
            " WHEN 'BLOB' THEN 'blob' ELSE '' END, c.pk"
            " FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c WHERE" OUR_TABLES
            " ORDER BY t.name, c.pk = 0, c.pk, c.name",
};

static const struct sql REFERENCES = {
    .name = "copy_references",
    .number = SQL_COPY_REFERENCES,
    .rows = SQL_ROWS_ANY,
    .text = "SELECT DISTINCT t.name, f.\"table\" FROM pragma_table_list AS t"
            " JOIN pragma_foreign_key_list(t.name) AS f WHERE f.\"table\" <> t.name AND" OUR_TABLES,
};

const struct engine SQLITE_ENGINE = {
    .scheme = "sqlite:",
    .open = sqlite_open,
    .close = sqlite_close,
    .connect = sqlite_connect,
    .disconnect = sqlite_disconnect,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .in_transaction = sqlite_in_transaction,
    .clock = sqlite_clock,
    .changes = sqlite_changes,
    .savepoint = sqlite_savepoint,
    .savepoint_release = sqlite_savepoint_release,
    .savepoint_undo = sqlite_savepoint_undo,
    .run = sqlite_run,
    .query = sqlite_query,
    .step = sqlite_step,
    .cursor_end = sqlite_cursor_end,
    .tidy = sqlite_tidy,
    .fold = sqlite_fold,
    .backup = sqlite_backup,
    .schema_kind = sqlite_schema_kind,
    .migrating = sqlite_migrating,
    .script = sqlite_script,
    .schema_check = sqlite_schema_check,
    .schema_text = SCHEMA_TEXT,
    .tables = &TABLES,
    .references = &REFERENCES,
    .load = sqlite_load,
    .migrations = MIGRATIONS_SQLITE,
    .migration_count = &MIGRATIONS_SQLITE_COUNT,
};
