#ifndef GUICHET_TESTS_SUPPORT_PAPERS_PICTURE_H
#define GUICHET_TESTS_SUPPORT_PAPERS_PICTURE_H

#include "base/arena.h"
#include "base/must.h"

/* A PNG to be a logo: a square in colour, not packed (W3C PNG 5 and 11, RFC 1950, RFC 1951). */

static inline void picture_number(struct buf *out, uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_put_byte(out, (char)(number >> shift & 255));
}

static inline uint32_t picture_crc(struct str bytes)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < bytes.len; i++) {
        crc ^= (unsigned char)bytes.ptr[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 1) != 0 ? crc >> 1 ^ UINT32_C(0xEDB88320) : crc >> 1;
    }
    return ~crc;
}

static inline uint32_t picture_adler(struct str bytes)
{
    uint32_t a = 1;
    uint32_t b = 0;

    for (size_t i = 0; i < bytes.len; i++) {
        a = (a + (unsigned char)bytes.ptr[i]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

static inline void picture_chunk(struct arena *arena, struct buf *out, const char *type,
                                 struct str data)
{
    struct buf body = buf_make(arena, data.len + 8);

    buf_put_cstr(&body, type);
    buf_put(&body, data);
    picture_number(out, (uint32_t)data.len);
    buf_put(out, buf_str(&body));
    picture_number(out, picture_crc(buf_str(&body)));
}

/* Rows of RGB, each after its filter byte. */
static inline struct str picture_rows(struct arena *arena, uint32_t width, uint32_t height)
{
    struct buf rows = buf_make(arena, (size_t)height * (1 + 3 * (size_t)width));

    for (uint32_t y = 0; y < height; y++) {
        buf_put_byte(&rows, 0);
        for (uint32_t x = 0; x < width; x++) {
            bool inside = x < height && (x / 8 + y / 8) % 2 == 0;
            buf_put(&rows, inside ? STR("\x0f\x76\x6e") : STR("\xe6\xf2\xf0"));
        }
    }
    return buf_str(&rows);
}

/* In blocks that are stored as they are. */
static inline struct str picture_stored(struct arena *arena, struct str bytes)
{
    enum { BLOCK = 65535 };
    struct buf out = buf_make(arena, bytes.len + 16 + 5 * (bytes.len / BLOCK + 1));
    uint32_t adler = picture_adler(bytes);

    buf_put(&out, STR("\x78\x01"));
    while (bytes.len > 0) {
        size_t len = bytes.len < BLOCK ? bytes.len : BLOCK;
        buf_put_byte(&out, len == bytes.len);
        buf_put_byte(&out, (char)(len & 255));
        buf_put_byte(&out, (char)(len >> 8));
        buf_put_byte(&out, (char)(~len & 255));
        buf_put_byte(&out, (char)(~len >> 8 & 255));
        buf_put(&out, str_sub(bytes, 0, len));
        bytes = str_from(bytes, len);
    }
    picture_number(&out, adler);
    return buf_str(&out);
}

static inline struct str paper_picture(struct arena *arena, uint32_t width, uint32_t height)
{
    struct buf head = buf_make(arena, 16);
    struct buf out = buf_make(arena, 1 << 20);

    picture_number(&head, width);
    picture_number(&head, height);
    buf_put(&head, (struct str){"\x08\x02\0\0", 5}); /* 8 bits of RGB */
    buf_put(&out, STR("\x89PNG\r\n\x1a\n"));
    picture_chunk(arena, &out, "IHDR", buf_str(&head));
    picture_chunk(arena, &out, "IDAT", picture_stored(arena, picture_rows(arena, width, height)));
    picture_chunk(arena, &out, "IEND", STR(""));
    must(!out.failed);
    return buf_str(&out);
}

#endif
