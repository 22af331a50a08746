#include "http/server.h"

#include "unit/http/live.h"

#define POST_TO(path) "POST " path " HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n"

static bool refuses_connections(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool refused = connect(fd, (struct sockaddr *)&at, sizeof at) != 0;

    close(fd);
    return refused;
}

CASE(idle_server_stops_at_once)
{
    struct live *live = live_start(live_options());
    int fd = dial(server_port(live->server));

    put(fd, GET_PING);
    assert_int_equal(get(fd).status, 200);
    server_stop(live->server);
    assert_true(is_closed(fd));
    close(fd);
    assert_ok(live_join(live));
}

CASE(stop_waits_for_what_is_parked_and_takes_nothing_new)
{
    struct live *live = live_start(live_options());
    int port = server_port(live->server);
    int fds[32];

    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = dial(port);
        put(fds[i], POST_TO("/hold"));
    }
    live_wait_arrived(live, ARRAY_LEN(fds));
    server_stop(live->server);
    for (int i = 0; i < PATIENCE_S * 1000 && !refuses_connections(port); i++)
        (void)poll(NULL, 0, 1);
    assert_true(refuses_connections(port));
    live_let_go(live);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        struct reply reply = get(fds[i]);
        assert_int_equal(reply.status, 201);
        assert_non_null(strstr(reply.head, "Connection: close"));
        assert_true(is_closed(fds[i]));
        close(fds[i]);
    }
    assert_ok(live_join(live));
}

CASE(stop_waits_for_a_body_that_is_coming)
{
    struct live *live = live_start(live_options());
    int port = server_port(live->server);
    int fd = dial(port);
    struct server_stats stats = {0};

    put(fd, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 10\r\n\r\nfirst");
    for (int i = 0; i < PATIENCE_S * 1000 && stats.requests == 0; i++) {
        server_stats_read(live->server, &stats);
        (void)poll(NULL, 0, 1);
    }
    server_stop(live->server);
    for (int i = 0; i < PATIENCE_S * 1000 && !refuses_connections(port); i++)
        (void)poll(NULL, 0, 1);
    put(fd, "later");
    assert_string_equal(get(fd).body, "firstlater");
    close(fd);
    assert_ok(live_join(live));
}

/* Clients that keep asking until the server is gone; each answer that began must be whole, which
 * get() asserts. */
static void *keep_asking(void *arg)
{
    struct live *live = arg;
    int fd = dial(server_port(live->server));
    int answers = 0;

    for (;;) {
        put(fd, POST_TO("/park"));
        struct reply reply = get(fd);
        if (reply.status == 0)
            break;
        assert_int_equal(reply.status, 201);
        answers++;
        if (strstr(reply.head, "Connection: close") != NULL)
            break;
    }
    close(fd);
    assert_true(answers > 0);
    return NULL;
}

CASE(stop_under_load_answers_what_it_took)
{
    struct live *live = live_start(live_options());
    pthread_t clients[8];

    for (size_t i = 0; i < ARRAY_LEN(clients); i++)
        assert_int_equal(pthread_create(&clients[i], NULL, keep_asking, live), 0);
    live_wait_arrived(live, 200);
    server_stop(live->server);
    for (size_t i = 0; i < ARRAY_LEN(clients); i++)
        assert_int_equal(pthread_join(clients[i], NULL), 0);
    assert_ok(live_join(live));
}

CASE(stop_gives_up_after_its_time)
{
    struct server_options options = live_options();
    options.stop_ms = 100;
    struct live *live = live_start(options);
    int fd = dial(server_port(live->server));

    put(fd, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 10\r\n\r\nfirst");
    struct server_stats stats = {0};
    for (int i = 0; i < PATIENCE_S * 1000 && stats.requests == 0; i++) {
        server_stats_read(live->server, &stats);
        (void)poll(NULL, 0, 1);
    }
    server_stop(live->server);
    assert_int_equal(live_join(live), ERR_BUSY);
    assert_true(is_closed(fd));
    close(fd);
}

CASE(server_that_never_ran_can_be_freed)
{
    struct ctx *cx = unit_ctx();
    struct server_options options = live_options();
    struct server *server = NULL;

    assert_ok(server_new(cx, &options, &server));
    assert_true(server_port(server) > 0);
    assert_int_equal(server_tls_port(server), -1);
    server_free(server);
    server_free(NULL);
    unit_ctx_free(cx);
}

CASE(two_servers_can_share_a_port)
{
    struct server_options options = live_options();
    options.share = LISTEN_FIRST;
    struct live *one = live_start(options);
    options.port = server_port(one->server);
    options.share = LISTEN_NEXT;
    struct live *two = live_start(options);

    for (int i = 0; i < 20; i++)
        assert_int_equal(ask(one, GET_PING).status, 200);
    live_end(one);
    for (int i = 0; i < 20; i++)
        assert_int_equal(ask(two, GET_PING).status, 200);
    live_end(two);
}

CASE(port_that_another_process_shares_is_taken)
{
    struct ctx *cx = unit_ctx();
    struct server_options options = live_options();
    struct server *server;

    options.share = LISTEN_FIRST;
    struct live *other = live_start(options);
    options.port = server_port(other->server);
    assert_int_equal(server_new(cx, &options, &server), ERR_IO);
    assert_string_equal(cx->faults[0].field, "server.listen");
    live_end(other);
    assert_ok(server_new(cx, &options, &server));
    server_free(server);
    unit_ctx_free(cx);
}

UNIT_MAIN(T(idle_server_stops_at_once), T(stop_waits_for_what_is_parked_and_takes_nothing_new),
          T(stop_waits_for_a_body_that_is_coming), T(stop_under_load_answers_what_it_took),
          T(stop_gives_up_after_its_time), T(server_that_never_ran_can_be_freed),
          T(two_servers_can_share_a_port), T(port_that_another_process_shares_is_taken))
