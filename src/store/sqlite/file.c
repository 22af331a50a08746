#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/log.h"
#include "base/must.h"
#include "store/sqlite/sqlite.h"

enum { OWNER_ONLY = 0600 };

/* --- where the database is --- */

/* The directory of `path`, "." for a bare name. */
static struct str directory_of(struct str path, struct str *name)
{
    size_t at = path.len;

    while (at > 0 && path.ptr[at - 1] != '/')
        at--;
    *name = str_sub(path, at, path.len - at);
    return at == 0 ? STR(".") : str_sub(path, 0, at);
}

/* One absolute path per file, however it was spelled, because the lock is found through it. A
 * SQLite file name may also mean other things (":memory:", "file:..."), an absolute path may not.
 */
static bool path_resolve(struct ctx *cx, struct str place, char out[PATH_MAX])
{
    char directory[PATH_MAX];
    struct str name;

    if (realpath(str_cstr(cx->arena, place), out) != NULL)
        return true;
    if (errno != ENOENT)
        return false;
    struct str parent = directory_of(place, &name);
    if (name.len == 0 || realpath(str_cstr(cx->arena, parent), directory) == NULL)
        return false;
    int len = snprintf(out, PATH_MAX, "%s/%s", directory, str_cstr(cx->arena, name));
    return len > 0 && len < PATH_MAX;
}

/* --- the lock --- */

/* A lock of the whole file, held by the open description: it goes with the process, however that
 * ends, and the file stays. */
static err_t lock_take(struct ctx *cx, struct database *database)
{
    struct str path = str_format(cx->arena, "%s.lock", database->path);

    database->lock = open(path.ptr, O_RDWR | O_CREAT | O_CLOEXEC, OWNER_ONLY);
    if (database->lock < 0)
        return fault(cx, ERR_IO, "store", "its lock file cannot be opened");
    err_t err = lock_file(database->lock);
    if (err == ERR_BUSY)
        return fault(cx, err, "store", "is in use by another process");
    return err == OK ? OK : fault(cx, err, "store", "its lock file cannot be locked");
}

/* --- opening --- */

/* Under the lock and before SQLite has opened it: closing a descriptor of a file drops the locks
 * that SQLite holds on it. */
static err_t file_make(struct ctx *cx, const struct database *database, bool create)
{
    int fd = open(database->path, O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0), OWNER_ONLY);

    if (fd >= 0) {
        close(fd);
        return OK;
    }
    if (errno == ENOENT)
        return fault(cx, ERR_NOT_FOUND, "store", "does not exist");
    return fault(cx, ERR_IO, "store", "cannot be opened for writing");
}

static err_t database_open(struct ctx *cx, struct str place, bool create, struct database *database)
{
    if (!path_resolve(cx, place, database->path))
        return fault(cx, ERR_NOT_FOUND, "store", "has no such directory");
    if (!create && access(database->path, F_OK) != 0)
        return fault(cx, ERR_NOT_FOUND, "store", "does not exist");
    TRY(lock_take(cx, database));
    return file_make(cx, database, create);
}

err_t sqlite_open(struct ctx *cx, struct str place, const struct store_options *options,
                  struct database **out)
{
    struct database *database = process_make(struct database);

    /* Nobody reads SQLite's count of its memory, and keeping it is a lock around each allocation.
     * Refused, harmlessly, once the library is in use. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    database->lock = -1;
    err_t err = database_open(cx, place, options->create, database);
    if (err != OK) {
        sqlite_close(database);
        return err;
    }
    database->layer = layer_new(database->path);
    *out = database;
    return OK;
}

void sqlite_close(struct database *database)
{
    layer_free(database->layer);
    if (database->lock >= 0)
        close(database->lock);
    process_free(database);
}

/* --- backup --- */

/* The file is on the disk before its name may be relied on. */
static bool directory_sync(struct ctx *cx, const char *path)
{
    struct str name;
    struct str parent = directory_of(str_of(path), &name);
    int fd = open(str_cstr(cx->arena, parent), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return false;
    bool synced = fsync(fd) == 0;
    close(fd);
    return synced;
}

/* In one step: the snapshot is that of its beginning, and the writer goes on. */
static err_t copy(struct connection *from, const char *path)
{
    sqlite3 *to;
    int rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

    if (rc == SQLITE_OK) {
        sqlite3_backup *backup = sqlite3_backup_init(to, "main", from->db, "main");
        if (backup != NULL) {
            sqlite3_backup_step(backup, -1);
            rc = sqlite3_backup_finish(backup);
        } else {
            rc = sqlite3_errcode(to);
        }
    }
    int closed = sqlite3_close(to);
    rc = rc == SQLITE_OK ? closed : rc;
    if (rc == SQLITE_OK)
        return OK;
    log_event(NULL, EV_STORE_FAILED, LOG_WORD("step", "backup"), LOG_INT("code", rc));
    return ERR_IO;
}

static void copy_remove(struct ctx *cx, const char *path)
{
    static const char *const WITH[] = {"", "-journal", "-wal", "-shm"};

    for (size_t i = 0; i < ARRAY_LEN(WITH); i++)
        unlink(str_format(cx->arena, "%s%s", path, WITH[i]).ptr);
}

/* A name that is there belongs to a copy that is whole: one that was interrupted has another. Not
 * by link(), which not every file system of a backup has. */
static err_t copy_publish(struct ctx *cx, const char *fresh, const char *path)
{
    if (access(path, F_OK) == 0)
        return ERR_CONFLICT;
    if (rename(fresh, path) != 0)
        return ERR_IO;
    return directory_sync(cx, path) ? OK : ERR_IO;
}

err_t sqlite_backup(struct ctx *cx, struct connection *connection, const char *path)
{
    const char *fresh = str_format(cx->arena, "%s.new", path).ptr;
    char absolute[PATH_MAX];

    if (access(path, F_OK) == 0)
        return fault(cx, ERR_CONFLICT, "path", "exists already");
    copy_remove(cx, fresh);
    int fd = open(fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, OWNER_ONLY);
    if (fd < 0)
        return fault(cx, ERR_IO, "path", "cannot be written");
    close(fd);
    err_t err = realpath(fresh, absolute) != NULL ? copy(connection, absolute) : ERR_IO;
    if (err == OK)
        err = copy_publish(cx, fresh, path);
    if (err == OK)
        return OK;
    copy_remove(cx, fresh);
    return fault(cx, err, "path", err == ERR_CONFLICT ? "exists already" : "could not be written");
}
