#include "core/enrolment.h"

#include "core/audit.h"
#include "support/core_enrolment.h"

/* --- numbers of companies --- */

static void number_is(struct arena *arena, const char *typed, const char *siren, const char *siret)
{
    struct str of;
    struct str place;

    assert_true(company_number_read(arena, str_of(typed), &of, &place));
    assert_str(of, siren);
    if (siret == NULL)
        assert_null(place.ptr);
    else
        assert_str(place, siret);
}

static void number_is_none(struct arena *arena, const char *typed)
{
    struct str siren;
    struct str siret;

    assert_false(company_number_read(arena, str_of(typed), &siren, &siret));
}

CASE(a_number_is_a_siren_or_a_siret_however_it_is_typed)
{
    struct arena *arena = arena_new(1 << 20);

    number_is(arena, "732829320", "732829320", NULL);
    number_is(arena, "732 829 320", "732829320", NULL);
    number_is(arena, "732\u00a0829\u202f320", "732829320", NULL);
    number_is(arena, "732.829-320", "732829320", NULL);
    number_is(arena, "732 829 320 00074", "732829320", "73282932000074");
    /* La Poste: one place by Luhn, another by the sum of its digits. */
    number_is(arena, "356000000", "356000000", NULL);
    number_is(arena, "35600000000048", "356000000", "35600000000048");
    number_is(arena, "35600000049837", "356000000", "35600000049837");
    number_is_none(arena, "");
    number_is_none(arena, "732829321");
    number_is_none(arena, "73282932");
    number_is_none(arena, "7328293200");
    number_is_none(arena, "73282932000075");
    number_is_none(arena, "73282932100073");
    number_is_none(arena, "35600000049838");
    number_is_none(arena, "73282932O");
    number_is_none(arena, "732/829/320");
    arena_free(arena);
}

CASE(the_vat_number_follows_from_the_siren)
{
    struct arena *arena = arena_new(1 << 20);

    assert_str(company_vat_number(arena, STR("732829320")), "FR44732829320");
    assert_str(company_vat_number(arena, STR("100000009")), "FR88100000009");
    arena_free(arena);
}

CASE(the_register_of_test_mode_knows_all_but_some)
{
    struct world *world = world_new();
    struct company_look look = {.siren = STR("923456784")};

    struct company company = enrol_registered(world, "356000000");
    assert_str(company.fields[COMPANY_SIREN], "356000000");
    assert_int_equal(company.fields[COMPANY_SIRET].len, 14);
    WORLD_RUN(world, &look, company_look);
    assert_int_equal(look.answer, COMPANY_UNKNOWN);
    look.siren = STR("812345676");
    WORLD_RUN(world, &look, company_look);
    assert_int_equal(look.answer, COMPANY_SILENT);
    world->core.test_register = NULL;
    look.siren = STR(ENROL_SIREN);
    WORLD_RUN(world, &look, company_look);
    assert_int_equal(look.answer, COMPANY_NO_REGISTER);
    world_free(world);
}

/* --- percentages --- */

static int percentage(bool kyc, bool signature, int steps, bool reviewed)
{
    struct enrolment enrolment = {
        .includes_kyc = kyc, .includes_signature = signature, .reviewed = reviewed ? 1 : 0};

    for (int step = ENROLMENT_COMPANY; step < ENROLMENT_STEPS; step++)
        enrolment.steps[step] = steps >> step & 1;
    return enrolment_percentage(&enrolment);
}

CASE(percentages_are_those_of_the_table)
{
    enum {
        COMPANY = 1 << ENROLMENT_COMPANY,
        PERSON = COMPANY | 1 << ENROLMENT_REPRESENTATIVE,
        PAPERS = PERSON | 1 << ENROLMENT_DOCUMENTS,
        SIGNED = 1 << ENROLMENT_SIGNATURE,
    };

    assert_int_equal(percentage(false, false, 0, false), 0);
    assert_int_equal(percentage(false, false, COMPANY, false), 100);
    assert_int_equal(percentage(true, false, COMPANY, false), 33);
    assert_int_equal(percentage(true, false, PERSON, false), 55);
    assert_int_equal(percentage(true, false, PAPERS, false), 77);
    assert_int_equal(percentage(true, false, PAPERS, true), 100);
    assert_int_equal(percentage(false, true, COMPANY, false), 33);
    assert_int_equal(percentage(false, true, COMPANY | SIGNED, false), 100);
    assert_int_equal(percentage(true, true, COMPANY, false), 20);
    assert_int_equal(percentage(true, true, PERSON, false), 33);
    assert_int_equal(percentage(true, true, PAPERS, false), 46);
    assert_int_equal(percentage(true, true, PAPERS, true), 60);
    assert_int_equal(percentage(true, true, PAPERS | SIGNED, false), 86);
    assert_int_equal(percentage(true, true, PAPERS | SIGNED, true), 100);
}

/* --- links --- */

CASE(a_link_opens_its_page_and_its_token_is_nowhere)
{
    struct world *world = world_new();
    struct enrolment_visit visit;

    enrol_client(world, "C-1");
    struct str link = enrol_made(world, false, false);
    visit = enrol_visit(world, link);
    assert_int_equal(visit.state, ENROLMENT_OPEN);
    assert_str(visit.organization, "Boulangerie du Port");
    assert_str(visit.sponsor, "Éditeur Exemple SAS");
    assert_int_equal(visit.enrolment.expires - visit.enrolment.created, 168 * HOUR_US);
    assert_int_equal(enrolment_status_now(world->cx, &visit.enrolment), ENROLMENT_NOT_OPENED);
    struct str token = str_from(link, link.len - 43);
    assert_int_equal(link.ptr[link.len - 44], '/');
    assert_int_equal(world_number(world, str_format(world->cx->arena,
                                                    "SELECT COUNT(*) FROM link WHERE hash = '%.*s'",
                                                    (int)token.len, token.ptr)
                                             .ptr),
                     0);
    assert_int_equal(enrolment_visit_open(&world->core, world_ctx(world), STR("x"), &visit),
                     ERR_NOT_FOUND);
    world_free(world);
}

CASE(a_newer_link_replaces_the_older)
{
    struct world *world = world_new();

    enrol_client(world, "C-1");
    struct str first = enrol_made(world, false, false);
    struct str second = enrol_made(world, false, false);
    assert_int_equal(enrol_visit(world, first).state, ENROLMENT_REPLACED);
    struct enrolment older = enrol_visit(world, first).enrolment;
    assert_int_equal(enrolment_status_now(world->cx, &older), ENROLMENT_OVER);
    assert_int_equal(enrol_visit(world, second).state, ENROLMENT_OPEN);
    world_free(world);
}

CASE(a_page_that_was_seen_is_opened)
{
    struct world *world = world_new();

    enrol_client(world, "C-1");
    struct str link = enrol_made(world, false, false);
    for (int i = 0; i < 2; i++) {
        struct enrolment_seen seen = {.id = enrol_visit(world, link).enrolment.id};
        WORLD_RUN(world, &seen, enrolment_seen);
        assert_ok(seen.operation.result);
        world_advance(world, 60);
    }
    struct enrolment enrolment = enrol_visit(world, link).enrolment;
    assert_int_equal(enrolment_status_now(world->cx, &enrolment), ENROLMENT_SEEN);
    assert_true(enrolment.opened < world->cx->now - 60 * SECOND_US);
    world_free(world);
}

CASE(a_link_is_good_until_its_time_and_not_a_moment_longer)
{
    struct world *world = world_new();
    struct enrolment_company_save save;

    enrol_client(world, "C-1");
    world_stop_at(world, WORLD_START);
    struct str link = enrol_made(world, false, false);
    world_stop_at(world, WORLD_START + 168 * HOUR_US - 1);
    struct enrolment_visit visit = enrol_visit(world, link);
    assert_int_equal(visit.state, ENROLMENT_OPEN);
    struct company company = enrol_registered(world, ENROL_SIREN);
    world_stop_at(world, WORLD_START + 168 * HOUR_US);
    assert_int_equal(enrol_company_try(world, visit, company, &save), ERR_STATE);
    assert_int_equal(save.visit.state, ENROLMENT_EXPIRED);
    assert_int_equal(world_count(world, "enrolment_part"), 0);
    assert_int_equal(world_count(world, "audit"), 0);
    world_free(world);
}

CASE(a_finished_link_stays_finished)
{
    struct world *world = world_new();

    enrol_client(world, "C-1");
    struct str link = enrol_made(world, false, false);
    enrol_company(world, link);
    world_advance(world, 169 * 3600);
    struct enrolment enrolment = enrol_visit(world, link).enrolment;
    assert_int_equal(enrolment_status_now(world->cx, &enrolment), ENROLMENT_DONE);
    world_free(world);
}

/* --- the company --- */

static void setting_is(struct world *world, const char *name, const char *value)
{
    struct str *values;

    assert_ok(
        merchant_settings(world_ctx(world), world_read(world), world->made.merchant, &values));
    assert_str(merchant_setting_value(values, name), value);
}

CASE(the_company_step_alone_makes_a_merchant)
{
    struct world *world = world_new();
    struct enrolment_company_save save;

    enrol_client(world, "C-1");
    struct str link = enrol_made(world, false, false);
    struct company company = enrol_registered(world, ENROL_SIREN);
    assert_ok(enrol_company_try(world, enrol_visit(world, link), company, &save));
    assert_int_equal(save.visit.state, ENROLMENT_COMPLETED);
    struct enrolment_visit visit = enrol_visit(world, link);
    assert_int_equal(enrolment_percentage(&visit.enrolment), 100);
    assert_true(visit.enrolment.verified);
    assert_str(visit.company.fields[COMPANY_CITY], "Lyon");
    setting_is(world, "siren", ENROL_SIREN);
    setting_is(world, "name", "Société d'essai 732");
    setting_is(world, "vat_number", "FR44732829320");
    setting_is(world, "address.line", "3 place des Essais");
    setting_is(world, "email", "camille@example.org");
    assert_int_equal(enrol_client_status(world), CLIENT_ACTIVE);
    world_free(world);
}

CASE(what_the_register_does_not_say_is_not_verified)
{
    struct world *world = world_new();
    struct enrolment_company_save save;

    enrol_client(world, "C-1");
    struct str link = enrol_made(world, false, false);
    struct company company = enrol_registered(world, ENROL_SIREN);
    company.fields[COMPANY_NAME] = STR("Autre nom");
    assert_ok(enrol_company_try(world, enrol_visit(world, link), company, &save));
    assert_false(enrol_visit(world, link).enrolment.verified);
    link = enrol_made(world, false, false);
    world->core.test_register = NULL;
    assert_ok(enrol_company_try(world, enrol_visit(world, link), company, &save));
    assert_false(enrol_visit(world, link).enrolment.verified);
    setting_is(world, "name", "Autre nom");
    world_free(world);
}

CASE(what_is_typed_is_sealed_and_audited)
{
    struct world *world = world_new();
    struct audit_row *rows;
    size_t count;

    enrol_client(world, "C-1");
    struct str link = enrol_made(world, false, true);
    struct enrolment_visit visit = enrol_company(world, link);
    assert_int_equal(visit.state, ENROLMENT_OPEN);
    assert_int_equal(enrolment_percentage(&visit.enrolment), 33);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM enrolment_part WHERE"
                                         " instr(sealed, CAST('Essais' AS BLOB)) > 0"),
                     0);
    assert_ok(audit_list(world_ctx(world), world_read(world), INT64_MAX, 10, &rows, &count));
    assert_int_equal(count, 1);
    assert_str(rows[0].what, "enrolment.company");
    assert_str(rows[0].address, "192.0.2.7");
    assert_true(str_eq(rows[0].object, ID_TEXT(visit.enrolment.id)));
    assert_true(str_starts(rows[0].detail, STR("fields siren,siret,name,")));
    assert_true(str_ends(rows[0].detail, STR("browser Test/1.0")));
    assert_null(memmem(rows[0].detail.ptr, rows[0].detail.len, "732829320", 9));
    world_free(world);
}

CASE(the_company_may_be_corrected_until_everything_is_done)
{
    struct world *world = world_new();
    struct enrolment_company_save save;

    enrol_client(world, "C-1");
    struct str link = enrol_made(world, false, true);
    struct enrolment_visit visit = enrol_company(world, link);
    struct company company = enrol_registered(world, "356000000");
    assert_ok(enrol_company_try(world, visit, company, &save));
    assert_str(enrol_visit(world, link).company.fields[COMPANY_SIREN], "356000000");
    link = enrol_made(world, false, false);
    visit = enrol_visit(world, link);
    assert_ok(enrol_company_try(world, visit, company, &save));
    assert_int_equal(enrol_company_try(world, visit, company, &save), ERR_STATE);
    assert_int_equal(save.visit.state, ENROLMENT_COMPLETED);
    world_free(world);
}

/* --- clients and sponsors --- */

CASE(a_client_waits_from_its_first_link_with_a_signature_on)
{
    struct world *world = world_new();

    enrol_client(world, "C-1");
    enrol_made(world, true, false);
    assert_int_equal(enrol_client_status(world), CLIENT_ACTIVE);
    enrol_made(world, false, true);
    assert_int_equal(enrol_client_status(world), CLIENT_ACTIVE);
    enrol_client(world, "C-2");
    enrol_made(world, false, true);
    assert_int_equal(enrol_client_status(world), CLIENT_PENDING);
    /* Another link, on which all is done, is as good. */
    struct str link = enrol_made(world, false, false);
    enrol_company(world, link);
    assert_int_equal(enrol_client_status(world), CLIENT_ACTIVE);
    world_free(world);
}

CASE(a_link_is_its_sponsors_and_of_its_mode)
{
    struct world *world = world_new();
    struct sponsor_id other = {.raw = "0VcN9vqO8W7xNbUCuK1nPNgc"};
    struct enrolment_make make;
    struct enrolment found;

    struct merchant_id client = enrol_client(world, "C-1");
    assert_ok(enrol_make_try(world, false, false, &make));
    struct str id = ID_TEXT(make.enrolment.id);
    struct ctx *cx = world_ctx(world);
    struct merchant_id caller = {.raw = "0VcN9vqO8W7xNbUCuK6H5UmM"};
    cx->merchant = caller;
    struct tx *tx = world_read(world);
    assert_ok(enrolment_of_sponsor(cx, tx, world->made.sponsor, id, &found));
    assert_true(ID_EQ(cx->merchant, client));
    cx->merchant = caller;
    assert_int_equal(enrolment_of_sponsor(cx, tx, other, id, &found), ERR_NOT_FOUND);
    assert_true(ID_EQ(cx->merchant, caller));
    assert_int_equal(enrolment_of_sponsor(cx, tx, world->made.sponsor, STR("x"), &found),
                     ERR_NOT_FOUND);
    cx->mode = MODE_LIVE;
    assert_int_equal(enrolment_of_sponsor(cx, tx, world->made.sponsor, id, &found), ERR_NOT_FOUND);
    assert_int_equal(cx->mode, MODE_LIVE);
    world_free(world);
}

CASE(a_client_that_is_gone_has_no_page)
{
    struct world *world = world_new();
    struct enrolment_visit visit;

    struct merchant_id client = enrol_client(world, "C-1");
    struct str link = enrol_made(world, false, false);
    struct client_remove drop = {.sponsor = world->made.sponsor, .id = client};
    WORLD_RUN(world, &drop, client_remove);
    assert_ok(drop.operation.result);
    size_t before = world->core.public_url.len + strlen(ENROLMENT_PATH);
    assert_int_equal(
        enrolment_visit_open(&world->core, world_ctx(world), str_from(link, before), &visit),
        ERR_NOT_FOUND);
    world_free(world);
}

CASE(without_a_vault_nothing_is_kept)
{
    struct world *world = world_new();
    struct enrolment_company_save save;
    struct vault *vault = world->core.vault;

    enrol_client(world, "C-1");
    struct str link = enrol_made(world, false, true);
    struct company company = enrol_registered(world, ENROL_SIREN);
    struct enrolment_visit visit = enrol_visit(world, link);
    world->core.vault = NULL;
    assert_int_equal(enrol_company_try(world, visit, company, &save), ERR_UNAVAILABLE);
    world->core.vault = vault;
    enrol_company(world, link);
    world->core.vault = NULL;
    size_t before = world->core.public_url.len + strlen(ENROLMENT_PATH);
    assert_int_equal(
        enrolment_visit_open(&world->core, world_ctx(world), str_from(link, before), &visit),
        ERR_UNAVAILABLE);
    world->core.vault = vault;
    world_free(world);
}

CASE(what_was_typed_moves_to_the_next_key)
{
    struct world *world = world_new();
    int64_t moved;

    enrol_client(world, "C-1");
    struct str link = enrol_made(world, false, true);
    enrol_company(world, link);
    assert_ok(vault_rotate_dek(world_ctx(world), world->store, world->vault, &moved));
    assert_true(moved > 0);
    assert_str(enrol_visit(world, link).company.fields[COMPANY_CITY], "Lyon");
    assert_int_equal(
        world_number(world, "SELECT COUNT(*) FROM data_key WHERE state = 'decrypt_only'"), 0);
    world_free(world);
}

UNIT_MAIN(T(a_number_is_a_siren_or_a_siret_however_it_is_typed),
          T(the_vat_number_follows_from_the_siren), T(the_register_of_test_mode_knows_all_but_some),
          T(percentages_are_those_of_the_table), T(a_link_opens_its_page_and_its_token_is_nowhere),
          T(a_newer_link_replaces_the_older), T(a_page_that_was_seen_is_opened),
          T(a_link_is_good_until_its_time_and_not_a_moment_longer),
          T(a_finished_link_stays_finished), T(the_company_step_alone_makes_a_merchant),
          T(what_the_register_does_not_say_is_not_verified), T(what_is_typed_is_sealed_and_audited),
          T(the_company_may_be_corrected_until_everything_is_done),
          T(a_client_waits_from_its_first_link_with_a_signature_on),
          T(a_link_is_its_sponsors_and_of_its_mode), T(a_client_that_is_gone_has_no_page),
          T(without_a_vault_nothing_is_kept), T(what_was_typed_moves_to_the_next_key))
