#ifndef GUICHET_SIMULATOR_HOST_H
#define GUICHET_SIMULATOR_HOST_H

#include "simulator/state.h"

/* The acquirer's ISO 8583 port on this machine. */
struct host;

/* ERR_IO with a fault: the port cannot be had. Port 0: a free one. */
MUST_CHECK err_t host_new(struct ctx *cx, struct state *state, int port, struct host **out);
int host_port(const struct host *host);

/* Serves until host_stop, which is safe from any thread and from a signal handler. */
void host_run(struct host *host);
void host_stop(struct host *host);
void host_free(struct host *host);

#endif
