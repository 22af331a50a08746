#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "wire/json.h"

/* The parser gives numbers as values; what decimals are written like is in the text alone. The text
 * was parsed, so nothing needs to be checked again. */

static bool is_number_byte(char byte)
{
    return (byte >= '0' && byte <= '9') || byte == '-' || byte == '+' || byte == '.' ||
           byte == 'e' || byte == 'E';
}

static size_t number_end(struct str text, size_t at)
{
    while (at < text.len && is_number_byte(text.ptr[at]))
        at++;
    return at;
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
            at = number_end(text, at);
            *out = arena_grow(arena, *out, sizeof(struct str), count, &capacity);
            (*out)[count++] = str_dup(arena, str_sub(text, begin, at - begin));
        } else {
            at++;
        }
    }
    return count;
}

struct str json_spared(struct arena *arena, struct str text)
{
    char *copy = arena_alloc(arena, text.len + JSON_SPARE);

    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    memset(copy + text.len, 0, JSON_SPARE);
    return (struct str){copy, text.len};
}

static bool is_integer(struct str number)
{
    for (size_t i = 0; i < number.len; i++) {
        if (number.ptr[i] == '.' || number.ptr[i] == 'e' || number.ptr[i] == 'E')
            return false;
    }
    return true;
}

struct str json_decimals(struct arena *arena, struct str text)
{
    struct buf out = buf_make(arena, SIZE_MAX);
    size_t kept = 0;

    for (size_t at = 0; at < text.len;) {
        char byte = text.ptr[at];
        if (byte == '"') {
            at = string_end(text, at);
            continue;
        }
        if (byte != '-' && (byte < '0' || byte > '9')) {
            at++;
            continue;
        }
        size_t end = number_end(text, at);
        struct str number = str_sub(text, at, end - at);
        at = end;
        if (is_integer(number))
            continue;
        buf_put(&out, str_sub(text, kept, end - number.len - kept));
        buf_format(&out, "\"%.*s\"", (int)number.len, number.ptr);
        kept = end;
    }
    if (kept == 0)
        return text;
    buf_put(&out, str_from(text, kept));
    return json_spared(arena, buf_str(&out));
}

size_t json_decimals_len_max(size_t len)
{
    return len + 2 * ((len + 1) / 4);
}
