#include "wire/form.h"

#include "base/arena.h"
#include "base/must.h"
#include "base/shown.h"

static int hex_digit(char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10;
    return -1;
}

/* The byte written as %XY at the beginning of text. NUL is refused: no text of ours may hold one.
 */
static bool percent_byte(struct str text, char *out)
{
    if (text.len < 3)
        return false;
    int high = hex_digit(text.ptr[1]);
    int low = hex_digit(text.ptr[2]);
    if (high < 0 || low < 0 || high + low == 0)
        return false;
    *out = (char)(unsigned char)(high * 16 + low);
    return true;
}

static err_t decode(struct arena *arena, struct str text, char plus, struct str *out)
{
    char *to = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    size_t count;

    for (size_t at = 0; at < text.len; at++) {
        char byte = text.ptr[at];
        if (byte == '\0')
            return ERR_MALFORMED;
        if (byte == '%') {
            if (!percent_byte(str_sub(text, at, text.len - at), &byte))
                return ERR_MALFORMED;
            at += 2;
        } else if (byte == '+') {
            byte = plus;
        }
        to[len++] = byte;
    }
    struct str decoded = {to, len};
    if (!str_utf8_count(decoded, &count))
        return ERR_MALFORMED;
    *out = decoded;
    return OK;
}

/* Takes what stands before the next '&' off *rest. */
static struct str segment_next(struct str *rest)
{
    size_t len = str_find(*rest, '&');
    struct str segment = str_sub(*rest, 0, len);
    size_t used = len < rest->len ? len + 1 : len;

    *rest = str_sub(*rest, used, rest->len - used);
    return segment;
}

/* Empty segments ("a=1&&b=2", a '&' at the end) are no pairs. */
static size_t pairs_count(struct str text)
{
    size_t count = 0;

    while (text.len > 0) {
        if (segment_next(&text).len > 0)
            count++;
    }
    return count;
}

err_t form_parse(struct arena *arena, struct str text, struct form *out)
{
    return form_parse_most(arena, text, FORM_PAIRS_MAX, out);
}

err_t form_parse_most(struct arena *arena, struct str text, size_t most, struct form *out)
{
    size_t count = pairs_count(text);

    if (count > most)
        return ERR_LIMIT;
    struct form_pair *pairs = arena_array(arena, struct form_pair, count);
    for (size_t i = 0; i < count;) {
        struct str segment = segment_next(&text);
        if (segment.len == 0)
            continue;
        size_t name = str_find(segment, '=');
        size_t value = name < segment.len ? name + 1 : name;
        TRY(decode(arena, str_sub(segment, 0, name), ' ', &pairs[i].name));
        TRY(decode(arena, str_sub(segment, value, segment.len - value), ' ', &pairs[i].value));
        i++;
    }
    *out = (struct form){pairs, count};
    return OK;
}

bool form_get(const struct form *form, struct str name, struct str *out)
{
    for (size_t i = 0; i < form->count; i++) {
        if (str_eq(form->pairs[i].name, name)) {
            *out = form->pairs[i].value;
            return true;
        }
    }
    return false;
}

struct str form_typed(const struct form *form, struct str name)
{
    struct str value = STR_NONE;

    return form_get(form, name, &value) && !shown_blank(value) ? str_trim(value) : STR_NONE;
}

err_t percent_decode(struct arena *arena, struct str text, struct str *out)
{
    return decode(arena, text, '+', out);
}

static bool is_unreserved(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

void percent_put(struct buf *out, struct str text)
{
    static const char HEX[] = "0123456789ABCDEF";

    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if (is_unreserved(text.ptr[i])) {
            buf_put_byte(out, text.ptr[i]);
            continue;
        }
        buf_put_byte(out, '%');
        buf_put_byte(out, HEX[byte >> 4]);
        buf_put_byte(out, HEX[byte & 0xF]);
    }
}

struct str percent_ascii(struct arena *arena, struct str address)
{
    struct buf out = buf_make(arena, 3 * address.len);
    size_t from = 0;

    for (size_t i = 0; i < address.len; i++) {
        if ((unsigned char)address.ptr[i] < 0x80)
            continue;
        buf_put(&out, str_sub(address, from, i - from));
        percent_put(&out, str_sub(address, i, 1));
        from = i + 1;
    }
    buf_put(&out, str_from(address, from));
    must(!out.failed);
    return buf_str(&out);
}
