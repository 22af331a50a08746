#include <arpa/inet.h>
#include <linux/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "base/crypto.h"
#include "base/must.h"
#include "http/exchange.h"

/* An idle connection is looked at this often for the first byte of a request, so that a header
 * deadline is kept to this precision. */
enum { LOOK_MS_MIN = 5, LOOK_MS_MAX = 1000, LOOKS_PER_HEADER = 8 };

static int64_t look_us(const struct server *server)
{
    int64_t ms = server->options.header_ms / LOOKS_PER_HEADER;

    if (ms < LOOK_MS_MIN)
        ms = LOOK_MS_MIN;
    if (ms > LOOK_MS_MAX)
        ms = LOOK_MS_MAX;
    return ms * 1000;
}

/* Bytes the system has received for us. The library reads on its own and tells nothing before a
 * whole line is there; this is how the first byte of a request shows. 0 where the system does not
 * say. */
static int64_t bytes_received(int fd)
{
    struct tcp_info info;
    socklen_t len = sizeof info;

    memset(&info, 0, sizeof info);
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0)
        return 0;
    return (int64_t)info.tcpi_bytes_received;
}

static void shut(struct connection *connection)
{
    connection->cut = true;
    timer_cancel(&connection->server->timers, &connection->timer);
    /* The library sees the end of the stream and closes. A client that is gone already is no
     * matter. */
    (void)shutdown(connection->fd, SHUT_RDWR);
}

static void arm(struct connection *connection, int64_t due_us)
{
    if (connection->timer.place == 0 || connection->timer.due_us > due_us)
        timer_set(&connection->server->timers, &connection->timer, due_us);
}

static void arm_for_phase(struct connection *connection)
{
    struct server *server = connection->server;
    int64_t due_us = connection->deadline_us;

    if (connection->phase == PHASE_IDLE && server->turn_us + look_us(server) < due_us)
        due_us = server->turn_us + look_us(server);
    arm(connection, due_us);
}

static int64_t phase_ms(const struct server *server, enum phase phase)
{
    switch (phase) {
    case PHASE_IDLE:
        return server->options.idle_ms;
    case PHASE_HEADER:
        return server->options.header_ms;
    case PHASE_BODY:
    case PHASE_SEND: /* who may take that long to send may take as long to receive */
        return server->options.body_ms;
    case PHASE_WORK:
        break;
    }
    return 0;
}

void connection_phase(struct connection *connection, enum phase phase)
{
    struct server *server = connection->server;

    connection->phase = phase;
    connection->bytes_seen = -1;
    if (connection->cut || phase == PHASE_WORK)
        return;
    connection->deadline_us = server->turn_us + phase_ms(server, phase) * 1000;
    arm_for_phase(connection);
}

static void expire(struct connection *connection)
{
    switch (connection->phase) {
    case PHASE_HEADER:
        if (bytes_received(connection->fd) > 0)
            connection_cut(connection, REFUSE_TIMEOUT, "The header did not arrive in time.");
        else
            shut(connection);
        break;
    case PHASE_BODY:
        connection_cut(connection, REFUSE_TIMEOUT, "The body did not arrive in time.");
        break;
    case PHASE_IDLE:
    case PHASE_SEND:
        shut(connection);
        break;
    case PHASE_WORK:
        break;
    }
}

/* True when a request has begun on an idle connection. */
static bool request_began(struct connection *connection)
{
    int64_t seen = bytes_received(connection->fd);
    bool began = connection->bytes_seen >= 0 && seen > connection->bytes_seen;

    connection->bytes_seen = seen;
    return began;
}

static void on_timer(struct timer *timer)
{
    struct connection *connection =
        (struct connection *)(void *)((char *)timer - offsetof(struct connection, timer));

    if (connection->cut || connection->phase == PHASE_WORK)
        return;
    if (connection->phase == PHASE_IDLE && request_began(connection))
        connection_phase(connection, PHASE_HEADER);
    else if (connection->server->turn_us >= connection->deadline_us)
        expire(connection);
    else
        arm_for_phase(connection);
}

static bool is_loopback_four(const unsigned char four[4])
{
    return four[0] == 127;
}

/* An IPv4 client of an IPv6 socket is shown as the IPv4 address it is. */
static void read_peer(struct connection *connection, const struct sockaddr *peer)
{
    struct sockaddr_in four;
    struct sockaddr_in6 six;
    const void *bytes = &four.sin_addr;
    int family = AF_INET;

    if (peer->sa_family == AF_INET) {
        memcpy(&four, peer, sizeof four);
        connection->peer_local = is_loopback_four((const unsigned char *)&four.sin_addr);
    } else if (peer->sa_family == AF_INET6) {
        memcpy(&six, peer, sizeof six);
        bool mapped = IN6_IS_ADDR_V4MAPPED(&six.sin6_addr);
        family = mapped ? AF_INET : AF_INET6;
        bytes = mapped ? six.sin6_addr.s6_addr + 12 : six.sin6_addr.s6_addr;
        connection->peer_local = mapped ? is_loopback_four(six.sin6_addr.s6_addr + 12)
                                        : IN6_IS_ADDR_LOOPBACK(&six.sin6_addr);
    } else {
        return;
    }
    must(inet_ntop(family, bytes, connection->peer, sizeof connection->peer) != NULL);
}

struct connection *connection_open(struct server *server, int fd, bool tls,
                                   const struct sockaddr *peer)
{
    struct connection *connection = server->spare_connections;

    if (connection != NULL)
        server->spare_connections = connection->next_spare;
    else
        connection = process_make(struct connection);
    *connection =
        (struct connection){.server = server, .fd = fd, .tls = tls, .timer = {.run = on_timer}};
    if (peer != NULL)
        read_peer(connection, peer);
    count_add(&server->counters.connections_open, 1);
    connection_phase(connection, PHASE_HEADER);
    return connection;
}

void connection_close(struct connection *connection)
{
    struct server *server = connection->server;

    must(connection->exchange == NULL);
    timer_cancel(&server->timers, &connection->timer);
    connection_target(connection, NULL);
    count_add(&server->counters.connections_open, -1);
    connection->next_spare = server->spare_connections;
    server->spare_connections = connection;
}

void connection_target(struct connection *connection, const char *target)
{
    process_free(connection->target);
    connection->target = NULL;
    connection->target_len = 0;
    if (target == NULL)
        return;
    connection->target_len = strlen(target);
    connection->target = process_alloc(1, connection->target_len + 1);
    memcpy(connection->target, target, connection->target_len);
}

/* RFC 9112 4: nobody needs it. */
static const char *reason(int status)
{
    if (status == REFUSE_TIMEOUT)
        return "Request Timeout";
    if (status == REFUSE_TOO_LARGE)
        return "Content Too Large";
    return status == REFUSE_HEADERS ? "Request Header Fields Too Large" : "Refused";
}

static void send_around(struct connection *connection, struct request *request)
{
    enum { ANSWER_MAX = 64 * 1024 };
    const struct response *response = &request->response;
    struct buf out = buf_make(request->cx->arena, ANSWER_MAX);

    buf_format(&out, "HTTP/1.1 %d %s\r\n", response->status, reason(response->status));
    for (size_t i = 0; i < response->header_count; i++) {
        buf_put(&out, response->headers[i].name);
        buf_put(&out, STR(": "));
        buf_put(&out, response->headers[i].value);
        buf_put(&out, STR("\r\n"));
    }
    buf_format(&out, "Content-Length: %zu\r\n\r\n", response->body.len);
    if (request->method != METHOD_HEAD)
        buf_put(&out, response->body);
    if (out.failed)
        return;
    /* The connection is lost either way: what the system does not take at once is dropped. */
    (void)send(connection->fd, out.ptr, out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void connection_refuse_around(struct connection *connection)
{
    struct exchange *exchange = connection->exchange;

    must(exchange->close);
    must(!connection->tls);
    exchange_finish(exchange);
    send_around(connection, &exchange->request);
    shut(connection);
}

void connection_cut(struct connection *connection, enum refusal status, const char *why)
{
    struct exchange *exchange = connection->exchange;
    bool own = exchange == NULL;

    must(exchange == NULL || exchange->stage == STAGE_BODY);
    if (connection->tls) {
        shut(connection);
        return;
    }
    if (own)
        exchange = exchange_begin_cut(connection);
    exchange->close = true;
    exchange_refuse(exchange, status, why);
    connection_refuse_around(connection);
    if (own)
        exchange_end(exchange, true);
}
