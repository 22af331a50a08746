#include "support/unit.h"

#include "rails/card/response.h"

CASE(the_same_code_means_another_thing_in_another_network)
{
    assert_int_equal(response_kind(STR("MC"), STR("65")), RESPONSE_STRONG);
    assert_int_equal(response_kind(STR("VI"), STR("65")), RESPONSE_SOFT);
    assert_int_equal(response_kind(STR("CB"), STR("81")), RESPONSE_STRONG);
    assert_int_equal(response_kind(STR("MC"), STR("81")), RESPONSE_TECHNICAL);
    assert_int_equal(response_kind(STR("VI"), STR("1A")), RESPONSE_STRONG);
    assert_int_equal(response_kind(STR("CB"), STR("1A")), RESPONSE_UNTOLD);
    assert_int_equal(response_kind(STR("CB"), STR("80")), RESPONSE_PRESENT);
    assert_int_equal(response_kind(STR("VI"), STR("80")), RESPONSE_TECHNICAL);
}

CASE(only_00_is_an_approval)
{
    char code[3] = "00";

    for (int i = 0; i < 100; i++) {
        code[0] = (char)('0' + i / 10);
        code[1] = (char)('0' + i % 10);
        bool approved = response_kind(STR(""), str_of(code)) == RESPONSE_APPROVED;
        assert_true(approved == (i == 0));
    }
}

CASE(families_of_the_table)
{
    assert_int_equal(response_kind(STR(""), STR("A1")), RESPONSE_STRONG);
    assert_int_equal(response_kind(STR("CB"), STR("51")), RESPONSE_SOFT);
    assert_int_equal(response_kind(STR("CB"), STR("41")), RESPONSE_HARD);
    assert_int_equal(response_kind(STR(""), STR("96")), RESPONSE_TECHNICAL);
    assert_int_equal(response_kind(STR(""), STR("R1")), RESPONSE_HARD);
    assert_int_equal(response_kind(STR(""), STR("55")), RESPONSE_PRESENT);
}

CASE(a_code_that_no_table_has_is_told_apart)
{
    assert_int_equal(response_kind(STR("CB"), STR("ZZ")), RESPONSE_UNTOLD);
    assert_int_equal(response_kind(STR("CB"), STR("")), RESPONSE_UNTOLD);
    assert_int_equal(response_kind(STR("CB"), STR("000")), RESPONSE_UNTOLD);
}

UNIT_MAIN(T(the_same_code_means_another_thing_in_another_network), T(only_00_is_an_approval),
          T(families_of_the_table), T(a_code_that_no_table_has_is_told_apart))
