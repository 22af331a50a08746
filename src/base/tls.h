#ifndef GUICHET_BASE_TLS_H
#define GUICHET_BASE_TLS_H

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

/* Certificates of the sandbox's own authority (design.md 7), EC P-256, as PEM texts in the arena.
 */
struct tls_pair {
    struct str cert;
    struct str key;
};

enum { TLS_CA_DAYS = 3653, TLS_CERT_DAYS = 397 };

/* A self-signed authority, valid for ten years from a day before now. ERR_INTERNAL: the library
 * refused. */
MUST_CHECK err_t tls_make_ca(struct arena *arena, instant now, struct tls_pair *out);

/* A server certificate for 127.0.0.1, ::1 and localhost, signed by the authority, valid for 397
 * days: the most that browsers accept. ERR_INVALID: the authority's texts cannot be read. */
MUST_CHECK err_t tls_make_cert(struct arena *arena, instant now, const struct tls_pair *ca,
                               struct tls_pair *out);

/* True while the first certificate of the text can be read, is signed by ca, and lasts for `days`
 * more. */
bool tls_cert_lasts(struct str cert, struct str ca, instant now, int days);

#endif
