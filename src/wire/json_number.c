#include "base/arena.h"
#include "wire/json.h"

/* The parser gives numbers as values; what decimals are written like is in the text alone. The text
 * was parsed, so nothing needs to be checked again. */

static bool is_number_byte(char byte)
{
    return (byte >= '0' && byte <= '9') || byte == '-' || byte == '+' || byte == '.' ||
           byte == 'e' || byte == 'E';
}

/* The place behind a string that begins at `at`. */
static size_t string_end(struct str text, size_t at)
{
    for (at++; at < text.len && text.ptr[at] != '"'; at++) {
        if (text.ptr[at] == '\\')
            at++;
    }
    return at + 1;
}

size_t json_numbers(struct arena *arena, struct str text, struct str **out)
{
    size_t count = 0;
    size_t capacity = 0;

    *out = NULL;
    for (size_t at = 0; at < text.len;) {
        char byte = text.ptr[at];
        size_t begin = at;
        if (byte == '"') {
            at = string_end(text, at);
        } else if (byte == '-' || (byte >= '0' && byte <= '9')) {
            while (at < text.len && is_number_byte(text.ptr[at]))
                at++;
            *out = arena_grow(arena, *out, sizeof(struct str), count, &capacity);
            (*out)[count++] = str_dup(arena, str_sub(text, begin, at - begin));
        } else {
            at++;
        }
    }
    return count;
}
