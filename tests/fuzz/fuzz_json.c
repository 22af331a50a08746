#include <stdint.h>
#include <string.h>

#include "unit/wire/wire_tables.h"

/* Any bytes as a body: what the parser accepts is written again and says the same, and what the
 * table accepts is the same after writing and reading. */

enum { BODY_MAX = 65536, AGAIN_MAX = 4 * 1024 * 1024, ARENA_MAX = 256 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzz {
    struct ctx cx;
    struct json_parser *first;
    struct json_parser *second;
};

static err_t parse(struct fuzz *fuzz, struct json_parser *parser, struct str text,
                   struct json *root)
{
    const char *why = NULL;
    char *copy = arena_alloc(fuzz->cx.arena, text.len + JSON_SPARE);

    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    err_t err = json_parse(parser, (struct str){copy, text.len}, root, &why);
    must(err == OK || why != NULL);
    return err;
}

static void source_says_the_same(struct fuzz *fuzz, struct json root)
{
    struct json again;

    struct str source = json_source(fuzz->cx.arena, root);
    must(parse(fuzz, fuzz->second, source, &again) == OK);
    must(str_eq(json_source(fuzz->cx.arena, again), source));
}

static void faults_are_complete(const struct ctx *cx)
{
    must(cx->fault_count > 0);
    for (size_t i = 0; i < cx->fault_count; i++) {
        must(cx->faults[i].err == ERR_INVALID);
        must(str_starts(str_of(cx->faults[i].field), STR("body")));
        must(cx->faults[i].text[0] != '\0');
    }
}

static struct str written(struct fuzz *fuzz, const struct sale *sale, unsigned edition)
{
    struct buf out = buf_make(fuzz->cx.arena, AGAIN_MAX);

    field_write(&out, &SALE, edition, sale);
    must(!out.failed);
    return buf_str(&out);
}

static void table_reads_what_it_writes(struct fuzz *fuzz, struct json root, unsigned edition)
{
    struct field_reading how = {edition, "body", true};
    struct json again;
    struct sale sale;

    ctx_clear_faults(&fuzz->cx);
    if (field_read(&fuzz->cx, &SALE, how, root, &sale) != OK) {
        faults_are_complete(&fuzz->cx);
        return;
    }
    must(fuzz->cx.fault_count == 0);
    struct str text = written(fuzz, &sale, edition);
    must(parse(fuzz, fuzz->second, text, &again) == OK);
    must(field_read(&fuzz->cx, &SALE, how, again, &sale) == OK);
    must(str_eq(written(fuzz, &sale, edition), text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fuzz fuzz;
    struct json root;

    if (fuzz.first == NULL) {
        fuzz.cx.arena = arena_new(ARENA_MAX);
        fuzz.first = json_parser_new(BODY_MAX);
        fuzz.second = json_parser_new(AGAIN_MAX);
        table_check(&SALE);
    }
    arena_reset(fuzz.cx.arena);
    if (parse(&fuzz, fuzz.first, (struct str){(const char *)data, size}, &root) == OK) {
        source_says_the_same(&fuzz, root);
        table_reads_what_it_writes(&fuzz, root, ED_1);
        table_reads_what_it_writes(&fuzz, root, ED_2);
    }
    return 0;
}
