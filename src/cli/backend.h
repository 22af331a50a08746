#ifndef GUICHET_CLI_BACKEND_H
#define GUICHET_CLI_BACKEND_H

#include "cli/cli.h"

struct backend_options {
    bool create;
    bool migrate;
    bool make_keys; /* data keys when there are none yet */
};

/* Opens the database of the configuration, and the vault when its key is there: without one *out is
 * fine, but vault is NULL and vault_why tells. Other errors as store_open. */
MUST_CHECK err_t backend_open(struct ctx *cx, const struct config *config,
                              const struct backend_options *options, struct backend *out);
/* Waits for what is queued to be written; then nothing may be written any more, and whoever is to
 * be called back can be freed. */
void backend_finish(struct backend *backend);
void backend_close(struct backend *backend);

/* Runs a query function in a snapshot. */
typedef err_t read_body(struct ctx *cx, struct tx *tx, void *arg);
MUST_CHECK err_t backend_read(struct ctx *cx, struct backend *backend, read_body *body, void *arg);

/* Runs a body; caches of merchants are emptied after it when it succeeded. */
MUST_CHECK err_t backend_write(struct ctx *cx, struct backend *backend, tx_body *body, void *arg);

/* Whether no other server, and no command that runs without one, is at work on the database. */
MUST_CHECK err_t backend_alone(struct ctx *cx, struct backend *backend, bool *alone);

#endif
