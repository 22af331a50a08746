#ifndef GUICHET_BASE_STR_H
#define GUICHET_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct arena;

/* Borrowed text or bytes: pointer and length, not NUL-terminated. {NULL, 0} is "no text". */
struct str {
    const char *ptr;
    size_t len;
};

/* For literals only: the quotes make anything else a syntax error. */
#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
/* The same where a constant expression is needed (static tables). */
#define STR_INIT(literal)                                                                          \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }
#define STR_NONE ((struct str){NULL, 0})

struct str str_of(const char *text);
struct str str_sub(struct str text, size_t from, size_t len); /* must lie within text */
struct str str_from(struct str text, size_t from);            /* the rest, from 0..len on */
bool str_eq(struct str a, struct str b);
bool str_eq_nocase(struct str a, struct str b); /* ASCII only */
bool str_starts(struct str text, struct str prefix);
bool str_ends(struct str text, struct str suffix);
/* The last `count` decimal digits of a number that is not negative, with leading zeros. */
void digits_write(char *out, int64_t value, size_t count);
bool str_is_digits(struct str text); /* true for the empty text too */
int str_compare(struct str a, struct str b);
struct str str_trim(struct str text); /* spaces and tabs at both ends */

/* Index of the first `byte`, or text.len. */
size_t str_find(struct str text, char byte);

/* Copies live in the arena and are followed by a NUL, so .ptr may go to a library. */
struct str str_dup(struct arena *arena, struct str text);
const char *str_cstr(struct arena *arena, struct str text);
struct str str_format(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
struct str str_lower(struct arena *arena, struct str text); /* ASCII only */

/* A code as people write it: spaces are dropped, letters (of ASCII) made capital. out has room for
 * max bytes and the NUL behind them. Its length, or more than max: then it did not fit. */
size_t str_code(struct str text, size_t max, char *out);

/* Exact decimal: digits with an optional leading '-', no sign '+', no blank, no overflow. */
bool str_to_int64(struct str text, int64_t *out);

/* Number of Unicode code points; false when the bytes are not strict UTF-8 (no surrogates, no
 * overlong forms, nothing above U+10FFFF). */
bool str_utf8_count(struct str text, size_t *out);

/* The first code point of a text that is not empty, and its length in bytes; 0 when the bytes are
 * not strict UTF-8. */
size_t str_utf8_first(struct str text, uint32_t *code);

/* The longest start of at most `max` bytes that is strict UTF-8. */
struct str str_utf8_start(struct str text, size_t max);

/* Strict UTF-8 without a NUL byte: what a database keeps as a text. */
bool str_is_text(struct str text);
/* The same text with everything else in it replaced by U+FFFD, a byte each. */
struct str str_to_text(struct arena *arena, struct str text);

/* Bytes that grow up to a maximum given at creation. Past it nothing is written any more and
 * `failed` is set: check once, at the end. */
struct buf {
    struct arena *arena;
    char *ptr;
    size_t len;
    size_t capacity;
    size_t max;
    bool failed;
};

struct buf buf_make(struct arena *arena, size_t max);
void buf_put(struct buf *buf, struct str text);
void buf_put_byte(struct buf *buf, char byte);
void buf_put_cstr(struct buf *buf, const char *text);
void buf_put_int(struct buf *buf, int64_t value);
void buf_format(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
/* So many more bytes are to come: they are then written without copying what is there. As many as
 * the maximum leaves. */
void buf_room(struct buf *buf, size_t more);
/* Room for len bytes, or NULL when that passes the maximum; counts them as written. */
char *buf_extend(struct buf *buf, size_t len);
struct str buf_str(const struct buf *buf);

#endif
