#ifndef GUICHET_WIRE_JSON_H
#define GUICHET_WIRE_JSON_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reading JSON: the whole text is checked before anything is answered. Strict UTF-8, at most 32
 * levels, numbers within 64 bits, no duplicate names in any object. */
struct json_parser;

enum {
    JSON_SPARE = 64, /* zeroed bytes that must follow a text to parse */
    JSON_DEPTH_MAX = 32,
    JSON_LEN_MAX = 16 * 1024 * 1024,
};

/* One parser per thread, for texts of up to len_max bytes (at most JSON_LEN_MAX). Never NULL. The
 * memory of a text above 64 KiB is held until json_forget only. */
struct json_parser *json_parser_new(size_t len_max);
void json_parser_free(struct json_parser *parser);

/* A value inside the last parsed text; valid until the parser's next parse. */
struct json {
    const void *document;
    size_t at;
};

/* text must be followed by JSON_SPARE readable bytes. ERR_MALFORMED: not one JSON value, or one of
 * the limits above; *why then says which in a few static words. ERR_LIMIT: longer than len_max. */
MUST_CHECK err_t json_parse(struct json_parser *parser, struct str text, struct json *root,
                            const char **why);

/* Wipes what the parser keeps of the last text, which may hold card data: its values end here. */
void json_forget(struct json_parser *parser);

enum json_kind {
    JSON_NULL = 1,
    JSON_BOOL,
    JSON_INT,    /* written as an integer and within int64; -0 is 0 */
    JSON_NUMBER, /* any other number: 1.0, 1e2, above int64 */
    JSON_TEXT,
    JSON_ARRAY,
    JSON_OBJECT,
};
enum json_kind json_kind(struct json value);
bool json_bool(struct json value);   /* must be JSON_BOOL */
int64_t json_int(struct json value); /* must be JSON_INT */
struct str
json_text(struct json value); /* must be JSON_TEXT; unescaped, may hold a NUL byte; borrowed */

struct json_member {
    struct str name;
    struct json value;
};
/* The members of an object in their order, the items of an array: an array in the arena. */
size_t json_members(struct arena *arena, struct json object, struct json_member **out);
size_t json_items(struct arena *arena, struct json array, struct json **out);

/* The value written again as compact JSON, for members we keep as they are (metadata). */
struct str json_source(struct arena *arena, struct json value);

/* The numbers of a text that was parsed, each as it is written, in their order; an array in the
 * arena. For decimals, which must not pass through binary fractions. */
size_t json_numbers(struct arena *arena, struct str text, struct str **out);

/* A text that was parsed, once more, with every number that is no integer as a text: decimals are
 * then read as they are written. The text itself when it has none; else in the arena, with
 * JSON_SPARE bytes behind it. */
struct str json_decimals(struct arena *arena, struct str text);
/* How long such a text may be when the one before it had len bytes: 1.5, is four of them, and two
 * more each. */
size_t json_decimals_len_max(size_t len);

/* A copy of a text in the arena with JSON_SPARE bytes behind it, to be parsed. */
struct str json_spared(struct arena *arena, struct str text);

/* Writing: the caller puts the brackets and commas, these put one value each. */
void json_put_text(struct buf *out, struct str text); /* quoted and escaped; text must be UTF-8 */
void json_put_bool(struct buf *out, bool value);
void json_put_null(struct buf *out);

#ifdef __cplusplus
}
#endif

#endif
