#include "core/invoice_address.h"

#include "base/country.h"
#include "base/must.h"

enum { ZIP_LEN = 5, ZIP_MAX = 10, NAME_MIN = 4 };

struct parts {
    struct str *items;
    size_t count;
};

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Cuts at any of the separators; empty parts are left out. */
static void cut(struct arena *arena, struct str text, const char *separators, struct parts *out)
{
    size_t start = 0;

    *out = (struct parts){.items = arena_array(arena, struct str, text.len / 2 + 1)};
    for (size_t i = 0; i <= text.len; i++) {
        bool ends = i == text.len;
        for (const char *s = separators; !ends && *s != '\0'; s++)
            ends = text.ptr[i] == *s;
        if (!ends)
            continue;
        struct str part = str_trim(str_sub(text, start, i - start));
        if (part.len > 0)
            out->items[out->count++] = part;
        start = i + 1;
    }
}

static struct str joined(struct arena *arena, const struct parts *parts, size_t from)
{
    struct buf out = buf_make(arena, 64 * 1024);

    for (size_t i = from; i < parts->count; i++) {
        if (i > from)
            buf_put(&out, STR(", "));
        buf_put(&out, parts->items[i]);
    }
    must(!out.failed);
    return buf_str(&out);
}

/* "75011 Paris"; abroad also "L-1234 Luxembourg" and "1000 Bruxelles". */
static bool town_read(struct str line, bool abroad, struct invoice_address *out)
{
    size_t blank = str_find(line, ' ');
    struct str zip = str_sub(line, 0, blank);
    bool has_digit = false;
    bool fits = zip.len > 0;

    for (size_t i = 0; i < zip.len; i++) {
        char byte = zip.ptr[i];
        has_digit |= is_digit(byte);
        fits &= is_digit(byte) || (abroad && ((byte >= 'A' && byte <= 'Z') || byte == '-'));
    }
    if (!fits || !has_digit || blank >= line.len)
        return false;
    if (abroad ? zip.len > ZIP_MAX : zip.len != ZIP_LEN)
        return false;
    struct str city = str_trim(str_from(line, blank));
    if (city.len == 0)
        return false;
    out->zip = zip;
    out->city = city;
    return true;
}

/* In "12 rue de la Paix 75002 Paris": where the town begins, or line.len. */
static size_t town_find(struct str line)
{
    struct invoice_address ignored;

    for (size_t at = line.len; at > 1; at--) {
        struct str rest = str_from(line, at - 1);
        if (rest.ptr[0] == ' ' && town_read(str_from(rest, 1), false, &ignored))
            return at - 1;
    }
    return line.len;
}

static void country_take(struct arena *arena, struct parts *parts, struct invoice_address *out)
{
    size_t count = 0;

    out->country = STR("FR");
    if (parts->count == 0)
        return;
    struct str last = parts->items[parts->count - 1];
    if (!str_utf8_count(last, &count) || count < NAME_MIN)
        return; /* a name: codes are too often something else */
    if (country_code(arena, last, &out->country))
        parts->count--;
}

static void town_take(struct parts *parts, bool one_line, struct invoice_address *out)
{
    if (parts->count == 0)
        return;
    struct str *last = &parts->items[parts->count - 1];
    if (town_read(*last, !str_eq(out->country, STR("FR")), out)) {
        parts->count--;
        return;
    }
    if (!one_line)
        return;
    size_t at = town_find(*last);
    if (at < last->len && town_read(str_from(*last, at + 1), false, out))
        *last = str_trim(str_sub(*last, 0, at));
}

struct invoice_address invoice_address_cut(struct arena *arena, struct str text)
{
    struct invoice_address out = {.zip = STR_NONE};
    struct parts parts;

    cut(arena, text, "\r\n", &parts);
    bool one_line = parts.count == 1;
    if (one_line)
        cut(arena, parts.items[0], ",", &parts);
    country_take(arena, &parts, &out);
    town_take(&parts, one_line, &out);
    if (one_line) {
        /* The commas of a street are its own. */
        out.lines[0] = joined(arena, &parts, 0);
        return out;
    }
    for (size_t i = 0; i < parts.count && i + 1 < ARRAY_LEN(out.lines); i++)
        out.lines[i] = parts.items[i];
    if (parts.count >= ARRAY_LEN(out.lines))
        out.lines[ARRAY_LEN(out.lines) - 1] = joined(arena, &parts, ARRAY_LEN(out.lines) - 1);
    return out;
}
