#ifndef GUICHET_HTTP_TARGET_H
#define GUICHET_HTTP_TARGET_H

#include <stdbool.h>

#include "base/str.h"

/* The target of a request line in origin form: a path and an optional query. */
struct target {
    struct str path;  /* begins with '/', still percent-encoded */
    struct str query; /* without '?', still encoded; {NULL, 0} without one */
};

/* False unless text begins with '/', holds only visible ASCII without '#', and every '%' of its
 * path begins a pair of hexadecimal digits that is not %00 (the query's own reader checks the
 * query). Borrowed. */
bool target_parse(struct str text, struct target *out);

/* Of a target that cannot be used: the whole segments that come before its first fault, so that who
 * owns them can refuse it in its own form. "/v1/cards/a%00b" gives "/v1/cards/"; "/" at least.
 * Borrowed. */
struct str target_beginning(struct str text);

#endif
