#include "core/periodicity.h"
#include "core/report.h"
#include "core/sponsor_webhook.h"
#include "support/core_pdp.h"
#include "support/core_sweep.h"

/* Webhooks of sponsors, mandates of clients and reports: each call of the store fails once. */

static struct sponsor_webhook_create hook_of(struct world *world)
{
    return (struct sponsor_webhook_create){.sponsor = world->made.sponsor,
                                           .url = STR("https://sponsor.example/hook")};
}

static err_t hook_is_made(struct scene *scene)
{
    struct sponsor_webhook_create create = hook_of(scene->world);

    WORLD_RUN(scene->world, &create, sponsor_webhook_create);
    return create.operation.result;
}

static void one_hook(struct scene *scene)
{
    assert_int_equal(world_number(scene->world, "SELECT COUNT(*) FROM sponsor_webhook"), 1);
}

CASE(a_webhook_is_made)
{
    sweep_run(&(struct sweep){NULL, hook_is_made, one_hook});
}

/* Once: it stays. */
static void hook_there(struct scene *scene)
{
    if (scene->round == 1)
        assert_ok(hook_is_made(scene));
}

static err_t hook_is_changed(struct scene *scene)
{
    struct sponsor_webhook_update update = {.sponsor = scene->world->made.sponsor,
                                            .change = SPONSOR_WEBHOOK_EVENTS,
                                            .events = 1U << SPONSOR_TEST};

    WORLD_RUN(scene->world, &update, sponsor_webhook_update);
    return update.operation.result;
}

static void hears_tests_alone(struct scene *scene)
{
    assert_int_equal(world_number(scene->world, "SELECT COUNT(*) FROM sponsor_webhook"
                                                " WHERE events = 'webhook.test'"),
                     1);
}

CASE(a_webhook_is_changed)
{
    sweep_run(&(struct sweep){hook_there, hook_is_changed, hears_tests_alone});
}

static err_t hook_is_tested(struct scene *scene)
{
    struct sponsor_webhook_test test = {.sponsor = scene->world->made.sponsor};

    WORLD_RUN(scene->world, &test, sponsor_webhook_test);
    return test.operation.result;
}

static void one_test(struct scene *scene)
{
    assert_int_equal(world_number(scene->world, "SELECT COUNT(*) FROM outbox"), 1);
}

CASE(a_webhook_is_tested)
{
    sweep_run(&(struct sweep){hook_there, hook_is_tested, one_test});
}

static err_t hook_is_removed(struct scene *scene)
{
    struct sponsor_webhook_delete drop = {.sponsor = scene->world->made.sponsor};

    WORLD_RUN(scene->world, &drop, sponsor_webhook_delete);
    return drop.operation.result;
}

CASE(a_webhook_is_removed)
{
    sweep_run(&(struct sweep){hook_there, hook_is_removed, NULL});
}

/* --- mandates --- */

static err_t two_are_made(struct scene *scene)
{
    struct pdp_mandate items[] = {pdp_draft(SIREN_PLAIN), pdp_draft("200000008")};

    return pdp_create(scene->world, items, ARRAY_LEN(items)).operation.result;
}

static void two_are_active(struct scene *scene)
{
    struct world *world = scene->world;

    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM pdp_mandate"), 2);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM pdp_mandate_owner"), 2);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM pdp_mandate WHERE state = 'active'"),
                     2);
}

CASE(mandates_are_made_all_or_none)
{
    sweep_run(&(struct sweep){hook_there, two_are_made, two_are_active});
}

static struct pdp_mandate kept;
static void mandate_there(struct scene *scene)
{
    if (scene->round == 1)
        kept = pdp_made(scene->world, pdp_draft(SIREN_PLAIN));
}

static err_t mandate_is_revoked(struct scene *scene)
{
    return pdp_revoke(scene->world, kept.id);
}

static void nothing_waits(struct scene *scene)
{
    assert_int_equal(
        world_number(scene->world, "SELECT COUNT(*) FROM task WHERE kind = 'pdp_mandate'"), 0);
}

CASE(a_mandate_is_revoked)
{
    sweep_run(&(struct sweep){mandate_there, mandate_is_revoked, nothing_waits});
}

static err_t lines_are_looked_up(struct scene *scene)
{
    struct pdp_directory_look look = {.siren = STR(SIREN_PLAIN)};

    WORLD_RUN(scene->world, &look, pdp_directory_look);
    reader_release(scene->world->core.reader);
    return look.operation.result;
}

CASE(the_directory_is_asked)
{
    sweep_run(&(struct sweep){mandate_there, lines_are_looked_up, NULL});
}

/* --- reports --- */

static err_t report_is_given(struct scene *scene)
{
    struct report_create create = {
        .day_field = "body.date",
        .report = {.kind = REPORT_B2C_TRANSACTIONS,
                   .day = {2026, 1, 2},
                   .reference = STR("2026-01-02/TLB1/eur"),
                   .content = STR("{}")},
    };

    WORLD_RUN(scene->world, &create, report_create);
    return create.operation.result;
}

static void one_has_left(struct scene *scene)
{
    struct world *world = scene->world;

    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM report"), 1);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM report WHERE state = 'transmitted'"),
                     1);
}

CASE(a_report_is_given)
{
    sweep_run(&(struct sweep){NULL, report_is_given, one_has_left});
}

static err_t periods_are_set(struct scene *scene)
{
    struct periodicity_set set = {
        .to = {REGIME_FRANCHISE, TRANSACTIONS_DECADE, PAYMENTS_MONTHLY}
    };

    WORLD_RUN(scene->world, &set, periodicity_set);
    return set.operation.result;
}

CASE(periods_are_set_together)
{
    sweep_run(&(struct sweep){NULL, periods_are_set, NULL});
}

UNIT_MAIN(T(a_webhook_is_made), T(a_webhook_is_changed), T(a_webhook_is_tested),
          T(a_webhook_is_removed), T(mandates_are_made_all_or_none), T(a_mandate_is_revoked),
          T(the_directory_is_asked), T(a_report_is_given), T(periods_are_set_together))
