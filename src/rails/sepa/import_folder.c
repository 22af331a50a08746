#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/must.h"
#include "rails/sepa/import.h"

/* The folder that a transfer program puts the bank's files into. */
enum { FOLDER_MAX = 1000 };

static int name_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_settled(const struct stat *about, int settled_s)
{
    return instant_unix(clock_now()) - (int64_t)about->st_mtime >= settled_s;
}

/* Names in their order, without what is hidden. */
static err_t names_read(struct ctx *cx, struct str folder, int settled_s, const char ***out,
                        size_t *count)
{
    const char *path = str_cstr(cx->arena, folder);
    DIR *directory = opendir(path);
    struct dirent *entry;
    struct stat about;

    *count = 0;
    *out = arena_array(cx->arena, const char *, FOLDER_MAX);
    if (directory == NULL)
        return fault(cx, ERR_IO, "sepa.in_dir", "cannot be read");
    while (*count < FOLDER_MAX && (entry = readdir(directory)) != NULL) {
        if (entry->d_name[0] == '.' ||
            fstatat(dirfd(directory), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(about.st_mode) || !is_settled(&about, settled_s))
            continue;
        (*out)[(*count)++] = str_cstr(cx->arena, str_of(entry->d_name));
    }
    closedir(directory);
    qsort(*out, *count, sizeof **out, name_compare);
    return OK;
}

/* Ours to fail, or the machine's: then the file stays and is tried again. */
static bool is_refusal(err_t err)
{
    return err == ERR_MALFORMED || err == ERR_INVALID || err == ERR_LIMIT || err == ERR_NOT_FOUND;
}

/* No other file would fare better. */
static bool is_everywhere(err_t err)
{
    return err == ERR_BUSY || err == ERR_UNAVAILABLE || err == ERR_FULL;
}

/* What lies there is what was read: another file may have taken its place, or more may have been
 * written to it. */
static bool is_as_read(const char *path, const struct stat *read)
{
    struct stat now;

    return lstat(path, &now) == 0 && now.st_dev == read->st_dev && now.st_ino == read->st_ino &&
           now.st_size == read->st_size && now.st_mtim.tv_sec == read->st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == read->st_mtim.tv_nsec;
}

/* *stays: what lies there now has to be read. While a file is open nobody else gets its number. */
static err_t file_import(struct ctx *cx, const struct sepa_desk *desk, const char *path,
                         struct str name, bool *stays)
{
    struct sepa_imported imported;
    struct stat read;
    int fd;

    *stays = true;
    err_t err = desk_file_open(path, &fd);
    if (err == ERR_NOT_FOUND)
        return OK; /* whoever put it there has taken it away */
    if (err != OK)
        return fault(cx, ERR_IO, "sepa.in_dir", "files in it cannot be read");
    must(fstat(fd, &read) == 0); /* as it was for desk_file_open */
    err = sepa_import_file(cx, desk, fd, name, &imported);
    *stays = !is_as_read(path, &read);
    close(fd);
    return err;
}

static err_t folder_file(struct ctx *cx, const struct sepa_desk *desk, const char *name,
                         struct sepa_folder *out)
{
    struct str path =
        str_format(cx->arena, "%.*s/%s", (int)desk->in_dir.len, desk->in_dir.ptr, name);
    bool stays;

    err_t err = file_import(cx, desk, path.ptr, str_of(name), &stays);
    if (err != OK && !is_refusal(err))
        return err;
    ctx_clear_faults(cx);
    if (stays)
        return OK;
    if (err != OK)
        log_event(cx, EV_BANK_REPORT_REFUSED, LOG_ERR(err));
    out->done += err == OK ? 1 : 0;
    out->failed += err == OK ? 0 : 1;
    return desk_file_move(cx, desk->in_dir, name, err == OK ? "done" : "failed");
}

err_t sepa_import_folder(struct ctx *cx, const struct sepa_desk *desk, int settled_s,
                         struct sepa_folder *out)
{
    const char **names;
    size_t count;
    err_t err = OK;

    must(ID_NONE(cx->merchant));
    *out = (struct sepa_folder){.done = 0};
    TRY(names_read(cx, desk->in_dir, settled_s, &names, &count));
    for (size_t i = 0; i < count && !is_everywhere(err); i++) {
        struct ctx one;
        desk_ctx(cx, &one);
        err_t failed = folder_file(&one, desk, names[i], out);
        ctx_take_faults(cx, &one);
        desk_ctx_free(&one);
        err = failed != OK ? failed : err;
    }
    return err;
}
