#ifndef GUICHET_HTTP_REQUEST_H
#define GUICHET_HTTP_REQUEST_H

#include "base/ctx.h"
#include "wire/json.h"

struct core;
struct mount;
struct route;
struct server;

enum method {
    METHOD_GET = 1,
    METHOD_POST,
    METHOD_PATCH,
    METHOD_PUT,
    METHOD_DELETE,
    METHOD_HEAD,
    METHOD_OPTIONS,
};
const char *method_text(enum method method);

enum { PARAMS_MAX = 4, RESPONSE_HEADERS_MAX = 24 };

struct header {
    struct str name;
    struct str value;
};

struct response {
    int status;      /* 0 while nothing was answered */
    struct str body; /* borrowed from the request's arena or constant */
    struct header headers[RESPONSE_HEADERS_MAX];
    size_t header_count;
};

/* One request, from its last body byte to the moment its answer is handed to the library. Lives on
 * one I/O thread; its arena is cx.arena. */
struct request {
    struct ctx *cx;
    struct core *core; /* the application's, of this I/O thread */
    enum method method;
    struct str target;             /* as sent */
    struct str path;               /* of the target, still percent-encoded */
    struct str query;              /* without '?', still encoded */
    struct str params[PARAMS_MAX]; /* decoded {name}s of the pattern, in order */
    struct str body;               /* whole; followed by JSON_SPARE zero bytes */
    struct str peer;               /* address in text */
    bool peer_local;               /* loopback */
    bool tls;
    size_t header_room; /* about how long the header of the answer may be */
    const struct mount *mount;
    const struct route *route;
    struct json_parser *json; /* of this I/O thread */
    struct response response;
    void *face;      /* what admit left for the handlers */
    void *face_call; /* what a handler that parked left for its continuation */
    struct server *server;
};

/* A request header without regard to case; {NULL, 0} when absent. Borrowed for the request's life.
 */
struct str request_header(const struct request *request, struct str name);

/* The value of a cookie; {NULL, 0} when absent. */
struct str request_cookie(const struct request *request, struct str name);

/* Answers. Status and body are set once; headers may be added before or after. The body is not
 * copied, names and values of headers are. A value with a control character is left out.
 * Content-Length, Date, X-Request-Id and, where it applies, Connection are added by the server: a
 * face has room for RESPONSE_HEADERS_MAX - 4. */
void response_set(struct request *request, int status, struct str content_type, struct str body);
void response_header(struct request *request, struct str name, struct str value);

/* Keeps the client waiting after the handler returns; call it before anything that will call back
 * is queued. The answer is set later on the same I/O thread (from the mailbox `home` or from
 * request_later), followed by request_resume. Whether the client is still there does not show: the
 * request and its arena live until some time after request_resume. */
void request_park(struct request *request);
void request_resume(struct request *request);
bool request_is_parked(struct request *request);

/* Runs again(request) on the I/O thread after delay_ms; the request must be parked. */
void request_later(struct request *request, int delay_ms, void (*again)(struct request *request));

#endif
