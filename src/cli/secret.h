#ifndef GUICHET_CLI_SECRET_H
#define GUICHET_CLI_SECRET_H

#include "base/ctx.h"

enum { SECRET_MAX = 1024 };

/* Logs when a file that is to be ours alone is open to every user of the machine. A group may be
 * meant: files of root are read that way. */
void secret_file_judge(struct ctx *cx, const char *path, const char *field);

/* A secret that the operator gives us (design.md 8): the systemd credential of this name when there
 * is one, else the file at path, without the line ends that follow it. In cx->arena.
 * ERR_NOT_FOUND, ERR_LIMIT or ERR_UNAVAILABLE with a fault of `field`. */
MUST_CHECK err_t secret_read(struct ctx *cx, const char *credential, const char *path,
                             const char *field, struct str *out);

#endif
