#include "support/core_enrolment.h"
#include "support/core_sweep.h"

/* Enrolment: each call of the store fails once, and nothing is half done. */

static void client_made(struct scene *scene)
{
    static char reference[32];

    snprintf(reference, sizeof reference, "C-%d", scene->round);
    enrol_client(scene->world, reference);
}

static err_t link_made(struct scene *scene)
{
    struct enrolment_make make;

    return enrol_make_try(scene->world, false, true, &make);
}

static void one_link_is_open(struct scene *scene)
{
    assert_int_equal(
        world_number(scene->world, "SELECT COUNT(*) FROM enrolment WHERE state = 'open'"), 1);
    assert_int_equal(world_count(scene->world, "link"), 2);
}

CASE(a_link_is_made)
{
    sweep_run(&(struct sweep){client_made, link_made, one_link_is_open});
}

static void older_made(struct scene *scene)
{
    client_made(scene);
    enrol_made(scene->world, false, false);
}

static void one_replaces_one(struct scene *scene)
{
    struct world *world = scene->world;

    /* Every round before this one has left its own open. */
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM enrolment WHERE state = 'replaced'"),
                     1);
}

CASE(a_link_replaces_another)
{
    sweep_run(&(struct sweep){older_made, link_made, one_replaces_one});
}

static void link_waits(struct scene *scene)
{
    client_made(scene);
    scene->link = enrol_made(scene->world, false, false);
}

static err_t company_saved(struct scene *scene)
{
    struct world *world = scene->world;
    struct enrolment_company_save save;
    struct enrolment_visit visit;
    struct ctx *cx = world_ctx(world);
    struct company_look look = {.siren = STR(ENROL_SIREN)};

    WORLD_RUN(world, &look, company_look);
    size_t before = world->core.public_url.len + strlen(ENROLMENT_PATH);
    TRY(enrolment_visit_open(&world->core, cx, str_from(scene->link, before), &visit));
    reader_release(world->core.reader);
    return enrol_company_try(world, visit, look.company, &save);
}

static void one_merchant_is_complete(struct scene *scene)
{
    struct world *world = scene->world;

    assert_int_equal(
        world_number(world, "SELECT COUNT(*) FROM enrolment WHERE state = 'completed'"), 1);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM merchant_setting"
                                         " WHERE name = 'siren' AND value = '" ENROL_SIREN "'"),
                     1);
    assert_int_equal(world_count(world, "enrolment_part"), 1);
    assert_int_equal(world_count(world, "audit"), 1);
}

CASE(a_company_is_saved)
{
    sweep_run(&(struct sweep){link_waits, company_saved, one_merchant_is_complete});
}

static void company_waits(struct scene *scene)
{
    client_made(scene);
    scene->link = enrol_made(scene->world, false, true);
    enrol_company(scene->world, scene->link);
}

static err_t agreed(struct scene *scene)
{
    struct world *world = scene->world;
    struct enrolment_signing signing;
    struct enrolment_agree agree;
    struct enrolment_visit visit;
    struct ctx *cx = world_ctx(world);

    size_t before = world->core.public_url.len + strlen(ENROLMENT_PATH);
    TRY(enrolment_visit_open(&world->core, cx, str_from(scene->link, before), &visit));
    TRY(enrolment_signing_show(&world->core, cx, &visit, STR("fr"), &signing));
    reader_release(world->core.reader);
    return enrol_agree_try(world, visit, signing.paper.facts[ENROLMENT_SHA256], &agree);
}

static void one_code_is_sent(struct scene *scene)
{
    assert_int_equal(
        world_number(scene->world, "SELECT COUNT(*) FROM outbox WHERE type = 'enrolment.code'"), 1);
    assert_int_equal(world_count(scene->world, "one_time_code"), 1);
}

CASE(somebody_agrees)
{
    sweep_run(&(struct sweep){company_waits, agreed, one_code_is_sent});
}

static void code_waits(struct scene *scene)
{
    company_waits(scene);
    enrol_agreed(scene->world, scene->link);
}

static err_t is_signed(struct scene *scene)
{
    struct world *world = scene->world;
    struct enrolment_visit visit;
    struct enrolment_sign sign;

    size_t before = world->core.public_url.len + strlen(ENROLMENT_PATH);
    TRY(enrolment_visit_open(&world->core, world_ctx(world), str_from(scene->link, before),
                             &visit));
    reader_release(world->core.reader);
    return enrol_sign_try(world, visit, ENROL_CODE, &sign);
}

static void one_is_signed(struct scene *scene)
{
    struct world *world = scene->world;

    assert_int_equal(
        world_number(world, "SELECT COUNT(*) FROM enrolment WHERE signature_us IS NOT NULL"), 1);
    assert_int_equal(
        world_number(world, "SELECT COUNT(*) FROM enrolment WHERE state = 'completed'"), 1);
    assert_int_equal(
        world_number(world, "SELECT COUNT(*) FROM outbox WHERE type = 'enrolment.signed'"), 1);
}

CASE(a_mandate_is_signed)
{
    sweep_run(&(struct sweep){code_waits, is_signed, one_is_signed});
}

/* --- who represents it, and its documents --- */

static err_t visit_of(struct scene *scene, struct enrolment_visit *visit)
{
    struct world *world = scene->world;
    size_t before = world->core.public_url.len + strlen(ENROLMENT_PATH);

    err_t err =
        enrolment_visit_open(&world->core, world_ctx(world), str_from(scene->link, before), visit);
    reader_release(world->core.reader);
    return err;
}

static void person_waits(struct scene *scene)
{
    client_made(scene);
    scene->link = enrol_made(scene->world, true, false);
    enrol_company(scene->world, scene->link);
}

static err_t person_saved(struct scene *scene)
{
    struct enrolment_person_save save;
    struct enrolment_visit visit;

    TRY(visit_of(scene, &visit));
    return enrol_person_try(scene->world, visit, "Durand", &save);
}

CASE(a_representative_is_saved)
{
    sweep_run(&(struct sweep){person_waits, person_saved, NULL});
}

static void files_wait(struct scene *scene)
{
    client_made(scene);
    scene->link = enrol_made(scene->world, true, false);
    enrol_filed(scene->world, scene->link, "Durand");
}

static err_t file_replaced(struct scene *scene)
{
    struct enrolment_file_put put;
    struct enrolment_visit visit;

    TRY(visit_of(scene, &visit));
    return enrol_file_try(scene->world, visit, ENROLMENT_EXTRACT, "%PDF-other", &put);
}

static void every_document_is_somebodys(struct scene *scene)
{
    assert_int_equal(world_count(scene->world, "document"),
                     world_count(scene->world, "enrolment_file"));
}

CASE(a_document_takes_the_place_of_another)
{
    sweep_run(&(struct sweep){files_wait, file_replaced, every_document_is_somebodys});
}

static err_t documents_handed_in(struct scene *scene)
{
    struct enrolment_hand_in hand;
    struct enrolment_visit visit;

    TRY(visit_of(scene, &visit));
    return enrol_hand_in_try(scene->world, visit, &hand);
}

static void one_is_accepted(struct scene *scene)
{
    assert_int_equal(
        world_number(scene->world, "SELECT COUNT(*) FROM enrolment WHERE state = 'completed'"), 1);
    assert_int_equal(world_number(scene->world, "SELECT COUNT(*) FROM audit"
                                                " WHERE what = 'enrolment.accepted'"),
                     1);
}

CASE(documents_are_handed_in_and_accepted)
{
    sweep_run(&(struct sweep){files_wait, documents_handed_in, one_is_accepted});
}

static void reviewer_waits(struct scene *scene)
{
    struct enrolment_hand_in hand;

    client_made(scene);
    scene->link = enrol_made(scene->world, true, false);
    assert_ok(
        enrol_hand_in_try(scene->world, enrol_filed(scene->world, scene->link, "REVIEW"), &hand));
}

static err_t is_refused(struct scene *scene)
{
    struct enrolment_visit visit;

    TRY(visit_of(scene, &visit));
    struct enrolment_decide decide = {
        .id = visit.enrolment.id,
        .verdict = {.reason = STR("illisible")},
    };
    WORLD_RUN(scene->world, &decide, enrolment_decide);
    return decide.operation.result;
}

static void one_is_refused(struct scene *scene)
{
    assert_int_equal(
        world_number(scene->world, "SELECT COUNT(*) FROM enrolment WHERE state = 'failed'"), 1);
    assert_int_equal(world_number(scene->world, "SELECT COUNT(*) FROM outbox"
                                                " WHERE type = 'enrolment.judged'"),
                     1);
}

CASE(an_operator_refuses)
{
    sweep_run(&(struct sweep){reviewer_waits, is_refused, one_is_refused});
}

UNIT_MAIN(T(a_link_is_made), T(a_link_replaces_another), T(a_company_is_saved), T(somebody_agrees),
          T(a_mandate_is_signed), T(a_representative_is_saved),
          T(a_document_takes_the_place_of_another), T(documents_are_handed_in_and_accepted),
          T(an_operator_refuses))
