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

UNIT_MAIN(T(a_link_is_made), T(a_link_replaces_another), T(a_company_is_saved), T(somebody_agrees),
          T(a_mandate_is_signed))
