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

CASE(text_of_which_nothing_is_seen_is_blank)
{
    static const char *const BLANK[] = {"",
                                        " ",
                                        "\t\r\n\x01\x7F",
                                        "\xC2\x85\xC2\xA0\xC2\xAD",
                                        "\xCD\x8F \xD8\x9C",
                                        "\xE2\x80\x8B\xE2\x80\x8D\xE2\x81\xA0",
                                        "\xE2\xA0\x80\xE3\x80\x80\xE3\x85\xA4",
                                        "\xEF\xB8\x8F\xEF\xBB\xBF\xEF\xBE\xA0",
                                        "\xEF\xB7\x90\xEF\xB7\xAF\xEF\xBF\xB9\xEF\xBF\xBB",
                                        "\xEF\xBF\xBE\xEF\xBF\xBF\xF0\x9F\xBF\xBE\xF4\x8F\xBF\xBF",
                                        "\xF3\xA0\x80\xA0\xF3\xA0\x87\xAF"};
    static const char *const SEEN[] = {
        "a",
        " . ",
        "\xC2\xA1",
        "\xCC\x81",
        "\xE2\x80\x8B-",
        "\xFF",
        "\xE2\x80\x90",
        "\xF0\x9F\x98\x80",
        "\xE2\x80",
        "\xEF\xBF\xBC",
        "\xEF\xBF\xBD",
        "\xEF\xB7\xB0",
    };

    assert_true(shown_blank(STR_NONE));
    assert_true(shown_blank(STR("\0\0")));
    for (size_t i = 0; i < ARRAY_LEN(BLANK); i++)
        assert_true(shown_blank(str_of(BLANK[i])));
    for (size_t i = 0; i < ARRAY_LEN(SEEN); i++)
        assert_false(shown_blank(str_of(SEEN[i])));
}

UNIT_MAIN(T(text_of_which_nothing_is_seen_is_blank), T(ordinary_texts_stay_as_they_are),
          T(characters_that_are_not_seen_are_shown),
          T(text_that_runs_the_other_way_is_kept_to_itself),
          T(bytes_that_are_no_character_do_no_harm))
