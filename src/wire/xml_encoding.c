#include "wire/xml_encoding.h"

#include <string.h>

#include "base/must.h"

/* sepa.md 10.4 names these; anything else is refused before a parser sees it. */
static const struct {
    struct str name;
    enum xml_encoding encoding;
} ENCODINGS[] = {
    {STR_INIT("UTF-8"),       XML_ENCODING_UTF8  },
    {STR_INIT("UTF8"),        XML_ENCODING_UTF8  },
    {STR_INIT("US-ASCII"),    XML_ENCODING_UTF8  },
    {STR_INIT("ISO-8859-1"),  XML_ENCODING_LATIN1},
    {STR_INIT("ISO-8859-15"), XML_ENCODING_LATIN9},
};

/* Where ISO-8859-15 is another than ISO-8859-1. */
static const struct {
    unsigned char byte;
    unsigned short code;
} LATIN9[] = {
    {0xA4, 0x20AC},
    {0xA6, 0x160 },
    {0xA8, 0x161 },
    {0xB4, 0x17D },
    {0xB8, 0x17E },
    {0xBC, 0x152 },
    {0xBD, 0x153 },
    {0xBE, 0x178 },
};

enum { DECLARATION_MAX = 512 };

#define BYTE_ORDER_MARK STR("\xEF\xBB\xBF")

void xml_decoder_begin(struct xml_decoder *decoder, struct arena *arena,
                       const struct source *source, size_t bytes_max, size_t chunk)
{
    must(chunk >= 2 * DECLARATION_MAX);
    *decoder = (struct xml_decoder){
        .source = source,
        .bytes_left = bytes_max,
        .chunk = chunk,
        .raw = arena_alloc(arena, chunk),
        .utf8 = arena_alloc(arena, 3 * chunk),
    };
}

/* Fills the portion up: a source may give less than it is asked for. */
static err_t fill(struct ctx *cx, struct xml_decoder *decoder)
{
    while (decoder->raw_len < decoder->chunk && !decoder->ended) {
        size_t len = 0;
        err_t err = decoder->source->read(decoder->source->arg, decoder->raw + decoder->raw_len,
                                          decoder->chunk - decoder->raw_len, &len);
        if (err != OK)
            return fault(cx, err, "file", "cannot be read");
        must(len <= decoder->chunk - decoder->raw_len);
        if (len > decoder->bytes_left)
            return fault(cx, ERR_LIMIT, "file", "is too large");
        decoder->bytes_left -= len;
        decoder->raw_len += len;
        decoder->ended = len == 0;
    }
    return OK;
}

/* The part of text behind the first occurrence of word; false when there is none. */
static bool behind(struct str text, struct str word, struct str *out)
{
    for (size_t at = 0; at + word.len <= text.len; at++) {
        if (str_starts(str_from(text, at), word)) {
            *out = str_from(text, at + word.len);
            return true;
        }
    }
    return false;
}

static struct str blanks_skip(struct str text)
{
    while (text.len > 0 && (text.ptr[0] == ' ' || text.ptr[0] == '\t' || text.ptr[0] == '\r' ||
                            text.ptr[0] == '\n'))
        text = str_from(text, 1);
    return text;
}

/* The encoding an XML declaration at the beginning names, or none. A declaration that is spoilt in
 * another way is the parser's business. */
static struct str declared(struct str text)
{
    struct str rest;

    if (!str_starts(text, STR("<?xml")))
        return STR_NONE;
    size_t end = str_find(text, '>');
    if (!behind(str_sub(text, 0, end), STR("encoding"), &rest))
        return STR_NONE;
    rest = blanks_skip(rest);
    if (rest.len == 0 || rest.ptr[0] != '=')
        return STR_NONE;
    rest = blanks_skip(str_from(rest, 1));
    if (rest.len == 0)
        return STR_NONE;
    char quote = rest.ptr[0];
    rest = str_from(rest, 1);
    return str_sub(rest, 0, str_find(rest, quote));
}

static err_t encoding_find(struct ctx *cx, struct xml_decoder *decoder)
{
    size_t len = decoder->raw_len < DECLARATION_MAX ? decoder->raw_len : DECLARATION_MAX;
    struct str start = {decoder->raw, len};
    bool marked = str_starts(start, BYTE_ORDER_MARK);

    if (marked) {
        decoder->raw_len -= BYTE_ORDER_MARK.len;
        memmove(decoder->raw, decoder->raw + BYTE_ORDER_MARK.len, decoder->raw_len);
        start.len -= BYTE_ORDER_MARK.len;
    }
    /* A document in UTF-16, UTF-32 or EBCDIC does not begin with this byte. */
    if (str_find(start, '\0') < start.len || !str_starts(blanks_skip(start), STR("<")))
        return fault(cx, ERR_MALFORMED, "file", "does not begin as XML in UTF-8 or ISO-8859 does");
    struct str name = declared(start);
    decoder->encoding = name.ptr == NULL ? XML_ENCODING_UTF8 : (enum xml_encoding)0;
    for (size_t i = 0; i < ARRAY_LEN(ENCODINGS); i++) {
        if (name.ptr != NULL && str_eq_nocase(name, ENCODINGS[i].name))
            decoder->encoding = ENCODINGS[i].encoding;
    }
    if ((int)decoder->encoding == 0)
        return fault(cx, ERR_MALFORMED, "file", "declares an encoding we do not read");
    if (marked && decoder->encoding != XML_ENCODING_UTF8)
        return fault(cx, ERR_MALFORMED, "file", "begins as UTF-8 but declares another encoding");
    return OK;
}

/* How many bytes at the end begin a character that is not finished. */
static size_t unfinished(const char *bytes, size_t len)
{
    for (size_t back = 1; back <= 3 && back <= len; back++) {
        unsigned char byte = (unsigned char)bytes[len - back];
        if (byte < 0x80)
            return 0;
        if (byte >= 0xC0)
            return (byte >= 0xF0 ? 4U : byte >= 0xE0 ? 3U : 2U) > back ? back : 0;
    }
    return 0;
}

static err_t from_utf8(struct ctx *cx, struct xml_decoder *decoder, struct str *out)
{
    size_t rest = decoder->ended ? 0 : unfinished(decoder->raw, decoder->raw_len);
    size_t len = decoder->raw_len - rest;
    size_t count;

    if (!str_utf8_count((struct str){decoder->raw, len}, &count))
        return fault(cx, ERR_MALFORMED, "file", "is not UTF-8");
    memcpy(decoder->utf8, decoder->raw, len);
    memmove(decoder->raw, decoder->raw + len, rest);
    decoder->raw_len = rest;
    *out = (struct str){decoder->utf8, len};
    return OK;
}

static unsigned code_of(unsigned char byte, enum xml_encoding encoding)
{
    for (size_t i = 0; encoding == XML_ENCODING_LATIN9 && i < ARRAY_LEN(LATIN9); i++) {
        if (LATIN9[i].byte == byte)
            return LATIN9[i].code;
    }
    return byte;
}

static size_t code_put(char *out, unsigned code)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(unsigned char)(0xC0U | code >> 6);
        out[1] = (char)(unsigned char)(0x80U | (code & 0x3FU));
        return 2;
    }
    out[0] = (char)(unsigned char)(0xE0U | code >> 12);
    out[1] = (char)(unsigned char)(0x80U | (code >> 6 & 0x3FU));
    out[2] = (char)(unsigned char)(0x80U | (code & 0x3FU));
    return 3;
}

static void from_latin(struct xml_decoder *decoder, struct str *out)
{
    size_t len = 0;

    for (size_t i = 0; i < decoder->raw_len; i++) {
        unsigned char byte = (unsigned char)decoder->raw[i];
        len += code_put(decoder->utf8 + len, code_of(byte, decoder->encoding));
    }
    decoder->raw_len = 0;
    *out = (struct str){decoder->utf8, len};
}

err_t xml_decode(struct ctx *cx, struct xml_decoder *decoder, struct str *out)
{
    TRY(fill(cx, decoder));
    if ((int)decoder->encoding == 0)
        TRY(encoding_find(cx, decoder));
    if (decoder->encoding == XML_ENCODING_UTF8)
        return from_utf8(cx, decoder, out);
    from_latin(decoder, out);
    return OK;
}
