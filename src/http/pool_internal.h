#ifndef GUICHET_HTTP_POOL_INTERNAL_H
#define GUICHET_HTTP_POOL_INTERNAL_H

#include "http/curl_library.h"
#include "http/pool.h"

/* What the kinds of calls of a pool share; private to http/pool.c and http/smtp.c. */
struct transfer {
    const struct curl_library *library; /* the pool's */
    CURL *curl;
    struct curl_slist *lists[2];
    void (*ended)(struct transfer *transfer, CURLcode result, long status);
    struct transfer *next;
    struct transfer **link;
};

/* A handle with what all calls have in common, which may take so long to connect and all together.
 */
struct transfer *transfer_new(struct pool *pool, size_t size, int connect_ms, int timeout_ms);
void transfer_start(struct pool *pool, struct transfer *transfer);

/* "timeout", "tls" or "connection". */
const char *transfer_why(CURLcode result);

#endif
