#include "base/ics.h"

#include "support/unit.h"

CASE(vectors_of_the_standard_are_valid)
{
    assert_true(ics_valid(STR("FR72ZZZ123456")));
    assert_true(ics_valid(STR("FR94ZZZ8512A5")));
    assert_true(ics_valid(STR("DE98ZZZ09999999999")));
}

CASE(the_business_code_does_not_count)
{
    assert_true(ics_valid(STR("FR72ABC123456")));
    assert_true(ics_valid(STR("FR72001123456")));
    assert_true(ics_same(STR("FR72ZZZ123456"), STR("FR72ABC123456")));
    assert_false(ics_same(STR("FR72ZZZ123456"), STR("FR94ZZZ8512A5")));
}

CASE(any_single_wrong_digit_is_found)
{
    static const size_t COUNTED[] = {2, 3, 7, 8, 9, 10, 11, 12};
    char text[] = "FR72ZZZ123456";

    assert_false(ics_valid(STR("FR73ZZZ123456")));
    for (size_t i = 0; i < ARRAY_LEN(COUNTED); i++) {
        char right = text[COUNTED[i]];
        for (char wrong = '0'; wrong <= '9'; wrong++) {
            text[COUNTED[i]] = wrong;
            assert_int_equal(ics_valid(str_of(text)), wrong == right);
        }
        text[COUNTED[i]] = right;
    }
}

CASE(anything_else_is_refused)
{
    assert_false(ics_valid(STR("")));
    assert_false(ics_valid(STR_NONE));
    assert_false(ics_valid(STR("FR72ZZZ")));
    assert_false(ics_valid(STR("FR72ZZZ12345")));
    assert_false(ics_valid(STR("FR72ZZZ1234560")));
    assert_false(ics_valid(STR("FR72zzz123456")));
    assert_false(ics_valid(STR("FR72 ZZ123456")));
    assert_false(ics_valid(STR("F172ZZZ123456")));
    assert_false(ics_valid(STR("DE98ZZZ0999999999900000000000000000000")));
}

UNIT_MAIN(T(vectors_of_the_standard_are_valid), T(the_business_code_does_not_count),
          T(any_single_wrong_digit_is_found), T(anything_else_is_refused))
