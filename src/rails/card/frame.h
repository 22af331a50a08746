#ifndef GUICHET_RAILS_CARD_FRAME_H
#define GUICHET_RAILS_CARD_FRAME_H

#include <stdbool.h>

#include "base/str.h"
#include "rails/card/iso8583.h"

/* Messages on a TCP stream: two bytes of length, big-endian, not counting themselves, then the
 * body. Several may come in one read and one may come in many. */
enum { FRAME_HEAD = 2, FRAME_MAX = FRAME_HEAD + ISO_BODY_MAX, FRAME_BUFFER = 4 * FRAME_MAX };

struct frame_buffer {
    size_t from;
    size_t to;
    char bytes[FRAME_BUFFER];
};

enum frame_result {
    FRAME_READY = 1, /* a whole body */
    FRAME_MORE,      /* read on */
    FRAME_BROKEN,    /* a length out of range: close */
};

/* Where the next read goes, never 0 bytes. What was consumed is wiped (it may hold card data), so
 * bodies given out before are gone. */
char *frame_room(struct frame_buffer *buffer, size_t *len);
void frame_took(struct frame_buffer *buffer, size_t len);

/* The next body; keep-alives (length 0) are passed over. */
enum frame_result frame_next(struct frame_buffer *buffer, struct str *body);

/* Forgets and wipes everything, for a new connection. */
void frame_clear(struct frame_buffer *buffer);

/* The length before a body of 20..4096 bytes. */
void frame_head(size_t body_len, char out[FRAME_HEAD]);

#endif
