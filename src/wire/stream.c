#include "wire/stream.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static err_t text_read(void *arg, char *into, size_t room, size_t *len)
{
    struct str *rest = arg;

    *len = rest->len < room ? rest->len : room;
    if (*len > 0)
        memcpy(into, rest->ptr, *len);
    *rest = str_from(*rest, *len);
    return OK;
}

struct source source_text(struct str *rest)
{
    return (struct source){text_read, rest};
}

/* A descriptor is only read through these pointers; the cast back is hidden in the union. */
static int fd_of(void *arg)
{
    return *(const int *)arg;
}

static void *as_arg(const int *fd)
{
    union {
        const int *fd;
        void *arg;
    } at = {.fd = fd};

    return at.arg;
}

static err_t fd_read(void *arg, char *into, size_t room, size_t *len)
{
    ssize_t got;

    do {
        got = read(fd_of(arg), into, room);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return ERR_IO;
    *len = (size_t)got;
    return OK;
}

struct source source_fd(const int *fd)
{
    return (struct source){fd_read, as_arg(fd)};
}

static err_t buf_write(void *arg, struct str bytes)
{
    struct buf *buf = arg;

    buf_put(buf, bytes);
    return buf->failed ? ERR_LIMIT : OK;
}

struct sink sink_buf(struct buf *buf)
{
    return (struct sink){buf_write, buf};
}

static err_t fd_write(void *arg, struct str bytes)
{
    while (bytes.len > 0) {
        ssize_t put = write(fd_of(arg), bytes.ptr, bytes.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return ERR_IO;
        bytes = str_from(bytes, (size_t)put);
    }
    return OK;
}

struct sink sink_fd(const int *fd)
{
    return (struct sink){fd_write, as_arg(fd)};
}
