#include "wire_support.h"

static void refused(struct str text)
{
    struct reader reader = reader_new();

    assert_int_equal(reader_parse(&reader, text), ERR_MALFORMED);
    assert_non_null(reader.why);
    reader_free(&reader);
}

/* Parsed and written again. */
static void becomes(struct str text, const char *source)
{
    struct reader reader = reader_new();

    assert_ok(reader_parse(&reader, text));
    assert_str(json_source(reader.cx->arena, reader.root), source);
    reader_free(&reader);
}

static void kind_is(struct str text, enum json_kind kind)
{
    struct reader reader = reader_new();

    assert_ok(reader_parse(&reader, text));
    assert_int_equal(json_kind(reader.root), kind);
    reader_free(&reader);
}

static void int_is(struct str text, int64_t value)
{
    struct reader reader = reader_new();

    assert_ok(reader_parse(&reader, text));
    assert_int_equal(json_kind(reader.root), JSON_INT);
    assert_true(json_int(reader.root) == value);
    reader_free(&reader);
}

CASE(each_type_has_its_kind)
{
    kind_is(STR("null"), JSON_NULL);
    kind_is(STR("true"), JSON_BOOL);
    kind_is(STR(" 12 "), JSON_INT);
    kind_is(STR("1.5"), JSON_NUMBER);
    kind_is(STR("\"12\""), JSON_TEXT);
    kind_is(STR("[]"), JSON_ARRAY);
    kind_is(STR("{}"), JSON_OBJECT);
}

CASE(only_integers_within_int64_are_integers)
{
    int_is(STR("0"), 0);
    int_is(STR("-0"), 0);
    int_is(STR("9223372036854775807"), INT64_MAX);
    int_is(STR("-9223372036854775808"), INT64_MIN);
    kind_is(STR("9223372036854775808"), JSON_NUMBER);
    kind_is(STR("18446744073709551615"), JSON_NUMBER);
    kind_is(STR("1.0"), JSON_NUMBER);
    kind_is(STR("1e2"), JSON_NUMBER);
    kind_is(STR("-0.0"), JSON_NUMBER);
}

CASE(numbers_beyond_64_bits_or_malformed_are_refused)
{
    refused(STR("18446744073709551616"));
    refused(STR("-9223372036854775809"));
    refused(STR("{\"unknown\":99999999999999999999}"));
    refused(STR("1e999"));
    refused(STR("01"));
    refused(STR("+1"));
    refused(STR(".5"));
    refused(STR("1."));
    refused(STR("-"));
    refused(STR("0x10"));
    refused(STR("NaN"));
    refused(STR("Infinity"));
}

CASE(only_one_whole_value_is_accepted)
{
    refused(STR(""));
    refused(STR("  "));
    refused(STR("1 2"));
    refused(STR("{}{}"));
    refused(STR("{\"a\":1"));
    refused(STR("{\"a\":1,}"));
    refused(STR("[1,]"));
    refused(STR("{a:1}"));
    refused(STR("{'a':1}"));
    refused(STR("\"abc"));
    refused(STR("tru"));
    refused(STR("{\"amount\":1,\"x\":tru}"));
    refused(STR("[1] // comment"));
    refused(STR("\xEF\xBB\xBF{}"));
    refused(STR("{}\0"));
}

CASE(a_name_twice_is_refused_at_every_level)
{
    refused(STR("{\"a\":1,\"a\":1}"));
    refused(STR("{\"a\":1,\"b\":2,\"\\u0061\":3}"));
    refused(STR("{\"x\":{\"y\":[{\"a\":1,\"a\":2}]}}"));
    refused(STR("[[{\"\":1,\"\":2}]]"));
    refused(STR("{\"abcdefghi\":1,\"abcdefghj\":1,\"abcdefghi\":1}"));
    refused(STR("{\"a\\u0000b\":1,\"a\\u0000b\":1}"));
    becomes(STR("{\"a\":{\"a\":1},\"A\":2}"), "{\"a\":{\"a\":1},\"A\":2}");
    becomes(STR("{\"a\\u0000b\":1,\"a\\u0000c\":1,\"a\":1}"),
            "{\"a\\u0000b\":1,\"a\\u0000c\":1,\"a\":1}");
}

/* {"0":0,"1":0, ... } with `count` names, the last one named like number `last`. */
static struct str many_names(struct arena *arena, const char *prefix, int count, int last)
{
    struct buf out = buf_make(arena, TEXT_MAX);

    for (int i = 0; i < count; i++) {
        buf_put(&out, i == 0 ? STR("{\"") : STR(",\""));
        buf_put_cstr(&out, prefix);
        buf_put_int(&out, i + 1 < count ? i : last);
        buf_put(&out, STR("\":0"));
    }
    buf_put_byte(&out, '}');
    assert_false(out.failed);
    return buf_str(&out);
}

CASE(a_name_twice_is_found_among_thousands)
{
    struct reader reader = reader_new();
    struct arena *arena = reader.cx->arena;
    static const int COUNTS[] = {2, 3, 63, 64, 65, 66, 1000, 6000};

    for (size_t i = 0; i < ARRAY_LEN(COUNTS); i++) {
        int count = COUNTS[i];
        assert_ok(reader_parse(&reader, many_names(arena, "", count, count)));
        assert_int_equal(reader_parse(&reader, many_names(arena, "", count, 0)), ERR_MALFORMED);
        assert_string_equal(reader.why, "a name stands twice in one object");
        assert_int_equal(reader_parse(&reader, many_names(arena, "", count, count - 2)),
                         ERR_MALFORMED);
    }
    assert_ok(reader_parse(&reader, many_names(arena, "alike_for_long_", 2500, 2500)));
    assert_int_equal(reader_parse(&reader, many_names(arena, "alike_for_long_", 2500, 1234)),
                     ERR_MALFORMED);
    reader_free(&reader);
}

static struct str nested(struct arena *arena, struct str open, struct str inside, struct str close,
                         int levels)
{
    struct buf out = buf_make(arena, TEXT_MAX);

    for (int i = 0; i < levels; i++)
        buf_put(&out, open);
    buf_put(&out, inside);
    for (int i = 0; i < levels; i++)
        buf_put(&out, close);
    return buf_str(&out);
}

CASE(levels_are_counted_to_the_letter)
{
    struct reader reader = reader_new();
    struct arena *arena = reader.cx->arena;
    static const struct {
        struct str open;
        struct str inside;
        struct str close;
    } KINDS[] = {
        {STR_INIT("["),       STR_INIT(""),  STR_INIT("]")},
        {STR_INIT("["),       STR_INIT("1"), STR_INIT("]")},
        {STR_INIT("{\"a\":"), STR_INIT("1"), STR_INIT("}")},
    };

    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++) {
        assert_ok(reader_parse(&reader, nested(arena, KINDS[i].open, KINDS[i].inside,
                                               KINDS[i].close, JSON_DEPTH_MAX)));
        assert_int_equal(reader_parse(&reader, nested(arena, KINDS[i].open, KINDS[i].inside,
                                                      KINDS[i].close, JSON_DEPTH_MAX + 1)),
                         ERR_MALFORMED);
        assert_string_equal(reader.why, "more than 32 levels");
        assert_int_equal(reader_parse(&reader, nested(arena, KINDS[i].open, KINDS[i].inside,
                                                      KINDS[i].close, 5000)),
                         ERR_MALFORMED);
    }
    reader_free(&reader);
}

CASE(bytes_that_are_not_strict_utf8_are_refused)
{
    refused(STR("\"\xFF\""));
    refused(STR("\"\x80\""));
    refused(STR("\"\xC3\""));
    refused(STR("\"\xC0\xAF\""));
    refused(STR("\"\xE0\x80\xAF\""));
    refused(STR("\"\xED\xA0\x80\""));
    refused(STR("\"\xF4\x90\x80\x80\""));
    refused(STR("{\"\xFF\":1}"));
    becomes(STR("\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\""),
            "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"");
}

CASE(escapes_are_strict)
{
    becomes(STR("\"\\u00e9\\ud83d\\ude00\\/\""), "\"\xC3\xA9\xF0\x9F\x98\x80/\"");
    refused(STR("\"\\ud83d\""));
    refused(STR("\"\\ud83dx\""));
    refused(STR("\"\\ud83d\\u0041\""));
    refused(STR("\"\\ude00\""));
    refused(STR("{\"\\ude00\":1}"));
    refused(STR("\"\\u12g4\""));
    refused(STR("\"\\x41\""));
    refused(STR("\"a\nb\""));
    refused(STR("\"a\0b\""));
}

CASE(a_nul_escape_arrives_as_a_byte)
{
    struct reader reader = reader_new();

    assert_ok(reader_parse(&reader, STR("\"a\\u0000b\"")));
    struct str text = json_text(reader.root);
    assert_int_equal(text.len, 3);
    assert_memory_equal(text.ptr, "a\0b", 3);
    reader_free(&reader);
}

CASE(a_text_longer_than_the_limit_is_told_apart)
{
    struct reader reader = reader_new();
    char *text = arena_alloc(reader.cx->arena, TEXT_MAX + 1);

    memset(text, ' ', TEXT_MAX + 1);
    text[0] = '7';
    assert_ok(reader_parse(&reader, (struct str){text, TEXT_MAX}));
    assert_int_equal(reader_parse(&reader, (struct str){text, TEXT_MAX + 1}), ERR_LIMIT);
    assert_ok(reader_parse(&reader, STR("[1]")));
    reader_free(&reader);
}

CASE(a_small_parser_works)
{
    struct json_parser *parser = json_parser_new(2);
    char text[2 + JSON_SPARE] = "[]";
    struct json root;
    const char *why;

    assert_ok(json_parse(parser, (struct str){text, 2}, &root, &why));
    assert_int_equal(json_parse(parser, (struct str){text, 3}, &root, &why), ERR_LIMIT);
    json_parser_free(parser);
    json_parser_free(NULL);
}

CASE(members_and_items_keep_their_order)
{
    struct reader reader = reader_new();
    struct json_member *members;
    struct json *items;

    assert_ok(reader_parse(&reader, STR("{\"b\":[1,\"x\",null],\"a\":false}")));
    assert_int_equal(json_members(reader.cx->arena, reader.root, &members), 2);
    assert_str(members[0].name, "b");
    assert_str(members[1].name, "a");
    assert_false(json_bool(members[1].value));
    assert_int_equal(json_items(reader.cx->arena, members[0].value, &items), 3);
    assert_true(json_int(items[0]) == 1);
    assert_str(json_text(items[1]), "x");
    assert_int_equal(json_kind(items[2]), JSON_NULL);
    assert_ok(reader_parse(&reader, STR("{}")));
    assert_int_equal(json_members(reader.cx->arena, reader.root, &members), 0);
    reader_free(&reader);
}

CASE(a_parser_told_to_forget_keeps_nothing_of_the_text)
{
    struct reader reader = reader_new();
    struct json_member *members;

    assert_ok(reader_parse(&reader, STR("{\"cvc\":\"123\",\"number\":\"4242424242424242\"}")));
    assert_int_equal(json_members(reader.cx->arena, reader.root, &members), 2);
    struct str cvc = json_text(members[0].value);
    struct str number = json_text(members[1].value);
    json_forget(reader.parser);
    for (size_t i = 0; i < cvc.len; i++)
        assert_int_equal(cvc.ptr[i], 0);
    for (size_t i = 0; i < number.len; i++)
        assert_int_equal(number.ptr[i], 0);
    reader_free(&reader);
}

CASE(the_source_is_compact_and_says_the_same)
{
    becomes(STR(" { \"a\" : [ 1 , -2, true , null, {} , [ ] ] , \"b\\n\" : \"\\\"\\u0001\" } "),
            "{\"a\":[1,-2,true,null,{},[]],\"b\\n\":\"\\\"\\u0001\"}");
    becomes(STR("[1.5,-0.25,1e300,18446744073709551615,0.1]"),
            "[1.5,-0.25,1e+300,18446744073709551615,0.1]");
}

CASE(numbers_are_told_as_they_are_written)
{
    struct reader reader = reader_new();
    struct str *texts;

    assert_ok(reader_parse(&reader, STR("{\"1\": 26.30, \"a\\\"2\": [1e2, -0, \"3\\\\\", true, "
                                        "{\"b4\": 0.10}], \"c\": 12345678901234567}")));
    struct str text = STR("{\"1\": 26.30, \"a\\\"2\": [1e2, -0, \"3\\\\\", true, "
                          "{\"b4\": 0.10}], \"c\": 12345678901234567}");
    assert_int_equal(json_numbers(reader.cx->arena, text, &texts), 5);
    assert_str(texts[0], "26.30");
    assert_str(texts[1], "1e2");
    assert_str(texts[2], "-0");
    assert_str(texts[3], "0.10");
    assert_str(texts[4], "12345678901234567");
    assert_int_equal(json_numbers(reader.cx->arena, STR("\"7\""), &texts), 0);
    reader_free(&reader);
}

CASE(decimals_become_texts_as_they_are_written)
{
    struct ctx *cx = unit_ctx();
    struct str whole = STR("{\"a\":[1,-2,\"1.5\",\"\\\"2.5\"]}");

    assert_true(json_decimals(cx->arena, whole).ptr == whole.ptr);
    struct str told =
        json_decimals(cx->arena, STR("{\"1.5\":1.50,\"b\":[-0.10, 7,1e2],\"c\":\"\\\\\"}"));
    assert_str(told, "{\"1.5\":\"1.50\",\"b\":[\"-0.10\", 7,\"1e2\"],\"c\":\"\\\\\"}");
    for (size_t i = 0; i < JSON_SPARE; i++)
        assert_int_equal(told.ptr[told.len + i], 0);
    assert_str(json_decimals(cx->arena, STR("0.1")), "\"0.1\"");
    unit_ctx_free(cx);
}

CASE(decimals_become_texts_no_longer_than_is_said)
{
    struct ctx *cx = unit_ctx();

    for (size_t count = 0; count <= 100; count++) {
        struct buf text = buf_make(cx->arena, 1024);
        for (size_t i = 0; i < count; i++)
            buf_put_cstr(&text, i == 0 ? "0.1" : ",1e1");
        struct str told = json_decimals(cx->arena, buf_str(&text));
        assert_int_equal(told.len, json_decimals_len_max(text.len));
    }
    unit_ctx_free(cx);
}

UNIT_MAIN(T(numbers_are_told_as_they_are_written), T(decimals_become_texts_as_they_are_written),
          T(decimals_become_texts_no_longer_than_is_said), T(each_type_has_its_kind),
          T(only_integers_within_int64_are_integers),
          T(numbers_beyond_64_bits_or_malformed_are_refused), T(only_one_whole_value_is_accepted),
          T(a_name_twice_is_refused_at_every_level), T(a_name_twice_is_found_among_thousands),
          T(levels_are_counted_to_the_letter), T(bytes_that_are_not_strict_utf8_are_refused),
          T(escapes_are_strict), T(a_nul_escape_arrives_as_a_byte),
          T(a_text_longer_than_the_limit_is_told_apart), T(a_small_parser_works),
          T(members_and_items_keep_their_order),
          T(a_parser_told_to_forget_keeps_nothing_of_the_text),
          T(the_source_is_compact_and_says_the_same))
