#include "base/decimal.h"

#include "base/arena.h"
#include "support/unit.h"

static struct decimal dec(const char *text)
{
    struct decimal out = {0};

    assert_ok(decimal_read(str_of(text), &out));
    assert_true(out.present);
    return out;
}

static err_t read_err(const char *text)
{
    struct decimal out;

    return decimal_read(str_of(text), &out);
}

static void assert_text(struct decimal number, const char *expected)
{
    struct arena *arena = arena_new(4096);

    assert_string_equal(decimal_text(arena, number).ptr, expected);
    arena_free(arena);
}

CASE(what_is_read_keeps_its_decimals)
{
    assert_text(dec("2.50"), "2.50");
    assert_text(dec("-0.05"), "-0.05");
    assert_text(dec(" +7 \n"), "7");
    assert_text(dec(".5"), "0.5");
    assert_text(dec("5."), "5");
    assert_text(dec("0.000000000000000001"), "0.000000000000000001");
    assert_text(dec("9223372036854775807"), "9223372036854775807");
    assert_text(dec("-92233720368547758.08"), "-92233720368547758.08");
}

CASE(what_is_not_there_has_no_text_and_counts_as_nothing)
{
    struct decimal none = {0};
    struct decimal out;

    assert_int_equal(decimal_text(NULL, none).len, 0);
    assert_ok(decimal_add(none, dec("1.5"), &out));
    assert_text(out, "1.5");
    assert_true(decimal_equal(none, dec("0.00")));
}

CASE(other_texts_are_refused)
{
    static const char *const BAD[] = {"",      " ",   ".",   "-",   "+.",  "1,5", "1e2",
                                      "1.2.3", "--1", "0x1", "1 2", "NaN", "1-"};

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        assert_int_equal(read_err(BAD[i]), ERR_MALFORMED);
    assert_int_equal(read_err("9223372036854775808"), ERR_LIMIT);
    assert_int_equal(read_err("-9223372036854775809"), ERR_LIMIT);
    assert_int_equal(read_err("92233720368547758.08"), ERR_LIMIT);
    assert_int_equal(read_err("0.0000000000000000001"), ERR_LIMIT);
}

CASE(values_are_compared_not_texts)
{
    assert_true(decimal_equal(dec("1.5"), dec("1.500")));
    assert_int_equal(decimal_compare(dec("-1"), dec("0.01")), -1);
    assert_int_equal(decimal_compare(dec("9223372036854775807"), dec("0.000000000000000001")), 1);
    assert_int_equal(decimal_sign(dec("-0.00")), 0);
    assert_int_equal(decimal_sign(dec("-0.01")), -1);
    assert_int_equal(decimal_sign(dec("3")), 1);
}

CASE(sums_are_exact_and_their_edge_is_a_limit)
{
    struct decimal out;

    assert_ok(decimal_add(dec("0.1"), dec("0.20"), &out));
    assert_text(out, "0.30");
    assert_ok(decimal_sub(dec("1"), dec("1.001"), &out));
    assert_text(out, "-0.001");
    assert_ok(decimal_add(dec("9223372036854775806"), dec("1"), &out));
    assert_int_equal(decimal_add(dec("9223372036854775807"), dec("1"), &out), ERR_LIMIT);
    assert_int_equal(decimal_sub(dec("-9223372036854775808"), dec("1"), &out), ERR_LIMIT);
    assert_int_equal(decimal_add(dec("9223372036854775807"), dec("0.1"), &out), ERR_LIMIT);
}

CASE(products_round_a_half_away_from_zero)
{
    struct decimal out;

    assert_ok(decimal_times(dec("33.333333"), dec("3"), dec("1"), 2, &out));
    assert_text(out, "100.00");
    assert_ok(decimal_times(dec("0.05"), dec("0.1"), dec("1"), 2, &out));
    assert_text(out, "0.01");
    assert_ok(decimal_times(dec("-0.05"), dec("0.1"), dec("1"), 2, &out));
    assert_text(out, "-0.01");
    assert_ok(decimal_times(dec("0.049"), dec("0.1"), dec("1"), 2, &out));
    assert_text(out, "0.00");
    assert_ok(decimal_times(dec("1"), dec("1"), dec("-3"), 4, &out));
    assert_text(out, "-0.3333");
    assert_ok(decimal_times(dec("1"), dec("5"), dec("1000"), 2, &out));
    assert_text(out, "0.01");
    assert_ok(decimal_times(dec("39.98"), dec("5.50"), dec("100"), 2, &out));
    assert_text(out, "2.20");
}

CASE(products_that_do_not_fit_are_a_limit)
{
    struct decimal out;

    assert_int_equal(decimal_times(dec("9223372036854775807"), dec("2"), dec("1"), 0, &out),
                     ERR_LIMIT);
    assert_int_equal(
        decimal_times(dec("9223372036854775807"), dec("9223372036854775807"), dec("1"), 2, &out),
        ERR_LIMIT);
    assert_int_equal(decimal_times(dec("0.000000000000000001"), dec("0.000000000000000001"),
                                   dec("9223372036854775807"), 0, &out),
                     ERR_LIMIT);
    assert_ok(decimal_times(dec("9223372036854775807"), dec("2"), dec("2"), 0, &out));
    assert_text(out, "9223372036854775807");
}

CASE(digits_are_not_lost_in_silence)
{
    int64_t out;

    assert_true(decimal_to(dec("1.5"), 2, &out));
    assert_true(out == 150);
    assert_true(decimal_to(dec("1.500"), 2, &out));
    assert_true(out == 150);
    assert_false(decimal_to(dec("1.501"), 2, &out));
    assert_false(decimal_to(dec("9223372036854775807"), 2, &out));
}

UNIT_MAIN(T(what_is_read_keeps_its_decimals),
          T(what_is_not_there_has_no_text_and_counts_as_nothing), T(other_texts_are_refused),
          T(values_are_compared_not_texts), T(sums_are_exact_and_their_edge_is_a_limit),
          T(products_round_a_half_away_from_zero), T(products_that_do_not_fit_are_a_limit),
          T(digits_are_not_lost_in_silence))
