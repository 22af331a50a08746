#include "base/bic.h"

#include "support/unit.h"

CASE(eight_and_eleven_characters_are_valid)
{
    assert_true(bic_valid(STR("TESTFRPP")));
    assert_true(bic_valid(STR("TESTFRPPXXX")));
    assert_true(bic_valid(STR("AB12FR3N")));
    assert_true(bic_valid(STR("PSSTFRPPA1B")));
}

CASE(anything_else_is_refused)
{
    assert_false(bic_valid(STR("")));
    assert_false(bic_valid(STR_NONE));
    assert_false(bic_valid(STR("TESTFRP")));
    assert_false(bic_valid(STR("TESTFRPPX")));
    assert_false(bic_valid(STR("TESTFRPPXX")));
    assert_false(bic_valid(STR("TESTFRPPXXXX")));
    assert_false(bic_valid(STR("testfrpp")));
    assert_false(bic_valid(STR("TEST1RPP")));
    assert_false(bic_valid(STR("TESTF1PP")));
    assert_false(bic_valid(STR("TESTFRP ")));
    assert_false(bic_valid(STR("TE-TFRPP")));
}

CASE(the_main_branch_is_the_bank_itself)
{
    assert_true(bic_same(STR("TESTFRPP"), STR("TESTFRPP")));
    assert_true(bic_same(STR("TESTFRPP"), STR("TESTFRPPXXX")));
    assert_false(bic_same(STR("TESTFRPP"), STR("TESTFRPP001")));
    assert_false(bic_same(STR("TESTFRPP"), STR("TESTDEPP")));
    assert_false(bic_same(STR("TESTFXXX"), STR("TESTF")));
}

UNIT_MAIN(T(eight_and_eleven_characters_are_valid), T(anything_else_is_refused),
          T(the_main_branch_is_the_bank_itself))
