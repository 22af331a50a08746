#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "args.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/must.h"

/* Who is told: answers 200 to every request at once and counts them, from one thread. Prints its
 * port when it listens, and after SIGTERM how many came and in what time. */

enum { HEAD_MAX = 8192, CONNECTIONS_MAX = 1024 };

static const char ANSWER[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

struct caller {
    int fd;
    char head[HEAD_MAX];
    size_t head_len;
    int64_t body_left; /* -1: the header is not whole yet */
};

struct receiver {
    int epoll_fd;
    int listen_fd;
    int signal_fd;
    int64_t requests;
    int64_t first_us;
    int64_t last_us;
    bool over;
};

static void watch(const struct receiver *receiver, int fd, void *owner)
{
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = owner}};

    must(epoll_ctl(receiver->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0);
}

static void caller_end(struct caller *caller)
{
    close(caller->fd);
    process_free(caller);
}

static void answer(struct receiver *receiver, struct caller *caller)
{
    receiver->last_us = clock_monotonic_us();
    if (receiver->requests++ == 0)
        receiver->first_us = receiver->last_us;
    caller->head_len = 0;
    caller->body_left = -1;
    /* So few bytes find room; a caller that has gone is seen when it is read next. */
    ssize_t sent = send(caller->fd, ANSWER, sizeof ANSWER - 1, MSG_NOSIGNAL);
    if (sent >= 0)
        must(sent == (ssize_t)sizeof ANSWER - 1);
}

static size_t head_take(struct caller *caller, const char *data, size_t len)
{
    static const char LENGTH[] = "\r\ncontent-length: ";
    size_t before = caller->head_len;
    size_t more = len < HEAD_MAX - 1 - before ? len : HEAD_MAX - 1 - before;

    memcpy(caller->head + before, data, more);
    caller->head_len = before + more;
    caller->head[caller->head_len] = '\0';
    const char *end = strstr(caller->head, "\r\n\r\n");
    if (end == NULL) {
        if (caller->head_len == HEAD_MAX - 1)
            bench_fail("a request's header is too long");
        return len;
    }
    const char *length = strcasestr(caller->head, LENGTH);
    caller->body_left = length == NULL ? 0 : strtoll(length + sizeof LENGTH - 1, NULL, 10);
    return (size_t)(end + 4 - caller->head) - before;
}

/* A caller sends one request at a time, so what follows a header is its body. */
static void read_more(struct receiver *receiver, struct caller *caller)
{
    static char data[64 * 1024];
    ssize_t len = recv(caller->fd, data, sizeof data, 0);

    if (len < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (len <= 0) {
        caller_end(caller);
        return;
    }
    size_t used = caller->body_left < 0 ? head_take(caller, data, (size_t)len) : 0;
    if (caller->body_left < 0)
        return;
    caller->body_left -= len - (ssize_t)used;
    if (caller->body_left < 0)
        bench_fail("more bytes than the request has");
    if (caller->body_left == 0)
        answer(receiver, caller);
}

static void accept_one(struct receiver *receiver)
{
    int on = 1;
    int fd = accept4(receiver->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd < 0)
        return;
    must(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
    struct caller *caller = process_make(struct caller);
    caller->fd = fd;
    caller->body_left = -1;
    watch(receiver, fd, caller);
}

static void listen_begin(struct receiver *receiver)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof at;
    sigset_t ends;

    receiver->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    receiver->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    must(receiver->listen_fd >= 0);
    must(bind(receiver->listen_fd, (struct sockaddr *)&at, sizeof at) == 0);
    must(listen(receiver->listen_fd, CONNECTIONS_MAX) == 0);
    must(getsockname(receiver->listen_fd, (struct sockaddr *)&at, &len) == 0);
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    must(sigprocmask(SIG_BLOCK, &ends, NULL) == 0);
    receiver->signal_fd = signalfd(-1, &ends, SFD_CLOEXEC);
    must(receiver->signal_fd >= 0);
    watch(receiver, receiver->listen_fd, &receiver->listen_fd);
    watch(receiver, receiver->signal_fd, &receiver->signal_fd);
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);
}

static void event_take(struct receiver *receiver, void *owner)
{
    if (owner == &receiver->listen_fd)
        accept_one(receiver);
    else if (owner == &receiver->signal_fd)
        receiver->over = true;
    else
        read_more(receiver, owner);
}

int main(void)
{
    struct receiver *receiver = process_make(struct receiver);
    struct epoll_event events[64];

    listen_begin(receiver);
    while (!receiver->over) {
        int count = epoll_wait(receiver->epoll_fd, events, ARRAY_LEN(events), -1);
        for (int i = 0; i < count; i++)
            event_take(receiver, events[i].data.ptr);
    }
    printf("{\"requests\": %lld, \"elapsed_us\": %lld}\n", (long long)receiver->requests,
           (long long)(receiver->last_us - receiver->first_us));
    process_free(receiver);
    return 0;
}
