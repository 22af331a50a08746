#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"

struct str str_of(const char *text)
{
    return text == NULL ? STR_NONE : (struct str){text, strlen(text)};
}

struct str str_sub(struct str text, size_t from, size_t len)
{
    must(from <= text.len);
    must(len <= text.len - from);
    /* "No text" has no pointer to add to. */
    return (struct str){from == 0 ? text.ptr : text.ptr + from, len};
}

struct str str_from(struct str text, size_t from)
{
    must(from <= text.len);
    return str_sub(text, from, text.len - from);
}

bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static char ascii_lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (ascii_lower(a.ptr[i]) != ascii_lower(b.ptr[i]))
            return false;
    }
    return true;
}

bool str_starts(struct str text, struct str prefix)
{
    return text.len >= prefix.len && str_eq(str_sub(text, 0, prefix.len), prefix);
}

bool str_ends(struct str text, struct str suffix)
{
    return text.len >= suffix.len &&
           str_eq(str_sub(text, text.len - suffix.len, suffix.len), suffix);
}

void digits_write(char *out, int64_t value, size_t count)
{
    for (size_t i = count; i-- > 0; value /= 10)
        out[i] = (char)('0' + value % 10);
}

bool str_is_digits(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    }
    return true;
}

int str_compare(struct str a, struct str b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common == 0 ? 0 : memcmp(a.ptr, b.ptr, common);

    if (order != 0)
        return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

struct str str_trim(struct str text)
{
    while (text.len > 0 && is_blank(text.ptr[0]))
        text = str_sub(text, 1, text.len - 1);
    while (text.len > 0 && is_blank(text.ptr[text.len - 1]))
        text.len--;
    return text;
}

size_t str_find(struct str text, char byte)
{
    const char *at = text.len == 0 ? NULL : memchr(text.ptr, byte, text.len);

    return at == NULL ? text.len : (size_t)(at - text.ptr);
}

struct str str_dup(struct arena *arena, struct str text)
{
    char *copy = arena_alloc(arena, text.len + 1);

    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    return (struct str){copy, text.len};
}

const char *str_cstr(struct arena *arena, struct str text)
{
    return str_dup(arena, text).ptr;
}

PRINTF_LIKE(2, 0)
static struct str format_list(struct arena *arena, const char *format, va_list list)
{
    va_list again;

    va_copy(again, list);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    must(len >= 0);
    char *text = arena_alloc(arena, (size_t)len + 1);
    must(vsnprintf(text, (size_t)len + 1, format, list) == len);
    return (struct str){text, (size_t)len};
}

struct str str_format(struct arena *arena, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    struct str text = format_list(arena, format, list);
    va_end(list);
    return text;
}

struct str str_lower(struct arena *arena, struct str text)
{
    char *copy = arena_alloc(arena, text.len + 1);

    for (size_t i = 0; i < text.len; i++)
        copy[i] = ascii_lower(text.ptr[i]);
    copy[text.len] = '\0';
    return (struct str){copy, text.len};
}

size_t str_code(struct str text, size_t max, char *out)
{
    size_t len = 0;

    for (size_t i = 0; i < text.len && len <= max; i++) {
        char c = text.ptr[i];
        if (c == ' ')
            continue;
        if (len < max)
            out[len] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        len++;
    }
    out[len < max ? len : max] = '\0';
    return len;
}

bool str_to_int64(struct str text, int64_t *out)
{
    bool negative = text.len > 0 && text.ptr[0] == '-';
    size_t at = negative ? 1 : 0;
    int64_t value = 0;

    if (at == text.len)
        return false;
    for (; at < text.len; at++) {
        if (text.ptr[at] < '0' || text.ptr[at] > '9')
            return false;
        int64_t digit = text.ptr[at] - '0';
        if (mul_overflows(value, (int64_t)10, &value))
            return false;
        if (negative ? sub_overflows(value, digit, &value) : add_overflows(value, digit, &value))
            return false;
    }
    *out = value;
    return true;
}

/* Length of the code point at `at`, or 0 when the bytes are not strict UTF-8 (Unicode 15, table
 * 3-7: the first continuation byte has a narrower range after E0, ED, F0 and F4). */
static size_t utf8_step(const unsigned char *at, size_t left)
{
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    size_t len;

    if (at[0] < 0x80)
        return 1;
    if (at[0] >= 0xC2 && at[0] <= 0xDF)
        len = 2;
    else if (at[0] >= 0xE0 && at[0] <= 0xEF)
        len = 3;
    else if (at[0] >= 0xF0 && at[0] <= 0xF4)
        len = 4;
    else
        return 0;
    if (len > left)
        return 0;
    if (at[0] == 0xE0)
        low = 0xA0;
    else if (at[0] == 0xED)
        high = 0x9F;
    else if (at[0] == 0xF0)
        low = 0x90;
    else if (at[0] == 0xF4)
        high = 0x8F;
    if (at[1] < low || at[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++) {
        if (at[i] < 0x80 || at[i] > 0xBF)
            return 0;
    }
    return len;
}

/* How many bytes at the start are ASCII, in whole words: nearly all of a large file is. */
static size_t ascii_words(const unsigned char *bytes, size_t len)
{
    size_t at = 0;
    uint64_t word;

    for (; len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, bytes + at, sizeof word);
        if ((word & 0x8080808080808080U) != 0)
            break;
    }
    return at;
}

bool str_utf8_count(struct str text, size_t *out)
{
    const unsigned char *bytes = (const unsigned char *)text.ptr;
    size_t at = ascii_words(bytes, text.len);
    size_t count = at;

    while (at < text.len) {
        size_t step = utf8_step(bytes + at, text.len - at);
        if (step == 0)
            return false;
        at += step;
        count++;
        size_t ascii = step > 1 ? ascii_words(bytes + at, text.len - at) : 0;
        at += ascii;
        count += ascii;
    }
    *out = count;
    return true;
}

size_t str_utf8_first(struct str text, uint32_t *code)
{
    const unsigned char *bytes = (const unsigned char *)text.ptr;
    size_t len = utf8_step(bytes, text.len);

    if (len <= 1) {
        *code = bytes[0];
        return len;
    }
    *code = bytes[0] & (0x7FU >> len);
    for (size_t i = 1; i < len; i++)
        *code = *code << 6 | (bytes[i] & 0x3FU);
    return len;
}

struct str str_utf8_start(struct str text, size_t max)
{
    const unsigned char *bytes = (const unsigned char *)text.ptr;
    size_t end = text.len < max ? text.len : max;
    size_t at = 0;

    while (at < end) {
        size_t step = utf8_step(bytes + at, end - at);
        if (step == 0)
            break;
        at += step;
    }
    return str_sub(text, 0, at);
}

/* How many bytes at the start are ASCII without NUL, in whole words. The last word may reach back,
 * so that most texts are looked at in whole words. */
static size_t text_words(const unsigned char *bytes, size_t len)
{
    const uint64_t ones = 0x0101010101010101U;
    const uint64_t highs = 0x8080808080808080U;
    size_t at = 0;
    uint64_t word;

    while (len - at >= sizeof word) {
        memcpy(&word, bytes + at, sizeof word);
        if (((word | (word - ones)) & highs) != 0)
            return at;
        at += sizeof word;
        if (at < len && len - at < sizeof word)
            at = len - sizeof word;
    }
    return at;
}

bool str_is_text(struct str text)
{
    const unsigned char *bytes = (const unsigned char *)text.ptr;

    for (size_t at = text_words(bytes, text.len); at < text.len;) {
        size_t step = bytes[at] == '\0' ? 0 : utf8_step(bytes + at, text.len - at);
        if (step == 0)
            return false;
        at += step;
    }
    return true;
}

struct str str_to_text(struct arena *arena, struct str text)
{
    static const char MARK[3] = "\xEF\xBF\xBD";
    const unsigned char *bytes = (const unsigned char *)text.ptr;
    char *to = arena_alloc(arena, sizeof MARK * text.len + 1);
    size_t len = 0;

    for (size_t at = 0; at < text.len;) {
        size_t step = bytes[at] == '\0' ? 0 : utf8_step(bytes + at, text.len - at);
        size_t put = step > 0 ? step : sizeof MARK;
        memcpy(to + len, step > 0 ? text.ptr + at : MARK, put);
        at += step > 0 ? step : 1;
        len += put;
    }
    to[len] = '\0';
    return (struct str){to, len};
}

struct buf buf_make(struct arena *arena, size_t max)
{
    return (struct buf){.arena = arena, .max = max};
}

static bool buf_reserve(struct buf *buf, size_t more)
{
    if (buf->failed || more > buf->max - buf->len) {
        buf->failed = true;
        return false;
    }
    size_t need = buf->len + more;
    if (need <= buf->capacity)
        return true;
    size_t capacity = buf->capacity == 0 ? 256 : buf->capacity * 2;
    if (capacity < need)
        capacity = need;
    if (capacity > buf->max)
        capacity = buf->max;
    char *bigger = arena_alloc(buf->arena, capacity);
    if (buf->len > 0)
        memcpy(bigger, buf->ptr, buf->len);
    buf->ptr = bigger;
    buf->capacity = capacity;
    return true;
}

void buf_room(struct buf *buf, size_t more)
{
    size_t left = buf->max - buf->len;

    (void)buf_reserve(buf, more < left ? more : left);
}

char *buf_extend(struct buf *buf, size_t len)
{
    if (!buf_reserve(buf, len))
        return NULL;
    char *at = buf->ptr + buf->len;
    buf->len += len;
    return at;
}

void buf_put(struct buf *buf, struct str text)
{
    if (text.len == 0)
        return;
    char *at = buf_extend(buf, text.len);
    if (at != NULL)
        memcpy(at, text.ptr, text.len);
}

void buf_put_byte(struct buf *buf, char byte)
{
    char *at = buf_extend(buf, 1);

    if (at != NULL)
        *at = byte;
}

void buf_put_cstr(struct buf *buf, const char *text)
{
    buf_put(buf, str_of(text));
}

void buf_put_int(struct buf *buf, int64_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do {
        digits[--at] = (char)('0' + (char)(rest % 10));
        rest /= 10;
    } while (rest > 0);
    if (value < 0)
        digits[--at] = '-';
    buf_put(buf, (struct str){digits + at, sizeof digits - at});
}

void buf_format(struct buf *buf, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    struct str text = format_list(buf->arena, format, list);
    va_end(list);
    buf_put(buf, text);
}

struct str buf_str(const struct buf *buf)
{
    return (struct str){buf->ptr, buf->len};
}
