#include "core/einvoice.h"

#include "support/unit.h"

CASE(a_report_keeps_a_hundred_failures_and_counts_the_rest)
{
    struct arena *arena = arena_new(64 * 1024);
    struct einvoice_report report = einvoice_report_new(arena);

    for (size_t i = 0; i < EINVOICE_FAILURES_MAX; i++)
        einvoice_fail(&report, "BR-24", "BT-131", i + 1, "is missing");
    assert_int_equal(report.count, EINVOICE_FAILURES_MAX);
    assert_int_equal(report.more, 0);
    einvoice_fail(&report, "BR-25", "BT-153", 1, "is missing");
    assert_int_equal(report.count, EINVOICE_FAILURES_MAX);
    assert_int_equal(report.more, 1);
    assert_string_equal(report.failures[99].rule, "BR-24");
    assert_int_equal(report.failures[99].at, 100);
    arena_free(arena);
}

CASE(a_zeroed_date_is_none)
{
    assert_false(einvoice_has_date((struct date){0}));
    assert_true(einvoice_has_date((struct date){2026, 11, 29}));
}

UNIT_MAIN(T(a_report_keeps_a_hundred_failures_and_counts_the_rest), T(a_zeroed_date_is_none))
