#include <stdint.h>

#include "base/must.h"
#include "notify/mime.h"

/* Any bytes as a mail: what is read of it is text, and the same when it is read again. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_MAX = 512 << 20, SIZE_MAX_READ = 64 * 1024 };

static void is_text(struct str text)
{
    size_t count;

    must(str_utf8_count(text, &count));
    must(str_find(text, '\0') == text.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mime_message message;
    struct mime_message again;

    if (size > SIZE_MAX_READ)
        return 0;
    struct str raw = {(const char *)data, size};
    struct arena *arena = arena_new(ARENA_MAX);
    mime_read(arena, raw, &message);
    mime_read(arena, raw, &again);
    is_text(message.message_id);
    is_text(message.subject);
    is_text(message.text);
    is_text(message.html);
    is_text(str_to_text(arena, raw));
    must(str_eq(message.subject, again.subject));
    must(str_eq(message.text, again.text));
    arena_free(arena);
    return 0;
}
