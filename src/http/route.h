#ifndef GUICHET_HTTP_ROUTE_H
#define GUICHET_HTTP_ROUTE_H

#include "http/request.h"
#include "wire/field.h"

/* Routing by table. A pattern has segments of literal text or {name}; a path matches with and
 * without one trailing slash, directly (api/stancer.md 1). The first matching row wins. */
struct route {
    enum method method;
    const char *pattern; /* below the mount's prefix: "/customers/{id}" */
    enum origin origin;  /* of the route; facts of its tables count as SEED only when it is SEED */
    unsigned editions;
    void (*handle)(struct request *request);
    const struct table *query; /* or NULL */
    const struct table *in;    /* the body, or NULL */
    const struct table *out;   /* one object; NULL where the answer is not JSON: 204 of a DELETE */
    const char *list;  /* plural key when the answer is a list of `out`; "" for a bare array */
    const char *about; /* one line for the OpenAPI file */
};

/* What is wrong with a request before its handler is asked. */
enum refusal {
    REFUSE_BAD_REQUEST = 400,
    REFUSE_NOT_FOUND = 404,
    REFUSE_METHOD = 405,
    REFUSE_TIMEOUT = 408,
    REFUSE_LENGTH = 411,
    REFUSE_TOO_LARGE = 413,
    REFUSE_MEDIA = 415,
    REFUSE_EXPECT = 417,
    REFUSE_TOO_MANY = 429,
    REFUSE_HEADERS = 431,
    REFUSE_INTERNAL = 500,
    REFUSE_NOT_IMPLEMENTED = 501,
    REFUSE_UNAVAILABLE = 503,
};

/* A way to authenticate, for the OpenAPI file and the coverage of facts. */
struct security_scheme {
    const char *name; /* "basic" */
    enum origin origin;
    const char *type; /* "http" or "apiKey" */
    const char *rule; /* http: the scheme ("basic", "bearer"); apiKey: the header's name */
    const char *about;
};

/* What is said of the routes with a pattern beside their rows. */
struct route_note {
    const char *pattern;
    enum method method;  /* 0: any */
    int status;          /* of what was done; 0: 200 */
    const char *schemes; /* names of security schemes, separated by blanks, that are all needed */
    const char *header;  /* one that it needs, or NULL */
    bool may_be_one;     /* the answer is a list of objects, or one of them alone */
    const char *media;   /* what the body is; NULL: as the mount says */
    size_t body_max;     /* of its body; 0: of the mount */
};

/* A face, or the pages, mounted under a prefix. */
struct mount {
    const char *prefix; /* "/v1"; "" for the root, which is tried last */
    const char *alias;  /* another prefix for the same routes, or NULL */
    /* It shares its prefixes with other mounts: only paths whose first segment begins a pattern of
     * it are its own, and those before anybody else's of the same prefix. */
    bool by_segment;
    unsigned edition;
    const struct route *routes;
    size_t count;
    size_t body_max;  /* 0: the server's own limit, which is never passed */
    bool json_only;   /* a body of another type than application/json is 415 */
    bool body_needed; /* by each route with a table for one, whatever of it may be left out */
    /* Writes the refusal in the face's own form; why is a short static sentence. The request has
     * what is known by then: route is NULL before 404 and 405, and the body may not have come.
     * Allow and Retry-After are added by the server. NULL: plain text. */
    void (*refuse)(struct request *request, enum refusal status, const char *why);
    /* Authenticates before the handler, when the body is there; false when it has answered. NULL:
     * open. */
    bool (*admit)(struct request *request);
    const char *title;                      /* in the OpenAPI file, as what follows */
    const struct security_scheme *security; /* any one of them is enough; NULL: open */
    size_t security_count;
    const struct route_note *notes;
    size_t note_count;
    const struct table
        *envelope; /* what stands beside the list in a list's answer: "range"; or NULL */
    const struct table *error;   /* of error answers; NULL: not described */
    const struct table *invalid; /* of 422, where it has a form of its own; or NULL */
};

enum { MOUNTS_MAX = 32 };

/* Whether one of its patterns begins with this segment: "clients". */
bool mount_has_segment(const struct mount *mount, struct str segment);

/* What is noted of a route, or NULL. */
const struct route_note *route_note_of(const struct mount *mount, const struct route *route);

/* Finds the mount with the longest prefix that matches whole segments of the path, then the row;
 * HEAD takes the row of GET. *mount is NULL only when not even a root mount exists. *route is NULL
 * when no pattern matches (404) or none with this method (405: then allowed holds "GET, HEAD, POST"
 * from the arena). Fills request->params. Segments are compared and handed out percent-decoded. */
void route_find(const struct mount *mounts, size_t count, struct request *request,
                const struct mount **mount, const struct route **route, struct str *allowed);

#endif
