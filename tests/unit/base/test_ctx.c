#include "base/ctx.h"

#include "support/aborts.h"
#include "support/unit.h"

CASE(a_fault_is_recorded_and_its_result_returned)
{
    struct ctx *cx = unit_ctx();

    assert_int_equal(fault(cx, ERR_STATE, "payment", "is not captured"), ERR_STATE);
    assert_int_equal(fault_object(cx, ERR_CONFLICT, NULL, "exists", "0123456789ABCDEFGHXYZabz"),
                     ERR_CONFLICT);
    assert_int_equal(cx->fault_count, 2);
    assert_int_equal(cx->faults[0].err, ERR_STATE);
    assert_string_equal(cx->faults[0].field, "payment");
    assert_string_equal(cx->faults[0].text, "is not captured");
    assert_string_equal(cx->faults[0].object, "");
    assert_null(cx->faults[1].field);
    assert_string_equal(cx->faults[1].object, "0123456789ABCDEFGHXYZabz");
    unit_ctx_free(cx);
}

CASE(faults_past_the_maximum_are_dropped)
{
    struct ctx *cx = unit_ctx();

    for (int i = 0; i < FAULTS_MAX; i++)
        assert_int_equal(fault(cx, ERR_INVALID, "kept", "bad"), ERR_INVALID);
    assert_int_equal(fault(cx, ERR_LIMIT, "dropped", "bad"), ERR_LIMIT);
    assert_int_equal(cx->fault_count, FAULTS_MAX);
    assert_string_equal(cx->faults[FAULTS_MAX - 1].field, "kept");
    ctx_clear_faults(cx);
    assert_int_equal(cx->fault_count, 0);
    unit_ctx_free(cx);
}

CASE(an_object_that_is_too_long_is_cut)
{
    struct ctx *cx = unit_ctx();

    assert_int_equal(
        fault_object(cx, ERR_NOT_FOUND, "id", "unknown", "paym_0123456789ABCDEFGHXYZabz and more"),
        ERR_NOT_FOUND);
    assert_int_equal(strlen(cx->faults[0].object), ID_LEN);
    unit_ctx_free(cx);
}

static void fault_without_error(void)
{
    fault(unit_ctx(), OK, "field", "text");
}

CASE(a_fault_is_never_ok)
{
    assert_true(aborts(fault_without_error));
}

CASE(every_result_has_its_own_name)
{
    for (err_t a = OK; a <= ERR_INTERNAL; a++) {
        assert_true(strlen(err_text(a)) > 0);
        for (err_t b = OK; b < a; b++)
            assert_string_not_equal(err_text(a), err_text(b));
    }
}

static err_t count_and_give(int *calls, err_t err)
{
    (*calls)++;
    return err;
}

static err_t try_both(int *calls, err_t first)
{
    TRY(count_and_give(calls, first));
    TRY(count_and_give(calls, OK));
    return OK;
}

CASE(try_returns_the_first_error_and_evaluates_once)
{
    int calls = 0;

    assert_int_equal(try_both(&calls, ERR_BUSY), ERR_BUSY);
    assert_int_equal(calls, 1);
    assert_ok(try_both(&calls, OK));
    assert_int_equal(calls, 3);
}

CASE(modes_have_texts)
{
    enum mode mode = MODE_TEST;

    assert_string_equal(mode_text(MODE_TEST), "test");
    assert_string_equal(mode_text(MODE_LIVE), "live");
    assert_false(mode_parse(STR("Live"), &mode));
    assert_int_equal(mode, MODE_TEST);
    assert_true(mode_parse(STR("live"), &mode));
    assert_int_equal(mode, MODE_LIVE);
}

UNIT_MAIN(T(a_fault_is_recorded_and_its_result_returned), T(faults_past_the_maximum_are_dropped),
          T(an_object_that_is_too_long_is_cut), T(a_fault_is_never_ok),
          T(every_result_has_its_own_name), T(try_returns_the_first_error_and_evaluates_once),
          T(modes_have_texts))
