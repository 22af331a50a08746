#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "notify/mime.h"

/* Parts within parts, and how many of them are looked at. */
enum { DEPTH_MAX = 4, PARTS_MAX = 64, GROWTH = 4 };

/* --- characters ---------------------------------------------------------------------------------
 */

static struct str latin1(struct arena *arena, struct str text)
{
    struct buf out = buf_make(arena, 2 * text.len + 1);

    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if (byte >= 0x80)
            buf_put_byte(&out, (char)(0xC0 | byte >> 6));
        buf_put_byte(&out, (char)(byte >= 0x80 ? (0x80 | (byte & 0x3F)) : byte));
    }
    must(!out.failed);
    return buf_str(&out);
}

static struct str to_utf8(struct arena *arena, struct str text, struct str charset)
{
    bool is_latin = str_eq_nocase(charset, STR("iso-8859-1")) ||
                    str_eq_nocase(charset, STR("iso-8859-15")) ||
                    str_eq_nocase(charset, STR("windows-1252"));

    return str_to_text(arena, is_latin ? latin1(arena, text) : text);
}

/* --- transfer encodings -------------------------------------------------------------------------
 */

static int hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* What '=' stands for at the start of text: its length, and in *byte the byte, -1 for none (a line
 * that goes on); 0 when it is a plain '='. */
static size_t escape_read(struct str text, int *byte)
{
    *byte = -1;
    if (text.len >= 2 && text.ptr[1] == '\n')
        return 2;
    if (text.len < 3)
        return 0;
    if (text.ptr[1] == '\r' && text.ptr[2] == '\n')
        return 3;
    if (hex_digit(text.ptr[1]) < 0 || hex_digit(text.ptr[2]) < 0)
        return 0;
    *byte = hex_digit(text.ptr[1]) << 4 | hex_digit(text.ptr[2]);
    return 3;
}

/* Quoted-printable, or the Q of encoded words, where '_' is a blank. */
static struct str unquoted(struct arena *arena, struct str text, bool word)
{
    struct buf out = buf_make(arena, text.len + 1);

    for (size_t at = 0; at < text.len;) {
        char plain = text.ptr[at];
        int byte = -1;
        size_t len = plain == '=' ? escape_read(str_from(text, at), &byte) : 0;
        if (len == 0)
            buf_put_byte(&out, word && plain == '_' ? ' ' : plain);
        else if (byte >= 0)
            buf_put_byte(&out, (char)byte);
        at += len == 0 ? 1 : len;
    }
    must(!out.failed);
    return buf_str(&out);
}

static struct str unbase64(struct arena *arena, struct str text)
{
    struct buf packed = buf_make(arena, text.len + 1);
    struct str out;

    for (size_t i = 0; i < text.len; i++) {
        if (strchr(" \t\r\n", text.ptr[i]) == NULL)
            buf_put_byte(&packed, text.ptr[i]);
    }
    return base64_decode(arena, buf_str(&packed), &out) ? out : STR_NONE;
}

/* --- headers ------------------------------------------------------------------------------------
 */

struct part {
    struct str header;
    struct str body;
};

/* A line with its end, which is LF or CRLF. */
static size_t line_len(struct str text)
{
    size_t len = str_find(text, '\n');

    return len < text.len ? len + 1 : len;
}

static struct str line_bare(struct str line)
{
    while (line.len > 0 && (line.ptr[line.len - 1] == '\n' || line.ptr[line.len - 1] == '\r'))
        line.len--;
    return line;
}

static struct part part_split(struct str raw)
{
    size_t at = 0;

    while (at < raw.len) {
        size_t len = line_len(str_from(raw, at));
        if (line_bare(str_sub(raw, at, len)).len == 0)
            return (struct part){str_sub(raw, 0, at), str_from(raw, at + len)};
        at += len;
    }
    return (struct part){raw, STR("")};
}

/* The value of a header, unfolded; {NULL, 0} when there is none. */
static struct str header_value(struct arena *arena, struct str header, struct str name)
{
    struct buf out = buf_make(arena, header.len + 1);
    bool found = false;

    for (size_t at = 0; at < header.len;) {
        struct str line = str_sub(header, at, line_len(str_from(header, at)));
        bool more = line.ptr[0] == ' ' || line.ptr[0] == '\t';
        at += line.len;
        line = line_bare(line);
        if (found && !more)
            break;
        if (found) {
            buf_put(&out, line);
        } else if (!more && line.len > name.len && line.ptr[name.len] == ':' &&
                   str_eq_nocase(str_sub(line, 0, name.len), name)) {
            found = true;
            buf_put(&out, str_from(line, name.len + 1));
        }
    }
    must(!out.failed);
    return found ? str_trim(buf_str(&out)) : STR_NONE;
}

/* One parameter of a value: boundary="..." or charset=... */
static struct str parameter(struct str value, struct str name)
{
    for (size_t at = str_find(value, ';'); at < value.len;) {
        struct str rest = str_trim(str_from(value, at + 1));
        bool here = rest.len > name.len && rest.ptr[name.len] == '=' &&
                    str_eq_nocase(str_sub(rest, 0, name.len), name);
        if (here) {
            struct str text = str_from(rest, name.len + 1);
            if (text.len > 0 && text.ptr[0] == '"') {
                text = str_from(text, 1);
                return str_sub(text, 0, str_find(text, '"'));
            }
            return str_trim(str_sub(text, 0, str_find(text, ';')));
        }
        at = (size_t)(rest.ptr - value.ptr) + str_find(rest, ';');
    }
    return STR_NONE;
}

/* "=?charset?B?text?=" at the start of text: its length, and what it says. */
static size_t encoded_word(struct arena *arena, struct str text, struct str *out)
{
    if (!str_starts(text, STR("=?")))
        return 0;
    struct str rest = str_from(text, 2);
    size_t first = str_find(rest, '?');
    if (first + 3 >= rest.len || rest.ptr[first + 2] != '?')
        return 0;
    struct str charset = str_sub(rest, 0, first);
    char kind = rest.ptr[first + 1];
    struct str word = str_from(rest, first + 3);
    const char *end = memmem(word.ptr, word.len, "?=", 2);
    if (end == NULL || strchr("BbQq", kind) == NULL)
        return 0;
    word.len = (size_t)(end - word.ptr);
    bool base64 = kind == 'B' || kind == 'b';
    struct str bytes = base64 ? unbase64(arena, word) : unquoted(arena, word, true);
    *out = to_utf8(arena, bytes, charset);
    return (size_t)(end + 2 - text.ptr);
}

/* Blanks between two encoded words do not count (RFC 2047 6.2). */
static struct str decoded_words(struct arena *arena, struct str value)
{
    struct buf out = buf_make(arena, GROWTH * value.len + 1);
    bool after_word = false;
    size_t blanks = 0;

    for (size_t at = 0; at < value.len;) {
        struct str word;
        size_t len = encoded_word(arena, str_from(value, at), &word);
        if (len > 0) {
            if (after_word)
                out.len -= blanks;
            buf_put(&out, word);
            at += len;
            after_word = true;
            blanks = 0;
            continue;
        }
        bool blank = value.ptr[at] == ' ' || value.ptr[at] == '\t';
        buf_put_byte(&out, value.ptr[at]);
        blanks = blank ? blanks + 1 : 0;
        after_word = after_word && blank;
        at++;
    }
    must(!out.failed);
    return str_to_text(arena, buf_str(&out));
}

/* --- parts --------------------------------------------------------------------------------------
 */

struct reading {
    struct arena *arena;
    struct mime_message *out;
    int parts;
};

static struct str part_text(struct arena *arena, const struct part *part, struct str type)
{
    struct str encoding = header_value(arena, part->header, STR("Content-Transfer-Encoding"));
    struct str bytes = part->body;

    if (str_eq_nocase(encoding, STR("quoted-printable")))
        bytes = unquoted(arena, bytes, false);
    else if (str_eq_nocase(encoding, STR("base64")))
        bytes = unbase64(arena, bytes);
    return to_utf8(arena, bytes, parameter(type, STR("charset")));
}

/* Where the next line "--boundary" begins, and how long it is; text.len when there is none. */
static size_t boundary_find(struct str text, struct str boundary, size_t *len, bool *last)
{
    for (size_t at = 0; at < text.len;) {
        *len = line_len(str_from(text, at));
        struct str line = line_bare(str_sub(text, at, *len));
        if (str_starts(line, STR("--")) && str_starts(str_from(line, 2), boundary)) {
            *last = str_starts(str_from(line, 2 + boundary.len), STR("--"));
            return at;
        }
        at += *len;
    }
    return text.len;
}

static void part_read(struct reading *reading, struct str raw, int depth);

static void parts_read(struct reading *reading, struct str body, struct str boundary, int depth)
{
    bool last = false;
    size_t len;
    size_t at = boundary_find(body, boundary, &len, &last);

    while (at < body.len && !last && reading->parts++ < PARTS_MAX) {
        body = str_from(body, at + len);
        at = boundary_find(body, boundary, &len, &last);
        /* The line end before a boundary belongs to the boundary. */
        struct str one = str_sub(body, 0, at);
        if (one.len > 0 && one.ptr[one.len - 1] == '\n')
            one.len--;
        if (one.len > 0 && one.ptr[one.len - 1] == '\r')
            one.len--;
        part_read(reading, one, depth + 1);
    }
}

static void part_read(struct reading *reading, struct str raw, int depth)
{
    struct part part = part_split(raw);
    struct str type = header_value(reading->arena, part.header, STR("Content-Type"));
    struct str kind =
        type.ptr == NULL ? STR("text/plain") : str_trim(str_sub(type, 0, str_find(type, ';')));
    struct str boundary = parameter(type, STR("boundary"));

    kind = str_lower(reading->arena, kind);
    if (str_starts(kind, STR("multipart/")) && boundary.len > 0 && depth < DEPTH_MAX)
        parts_read(reading, part.body, boundary, depth);
    else if (str_eq(kind, STR("text/plain")) && reading->out->text.ptr == NULL)
        reading->out->text = part_text(reading->arena, &part, type);
    else if (str_eq(kind, STR("text/html")) && reading->out->html.ptr == NULL)
        reading->out->html = part_text(reading->arena, &part, type);
}

void mime_read(struct arena *arena, struct str raw, struct mime_message *out)
{
    struct reading reading = {.arena = arena, .out = out};
    struct part whole = part_split(raw);

    *out = (struct mime_message){.text = STR_NONE};
    struct str id = header_value(arena, whole.header, STR("Message-ID"));
    struct str subject = header_value(arena, whole.header, STR("Subject"));
    if (id.len > 2 && id.ptr[0] == '<' && id.ptr[id.len - 1] == '>')
        out->message_id = str_to_text(arena, str_sub(id, 1, id.len - 2));
    if (subject.ptr != NULL)
        out->subject = decoded_words(arena, subject);
    part_read(&reading, raw, 0);
}
