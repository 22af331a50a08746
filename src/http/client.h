#ifndef GUICHET_HTTP_CLIENT_H
#define GUICHET_HTTP_CLIENT_H

#include "base/err.h"
#include "base/str.h"
#include "wire/stream.h"

/* Files (PEM) that https uses in place of the system's authorities: who may have signed the peer's
 * certificate, and ours for it with its key. */
struct http_trust {
    const char *ca_file;   /* NULL: the system's */
    const char *cert_file; /* NULL: none */
    const char *key_file;
};

/* One outgoing HTTP call, blocking: for worker threads. Redirects are never followed. */
struct http_call {
    const char *method;
    const char *url;
    const char *content_type; /* of the body, or NULL */
    struct str body;
    const struct source *upload; /* or NULL: the body, too large to be held; upload_len bytes */
    int64_t upload_len;
    const char *const *headers; /* "Name: value", count of them */
    size_t header_count;
    struct http_trust trust;
    int timeout_ms;
    size_t answer_max;       /* a longer answer is ERR_LIMIT */
    const struct sink *into; /* or NULL: takes an answer of status 200 as it comes, else none */
    /* Result; the answer in the arena. */
    int status;
    struct str answer;
};

/* ERR_UNAVAILABLE: no connection, no answer in time, or a broken one, or libcurl is missing; what
 * `into` or `upload` says. */
MUST_CHECK err_t http_call(struct arena *arena, struct http_call *call);

#endif
