#ifndef GUICHET_TESTS_UNIT_HTTP_LIVE_H
#define GUICHET_TESTS_UNIT_HTTP_LIVE_H

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mailbox.h"
#include "base/must.h"
#include "http/server.h"
#include "support/unit.h"

/* A real server on a loopback port, its I/O thread, and a worker thread that calls parked requests
 * back, as the writer does. The test's own thread is the client. */

enum { BODY_LIMIT = 64 * 1024, BIG_ANSWER = 8 * 1024 * 1024, PATIENCE_S = 20 };

struct core {
    struct mailbox *work; /* of the worker */
    struct mailbox *home;
    struct message *held; /* the worker's */
    bool letting_go;      /* the worker's */
    atomic_bool worker_ends;
    atomic_int arrived; /* requests that the worker has seen */
    atomic_int turns;
    char *big;
};

struct live {
    struct core core;
    struct server *server;
    struct ctx *cx;
    pthread_t loop;
    pthread_t worker;
    err_t ended;
    struct message let_go;
};

/* One parked request on its way to the worker and back. */
struct errand {
    struct message message;
    struct request *request;
};

static inline void live_answer(struct message *message)
{
    struct errand *errand = (struct errand *)(void *)message;

    response_set(errand->request, 201, STR("text/plain"), STR("worked"));
    request_resume(errand->request);
}

static inline void live_work(struct message *message)
{
    struct errand *errand = (struct errand *)(void *)message;
    struct core *core = errand->request->core;

    message->run = live_answer;
    atomic_fetch_add(&core->arrived, 1);
    mailbox_post(core->home, message);
}

static inline void live_hold(struct message *message)
{
    struct errand *errand = (struct errand *)(void *)message;
    struct core *core = errand->request->core;

    if (core->letting_go) {
        live_work(message);
        return;
    }
    message->next = core->held;
    core->held = message;
    atomic_fetch_add(&core->arrived, 1);
}

static inline void live_release(struct message *message)
{
    struct live *live = (struct live *)(void *)((char *)message - offsetof(struct live, let_go));
    struct core *core = &live->core;
    struct message *at = core->held;

    core->letting_go = true;
    core->held = NULL;
    while (at != NULL) {
        struct message *next = at->next;
        at->run = live_answer;
        mailbox_post(core->home, at);
        at = next;
    }
}

static inline void live_send(struct request *request, void (*run)(struct message *message))
{
    struct errand *errand = arena_make(request->cx->arena, struct errand);

    errand->request = request;
    errand->message.run = run;
    request_park(request);
    mailbox_post(request->core->work, &errand->message);
}

static inline void do_ping(struct request *request)
{
    response_set(request, 200, STR("text/plain"), STR("pong"));
}

static inline void do_echo(struct request *request)
{
    for (size_t i = 0; i < JSON_SPARE; i++)
        must(request->body.ptr[request->body.len + i] == '\0');
    response_header(request, STR("X-Length"),
                    str_format(request->cx->arena, "%zu", request->body.len));
    response_set(request, 200, STR("text/plain"), request->body);
}

static inline void do_item(struct request *request)
{
    response_set(request, 200, STR("text/plain"), request->params[0]);
}

static inline void do_park(struct request *request)
{
    live_send(request, live_work);
}

static inline void do_hold(struct request *request)
{
    live_send(request, live_hold);
}

static inline void later_again(struct request *request)
{
    response_set(request, 200, STR("text/plain"), STR("later"));
    request_resume(request);
}

static inline void do_later(struct request *request)
{
    request_park(request);
    request_later(request, 20, later_again);
}

/* A wait that ends before the handler does. */
static inline void do_at_once(struct request *request)
{
    request_park(request);
    response_set(request, 200, STR("text/plain"), STR("at once"));
    request_resume(request);
}

static inline void do_big(struct request *request)
{
    response_set(request, 200, STR("text/plain"), (struct str){request->core->big, BIG_ANSWER});
}

static inline void do_silent(struct request *request)
{
    (void)request;
}

static inline void do_seen(struct request *request)
{
    response_set(request, 200, STR("text/plain"),
                 str_format(request->cx->arena, "%.*s|%.*s|%.*s|%s|%s", (int)request->path.len,
                            request->path.ptr, (int)request->query.len, request->query.ptr,
                            (int)request->peer.len, request->peer.ptr,
                            request->peer_local ? "local" : "far", request->tls ? "tls" : "plain"));
}

static inline void do_headers(struct request *request)
{
    struct str cookie = request_cookie(request, STR("session"));
    struct str agent = request_header(request, STR("user-AGENT"));

    response_header(request, STR("X-Bad"), STR("a\r\nX-Smuggled: 1"));
    response_set(request, 200, STR("text/plain"),
                 str_format(request->cx->arena, "%.*s|%.*s", (int)cookie.len, cookie.ptr,
                            (int)agent.len, agent.ptr));
}

static inline void refuse_as_face(struct request *request, enum refusal status, const char *why)
{
    response_set(request, (int)status, STR("application/json"),
                 str_format(request->cx->arena, "{\"face\":%d,\"why\":\"%s\"}", (int)status, why));
}

static inline void refuse_as_root(struct request *request, enum refusal status, const char *why)
{
    response_set(request, (int)status, STR("text/plain"),
                 str_format(request->cx->arena, "root %d %s", (int)status, why));
}

static inline bool admit_key(struct request *request)
{
    if (str_eq(request_header(request, STR("Authorization")), STR("good")))
        return true;
    response_set(request, 401, STR("text/plain"), STR("no key"));
    return false;
}

struct live_needed {
    struct given given;
    struct str text;
};
#define AT_TEXT FIELD_AT(struct live_needed, text)
static const struct field LIVE_NEEDED_FIELDS[] = {
    {"text", F_TEXT, 1, 9, REQUIRED, OURS, ED_1, AT_TEXT}
};
#undef AT_TEXT
static const struct table LIVE_NEEDED = TABLE_OF("Needed", struct live_needed, LIVE_NEEDED_FIELDS);

static const struct route LIVE_ROUTES[] = {
    {METHOD_GET,  "/ping",       OURS, ED_ALL, do_ping,    NULL, NULL,         NULL, NULL, ""},
    {METHOD_GET,  "/seen",       OURS, ED_ALL, do_seen,    NULL, NULL,         NULL, NULL, ""},
    {METHOD_GET,  "/headers",    OURS, ED_ALL, do_headers, NULL, NULL,         NULL, NULL, ""},
    {METHOD_GET,  "/items/{id}", OURS, ED_ALL, do_item,    NULL, NULL,         NULL, NULL, ""},
    {METHOD_GET,  "/big",        OURS, ED_ALL, do_big,     NULL, NULL,         NULL, NULL, ""},
    {METHOD_GET,  "/silent",     OURS, ED_ALL, do_silent,  NULL, NULL,         NULL, NULL, ""},
    {METHOD_GET,  "/later",      OURS, ED_ALL, do_later,   NULL, NULL,         NULL, NULL, ""},
    {METHOD_GET,  "/at_once",    OURS, ED_ALL, do_at_once, NULL, NULL,         NULL, NULL, ""},
    {METHOD_POST, "/echo",       OURS, ED_ALL, do_echo,    NULL, NULL,         NULL, NULL, ""},
    {METHOD_POST, "/need",       OURS, ED_ALL, do_echo,    NULL, &LIVE_NEEDED, NULL, NULL, ""},
    {METHOD_POST, "/park",       OURS, ED_ALL, do_park,    NULL, NULL,         NULL, NULL, ""},
    {METHOD_POST, "/hold",       OURS, ED_ALL, do_hold,    NULL, NULL,         NULL, NULL, ""},
};

static const struct mount LIVE_MOUNTS[] = {
    {.prefix = "",
     .edition = ED_1,
     .routes = LIVE_ROUTES,
     .count = ARRAY_LEN(LIVE_ROUTES),
     .body_max = BODY_LIMIT,
     .refuse = refuse_as_root},
    { .prefix = "/face",
     .edition = ED_1,
     .routes = LIVE_ROUTES,
     .count = ARRAY_LEN(LIVE_ROUTES),
     .body_max = BODY_LIMIT,
     .json_only = true,
     .refuse = refuse_as_face},
    { .prefix = "/closed",
     .edition = ED_1,
     .routes = LIVE_ROUTES,
     .count = ARRAY_LEN(LIVE_ROUTES),
     .body_max = BODY_LIMIT,
     .refuse = refuse_as_face,
     .admit = admit_key},
};

static inline void live_turn_end(struct core *core)
{
    atomic_fetch_add(&core->turns, 1);
}

static inline void *live_loop(void *arg)
{
    struct live *live = arg;

    live->ended = server_run(live->server);
    return NULL;
}

static inline void *live_worker(void *arg)
{
    struct core *core = arg;
    struct pollfd ready = {.fd = mailbox_fd(core->work), .events = POLLIN};

    while (!atomic_load(&core->worker_ends)) {
        (void)poll(&ready, 1, 10);
        mailbox_run(core->work);
    }
    return NULL;
}

static inline struct server_options live_options(void)
{
    struct server_options options;

    server_options_default(&options);
    options.access_log = false;
    options.mounts = LIVE_MOUNTS;
    options.mount_count = ARRAY_LEN(LIVE_MOUNTS);
    options.turn_end = live_turn_end;
    return options;
}

static inline struct live *live_start(struct server_options options)
{
    struct live *live = process_make(struct live);

    live->cx = unit_ctx();
    live->core.work = mailbox_new();
    live->core.home = mailbox_new();
    live->core.big = process_alloc(1, BIG_ANSWER);
    live->let_go.run = live_release;
    options.home = live->core.home;
    options.core = &live->core;
    options.ids = live->cx->ids;
    assert_ok(server_new(live->cx, &options, &live->server));
    assert_int_equal(pthread_create(&live->worker, NULL, live_worker, &live->core), 0);
    assert_int_equal(pthread_create(&live->loop, NULL, live_loop, live), 0);
    return live;
}

/* Lets everything that is held, and whatever comes to be held, be answered. */
static inline void live_let_go(struct live *live)
{
    mailbox_post(live->core.work, &live->let_go);
}

/* Joins the loop, which somebody has told to stop, and frees the rest. */
static inline err_t live_join(struct live *live)
{
    assert_int_equal(pthread_join(live->loop, NULL), 0);
    atomic_store(&live->core.worker_ends, true);
    assert_int_equal(pthread_join(live->worker, NULL), 0);
    err_t ended = live->ended;
    server_free(live->server);
    mailbox_free(live->core.work);
    mailbox_free(live->core.home);
    process_free(live->core.big);
    unit_ctx_free(live->cx);
    process_free(live);
    return ended;
}

static inline void live_end(struct live *live)
{
    server_stop(live->server);
    assert_ok(live_join(live));
}

static inline void live_wait_arrived(struct live *live, int count)
{
    for (int i = 0; i < PATIENCE_S * 1000 && atomic_load(&live->core.arrived) < count; i++)
        (void)poll(NULL, 0, 1);
    assert_true(atomic_load(&live->core.arrived) >= count);
}

/* The client's side. */

static inline int dial(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = PATIENCE_S};
    int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    return fd;
}

static inline void put_bytes(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);
        if (sent <= 0)
            return; /* closed on us: what was answered will show it */
        bytes += sent;
        len -= (size_t)sent;
    }
}

static inline void put(int fd, const char *text)
{
    put_bytes(fd, text, strlen(text));
}

/* What the server answered, NUL-terminated. */
struct reply {
    int status; /* 0: closed without an answer */
    char head[8192];
    char body[8192]; /* its beginning */
    size_t body_len;
};

static inline size_t reply_length(const char *head)
{
    const char *at = strstr(head, "Content-Length: ");

    assert_non_null(at);
    return (size_t)strtoul(at + strlen("Content-Length: "), NULL, 10);
}

static inline bool get_byte(int fd, char *out)
{
    return recv(fd, out, 1, 0) == 1;
}

static inline struct reply get_with(int fd, bool has_body)
{
    struct reply reply = {0};
    size_t used = 0;

    while (strstr(reply.head, "\r\n\r\n") == NULL) {
        assert_true(used < sizeof reply.head - 1);
        if (!get_byte(fd, &reply.head[used])) {
            assert_int_equal(used, 0);
            return reply;
        }
        used++;
    }
    reply.status = (int)strtol(reply.head + strlen("HTTP/1.1 "), NULL, 10);
    if (reply.status == 100)
        return reply;
    size_t len = has_body ? reply_length(reply.head) : 0;
    char chunk[4096];
    while (reply.body_len < len) {
        size_t left = len - reply.body_len;
        ssize_t got = recv(fd, chunk, left < sizeof chunk ? left : sizeof chunk, 0);
        assert_true(got > 0);
        for (ssize_t i = 0; i < got && reply.body_len + (size_t)i < sizeof reply.body - 1; i++)
            reply.body[reply.body_len + (size_t)i] = chunk[i];
        reply.body_len += (size_t)got;
    }
    return reply;
}

static inline struct reply get(int fd)
{
    return get_with(fd, true);
}

/* True when the server has closed: nothing more comes. */
static inline bool is_closed(int fd)
{
    char byte;

    return recv(fd, &byte, 1, 0) <= 0;
}

/* One request on its own connection. */
static inline struct reply ask(struct live *live, const char *request)
{
    int fd = dial(server_port(live->server));

    put(fd, request);
    struct reply reply = get(fd);
    close(fd);
    return reply;
}

#define HOST "Host: localhost\r\n"
#define GET_PING "GET /ping HTTP/1.1\r\n" HOST "\r\n"

#endif
