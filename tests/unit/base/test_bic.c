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

CASE(blanks_and_small_letters_are_read_and_not_kept)
{
    struct bic bic = {"untouched"};

    assert_false(bic_parse(STR("testfrp"), &bic));
    assert_false(bic_parse(STR("testfrpp\0xx"), &bic));
    assert_false(bic_parse(STR("test-fr-pp"), &bic));
    assert_false(bic_parse(STR_NONE, &bic));
    assert_string_equal(bic.raw, "untouched");
    assert_true(bic_parse(STR("testfrpp"), &bic));
    assert_string_equal(bic.raw, "TESTFRPP");
    assert_true(bic_parse(STR(" PsSt fr pp a1b "), &bic));
    assert_string_equal(bic.raw, "PSSTFRPPA1B");
}

CASE(the_main_branch_is_the_bank_itself)
{
    assert_str(bic_bank(STR("TESTFRPP")), "TESTFRPP");
    assert_str(bic_bank(STR("TESTFRPPXXX")), "TESTFRPP");
    assert_str(bic_bank(STR("TESTFRPP001")), "TESTFRPP001");
    assert_str(bic_bank(STR("TESTFXXX")), "TESTFXXX"); /* of France: eight characters */
    assert_str(bic_bank(STR("no bank XXX")), "no bank XXX");
}

UNIT_MAIN(T(eight_and_eleven_characters_are_valid), T(anything_else_is_refused),
          T(blanks_and_small_letters_are_read_and_not_kept), T(the_main_branch_is_the_bank_itself))
