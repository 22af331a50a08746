#ifndef GUICHET_HTTP_SERVER_H
#define GUICHET_HTTP_SERVER_H

#include "base/log.h"
#include "base/mailbox.h"
#include "http/listen.h"
#include "http/route.h"

/* One I/O thread: listeners, connections, requests (standards/http.md). Each thread has its own
 * server; with several they share the ports by SO_REUSEPORT. */
struct server;

struct server_options {
    const char *address; /* "127.0.0.1", "::", ... */
    int port;            /* 0: a free one, see server_port */
    int tls_port;        /* -1: no TLS listener; 0: a free one */
    struct str tls_cert; /* PEM, NUL-terminated */
    struct str tls_key;
    enum listen_share share; /* of the ports, for more than one thread */
    const struct mount *mounts;
    size_t mount_count;
    struct core *core;
    struct id_source *ids;
    /* Called after each turn of the loop, before it waits: the application gives back its snapshot.
     */
    void (*turn_end)(struct core *core);
    struct mailbox *home;     /* run on this thread: where jobs and rails call back */
    int connections_max;      /* all together; more are closed at once */
    int connections_per_peer; /* 0: no limit */
    int requests_parked_max;  /* more are answered 503 */
    size_t body_max;          /* whatever a mount allows */
    size_t bodies_max;        /* of all bodies above 16 KiB together; more are answered 503 */
    size_t json_max;          /* of a text that is read as JSON; 0: body_max */
    int header_ms;            /* from the first byte of a request to the end of its header */
    int body_ms;              /* from there to the end of its body */
    int idle_ms;              /* between two requests of a connection */
    int stop_ms;              /* a graceful stop takes at most this long */
    bool access_log;          /* one line for each request */
    struct log_batch *log;    /* this thread's, written after each turn; NULL: line by line */
};
void server_options_default(struct server_options *options);

/* Binds the ports; nothing is answered before server_run. ERR_IO: an address cannot be had; the
 * fault tells. */
MUST_CHECK err_t server_new(struct ctx *cx, const struct server_options *options,
                            struct server **out);
void server_free(struct server *server);

int server_port(const struct server *server);
int server_tls_port(const struct server *server); /* -1 without */

/* The loop. Returns after server_stop when what ran is answered, or after stop_ms. OK, or ERR_BUSY
 * when requests had to be abandoned. When some of those are parked, whoever was to resume them must
 * not do so any more, and server_free leaves everything as it is: the process is to end. */
MUST_CHECK err_t server_run(struct server *server);

/* Safe from a signal handler and from any thread: accept nothing new, finish, return from
 * server_run. */
void server_stop(struct server *server);

struct server_stats {
    int64_t requests;
    int64_t answers_by_class[6]; /* [2] counts 2xx */
    int64_t refused;             /* by the header guard or a limit */
    int64_t connections_open;
    int64_t parked;
    int64_t bytes_in;
    int64_t bytes_out;
};
void server_stats_read(struct server *server, struct server_stats *out);

#endif
