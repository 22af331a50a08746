#ifndef GUICHET_CLI_FILE_H
#define GUICHET_CLI_FILE_H

#include <sys/types.h>

#include "base/ctx.h"

/* A whole file in the arena, followed by a NUL. ERR_NOT_FOUND, ERR_LIMIT (longer than max) or
 * ERR_IO, without a fault. */
MUST_CHECK err_t file_read(struct ctx *cx, const char *path, size_t max, struct str *out);

/* Puts a file in place in one step: whoever reads sees the old or the new one, also after a power
 * cut. ERR_IO without a fault. */
MUST_CHECK err_t file_replace(struct ctx *cx, const char *path, mode_t mode, struct str text);

/* The same in portions, of one that is too large to be held: between begin and keep, `fd` takes the
 * bytes. Whatever went wrong, file_new_keep leaves no file of ours open or lying about. */
struct file_new {
    int fd;
    const char *path;
    const char *fresh;
};
MUST_CHECK err_t file_new_begin(struct ctx *cx, const char *path, mode_t mode,
                                struct file_new *out);
MUST_CHECK err_t file_new_keep(struct ctx *cx, struct file_new *file, err_t written);

/* A name that was given or taken in the directory of `path` is on the disk. */
bool directory_sync(struct ctx *cx, const char *path);

bool file_exists(const char *path);

/* Makes a directory (0700) and those above it; one that exists is fine. ERR_IO without a fault. */
MUST_CHECK err_t directory_make(struct ctx *cx, const char *path);

/* An absolute path; relative ones begin at `from`. */
struct str path_absolute(struct arena *arena, struct str from, struct str path);

/* The working directory, absolute. */
struct str path_here(struct arena *arena);

#endif
