#include "notify/catcher.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "core/caught.h"
#include "support/core.h"

enum { ANSWER_MS = 20000, LINE_LEN = 256 };

struct client {
    struct world *world;
    struct catcher *catcher;
    int fd;
};

static int connect_to(const struct catcher *catcher)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)catcher_port(catcher)),
        .sin_addr = {htonl(INADDR_LOOPBACK)},
    };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    must(fd >= 0);
    must(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    return fd;
}

/* Reads answer lines up to the last one of the answer, and gives its code. */
static int answer(int fd)
{
    char line[LINE_LEN];
    size_t len = 0;

    for (;;) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        must(len < sizeof line);
        if (poll(&wait, 1, ANSWER_MS) != 1)
            fail_msg("no answer");
        if (recv(fd, line + len, 1, 0) != 1)
            return 0;
        if (line[len++] != '\n')
            continue;
        if (len > 3 && line[3] == ' ')
            return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
        len = 0;
    }
}

static void say(int fd, const char *text)
{
    must(send(fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text));
}

static void expect(struct client *client, const char *line, int code)
{
    say(client->fd, line);
    int seen = answer(client->fd);
    if (seen != code)
        fail_msg("%s gives %d, not %d", line, seen, code);
}

static struct client begin(void)
{
    struct client client = {.world = world_new()};

    assert_ok(catcher_start(client.world->cx, client.world->store, client.world->cx->ids, 0,
                            &client.catcher));
    client.fd = connect_to(client.catcher);
    assert_int_equal(answer(client.fd), 220);
    return client;
}

static void end(struct client *client)
{
    close(client->fd);
    catcher_stop(client->catcher);
    world_free(client->world);
}

static size_t caught_of(struct client *client, const char *to, struct caught **out)
{
    size_t count;

    assert_ok(caught_list(client->world->cx, world_read(client->world),
                          to == NULL ? STR_NONE : str_of(to), out, &count));
    return count;
}

CASE(a_mail_is_kept_for_each_receiver)
{
    struct client client = begin();
    struct caught *list;
    struct str raw;

    expect(&client, "EHLO me\r\n", 250);
    expect(&client, "MAIL FROM:<shop@a> SIZE=100 BODY=8BITMIME\r\n", 250);
    expect(&client, "RCPT TO:<Jean@Example.com>\r\n", 250);
    expect(&client, "rcpt to: <eve@b>\r\n", 250);
    expect(&client, "DATA\r\n", 354);
    expect(&client, "Subject: x\r\n\r\n..dot\r\n.\r.\r\nend\r\n.\r\n", 250);
    expect(&client, "QUIT\r\n", 221);
    assert_int_equal(caught_of(&client, NULL, &list), 2);
    assert_int_equal(caught_of(&client, "jean@example.com", &list), 1);
    assert_str(list[0].from, "shop@a");
    assert_str(list[0].subject, "x");
    assert_ok(caught_raw(client.world->cx, world_read(client.world), list[0].id, &raw));
    assert_str(raw, "Subject: x\r\n\r\n.dot\r\n\r.\r\nend\r\n");
    end(&client);
}

CASE(commands_have_their_order)
{
    struct client client = begin();
    struct caught *list;

    expect(&client, "MAIL FROM:<a@b>\r\n", 503);
    expect(&client, "HELO me\r\n", 250);
    expect(&client, "RCPT TO:<a@b>\r\n", 503);
    expect(&client, "DATA\r\n", 503);
    expect(&client, "MAIL FROM:a@b\r\n", 501);
    expect(&client, "MAIL FROM:<a@b\r\n", 501);
    expect(&client, "MAIL FROM:<>\r\n", 250); /* a bounce */
    expect(&client, "MAIL FROM:<a@b>\r\n", 503);
    expect(&client, "RCPT TO:<>\r\n", 501);
    expect(&client, "DATA\r\n", 503);
    expect(&client, "NOOP\r\n", 250);
    expect(&client, "VRFY a\r\n", 252);
    expect(&client, "HELP\r\n", 500);
    expect(&client, "\r\n", 500);
    expect(&client, "RCPT TO:<@relay:c@d>\r\n", 250);
    expect(&client, "RSET\r\n", 250);
    expect(&client, "DATA\r\n", 503);
    expect(&client, "MAIL FROM:<a@b>\n", 250); /* a lone LF ends a command too */
    expect(&client, "RCPT TO:<c@d>\r\n", 250);
    expect(&client, "DATA\r\n", 354);
    expect(&client, ".\r\n", 250);
    assert_int_equal(caught_of(&client, "c@d", &list), 1);
    end(&client);
}

CASE(what_is_too_long_is_refused_and_the_session_goes_on)
{
    struct client client = begin();
    char line[2000];
    struct caught *list;

    expect(&client, "EHLO me\r\n", 250);
    expect(&client, "MAIL FROM:<a@b> SIZE=1048577\r\n", 552);
    memset(line, 'a', sizeof line);
    memcpy(line + sizeof line - 3, "\r\n", 3);
    expect(&client, line, 500);
    expect(&client, "MAIL FROM:<a@b> SIZE=1048576\r\n", 250);
    for (int i = 0; i < CATCHER_RECEIVERS_MAX; i++)
        expect(&client, "RCPT TO:<c@d>\r\n", 250);
    expect(&client, "RCPT TO:<c@d>\r\n", 452);
    expect(&client, "DATA\r\n", 354);
    for (size_t sent = 0; sent < CATCHER_MESSAGE_MAX + sizeof line; sent += sizeof line - 1)
        say(client.fd, line);
    expect(&client, ".\r\n", 552);
    assert_int_equal(caught_of(&client, NULL, &list), 0);
    expect(&client, "MAIL FROM:<a@b>\r\n", 250);
    expect(&client, "RCPT TO:<c@d>\r\n", 250);
    expect(&client, "DATA\r\n", 354);
    line[0] = '.';
    say(client.fd, line); /* a long line in pieces loses its dot once */
    expect(&client, ".\r\n", 250);
    assert_int_equal(caught_of(&client, "c@d", &list), 1);
    assert_int_equal(list[0].text.ptr == NULL ? 0 : list[0].text.len, 0);
    end(&client);
}

CASE(many_clients_at_once_are_served_and_too_many_are_turned_away)
{
    enum { CLIENTS = 70 };
    struct client client = begin();
    int fds[CLIENTS];
    int served = 0;

    for (int i = 0; i < CLIENTS; i++)
        fds[i] = connect_to(client.catcher);
    for (int i = 0; i < CLIENTS; i++)
        served += answer(fds[i]) == 220 ? 1 : 0;
    assert_in_range(served, 50, 64);
    for (int i = 0; i < CLIENTS; i++)
        close(fds[i]);
    expect(&client, "NOOP\r\n", 250);
    end(&client);
}

UNIT_MAIN(T(a_mail_is_kept_for_each_receiver), T(commands_have_their_order),
          T(what_is_too_long_is_refused_and_the_session_goes_on),
          T(many_clients_at_once_are_served_and_too_many_are_turned_away))
