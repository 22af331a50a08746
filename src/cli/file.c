#include "cli/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/must.h"
#include "wire/stream.h"

/* As long as the file was when it was opened. */
static err_t text_read(struct ctx *cx, int fd, size_t max, struct str *out)
{
    struct stat info;
    size_t len = 0;
    ssize_t got = 0;

    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        return ERR_IO;
    if ((uint64_t)info.st_size > max)
        return ERR_LIMIT;
    size_t size = (size_t)info.st_size;
    char *text = arena_alloc(cx->arena, size + 1);
    while (len < size && (got = read(fd, text + len, size - len)) > 0)
        len += (size_t)got;
    *out = (struct str){text, len};
    return got < 0 ? ERR_IO : OK;
}

err_t file_read(struct ctx *cx, const char *path, size_t max, struct str *out)
{
    /* Of a pipe nobody may be at the other end. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO;
    err_t err = text_read(cx, fd, max, out);
    close(fd);
    return err;
}

bool directory_sync(struct ctx *cx, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct str parent = slash == NULL ? STR(".") : (struct str){path, (size_t)(slash - path)};
    int fd = open(parent.len == 0 ? "/" : str_cstr(cx->arena, parent),
                  O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return false;
    bool synced = fsync(fd) == 0;
    close(fd);
    return synced;
}

err_t file_new_begin(struct ctx *cx, const char *path, mode_t mode, struct file_new *out)
{
    *out = (struct file_new){.path = path, .fresh = str_format(cx->arena, "%s.new", path).ptr};
    unlink(out->fresh);
    out->fd = open(out->fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    return out->fd < 0 ? ERR_IO : OK;
}

err_t file_new_keep(struct ctx *cx, struct file_new *file, err_t written)
{
    bool synced = written == OK && fsync(file->fd) == 0;

    if (close(file->fd) != 0 || !synced || rename(file->fresh, file->path) != 0) {
        unlink(file->fresh);
        return written == OK ? ERR_IO : written;
    }
    return directory_sync(cx, file->path) ? OK : ERR_IO;
}

err_t file_replace(struct ctx *cx, const char *path, mode_t mode, struct str text)
{
    struct file_new file;

    TRY(file_new_begin(cx, path, mode, &file));
    return file_new_keep(cx, &file, sink_fd(&file.fd).write(&file.fd, text));
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

err_t directory_make(struct ctx *cx, const char *path)
{
    char *partial = arena_alloc(cx->arena, strlen(path) + 1);
    struct stat info;

    for (size_t i = 1; path[0] != '\0' && i <= strlen(path); i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(partial, path, i);
        partial[i] = '\0';
        if (mkdir(partial, 0700) != 0 && errno != EEXIST)
            return ERR_IO;
    }
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode) ? OK : ERR_IO;
}

struct str path_absolute(struct arena *arena, struct str from, struct str path)
{
    if (path.len > 0 && path.ptr[0] == '/')
        return str_dup(arena, path);
    return str_format(arena, "%.*s/%.*s", (int)from.len, from.ptr, (int)path.len, path.ptr);
}

struct str path_here(struct arena *arena)
{
    char here[PATH_MAX];

    return str_dup(arena, getcwd(here, sizeof here) == NULL ? STR("/") : str_of(here));
}
