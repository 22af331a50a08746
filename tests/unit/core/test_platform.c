#include "core/platform.h"

#include "support/core.h"

/* What the platform of test mode does with an invoice and a report. */
static void transmit(struct platform_transmission *transmission)
{
    PLATFORM_TEST.transmit(&PLATFORM_TEST, transmission);
}

/* The codes in one text: "200 201 ". */
static struct str codes_for(struct world *world, const char *recipient)
{
    struct platform_transmission sent = {.recipient = str_of(recipient), .format = STR("CII")};
    struct buf out = buf_make(world->cx->arena, 256);

    WORLD_RUN(world, &sent, transmit);
    assert_int_equal(sent.operation.result, OK);
    assert_int_equal(sent.answer, PLATFORM_DONE);
    for (size_t i = 0; i < sent.count; i++)
        buf_format(&out, "%d%s ", sent.statuses[i].code,
                   sent.statuses[i].reason == NULL ? "" : "!");
    return buf_str(&out);
}

CASE(what_becomes_of_an_invoice_is_in_the_number_of_its_buyer)
{
    struct world *world = world_new();

    assert_str(codes_for(world, "100000009"), "200 201 202 203 ");
    assert_str(codes_for(world, "200000008_10000"), "200 201 202 203 ");
    assert_str(codes_for(world, "300000007"), "200 201 202 203 204 205 ");
    assert_str(codes_for(world, "400000006"), "200 201 202 203 204 207! ");
    assert_str(codes_for(world, "500000005"), "200 201 202 203 210! ");
    assert_str(codes_for(world, "600000004"), "200 201 213! ");
    assert_str(codes_for(world, "700000003"), "200 201 202 203 ");
    assert_str(codes_for(world, "900000001"), "213! ");
    assert_str(codes_for(world, "short"), "200 201 202 203 ");
    world_free(world);
}

CASE(some_buyers_platform_does_not_answer)
{
    struct world *world = world_new();
    struct platform_transmission sent = {.recipient = STR("800000002")};

    WORLD_RUN(world, &sent, transmit);
    assert_int_equal(sent.answer, PLATFORM_SILENT);
    assert_int_equal(sent.count, 0);
    world_free(world);
}

static void report(struct platform_report *given)
{
    PLATFORM_TEST.report(&PLATFORM_TEST, given);
}

static enum platform_answer answer_to(struct world *world, const char *siren)
{
    struct platform_report given = {.siren = str_of(siren)};

    WORLD_RUN(world, &given, report);
    return given.answer;
}

CASE(reports_are_taken_but_from_whom_nobody_knows)
{
    struct world *world = world_new();

    assert_int_equal(answer_to(world, "100000009"), PLATFORM_DONE);
    assert_int_equal(answer_to(world, ""), PLATFORM_DONE);
    assert_int_equal(answer_to(world, "800000002"), PLATFORM_SILENT);
    assert_int_equal(answer_to(world, "900000001"), PLATFORM_REFUSED);
    world_free(world);
}

static void look(struct platform_look *given)
{
    PLATFORM_TEST.look(&PLATFORM_TEST, given);
}

CASE(a_public_body_has_a_service)
{
    struct world *world = world_new();
    struct platform_look given = {.siren = STR("700000003")};

    WORLD_RUN(world, &given, look);
    assert_int_equal(given.count, 3);
    for (size_t i = 0; i < given.count; i++) {
        assert_ok(directory_line_check(world->cx, "", &given.lines[i]));
        assert_int_equal(given.lines[i].nature, ESTABLISHMENT_PUBLIC);
        assert_true(given.lines[i].legal_commitment);
    }
    assert_str(given.lines[2].routing_identifier, "COMPTA");
    world_free(world);
}

CASE(a_closed_company_takes_nothing)
{
    struct world *world = world_new();
    struct platform_look given = {.siren = STR("600000004")};

    WORLD_RUN(world, &given, look);
    assert_int_equal(given.answer, PLATFORM_DONE);
    assert_false(given.lines[0].addressable);
    assert_str(given.lines[0].administrative_status, "Closed");
    world_free(world);
}

CASE(live_mode_has_none)
{
    struct world *world = world_new();
    const struct platform *platform;

    assert_ok(core_platform(&world->core, world->cx, &platform));
    assert_ptr_equal(platform, &PLATFORM_TEST);
    world->cx->mode = MODE_LIVE;
    assert_int_equal(core_platform(&world->core, world->cx, &platform), ERR_UNAVAILABLE);
    assert_string_equal(world->cx->faults[0].field, "platform");
    world_free(world);
}

UNIT_MAIN(T(what_becomes_of_an_invoice_is_in_the_number_of_its_buyer),
          T(some_buyers_platform_does_not_answer), T(reports_are_taken_but_from_whom_nobody_knows),
          T(a_public_body_has_a_service), T(a_closed_company_takes_nothing), T(live_mode_has_none))
