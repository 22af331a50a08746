#include "base/umr.h"

#include "support/unit.h"

CASE(all_characters_of_the_rule_are_valid)
{
    assert_true(umr_valid(STR("A")));
    assert_true(umr_valid(STR("maecux5aSa4ikae3kaiw9veivahpeer6")));
    assert_true(umr_valid(STR("A/-?:().,'+z09")));
    assert_true(umr_valid(STR("12345678901234567890123456789012345")));
    assert_true(umr_valid(STR("A/B/C")));
}

CASE(anything_else_is_refused)
{
    assert_false(umr_valid(STR("")));
    assert_false(umr_valid(STR_NONE));
    assert_false(umr_valid(STR("123456789012345678901234567890123456")));
    assert_false(umr_valid(STR("/A")));
    assert_false(umr_valid(STR("A/")));
    assert_false(umr_valid(STR("/")));
    assert_false(umr_valid(STR("A//B")));
    assert_false(umr_valid(STR("A B")));
    assert_false(umr_valid(STR(" A")));
    assert_false(umr_valid(STR("A\0B")));
    assert_false(umr_valid(STR("A_B")));
    assert_false(umr_valid(STR("A#B")));
    assert_false(umr_valid(STR("R\xc3\xa9"
                               "f")));
}

CASE(case_does_not_tell_references_apart)
{
    struct ctx *cx = unit_ctx();

    assert_str(umr_key(cx->arena, STR("Ab-9/z")), "AB-9/Z");
    unit_ctx_free(cx);
}

CASE(a_new_one_keeps_the_rule_of_every_face)
{
    struct ctx *cx = unit_ctx();
    struct str first = umr_new(cx->arena);

    for (int i = 0; i < 200; i++) {
        struct str made = umr_new(cx->arena);
        assert_int_equal(made.len, UMR_MADE_LEN);
        assert_true(umr_valid(made));
        assert_int_equal(made.ptr[0], 'G');
        for (size_t at = 1; at < made.len; at++)
            assert_non_null(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", made.ptr[at]));
        assert_false(str_eq(made, first));
    }
    unit_ctx_free(cx);
}

UNIT_MAIN(T(all_characters_of_the_rule_are_valid), T(anything_else_is_refused),
          T(case_does_not_tell_references_apart), T(a_new_one_keeps_the_rule_of_every_face))
