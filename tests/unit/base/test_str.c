#include "base/str.h"

#include "support/aborts.h"
#include "support/unit.h"

CASE(text_of_a_c_string_and_of_nothing)
{
    assert_str(str_of("abc"), "abc");
    assert_str(str_of(""), "");
    assert_null(str_of(NULL).ptr);
    assert_int_equal(str_of(NULL).len, 0);
}

static void sub_too_far(void)
{
    (void)str_sub(STR("abc"), 4, 0);
}

static void sub_too_long(void)
{
    (void)str_sub(STR("abc"), 1, 3);
}

static void sub_that_wraps(void)
{
    (void)str_sub(STR("abc"), 1, SIZE_MAX);
}

CASE(a_part_stays_inside_the_text)
{
    assert_str(str_sub(STR("abc"), 1, 2), "bc");
    assert_str(str_sub(STR("abc"), 3, 0), "");
    assert_str(str_sub(STR("abc"), 0, 3), "abc");
    assert_true(aborts(sub_too_far));
    assert_true(aborts(sub_too_long));
    assert_true(aborts(sub_that_wraps));
}

CASE(equality_counts_every_byte)
{
    assert_true(str_eq(STR("a\0b"), STR("a\0b")));
    assert_false(str_eq(STR("a\0b"), STR("a\0c")));
    assert_false(str_eq(STR("abc"), STR("ab")));
    assert_false(str_eq(STR("abc"), STR("ABC")));
    assert_true(str_eq(STR_NONE, STR("")));
}

CASE(equality_without_case_is_for_ascii_letters_only)
{
    assert_true(str_eq_nocase(STR("Content-TYPE"), STR("content-type")));
    assert_false(str_eq_nocase(STR("content-type"), STR("content-typ")));
    /* '@' and '`', '[' and '{' differ by the same bit as letters do. */
    assert_false(str_eq_nocase(STR("@["), STR("`{")));
    assert_false(str_eq_nocase(STR("\xC3\x89"), STR("\xC3\xA9")));
}

CASE(beginnings_and_ends)
{
    assert_true(str_starts(STR("stest_abc"), STR("stest_")));
    assert_true(str_starts(STR("abc"), STR("")));
    assert_false(str_starts(STR("st"), STR("stest_")));
    assert_true(str_ends(STR("abc/"), STR("/")));
    assert_true(str_ends(STR_NONE, STR("")));
    assert_false(str_ends(STR("c/"), STR("abc/")));
}

CASE(digits_only)
{
    assert_true(str_is_digits(STR("0123456789")));
    assert_true(str_is_digits(STR("")));
    assert_false(str_is_digits(STR("12 3")));
    assert_false(str_is_digits(STR("-1")));
    assert_false(str_is_digits(STR("1\0")));
    assert_false(str_is_digits(STR("/:")));
    assert_false(str_is_digits(STR("\xD9\xA1"))); /* an Arabic digit one */
}

CASE(order_is_by_bytes_then_by_length)
{
    assert_int_equal(str_compare(STR("abc"), STR("abc")), 0);
    assert_true(str_compare(STR("abc"), STR("abd")) < 0);
    assert_true(str_compare(STR("b"), STR("abd")) > 0);
    assert_true(str_compare(STR("ab"), STR("abc")) < 0);
    assert_true(str_compare(STR("abc"), STR("ab")) > 0);
    assert_true(str_compare(STR_NONE, STR("a")) < 0);
    assert_int_equal(str_compare(STR_NONE, STR("")), 0);
    assert_true(str_compare(STR("\xC3\xA9"), STR("z")) > 0);
}

CASE(trim_takes_blanks_at_both_ends_only)
{
    assert_str(str_trim(STR(" \t a b\t ")), "a b");
    assert_str(str_trim(STR(" \t ")), "");
    assert_str(str_trim(STR("")), "");
    assert_str(str_trim(STR("\na\r")), "\na\r");
}

CASE(find_gives_the_first_place_or_the_length)
{
    assert_int_equal(str_find(STR("a=b=c"), '='), 1);
    assert_int_equal(str_find(STR("abc"), '='), 3);
    assert_int_equal(str_find(STR_NONE, '='), 0);
    assert_int_equal(str_find(STR("a\0b"), '\0'), 1);
}

CASE(copies_end_with_a_nul_and_stand_alone)
{
    struct ctx *cx = unit_ctx();
    char source[] = "Mixed";
    struct str copy = str_dup(cx->arena, str_of(source));

    source[0] = 'x';
    assert_string_equal(copy.ptr, "Mixed");
    assert_string_equal(str_cstr(cx->arena, str_sub(STR("abcdef"), 1, 2)), "bc");
    assert_string_equal(str_dup(cx->arena, STR_NONE).ptr, "");
    assert_string_equal(str_lower(cx->arena, STR("AZ@[\xC3\x89")).ptr, "az@[\xC3\x89");
    unit_ctx_free(cx);
}

CASE(code_is_read_in_capitals_and_without_spaces)
{
    char out[5];

    assert_int_equal(str_code(STR(" a1 bZ "), 4, out), 4);
    assert_string_equal(out, "A1BZ");
    assert_int_equal(str_code(STR("a-\xC3\xA9"), 4, out), 4);
    assert_string_equal(out, "A-\xC3\xA9");
    assert_true(str_code(STR("abcde"), 4, out) > 4);
    assert_int_equal(str_code(STR("ab\0d"), 4, out), 4);
    assert_int_equal(str_code(STR_NONE, 4, out), 0);
    assert_string_equal(out, "");
}

CASE(format_has_no_length_limit)
{
    struct ctx *cx = unit_ctx();
    struct str text = str_format(cx->arena, "%05d|%s|%2000s", 42, "x", "y");

    assert_int_equal(text.len, 2008);
    assert_true(str_starts(text, STR("00042|x|")));
    assert_int_equal(text.ptr[2008], '\0');
    assert_str(str_format(cx->arena, "%s", ""), "");
    unit_ctx_free(cx);
}

CASE(whole_numbers_to_the_edge_of_64_bits)
{
    int64_t out = 0;

    assert_true(str_to_int64(STR("9223372036854775807"), &out));
    assert_int_equal(out, INT64_MAX);
    assert_true(str_to_int64(STR("-9223372036854775808"), &out));
    assert_true(out == INT64_MIN);
    assert_true(str_to_int64(STR("-0"), &out));
    assert_int_equal(out, 0);
    assert_true(str_to_int64(STR("007"), &out));
    assert_int_equal(out, 7);
}

CASE(what_is_not_a_whole_number_leaves_the_result_alone)
{
    static const struct str BAD[] = {
        STR_INIT(""),       STR_INIT("-"),    STR_INIT("+5"),
        STR_INIT(" 5"),     STR_INIT("5 "),   STR_INIT("1e2"),
        STR_INIT("1.0"),    STR_INIT("--5"),  STR_INIT("5-"),
        STR_INIT("5\0"),    STR_INIT("0x10"), STR_INIT("9223372036854775808"),
        STR_INIT("1\0005"), STR_INIT("²"),    STR_INIT("-9223372036854775809"),
        STR_INIT("1_000"),  STR_INIT("1,0"),  STR_INIT("100000000000000000000"),
    };
    int64_t out = 4711;

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        assert_false(str_to_int64(BAD[i], &out));
    assert_false(str_to_int64(STR_NONE, &out));
    assert_int_equal(out, 4711);
}

static void assert_code_points(struct str text, size_t expected)
{
    size_t count = 0;

    assert_true(str_utf8_count(text, &count));
    assert_int_equal(count, expected);
}

CASE(utf8_counts_code_points)
{
    assert_code_points(STR_NONE, 0);
    assert_code_points(STR("abc"), 3);
    assert_code_points(STR("caf\xC3\xA9"), 4);
    assert_code_points(STR("\xE2\x82\xAC"), 1);
    assert_code_points(STR("\xF0\x9F\x92\xB6x"), 2);
    assert_code_points(STR("a\0b"), 3);
}

/* Words of eight bytes are looked at at once. */
CASE(utf8_in_each_place_of_a_word)
{
    char text[40];
    size_t count;

    for (size_t at = 0; at + 2 <= sizeof text; at++) {
        memset(text, 'a', sizeof text);
        memcpy(text + at, "\xC3\xA9", 2);
        assert_code_points((struct str){text, sizeof text}, sizeof text - 1);
        assert_code_points((struct str){text, at}, at);
        text[at] = '\x80';
        assert_false(str_utf8_count((struct str){text, sizeof text}, &count));
    }
}

CASE(utf8_first_and_last_of_each_length)
{
    assert_code_points(STR("\x7F"), 1);
    assert_code_points(STR("\xC2\x80"), 1);
    assert_code_points(STR("\xDF\xBF"), 1);
    assert_code_points(STR("\xE0\xA0\x80"), 1);
    assert_code_points(STR("\xED\x9F\xBF"), 1); /* the last before the surrogates */
    assert_code_points(STR("\xEE\x80\x80"), 1); /* the first after them */
    assert_code_points(STR("\xEF\xBF\xBF"), 1);
    assert_code_points(STR("\xF0\x90\x80\x80"), 1);
    assert_code_points(STR("\xF4\x8F\xBF\xBF"), 1);
}

CASE(utf8_gives_its_code_points_one_by_one)
{
    static const uint32_t CODES[] = {'a', 0xE9, 0x20AC, 0x1F600};
    struct str text = STR("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
    uint32_t code;

    for (size_t i = 0; i < ARRAY_LEN(CODES); i++) {
        size_t step = str_utf8_first(text, &code);
        assert_int_equal(step, i + 1);
        assert_int_equal(code, CODES[i]);
        text = str_from(text, step);
    }
    assert_int_equal(text.len, 0);
    assert_int_equal(str_utf8_first(STR("\xE2\x82"), &code), 0);
}

static void assert_start(struct str text, size_t max, struct str expected)
{
    assert_true(str_eq(str_utf8_start(text, max), expected));
}

CASE(a_text_is_strict_utf8_without_nul)
{
    struct arena *arena = arena_new(1 << 16);
    char bytes[40];

    assert_true(str_is_text(STR_NONE));
    assert_true(str_is_text(STR("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x92\xB6")));
    /* Wherever it stands, in texts of every length. */
    for (size_t len = 1; len <= sizeof bytes; len++) {
        struct str text = {bytes, len};
        arena_reset(arena);
        memset(bytes, '\x01', sizeof bytes);
        assert_true(str_is_text(text));
        for (size_t at = 0; at < len; at++) {
            for (size_t i = 0; i < 3; i++) {
                bytes[at] = "\0\xE9\x80"[i];
                assert_false(str_is_text(text));
                assert_int_equal(str_to_text(arena, text).len, len + 2);
                assert_true(str_is_text(str_to_text(arena, text)));
            }
            bytes[at] = '\x01';
        }
    }
    assert_str(str_to_text(arena, STR("a\0b\xE9"
                                      "c\xC3\xA9")),
               "a\xEF\xBF\xBD"
               "b\xEF\xBF\xBD"
               "c\xC3\xA9");
    assert_str(str_to_text(arena, STR_NONE), "");
    arena_free(arena);
}

CASE(utf8_is_cut_between_characters_and_before_what_is_none)
{
    assert_start(STR(""), 4, STR(""));
    assert_start(STR("caf\xC3\xA9"), 5, STR("caf\xC3\xA9"));
    assert_start(STR("caf\xC3\xA9"), 4, STR("caf"));
    assert_start(STR("caf\xC3\xA9"), 0, STR(""));
    assert_start(STR("caf\xE9 au lait"), 32, STR("caf"));
    assert_start((struct str){NULL, 0}, 4, STR(""));
}

CASE(utf8_that_is_not_strict_is_refused)
{
    static const struct str BAD[] = {
        STR_INIT("\x80"),
        STR_INIT("\xBF"),
        STR_INIT("\xC0\x80"),
        STR_INIT("\xC1\xBF"),
        STR_INIT("\xC2"),
        STR_INIT("\xC2\x41"),
        STR_INIT("\xC2\xC0"),
        STR_INIT("\xE0\x80\x80"),
        STR_INIT("\xE0\x9F\xBF"),
        STR_INIT("\xE2\x82"),
        STR_INIT("\xE2\x82\x41"),
        STR_INIT("\xED\xA0\x80"),
        STR_INIT("\xED\xBF\xBF"),
        STR_INIT("\xF0\x80\x80\x80"),
        STR_INIT("\xF0\x8F\xBF\xBF"),
        STR_INIT("\xF0\x9F\x92"),
        STR_INIT("\xF0\x9F\x92\x41"),
        STR_INIT("\xF4\x90\x80\x80"),
        STR_INIT("\xF5\x80\x80\x80"),
        STR_INIT("\xFE"),
        STR_INIT("\xFF"),
        STR_INIT("abc\xE9"),
        STR_INIT("\xF8\x88\x80\x80"),
        STR_INIT("a\xC3\xA9\x80"),
    };
    size_t count = 99;

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        assert_false(str_utf8_count(BAD[i], &count));
    assert_int_equal(count, 99);
}

CASE(buf_collects_pieces_in_order)
{
    struct ctx *cx = unit_ctx();
    struct buf buf = buf_make(cx->arena, 1000);

    buf_put(&buf, STR("a\0"));
    buf_put_byte(&buf, '|');
    buf_put_cstr(&buf, "text");
    buf_put(&buf, STR_NONE);
    buf_put_int(&buf, 0);
    buf_put_byte(&buf, ' ');
    buf_put_int(&buf, INT64_MIN);
    buf_put_byte(&buf, ' ');
    buf_put_int(&buf, INT64_MAX);
    buf_format(&buf, " %03d%s", 7, "%s");
    assert_false(buf.failed);
    assert_true(
        str_eq(buf_str(&buf), STR("a\0|text0 -9223372036854775808 9223372036854775807 007%s")));
    unit_ctx_free(cx);
}

CASE(buf_takes_its_maximum_and_not_one_byte_more)
{
    struct ctx *cx = unit_ctx();
    struct buf buf = buf_make(cx->arena, 1000);

    for (int i = 0; i < 1000; i++)
        buf_put_byte(&buf, 'x');
    assert_false(buf.failed);
    assert_int_equal(buf_str(&buf).len, 1000);
    buf_put_byte(&buf, 'y');
    assert_true(buf.failed);
    assert_int_equal(buf_str(&buf).len, 1000);
    unit_ctx_free(cx);
}

CASE(buf_writes_nothing_more_after_a_failure)
{
    struct ctx *cx = unit_ctx();
    struct buf buf = buf_make(cx->arena, 10);

    buf_put(&buf, STR("12345678901"));
    assert_true(buf.failed);
    buf_put(&buf, STR("1"));
    buf_put_int(&buf, 1);
    buf_format(&buf, "x");
    assert_null(buf_extend(&buf, 1));
    assert_null(buf_extend(&buf, SIZE_MAX));
    assert_int_equal(buf_str(&buf).len, 0);
    unit_ctx_free(cx);
}

CASE(buf_with_room_does_not_move_and_still_has_a_maximum)
{
    struct ctx *cx = unit_ctx();
    struct buf buf = buf_make(cx->arena, 100000);

    buf_put_cstr(&buf, "0123456789");
    buf_room(&buf, 5000);
    const char *at = buf.ptr;
    assert_str(buf_str(&buf), "0123456789");
    for (int i = 0; i < 5000; i++)
        buf_put_byte(&buf, 'x');
    assert_ptr_equal(buf.ptr, at);
    assert_int_equal(buf.len, 5010);
    buf_room(&buf, SIZE_MAX);
    assert_false(buf.failed);
    assert_non_null(buf_extend(&buf, 100000 - 5010));
    buf_room(&buf, 1);
    assert_false(buf.failed);
    assert_null(buf_extend(&buf, 1));
    buf_room(&buf, 1);
    assert_true(buf.failed);
    unit_ctx_free(cx);
}

CASE(buf_keeps_what_it_has_while_it_grows)
{
    struct ctx *cx = unit_ctx();
    struct buf buf = buf_make(cx->arena, 100000);

    for (int i = 0; i < 10000; i++)
        buf_format(&buf, "%04d,", i);
    assert_false(buf.failed);
    assert_int_equal(buf.len, 50000);
    assert_str(str_sub(buf_str(&buf), 0, 10), "0000,0001,");
    assert_str(str_sub(buf_str(&buf), 49990, 10), "9998,9999,");
    char *room = buf_extend(&buf, 50000);
    assert_non_null(room);
    assert_ptr_equal(room, buf.ptr + 50000);
    assert_int_equal(buf.len, 100000);
    unit_ctx_free(cx);
}

UNIT_MAIN(T(text_of_a_c_string_and_of_nothing), T(a_part_stays_inside_the_text),
          T(equality_counts_every_byte), T(equality_without_case_is_for_ascii_letters_only),
          T(beginnings_and_ends), T(digits_only), T(order_is_by_bytes_then_by_length),
          T(trim_takes_blanks_at_both_ends_only), T(find_gives_the_first_place_or_the_length),
          T(copies_end_with_a_nul_and_stand_alone), T(code_is_read_in_capitals_and_without_spaces),
          T(format_has_no_length_limit), T(whole_numbers_to_the_edge_of_64_bits),
          T(what_is_not_a_whole_number_leaves_the_result_alone), T(utf8_counts_code_points),
          T(utf8_in_each_place_of_a_word), T(utf8_first_and_last_of_each_length),
          T(utf8_gives_its_code_points_one_by_one), T(a_text_is_strict_utf8_without_nul),
          T(utf8_is_cut_between_characters_and_before_what_is_none),
          T(utf8_that_is_not_strict_is_refused), T(buf_collects_pieces_in_order),
          T(buf_takes_its_maximum_and_not_one_byte_more),
          T(buf_writes_nothing_more_after_a_failure), T(buf_keeps_what_it_has_while_it_grows),
          T(buf_with_room_does_not_move_and_still_has_a_maximum))
