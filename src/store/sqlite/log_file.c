#include <string.h>

#include "base/must.h"
#include "store/sqlite/sqlite.h"

/* SQLite writes its log page by page, two small calls of the system for each, and then syncs it.
 * This gathers what is appended to the log and hands it on in one piece: before the sync, and
 * before anything else that is done to the file. Nobody can see the difference: other connections
 * look at pages of the log only after their transaction's sync, and a crash loses what was not
 * synced either way. */

/* SQLite's own file layer writes less than 128 KiB in one call. */
enum { GATHER_SIZE = 120 * 1024 };

struct log_file {
    sqlite3_file file; /* first: SQLite's view of it */
    sqlite3_file *real;
    char *bytes; /* gathered, not written yet; NULL in one that only reads */
    int len;
    sqlite3_int64 offset; /* of the first of them */
};

static struct log_file *log_of(sqlite3_file *file)
{
    return (struct log_file *)(void *)file;
}

/* What could not be written is given up, like everything that SQLite wrote and did not sync: the
 * error ends its transaction. */
static int gathered_write(struct log_file *log)
{
    int len = log->len;

    log->len = 0;
    if (len == 0)
        return SQLITE_OK;
    return log->real->pMethods->xWrite(log->real, log->bytes, len, log->offset);
}

static int log_write_at(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 offset)
{
    struct log_file *log = log_of(file);
    bool follows = log->len == 0 || offset == log->offset + log->len;

    if (!follows || len > GATHER_SIZE - log->len) {
        int rc = gathered_write(log);
        if (rc != SQLITE_OK)
            return rc;
    }
    if (len > GATHER_SIZE)
        return log->real->pMethods->xWrite(log->real, bytes, len, offset);
    if (log->bytes == NULL)
        log->bytes = process_alloc(1, GATHER_SIZE);
    if (log->len == 0)
        log->offset = offset;
    memcpy(log->bytes + log->len, bytes, (size_t)len);
    log->len += len;
    return SQLITE_OK;
}

static int log_read_at(sqlite3_file *file, void *bytes, int len, sqlite3_int64 offset)
{
    struct log_file *log = log_of(file);
    int rc = gathered_write(log);

    return rc != SQLITE_OK ? rc : log->real->pMethods->xRead(log->real, bytes, len, offset);
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct log_file *log = log_of(file);
    int rc = gathered_write(log);

    return rc != SQLITE_OK ? rc : log->real->pMethods->xTruncate(log->real, size);
}

static int log_sync(sqlite3_file *file, int flags)
{
    struct log_file *log = log_of(file);
    int rc = gathered_write(log);

    return rc != SQLITE_OK ? rc : log->real->pMethods->xSync(log->real, flags);
}

static int log_size(sqlite3_file *file, sqlite3_int64 *size)
{
    struct log_file *log = log_of(file);
    int rc = gathered_write(log);

    return rc != SQLITE_OK ? rc : log->real->pMethods->xFileSize(log->real, size);
}

static int log_close(sqlite3_file *file)
{
    struct log_file *log = log_of(file);
    int written = gathered_write(log);
    int closed = log->real->pMethods->xClose(log->real);

    process_free(log->bytes);
    return written != SQLITE_OK ? written : closed;
}

static int log_lock(sqlite3_file *file, int kind)
{
    struct log_file *log = log_of(file);

    return log->real->pMethods->xLock(log->real, kind);
}

static int log_unlock(sqlite3_file *file, int kind)
{
    struct log_file *log = log_of(file);

    return log->real->pMethods->xUnlock(log->real, kind);
}

static int log_reserved(sqlite3_file *file, int *out)
{
    struct log_file *log = log_of(file);

    return log->real->pMethods->xCheckReservedLock(log->real, out);
}

static int log_control(sqlite3_file *file, int op, void *arg)
{
    struct log_file *log = log_of(file);

    return log->real->pMethods->xFileControl(log->real, op, arg);
}

static int log_sector(sqlite3_file *file)
{
    struct log_file *log = log_of(file);

    return log->real->pMethods->xSectorSize(log->real);
}

static int log_traits(sqlite3_file *file)
{
    struct log_file *log = log_of(file);

    return log->real->pMethods->xDeviceCharacteristics(log->real);
}

static const sqlite3_io_methods LOG_METHODS = {
    .iVersion = 1,
    .xClose = log_close,
    .xRead = log_read_at,
    .xWrite = log_write_at,
    .xTruncate = log_truncate,
    .xSync = log_sync,
    .xFileSize = log_size,
    .xLock = log_lock,
    .xUnlock = log_unlock,
    .xCheckReservedLock = log_reserved,
    .xFileControl = log_control,
    .xSectorSize = log_sector,
    .xDeviceCharacteristics = log_traits,
};

int log_file_open(sqlite3_vfs *real, const char *name, sqlite3_file *file, int flags, int *got)
{
    struct log_file *log = log_of(file);

    *log = (struct log_file){.real = (sqlite3_file *)(void *)(log + 1)};
    int rc = real->xOpen(real, name, log->real, flags, got);
    if (rc == SQLITE_OK)
        log->file.pMethods = &LOG_METHODS;
    return rc;
}

int log_file_size(const sqlite3_vfs *real)
{
    return (int)sizeof(struct log_file) + real->szOsFile;
}
