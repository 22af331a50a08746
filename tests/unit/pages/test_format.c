#include "support/unit.h"

#include "pages/format.h"

#define NB "\u00a0"

CASE(an_amount_is_written_as_the_language_does)
{
    struct arena *arena = arena_new(1 << 16);
    struct money amount = {2599, CURRENCY_EUR};

    assert_str(format_amount(arena, amount, PAGE_LANG_FR), "25,99" NB "€");
    assert_str(format_amount(arena, amount, PAGE_LANG_EN), "€25.99");
    arena_free(arena);
}

CASE(thousands_are_grouped_without_a_breaking_space)
{
    struct arena *arena = arena_new(1 << 16);
    struct money amount = {123456789, CURRENCY_EUR};

    assert_str(format_amount(arena, amount, PAGE_LANG_FR), "1\u202f234\u202f567,89" NB "€");
    assert_str(format_amount(arena, amount, PAGE_LANG_EN), "€1,234,567.89");
    amount.minor = 99999;
    assert_str(format_amount(arena, amount, PAGE_LANG_EN), "€999.99");
    amount.minor = 100000;
    assert_str(format_amount(arena, amount, PAGE_LANG_EN), "€1,000.00");
    arena_free(arena);
}

CASE(a_currency_without_a_sign_shows_its_code_apart)
{
    struct arena *arena = arena_new(1 << 16);
    struct money francs = {50, CURRENCY_CHF};
    struct money dollars = {1000, CURRENCY_USD};

    assert_str(format_amount(arena, francs, PAGE_LANG_FR), "0,50" NB "CHF");
    assert_str(format_amount(arena, francs, PAGE_LANG_EN), "CHF" NB "0.50");
    assert_str(format_amount(arena, dollars, PAGE_LANG_EN), "US$10.00");
    arena_free(arena);
}

CASE(a_moment_is_paris_time_with_the_month_in_words)
{
    struct arena *arena = arena_new(1 << 16);
    instant at = instant_utc((struct wall){
        .date = {2026, 8, 31},
          .hour = 22, .minute = 5
    });

    assert_str(format_moment(arena, at, PAGE_LANG_FR), "1" NB "septembre 2026 à 00:05");
    assert_str(format_moment(arena, at, PAGE_LANG_EN), "1" NB "September 2026, 00:05");
    at = instant_utc((struct wall){
        .date = {2026, 12, 24},
          .hour = 12
    });
    assert_str(format_moment(arena, at, PAGE_LANG_FR), "24" NB "décembre 2026 à 13:00");
    arena_free(arena);
}

CASE(the_payee_is_named_with_its_registration)
{
    struct arena *arena = arena_new(1 << 16);

    assert_str(format_registered(arena, STR("Atelier"), STR("100000009"), PAGE_LANG_FR),
               "Atelier – SIREN" NB "100" NB "000" NB "009");
    assert_str(format_registered(arena, STR("Atelier"), STR_NONE, PAGE_LANG_FR), "Atelier");
    arena_free(arena);
}

CASE(a_payee_with_the_longest_name_is_named)
{
    enum { NAME_MAX = 128, LETTER = 4 };
    struct arena *arena = arena_new(1 << 16);
    struct buf name = buf_make(arena, (size_t)NAME_MAX * LETTER);

    for (int i = 0; i < NAME_MAX; i++)
        buf_put_cstr(&name, "\U0001D538");
    struct str shown = format_registered(arena, buf_str(&name), STR("100000009"), PAGE_LANG_EN);
    assert_true(str_starts(shown, buf_str(&name)));
    assert_true(str_ends(shown, STR("100" NB "000" NB "009")));
    arena_free(arena);
}

UNIT_MAIN(T(an_amount_is_written_as_the_language_does),
          T(thousands_are_grouped_without_a_breaking_space),
          T(a_currency_without_a_sign_shows_its_code_apart),
          T(a_moment_is_paris_time_with_the_month_in_words),
          T(the_payee_is_named_with_its_registration), T(a_payee_with_the_longest_name_is_named))
