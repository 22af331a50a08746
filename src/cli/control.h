#ifndef GUICHET_CLI_CONTROL_H
#define GUICHET_CLI_CONTROL_H

#include "cli/cli.h"

/* One process at a time has the database. While a server runs, commands are therefore handed to it
 * over DATA/control.sock (0600, same user only) and run there by the same functions. */

/* --- the caller's side --- */

/* Runs the command in the server; out, err and *code get its answer. ERR_NOT_FOUND: no server
 * listens. ERR_UNAVAILABLE with a fault: it does not answer as agreed. */
MUST_CHECK err_t control_call(struct cli *cli, const struct args *args, int *code);

/* Whether a server listens on the data directory. */
bool control_alive(struct ctx *cx, struct str data);

/* --- the server's side --- */

struct control;

struct control_options {
    const struct application *application;
    struct config *config;
    struct backend *backend;
    struct id_source *ids;
};

/* Listens and answers on threads of its own: one command after the other, and beside them one
 * after the other those that read long. The options are borrowed. ERR_IO with a fault. */
MUST_CHECK err_t control_start(struct ctx *cx, const struct control_options *options,
                               struct control **out);

/* Lets running commands finish, then ends the threads and removes the socket. NULL is allowed. */
void control_stop(struct control *control);

#endif
