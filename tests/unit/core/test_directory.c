#include "core/directory.h"

#include "support/unit.h"

#define SIREN "100000009"
#define SIRET "10000000900017"

static struct directory_line line_of(const char *siren)
{
    return (struct directory_line){.siren = str_of(siren), .name = STR("Atelier")};
}

/* The one fault, or OK. */
static void refused(struct ctx *cx, const struct directory_line *line, const char *field)
{
    ctx_clear_faults(cx);
    assert_int_equal(directory_line_check(cx, "e.", line), ERR_INVALID);
    assert_int_equal(cx->fault_count, 1);
    assert_string_equal(cx->faults[0].field, field);
}

CASE(a_siren_has_its_check_digit)
{
    struct ctx *cx = unit_ctx();
    struct directory_line good = line_of(SIREN);
    struct directory_line bad = line_of("100000008");

    assert_ok(directory_line_check(cx, "e.", &good));
    refused(cx, &bad, "e.siren");
    bad.siren = STR("10000000");
    refused(cx, &bad, "e.siren");
    unit_ctx_free(cx);
}

CASE(a_siret_belongs_to_its_siren_and_la_poste_has_its_own_rule)
{
    struct ctx *cx = unit_ctx();
    struct directory_line line = line_of(SIREN);

    line.siret = STR(SIRET);
    assert_ok(directory_line_check(cx, "e.", &line));
    line.siret = STR("10000000900018");
    refused(cx, &line, "e.siret");
    line.siret = STR("20000000800009");
    refused(cx, &line, "e.siret");
    line = line_of("356000000");
    line.siret = STR("35600000049837"); /* digits that sum up to 45 */
    assert_ok(directory_line_check(cx, "e.", &line));
    unit_ctx_free(cx);
}

CASE(a_suffix_excludes_a_siret_and_a_routing_code_needs_one)
{
    struct ctx *cx = unit_ctx();
    struct directory_line line = line_of(SIREN);

    line.suffix = STR("ACHATS");
    assert_ok(directory_line_check(cx, "e.", &line));
    line.siret = STR(SIRET);
    refused(cx, &line, "e.suffix");
    line.suffix = STR_NONE;
    line.routing_identifier = STR("SERVICE.1");
    line.routing_scheme = ROUTING_0224;
    assert_ok(directory_line_check(cx, "e.", &line));
    line.siret = STR_NONE;
    refused(cx, &line, "e.routing_identifier");
    line.routing_identifier = STR_NONE;
    refused(cx, &line, "e.routing_identifier_type");
    unit_ctx_free(cx);
}

CASE(addresses_have_their_letters)
{
    struct ctx *cx = unit_ctx();
    struct directory_line line = line_of(SIREN);

    line.suffix = STR("a+Z-9_.");
    assert_ok(directory_line_check(cx, "e.", &line));
    line.suffix = STR("a b");
    refused(cx, &line, "e.suffix");
    line.suffix = STR("é");
    refused(cx, &line, "e.suffix");
    line.suffix = STR_NONE;
    line.siret = STR(SIRET);
    line.routing_identifier = STR("a/b");
    refused(cx, &line, "e.routing_identifier");
    unit_ctx_free(cx);
}

CASE(each_line_has_its_address)
{
    struct ctx *cx = unit_ctx();
    struct directory_line line = line_of(SIREN);

    assert_str(directory_address(cx->arena, &line), SIREN);
    line.suffix = STR("ACHATS");
    assert_str(directory_address(cx->arena, &line), SIREN "_ACHATS");
    line.suffix = STR_NONE;
    line.siret = STR(SIRET);
    assert_str(directory_address(cx->arena, &line), SIREN "_" SIRET);
    line.routing_identifier = STR("SERVICE");
    assert_str(directory_address(cx->arena, &line), SIREN "_" SIRET "_SERVICE");
    unit_ctx_free(cx);
}

UNIT_MAIN(T(a_siren_has_its_check_digit),
          T(a_siret_belongs_to_its_siren_and_la_poste_has_its_own_rule),
          T(a_suffix_excludes_a_siret_and_a_routing_code_needs_one),
          T(addresses_have_their_letters), T(each_line_has_its_address))
