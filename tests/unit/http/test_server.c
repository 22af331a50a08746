#include "http/server.h"

#include <malloc.h>

#include "unit/http/live.h"

static void put_post(int fd, const char *path, const char *more, size_t len)
{
    char head[512];
    char *body = process_alloc(1, len + 1);

    memset(body, 'a', len);
    snprintf(head, sizeof head, "POST %s HTTP/1.1\r\n" HOST "%sContent-Length: %zu\r\n\r\n", path,
             more, len);
    put(fd, head);
    put_bytes(fd, body, len);
    process_free(body);
}

CASE(get_is_answered_and_the_connection_kept)
{
    struct live *live = live_start(live_options());
    int fd = dial(server_port(live->server));

    for (int i = 0; i < 50; i++) {
        put(fd, GET_PING);
        struct reply reply = get(fd);
        assert_int_equal(reply.status, 200);
        assert_string_equal(reply.body, "pong");
        assert_null(strstr(reply.head, "Connection: close"));
        assert_non_null(strstr(reply.head, "X-Request-Id: "));
    }
    close(fd);
    live_end(live);
}

CASE(pipelined_requests_are_answered_in_order)
{
    struct live *live = live_start(live_options());
    int fd = dial(server_port(live->server));

    put(fd, "GET /items/one HTTP/1.1\r\n" HOST "\r\n"
            "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\ntwo"
            "POST /park HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n"
            "GET /items/four HTTP/1.1\r\n" HOST "\r\n");
    assert_string_equal(get(fd).body, "one");
    assert_string_equal(get(fd).body, "two");
    assert_string_equal(get(fd).body, "worked");
    assert_string_equal(get(fd).body, "four");
    close(fd);
    live_end(live);
}

CASE(head_is_get_without_a_body)
{
    struct live *live = live_start(live_options());
    int fd = dial(server_port(live->server));

    put(fd, "HEAD /ping HTTP/1.1\r\n" HOST "\r\n");
    struct reply reply = get_with(fd, false);
    assert_int_equal(reply.status, 200);
    assert_int_equal(reply_length(reply.head), 4);
    put(fd, GET_PING);
    assert_string_equal(get(fd).body, "pong");
    put(fd, "HEAD /echo HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(get_with(fd, false).status, 405);
    close(fd);
    live_end(live);
}

CASE(handler_sees_the_request_as_it_was_sent)
{
    struct live *live = live_start(live_options());

    assert_string_equal(ask(live, "GET /seen?a=1+2&b=%41=&c HTTP/1.1\r\n" HOST "\r\n").body,
                        "/seen|a=1+2&b=%41=&c|127.0.0.1|local|plain");
    assert_string_equal(ask(live, "GET /seen/ HTTP/1.1\r\n" HOST "\r\n").body,
                        "/seen/||127.0.0.1|local|plain");
    assert_string_equal(ask(live, "GET /items/a%2Fb%20c HTTP/1.1\r\n" HOST "\r\n").body, "a/b c");
    live_end(live);
}

CASE(headers_and_cookies_are_found)
{
    struct live *live = live_start(live_options());
    struct reply reply = ask(live, "GET /headers HTTP/1.1\r\n" HOST "User-Agent:   test  \r\n"
                                   "Cookie: other=1; session=\"abc\"; session2=x\r\n\r\n");

    assert_string_equal(reply.body, "abc|test");
    assert_null(strstr(reply.head, "Smuggled"));
    live_end(live);
}

CASE(refusals_have_the_form_of_the_mount)
{
    struct live *live = live_start(live_options());

    assert_string_equal(ask(live, "GET /face/none HTTP/1.1\r\n" HOST "\r\n").body,
                        "{\"face\":404,\"why\":\"There is nothing at this path.\"}");
    assert_string_equal(ask(live, "GET /none HTTP/1.1\r\n" HOST "\r\n").body,
                        "root 404 There is nothing at this path.");
    struct reply reply = ask(live, "DELETE /face/echo HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(reply.status, 405);
    assert_non_null(strstr(reply.head, "Allow: POST\r\n"));
    assert_non_null(strstr(reply.body, "\"face\":405"));
    reply = ask(live, "OPTIONS /face/ping HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(reply.status, 405);
    assert_non_null(strstr(reply.head, "Allow: GET, HEAD\r\n"));
    live_end(live);
}

/* Nobody can tell whose a target is that has no beginning. */
CASE(unusable_target_is_refused_by_the_mount_of_its_beginning)
{
    struct live *live = live_start(live_options());
    static const struct {
        const char *target;
        const char *body;
    } BAD[] = {
        {"http://localhost/face/ping", "root 400"     },
        {"*",                          "root 400"     },
        {"/%00",                       "root 400"     },
        {"/face%00/ping",              "root 400"     },
        {"/face/%zz",                  "{\"face\":400"},
        {"/face/a%00b",                "{\"face\":400"},
        {"/face/a%00b?c=d",            "{\"face\":400"},
        {"/face/a#b",                  "{\"face\":400"},
        {"/face/ping?a#b",             "{\"face\":400"},
    };
    char request[256];

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        snprintf(request, sizeof request, "GET %s HTTP/1.1\r\n" HOST "\r\n", BAD[i].target);
        struct reply reply = ask(live, request);
        assert_int_equal(reply.status, 400);
        assert_memory_equal(reply.body, BAD[i].body, strlen(BAD[i].body));
        assert_non_null(strstr(reply.head, "Connection: close"));
    }
    live_end(live);
}

/* What guard.h says about single headers is shown by test_guard.c; here that the library's view is
 * put to it. */
CASE(guard_refuses_and_closes)
{
    static const char *const BAD[] = {
        "POST /face/echo HTTP/1.1\r\n" HOST
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        "POST /face/echo HTTP/1.1\r\n" HOST "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        "POST /face/echo HTTP/1.1\r\n" HOST
        "Transfer-Encoding : chunked\r\nContent-Length: 2\r\n\r\n{}",
        "GET /face/ping HTTP/1.1\r\n" HOST HOST "\r\n",
        "GET /face/ping HTTP/1.1\r\n\r\n",
        "GET /face/ping HTTP/1.1\r\n" HOST "X-A: a\r\n b\r\n\r\n",
        "GET /face/ping HTTP/1.1\r\n" HOST "X-A: a\r\n\tContent-Length: 5\r\nX-B: 1\r\n\r\n",
        "GET /face/ping HTTP/1.1\r\n" HOST ": evil\r\nX-B: 1\r\n\r\n",
        "GET /face/ping HTTP/1.1\r\n" HOST "X-A: a\rb\r\n\r\n",
        "GET /face/ping HTTP/1.1\nHost: localhost\n\n",
        "GET /face/ping HTTP/1.1\r\n" HOST "X-A: 1\nX-B: 2\r\n\r\n",
        "GET  /face/ping HTTP/1.1\r\n" HOST "\r\n",
        "GET /face/ping  HTTP/1.1\r\n" HOST "\r\n",
        "GET /face/ping?a b HTTP/1.1\r\n" HOST "\r\n",
        "POST /face/echo HTTP/1.1\r\n" HOST "Expect: more\r\nContent-Length: 2\r\n\r\n{}",
    };
    struct live *live = live_start(live_options());

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        int fd = dial(server_port(live->server));
        put(fd, BAD[i]);
        struct reply reply = get(fd);
        assert_int_equal(reply.status, 400);
        assert_non_null(strstr(reply.body, "400"));
        assert_true(is_closed(fd));
        close(fd);
    }
    live_end(live);
}

CASE(nul_bytes_in_the_header_are_refused)
{
    static const struct str BAD[] = {
        STR_INIT("GET /face/ping HTTP/1.1\r\nHost: a\0b\r\n\r\n"),
        STR_INIT("GET /face/ping\0x HTTP/1.1\r\nHost: a\r\n\r\n"),
        STR_INIT("GET /face/ping HTTP/1.1\r\nHost: a\r\nX-A: 1\0\r\n\r\n"),
        STR_INIT("GET /face/ping?a=1\0&b HTTP/1.1\r\nHost: a\r\n\r\n"),
    };
    struct live *live = live_start(live_options());

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        int fd = dial(server_port(live->server));
        put_bytes(fd, BAD[i].ptr, BAD[i].len);
        assert_int_equal(get(fd).status, 400);
        close(fd);
    }
    live_end(live);
}

CASE(length_and_method_refusals)
{
    struct live *live = live_start(live_options());

    struct reply reply = ask(live, "POST /face/need HTTP/1.1\r\n" HOST "\r\n{}");
    assert_int_equal(reply.status, 411);
    assert_non_null(strstr(reply.head, "Connection: close\r\n"));
    assert_int_equal(ask(live, "POST /face/none HTTP/1.1\r\n" HOST "\r\n").status, 404);
    assert_int_equal(ask(live, "BREW /face/echo HTTP/1.1\r\n" HOST "\r\n").status, 501);
    assert_int_equal(ask(live, "TRACE /face/echo HTTP/1.1\r\n" HOST "\r\n").status, 501);
    live_end(live);
}

CASE(without_length_a_body_is_empty_where_none_is_needed)
{
    struct live *live = live_start(live_options());
    int fd = dial(server_port(live->server));

    put(fd, "POST /face/echo HTTP/1.1\r\n" HOST "\r\n" GET_PING);
    struct reply reply = get(fd);
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.head, "X-Length: 0\r\n"));
    assert_string_equal(get(fd).body, "pong");
    close(fd);
    live_end(live);
}

CASE(body_at_the_limit_passes_and_one_more_is_413)
{
    struct live *live = live_start(live_options());
    int fd = dial(server_port(live->server));

    put_post(fd, "/echo", "", BODY_LIMIT);
    struct reply reply = get(fd);
    assert_int_equal(reply.status, 200);
    assert_int_equal(reply.body_len, BODY_LIMIT);
    put_post(fd, "/face/echo", "", BODY_LIMIT + 1);
    reply = get(fd);
    assert_int_equal(reply.status, 413);
    assert_non_null(strstr(reply.body, "\"face\":413"));
    /* It was drained: the connection goes on. */
    put(fd, GET_PING);
    assert_int_equal(get(fd).status, 200);
    close(fd);
    live_end(live);
}

enum { LONG = 48 * 1024 };

/* A body of LONG bytes of which the last one does not come yet. */
static int begin_long(struct live *live)
{
    static char bytes[LONG - 1];
    int fd = dial(server_port(live->server));
    char head[128];

    snprintf(head, sizeof head, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: %d\r\n\r\n", LONG);
    put(fd, head);
    put_bytes(fd, bytes, sizeof bytes);
    return fd;
}

static void received(struct live *live, int64_t bytes)
{
    struct server_stats stats = {0};

    for (int i = 0; i < PATIENCE_S * 1000 && stats.bytes_in < bytes; i++) {
        usleep(1000);
        server_stats_read(live->server, &stats);
    }
    assert_true(stats.bytes_in >= bytes);
}

CASE(long_bodies_share_a_room)
{
    struct server_options options = live_options();
    options.bodies_max = 2 * LONG;
    struct live *live = live_start(options);
    int first = begin_long(live);
    int second = begin_long(live);
    int third = dial(server_port(live->server));

    received(live, INT64_C(2) * (LONG - 1));
    put_post(third, "/face/echo", "", LONG);
    struct reply reply = get(third);
    assert_int_equal(reply.status, 503);
    assert_non_null(strstr(reply.head, "Retry-After: 1"));
    assert_non_null(strstr(reply.body, "Too many long bodies"));
    put_post(third, "/echo", "", 1024); /* a short one has its own */
    assert_int_equal(get(third).status, 200);
    put(first, "x");
    assert_int_equal(get(first).body_len, LONG);
    put_post(third, "/echo", "", LONG);
    assert_int_equal(get(third).body_len, LONG);
    close(second); /* whoever leaves takes its part along */
    put_post(first, "/echo", "", LONG);
    assert_int_equal(get(first).body_len, LONG);
    close(first);
    close(third);
    live_end(live);
}

static void put_chunks(int fd, size_t total, size_t size)
{
    char head[32];
    char bytes[8192];

    memset(bytes, 'b', sizeof bytes);
    while (total > 0) {
        size_t now = total < size ? total : size;
        snprintf(head, sizeof head, "%zx\r\n", now);
        put(fd, head);
        put_bytes(fd, bytes, now);
        put(fd, "\r\n");
        total -= now;
    }
    put(fd, "0\r\n\r\n");
}

CASE(chunked_bodies_have_the_same_limit)
{
    struct live *live = live_start(live_options());
    const char *head = "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n";
    int fd = dial(server_port(live->server));

    put(fd, head);
    put_chunks(fd, BODY_LIMIT, 777);
    struct reply reply = get(fd);
    assert_int_equal(reply.status, 200);
    assert_int_equal(reply.body_len, BODY_LIMIT);
    assert_int_equal(reply.body[0], 'b');
    put(fd, head);
    put_chunks(fd, BODY_LIMIT + 1, 8192);
    assert_int_equal(get(fd).status, 413);
    put(fd, GET_PING);
    assert_int_equal(get(fd).status, 200);
    close(fd);
    live_end(live);
}

CASE(announced_body_far_past_the_limit_is_refused_at_once)
{
    struct live *live = live_start(live_options());
    struct reply reply =
        ask(live, "POST /face/echo HTTP/1.1\r\n" HOST "Content-Length: 100000000000\r\n\r\n");

    assert_int_equal(reply.status, 413);
    assert_non_null(strstr(reply.head, "Connection: close"));
    live_end(live);
}

CASE(endless_chunks_are_cut)
{
    struct live *live = live_start(live_options());
    int fd = dial(server_port(live->server));

    put(fd, "POST /face/echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n");
    put_chunks(fd, 4U * 1024 * 1024, 8192);
    while (!is_closed(fd)) {
    }
    close(fd);
    live_end(live);
}

CASE(body_on_get_is_read_and_ignored)
{
    struct live *live = live_start(live_options());
    int fd = dial(server_port(live->server));

    put(fd, "GET /ping HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello" GET_PING);
    assert_int_equal(get(fd).status, 200);
    assert_int_equal(get(fd).status, 200);
    put(fd, "DELETE /ping HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello" GET_PING);
    assert_int_equal(get(fd).status, 405);
    assert_int_equal(get(fd).status, 200);
    close(fd);
    live_end(live);
}

CASE(body_of_another_type_is_415)
{
    static const char *const GOOD[] = {"", "Content-Type: application/json\r\n",
                                       "Content-Type: Application/JSON ; charset=utf-8\r\n"};
    static const char *const BAD[] = {"Content-Type: text/plain\r\n",
                                      "Content-Type: application/jsonx\r\n",
                                      "Content-Type: application/x-www-form-urlencoded\r\n"};
    struct live *live = live_start(live_options());
    int fd = dial(server_port(live->server));

    for (size_t i = 0; i < ARRAY_LEN(GOOD); i++) {
        put_post(fd, "/face/echo", GOOD[i], 2);
        assert_int_equal(get(fd).status, 200);
        put_post(fd, "/face/echo", BAD[i], 2);
        assert_int_equal(get(fd).status, 415);
        put_post(fd, "/echo", BAD[i], 2);
        assert_int_equal(get(fd).status, 200);
    }
    close(fd);
    live_end(live);
}

CASE(continue_is_sent_only_for_what_will_be_read)
{
    struct live *live = live_start(live_options());
    int fd = dial(server_port(live->server));

    put(fd, "POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    assert_int_equal(get(fd).status, 100);
    put(fd, "hello");
    assert_string_equal(get(fd).body, "hello");
    put(fd, "POST /none HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    assert_int_equal(get(fd).status, 404);
    close(fd);
    live_end(live);
}

CASE(header_too_large_is_431_in_the_form_of_the_mount)
{
    struct live *live = live_start(live_options());
    char request[8192];
    char value[8192];

    memset(value, 'v', sizeof value);
    snprintf(request, sizeof request, "GET /face/ping HTTP/1.1\r\n" HOST "X-A: %.*s\r\n\r\n", 5500,
             value);
    assert_int_equal(ask(live, request).status, 200);
    snprintf(request, sizeof request, "GET /face/ping HTTP/1.1\r\n" HOST "X-A: %.*s\r\n\r\n", 6400,
             value);
    struct reply reply = ask(live, request);
    assert_int_equal(reply.status, 431);
    assert_non_null(strstr(reply.body, "\"face\":431"));
    live_end(live);
}

CASE(admit_stands_before_the_handler)
{
    struct live *live = live_start(live_options());

    assert_int_equal(ask(live, "GET /closed/ping HTTP/1.1\r\n" HOST "\r\n").status, 401);
    assert_int_equal(
        ask(live, "GET /closed/ping HTTP/1.1\r\n" HOST "Authorization: good\r\n\r\n").status, 200);
    live_end(live);
}

CASE(handler_that_answers_nothing_is_500)
{
    struct live *live = live_start(live_options());

    assert_int_equal(ask(live, "GET /face/silent HTTP/1.1\r\n" HOST "\r\n").status, 500);
    live_end(live);
}

CASE(connections_past_the_limit_are_closed)
{
    struct server_options options = live_options();
    options.connections_max = 3;
    struct live *live = live_start(options);
    int fds[4];

    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = dial(server_port(live->server));
        put(fds[i], GET_PING);
        assert_int_equal(get(fds[i]).status, i < 3 ? 200 : 0);
    }
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        close(fds[i]);
    live_end(live);
}

CASE(connections_of_one_peer_can_be_limited)
{
    struct server_options options = live_options();
    options.connections_per_peer = 1;
    struct live *live = live_start(options);
    int first = dial(server_port(live->server));
    int second = dial(server_port(live->server));

    put(first, GET_PING);
    assert_int_equal(get(first).status, 200);
    put(second, GET_PING);
    assert_int_equal(get(second).status, 0);
    close(first);
    close(second);
    live_end(live);
}

CASE(stats_count_what_happened)
{
    struct live *live = live_start(live_options());
    struct server_stats stats;

    (void)ask(live, GET_PING);
    (void)ask(live, "GET /none HTTP/1.1\r\n" HOST "\r\n");
    (void)ask(live, "GET /ping HTTP/1.1\r\n" HOST HOST "\r\n");
    server_stats_read(live->server, &stats);
    assert_int_equal(stats.requests, 3);
    assert_int_equal(stats.answers_by_class[2], 1);
    assert_int_equal(stats.answers_by_class[4], 2);
    assert_int_equal(stats.refused, 1);
    assert_int_equal(stats.parked, 0);
    assert_true(stats.bytes_in > 0);
    assert_true(stats.bytes_out > 0);
    live_end(live);
}

CASE(taken_port_is_a_fault)
{
    struct live *live = live_start(live_options());
    struct ctx *cx = unit_ctx();
    struct server_options options = live_options();
    struct server *second = NULL;

    options.port = server_port(live->server);
    assert_int_equal(server_new(cx, &options, &second), ERR_IO);
    assert_string_equal(cx->faults[0].field, "server.listen");
    unit_ctx_free(cx);
    live_end(live);
}

CASE(idle_connection_costs_little_memory)
{
    enum { CONNECTIONS = 200, COST_MAX = 16 * 1024 };
    struct live *live = live_start(live_options());
    int fds[CONNECTIONS];

    (void)ask(live, GET_PING);
    struct mallinfo2 before = mallinfo2();
    for (size_t i = 0; i < CONNECTIONS; i++) {
        fds[i] = dial(server_port(live->server));
        put(fds[i], GET_PING);
        assert_int_equal(get(fds[i]).status, 200);
    }
    struct mallinfo2 after = mallinfo2();
    size_t grown = (after.uordblks + after.hblkhd) - (before.uordblks + before.hblkhd);
    assert_true(after.uordblks < before.uordblks || grown / CONNECTIONS < COST_MAX);
    for (size_t i = 0; i < CONNECTIONS; i++)
        close(fds[i]);
    live_end(live);
}

UNIT_MAIN(T(get_is_answered_and_the_connection_kept), T(pipelined_requests_are_answered_in_order),
          T(head_is_get_without_a_body), T(handler_sees_the_request_as_it_was_sent),
          T(headers_and_cookies_are_found), T(refusals_have_the_form_of_the_mount),
          T(unusable_target_is_refused_by_the_mount_of_its_beginning), T(guard_refuses_and_closes),
          T(nul_bytes_in_the_header_are_refused), T(length_and_method_refusals),
          T(without_length_a_body_is_empty_where_none_is_needed),
          T(body_at_the_limit_passes_and_one_more_is_413), T(long_bodies_share_a_room),
          T(chunked_bodies_have_the_same_limit),
          T(announced_body_far_past_the_limit_is_refused_at_once), T(endless_chunks_are_cut),
          T(body_on_get_is_read_and_ignored), T(body_of_another_type_is_415),
          T(continue_is_sent_only_for_what_will_be_read),
          T(header_too_large_is_431_in_the_form_of_the_mount), T(admit_stands_before_the_handler),
          T(handler_that_answers_nothing_is_500), T(connections_past_the_limit_are_closed),
          T(connections_of_one_peer_can_be_limited), T(stats_count_what_happened),
          T(taken_port_is_a_fault), T(idle_connection_costs_little_memory))
