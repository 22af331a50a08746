#include <stdint.h>
#include <string.h>

#include "unit/wire/wire_tables.h"

/* Any bytes as a query: what is accepted, encoded and read again gives the same pairs, and the
 * table reads it without harm. */

enum { ARENA_MAX = 64 * 1024 * 1024, TEXT_MAX = 4 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str encoded(struct arena *arena, const struct form *form)
{
    struct buf out = buf_make(arena, TEXT_MAX);

    for (size_t i = 0; i < form->count; i++) {
        buf_put_byte(&out, '&');
        percent_put(&out, form->pairs[i].name);
        buf_put_byte(&out, '=');
        percent_put(&out, form->pairs[i].value);
    }
    must(!out.failed);
    return buf_str(&out);
}

static void pairs_come_back(struct arena *arena, const struct form *form)
{
    struct form again;
    struct str value;

    must(form->count <= FORM_PAIRS_MAX);
    must(form_parse(arena, encoded(arena, form), &again) == OK);
    must(again.count == form->count);
    for (size_t i = 0; i < form->count; i++) {
        must(str_eq(again.pairs[i].name, form->pairs[i].name));
        must(str_eq(again.pairs[i].value, form->pairs[i].value));
        must(form_get(form, form->pairs[i].name, &value));
    }
}

static void segment_comes_back(struct arena *arena, struct str text)
{
    struct buf out = buf_make(arena, TEXT_MAX);
    struct str plain;
    struct str again;

    if (percent_decode(arena, text, &plain) != OK)
        return;
    percent_put(&out, plain);
    must(!out.failed);
    must(percent_decode(arena, buf_str(&out), &again) == OK);
    must(str_eq(again, plain));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ctx cx;
    static const struct field_reading HOW = {ED_2, "query", false};
    struct str text = {(const char *)data, size};
    struct form form;
    struct sale sale;

    if (cx.arena == NULL)
        cx.arena = arena_new(ARENA_MAX);
    arena_reset(cx.arena);
    ctx_clear_faults(&cx);
    segment_comes_back(cx.arena, text);
    if (form_parse(cx.arena, text, &form) != OK)
        return 0;
    pairs_come_back(cx.arena, &form);
    err_t err = field_read_form(&cx, &SALE, HOW, &form, &sale);
    must((err == OK) == (cx.fault_count == 0));
    must(err != OK || GIVEN(&sale, amount));
    return 0;
}
