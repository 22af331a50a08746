#include "rails/sepa/incoming.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/must.h"
#include "rails/sepa/import.h"

/*     sepa/received/incoming-MERCHANT-0000-NAME.xml   a report; NAME is the bank's, with its own
 * ending sepa/received/whole-MERCHANT.xml                all of an answer lie there (empty)
 */
enum { REPORTS_MAX = 1000, HEAD_MAX = 160, NAME_MAX_LEN = 100 };

struct incoming {
    struct ctx *cx;
    const struct sepa_desk *desk;
    char head[HEAD_MAX];
    size_t head_len;
    int64_t left; /* of the report that is under way */
    int fd;       /* -1: none is */
    const char *path;
    size_t count;
};

/* --- names --------------------------------------------------------------------------------------
 */

static const char *whole_path(struct ctx *cx, const struct sepa_desk *desk)
{
    return desk_received_path(cx, desk, str_format(cx->arena, "whole-%s", cx->merchant.raw));
}

static struct str prefix_of(struct ctx *cx)
{
    return str_format(cx->arena, "incoming-%s-", cx->merchant.raw);
}

/* It becomes part of a file's name. */
static bool name_is_good(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char byte = name.ptr[i];
        bool good = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                    (byte >= '0' && byte <= '9') || byte == '.' || byte == '-' || byte == '_';
        if (!good)
            return false;
    }
    return name.len > 0 && name.len <= NAME_MAX_LEN;
}

static int name_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The reports that lie there, in their order. */
static err_t names_read(struct ctx *cx, const struct sepa_desk *desk, const char ***out,
                        size_t *count)
{
    const char *path =
        str_format(cx->arena, "%.*s/sepa/received", (int)desk->data.len, desk->data.ptr).ptr;
    struct str prefix = prefix_of(cx);
    DIR *directory = opendir(path);
    struct dirent *entry;

    *count = 0;
    *out = arena_array(cx->arena, const char *, REPORTS_MAX);
    if (directory == NULL)
        return fault(cx, ERR_IO, "sepa/received", "cannot be read");
    while (*count < REPORTS_MAX && (entry = readdir(directory)) != NULL) {
        if (strncmp(entry->d_name, prefix.ptr, prefix.len) == 0)
            (*out)[(*count)++] =
                str_cstr(cx->arena, str_format(cx->arena, "%s/%s", path, entry->d_name));
    }
    closedir(directory);
    qsort(*out, *count, sizeof **out, name_compare);
    return OK;
}

/* --- onto the disk ------------------------------------------------------------------------------
 */

static err_t report_begin(struct incoming *incoming)
{
    struct ctx *cx = incoming->cx;
    struct str head = {incoming->head, incoming->head_len};
    size_t blank = str_find(head, ' ');
    struct str name = str_sub(head, 0, blank);

    if (blank == head.len || !name_is_good(name) || incoming->count == REPORTS_MAX ||
        !str_to_int64(str_from(head, blank + 1), &incoming->left) || incoming->left <= 0)
        return ERR_UNAVAILABLE;
    struct str place = str_format(cx->arena, "%s%04zu-%.*s", prefix_of(cx).ptr, incoming->count,
                                  (int)name.len, name.ptr);
    incoming->path = desk_received_path(cx, incoming->desk, place);
    incoming->head_len = 0;
    return desk_file_new(cx, incoming->path, &incoming->fd);
}

/* Up to the end of the line, as far as it is there; *len is what was used. */
static err_t head_take(struct incoming *incoming, struct str bytes, size_t *len)
{
    size_t end = str_find(bytes, '\n');

    if (end > HEAD_MAX - incoming->head_len)
        return ERR_UNAVAILABLE;
    memcpy(incoming->head + incoming->head_len, bytes.ptr, end);
    incoming->head_len += end;
    *len = end == bytes.len ? end : end + 1;
    return end == bytes.len ? OK : report_begin(incoming);
}

static err_t report_take(struct incoming *incoming, struct str bytes, size_t *len)
{
    const struct sink sink = sink_fd(&incoming->fd);
    int fd = incoming->fd;

    *len = (int64_t)bytes.len < incoming->left ? bytes.len : (size_t)incoming->left;
    TRY(sink.write(sink.arg, str_sub(bytes, 0, *len)));
    incoming->left -= (int64_t)*len;
    if (incoming->left > 0)
        return OK;
    incoming->fd = -1;
    incoming->count++;
    return desk_file_place(incoming->cx, incoming->path, fd);
}

static err_t incoming_write(void *arg, struct str bytes)
{
    struct incoming *incoming = arg;
    size_t len;

    for (; bytes.len > 0; bytes = str_from(bytes, len)) {
        if (incoming->fd < 0)
            TRY(head_take(incoming, bytes, &len));
        else
            TRY(report_take(incoming, bytes, &len));
    }
    return OK;
}

err_t incoming_new(struct ctx *cx, const struct sepa_desk *desk, struct incoming **out,
                   struct sink *sink)
{
    const char **paths;
    size_t count;

    must(access(whole_path(cx, desk), F_OK) != 0); /* incoming_import comes first */
    TRY(names_read(cx, desk, &paths, &count));
    for (size_t i = 0; i < count; i++)
        (void)unlink(paths[i]);
    *out = arena_make(cx->arena, struct incoming);
    (*out)->cx = cx;
    (*out)->desk = desk;
    (*out)->fd = -1;
    *sink = (struct sink){incoming_write, *out};
    return OK;
}

err_t incoming_end(struct incoming *incoming, bool good)
{
    struct ctx *cx = incoming->cx;
    bool whole = good && incoming->fd < 0 && incoming->head_len == 0;
    int fd;

    if (incoming->fd >= 0)
        desk_file_drop(cx, incoming->path, incoming->fd);
    incoming->fd = -1;
    if (!whole)
        return ERR_UNAVAILABLE;
    if (incoming->count == 0)
        return OK;
    TRY(desk_file_new(cx, whole_path(cx, incoming->desk), &fd));
    return desk_file_place(cx, whole_path(cx, incoming->desk), fd);
}

/* --- into the core ------------------------------------------------------------------------------
 */

static err_t report_import(struct ctx *cx, const struct sepa_desk *desk, const char *path)
{
    struct str name = str_of(strrchr(path, '/') + 1);
    struct sepa_imported imported;
    struct ctx one;

    /* Behind the merchant's and its own number, before what desk_received_path() adds. */
    size_t begin = prefix_of(cx).len + sizeof "0000-" - 1;
    name = str_sub(name, begin, name.len - begin - (sizeof ".xml" - 1));
    desk_ctx(cx, &one);
    err_t err = sepa_import_received(&one, desk, path, name, &imported);
    ctx_take_faults(cx, &one);
    desk_ctx_free(&one);
    return err;
}

err_t incoming_import(struct ctx *cx, const struct sepa_desk *desk)
{
    const char *whole = whole_path(cx, desk);
    const char **paths;
    size_t count;

    if (access(whole, F_OK) != 0)
        return OK;
    TRY(names_read(cx, desk, &paths, &count));
    for (size_t i = 0; i < count; i++)
        TRY(report_import(cx, desk, paths[i]));
    return unlink(whole) == 0 ? OK : fault(cx, ERR_IO, "sepa/received", "cannot be changed");
}
