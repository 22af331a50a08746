#ifndef GUICHET_TESTS_UNIT_WIRE_SUPPORT_H
#define GUICHET_TESTS_UNIT_WIRE_SUPPORT_H

#include "support/unit.h"
#include "wire/json.h"

enum { TEXT_MAX = 65536 };

/* A parser that is handed copies with the spare bytes behind them. */
struct reader {
    struct ctx *cx;
    struct json_parser *parser;
    struct json root;
    const char *why;
};

static inline struct reader reader_new(void)
{
    return (struct reader){.cx = unit_ctx(), .parser = json_parser_new(TEXT_MAX)};
}

static inline void reader_free(struct reader *reader)
{
    json_parser_free(reader->parser);
    unit_ctx_free(reader->cx);
}

static inline err_t reader_parse(struct reader *reader, struct str text)
{
    char *copy = arena_alloc(reader->cx->arena, text.len + JSON_SPARE);

    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    return json_parse(reader->parser, (struct str){copy, text.len}, &reader->root, &reader->why);
}

#endif
