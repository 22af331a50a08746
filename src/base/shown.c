#include "base/shown.h"

#include "base/attr.h"
#include "base/must.h"

/* Characters of three bytes at most have all the traps; a longer one can only turn. */
struct range {
    uint32_t first;
    uint32_t last;
};

static const struct range TRAPS[] = {
    {0x0000, 0x0008},
    {0x000B, 0x001F},
    {0x007F, 0x009F},
    {0x061C, 0x061C},
    {0x200E, 0x200F},
    {0x2028, 0x202E},
    {0x2066, 0x2069},
};

/* Hebrew, Arabic and their neighbours, with their forms; the scripts of plane 1 that run the same
 * way. */
static const struct range TURNING[] = {
    {0x0590,  0x061B },
    {0x061D,  0x08FF },
    {0xFB1D,  0xFDFF },
    {0xFE70,  0xFEFE },
    {0x10800, 0x10FFF},
    {0x1E800, 0x1EFFF},
};

/* The blanks of Unicode, and what has no shape of its own: joiners, marks of direction, fillers,
 * selectors of variants, annotations, tags, and what is no character. */
static const struct range UNSEEN[] = {
    {0x0000,  0x0020 },
    {0x007F,  0x00A0 },
    {0x00AD,  0x00AD },
    {0x034F,  0x034F },
    {0x061C,  0x061C },
    {0x115F,  0x1160 },
    {0x1680,  0x1680 },
    {0x17B4,  0x17B5 },
    {0x180B,  0x180F },
    {0x2000,  0x200F },
    {0x2028,  0x202F },
    {0x205F,  0x206F },
    {0x2800,  0x2800 },
    {0x3000,  0x3000 },
    {0x3164,  0x3164 },
    {0xFDD0,  0xFDEF },
    {0xFE00,  0xFE0F },
    {0xFEFF,  0xFEFF },
    {0xFFA0,  0xFFA0 },
    {0xFFF9,  0xFFFB },
    {0xE0000, 0xE0FFF},
};

static bool is_in(const struct range *ranges, size_t count, uint32_t point)
{
    for (size_t i = 0; i < count; i++) {
        if (point >= ranges[i].first && point <= ranges[i].last)
            return true;
    }
    return false;
}

/* The code point at `at` and how many bytes it has. A byte that begins none stands for itself and
 * is no letter. */
static uint32_t point_at(struct str text, size_t at, size_t *len)
{
    unsigned char lead = (unsigned char)text.ptr[at];
    size_t count = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    uint32_t point = lead;

    *len = 1;
    if (lead < 0x80)
        return point;
    if (count == 1 || count > text.len - at)
        return UINT32_MAX;
    point = lead & (0xFFU >> (count + 1));
    for (size_t i = 1; i < count; i++)
        point = point << 6 | ((unsigned char)text.ptr[at + i] & 0x3FU);
    *len = count;
    return point;
}

size_t shown_trap(struct str text, size_t at)
{
    size_t len;
    uint32_t point = point_at(text, at, &len);

    return is_in(TRAPS, ARRAY_LEN(TRAPS), point) ? len : 0;
}

bool shown_turns(struct str text)
{
    size_t len;

    for (size_t at = 0; at < text.len; at += len) {
        if (is_in(TURNING, ARRAY_LEN(TURNING), point_at(text, at, &len)))
            return true;
    }
    return false;
}

static bool is_unseen(uint32_t point)
{
    bool ends_a_plane = point <= 0x10FFFF && (point & 0xFFFE) == 0xFFFE;

    return ends_a_plane || is_in(UNSEEN, ARRAY_LEN(UNSEEN), point);
}

bool shown_blank(struct str text)
{
    size_t len;

    for (size_t at = 0; at < text.len; at += len) {
        if (!is_unseen(point_at(text, at, &len)))
            return false;
    }
    return true;
}

enum { ISOLATE_LEN = 3 };

static bool has_trap(struct str text)
{
    for (size_t at = 0; at < text.len; at++) {
        if (shown_trap(text, at) > 0)
            return true;
    }
    return false;
}

struct str shown_text(struct arena *arena, struct str text)
{
    /* In one literal, where they are a pair. */
    static const char ISOLATES[] = SHOWN_BEGIN SHOWN_END;
    static const struct str BEGIN = {ISOLATES, ISOLATE_LEN};
    static const struct str END = {ISOLATES + ISOLATE_LEN, ISOLATE_LEN};
    bool turns = shown_turns(text);

    if (!turns && !has_trap(text))
        return text;
    /* A trap has one byte at least, and its mark three. */
    struct buf out = buf_make(arena, 3 * text.len + 2 * ISOLATE_LEN);
    if (turns)
        buf_put(&out, BEGIN);
    for (size_t at = 0; at < text.len;) {
        size_t trap = shown_trap(text, at);
        if (trap > 0)
            buf_put_cstr(&out, SHOWN_TRAP);
        else
            buf_put_byte(&out, text.ptr[at]);
        at += trap > 0 ? trap : 1;
    }
    if (turns)
        buf_put(&out, END);
    must(!out.failed);
    return buf_str(&out);
}
