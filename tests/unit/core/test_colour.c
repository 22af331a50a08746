#include "core/colour.h"

#include "support/unit.h"

static struct colour colour(const char *text)
{
    struct colour out;

    assert_true(colour_parse(str_of(text), &out));
    return out;
}

CASE(colours_are_written_in_one_way)
{
    static const char *const BAD[] = {"",        "#",       "#12345",  "#1234567", "123456",
                                      "#12345g", "#ABCDEF", "#12 456", "red"};
    struct colour out = colour("#0a1bff");

    assert_int_equal(out.red, 0x0A);
    assert_int_equal(out.green, 0x1B);
    assert_int_equal(out.blue, 0xFF);
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        assert_false(colour_parse(str_of(BAD[i]), &out));
}

/* The ratios that WCAG's own examples and checkers give. */
CASE(contrast_is_that_of_wcag)
{
    assert_int_equal(colour_contrast(colour("#ffffff"), colour("#000000")), 2100);
    assert_int_equal(colour_contrast(colour("#000000"), colour("#ffffff")), 2100);
    assert_int_equal(colour_contrast(colour("#777777"), colour("#ffffff")), 447);
    assert_int_equal(colour_contrast(colour("#767676"), colour("#ffffff")), 454);
    assert_int_equal(colour_contrast(colour("#949494"), colour("#ffffff")), 303);
    assert_int_equal(colour_contrast(colour("#ff0000"), colour("#ffffff")), 399);
    assert_int_equal(colour_contrast(colour("#123456"), colour("#123456")), 100);
}

CASE(an_accent_is_seen_on_light_and_dark_paper)
{
    assert_true(colour_is_accent(colour("#1a8f5a")));
    assert_true(colour_is_accent(colour("#d9480f")));
    assert_false(colour_is_accent(colour("#ffff00")));
    assert_false(colour_is_accent(colour("#000080")));
    assert_false(colour_is_accent(colour("#ffffff")));
    assert_false(colour_is_accent(colour("#000000")));
}

CASE(text_on_any_colour_reaches_the_ratio_of_text)
{
    for (int step = 0; step < 4096; step++) {
        struct colour on = {(uint8_t)((step & 15) * 17), (uint8_t)((step >> 4 & 15) * 17),
                            (uint8_t)((step >> 8) * 17)};
        struct colour text = colour(colour_wants_white(on) ? "#ffffff" : "#000000");
        assert_true(colour_contrast(on, text) >= 450);
    }
}

UNIT_MAIN(T(colours_are_written_in_one_way), T(contrast_is_that_of_wcag),
          T(an_accent_is_seen_on_light_and_dark_paper),
          T(text_on_any_colour_reaches_the_ratio_of_text))
