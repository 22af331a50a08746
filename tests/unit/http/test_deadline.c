#include "http/server.h"

#include "unit/http/live.h"

/* Deadlines with small values: what must not happen is waited for with PATIENCE_S, so a slow
 * machine only makes these tests slower. */

enum { SHORT_MS = 400, STEP_MS = 40, STEPS_MAX = 500 };

static struct server_options short_options(void)
{
    struct server_options options = live_options();

    options.header_ms = SHORT_MS;
    options.body_ms = SHORT_MS;
    options.idle_ms = SHORT_MS;
    return options;
}

static bool has_answer(int fd, int wait_ms)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};

    return poll(&ready, 1, wait_ms) > 0;
}

/* One byte at a time, as somebody who wants to keep the connection busy for ever does. */
static struct reply drip(int fd, const char *text)
{
    size_t len = strlen(text);

    for (size_t i = 0; i < STEPS_MAX && !has_answer(fd, STEP_MS); i++)
        put_bytes(fd, &text[i % len], 1);
    return get(fd);
}

CASE(slow_header_is_408_in_the_form_of_the_mount)
{
    struct live *live = live_start(short_options());
    int fd = dial(server_port(live->server));

    put(fd, "GET /face/ping HTTP/1.1\r\n");
    struct reply reply = drip(fd, "X-A: 1\r\n");
    assert_int_equal(reply.status, 408);
    assert_string_equal(reply.body,
                        "{\"face\":408,\"why\":\"The header did not arrive in time.\"}");
    assert_non_null(strstr(reply.head, "Connection: close"));
    close(fd);
    live_end(live);
}

CASE(slow_request_line_is_408_of_the_root)
{
    struct live *live = live_start(short_options());
    int fd = dial(server_port(live->server));
    struct reply reply = drip(fd, "GET");

    assert_int_equal(reply.status, 408);
    assert_memory_equal(reply.body, "root 408", 8);
    close(fd);
    live_end(live);
}

CASE(slow_body_is_408)
{
    struct live *live = live_start(short_options());
    int fd = dial(server_port(live->server));

    put(fd, "POST /face/echo HTTP/1.1\r\n" HOST "Content-Length: 60000\r\n\r\n");
    struct reply reply = drip(fd, "a");
    assert_int_equal(reply.status, 408);
    assert_non_null(strstr(reply.body, "\"face\":408"));
    close(fd);
    live_end(live);
}

CASE(silent_connection_is_closed)
{
    struct live *live = live_start(short_options());
    int fd = dial(server_port(live->server));

    assert_true(is_closed(fd));
    close(fd);
    live_end(live);
}

CASE(idle_connection_is_closed_after_its_answer)
{
    struct live *live = live_start(short_options());
    int fd = dial(server_port(live->server));

    put(fd, GET_PING);
    assert_int_equal(get(fd).status, 200);
    assert_true(is_closed(fd));
    close(fd);
    live_end(live);
}

CASE(header_deadline_counts_from_the_first_byte_of_a_later_request)
{
    struct server_options options = short_options();
    options.idle_ms = PATIENCE_S * 1000;
    struct live *live = live_start(options);
    int fd = dial(server_port(live->server));

    put(fd, GET_PING);
    assert_int_equal(get(fd).status, 200);
    /* Longer than the header may take: an idle connection is not a slow header. */
    assert_false(has_answer(fd, 2 * SHORT_MS));
    assert_int_equal(drip(fd, "X").status, 408);
    close(fd);
    live_end(live);
}

CASE(reader_that_does_not_read_is_closed)
{
    struct live *live = live_start(short_options());
    int fd = dial(server_port(live->server));
    struct server_stats stats;

    put(fd, "GET /big HTTP/1.1\r\n" HOST "\r\n");
    for (int i = 0; i < PATIENCE_S * 100; i++) {
        server_stats_read(live->server, &stats);
        if (stats.requests == 1 && stats.connections_open == 0)
            break;
        (void)poll(NULL, 0, 10);
    }
    assert_int_equal(stats.connections_open, 0);
    close(fd);
    live_end(live);
}

CASE(parked_request_has_no_deadline)
{
    struct live *live = live_start(short_options());
    int fd = dial(server_port(live->server));

    put(fd, "POST /hold HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n");
    live_wait_arrived(live, 1);
    assert_false(has_answer(fd, 3 * SHORT_MS));
    live_let_go(live);
    assert_int_equal(get(fd).status, 201);
    close(fd);
    live_end(live);
}

UNIT_MAIN(T(slow_header_is_408_in_the_form_of_the_mount), T(slow_request_line_is_408_of_the_root),
          T(slow_body_is_408), T(silent_connection_is_closed),
          T(idle_connection_is_closed_after_its_answer),
          T(header_deadline_counts_from_the_first_byte_of_a_later_request),
          T(reader_that_does_not_read_is_closed), T(parked_request_has_no_deadline))
