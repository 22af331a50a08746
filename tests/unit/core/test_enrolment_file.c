#include "core/enrolment_file.h"

#include "core/audit.h"
#include "support/core_enrolment.h"
#include "support/news.h"

static struct str waiting(struct world *world, bool signature)
{
    enrol_client(world, "C-1");
    return enrol_made(world, true, signature);
}

static err_t decide(struct world *world, struct enrolment_id id, bool accepted, const char *reason,
                    struct enrolment_decide *out)
{
    *out = (struct enrolment_decide){
        .id = id,
        .verdict = {.accepted = accepted,
                    .reason = reason == NULL ? STR_NONE : str_of(reason),
                    .actor = STR("op@example.org"),
                    .address = STR("192.0.2.9")},
    };
    WORLD_RUN(world, out, enrolment_decide);
    return out->operation.result;
}

static struct enrolment_visit handed_in(struct world *world, struct str link, const char *name)
{
    struct enrolment_hand_in hand;

    assert_ok(enrol_hand_in_try(world, enrol_filed(world, link, name), &hand));
    return enrol_visit(world, link);
}

CASE(people_are_sealed_and_read_again)
{
    struct world *world = world_new();
    struct enrolment_person person;
    bool found;

    struct str link = waiting(world, false);
    struct enrolment_visit visit = enrol_filed(world, link, "Durand");
    assert_ok(enrolment_person_read(&world->core, world_ctx(world), world_read(world),
                                    visit.enrolment.id, &person, &found));
    assert_true(found);
    assert_str(person.values[PERSON_FAMILY_NAME], "Durand");
    assert_int_equal(person_owner_count(&person), 1);
    assert_str(person.values[person_owner_at(0, OWNER_SHARE)], "30");
    assert_null(person.values[PERSON_ROLE].ptr);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM enrolment_part WHERE"
                                         " instr(sealed, CAST('Durand' AS BLOB)) > 0"),
                     0);
    world_free(world);
}

CASE(steps_have_their_order)
{
    struct world *world = world_new();
    struct enrolment_person_save save;
    struct enrolment_hand_in hand;
    struct enrolment_file_put put;

    struct str link = waiting(world, false);
    struct enrolment_visit visit = enrol_visit(world, link);
    assert_int_equal(enrol_person_try(world, visit, "Durand", &save), ERR_STATE);
    enrol_company(world, link);
    assert_int_equal(enrol_file_try(world, visit, ENROLMENT_EXTRACT, ENROL_PDF, &put), ERR_STATE);
    assert_int_equal(enrol_hand_in_try(world, visit, &hand), ERR_STATE);
    assert_ok(enrol_person_try(world, visit, "Durand", &save));
    assert_int_equal(enrol_hand_in_try(world, visit, &hand), ERR_INVALID);
    assert_ok(enrol_file_try(world, visit, ENROLMENT_EXTRACT, ENROL_PDF, &put));
    assert_int_equal(enrol_hand_in_try(world, visit, &hand), ERR_INVALID);
    assert_ok(enrol_file_try(world, visit, ENROLMENT_IDENTITY_FRONT, ENROL_PDF, &put));
    assert_ok(enrol_hand_in_try(world, visit, &hand));
    assert_int_equal(enrol_file_try(world, visit, ENROLMENT_EXTRACT, ENROL_PDF, &put), ERR_STATE);
    assert_int_equal(enrol_hand_in_try(world, visit, &hand), ERR_STATE);
    assert_int_equal(enrol_person_try(world, visit, "Durand", &save), ERR_STATE);
    world_free(world);
}

CASE(a_file_takes_the_place_of_the_earlier_one)
{
    struct world *world = world_new();
    struct enrolment_file files[ENROLMENT_FILES];
    struct enrolment_file_put put;
    struct str bytes;

    struct str link = waiting(world, false);
    struct enrolment_visit visit = enrol_filed(world, link, "Durand");
    assert_ok(enrol_file_try(world, visit, ENROLMENT_EXTRACT, "%PDF-other", &put));
    struct ctx *cx = world_ctx(world);
    struct tx *tx = world_read(world);
    assert_ok(enrolment_files(cx, tx, visit.enrolment.id, files));
    assert_true(enrolment_files_suffice(files));
    assert_int_equal(files[ENROLMENT_IDENTITY_BACK].kind, 0);
    assert_int_equal(files[ENROLMENT_EXTRACT].size, strlen("%PDF-other"));
    assert_ok(document_open(&world->core, cx, tx, files[ENROLMENT_EXTRACT].document, &bytes));
    assert_str(bytes, "%PDF-other");
    assert_int_equal(world_count(world, "document"), 2);
    assert_int_equal(world_count(world, "enrolment_file"), 2);
    assert_int_equal(
        world_number(world, "SELECT COUNT(*) FROM audit WHERE what = 'enrolment.file'"), 3);
    world_free(world);
}

CASE(the_reviewer_of_test_mode_decides_by_the_name)
{
    struct world *world = world_new();

    struct str link = waiting(world, false);
    struct enrolment_visit visit = handed_in(world, link, "Durand");
    assert_int_equal(visit.state, ENROLMENT_COMPLETED);
    link = enrol_made(world, true, false);
    visit = handed_in(world, link, "REFUSE");
    assert_int_equal(visit.state, ENROLMENT_FAILED);
    assert_int_equal(enrolment_status_now(world->cx, &visit.enrolment), ENROLMENT_REFUSED);
    link = enrol_made(world, true, false);
    visit = handed_in(world, link, "REVIEW");
    assert_int_equal(visit.state, ENROLMENT_OPEN);
    assert_true(enrolment_waits(world_ctx(world), &visit.enrolment));
    /* Whoever has done everything is not late. */
    world_advance(world, 30 * 86400);
    visit = enrol_visit(world, link);
    assert_int_equal(visit.state, ENROLMENT_OPEN);
    world_free(world);
}

CASE(an_operator_accepts_once)
{
    struct world *world = world_new();
    struct enrolment_decide decision;
    struct audit_row *rows;
    size_t count;

    struct str link = waiting(world, false);
    struct enrolment_visit visit = handed_in(world, link, "REVIEW");
    assert_ok(decide(world, visit.enrolment.id, true, NULL, &decision));
    assert_int_equal(decision.enrolment.state, ENROLMENT_COMPLETED);
    visit = enrol_visit(world, link);
    assert_int_equal(visit.state, ENROLMENT_COMPLETED);
    assert_int_equal(enrolment_percentage(&visit.enrolment), 100);
    assert_int_equal(decide(world, visit.enrolment.id, false, "no", &decision), ERR_STATE);
    assert_ok(audit_list(world_ctx(world), world_read(world), INT64_MAX, 10, &rows, &count));
    assert_str(rows[0].what, "enrolment.accepted");
    assert_str(rows[0].actor, "op@example.org");
    world_free(world);
}

CASE(a_refusal_has_a_reason_that_is_sealed)
{
    struct world *world = world_new();
    struct enrolment_decide decision;
    char longest[ENROLMENT_REASON_MAX + 2];
    struct str reason;

    struct str link = waiting(world, true);
    struct enrolment_visit visit = handed_in(world, link, "REVIEW");
    struct enrolment_id id = visit.enrolment.id;
    memset(longest, 'x', sizeof longest);
    longest[ENROLMENT_REASON_MAX + 1] = '\0';
    assert_int_equal(decide(world, id, false, NULL, &decision), ERR_INVALID);
    assert_int_equal(decide(world, id, false, "a\x01", &decision), ERR_INVALID);
    assert_int_equal(decide(world, id, false, longest, &decision), ERR_INVALID);
    longest[ENROLMENT_REASON_MAX] = '\0';
    assert_ok(decide(world, id, false, longest, &decision));
    assert_ok(
        enrolment_reason_read(&world->core, world_ctx(world), world_read(world), id, &reason));
    assert_str(reason, longest);
    assert_int_equal(enrol_visit(world, link).state, ENROLMENT_FAILED);
    assert_int_equal(enrol_client_status(world), CLIENT_PENDING);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM outbox WHERE"
                                         " type = 'enrolment.judged'"),
                     1);
    world_free(world);
}

CASE(what_is_accepted_still_waits_for_its_signature)
{
    struct world *world = world_new();
    struct enrolment_decide decision;

    struct str link = waiting(world, true);
    struct enrolment_visit visit = handed_in(world, link, "REVIEW");
    enrol_agreed(world, link);
    visit = enrol_signed(world, link);
    assert_int_equal(visit.state, ENROLMENT_OPEN);
    assert_int_equal(enrolment_percentage(&visit.enrolment), 86);
    assert_ok(decide(world, visit.enrolment.id, true, NULL, &decision));
    assert_int_equal(decision.enrolment.state, ENROLMENT_COMPLETED);
    link = enrol_made(world, true, true);
    visit = handed_in(world, link, "Durand");
    assert_int_equal(visit.state, ENROLMENT_OPEN);
    assert_int_equal(enrolment_percentage(&visit.enrolment), 60);
    enrol_agreed(world, link);
    assert_int_equal(enrol_signed(world, link).state, ENROLMENT_COMPLETED);
    world_free(world);
}

CASE(without_a_vault_nothing_is_taken_or_decided)
{
    struct world *world = world_new();
    struct enrolment_person_save save;
    struct enrolment_file_put put;
    struct enrolment_decide decision;
    struct vault *vault = world->core.vault;

    struct str link = waiting(world, false);
    struct enrolment_visit visit = handed_in(world, link, "REVIEW");
    world->core.vault = NULL;
    assert_int_equal(enrol_person_try(world, visit, "Durand", &save), ERR_UNAVAILABLE);
    assert_int_equal(enrol_file_try(world, visit, ENROLMENT_EXTRACT, ENROL_PDF, &put),
                     ERR_UNAVAILABLE);
    assert_int_equal(decide(world, visit.enrolment.id, true, NULL, &decision), ERR_UNAVAILABLE);
    world->core.vault = vault;
    world_free(world);
}

UNIT_MAIN(T(people_are_sealed_and_read_again), T(steps_have_their_order),
          T(a_file_takes_the_place_of_the_earlier_one),
          T(the_reviewer_of_test_mode_decides_by_the_name), T(an_operator_accepts_once),
          T(a_refusal_has_a_reason_that_is_sealed),
          T(what_is_accepted_still_waits_for_its_signature),
          T(without_a_vault_nothing_is_taken_or_decided))
