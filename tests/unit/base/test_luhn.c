#include "base/luhn.h"

#include "support/unit.h"

CASE(test_cards_are_valid)
{
    assert_true(luhn_valid(STR("4111111111111111")));
    assert_true(luhn_valid(STR("4000000000000002")));
    assert_true(luhn_valid(STR("378282246310005")));
    assert_true(luhn_valid(STR("5555555555554444")));
    assert_true(luhn_valid(STR("79927398713")));
    assert_true(luhn_valid(STR("00")));
    assert_true(luhn_valid(STR("18")));
}

CASE(any_single_wrong_digit_is_found)
{
    char digits[] = "4970105191923460";

    assert_true(luhn_valid(str_of(digits)));
    for (size_t i = 0; i < strlen(digits); i++) {
        char right = digits[i];
        for (char wrong = '0'; wrong <= '9'; wrong++) {
            digits[i] = wrong;
            assert_int_equal(luhn_valid(str_of(digits)), wrong == right);
        }
        digits[i] = right;
    }
}

CASE(swapped_neighbours_are_found_except_09)
{
    assert_true(luhn_valid(STR("4111111111111145")) != luhn_valid(STR("4111111111111154")));
    assert_true(luhn_valid(STR("4111111111110922")) == luhn_valid(STR("4111111111119022")));
}

CASE(anything_but_digits_is_refused)
{
    assert_false(luhn_valid(STR("")));
    assert_false(luhn_valid(STR_NONE));
    assert_false(luhn_valid(STR("0")));
    assert_false(luhn_valid(STR("4111 1111 1111 1111")));
    assert_false(luhn_valid(STR("411111111111111\0")));
    assert_false(luhn_valid(STR("411111111111111a")));
    assert_false(luhn_valid(STR("-0")));
}

UNIT_MAIN(T(test_cards_are_valid), T(any_single_wrong_digit_is_found),
          T(swapped_neighbours_are_found_except_09), T(anything_but_digits_is_refused))
