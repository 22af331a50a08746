#ifndef GUICHET_HTTP_LISTEN_H
#define GUICHET_HTTP_LISTEN_H

#include "base/ctx.h"

/* Who else may listen at the same address (SO_REUSEPORT): nobody; threads of ours that come later,
 * but nobody yet; the threads that came before. */
enum listen_share { LISTEN_ALONE = 1, LISTEN_FIRST, LISTEN_NEXT };

/* A listening, non-blocking TCP socket. An IPv6 address takes IPv6 only, except "::" which takes
 * both. port 0: a free one. ERR_IO: the address cannot be had; the fault's field is
 * "server.listen". */
MUST_CHECK err_t listen_open(struct ctx *cx, const char *address, int port, enum listen_share share,
                             int *out);

/* The port a listening socket is bound to. */
int listen_port(int fd);

#endif
