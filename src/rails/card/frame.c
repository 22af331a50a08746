#include "rails/card/frame.h"

#include <string.h>

#include "base/crypto.h"
#include "base/must.h"

char *frame_room(struct frame_buffer *buffer, size_t *len)
{
    size_t waiting = buffer->to - buffer->from;

    if (buffer->from > 0) {
        memmove(buffer->bytes, buffer->bytes + buffer->from, waiting);
        crypto_wipe(buffer->bytes + waiting, buffer->from);
        buffer->from = 0;
        buffer->to = waiting;
    }
    *len = sizeof buffer->bytes - buffer->to;
    /* Whoever reads takes out all whole bodies first: less than one is waiting. */
    must(*len > 0);
    return buffer->bytes + buffer->to;
}

void frame_took(struct frame_buffer *buffer, size_t len)
{
    must(len <= sizeof buffer->bytes - buffer->to);
    buffer->to += len;
}

enum frame_result frame_next(struct frame_buffer *buffer, struct str *body)
{
    while (buffer->to - buffer->from >= FRAME_HEAD) {
        const unsigned char *head = (const unsigned char *)buffer->bytes + buffer->from;
        size_t len = (size_t)head[0] << 8 | head[1];
        if (len == 0) {
            buffer->from += FRAME_HEAD;
            continue;
        }
        if (len < ISO_BODY_MIN || len > ISO_BODY_MAX)
            return FRAME_BROKEN;
        if (buffer->to - buffer->from - FRAME_HEAD < len)
            return FRAME_MORE;
        *body = (struct str){buffer->bytes + buffer->from + FRAME_HEAD, len};
        buffer->from += FRAME_HEAD + len;
        return FRAME_READY;
    }
    return FRAME_MORE;
}

void frame_clear(struct frame_buffer *buffer)
{
    crypto_wipe(buffer, sizeof *buffer);
}

void frame_head(size_t body_len, char out[FRAME_HEAD])
{
    must(body_len >= ISO_BODY_MIN);
    must(body_len <= ISO_BODY_MAX);
    out[0] = (char)(body_len >> 8 & 0xff);
    out[1] = (char)(body_len & 0xff);
}
