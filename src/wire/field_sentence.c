#include <inttypes.h>

#include "base/arena.h"
#include "wire/field_parts.h"

/* Longer than any list of words that a table holds. */
enum { SENTENCE_MAX = 4096 };

const char *sentence_length(struct arena *arena, const struct field *row, const char *unit)
{
    struct str text;

    if (row->min == row->max)
        text = str_format(arena, "must have exactly %" PRId64 " %s", row->max, unit);
    else if (row->min <= 0)
        text = str_format(arena, "must have at most %" PRId64 " %s", row->max, unit);
    else
        text =
            str_format(arena, "must have %" PRId64 " to %" PRId64 " %s", row->min, row->max, unit);
    return text.ptr;
}

const char *sentence_integer(struct arena *arena, const struct field *row)
{
    bool low = row->min > INT64_MIN;
    bool high = row->max < INT64_MAX;

    if (low && high)
        return str_format(arena, "must be an integer from %" PRId64 " to %" PRId64, row->min,
                          row->max)
            .ptr;
    if (low)
        return str_format(arena, "must be an integer of at least %" PRId64, row->min).ptr;
    if (high)
        return str_format(arena, "must be an integer of at most %" PRId64, row->max).ptr;
    return "must be an integer";
}

static void words_put(struct buf *out, const struct words *words)
{
    const char *before = "";

    for (size_t i = 1; i < words->count; i++) {
        if (words->texts[i] == NULL)
            continue;
        buf_put_cstr(out, before);
        buf_put_cstr(out, words->texts[i]);
        before = ", ";
    }
}

const char *sentence_word(struct arena *arena, const struct field *row)
{
    struct buf out = buf_make(arena, SENTENCE_MAX);

    buf_put(&out, STR("must be one of "));
    words_put(&out, row->at.more);
    return str_cstr(arena, buf_str(&out));
}

const char *sentence_words(struct arena *arena, const struct field *row)
{
    struct buf out = buf_make(arena, SENTENCE_MAX);

    buf_put(&out, STR("must be an array of "));
    buf_put_int(&out, row->min);
    buf_put(&out, STR(" to "));
    buf_put_int(&out, row->max);
    buf_put(&out, STR(" different words of "));
    words_put(&out, row->at.more);
    return str_cstr(arena, buf_str(&out));
}

const char *sentence_id(struct arena *arena, const struct field *row)
{
    const char *prefix = row->at.more;

    if (prefix == NULL)
        return "must be 24 letters or digits";
    return str_format(arena, "must be %s and 24 letters or digits", prefix).ptr;
}

const char *sentence_ids(struct arena *arena, const struct field *row)
{
    const char *prefix = row->at.more == NULL ? "" : row->at.more;

    return str_format(arena,
                      "must be an array of at most %" PRId64 " ids, %s and 24 letters or digits",
                      row->max, prefix)
        .ptr;
}

const char *sentence_objects(struct arena *arena, const struct field *row)
{
    return str_format(arena, "must be an array of %" PRId64 " to %" PRId64 " objects", row->min,
                      row->max)
        .ptr;
}

static const char *kind_noun(enum field_kind kind)
{
    switch (kind) {
    case F_TEXT:
    case F_NAME:
    case F_EMAIL:
    case F_PHONE:
    case F_COUNTRY:
    case F_DIGITS:
    case F_WORD:
    case F_ID:
    case F_URL:
        return "a string";
    case F_INT:
        return "an integer";
    case F_DECIMAL:
        return "a decimal";
    case F_BOOL:
        return "a boolean";
    case F_DATE:
        return "a date YYYY-MM-DD";
    case F_EPOCH:
    case F_EPOCH_DATE:
        return "an integer of Unix seconds";
    case F_EPOCH_TEXT:
        return "a string of Unix seconds";
    case F_RFC3339:
        return "a time like 2019-08-24T14:15:22Z";
    case F_WORDS:
    case F_IDS:
    case F_TEXTS:
    case F_OBJECTS:
        return "an array";
    case F_OBJECT:
        return "an object";
    case F_JSON:
        return "a JSON value";
    }
    must_fail(__FILE__, __LINE__, "kind is a member of field_kind");
}

const char *sentence_kinds(struct arena *arena, struct group group, unsigned edition)
{
    struct buf out = buf_make(arena, SENTENCE_MAX);
    const char *before = "must be ";

    for (size_t i = 0; i < group.count; i++) {
        if ((group.first[i].editions & edition) == 0)
            continue;
        buf_put_cstr(&out, before);
        buf_put_cstr(&out, kind_noun(group.first[i].kind));
        before = " or ";
    }
    return str_cstr(arena, buf_str(&out));
}
