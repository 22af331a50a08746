#ifndef GUICHET_WIRE_FORM_H
#define GUICHET_WIRE_FORM_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

/* application/x-www-form-urlencoded: bodies and the query part of a target. */
struct form_pair {
    struct str name;
    struct str value;
};
struct form {
    const struct form_pair *pairs;
    size_t count;
};

enum { FORM_PAIRS_MAX = 256 };

/* Decodes percent signs and '+' into the arena. ERR_MALFORMED: a bad percent sequence, a NUL byte,
 * or bytes that are not UTF-8. ERR_LIMIT: more than FORM_PAIRS_MAX pairs. */
MUST_CHECK err_t form_parse(struct arena *arena, struct str text, struct form *out);

/* The same with another maximum, for forms that hold lists. */
MUST_CHECK err_t form_parse_most(struct arena *arena, struct str text, size_t most,
                                 struct form *out);

/* The first value of a name; false when there is none. */
bool form_get(const struct form *form, struct str name, struct str *out);

/* What somebody typed there, without blanks around it; {NULL, 0} when nothing of it is seen. */
struct str form_typed(const struct form *form, struct str name);

/* Percent-decoding of one path segment ('+' stays). */
MUST_CHECK err_t percent_decode(struct arena *arena, struct str text, struct str *out);
/* Percent-encoding of everything but unreserved characters (RFC 3986). */
void percent_put(struct buf *out, struct str text);
/* An address as browsers send it: the bytes that are not of ASCII are percent-encoded, all others
 * stay. */
struct str percent_ascii(struct arena *arena, struct str address);

#endif
