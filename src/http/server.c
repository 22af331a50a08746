#include "http/server.h"

#include <errno.h>
#include <limits.h>
#include <microhttpd.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/log.h"
#include "base/must.h"
#include "base/rand.h"
#include "http/exchange.h"
#include "http/listen.h"

/* The loop and the only user of the library, which is driven from our thread (standards/http.md 1):
 * its own thread loses events, and its sockets must be closed in our order. */

/* TLS 1.2 and 1.3 with forward secrecy and authenticated encryption only. */
static const char TLS_PRIORITIES[] =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-CIPHER-ALL:+AES-256-GCM:+AES-128-GCM"
    ":+CHACHA20-POLY1305:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:%SERVER_PRECEDENCE";

enum {
    BODY_MAX = 1024 * 1024,
    BODIES_MAX = 256 * 1024 * 1024,
    HEADERS_MAX = 128,      /* what fits into that memory */
    HEADER_COST = 64,       /* the library's own record of one header or query argument */
    HEADER_MARKS = 4,       /* around one of ours: colon, blank, end of line */
    ANSWER_SPARE = 512,     /* for the status line, what is added to each answer, and doubt */
    SPARE_CONNECTIONS = 16, /* above our own limit, so that ours is the one that counts */
    RESUME_ROUNDS = 4,      /* answers that resume others within one turn */
    DRAIN_ROUNDS = 64,
    RESUME_TIMEOUT_S = 60,
};

/* What woke the loop, beside the daemons' numbers. */
enum { WAKE_HOME = DAEMONS_MAX, WAKE_STOP, WAKES_MAX };

void server_options_default(struct server_options *options)
{
    *options = (struct server_options){
        .address = "127.0.0.1",
        .port = 0,
        .tls_port = -1,
        .share = LISTEN_ALONE,
        .connections_max = 4096,
        .connections_per_peer = 0,
        .requests_parked_max = 1024,
        .body_max = BODY_MAX,
        .bodies_max = BODIES_MAX,
        .header_ms = 10 * 1000,
        .body_ms = 20 * 1000,
        .idle_ms = 60 * 1000,
        .stop_ms = 8 * 1000,
        .access_log = true,
    };
}

void library_suspend(struct connection *connection)
{
    MHD_suspend_connection(connection->library);
}

/* On resume the library reads before it asks us, and a client that has shut down its sending side
 * would be taken for one that left, its answer dropped. A connection with a time-out of its own is
 * asked first; ours has one for just that moment. */
static void own_timeout(struct connection *connection, unsigned seconds)
{
    must(MHD_set_connection_option(connection->library, MHD_CONNECTION_OPTION_TIMEOUT, seconds) ==
         MHD_YES);
}

void library_resume(struct connection *connection)
{
    own_timeout(connection, RESUME_TIMEOUT_S);
    MHD_resume_connection(connection->library);
}

/* The header as the library shows it. Its strings live in the connection's memory until the answer
 * is sent. */
struct head {
    struct guard_head guard;
    struct header headers[HEADERS_MAX];
    size_t pool_used;
    bool too_many;
};

static enum MHD_Result head_add(void *arg, enum MHD_ValueKind kind, const char *name,
                                size_t name_len, const char *value, size_t value_len)
{
    struct head *head = arg;

    (void)kind;
    if (head->guard.count == HEADERS_MAX) {
        head->too_many = true;
        return MHD_NO;
    }
    struct header *header = &head->headers[head->guard.count++];
    header->name = (struct str){name, name_len};
    header->value = (struct str){value, value_len};
    /* The library keeps another copy of each cookie. */
    if (str_eq_nocase(header->name, STR("Cookie")))
        head->pool_used += value_len;
    return MHD_YES;
}

static size_t header_size(struct connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection->library, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

    return info == NULL ? 0 : info->header_size;
}

static struct exchange *begin(struct connection *connection, const char *url, const char *method,
                              const char *version)
{
    struct head head;
    size_t size = header_size(connection);

    head.pool_used = size;
    head.too_many = false;
    head.guard = (struct guard_head){
        .method = str_of(method),
 /* Where the library found it. It has cut it at the query by now: the copy is what we read.
  */
        .target = {url, connection->target_len},
        .version = str_of(version),
        .headers = head.headers,
    };
    (void)MHD_get_connection_values_n(connection->library, MHD_HEADER_KIND, head_add, &head);
    int arguments =
        MHD_get_connection_values_n(connection->library, MHD_GET_ARGUMENT_KIND, NULL, NULL);
    head.pool_used += HEADER_COST * (head.guard.count + (size_t)arguments);
    if (head.too_many)
        head.pool_used = CONNECTION_MEMORY;
    return exchange_begin(connection, &head.guard, size, head.pool_used);
}

static enum MHD_Result answer(struct exchange *exchange)
{
    struct response *response = &exchange->request.response;

    exchange_finish(exchange);
    /* Not copied: the body lives in the request's arena, which outlives the sending. The library
     * does not write to it. */
    struct MHD_Response *out = MHD_create_response_from_buffer(
        response->body.len, (void *)(uintptr_t)response->body.ptr, MHD_RESPMEM_PERSISTENT);
    if (out == NULL)
        return MHD_NO;
    enum MHD_Result result = MHD_YES;
    for (size_t i = 0; i < response->header_count && result == MHD_YES; i++)
        result = MHD_add_response_header(out, response->headers[i].name.ptr,
                                         response->headers[i].value.ptr);
    if (result == MHD_YES)
        result = MHD_queue_response(exchange->connection->library, (unsigned)response->status, out);
    MHD_destroy_response(out);
    return result;
}

/* The library writes the header of an answer into what the request left of its memory, and closes
 * without a word where that is not enough. */
static bool answer_fits(const struct exchange *exchange)
{
    const struct response *response = &exchange->request.response;
    size_t need = ANSWER_SPARE;

    for (size_t i = 0; i < response->header_count; i++)
        need += response->headers[i].name.len + response->headers[i].value.len + HEADER_MARKS;
    return need <= exchange->request.header_room;
}

static enum MHD_Result refuse(struct exchange *exchange)
{
    struct connection *connection = exchange->connection;

    if (connection->tls || answer_fits(exchange))
        return answer(exchange);
    connection_refuse_around(connection);
    return MHD_NO;
}

/* A portion was copied; what the library still holds of it is overwritten, because bodies may hold
 * card data and its memory is reused and freed as it is. The buffer is the library's own and
 * writable; the part before the next portion is never read again. */
static void take_portion(struct exchange *exchange, const char *data, size_t len)
{
    exchange_body(exchange, (struct str){data, len});
    crypto_wipe((void *)(uintptr_t)data, len);
}

/* Called when the header is whole, for each portion of the body, at the end of the request, and
 * again after a resume. MHD_NO closes the connection without an answer. */
static enum MHD_Result on_request(void *arg, struct MHD_Connection *library, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *data_len, void **request)
{
    struct connection *connection = *request;

    (void)arg;
    (void)library;
    must(connection != NULL);
    if (connection->cut)
        return MHD_NO;
    struct exchange *exchange = connection->exchange;
    if (exchange == NULL) {
        exchange = begin(connection, url, method, version);
        return exchange->request.response.status != 0 ? refuse(exchange) : MHD_YES;
    }
    if (*data_len > 0) {
        take_portion(exchange, data, *data_len);
        *data_len = 0;
        return connection->cut ? MHD_NO : MHD_YES;
    }
    if (exchange->suspended)
        own_timeout(connection, 0);
    exchange->suspended = false;
    if (exchange->stage == STAGE_BODY)
        exchange_run(exchange);
    return exchange->suspended ? MHD_YES : answer(exchange);
}

static struct connection *connection_of(struct MHD_Connection *library)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(library, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    must(info != NULL);
    return info->socket_context;
}

/* What the library is about to keep of a request line. */
static size_t target_cost(struct str target)
{
    struct str query = str_from(target, str_find(target, '?'));
    size_t arguments = query.len > 0 ? 1 : 0;

    for (size_t i = 0; i < query.len; i++)
        arguments += query.ptr[i] == '&' ? 1 : 0;
    return target.len + HEADER_COST * arguments;
}

/* The request line is there: the only moment at which the target is whole. What is returned comes
 * back as *request. */
static void *on_target(void *arg, const char *target, struct MHD_Connection *library)
{
    struct connection *connection = connection_of(library);

    (void)arg;
    connection_target(connection, target);
    if (connection->phase == PHASE_IDLE)
        connection_phase(connection, PHASE_HEADER);
    /* Behind a long one the library may find no room to go on, and waits. */
    if (!connection->tls && target_cost((struct str){target, connection->target_len}) > BLOCK_MAX)
        connection_cut(connection, REFUSE_HEADERS, "The request line is too long.");
    return connection;
}

static void on_completed(void *arg, struct MHD_Connection *library, void **request,
                         enum MHD_RequestTerminationCode code)
{
    struct connection *connection = *request;

    (void)arg;
    (void)library;
    if (connection == NULL || connection->exchange == NULL)
        return;
    exchange_end(connection->exchange, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
}

/* The library unescapes in place; our routing does it by segment, and the guard compares addresses.
 */
static size_t keep_escaped(void *arg, struct MHD_Connection *library, char *text)
{
    (void)arg;
    (void)library;
    return strlen(text);
}

static enum MHD_Result on_accept(void *arg, const struct sockaddr *address, socklen_t len)
{
    struct server *server = arg;

    (void)address;
    (void)len;
    return count_of(&server->counters.connections_open) < server->options.connections_max ? MHD_YES
                                                                                          : MHD_NO;
}

static void connection_begin(struct server *server, struct MHD_Connection *library, void **context)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(library, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *peer = info == NULL ? NULL : info->client_addr;

    info = MHD_get_connection_info(library, MHD_CONNECTION_INFO_CONNECTION_FD);
    must(info != NULL);
    int fd = info->connect_fd;
    bool tls = MHD_get_connection_info(library, MHD_CONNECTION_INFO_GNUTLS_SESSION) != NULL;
    struct connection *connection = connection_open(server, fd, tls, peer);
    connection->library = library;
    *context = connection;
}

static void on_connection(void *arg, struct MHD_Connection *library, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        connection_begin(arg, library, context);
        return;
    }
    struct connection *connection = *context;
    if (connection->exchange != NULL)
        exchange_end(connection->exchange, false);
    connection_close(connection);
    *context = NULL;
}

static bool watch(struct server *server, int fd, uint32_t what)
{
    struct epoll_event event = {.events = EPOLLIN, .data = {.u32 = what}};

    return epoll_ctl(server->wait_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* The library's strict level would add two checks, for Host and for blanks in the target, with
 * answers of its own making. The guard makes both, in the form of the face. */
static struct MHD_Daemon *daemon_start(struct server *server, int fd, bool tls)
{
    const struct server_options *options = &server->options;
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | (tls ? MHD_USE_TLS : 0U);
    struct MHD_OptionItem items[] = {
        {MHD_OPTION_LISTEN_SOCKET,           fd,                                           NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY,                            NULL},
        {MHD_OPTION_CONNECTION_LIMIT,        options->connections_max + SPARE_CONNECTIONS, NULL},
        {MHD_OPTION_PER_IP_CONNECTION_LIMIT, options->connections_per_peer,                NULL},
        {MHD_OPTION_STRICT_FOR_CLIENT,       0,                                            NULL},
        {MHD_OPTION_END,                     0,                                            NULL},
    };
    struct MHD_OptionItem secure[] = {
        {MHD_OPTION_HTTPS_MEM_CERT,   0, (void *)(uintptr_t)options->tls_cert.ptr},
        {MHD_OPTION_HTTPS_MEM_KEY,    0, (void *)(uintptr_t)options->tls_key.ptr },
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES       },
        {MHD_OPTION_END,              0, NULL                                    },
    };
    struct MHD_OptionItem none[] = {
        {MHD_OPTION_END, 0, NULL},
    };

    return MHD_start_daemon(
        flags, 0, on_accept, server, on_request, server, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, server, MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, server, MHD_OPTION_UNESCAPE_CALLBACK, keep_escaped,
        server, MHD_OPTION_ARRAY, items, MHD_OPTION_ARRAY, tls ? secure : none, MHD_OPTION_END);
}

static err_t daemon_add(struct ctx *cx, struct server *server, int port, bool tls)
{
    int fd = -1;

    TRY(listen_open(cx, server->options.address, port, server->options.share, &fd));
    int bound = listen_port(fd);
    struct MHD_Daemon *library = daemon_start(server, fd, tls);
    if (library == NULL) {
        /* The library has closed the socket on most of its ways to fail. */
        return fault(cx, ERR_IO, tls ? "server.tls_cert" : "server.listen",
                     tls ? "and its key cannot be used" : "cannot be served");
    }
    size_t index = server->daemon_count++;
    server->daemons[index] = library;
    server->ports[index] = bound;
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(library, MHD_DAEMON_INFO_EPOLL_FD);
    must(info != NULL);
    must(watch(server, info->epoll_fd, (uint32_t)index));
    return OK;
}

static void daemons_stop(struct server *server)
{
    while (server->daemon_count > 0)
        MHD_stop_daemon(server->daemons[--server->daemon_count]);
}

err_t server_new(struct ctx *cx, const struct server_options *options, struct server **out)
{
    struct server *server = process_make(struct server);

    server->options = *options;
    for (size_t i = 0; i < DAEMONS_MAX; i++)
        server->ports[i] = -1;
    server->turn_us = clock_monotonic_us();
    rand_bytes(&server->request_seed, sizeof server->request_seed);
    server->json = json_parser_new(options->json_max == 0 ? options->body_max : options->json_max);
    server->wait_fd = epoll_create1(EPOLL_CLOEXEC);
    server->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    must(server->wait_fd >= 0);
    must(server->stop_fd >= 0);
    must(watch(server, server->stop_fd, WAKE_STOP));
    if (options->home != NULL)
        must(watch(server, mailbox_fd(options->home), WAKE_HOME));
    err_t err = daemon_add(cx, server, options->port, false);
    if (err == OK && options->tls_port >= 0)
        err = daemon_add(cx, server, options->tls_port, true);
    if (err != OK) {
        server_free(server);
        return err;
    }
    *out = server;
    return OK;
}

void server_free(struct server *server)
{
    /* Whoever was to call a parked request back may still do so: its memory stays until the process
     * ends. */
    if (server == NULL || server->abandoned)
        return;
    daemons_stop(server);
    while (server->spare_connections != NULL) {
        struct connection *connection = server->spare_connections;
        server->spare_connections = connection->next_spare;
        process_free(connection);
    }
    while (server->spare_arena_count > 0)
        arena_free(server->spare_arenas[--server->spare_arena_count]);
    timers_free(&server->timers);
    json_parser_free(server->json);
    close(server->wait_fd);
    close(server->stop_fd);
    process_free(server);
}

int server_port(const struct server *server)
{
    return server->ports[0];
}

int server_tls_port(const struct server *server)
{
    return server->ports[1];
}

/* What the loop may wait for the library, which knows of work that no event will tell; -1: for
 * ever. */
static int64_t library_wait_us(const struct server *server)
{
    unsigned long long least_ms = ULLONG_MAX;
    unsigned long long one_ms;

    for (size_t i = 0; i < server->daemon_count; i++) {
        if (MHD_get_timeout(server->daemons[i], &one_ms) == MHD_YES && one_ms < least_ms)
            least_ms = one_ms;
    }
    return least_ms > INT_MAX ? -1 : (int64_t)least_ms * 1000;
}

/* How long the loop may wait: as long as neither the library nor a timer has something to do, and
 * not past `until`. */
static int wait_ms(const struct server *server, int64_t until_us)
{
    int64_t library_us = library_wait_us(server);
    int64_t due_us = timers_next(&server->timers);

    if (until_us < due_us)
        due_us = until_us;
    if (library_us < 0 && due_us == INT64_MAX)
        return -1;
    int64_t left_us = due_us - clock_monotonic_us();
    if (library_us >= 0 && library_us < left_us)
        left_us = library_us;
    if (left_us <= 0)
        return 0;
    /* Rounded up: waking before the time is due would only make us wait again. */
    int64_t left_ms = (left_us + 999) / 1000;
    return left_ms > INT_MAX ? INT_MAX : (int)left_ms;
}

static void run_library(struct server *server)
{
    server->resumed = false;
    for (size_t i = 0; i < server->daemon_count; i++)
        must(MHD_run(server->daemons[i]) == MHD_YES);
}

static void stop_fd_clear(struct server *server)
{
    uint64_t count;

    if (read(server->stop_fd, &count, sizeof count) < 0)
        must(errno == EAGAIN || errno == EINTR);
}

/* Until there is something to do. */
static void rest(struct server *server, int longest_ms)
{
    struct mailbox *home = server->options.home;
    struct epoll_event events[WAKES_MAX];

    if (home != NULL && !mailbox_leave(home))
        return;
    int count = epoll_wait(server->wait_fd, events, WAKES_MAX, longest_ms);
    must(count >= 0 || errno == EINTR);
    for (int i = 0; i < count; i++) {
        if (events[i].data.u32 == WAKE_STOP)
            stop_fd_clear(server);
    }
    if (home != NULL)
        mailbox_attend(home);
}

/* One turn: what other threads hand us, then the clients, then the timers. Whoever is resumed on
 * the way is answered in the same turn, because the snapshot ends with it. Who was answered is
 * looked at again at once: the next one has nothing to wait for then. */
static void turn(struct server *server, int64_t until_us)
{
    int longest_ms = wait_ms(server, until_us);

    if (longest_ms != 0) {
        log_batch_flush(server->options.log);
        rest(server, longest_ms);
    }
    server->turn_us = clock_monotonic_us();
    if (server->options.home != NULL)
        mailbox_run(server->options.home);
    run_library(server);
    timers_run(&server->timers, server->turn_us);
    for (int round = 0; server->resumed && round < RESUME_ROUNDS; round++)
        run_library(server);
    if (server->options.turn_end != NULL)
        server->options.turn_end(server->options.core);
}

/* Connections that the system has accepted for us already would be reset by closing the listening
 * socket: they are taken first. */
static void accept_last(struct server *server)
{
    int64_t before = -1;

    for (int round = 0; round < DRAIN_ROUNDS; round++) {
        int64_t open = count_of(&server->counters.connections_open);
        if (open == before)
            break;
        before = open;
        turn(server, 0);
    }
}

static void quiesce(struct server *server)
{
    for (size_t i = 0; i < server->daemon_count; i++) {
        MHD_socket fd = MHD_quiesce_daemon(server->daemons[i]);
        if (fd != MHD_INVALID_SOCKET)
            close(fd);
    }
}

/* Until every request that began is answered; one that stands in a socket already counts as begun.
 */
static void finish(struct server *server, int64_t until_us)
{
    for (;;) {
        int64_t before = count_of(&server->counters.requests);
        turn(server, 0);
        if (server->active == 0 && count_of(&server->counters.requests) == before)
            return;
        if (server->turn_us >= until_us)
            return;
        if (server->active > 0)
            turn(server, until_us);
    }
}

err_t server_run(struct server *server)
{
    while (!atomic_load(&server->stop_asked))
        turn(server, INT64_MAX);
    log_event(NULL, EV_SERVER_STOPPING, LOG_INT("active", server->active));
    server->stopping = true;
    accept_last(server);
    quiesce(server);
    finish(server, server->turn_us + (int64_t)server->options.stop_ms * 1000);
    int64_t lost = server->active;
    if (count_of(&server->counters.parked) > 0)
        server->abandoned = true;
    else
        daemons_stop(server);
    log_batch_flush(server->options.log);
    log_event(NULL, EV_SERVER_STOPPED, LOG_INT("lost", lost));
    return lost > 0 ? ERR_BUSY : OK;
}

void server_stop(struct server *server)
{
    uint64_t one = 1;
    int saved = errno;

    atomic_store(&server->stop_asked, true);
    ssize_t written = write(server->stop_fd, &one, sizeof one);
    (void)written; /* a full counter wakes the loop as well */
    errno = saved;
}

void server_stats_read(struct server *server, struct server_stats *out)
{
    struct server_counters *counters = &server->counters;

    out->requests = count_of(&counters->requests);
    for (size_t i = 0; i < ARRAY_LEN(out->answers_by_class); i++)
        out->answers_by_class[i] = count_of(&counters->answers_by_class[i]);
    out->refused = count_of(&counters->refused);
    out->connections_open = count_of(&counters->connections_open);
    out->parked = count_of(&counters->parked);
    out->bytes_in = count_of(&counters->bytes_in);
    out->bytes_out = count_of(&counters->bytes_out);
}
