#include "core/french.h"

#include "support/unit.h"

#define NARROW "\u202f" /* between groups of digits */
#define MINUS "\u2212"
#define BLANK "\u00a0" /* before a sign */

static void amount_is(int64_t minor, enum currency currency, const char *text)
{
    struct ctx *cx = unit_ctx();

    assert_str(french_amount(cx->arena, currency, minor), text);
    unit_ctx_free(cx);
}

CASE(amounts_are_in_groups_of_three)
{
    amount_is(0, CURRENCY_EUR, "0,00" BLANK "€");
    amount_is(5, CURRENCY_EUR, "0,05" BLANK "€");
    amount_is(99999, CURRENCY_EUR, "999,99" BLANK "€");
    amount_is(100000, CURRENCY_EUR, "1" NARROW "000,00" BLANK "€");
    amount_is(9999999999, CURRENCY_EUR, "99" NARROW "999" NARROW "999,99" BLANK "€");
    amount_is(123456, CURRENCY_USD, "1" NARROW "234,56" BLANK "USD");
}

CASE(what_is_taken_off_has_a_minus)
{
    amount_is(-60000, CURRENCY_EUR, MINUS "600,00" BLANK "€");
    amount_is(-100, CURRENCY_GBP, MINUS "1,00" BLANK "GBP");
}

static void price_is(int64_t e4, size_t decimals, const char *text)
{
    struct ctx *cx = unit_ctx();

    assert_str(french_price(cx->arena, CURRENCY_EUR, e4, decimals), text);
    unit_ctx_free(cx);
}

CASE(prices_have_the_decimals_of_their_column)
{
    price_is(263000, 2, "26,30" BLANK "€");
    price_is(263000, 4, "26,3000" BLANK "€");
    price_is(333333, 4, "33,3333" BLANK "€");
    price_is(1, 4, "0,0001" BLANK "€");
    price_is(0, 2, "0,00" BLANK "€");
    price_is(99999999999, 4, "9" NARROW "999" NARROW "999,9999" BLANK "€");
}

CASE(a_price_needs_two_to_four_decimals)
{
    assert_int_equal(french_decimals(0), 2);
    assert_int_equal(french_decimals(10000), 2);
    assert_int_equal(french_decimals(100), 2);
    assert_int_equal(french_decimals(10), 3);
    assert_int_equal(french_decimals(1), 4);
}

CASE(quantities_and_rates_have_no_decimals_that_say_nothing)
{
    struct ctx *cx = unit_ctx();

    assert_str(french_quantity(cx->arena, 10000), "1");
    assert_str(french_quantity(cx->arena, 25000), "2,5");
    assert_str(french_quantity(cx->arena, 1), "0,0001");
    assert_str(french_quantity(cx->arena, 9999990000), "999" NARROW "999");
    assert_str(french_rate(cx->arena, 2000), "20" BLANK "%");
    assert_str(french_rate(cx->arena, 550), "5,5" BLANK "%");
    assert_str(french_rate(cx->arena, 105), "1,05" BLANK "%");
    assert_str(french_rate(cx->arena, 0), "0" BLANK "%");
    unit_ctx_free(cx);
}

CASE(exact_numbers_have_as_many_decimals_as_they_need)
{
    struct ctx *cx = unit_ctx();
    struct decimal price = decimal_of(33333333, 6);

    assert_int_equal(french_worth_decimals(price), 6);
    assert_int_equal(french_worth_decimals(decimal_of(1500, 3)), 2);
    assert_int_equal(french_worth_decimals(decimal_of(7, 0)), 2);
    assert_str(french_worth(cx->arena, CURRENCY_EUR, price, 2), "33,333333" BLANK "€");
    assert_str(french_worth(cx->arena, CURRENCY_EUR, decimal_of(7, 0), 2), "7,00" BLANK "€");
    assert_str(french_worth(cx->arena, CURRENCY_EUR, decimal_of(-75, 1), 6),
               MINUS "7,500000" BLANK "€");
    assert_str(french_number(cx->arena, decimal_of(-1234500, 2)), MINUS "12" NARROW "345");
    assert_str(french_number(cx->arena, decimal_of(INT64_MIN, 18)), MINUS "9,223372036854775808");
    assert_str(french_percent(cx->arena, decimal_of(12500, 4)), "1,25" BLANK "%");
    unit_ctx_free(cx);
}

CASE(a_period_may_have_one_end)
{
    struct ctx *cx = unit_ctx();
    const struct date none = {0};
    const struct date day = {2026, 11, 1};

    assert_str(french_period(cx->arena, day, day), "du 01/11/2026 au 01/11/2026");
    assert_str(french_period(cx->arena, day, none), "à partir du 01/11/2026");
    assert_str(french_period(cx->arena, none, day), "jusqu'au 01/11/2026");
    assert_int_equal(french_period(cx->arena, none, none).len, 0);
    unit_ctx_free(cx);
}

CASE(numbers_of_companies_are_in_groups)
{
    struct ctx *cx = unit_ctx();

    assert_str(french_siren(cx->arena, STR("100000009")), "100" BLANK "000" BLANK "009");
    assert_str(french_siren(cx->arena, STR("10000000900017")),
               "100" BLANK "000" BLANK "009" BLANK "00017");
    assert_int_equal(french_siren(cx->arena, STR_NONE).len, 0);
    unit_ctx_free(cx);
}

CASE(an_address_ends_with_its_country)
{
    struct ctx *cx = unit_ctx();
    struct invoice_address address = {
        .lines = {STR("Prüfstraße 7")},
        .zip = STR("10115"),
        .city = STR("Berlin"),
        .country = STR("DE"),
    };

    assert_str(french_address(cx->arena, &address), "Prüfstraße 7\n10115 Berlin\nAllemagne");
    address.country = STR("FR");
    assert_str(french_address(cx->arena, &address), "Prüfstraße 7\n10115 Berlin, France");
    address.zip = STR_NONE;
    address.lines[2] = STR("au fond");
    assert_str(french_address(cx->arena, &address), "Prüfstraße 7\nau fond\nBerlin, France");
    unit_ctx_free(cx);
}

UNIT_MAIN(T(amounts_are_in_groups_of_three), T(what_is_taken_off_has_a_minus),
          T(prices_have_the_decimals_of_their_column), T(a_price_needs_two_to_four_decimals),
          T(quantities_and_rates_have_no_decimals_that_say_nothing),
          T(exact_numbers_have_as_many_decimals_as_they_need), T(a_period_may_have_one_end),
          T(numbers_of_companies_are_in_groups), T(an_address_ends_with_its_country))
