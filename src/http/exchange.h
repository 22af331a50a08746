#ifndef GUICHET_HTTP_EXCHANGE_H
#define GUICHET_HTTP_EXCHANGE_H

#include <netinet/in.h>
#include <stdatomic.h>

#include "http/guard.h"
#include "http/server.h"
#include "http/timer.h"

/* Private to src/http: what a server, a connection and an exchange (one request with its answer)
 * are made of. server.c drives the library; connection.c keeps the deadlines; exchange.c decides.
 * All of it belongs to one I/O thread. */
struct MHD_Connection;
struct MHD_Daemon;

/* Where a connection stands; each phase but PHASE_WORK has a deadline. */
enum phase {
    PHASE_IDLE = 1, /* between two requests */
    PHASE_HEADER,   /* from the first byte of a request, or from the connection's first moment */
    PHASE_BODY,
    PHASE_WORK, /* the handler works or is parked: our time, not the client's */
    PHASE_SEND,
};

struct connection {
    struct server *server;
    struct MHD_Connection *library;
    struct exchange *exchange; /* NULL between requests */
    struct connection *next_spare;
    /* Of a request whose header is not whole yet, copied before the library cuts it. */
    char *target;
    size_t target_len;
    struct timer timer; /* may be due earlier than the deadline, never later */
    enum phase phase;
    int64_t deadline_us;
    int64_t bytes_seen; /* received by the system when we last looked; -1: not looked since the last
                           answer */
    int fd;
    bool tls;
    bool cut; /* nothing more is read or answered */
    bool peer_local;
    char peer[INET6_ADDRSTRLEN];
};

enum stage {
    STAGE_BODY = 1, /* the header is whole, the body is coming */
    STAGE_RUN,      /* the handler was called */
    STAGE_ANSWERED, /* the answer is in the library's hands */
};

struct exchange {
    struct request request; /* first: the public view */
    struct ctx cx;
    struct connection *connection;
    enum stage stage;
    bool parked;    /* until request_resume */
    bool suspended; /* the library does not look at the connection until its next call */
    bool close;     /* after the answer */
    bool refused;
    struct guard_pass pass;
    const struct header *headers;
    size_t header_count;
    struct str allowed; /* methods of the path, when it has none for this one */
    size_t body_max;
    char *body;               /* what request.body points to; NULL without one */
    size_t body_capacity;     /* without the spare bytes */
    size_t body_counted;      /* of server->bodies */
    struct arena *body_arena; /* where a body that is counted lies; NULL: in the context's */
    bool body_left;           /* there was no room for it */
    int64_t body_received;    /* may pass body_max while we drain */
    bool body_kept;
    int64_t started_us;
    struct timer later;
    void (*again)(struct request *request);
};

enum { DAEMONS_MAX = 2, SPARE_ARENAS_MAX = 64 };

struct server_counters {
    _Atomic int64_t requests;
    _Atomic int64_t answers_by_class[6];
    _Atomic int64_t refused;
    _Atomic int64_t connections_open;
    _Atomic int64_t parked;
    _Atomic int64_t bytes_in;
    _Atomic int64_t bytes_out;
};

struct server {
    struct server_options options;
    struct json_parser *json;
    struct MHD_Daemon *daemons[DAEMONS_MAX]; /* plain, then TLS */
    size_t daemon_count;
    int ports[DAEMONS_MAX];
    int wait_fd;
    int stop_fd;
    atomic_bool stop_asked;
    bool stopping;
    bool abandoned;  /* stopped with parked requests: their memory stays */
    bool resumed;    /* some request was resumed since the library ran */
    int64_t turn_us; /* monotonic, of this turn */
    int64_t active;  /* exchanges that began and have not ended */
    size_t bodies;   /* bytes of the long bodies of all of them */
    uint64_t request_seed;
    struct timers timers;
    struct arena *spare_arenas[SPARE_ARENAS_MAX];
    size_t spare_arena_count;
    struct connection *spare_connections;
    struct server_counters counters;
};

/* Counted by the I/O thread alone, read by any. */
static inline void count_add(_Atomic int64_t *counter, int64_t more)
{
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + more,
                          memory_order_relaxed);
}
static inline int64_t count_of(_Atomic int64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

/* connection.c */

struct connection *connection_open(struct server *server, int fd, bool tls,
                                   const struct sockaddr *peer);
void connection_close(struct connection *connection);
/* Enters a phase and sets its deadline. */
void connection_phase(struct connection *connection, enum phase phase);
/* Sends a whole answer around the library, where that is still possible (nothing was answered yet,
 * no TLS), and shuts the connection down. For what must not wait until the library calls us again.
 */
void connection_cut(struct connection *connection, enum refusal status, const char *why);
/* The same with the answer that its exchange has. Not with TLS. */
void connection_refuse_around(struct connection *connection);
/* Remembers the target of a request line. */
void connection_target(struct connection *connection, const char *target);

/* exchange.c */

/* Of a connection, for the header of a request and that of its answer; how much of it a request may
 * take. */
enum { CONNECTION_MEMORY = 8192, BLOCK_MAX = 6 * 1024 };

/* Begins an exchange when the header is whole: checks it and finds the route of connection->target.
 * When request.response.status is set afterwards the request is refused and its body, if any, is
 * not read. header_size is the size of the whole block, pool_used what it takes of the connection's
 * memory. */
struct exchange *exchange_begin(struct connection *connection, const struct guard_head *head,
                                size_t header_size, size_t pool_used);
/* An exchange for a request whose header will never be whole, to be refused and ended at once. */
struct exchange *exchange_begin_cut(struct connection *connection);
/* A portion of the body; wiped from the caller's memory by the caller. */
void exchange_body(struct exchange *exchange, struct str portion);
/* The request is whole: calls the handler. Afterwards either an answer is set or the request is
 * parked. */
void exchange_run(struct exchange *exchange);
/* An answer is there at last: adds what every answer carries. */
void exchange_finish(struct exchange *exchange);
/* The answer was sent (or cannot be): logs, counts, wipes, frees. */
void exchange_end(struct exchange *exchange, bool sent);
/* Sets the refusal in the form of the mount. */
void exchange_refuse(struct exchange *exchange, enum refusal status, const char *why);

static inline struct exchange *exchange_of(struct request *request)
{
    return (struct exchange *)request;
}

/* server.c, the only file that knows the library */

void library_suspend(struct connection *connection);
void library_resume(struct connection *connection);

#endif
