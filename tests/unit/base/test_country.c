#include "base/country.h"
#include "support/unit.h"

static void assert_code(const char *text, const char *code)
{
    struct ctx *cx = unit_ctx();
    struct str found;

    assert_int_equal(country_code(cx->arena, str_of(text), &found), code != NULL);
    if (code == NULL)
        assert_null(found.ptr);
    else
        assert_true(str_eq(found, str_of(code)));
    unit_ctx_free(cx);
}

CASE(names_in_both_languages_and_codes_are_known)
{
    assert_code("France", "FR");
    assert_code("  FRANCE ", "FR");
    assert_code("fr", "FR");
    assert_code("Tch\xc3\xa9quie", "CZ");
    assert_code("Germany", "DE");
    assert_code("Royaume-Uni", "GB");
    assert_code("La R\xc3\xa9union", "RE");
    assert_code("US", "US");
}

CASE(other_names_are_not)
{
    assert_code("", NULL);
    assert_code("F", NULL);
    assert_code("F1", NULL);
    assert_code("Utopia", NULL);
    assert_code("Francee", NULL);
}

UNIT_MAIN(T(names_in_both_languages_and_codes_are_known), T(other_names_are_not))
