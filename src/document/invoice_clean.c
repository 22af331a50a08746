#include "document/invoice_clean.h"

#include "base/arena.h"
#include "base/must.h"

#define REPLACEMENT STR("\xEF\xBF\xBD")

enum { LONGEST = 3 }; /* what a byte may become, in bytes */

static bool is_plain(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if (byte < 0x20 || byte >= 0x7F)
            return false;
    }
    return true;
}

/* Unicode's formatting characters that a name needs are the joiners and the marks of direction
 * without effect on what follows (U+200C to U+200F); these here could turn the text around them,
 * hide in it, or are no characters (U+FDD0 to U+FDEF, the last two of each plane). */
static bool is_dropped(uint32_t code)
{
    return (code >= 0x202A && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) ||
           code == 0xFEFF || (code >= 0xFFF9 && code <= 0xFFFB) ||
           (code >= 0xFDD0 && code <= 0xFDEF) || (code & 0xFFFE) == 0xFFFE ||
           (code >= 0xE0000 && code <= 0xE0FFF);
}

static bool is_line_break(uint32_t code)
{
    return code == '\n' || code == 0x2028 || code == 0x2029;
}

static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code <= 0x9F);
}

struct str text_clean(struct arena *arena, struct str text, bool lines)
{
    struct buf out = buf_make(arena, LONGEST * text.len);

    if (is_plain(text))
        return text;
    while (text.len > 0) {
        uint32_t code;
        size_t len = str_utf8_first(text, &code);
        if (len == 0)
            buf_put(&out, REPLACEMENT);
        else if (is_line_break(code))
            buf_put_byte(&out, lines ? '\n' : ' ');
        else if (is_control(code))
            buf_put_byte(&out, ' ');
        else if (!is_dropped(code))
            buf_put(&out, str_sub(text, 0, len));
        text = str_from(text, len == 0 ? 1 : len);
    }
    must(!out.failed);
    return str_trim(buf_str(&out));
}

static void clean(struct arena *arena, struct str *text)
{
    *text = text_clean(arena, *text, false);
}

static void clean_address(struct arena *arena, struct invoice_address *address)
{
    for (size_t i = 0; i < ARRAY_LEN(address->lines); i++)
        clean(arena, &address->lines[i]);
    clean(arena, &address->zip);
    clean(arena, &address->city);
}

/* Numbers and codes come from the core, which has checked them. */
static void clean_party(struct arena *arena, struct invoice_party *party)
{
    clean(arena, &party->name);
    clean_address(arena, &party->address);
    clean(arena, &party->legal);
    clean(arena, &party->contact);
    clean(arena, &party->email);
    clean(arena, &party->phone);
    clean(arena, &party->network_id);
}

static void clean_references(struct arena *arena, struct invoice_references *references)
{
    struct str *const texts[] = {
        &references->buyer,   &references->project,  &references->contract,
        &references->receipt, &references->despatch, &references->sales_order,
        &references->tender,  &references->object,   &references->accounting,
    };

    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        clean(arena, texts[i]);
}

static void clean_line_more(struct arena *arena, struct invoice_line_more *more)
{
    clean(arena, &more->note);
    clean(arena, &more->description);
    clean(arena, &more->seller_id);
    clean(arena, &more->buyer_id);
    clean(arena, &more->order_line);
}

static void clean_lines(struct arena *arena, struct invoice_paper *paper)
{
    const struct invoice_paper_line *lines = paper->lines;

    paper->lines = arena_array(arena, struct invoice_paper_line, paper->line_count);
    for (size_t i = 0; i < paper->line_count; i++) {
        paper->lines[i] = lines[i];
        clean(arena, &paper->lines[i].designation);
        clean_line_more(arena, &paper->lines[i].more);
    }
}

static void clean_rates(struct arena *arena, struct invoice_paper *paper)
{
    const struct invoice_paper_rate *rates = paper->rates;

    paper->rates = arena_array(arena, struct invoice_paper_rate, paper->rate_count);
    for (size_t i = 0; i < paper->rate_count; i++) {
        paper->rates[i] = rates[i];
        clean(arena, &paper->rates[i].reason);
    }
}

const struct invoice_paper *invoice_clean(struct arena *arena, const struct invoice_paper *paper)
{
    struct invoice_paper *out = arena_make(arena, struct invoice_paper);

    *out = *paper;
    clean_party(arena, &out->seller);
    clean_party(arena, &out->buyer);
    clean_address(arena, &out->delivery);
    clean(arena, &out->delivery_name);
    clean(arena, &out->order_number);
    clean_references(arena, &out->references);
    clean(arena, &out->terms);
    clean(arena, &out->rate_eur);
    clean(arena, &out->paid_by);
    clean_lines(arena, out);
    clean_rates(arena, out);
    for (size_t i = 0; i < out->note_count; i++)
        out->notes[i].text = text_clean(arena, out->notes[i].text, true);
    return out;
}
