#include "document/srgb.h"

#include <string.h>

#include "base/arena.h"
#include "base/must.h"

/* ICC.1:2010: a header of 128 bytes (7.2), a table of tags (7.3), their data, each at a multiple of
 * four. Numbers are big-endian; a fraction counts 65536ths (s15Fixed16). */

enum {
    HEADER = 128,
    TAG_ENTRY = 12,
    PROFILE_MAX = 1024,
    VERSION = 0x04200000,
};

#define SIGNATURE(a, b, c, d)                                                                      \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

#define XYZ SIGNATURE('X', 'Y', 'Z', ' ')

/* The white that all profiles meet in, D50 (7.2.16). */
static const uint32_t D50[] = {0xF6D6, 0x10000, 0xD32D};

/* The primaries and the white of sRGB, adapted from D65 to D50 as Bradford did; and how that was
 * done. */
static const uint32_t RED[] = {0x6FA2, 0x38F5, 0x0390};
static const uint32_t GREEN[] = {0x6299, 0xB785, 0x18DA};
static const uint32_t BLUE[] = {0x24A0, 0x0F84, 0xB6CF};
static const uint32_t ADAPTATION[] = {0x00010C42, 0x000005DE, 0xFFFFF325, 0x00000793, 0x0000FD90,
                                      0xFFFFFBA1, 0xFFFFFDA2, 0x000003DC, 0x0000C06E};

/* (x / 1.055 + 0.055 / 1.055) ** 2.4 from 0.04045 on, x / 12.92 below: function type 3. */
static const uint32_t CURVE[] = {0x26666, 0xF2A7, 0x0D59, 0x13D0, 0x0A5B};

struct writing {
    struct buf out;
    size_t tags;
    uint32_t offset; /* of the data of the tag that was put last */
    uint32_t size;
};

static void put_u16(struct buf *out, uint32_t value)
{
    buf_put_byte(out, (char)(value >> 8 & 0xFF));
    buf_put_byte(out, (char)(value & 0xFF));
}

static void put_u32(struct buf *out, uint32_t value)
{
    put_u16(out, value >> 16);
    put_u16(out, value);
}

static void put_numbers(struct buf *out, const uint32_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put_u32(out, values[i]);
}

static void set_u32(struct buf *out, size_t at, uint32_t value)
{
    struct buf four = {.ptr = out->ptr + at, .capacity = 4, .max = 4};

    put_u32(&four, value);
}

static void header_write(struct buf *out)
{
    put_u32(out, 0); /* the size, once it is known */
    put_u32(out, 0);
    put_u32(out, VERSION);
    put_u32(out, SIGNATURE('m', 'n', 't', 'r'));
    put_u32(out, SIGNATURE('R', 'G', 'B', ' '));
    put_u32(out, XYZ);
    put_u16(out, 2026); /* made when this was written: the day does not move */
    put_u16(out, 1);
    put_u16(out, 1);
    put_u16(out, 0);
    put_u32(out, 0);
    put_u32(out, SIGNATURE('a', 'c', 's', 'p'));
    while (out->len < 68)
        put_u32(out, 0); /* no platform, maker, model; perceptual */
    put_numbers(out, D50, ARRAY_LEN(D50));
    while (out->len < HEADER)
        put_u32(out, 0);
}

/* Begins the data of a tag; `kind` is its type. */
static void tag_begin(struct writing *w, uint32_t kind)
{
    w->offset = (uint32_t)w->out.len;
    put_u32(&w->out, kind);
    put_u32(&w->out, 0);
}

static void tag_end(struct writing *w)
{
    w->size = (uint32_t)w->out.len - w->offset;
    while (w->out.len % 4 != 0)
        buf_put_byte(&w->out, 0);
}

/* An entry of the table for the data that was written last: several tags may share them. */
static void tag_name(struct writing *w, uint32_t name)
{
    size_t at = HEADER + 4 + TAG_ENTRY * w->tags++;

    set_u32(&w->out, at, name);
    set_u32(&w->out, at + 4, w->offset);
    set_u32(&w->out, at + 8, w->size);
}

static void put_xyz(struct writing *w, uint32_t name, const uint32_t values[3])
{
    tag_begin(w, XYZ);
    put_numbers(&w->out, values, 3);
    tag_end(w);
    tag_name(w, name);
}

/* One text in English, in UTF-16. */
static void put_text(struct writing *w, uint32_t name, struct str text)
{
    tag_begin(w, SIGNATURE('m', 'l', 'u', 'c'));
    put_u32(&w->out, 1);
    put_u32(&w->out, 12);
    put_u32(&w->out, SIGNATURE('e', 'n', 'U', 'S'));
    put_u32(&w->out, (uint32_t)(2 * text.len));
    put_u32(&w->out, 28);
    for (size_t i = 0; i < text.len; i++)
        put_u16(&w->out, (unsigned char)text.ptr[i]);
    tag_end(w);
    tag_name(w, name);
}

static void put_curve(struct writing *w)
{
    tag_begin(w, SIGNATURE('p', 'a', 'r', 'a'));
    put_u16(&w->out, 3);
    put_u16(&w->out, 0);
    put_numbers(&w->out, CURVE, ARRAY_LEN(CURVE));
    tag_end(w);
    tag_name(w, SIGNATURE('r', 'T', 'R', 'C'));
    tag_name(w, SIGNATURE('g', 'T', 'R', 'C'));
    tag_name(w, SIGNATURE('b', 'T', 'R', 'C'));
}

static void put_adaptation(struct writing *w)
{
    tag_begin(w, SIGNATURE('s', 'f', '3', '2'));
    put_numbers(&w->out, ADAPTATION, ARRAY_LEN(ADAPTATION));
    tag_end(w);
    tag_name(w, SIGNATURE('c', 'h', 'a', 'd'));
}

struct str srgb_profile(struct arena *arena)
{
    enum { TAGS = 10 };
    struct writing w = {.out = buf_make(arena, PROFILE_MAX)};

    header_write(&w.out);
    put_u32(&w.out, TAGS);
    for (size_t i = 0; i < TAGS * TAG_ENTRY; i += 4)
        put_u32(&w.out, 0);
    put_text(&w, SIGNATURE('d', 'e', 's', 'c'), STR("sRGB"));
    put_text(&w, SIGNATURE('c', 'p', 'r', 't'), STR("Public domain"));
    put_xyz(&w, SIGNATURE('w', 't', 'p', 't'), D50);
    put_xyz(&w, SIGNATURE('r', 'X', 'Y', 'Z'), RED);
    put_xyz(&w, SIGNATURE('g', 'X', 'Y', 'Z'), GREEN);
    put_xyz(&w, SIGNATURE('b', 'X', 'Y', 'Z'), BLUE);
    put_curve(&w);
    put_adaptation(&w);
    must(w.tags == TAGS);
    must(!w.out.failed);
    set_u32(&w.out, 0, (uint32_t)w.out.len);
    return buf_str(&w.out);
}
