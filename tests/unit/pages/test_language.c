#include "support/unit.h"

#include "pages/language.h"

CASE(a_known_code_or_locale_is_read)
{
    enum page_lang lang;

    assert_true(language_parse(STR("fr"), &lang));
    assert_int_equal(lang, PAGE_LANG_FR);
    assert_true(language_parse(STR("EN-gb"), &lang));
    assert_int_equal(lang, PAGE_LANG_EN);
    assert_true(language_parse(STR("fr_CA"), &lang));
    assert_int_equal(lang, PAGE_LANG_FR);
}

CASE(anything_else_is_not_a_language)
{
    enum page_lang lang;

    assert_false(language_parse(STR(""), &lang));
    assert_false(language_parse(STR("f"), &lang));
    assert_false(language_parse(STR("fra"), &lang));
    assert_false(language_parse(STR("de"), &lang));
    assert_false(language_parse(STR("<s>"), &lang));
}

CASE(the_address_wins_and_an_unknown_language_is_english)
{
    assert_int_equal(language_choose(STR("fr"), STR("en"), STR("en")), PAGE_LANG_FR);
    assert_int_equal(language_choose(STR("pt"), STR("fr"), STR("fr")), PAGE_LANG_EN);
}

CASE(then_the_browser_by_weight)
{
    assert_int_equal(language_choose(STR_NONE, STR("fr-FR,fr;q=0.9,en;q=0.8"), STR("en")),
                     PAGE_LANG_FR);
    assert_int_equal(language_choose(STR_NONE, STR("de, en;q=0.7, fr;q=0.8"), STR_NONE),
                     PAGE_LANG_FR);
    assert_int_equal(language_choose(STR_NONE, STR("fr;q=0, en;q=0.001"), STR("fr")), PAGE_LANG_EN);
    assert_int_equal(language_choose(STR_NONE, STR("fr;q=2, en;q=x"), STR("en")), PAGE_LANG_EN);
}

CASE(then_the_merchant_then_french)
{
    assert_int_equal(language_choose(STR_NONE, STR("de, *;q=0.5"), STR("en")), PAGE_LANG_EN);
    assert_int_equal(language_choose(STR_NONE, STR_NONE, STR_NONE), PAGE_LANG_FR);
}

UNIT_MAIN(T(a_known_code_or_locale_is_read), T(anything_else_is_not_a_language),
          T(the_address_wins_and_an_unknown_language_is_english), T(then_the_browser_by_weight),
          T(then_the_merchant_then_french))
