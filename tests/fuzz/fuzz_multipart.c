#include <stdint.h>

#include "base/arena.h"
#include "base/must.h"
#include "wire/multipart.h"

/* A line with the Content-Type, then any bytes as the body: every part lies within it, and parts
 * follow one another. */

enum { ARENA_MAX = 64 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *arena;
    struct str all = {(const char *)data, size};
    size_t end = str_find(all, '\n');
    struct str body = end < all.len ? str_from(all, end + 1) : STR_NONE;
    struct multipart out;

    if (arena == NULL)
        arena = arena_new(ARENA_MAX);
    arena_reset(arena);
    if (multipart_parse(arena, str_sub(all, 0, end), body, &out) != OK)
        return 0;
    must(out.count <= MULTIPART_PARTS_MAX);
    const char *from = body.ptr;
    for (size_t i = 0; i < out.count; i++) {
        const struct multipart_part *part = &out.parts[i];
        must(part->bytes.ptr >= from);
        from = part->bytes.ptr + part->bytes.len;
        must(from <= body.ptr + body.len);
        must(part->is_file || part->file_name.len == 0);
        must(multipart_find(&out, part->name) != NULL);
    }
    return 0;
}
