#ifndef GUICHET_BASE_TLS_STREAM_H
#define GUICHET_BASE_TLS_STREAM_H

#include "base/err.h"
#include "base/str.h"

/* The client's side of TLS 1.2 or 1.3 over a socket that does not block (cards.md 3, PCI DSS
 * 4.2.1). The server must show a certificate of the given authority that carries the given name,
 * and we show ours. Nothing is ever sent in clear. */
struct tls_client;
struct tls_stream;

/* PEM texts: the authorities that are trusted (those and no others), our certificate with what
 * belongs between it and its authority, its key. All three are needed, and none is kept as text.
 * ERR_INVALID: one cannot be read, or the key is not the certificate's; *wrong says which: "ca",
 * "cert" or "key". */
MUST_CHECK err_t tls_client_new(struct str ca, struct str cert, struct str key,
                                struct tls_client **out, const char **wrong);
/* After its streams. NULL is fine. */
void tls_client_free(struct tls_client *client);

/* A stream over a connected socket, which stays the caller's. `name` is what the certificate must
 * carry: a host name, or an address as text. */
MUST_CHECK err_t tls_stream_new(struct tls_client *client, int fd, const char *name,
                                struct tls_stream **out);
/* Says goodbye where that can be done at once. NULL is fine. */
void tls_stream_free(struct tls_stream *stream);

enum tls_result {
    TLS_DONE = 1,
    TLS_AGAIN,  /* when the socket is ready: see tls_stream_wants_write */
    TLS_CLOSED, /* by the other side, or for good: not our kind of peer */
};

enum tls_result tls_stream_handshake(struct tls_stream *stream);

/* After TLS_CLOSED, and before any other call: what the library says about it, a text that stays;
 * `otherwise` when it says nothing. */
const char *tls_stream_why(const struct tls_stream *stream, const char *otherwise);

/* TLS_DONE with *got > 0. */
enum tls_result tls_stream_read(struct tls_stream *stream, void *to, size_t room, size_t *got);

/* TLS_DONE with *sent > 0. After TLS_AGAIN the same bytes must come again: a part of them may have
 * left, though the other side can make nothing of it until the rest follows. At most 16 KB go into
 * one record, so of a shorter text the other side gets all or nothing. */
enum tls_result tls_stream_write(struct tls_stream *stream, const void *bytes, size_t len,
                                 size_t *sent);

/* Whether the last call that gave TLS_AGAIN waits for room to write, which a read may do too. */
bool tls_stream_wants_write(const struct tls_stream *stream);

#endif
