#ifndef GUICHET_WIRE_URL_H
#define GUICHET_WIRE_URL_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

/* An absolute http or https URL, as we accept them for returns and callbacks (design.md 9). */
struct url {
    bool tls;
    struct str host;   /* without brackets for IPv6 */
    int port;          /* 80 or 443 when not written */
    struct str path;   /* from the first '/', with the query; may be empty */
    struct str origin; /* scheme://host[:port], as written */
};

/* ERR_INVALID: another scheme, no host, credentials, a blank or control character, a backslash, a
 * bad port, or a host with characters outside [A-Za-z0-9.-] (or an IPv6 address in brackets).
 * Borrowed from text. */
MUST_CHECK err_t url_parse(struct str text, struct url *out);

/* 127.0.0.0/8, ::1 or localhost. */
bool url_is_local(const struct url *url);

#endif
