#ifndef GUICHET_STORE_SQLITE_SQLITE_H
#define GUICHET_STORE_SQLITE_SQLITE_H

#include <limits.h>
#include <sqlite3.h>

#include "store/engine.h"

/* What the files of this directory share. */

struct database {
    char path[PATH_MAX];
    int lock; /* file descriptor, or -1 */
    struct layer *layer;
};

/* Our own few statements, prepared with the connection. */
enum command {
    COMMAND_BEGIN = 1,
    COMMAND_COMMIT,
    COMMAND_ROLLBACK,
    COMMAND_SAVEPOINT,
    COMMAND_SAVEPOINT_RELEASE,
    COMMAND_SAVEPOINT_UNDO,
    COMMAND_COUNT,
};

struct connection {
    sqlite3 *db;
    enum access access;
    sqlite3_stmt *commands[COMMAND_COUNT];
    struct cursor **cache; /* by sql->number; an entry is NULL until its first use */
    size_t cache_len;
    int wal_pages;     /* in the log after the last commit */
    int checkpoint_at; /* the next checkpoint waits until the log has so many pages */
};

/* --- error.c --- */

/* What a result code means to a caller. Logs what is our mistake or the disk's; `what` is a literal
 * or the name of a statement. */
err_t sqlite_err(const struct connection *connection, int rc, const char *what);

/* --- statement.c: see struct engine --- */

err_t sqlite_run(struct connection *connection, const struct sql *sql, const struct value *args,
                 int64_t *changed);
err_t sqlite_query(struct connection *connection, const struct sql *sql, const struct value *args,
                   struct cursor **out, int *columns);
err_t sqlite_step(struct cursor *cursor, struct arena *arena, struct value *values, bool *has);
void sqlite_cursor_end(struct cursor *cursor);
err_t sqlite_load(struct connection *connection, const struct copy_table *table,
                  const struct copy_rows *rows);

/* Frees all prepared statements of the cache. */
void sqlite_cache_free(struct connection *connection);

/* --- layer.c --- */

/* What all connections of a database open their files through; `path` is absolute. */
struct layer *layer_new(const char *path);
const char *layer_name(const struct layer *layer);
/* When all connections are closed. NULL is allowed. */
void layer_free(struct layer *layer);

/* --- log_file.c: SQLite's log, of which the writer's pages go out in one piece --- */

int log_file_open(sqlite3_vfs *real, const char *name, sqlite3_file *file, int flags, int *got);
/* Of its structure, with the real file's in it. */
int log_file_size(const sqlite3_vfs *real);

/* --- temp_file.c: a file without a name in that directory, for what is sorted. SQLITE_FULL when
 * the disk would be left with too little room for the log --- */

int temp_file_open(const char *directory, sqlite3_file *file, int flags, int *got);
int temp_file_size(void);

/* --- file.c --- */

/* Finds the place, takes the lock and makes the file; the fault is recorded. */
err_t sqlite_open(struct ctx *cx, struct str place, const struct store_options *options,
                  struct database **out);
void sqlite_close(struct database *database);
err_t sqlite_backup(struct ctx *cx, struct connection *connection, const char *path);

#endif
