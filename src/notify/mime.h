#ifndef GUICHET_NOTIFY_MIME_H
#define GUICHET_NOTIFY_MIME_H

#include "core/mail.h"

/* The form of mails (RFC 5322, 2045 to 2047, 2231 apart): writing ours, and reading what the
 * sandbox catches. */

/* What a message needs beside the mail itself; all of it comes from the row, so that each try sends
 * the same bytes. */
struct mime_frame {
    struct str from;       /* our address */
    struct delivery_id id; /* Message-ID: <id@domain of from>, and the boundary */
    instant date;
};

/* Header and body with CRLF, 7 bits, no line above 78 characters but those of a long address. With
 * html it is multipart/alternative. In the arena. */
struct str mime_write(struct arena *arena, const struct mail *mail, const struct mime_frame *frame);

/* What a message says, as UTF-8; {NULL, 0} for what it has not. */
struct mime_message {
    struct str message_id; /* without < > */
    struct str subject;
    struct str text;
    struct str html;
};
/* Never fails: what cannot be read is left out, what is no UTF-8 becomes U+FFFD. */
void mime_read(struct arena *arena, struct str raw, struct mime_message *out);

#endif
