#include "base/country.h"

#include "support/unit.h"

static void assert_country(const char *text, const char *code)
{
    struct ctx *cx = unit_ctx();
    struct str found = STR_NONE;

    assert_true(country_code(cx->arena, str_of(text), &found));
    assert_true(str_eq(found, str_of(code)));
    unit_ctx_free(cx);
}

CASE(a_country_is_known_by_its_codes_and_names)
{
    assert_country("FR", "FR");
    assert_country("fr", "FR");
    assert_country("fra", "FR");
    assert_country("France", "FR");
    assert_country("FRANCE", "FR");
    assert_country("Allemagne", "DE");
    assert_country("Germany", "DE");
    assert_country("états-unis", "US");
    assert_country("Etats-Unis", "US");
    assert_country("Côte d'Ivoire", "CI");
    assert_country("United Kingdom", "GB");
    assert_country("Royaume-Uni", "GB");
}

CASE(what_is_no_country_is_not_known)
{
    static const char *const TEXTS[] = {"", " ", "XX", "Atlantis", "F", "FRANCES", "\xff"};
    struct ctx *cx = unit_ctx();
    struct str found;

    for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++)
        assert_false(country_code(cx->arena, str_of(TEXTS[i]), &found));
    unit_ctx_free(cx);
}

CASE(codes_have_two_or_three_letters)
{
    assert_true(country_is_code(STR("it")));
    assert_true(country_is_code(STR("ITA")));
    assert_false(country_is_code(STR("Italy")));
    assert_false(country_is_code(STR("IT1")));
    assert_false(country_is_code(STR("")));
}

CASE(all_countries_are_offered_in_order)
{
    size_t english;
    size_t french;
    const struct country *list = country_list(false, &english);

    assert_true(str_eq(list[0].name, STR("Afghanistan")));
    assert_true(str_eq(list[english - 1].name, STR("Zimbabwe")));
    list = country_list(true, &french);
    assert_int_equal(english, french);
    for (size_t i = 0; i < french; i++)
        assert_true(country_is_code(list[i].code));
    /* Accents do not count. */
    size_t egypt = 0;
    for (size_t i = 0; i < french; i++)
        egypt = str_eq(list[i].code, STR("EG")) ? i : egypt;
    assert_true(str_eq(list[egypt].name, STR("Égypte")));
    assert_true(str_eq(list[egypt + 1].name, STR("Émirats arabes unis")));
}

CASE(an_address_ends_with_the_french_name)
{
    assert_str(country_name(STR("FR"), true), "France");
    assert_str(country_name(STR("de"), true), "Allemagne");
    assert_str(country_name(STR("BO"), true), "Bolivie");
    assert_str(country_name(STR("DE"), false), "Germany");
    assert_str(country_name(STR("ZZ"), true), "ZZ");
    assert_str(country_name(STR_NONE, true), "");
}

UNIT_MAIN(T(all_countries_are_offered_in_order), T(a_country_is_known_by_its_codes_and_names),
          T(what_is_no_country_is_not_known), T(codes_have_two_or_three_letters),
          T(an_address_ends_with_the_french_name))
