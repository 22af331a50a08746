#include "wire_support.h"

static void written(struct str text, const char *expected)
{
    struct arena *arena = arena_new(1 << 20);
    struct buf out = buf_make(arena, 4096);

    json_put_text(&out, text);
    assert_str(buf_str(&out), expected);
    arena_free(arena);
}

CASE(text_is_quoted_and_escaped)
{
    written(STR(""), "\"\"");
    written(STR_NONE, "\"\"");
    written(STR("plain text of more than eight bytes"), "\"plain text of more than eight bytes\"");
    written(STR("\"\\\b\f\n\r\t/"), "\"\\\"\\\\\\b\\f\\n\\r\\t/\"");
    written(STR("\0\x01\x1f\x7f"), "\"\\u0000\\u0001\\u001f\x7f\"");
    written(STR("Andr\xC3\xA9 \xF0\x9F\x98\x80"), "\"Andr\xC3\xA9 \xF0\x9F\x98\x80\"");
}

/* The writer looks at eight bytes at once: the byte to escape may be anywhere among them. */
CASE(an_escape_is_found_at_every_position)
{
    static const char BYTES[] = {'"', '\\', '\n', '\x1f', '\0'};
    struct reader reader = reader_new();

    for (size_t at = 0; at < 20; at++) {
        for (size_t i = 0; i < sizeof BYTES; i++) {
            char text[20];
            struct buf out = buf_make(reader.cx->arena, 4096);
            memset(text, at % 2 == 0 ? 'a' : '\xC3', sizeof text);
            for (size_t j = 1; at % 2 != 0 && j < sizeof text; j += 2)
                text[j] = '\xA9';
            if (at % 2 != 0)
                text[at - 1] = 'b';
            text[at] = BYTES[i];
            struct str given = {text, sizeof text};
            json_put_text(&out, given);
            assert_ok(reader_parse(&reader, buf_str(&out)));
            assert_true(str_eq(json_text(reader.root), given));
        }
    }
    reader_free(&reader);
}

CASE(words_of_the_language_are_written)
{
    struct arena *arena = arena_new(1 << 20);
    struct buf out = buf_make(arena, 64);

    json_put_bool(&out, true);
    json_put_bool(&out, false);
    json_put_null(&out);
    assert_str(buf_str(&out), "truefalsenull");
    arena_free(arena);
}

CASE(a_full_buffer_is_left_alone)
{
    struct arena *arena = arena_new(1 << 20);
    struct buf out = buf_make(arena, 3);

    json_put_text(&out, STR("ab"));
    assert_true(out.failed);
    assert_int_equal(out.len, 0);
    arena_free(arena);
}

UNIT_MAIN(T(text_is_quoted_and_escaped), T(an_escape_is_found_at_every_position),
          T(words_of_the_language_are_written), T(a_full_buffer_is_left_alone))
