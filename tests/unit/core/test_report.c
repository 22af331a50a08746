#include "core/report.h"

#include "core/event.h"
#include "core/platform.h"
#include "support/core_calls.h"
#include "support/core_raw.h"

static struct date day_after(int days)
{
    return date_from_days(date_to_days(date_paris(WORLD_START)) + days);
}

static struct report_create report_give(struct world *world, const char *reference, struct date day)
{
    struct report_create create = {
        .day_field = "body.date",
        .report = {.kind = REPORT_B2C_TRANSACTIONS,
                   .day = day,
                   .reference = str_of(reference),
                   .content = STR("{\"date\":\"2031-06-02\"}")},
    };

    WORLD_RUN(world, &create, report_create);
    return create;
}

static struct report report_now(struct world *world, struct report_id id)
{
    struct report report;

    assert_ok(report_load(world->cx, world_read(world), id, &report));
    reader_release(world->core.reader);
    return report;
}

CASE(a_report_leaves_when_its_period_is_over)
{
    struct world *world = world_new();
    struct event *events;
    size_t count;

    world_advance_to(world, 0, 11, 0); /* 2 June */
    struct report_create create = report_give(world, "a", day_after(0));
    assert_int_equal(create.operation.result, OK);
    world_advance_to(world, 8, 23, 59);
    assert_int_equal(report_now(world, create.report.id).state, REPORT_PENDING);
    world_advance_to(world, 9, 0, 1); /* 11 June */
    struct report report = report_now(world, create.report.id);
    assert_int_equal(report.state, REPORT_TRANSMITTED);
    assert_true(report.ended >= report.due);
    assert_str(report.content, "{\"date\":\"2031-06-02\"}");
    assert_ok(events_of_object(world->cx, world_read(world), report.id.raw, &events, &count));
    assert_int_equal(count, 2);
    assert_str(events[1].detail, "transmitted");
    world_is_sound(world);
    world_free(world);
}

CASE(one_whose_period_has_passed_leaves_at_once)
{
    struct world *world = world_new();

    world_advance_to(world, 0, 11, 0);
    struct report_create create = report_give(world, "a", day_after(-30));
    world_work(world);
    assert_int_equal(report_now(world, create.report.id).state, REPORT_TRANSMITTED);
    world_free(world);
}

CASE(a_day_that_has_not_come_is_refused)
{
    struct world *world = world_new();

    world_advance_to(world, 0, 11, 0);
    struct report_create create = report_give(world, "a", day_after(1));
    assert_int_equal(create.operation.result, ERR_INVALID);
    assert_string_equal(fault_of(&create.operation)->field, "body.date");
    world_free(world);
}

CASE(the_same_is_reported_once_unless_it_was_rejected)
{
    struct world *world = world_new();

    world_advance_to(world, 0, 11, 0);
    world_set(world, "siren", "900000001"); /* whom the platform does not know */
    struct report_create first = report_give(world, "a", day_after(-30));
    struct report_create again = report_give(world, "a", day_after(-30));
    assert_int_equal(again.operation.result, ERR_CONFLICT);
    assert_string_equal(fault_of(&again.operation)->object, first.report.id.raw);
    assert_int_equal(report_give(world, "b", day_after(0)).operation.result, OK);
    world_work(world);
    struct report report = report_now(world, first.report.id);
    assert_int_equal(report.state, REPORT_REJECTED);
    assert_str(report.cause, "declarant_unknown");
    assert_int_equal(report_give(world, "a", day_after(-30)).operation.result, OK);
    world_is_sound(world);
    world_free(world);
}

CASE(a_platform_that_does_not_answer_is_told_again)
{
    struct world *world = world_new();

    world_advance_to(world, 0, 11, 0);
    world_set(world, "siren", "800000002");
    struct report_create create = report_give(world, "a", day_after(-30));
    world_work(world);
    assert_int_equal(report_now(world, create.report.id).state, REPORT_PENDING);
    world_set(world, "siren", "100000009");
    world_advance(world, 600);
    assert_int_equal(report_now(world, create.report.id).state, REPORT_TRANSMITTED);
    world_free(world);
}

CASE(without_a_platform_nothing_is_taken)
{
    struct world *world = world_new();

    world->core.test_platform = NULL;
    assert_int_equal(report_give(world, "a", day_after(-1)).operation.result, ERR_UNAVAILABLE);
    world_free(world);
}

CASE(one_that_nothing_waits_for_is_detected)
{
    struct world *world = world_new();

    world_advance_to(world, 0, 11, 0);
    report_give(world, "a", day_after(0));
    world_is_sound(world);
    world_tamper(world, "DELETE FROM task WHERE kind = 'report'");
    struct verify_report *found = world_verify(world);
    assert_int_equal(found->problem_count, 1);
    assert_string_equal(found->problems[0].what,
                        "a report waits for nothing, or has left and waits");
    world_free(world);
}

/* --- what was sold --- */

static void line_refused(struct ctx *cx, enum sales_category category, struct sales_line line,
                         const char *field)
{
    ctx_clear_faults(cx);
    assert_int_equal(sales_check(cx, category, &line, 1, 1), ERR_INVALID);
    assert_string_equal(cx->faults[0].field, field);
}

CASE(a_tax_is_that_of_its_rate_to_the_cent_of_each_sale)
{
    struct ctx *cx = unit_ctx();
    struct sales_line line = {.rate_bp = 2000, .base_minor = 1003, .tax_minor = 201};

    assert_ok(sales_check(cx, SALES_GOODS, &line, 1, 1));
    line.tax_minor = 202;
    assert_ok(sales_check(cx, SALES_GOODS, &line, 1, 1));
    line.tax_minor = 203;
    line_refused(cx, SALES_GOODS, line, "body.vat_lines.0.tax_amount");
    assert_ok(sales_check(cx, SALES_GOODS, &line, 1, 2));
    line = (struct sales_line){.rate_bp = 2000, .base_minor = INT64_MAX, .tax_minor = INT64_MIN};
    line_refused(cx, SALES_GOODS, line, "body.vat_lines.0.tax_amount");
    unit_ctx_free(cx);
}

CASE(rates_are_those_of_france_and_stand_there_once)
{
    struct ctx *cx = unit_ctx();
    const struct sales_line lines[] = {
        {2000, 1000, 200},
        {550,  1000, 55 },
        {2000, 100,  20 },
    };

    assert_ok(sales_check(cx, SALES_SERVICES, lines, 2, 1));
    assert_int_equal(sales_check(cx, SALES_SERVICES, lines, 3, 1), ERR_INVALID);
    assert_string_equal(cx->faults[0].field, "body.vat_lines.2.vat_rate");
    line_refused(cx, SALES_GOODS, (struct sales_line){1900, 1000, 190},
                 "body.vat_lines.0.vat_rate");
    line_refused(cx, SALES_NOT_TAXED, (struct sales_line){2000, 1000, 200},
                 "body.vat_lines.0.vat_rate");
    assert_ok(sales_check(cx, SALES_NOT_TAXED, &(struct sales_line){0, 1000, 0}, 1, 1));
    unit_ctx_free(cx);
}

UNIT_MAIN(T(a_report_leaves_when_its_period_is_over), T(one_whose_period_has_passed_leaves_at_once),
          T(a_day_that_has_not_come_is_refused),
          T(the_same_is_reported_once_unless_it_was_rejected),
          T(a_platform_that_does_not_answer_is_told_again), T(without_a_platform_nothing_is_taken),
          T(one_that_nothing_waits_for_is_detected),
          T(a_tax_is_that_of_its_rate_to_the_cent_of_each_sale),
          T(rates_are_those_of_france_and_stand_there_once))
