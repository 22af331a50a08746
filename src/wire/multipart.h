#ifndef GUICHET_WIRE_MULTIPART_H
#define GUICHET_WIRE_MULTIPART_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

/* multipart/form-data (RFC 7578): the bodies of forms with files. Nothing is copied but names: the
 * bytes of a part lie in the body. */
struct multipart_part {
    struct str name;
    bool is_file;         /* it came with a file name */
    struct str file_name; /* as the sender says: never to be used as a path; may be empty */
    struct str type;      /* of its content, as the sender says; {NULL, 0}: nothing is said */
    struct str bytes;
};
struct multipart {
    const struct multipart_part *parts;
    size_t count;
};

enum { MULTIPART_PARTS_MAX = 32, MULTIPART_HEAD_MAX = 2048, MULTIPART_BOUNDARY_MAX = 70 };

/* Whether a Content-Type says so. */
bool multipart_is(struct str content_type);

/* ERR_INVALID: the Content-Type is another one, or has no boundary that can be one. ERR_MALFORMED:
 * the body is not what it says, is cut off, or a name is not UTF-8. ERR_LIMIT: more than
 * MULTIPART_PARTS_MAX parts, or more than MULTIPART_HEAD_MAX bytes of headers before one. */
MUST_CHECK err_t multipart_parse(struct arena *arena, struct str content_type, struct str body,
                                 struct multipart *out);

/* The first part of a name; NULL: there is none. */
const struct multipart_part *multipart_find(const struct multipart *multipart, struct str name);

#endif
