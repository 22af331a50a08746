#ifndef GUICHET_HTTP_GUARD_H
#define GUICHET_HTTP_GUARD_H

#include "http/route.h"

/* The header guard: what RFC 9112 forbids and the library lets through (standards/http.md 1). A
 * pure function over what the library shows, so that each rule has its test. */
struct guard_head {
    struct str method;
    struct str target;  /* only its place, length and first byte count here: see http/target.h */
    struct str version; /* "HTTP/1.1" */
    const struct header *headers;
    size_t count;
};

/* How the request goes on when the guard lets it pass. */
struct guard_pass {
    enum method method;
    bool chunked;
    bool has_length;
    int64_t length;    /* when has_length */
    bool waits;        /* sends its body only after "100 Continue" */
    bool expects_body; /* chunked, or a length above 0 */
};

struct guard_refusal {
    enum refusal status;
    const char *why; /* a static sentence */
};

/* False: *refusal says what to answer before the connection is closed. */
bool guard_check(const struct guard_head *head, struct guard_pass *pass,
                 struct guard_refusal *refusal);

/* Two faults do not show in what the library hands out: a NUL byte ends a name, value or target for
 * it, and a line with an empty name ends the header block; folded lines it glues to a name it has
 * moved elsewhere. All three leave a gap in its buffer. True when the request line and the headers
 * follow one another in the `size` bytes from head->method on with nothing but their separators in
 * between, so that every byte was seen. */
bool guard_is_whole(const struct guard_head *head, size_t size);

#endif
