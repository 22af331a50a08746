#ifndef GUICHET_HTTP_LISTEN_H
#define GUICHET_HTTP_LISTEN_H

#include <stdbool.h>

#include "base/ctx.h"

/* A listening, non-blocking TCP socket. An IPv6 address takes IPv6 only, except "::" which takes
 * both. port 0: a free one. ERR_IO: the address cannot be had; the fault's field is
 * "server.listen". */
MUST_CHECK err_t listen_open(struct ctx *cx, const char *address, int port, bool share, int *out);

/* The port a listening socket is bound to. */
int listen_port(int fd);

#endif
