#include "rails/sepa/desk.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/must.h"
#include "core/holder.h"

enum { DIRECTORY_MODE = 0700, FILE_MODE = 0600, PORTION = 64 * 1024, ARENA_MAX = 64 << 20 };
enum { NAMES_MAX = 1000 };

/* One server at a time makes files for the bank and reads those that come: how often it asks, and
 * how many times; at most, when it has to watch first, for as long as two leases. */
enum {
    LEASE_LOOK_MS = 200,
    LEASE_LOOKS = 25,
    LEASE_LOOKS_MAX = 2 * HOLDER_LEASE_S * 1000 / LEASE_LOOK_MS,
};
static const char LEASE[] = "bank";

struct leasing {
    const struct holder *holder;
    bool taken;
};

/* --- contexts -----------------------------------------------------------------------------------
 */

err_t desk_read(const struct sepa_desk *desk, struct tx **tx)
{
    return reader_tx(desk->reader, tx);
}

void desk_ctx(const struct ctx *like, struct ctx *out)
{
    *out = *like;
    out->fault_count = 0;
    out->arena = arena_new(ARENA_MAX);
}

void desk_ctx_free(struct ctx *cx)
{
    arena_free(cx->arena);
}

/* --- directories --------------------------------------------------------------------------------
 */

static err_t directory_make(struct ctx *cx, const char *path)
{
    if (mkdir(path, DIRECTORY_MODE) == 0 || errno == EEXIST)
        return OK;
    return fault(cx, ERR_IO, "sepa", "cannot be made in the data directory");
}

static err_t file_lock(struct ctx *cx, const struct sepa_desk *desk, int *fd)
{
    static const char *const BELOW[] = {"", "/sent", "/received"};

    for (size_t i = 0; i < ARRAY_LEN(BELOW); i++)
        TRY(directory_make(
            cx, str_format(cx->arena, "%.*s/sepa%s", (int)desk->data.len, desk->data.ptr, BELOW[i])
                    .ptr));
    struct str path = str_format(cx->arena, "%.*s/sepa/lock", (int)desk->data.len, desk->data.ptr);
    *fd = open(path.ptr, O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE);
    if (*fd < 0)
        return fault(cx, ERR_IO, "sepa/lock", "cannot be opened");
    while (flock(*fd, LOCK_EX) != 0) {
        if (errno == EINTR)
            continue;
        close(*fd);
        return fault(cx, ERR_IO, "sepa/lock", "cannot be locked");
    }
    return OK;
}

static err_t lease_take_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct leasing *leasing = arg;

    return lease_take(cx, tx, leasing->holder, LEASE, &leasing->taken);
}

static err_t lease_give_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct leasing *leasing = arg;

    return lease_give(cx, tx, leasing->holder, LEASE);
}

/* The body runs elsewhere, with a context of its own. */
static err_t lease_run(struct ctx *cx, const struct sepa_desk *desk, tx_body *body,
                       struct leasing *leasing)
{
    struct ctx own;

    desk_ctx(cx, &own);
    own.real = clock_now();
    err_t err = tx_run(desk->store, &own, body, leasing);
    desk_ctx_free(&own);
    return err;
}

/* A command that has only just come has to watch first: whoever has the lease may be dead. */
static err_t lease_wait(struct ctx *cx, const struct sepa_desk *desk)
{
    struct leasing leasing = {.holder = desk->holder};
    bool watched = false;

    for (int i = 0; !leasing.taken; i++) {
        if ((i >= LEASE_LOOKS && watched) || i == LEASE_LOOKS_MAX)
            return fault(cx, ERR_BUSY, "sepa", "is being worked on by another server");
        if (i > 0)
            (void)poll(NULL, 0, LEASE_LOOK_MS);
        watched = holder_judges(desk->holder);
        TRY(lease_run(cx, desk, lease_take_body, &leasing));
    }
    return OK;
}

err_t desk_lock(struct ctx *cx, const struct sepa_desk *desk, int *fd)
{
    TRY(file_lock(cx, desk, fd));
    err_t err = desk->holder == NULL ? OK : lease_wait(cx, desk);
    if (err != OK)
        close(*fd);
    return err;
}

void desk_unlock(struct ctx *cx, const struct sepa_desk *desk, int fd)
{
    struct leasing leasing = {.holder = desk->holder};
    err_t err = desk->holder == NULL ? OK : lease_run(cx, desk, lease_give_body, &leasing);

    if (err != OK)
        log_event(cx, EV_STORE_FAILED, LOG_ERR(err)); /* it is taken again by this server only */
    close(fd);
}

const char *desk_sent_path(struct ctx *cx, const struct sepa_desk *desk, struct str msg_id)
{
    return str_format(cx->arena, "%.*s/sepa/sent/%.*s.xml", (int)desk->data.len, desk->data.ptr,
                      (int)msg_id.len, msg_id.ptr)
        .ptr;
}

const char *desk_received_path(struct ctx *cx, const struct sepa_desk *desk, struct str name)
{
    return str_format(cx->arena, "%.*s/sepa/received/%.*s.xml", (int)desk->data.len, desk->data.ptr,
                      (int)name.len, name.ptr)
        .ptr;
}

/* --- one file -----------------------------------------------------------------------------------
 */

/* Beside its place and hidden, so that nobody takes it for finished. */
static const char *new_path(struct ctx *cx, const char *path)
{
    const char *slash = strrchr(path, '/');

    must(slash != NULL);
    return str_format(cx->arena, "%.*s/.%s.new", (int)(slash - path), path, slash + 1).ptr;
}

static err_t directory_sync(struct ctx *cx, const char *path)
{
    const char *slash = strrchr(path, '/');
    int fd = open(str_format(cx->arena, "%.*s", (int)(slash - path), path).ptr,
                  O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return ERR_IO;
    bool synced = fsync(fd) == 0;
    close(fd);
    return synced ? OK : ERR_IO;
}

err_t desk_file_new(struct ctx *cx, const char *path, int *fd)
{
    *fd = open(new_path(cx, path), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
    if (*fd >= 0)
        return OK;
    int folder = (int)(strrchr(path, '/') - path);
    return fault(cx, ERR_IO, "file",
                 str_format(cx->arena, "cannot be made in %.*s", folder, path).ptr);
}

err_t desk_file_place(struct ctx *cx, const char *path, int fd)
{
    const char *from = new_path(cx, path);
    bool synced = fsync(fd) == 0;

    if (close(fd) != 0 || !synced || rename(from, path) != 0 || directory_sync(cx, path) != OK) {
        unlink(from);
        return fault(cx, ERR_IO, "file", "cannot be written");
    }
    return OK;
}

void desk_file_drop(struct ctx *cx, const char *path, int fd)
{
    close(fd);
    unlink(new_path(cx, path));
}

err_t desk_file_open(const char *path, int *fd)
{
    struct stat about;

    /* Of a pipe nobody may be at the other end. */
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0)
        return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
    if (fstat(*fd, &about) == 0 && S_ISREG(about.st_mode))
        return OK;
    close(*fd);
    return ERR_IO;
}

static err_t portion_read(int fd, char *into, size_t room, size_t *len)
{
    ssize_t done;

    do
        done = read(fd, into, room);
    while (done < 0 && errno == EINTR);
    *len = done < 0 ? 0 : (size_t)done;
    return done < 0 ? ERR_IO : OK;
}

err_t desk_file_measure(int fd, struct xml_written *out)
{
    struct arena *arena = arena_new(4 * PORTION);
    struct sha256 *sha = sha256_begin(arena);
    char *portion = arena_alloc(arena, PORTION);
    err_t err = OK;
    size_t len = 1;

    *out = (struct xml_written){.bytes = 0};
    while (err == OK && len > 0) {
        err = portion_read(fd, portion, PORTION, &len);
        sha256_add(sha, (struct str){portion, len});
        out->bytes += (int64_t)len;
    }
    sha256_end(sha, out->sha256);
    arena_free(arena);
    if (err == OK && lseek(fd, 0, SEEK_SET) != 0)
        err = ERR_IO;
    return err;
}

static err_t content_copy(int from, int to)
{
    const struct sink sink = sink_fd(&to);
    struct arena *arena = arena_new(2 * PORTION);
    char *portion = arena_alloc(arena, PORTION);
    err_t err = OK;
    size_t len = 1;

    while (err == OK && len > 0) {
        err = portion_read(from, portion, PORTION, &len);
        if (err == OK)
            err = sink.write(sink.arg, (struct str){portion, len});
    }
    arena_free(arena);
    return err;
}

err_t desk_file_copy(struct ctx *cx, const char *from, const char *to)
{
    int source;
    int copy;

    if (desk_file_open(from, &source) != OK)
        return fault(cx, ERR_IO, "file", "cannot be read");
    err_t err = desk_file_new(cx, to, &copy);
    if (err == OK && content_copy(source, copy) != OK) {
        desk_file_drop(cx, to, copy);
        err = fault(cx, ERR_IO, "file", "cannot be copied");
    } else if (err == OK) {
        err = desk_file_place(cx, to, copy);
    }
    close(source);
    return err;
}

err_t desk_file_rename(struct ctx *cx, const char *from, const char *to)
{
    if (rename(from, to) != 0)
        return fault(cx, ERR_IO, "file", "cannot be renamed");
    return directory_sync(cx, to);
}

err_t desk_file_move(struct ctx *cx, struct str from_dir, const char *name, const char *below)
{
    struct str from = str_format(cx->arena, "%.*s/%s", (int)from_dir.len, from_dir.ptr, name);
    struct str to = str_format(cx->arena, "%.*s/%s", (int)from_dir.len, from_dir.ptr, below);

    if (mkdir(to.ptr, DIRECTORY_MODE) != 0 && errno != EEXIST)
        return fault(cx, ERR_IO, "sepa.in_dir", "cannot hold directories");
    for (int i = 0; i < NAMES_MAX; i++) {
        struct str place = i == 0 ? str_format(cx->arena, "%s/%s", to.ptr, name)
                                  : str_format(cx->arena, "%s/%s.%d", to.ptr, name, i);
        if (access(place.ptr, F_OK) == 0)
            continue;
        if (rename(from.ptr, place.ptr) == 0)
            return directory_sync(cx, place.ptr);
        break;
    }
    return fault(cx, ERR_IO, "sepa.in_dir", "files in it cannot be moved");
}
