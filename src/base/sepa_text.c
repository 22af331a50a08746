#include "base/sepa_text.h"

#include "base/arena.h"
#include "base/must.h"
#include "base/sepa_letters.h"

static bool is_clean_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || str_find(STR("/-?:().,'+ "), byte) < 11;
}

bool sepa_is_clean(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_clean_byte(text.ptr[i]))
            return false;
    }
    return true;
}

static char upper(char byte)
{
    return byte >= 'a' && byte <= 'z' ? (char)(byte - 'a' + 'A') : byte;
}

/* --- code points -------------------------------------------------------------------------------
 */

enum { NO_CODE = 0xFFFD };

/* The code point at the beginning of text, NO_CODE for a byte that begins none. */
static uint32_t code_first(struct str text, size_t *len)
{
    const unsigned char *bytes = (const unsigned char *)text.ptr;
    size_t count;

    *len = bytes[0] < 0x80 ? 1U : bytes[0] < 0xE0 ? 2U : bytes[0] < 0xF0 ? 3U : 4U;
    if (*len > text.len || !str_utf8_count(str_sub(text, 0, *len), &count) || count != 1) {
        *len = 1;
        return NO_CODE;
    }
    uint32_t code = *len == 1 ? bytes[0] : bytes[0] & (0x3FU >> (*len - 1));
    for (size_t i = 1; i < *len; i++)
        code = code << 6 | (bytes[i] & 0x3FU);
    return code;
}

static struct letters letters_of(struct arena *arena, struct str text)
{
    uint32_t *codes = arena_array(arena, uint32_t, text.len + 1);
    size_t count = 0;

    for (size_t at = 0; at < text.len; count++) {
        size_t len;
        codes[count] = code_first(str_from(text, at), &len);
        at += len;
    }
    return (struct letters){codes, count};
}

bool letter_case(uint32_t code, bool *is_upper)
{
    struct letters alone = {&code, 1};
    size_t len;

    if (cyrillic_letter(alone, 0, &len, is_upper) != NULL ||
        greek_letter(alone, 0, &len, is_upper) != NULL)
        return true;
    const char *latin = latin_letter(code, &len);
    if (latin == NULL || len == 0)
        return false;
    *is_upper = *latin >= 'A' && *latin <= 'Z';
    return *is_upper || (*latin >= 'a' && *latin <= 'z');
}

/* Whether a letter that becomes two or more is written "SH" and not "Sh": the next letter, or
 * without one the letter before, is a capital. `used` code points stand for it. */
static bool letters_all_upper(struct letters text, size_t at, size_t used)
{
    bool is_upper = false;

    if (at + used < text.count && letter_case(text.codes[at + used], &is_upper))
        return is_upper;
    return at > 0 && letter_case(text.codes[at - 1], &is_upper) && is_upper;
}

/* --- one letter after the other ----------------------------------------------------------------
 */

static void put_cased(struct buf *out, const char *text, bool first_upper, bool all_upper)
{
    for (size_t i = 0; text[i] != '\0'; i++)
        buf_put_byte(out, (i == 0 ? first_upper : all_upper) ? upper(text[i]) : text[i]);
}

/* Writes what stands at a place and returns how many code points it was. */
static size_t put_letter(struct buf *out, struct letters text, size_t at)
{
    bool first_upper = false;
    size_t used = 1;
    const char *other = cyrillic_letter(text, at, &used, &first_upper);

    if (other == NULL)
        other = greek_letter(text, at, &used, &first_upper);
    if (other != NULL) {
        put_cased(out, other, first_upper, first_upper && letters_all_upper(text, at, used));
        return used;
    }
    size_t len;
    const char *latin = latin_letter(text.codes[at], &len);
    if (latin != NULL)
        buf_put(out, (struct str){latin, len});
    else if (text.codes[at] == '\t' || text.codes[at] == '\n' || text.codes[at] == '\r' ||
             text.codes[at] == 0x1680 || text.codes[at] == 0x3000)
        buf_put_byte(out, ' ');
    else
        buf_put_byte(out, '.');
    return 1;
}

/* One space for many, none at the ends. */
static struct str spaces_collapse(char *text, size_t len)
{
    size_t kept = 0;

    for (size_t i = 0; i < len; i++) {
        if (text[i] == ' ' && (kept == 0 || text[kept - 1] == ' '))
            continue;
        text[kept++] = text[i];
    }
    while (kept > 0 && text[kept - 1] == ' ')
        kept--;
    return (struct str){text, kept};
}

struct str sepa_text(struct arena *arena, struct str text, size_t max)
{
    struct letters letters = letters_of(arena, text);
    /* No code point becomes more than five characters. */
    struct buf out = buf_make(arena, 8 * letters.count + 1);

    for (size_t at = 0; at < letters.count;)
        at += put_letter(&out, letters, at);
    must(!out.failed);
    struct str all = spaces_collapse(out.ptr, out.len);
    must(sepa_is_clean(all));
    if (all.len > max)
        all.len = max;
    while (all.len > 0 && all.ptr[all.len - 1] == ' ')
        all.len--;
    return all;
}

struct str sepa_compare_form(struct arena *arena, struct str text)
{
    struct str plain = sepa_text(arena, text, SIZE_MAX);
    char *folded = arena_alloc(arena, plain.len + 1);

    for (size_t i = 0; i < plain.len; i++)
        folded[i] = upper(plain.ptr[i]);
    return (struct str){folded, plain.len};
}

static void put_code(struct buf *out, uint32_t code)
{
    char bytes[4] = {(char)(0xF0 | code >> 18), (char)(0x80 | (code >> 12 & 0x3F)),
                     (char)(0x80 | (code >> 6 & 0x3F)), (char)(0x80 | (code & 0x3F))};
    size_t len = 4;

    if (code < 0x80) {
        buf_put_byte(out, upper((char)code));
        return;
    }
    if (code < 0x10000) {
        bytes[1] = (char)(0xE0 | code >> 12);
        len = 3;
    }
    if (code < 0x800) {
        bytes[2] = (char)(0xC0 | code >> 6);
        len = 2;
    }
    buf_put(out, (struct str){bytes + 4 - len, len});
}

/* It is written as another letter, or dropped. */
static bool has_likeness(uint32_t code)
{
    bool is_upper;
    size_t len;

    return letter_case(code, &is_upper) || (latin_letter(code, &len) != NULL && len == 0);
}

struct str sepa_match_form(struct arena *arena, struct str text)
{
    struct letters letters = letters_of(arena, text);
    struct buf out = buf_make(arena, 8 * letters.count + 1);

    for (size_t at = 0; at < letters.count;) {
        uint32_t code = letters.codes[at];
        size_t before = out.len;
        size_t used = 1;
        if (code >= 0x80 && has_likeness(code))
            used = put_letter(&out, letters, at);
        else
            put_code(&out, code);
        for (size_t i = before; i < out.len; i++)
            out.ptr[i] = upper(out.ptr[i]);
        at += used;
    }
    must(!out.failed);
    return spaces_collapse(out.ptr, out.len);
}

bool sepa_reference_is_valid(struct str text)
{
    if (text.len == 0 || text.len > SEPA_REFERENCE_MAX || !sepa_is_clean(text))
        return false;
    if (str_starts(text, STR("/")) || str_ends(text, STR("/")))
        return false;
    if (text.ptr[0] == ' ' || text.ptr[text.len - 1] == ' ')
        return false;
    for (size_t i = 1; i < text.len; i++) {
        if (text.ptr[i] == '/' && text.ptr[i - 1] == '/')
            return false;
    }
    return true;
}
