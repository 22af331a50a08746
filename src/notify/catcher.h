#ifndef GUICHET_NOTIFY_CATCHER_H
#define GUICHET_NOTIFY_CATCHER_H

#include "core/core.h"

/* The sandbox's mail server (design.md 6): takes every mail on a port of this machine and keeps it
 * in the database (core/caught.h), where GET /sandbox/mail shows it. SMTP as RFC 5321 has it, less
 * what only real servers need: no TLS, no relaying, no refusal of a receiver. One thread. */
struct catcher;

enum { CATCHER_MESSAGE_MAX = 1024 * 1024, CATCHER_RECEIVERS_MAX = 32 };

/* Listens on 127.0.0.1; port 0 is a free one. ERR_IO with a fault on "sandbox.mail_port". */
MUST_CHECK err_t catcher_start(struct ctx *cx, struct store *store, struct id_source *ids, int port,
                               struct catcher **out);
int catcher_port(const struct catcher *catcher);
/* NULL is allowed. Before the store is closed. */
void catcher_stop(struct catcher *catcher);

#endif
