#include <string.h>

#include "wire/json.h"

#define EACH_BYTE UINT64_C(0x0101010101010101)
#define HIGH_BITS UINT64_C(0x8080808080808080)

/* A high bit in each byte that is zero, and perhaps in those above one: enough to tell whether
 * there is any. */
static uint64_t zero_bytes(uint64_t word)
{
    return (word - EACH_BYTE) & ~word & HIGH_BITS;
}

/* Control characters, quotes and backslashes, looked for in eight bytes at once. */
static bool word_is_plain(uint64_t word)
{
    uint64_t control = (word - EACH_BYTE * 0x20) & ~word & HIGH_BITS;

    return (control | zero_bytes(word ^ EACH_BYTE * '"') | zero_bytes(word ^ EACH_BYTE * '\\')) ==
           0;
}

static bool byte_is_plain(char byte)
{
    return (unsigned char)byte >= 0x20 && byte != '"' && byte != '\\';
}

/* How many bytes from `at` on need no escape. */
static size_t plain_len(struct str text, size_t at)
{
    size_t from = at;
    uint64_t word;

    while (text.len - at >= sizeof word) {
        memcpy(&word, text.ptr + at, sizeof word);
        if (!word_is_plain(word))
            break;
        at += sizeof word;
    }
    while (at < text.len && byte_is_plain(text.ptr[at]))
        at++;
    return at - from;
}

static void escape_put(struct buf *out, char byte)
{
    static const char FROM[] = "\"\\\b\f\n\r\t";
    static const char TO[] = "\"\\bfnrt";
    static const char HEX[] = "0123456789abcdef";
    const char *at = byte == '\0' ? NULL : strchr(FROM, byte);

    buf_put_byte(out, '\\');
    if (at != NULL) {
        buf_put_byte(out, TO[at - FROM]);
        return;
    }
    buf_put(out, STR("u00"));
    buf_put_byte(out, HEX[(unsigned char)byte >> 4]);
    buf_put_byte(out, HEX[byte & 0xF]);
}

void json_put_text(struct buf *out, struct str text)
{
    size_t at = plain_len(text, 0);

    if (at == text.len) {
        char *to = buf_extend(out, text.len + 2);
        if (to == NULL)
            return;
        to[0] = '"';
        if (text.len > 0)
            memcpy(to + 1, text.ptr, text.len);
        to[text.len + 1] = '"';
        return;
    }
    buf_put_byte(out, '"');
    buf_put(out, str_sub(text, 0, at));
    while (at < text.len) {
        escape_put(out, text.ptr[at++]);
        size_t len = plain_len(text, at);
        buf_put(out, str_sub(text, at, len));
        at += len;
    }
    buf_put_byte(out, '"');
}

void json_put_bool(struct buf *out, bool value)
{
    buf_put(out, value ? STR("true") : STR("false"));
}

void json_put_null(struct buf *out)
{
    buf_put(out, STR("null"));
}
