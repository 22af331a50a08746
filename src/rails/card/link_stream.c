#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "base/must.h"
#include "rails/card/link_internal.h"

/* The socket of a link, in clear or under TLS. */

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* Addresses only: a name would have to be asked for outside, and an acquirer's does not move. */
static bool address_read(const char *host, int port, union address *out, socklen_t *len)
{
    const char *name = strcmp(host, "localhost") == 0 ? "127.0.0.1" : host;

    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, name, &out->v4.sin_addr) == 1) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons((uint16_t)port);
        *len = sizeof out->v4;
        return true;
    }
    if (inet_pton(AF_INET6, name, &out->v6.sin6_addr) == 1) {
        out->v6.sin6_family = AF_INET6;
        out->v6.sin6_port = htons((uint16_t)port);
        *len = sizeof out->v6;
        return true;
    }
    return false;
}

/* Card data must not cross a network in clear (PCI DSS 4.2.1). */
static bool address_is_loopback(const union address *address)
{
    if (address->any.sa_family == AF_INET)
        return ntohl(address->v4.sin_addr.s_addr) >> 24 == 127;
    return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
}

err_t stream_check(struct ctx *cx, const struct link_options *options)
{
    union address address;
    socklen_t len;

    if (options->port < 1 || options->port > 65535)
        return fault(cx, ERR_INVALID, "port", "is not a port number");
    if (!address_read(options->host, options->port, &address, &len))
        return fault(cx, ERR_UNAVAILABLE, "host", "is not an IP address: no name is looked up");
    if (options->tls == NULL && !address_is_loopback(&address))
        return fault(cx, ERR_UNAVAILABLE, "host",
                     "is not this machine: card data leave it only under TLS");
    return OK;
}

int stream_open(struct link *link)
{
    union address address;
    socklen_t len = 0;
    int one = 1;

    must(address_read(link->options.host, link->options.port, &address, &len));
    must(link->options.tls != NULL || address_is_loopback(&address));
    link->fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (link->fd < 0)
        return errno;
    (void)setsockopt(link->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return connect(link->fd, &address.any, len) == 0 ? 0 : errno;
}

int stream_error(const struct link *link)
{
    int error = 0;
    socklen_t len = sizeof error;

    return getsockopt(link->fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 ? error : errno;
}

enum tls_result stream_write(struct link *link, struct outgoing *out, size_t *sent)
{
    const char *from = out->bytes + out->written;
    size_t len = out->len - out->written;

    if (link->tls != NULL) {
        out->begun = true;
        return tls_stream_write(link->tls, from, len, sent);
    }
    ssize_t count;
    do
        count = send(link->fd, from, len, MSG_NOSIGNAL);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK ? TLS_AGAIN : TLS_CLOSED;
    *sent = (size_t)count;
    out->begun |= count > 0;
    return TLS_DONE;
}

enum tls_result stream_read(struct link *link, char *to, size_t room, size_t *got)
{
    if (link->tls != NULL)
        return tls_stream_read(link->tls, to, room, got);
    ssize_t count;
    do
        count = recv(link->fd, to, room, 0);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK ? TLS_AGAIN : TLS_CLOSED;
    *got = (size_t)count;
    return count > 0 ? TLS_DONE : TLS_CLOSED;
}
