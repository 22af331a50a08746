#ifndef GUICHET_CLI_CHILD_H
#define GUICHET_CLI_CHILD_H

#include "cli/config.h"

/* The sandbox's acquirer: `guichet simulator` as a child process of the server. It dies with us,
 * and is started again when it dies alone. With card.sim_secret_file it is one that somebody else
 * runs, for several servers. All functions belong to the main thread. */
struct child;

/* Starts it and waits until it answers. ERR_UNAVAILABLE with a fault: it does not. Other errors
 * with a fault: of card.sim_secret_file. */
MUST_CHECK err_t child_start(struct ctx *cx, const struct config *config, struct child **out);

/* Starts it again when it has died and its pause is over. Gives the milliseconds after which to
 * look again, or -1: when SIGCHLD comes. */
int child_turn(struct child *child);

/* Ends it and waits for its end; frees. */
void child_stop(struct child *child);

int child_port(const struct child *child);
const char *child_control_url(const struct child *child);
const char *child_acs_url(const struct child *child);
const char *child_secret(const struct child *child);

#endif
