#include "base/shown.h"
#include "support/unit.h"

static void becomes(const char *text, const char *expected)
{
    struct ctx *cx = unit_ctx();

    assert_str(shown_text(cx->arena, str_of(text)), expected);
    unit_ctx_free(cx);
}

CASE(ordinary_texts_stay_as_they_are)
{
    struct ctx *cx = unit_ctx();
    struct str name = STR("Hélène d’Artagnan & fils <script>");

    assert_ptr_equal(shown_text(cx->arena, name).ptr, name.ptr);
    assert_ptr_equal(shown_text(cx->arena, STR("")).ptr, STR("").ptr);
    unit_ctx_free(cx);
    becomes("a\tb\nc", "a\tb\nc");
    becomes("𝔊uichet 😀", "𝔊uichet 😀");
}

CASE(characters_that_are_not_seen_are_shown)
{
    static const char *const TRAPS[] = {
        "\x01",     "\r",           "\x1B",         "\x7F",         "\xC2\x80",     "\xC2\x9F",
        "\xD8\x9C", "\xE2\x80\x8E", "\xE2\x80\xA8", "\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x81\xA9"};
    struct ctx *cx = unit_ctx();

    for (size_t i = 0; i < ARRAY_LEN(TRAPS); i++) {
        struct str text = str_format(cx->arena, "a%sb", TRAPS[i]);
        assert_int_equal(shown_trap(text, 1), strlen(TRAPS[i]));
        assert_str(shown_text(cx->arena, text), "a" SHOWN_TRAP "b");
    }
    unit_ctx_free(cx);
    becomes("\xE2\x80\xAF", "\xE2\x80\xAF"); /* a narrow blank, one past the last of them */
    becomes("\xC2\xA0", "\xC2\xA0");
}

CASE(text_that_runs_the_other_way_is_kept_to_itself)
{
    becomes("דוד", SHOWN_BEGIN "דוד" SHOWN_END);
    becomes("عمر 25", SHOWN_BEGIN "عمر 25" SHOWN_END);
    becomes("\xE2\x80\xAE"
            "דוד",
            SHOWN_BEGIN SHOWN_TRAP "דוד" SHOWN_END);
    becomes("Ελένη", "Ελένη");
    assert_true(shown_turns(STR("\xF0\x90\xA0\x80")));
}

CASE(bytes_that_are_no_character_do_no_harm)
{
    becomes("\xC3", "\xC3");
    becomes("a\x80\xBF", "a\x80\xBF");
    becomes("\xE2\x80", "\xE2\x80");
    assert_int_equal(shown_trap(STR("\xF0\x9F"), 0), 0);
}

UNIT_MAIN(T(ordinary_texts_stay_as_they_are), T(characters_that_are_not_seen_are_shown),
          T(text_that_runs_the_other_way_is_kept_to_itself),
          T(bytes_that_are_no_character_do_no_harm))
