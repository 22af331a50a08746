#ifndef GUICHET_HTTP_SMTP_H
#define GUICHET_HTTP_SMTP_H

#include <stdatomic.h>

#include "base/err.h"
#include "base/str.h"

/* Hands one mail to the operator's server, each over a connection of its own, and waits for it.
 * smtps:// and STARTTLS are used as the server offers them, and required when there is a user.
 * Everything it points to stays until done. */
struct smtp_send {
    const char *url;      /* "smtp://mail.example.com:587", "smtps://..." */
    const char *user;     /* or NULL */
    const char *password; /* or NULL */
    const char *from;     /* of the envelope: an address alone */
    const char *to;
    struct str message;          /* header and body, lines end with CRLF */
    int timeout_ms;              /* to connect; all together may take twelve times as long */
    const atomic_bool *given_up; /* once it is true, it ends within a second or so */
    /* Result. OK: the server took it. ERR_FORBIDDEN: it refused the receiver or the message for
     * good (code is 5xx). ERR_UNAVAILABLE: not this time; why is "refused" with a code of 4xx, or
     * of 5xx when it refused us or our sender (also as 5.7.x, with the receiver), else
     * "connection", "tls" or "timeout". */
    err_t result;
    int code;
    const char *why;
};
void smtp_send(struct smtp_send *send);

#endif
