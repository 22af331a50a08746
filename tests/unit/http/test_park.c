#include "http/server.h"

#include "unit/http/live.h"

#define POST_TO(path) "POST " path " HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\nbody"

CASE(parked_request_is_answered_after_another_thread_worked)
{
    struct live *live = live_start(live_options());
    int fd = dial(server_port(live->server));

    for (int i = 0; i < 100; i++) {
        put(fd, POST_TO("/park"));
        struct reply reply = get(fd);
        assert_int_equal(reply.status, 201);
        assert_string_equal(reply.body, "worked");
    }
    close(fd);
    live_end(live);
}

CASE(later_runs_on_the_loop)
{
    struct live *live = live_start(live_options());

    assert_string_equal(ask(live, "GET /later HTTP/1.1\r\n" HOST "\r\n").body, "later");
    live_end(live);
}

CASE(request_may_be_resumed_before_its_handler_returns)
{
    struct live *live = live_start(live_options());
    int fd = dial(server_port(live->server));

    for (int i = 0; i < 20; i++) {
        put(fd, "GET /at_once HTTP/1.1\r\n" HOST "\r\n");
        assert_string_equal(get(fd).body, "at once");
    }
    close(fd);
    live_end(live);
}

static void ask_many(const char *request, int count, int status)
{
    struct live *live = live_start(live_options());
    int *fds = process_alloc(sizeof(int), (size_t)count);

    for (int i = 0; i < count; i++)
        fds[i] = dial(server_port(live->server));
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < count; i++)
            put(fds[i], request);
        for (int i = 0; i < count; i++)
            assert_int_equal(get(fds[i]).status, status);
    }
    for (int i = 0; i < count; i++)
        close(fds[i]);
    process_free(fds);
    live_end(live);
}

/* The library handles events in portions of 128 and its own thread forgets to look for more. */
CASE(all_of_129_simultaneous_reads_are_answered)
{
    ask_many(GET_PING, 129, 200);
}

CASE(all_of_129_simultaneous_writes_are_answered)
{
    ask_many(POST_TO("/park"), 129, 201);
}

CASE(all_of_129_held_together_are_answered_together)
{
    struct live *live = live_start(live_options());
    int fds[129];

    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = dial(server_port(live->server));
        put(fds[i], POST_TO("/hold"));
    }
    live_wait_arrived(live, ARRAY_LEN(fds));
    live_let_go(live);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        assert_int_equal(get(fds[i]).status, 201);
        close(fds[i]);
    }
    live_end(live);
}

CASE(client_that_leaves_while_parked_harms_nobody)
{
    struct live *live = live_start(live_options());
    struct linger reset = {.l_onoff = 1, .l_linger = 0};
    struct server_stats stats;
    int fds[8];

    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = dial(server_port(live->server));
        put(fds[i], POST_TO("/hold"));
    }
    live_wait_arrived(live, ARRAY_LEN(fds));
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        /* Half of them leave politely, half with a reset. */
        if (i % 2 == 0)
            assert_int_equal(setsockopt(fds[i], SOL_SOCKET, SO_LINGER, &reset, sizeof reset), 0);
        close(fds[i]);
    }
    live_let_go(live);
    for (int i = 0; i < PATIENCE_S * 1000; i++) {
        server_stats_read(live->server, &stats);
        if (stats.parked == 0 && stats.connections_open == 0)
            break;
        (void)poll(NULL, 0, 1);
    }
    assert_int_equal(stats.parked, 0);
    assert_int_equal(stats.connections_open, 0);
    assert_int_equal(ask(live, GET_PING).status, 200);
    live_end(live);
}

CASE(half_closed_client_still_hears_its_answer)
{
    struct live *live = live_start(live_options());
    int fd = dial(server_port(live->server));

    put(fd, POST_TO("/hold"));
    live_wait_arrived(live, 1);
    assert_int_equal(shutdown(fd, SHUT_WR), 0);
    live_let_go(live);
    assert_int_equal(get(fd).status, 201);
    close(fd);
    live_end(live);
}

CASE(parked_past_the_limit_is_503)
{
    struct server_options options = live_options();
    options.requests_parked_max = 2;
    struct live *live = live_start(options);
    int fds[2];

    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = dial(server_port(live->server));
        put(fds[i], POST_TO("/hold"));
    }
    live_wait_arrived(live, 2);
    struct reply reply = ask(live, POST_TO("/face/hold"));
    assert_int_equal(reply.status, 503);
    assert_non_null(strstr(reply.head, "Retry-After: 1"));
    assert_non_null(strstr(reply.body, "\"face\":503"));
    assert_int_equal(ask(live, GET_PING).status, 200);
    live_let_go(live);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        assert_int_equal(get(fds[i]).status, 201);
        close(fds[i]);
    }
    assert_int_equal(ask(live, POST_TO("/park")).status, 201);
    live_end(live);
}

CASE(waiting_server_does_not_spin)
{
    enum { QUIET_MS = 200, TURNS_MAX = 20 };
    struct live *live = live_start(live_options());
    int idle = dial(server_port(live->server));
    int reading = dial(server_port(live->server));
    int held = dial(server_port(live->server));
    int half = dial(server_port(live->server));

    put(idle, GET_PING);
    assert_int_equal(get(idle).status, 200);
    put(held, POST_TO("/hold") GET_PING);
    put(half, POST_TO("/hold"));
    live_wait_arrived(live, 2);
    assert_int_equal(shutdown(half, SHUT_WR), 0);
    put(reading, "GET /big HTTP/1.1\r\n" HOST "\r\n");
    (void)poll(NULL, 0, QUIET_MS);
    int before = atomic_load(&live->core.turns);
    (void)poll(NULL, 0, QUIET_MS);
    assert_true(atomic_load(&live->core.turns) - before < TURNS_MAX);
    live_let_go(live);
    assert_int_equal(get(held).status, 201);
    assert_int_equal(get(held).status, 200);
    assert_int_equal(get(half).status, 201);
    close(idle);
    close(reading);
    close(held);
    close(half);
    live_end(live);
}

UNIT_MAIN(T(waiting_server_does_not_spin),
          T(parked_request_is_answered_after_another_thread_worked), T(later_runs_on_the_loop),
          T(request_may_be_resumed_before_its_handler_returns),
          T(all_of_129_simultaneous_reads_are_answered),
          T(all_of_129_simultaneous_writes_are_answered),
          T(all_of_129_held_together_are_answered_together),
          T(client_that_leaves_while_parked_harms_nobody),
          T(half_closed_client_still_hears_its_answer), T(parked_past_the_limit_is_503))
