#include "http/listen.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/must.h"

static bool option_on(int fd, int level, int name, bool on)
{
    int value = on ? 1 : 0;

    return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

/* TCP_NODELAY is the library's business; here only what must be set before bind. */
static bool prepare(int fd, const struct addrinfo *at, bool share, bool both_families)
{
    if (!option_on(fd, SOL_SOCKET, SO_REUSEADDR, true))
        return false;
    if (share && !option_on(fd, SOL_SOCKET, SO_REUSEPORT, true))
        return false;
    return at->ai_family != AF_INET6 || option_on(fd, IPPROTO_IPV6, IPV6_V6ONLY, !both_families);
}

static int bind_at(const struct addrinfo *at, bool share, bool both_families)
{
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, at->ai_protocol);

    if (fd < 0)
        return -1;
    if (prepare(fd, at, share, both_families) && bind(fd, at->ai_addr, at->ai_addrlen) == 0)
        return fd;
    close(fd);
    return -1;
}

static int open_at(const struct addrinfo *at, enum listen_share share, bool both_families)
{
    /* The system lets all sockets of one user share a port: another server there would get half of
     * our requests. One that does not share tells whether there is any. */
    if (share == LISTEN_FIRST) {
        int alone = bind_at(at, false, both_families);
        if (alone < 0)
            return -1;
        close(alone);
    }
    int fd = bind_at(at, share != LISTEN_ALONE, both_families);
    if (fd < 0 || listen(fd, SOMAXCONN) == 0)
        return fd;
    close(fd);
    return -1;
}

err_t listen_open(struct ctx *cx, const char *address, int port, enum listen_share share, int *out)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    char service[16];
    int fd = -1;

    snprintf(service, sizeof service, "%d", port);
    if (getaddrinfo(address, service, &hints, &found) != 0)
        return fault(cx, ERR_IO, "server.listen", "is not an address of this machine");
    for (const struct addrinfo *at = found; at != NULL && fd < 0; at = at->ai_next)
        fd = open_at(at, share, strcmp(address, "::") == 0);
    freeaddrinfo(found);
    if (fd < 0)
        return fault(cx, ERR_IO, "server.listen",
                     "cannot be bound: the port is taken or not allowed");
    *out = fd;
    return OK;
}

int listen_port(int fd)
{
    struct sockaddr_storage address = {0};
    socklen_t len = sizeof address;

    must(getsockname(fd, (struct sockaddr *)&address, &len) == 0);
    if (address.ss_family == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, &address, sizeof six);
        return ntohs(six.sin6_port);
    }
    must(address.ss_family == AF_INET);
    struct sockaddr_in four;
    memcpy(&four, &address, sizeof four);
    return ntohs(four.sin_port);
}
