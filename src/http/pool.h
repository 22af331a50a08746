#ifndef GUICHET_HTTP_POOL_H
#define GUICHET_HTTP_POOL_H

#include "base/err.h"
#include "base/str.h"

/* Many outgoing calls at once on one thread, with kept connections: POSTs. Redirects are not
 * followed, nothing of an answer but its status is kept. */
struct pool;

struct pool *pool_new(void);
/* What is under way is given up: done is not called. */
void pool_free(struct pool *pool);

/* Lets calls go on until one ends, fd (-1: none) is readable or timeout_ms have passed; calls the
 * done of what ended. */
void pool_wait(struct pool *pool, int fd, int timeout_ms);

/* One call; everything it points to stays until done. */
struct http_send {
    const char *url;
    const char *content_type;
    struct str body;
    const char *const *headers; /* "Name: value", count of them */
    size_t header_count;
    int timeout_ms;
    const char *pin; /* the addresses to connect to (http/outward.h), or NULL */
    /* Whether this address may be talked to: asked when the connection stands, before a byte of
     * the request leaves. NULL: any. */
    bool (*allows)(const struct http_send *send, const char *address);
    void (*done)(struct http_send *send);
    void *owner; /* the caller's */
    /* Result. OK: an answer came, see status. ERR_UNAVAILABLE: none; then why is "connection",
     * "tls" or "timeout". ERR_FORBIDDEN: allows() refused. */
    err_t result;
    int status;
    const char *why;
};
void http_send_start(struct pool *pool, struct http_send *send);

#endif
