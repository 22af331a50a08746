#include "base/money.h"

#include "support/aborts.h"
#include "support/unit.h"

static struct money eur(int64_t minor)
{
    return (struct money){minor, CURRENCY_EUR};
}

static int64_t times(int64_t minor, int64_t by, int64_t per, enum rounding rounding)
{
    struct money out = {0};

    assert_ok(money_times(eur(minor), by, per, rounding, &out));
    assert_int_equal(out.currency, CURRENCY_EUR);
    return out.minor;
}

CASE(sums_and_differences)
{
    struct money out;

    assert_ok(money_add(eur(250), eur(-50), &out));
    assert_int_equal(out.minor, 200);
    assert_int_equal(out.currency, CURRENCY_EUR);
    assert_ok(money_sub(eur(250), eur(300), &out));
    assert_int_equal(out.minor, -50);
}

CASE(sums_at_the_edge_fit_and_one_more_is_a_limit)
{
    struct money out;

    assert_ok(money_add(eur(INT64_MAX - 1), eur(1), &out));
    assert_int_equal(out.minor, INT64_MAX);
    assert_int_equal(money_add(eur(INT64_MAX), eur(1), &out), ERR_LIMIT);
    assert_int_equal(money_add(eur(INT64_MIN), eur(-1), &out), ERR_LIMIT);
    assert_ok(money_sub(eur(INT64_MIN + 1), eur(1), &out));
    assert_true(out.minor == INT64_MIN);
    assert_int_equal(money_sub(eur(INT64_MIN), eur(1), &out), ERR_LIMIT);
    assert_int_equal(money_sub(eur(0), eur(INT64_MIN), &out), ERR_LIMIT);
}

static void add_two_currencies(void)
{
    struct money out;

    (void)!money_add(eur(1), (struct money){1, CURRENCY_USD}, &out);
}

static void subtract_two_currencies(void)
{
    struct money out;

    (void)!money_sub(eur(1), (struct money){1, CURRENCY_USD}, &out);
}

static void compare_two_currencies(void)
{
    (void)!money_cmp(eur(1), (struct money){1, CURRENCY_USD});
}

CASE(two_currencies_never_meet)
{
    assert_true(aborts(add_two_currencies));
    assert_true(aborts(subtract_two_currencies));
    assert_true(aborts(compare_two_currencies));
}

CASE(half_up_rounds_a_half_away_from_zero)
{
    assert_int_equal(times(5, 1, 2, ROUND_HALF_UP), 3);
    assert_int_equal(times(-5, 1, 2, ROUND_HALF_UP), -3);
    assert_int_equal(times(1, 1, 3, ROUND_HALF_UP), 0);
    assert_int_equal(times(2, 1, 3, ROUND_HALF_UP), 1);
    assert_int_equal(times(-1, 1, 3, ROUND_HALF_UP), 0);
    assert_int_equal(times(-2, 1, 3, ROUND_HALF_UP), -1);
    assert_int_equal(times(4, 1, 2, ROUND_HALF_UP), 2);
    assert_int_equal(times(0, 1, 2, ROUND_HALF_UP), 0);
    assert_int_equal(times(7, -1, 2, ROUND_HALF_UP), -4);
}

CASE(down_cuts_towards_zero)
{
    assert_int_equal(times(5, 1, 2, ROUND_DOWN), 2);
    assert_int_equal(times(-5, 1, 2, ROUND_DOWN), -2);
    assert_int_equal(times(299, 1, 100, ROUND_DOWN), 2);
    assert_int_equal(times(-299, 1, 100, ROUND_DOWN), -2);
}

CASE(the_sandbox_fee_on_500_is_58)
{
    /* design.md 7: 160 bp + 50. */
    assert_int_equal(times(500, 160, 10000, ROUND_HALF_UP) + 50, 58);
    assert_int_equal(times(58, 2000, 10000, ROUND_HALF_UP), 12);
    assert_int_equal(times(99999999, 160, 10000, ROUND_HALF_UP), 1600000);
}

CASE(times_at_the_edge)
{
    struct money out;

    assert_int_equal(times(INT64_MAX, 1, 1, ROUND_HALF_UP), INT64_MAX);
    assert_int_equal(times(INT64_MAX, 1, INT64_MAX, ROUND_HALF_UP), 1);
    assert_int_equal(times(INT64_MAX / 2, 1, INT64_MAX, ROUND_HALF_UP), 0);
    assert_int_equal(times(INT64_MAX / 2 + 1, 1, INT64_MAX, ROUND_HALF_UP), 1);
    assert_true(times(INT64_MIN, 1, 1, ROUND_HALF_UP) == INT64_MIN);
    assert_int_equal(money_times(eur(INT64_MAX), 2, 1, ROUND_DOWN, &out), ERR_LIMIT);
    assert_int_equal(money_times(eur(INT64_MIN), -1, 1, ROUND_DOWN, &out), ERR_LIMIT);
}

static void divide_by_zero(void)
{
    struct money out;

    (void)!money_times(eur(1), 1, 0, ROUND_DOWN, &out);
}

static void divide_by_less_than_zero(void)
{
    struct money out;

    (void)!money_times(eur(1), 1, -1, ROUND_DOWN, &out);
}

CASE(times_must_have_a_positive_divisor)
{
    assert_true(aborts(divide_by_zero));
    assert_true(aborts(divide_by_less_than_zero));
}

CASE(split_gives_the_leftover_cents_to_the_first_parts)
{
    static const int64_t WEIGHTS[] = {1, 1, 1};
    struct money parts[3];

    assert_ok(money_split(eur(100), WEIGHTS, 3, parts));
    assert_int_equal(parts[0].minor, 34);
    assert_int_equal(parts[1].minor, 33);
    assert_int_equal(parts[2].minor, 33);
    assert_ok(money_split(eur(-101), WEIGHTS, 3, parts));
    assert_int_equal(parts[0].minor, -34);
    assert_int_equal(parts[1].minor, -34);
    assert_int_equal(parts[2].minor, -33);
}

CASE(split_gives_nothing_to_a_weight_of_zero)
{
    static const int64_t WEIGHTS[] = {0, 3, 0, 4};
    struct money parts[4];

    assert_ok(money_split(eur(1), WEIGHTS, 4, parts));
    assert_int_equal(parts[0].minor, 0);
    assert_int_equal(parts[1].minor, 1);
    assert_int_equal(parts[2].minor, 0);
    assert_int_equal(parts[3].minor, 0);
    assert_int_equal(parts[3].currency, CURRENCY_EUR);
}

CASE(split_always_adds_up_again)
{
    static const int64_t WEIGHTS[] = {7, 0, 13, 1, 1000, 333};

    for (int64_t minor = -3000; minor <= 3000; minor += 7) {
        struct money parts[6];
        struct money sum = eur(0);
        assert_ok(money_split(eur(minor), WEIGHTS, 6, parts));
        for (size_t i = 0; i < 6; i++)
            assert_ok(money_add(sum, parts[i], &sum));
        assert_int_equal(sum.minor, minor);
    }
}

CASE(split_of_too_much_is_a_limit)
{
    static const int64_t HEAVY[] = {INT64_MAX, 1};
    static const int64_t TEN[] = {10, 10};
    struct money parts[2];

    assert_int_equal(money_split(eur(1), HEAVY, 2, parts), ERR_LIMIT);
    assert_ok(money_split(eur(INT64_MAX), TEN, 2, parts));
    assert_true(parts[0].minor + parts[1].minor == INT64_MAX);
}

static void split_without_weight(void)
{
    static const int64_t NONE[] = {0, 0};
    struct money parts[2];

    (void)!money_split(eur(1), NONE, 2, parts);
}

static void split_by_less_than_nothing(void)
{
    static const int64_t BELOW[] = {3, -1};
    struct money parts[2];

    (void)!money_split(eur(1), BELOW, 2, parts);
}

CASE(split_must_have_weights)
{
    assert_true(aborts(split_without_weight));
    assert_true(aborts(split_by_less_than_nothing));
}

CASE(order_of_amounts)
{
    assert_int_equal(money_cmp(eur(1), eur(2)), -1);
    assert_int_equal(money_cmp(eur(2), eur(2)), 0);
    assert_int_equal(money_cmp(eur(INT64_MAX), eur(INT64_MIN)), 1);
}

CASE(decimal_text)
{
    struct ctx *cx = unit_ctx();

    assert_str(money_decimal(cx->arena, eur(2599)), "25.99");
    assert_str(money_decimal(cx->arena, eur(-5)), "-0.05");
    assert_str(money_decimal(cx->arena, eur(0)), "0.00");
    assert_str(money_decimal(cx->arena, eur(100)), "1.00");
    assert_str(money_decimal(cx->arena, eur(INT64_MIN)), "-92233720368547758.08");
    unit_ctx_free(cx);
}

CASE(currencies_have_their_iso_code_and_number)
{
    static const struct {
        const char *text;
        int numeric;
    } ALL[] = {
        {"eur", 978},
        {"aud", 36 },
        {"cad", 124},
        {"chf", 756},
        {"dkk", 208},
        {"gbp", 826},
        {"nok", 578},
        {"pln", 985},
        {"sek", 752},
        {"usd", 840},
    };

    for (size_t i = 0; i < ARRAY_LEN(ALL); i++) {
        enum currency parsed;
        enum currency by_number;
        assert_true(currency_parse(str_of(ALL[i].text), &parsed));
        assert_string_equal(currency_text(parsed), ALL[i].text);
        assert_int_equal(currency_numeric(parsed), ALL[i].numeric);
        assert_int_equal(currency_decimals(parsed), 2);
        assert_true(currency_from_numeric(ALL[i].numeric, &by_number));
        assert_int_equal(by_number, parsed);
    }
}

CASE(an_unknown_currency_leaves_the_result_alone)
{
    enum currency out = CURRENCY_CHF;

    assert_false(currency_parse(STR("EUR"), &out));
    assert_false(currency_parse(STR("jpy"), &out));
    assert_false(currency_parse(STR(""), &out));
    assert_false(currency_parse(STR("eurx"), &out));
    assert_false(currency_from_numeric(392, &out));
    assert_false(currency_from_numeric(0, &out));
    assert_int_equal(out, CURRENCY_CHF);
}

static void text_of_no_currency(void)
{
    (void)!currency_text((enum currency)0);
}

CASE(a_zeroed_currency_shows)
{
    assert_true(aborts(text_of_no_currency));
}

CASE(decimals_are_read_exactly)
{
    static const char *const BAD[] = {
        "",   ".",  ".5",    "5.",  "1,5",     "+5",  "-1",       "1e2",
        " 1", "1 ", "1.2.3", "0x1", "1.23456", "1_0", "\xC2\xB2", "99999999999999999999"};
    int64_t number = -7;

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        assert_false(decimal_parse(str_of(BAD[i]), 4, &number));
    assert_int_equal(number, -7);
    assert_true(decimal_parse(STR("26.30"), 4, &number));
    assert_int_equal(number, 263000);
    assert_true(decimal_parse(STR("3"), 4, &number));
    assert_int_equal(number, 30000);
    assert_true(decimal_parse(STR("0.0001"), 4, &number));
    assert_int_equal(number, 1);
    assert_true(decimal_parse(STR("9999999.9999"), 4, &number));
    assert_int_equal(number, INT64_C(99999999999));
    assert_true(decimal_parse(STR("12"), 0, &number));
    assert_int_equal(number, 12);
    assert_false(decimal_parse(STR("12.0"), 0, &number));
}

UNIT_MAIN(T(decimals_are_read_exactly), T(sums_and_differences),
          T(sums_at_the_edge_fit_and_one_more_is_a_limit), T(two_currencies_never_meet),
          T(half_up_rounds_a_half_away_from_zero), T(down_cuts_towards_zero),
          T(the_sandbox_fee_on_500_is_58), T(times_at_the_edge),
          T(times_must_have_a_positive_divisor),
          T(split_gives_the_leftover_cents_to_the_first_parts),
          T(split_gives_nothing_to_a_weight_of_zero), T(split_always_adds_up_again),
          T(split_of_too_much_is_a_limit), T(split_must_have_weights), T(order_of_amounts),
          T(decimal_text), T(currencies_have_their_iso_code_and_number),
          T(an_unknown_currency_leaves_the_result_alone), T(a_zeroed_currency_shows))
