#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "store/sqlite/sqlite.h"

/* What a query sorts and has no room for in its cache. Such a file lies beside the database, where
 * there is room for it, and has no name: whatever ends the process, nothing stays behind. It is
 * never mapped, since a broken disk would be a signal there.
 *
 * The log of the writer grows on the same disk: what is sorted leaves room for it, and whoever
 * sorts gives up first. */

enum { OWNER_ONLY = 0600, SECTOR_SIZE = 4096 };

/* What it leaves: 1 GB, on a small disk the twentieth part. Looked at once for each step. */
#define RESERVE_MAX ((uint64_t)1 << 30)
enum { RESERVE_PART = 20, STEP = 1 << 20 };

struct temp_file {
    sqlite3_file file; /* first: SQLite's view of it */
    int fd;
    sqlite3_int64 allowed; /* it may grow up to here */
};

static struct temp_file *temp_of(sqlite3_file *file)
{
    return (struct temp_file *)(void *)file;
}

static int temp_close(sqlite3_file *file)
{
    return close(temp_of(file)->fd) == 0 ? SQLITE_OK : SQLITE_IOERR_CLOSE;
}

/* What lies behind the end reads as zeros. */
static int temp_read_at(sqlite3_file *file, void *bytes, int len, sqlite3_int64 offset)
{
    char *at = bytes;

    while (len > 0) {
        ssize_t got = pread(temp_of(file)->fd, at, (size_t)len, offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return SQLITE_IOERR_READ;
        if (got == 0) {
            memset(at, 0, (size_t)len);
            return SQLITE_IOERR_SHORT_READ;
        }
        at += got;
        offset += got;
        len -= (int)got;
    }
    return SQLITE_OK;
}

static bool disk_is_full(int error)
{
    return error == ENOSPC || error == EDQUOT;
}

static bool has_room(int fd, uint64_t bytes)
{
    struct statvfs disk;

    if (fstatvfs(fd, &disk) != 0)
        return false;
    uint64_t reserve = (uint64_t)disk.f_blocks * disk.f_frsize / RESERVE_PART;
    if (reserve > RESERVE_MAX)
        reserve = RESERVE_MAX;
    return (uint64_t)disk.f_bavail * disk.f_frsize >= reserve + bytes;
}

static bool may_grow(struct temp_file *temp, sqlite3_int64 end)
{
    if (end <= temp->allowed)
        return true;
    sqlite3_int64 next = end + STEP;
    if (!has_room(temp->fd, (uint64_t)(next - temp->allowed)))
        return false;
    temp->allowed = next;
    return true;
}

static int temp_write_at(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 offset)
{
    const char *at = bytes;

    if (!may_grow(temp_of(file), offset + len))
        return SQLITE_FULL;
    while (len > 0) {
        ssize_t put = pwrite(temp_of(file)->fd, at, (size_t)len, offset);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return put < 0 && !disk_is_full(errno) ? SQLITE_IOERR_WRITE : SQLITE_FULL;
        at += put;
        offset += put;
        len -= (int)put;
    }
    return SQLITE_OK;
}

static int temp_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    if (ftruncate(temp_of(file)->fd, size) != 0)
        return SQLITE_IOERR_TRUNCATE;
    if (size < temp_of(file)->allowed)
        temp_of(file)->allowed = size; /* the disk has the rest again */
    return SQLITE_OK;
}

/* It need not outlive anything. */
static int temp_sync(sqlite3_file *file, int flags)
{
    (void)file;
    (void)flags;
    return SQLITE_OK;
}

static int temp_size(sqlite3_file *file, sqlite3_int64 *size)
{
    struct stat found;

    if (fstat(temp_of(file)->fd, &found) != 0)
        return SQLITE_IOERR_FSTAT;
    *size = found.st_size;
    return SQLITE_OK;
}

/* Nobody else can open it. */
static int temp_lock(sqlite3_file *file, int kind)
{
    (void)file;
    (void)kind;
    return SQLITE_OK;
}

static int temp_reserved(sqlite3_file *file, int *out)
{
    (void)file;
    *out = 0;
    return SQLITE_OK;
}

static int temp_control(sqlite3_file *file, int op, void *arg)
{
    (void)file;
    (void)op;
    (void)arg;
    return SQLITE_NOTFOUND;
}

static int temp_sector(sqlite3_file *file)
{
    (void)file;
    return SECTOR_SIZE;
}

static int temp_traits(sqlite3_file *file)
{
    (void)file;
    return 0;
}

static const sqlite3_io_methods TEMP_METHODS = {
    .iVersion = 1,
    .xClose = temp_close,
    .xRead = temp_read_at,
    .xWrite = temp_write_at,
    .xTruncate = temp_truncate,
    .xSync = temp_sync,
    .xFileSize = temp_size,
    .xLock = temp_lock,
    .xUnlock = temp_lock,
    .xCheckReservedLock = temp_reserved,
    .xFileControl = temp_control,
    .xSectorSize = temp_sector,
    .xDeviceCharacteristics = temp_traits,
};

/* Not every file system makes files without a name; there the name is gone at once, and a kill in
 * between leaves an empty file, which may be removed. */
static int nameless_open(const char *directory)
{
    char path[PATH_MAX];
    int fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, OWNER_ONLY);

    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    int len = snprintf(path, sizeof path, "%s/sort-XXXXXX", directory);
    if (len < 0 || (size_t)len >= sizeof path)
        return -1;
    fd = mkostemp(path, O_CLOEXEC); /* with 0600 */
    if (fd >= 0)
        (void)unlink(path);
    return fd;
}

int temp_file_open(const char *directory, sqlite3_file *file, int flags, int *got)
{
    int fd = nameless_open(directory);

    file->pMethods = NULL;
    if (fd < 0)
        return disk_is_full(errno) ? SQLITE_FULL : SQLITE_CANTOPEN;
    temp_of(file)->fd = fd;
    temp_of(file)->allowed = 0;
    file->pMethods = &TEMP_METHODS;
    if (got != NULL)
        *got = flags;
    return SQLITE_OK;
}

int temp_file_size(void)
{
    return (int)sizeof(struct temp_file);
}
