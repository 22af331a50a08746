#include "document/invoice_clean.h"

#include "support/papers_all.h"
#include "support/unit.h"

static void cleaned_is(const char *text, bool lines, const char *expected)
{
    struct ctx *cx = unit_ctx();

    assert_str(text_clean(cx->arena, str_of(text), lines), expected);
    unit_ctx_free(cx);
}

CASE(names_of_any_script_stay_as_they_are)
{
    static const char *const NAMES[] = {"Café à 5 €", "חברת דוגמה", "شارع الاختبار ١٢",
                                        "東京都 🎁",   "e\u0301",    "<b>&\"'</b>"};

    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
        cleaned_is(NAMES[i], false, NAMES[i]);
    cleaned_is("", false, "");
}

CASE(control_characters_become_blanks)
{
    cleaned_is("a\x01"
               "b\x1F"
               "c\x7F"
               "d\xC2\x85"
               "e",
               false, "a b c d e");
    cleaned_is("a\tb", true, "a b");
}

CASE(line_breaks_stay_only_where_lines_are_wanted)
{
    cleaned_is("a\nb", true, "a\nb");
    cleaned_is("a\nb", false, "a b");
    cleaned_is("a\u2028b", true, "a\nb");
}

CASE(marks_that_turn_a_direction_are_dropped)
{
    cleaned_is("\u202Efdp.exe\u202C", false, "fdp.exe");
    cleaned_is("a\u2066b\u2069c", false, "abc");
    cleaned_is("\u200Fa", false, "\u200Fa"); /* says one, but turns nothing */
}

CASE(bytes_that_are_no_text_are_shown_as_such)
{
    cleaned_is("a\xFF"
               "b",
               false, "a\uFFFDb");
    cleaned_is("\xC3", false, "\uFFFD");
    cleaned_is("\xED\xA0\x80", false, "\uFFFD\uFFFD\uFFFD");
}

CASE(every_text_of_a_paper_is_cleaned)
{
    struct ctx *cx = unit_ctx();
    const struct invoice_paper *dirty = paper_hostile(cx->arena);
    const struct invoice_paper *clean = invoice_clean(cx->arena, dirty);
    const struct str texts[] = {clean->seller.name,
                                clean->seller.legal,
                                clean->seller.phone,
                                clean->buyer.name,
                                clean->buyer.address.city,
                                clean->buyer.address.lines[2],
                                clean->lines[0].designation,
                                clean->order_number,
                                clean->notes[clean->note_count - 1].text};

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        size_t count;
        assert_true(str_utf8_count(texts[i], &count));
        assert_int_equal(str_find(texts[i], '\x1B'), texts[i].len);
    }
    assert_false(str_eq(dirty->buyer.name, clean->buyer.name));
    unit_ctx_free(cx);
}

UNIT_MAIN(T(names_of_any_script_stay_as_they_are), T(control_characters_become_blanks),
          T(line_breaks_stay_only_where_lines_are_wanted),
          T(marks_that_turn_a_direction_are_dropped), T(bytes_that_are_no_text_are_shown_as_such),
          T(every_text_of_a_paper_is_cleaned))
