/* ISO 8583 bodies from outside: whatever the bytes, reading stays inside them, and what is accepted
 * is written again as the same bytes. The first byte chooses the profile. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "rails/card/frame.h"
#include "rails/card/iso8583.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_values(const struct iso_message *message)
{
    struct iso_original original;
    struct iso_message answer;
    struct str value;
    int64_t minor;

    for (int tag = 0; tag < 100; tag++)
        (void)iso_private_get(message, (enum iso_tag)tag, &value);
    if (ISO_HAS(message, 90) && iso_original_get(message->fields[90], &original) == OK)
        must(strlen(original.stan) == ISO_STAN_LEN);
    if (ISO_HAS(message, 95) && iso_replace_get(message->fields[95], &minor) == OK)
        must(minor >= 0);
    iso_answer(message, &answer);
    must(strlen(answer.mti) == ISO_MTI_LEN);
}

static void check_body(const struct iso_profile *profile, struct str body)
{
    struct iso_message message;
    char again[ISO_BODY_MAX];
    size_t len = 0;

    if (iso_decode(profile, body, &message) != OK)
        return;
    check_values(&message);
    must(iso_encode(profile, &message, again, sizeof again, &len) == OK);
    must(len == body.len);
    must(memcmp(again, body.ptr, len) == 0);
}

static void check_frames(struct frame_buffer *buffer, const char *bytes, size_t len)
{
    struct str body;

    while (len > 0) {
        size_t room;
        char *to = frame_room(buffer, &room);
        size_t part = len < room ? len : room;
        enum frame_result result;
        memcpy(to, bytes, part);
        frame_took(buffer, part);
        while ((result = frame_next(buffer, &body)) == FRAME_READY)
            must(body.len >= ISO_BODY_MIN);
        if (result == FRAME_BROKEN)
            return;
        bytes += part;
        len -= part;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct frame_buffer buffer;

    if (size == 0)
        return 0;
    struct iso_profile profile = {
        .bitmap = (data[0] & 1) != 0 ? ISO_BITMAP_HEX : ISO_BITMAP_BINARY,
        .secondary_always = false,
    };
    /* In memory of exactly its size, so that the sanitizer sees any byte read past it. */
    char *copy = malloc(size);
    must(copy != NULL);
    memcpy(copy, data + 1, size - 1);
    check_body(&profile, (struct str){copy, size - 1});
    frame_clear(&buffer);
    check_frames(&buffer, copy, size - 1);
    free(copy);
    return 0;
}
