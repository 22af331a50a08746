#include "support/core_levy.h"
#include "support/core_sweep.h"

/* Levies: each call of the store fails once (support/core_sweep.h). */

static void consumer_is_there(struct scene *scene)
{
    struct mandate mandate;

    if (scene->consumer.created != 0)
        return;
    scene->consumer = consumer_signed(scene->world, MANDATE_RECURRENT, &mandate);
    /* Its texts go with the contexts of a round. */
    must(scene->consumer.reference.len == CONSUMER_REFERENCE_LEN);
    memcpy(scene->reference, scene->consumer.reference.ptr, CONSUMER_REFERENCE_LEN);
    scene->consumer.reference = str_of(scene->reference);
}

static struct levy_draft scene_levy(const struct scene *scene, int64_t minor)
{
    struct levy_draft draft = levy_draft_of(&scene->consumer, scene->token, minor);

    draft.due = date_from_days(date_to_days(date_paris(scene->world->cx->now)) + 20);
    return draft;
}

static err_t levy_at_once(struct scene *scene)
{
    struct levy_create create;

    return levy_try(scene->world, scene_levy(scene, 1000), &create);
}

CASE(levy_is_made)
{
    sweep_run(&(struct sweep){consumer_is_there, levy_at_once, NULL});
}

static err_t levy_with_its_code(struct scene *scene)
{
    struct levy_create create;

    return levy_try(scene->world, scene_levy(scene, 100000), &create);
}

CASE(levy_waits_for_its_code)
{
    sweep_run(&(struct sweep){consumer_is_there, levy_with_its_code, NULL});
}

static void levy_waits_there(struct scene *scene)
{
    consumer_is_there(scene);
    assert_ok(levy_with_its_code(scene));
}

static err_t validate_it(struct scene *scene)
{
    struct levy_validate validate;

    return levy_validate_try(scene->world, &scene->consumer, scene->token, "123456", &validate);
}

CASE(levy_is_validated)
{
    sweep_run(&(struct sweep){levy_waits_there, validate_it, NULL});
}

static err_t try_wrong_codes(struct scene *scene)
{
    struct levy_validate validate = {.outcome = CODE_WRONG};
    err_t err = OK;

    for (int i = 0; i < CODE_TRIES && err == OK && validate.outcome == CODE_WRONG; i++)
        err = levy_validate_try(scene->world, &scene->consumer, scene->token, "000000", &validate);
    return err;
}

CASE(levy_is_canceled_by_wrong_codes)
{
    sweep_run(&(struct sweep){levy_waits_there, try_wrong_codes, NULL});
}

static void levy_is_there(struct scene *scene)
{
    consumer_is_there(scene);
    assert_ok(levy_at_once(scene));
}

static err_t cancel_it(struct scene *scene)
{
    return levy_cancel_try(scene->world, scene->token);
}

CASE(levy_is_canceled)
{
    sweep_run(&(struct sweep){levy_is_there, cancel_it, NULL});
}

static err_t change_it(struct scene *scene)
{
    struct levy_change change = {
        .merchant = &scene->world->merchant,
        .sdd_reference = str_of(scene->token),
        .amount_minor = 2000,
        .motif_given = true,
        .motif = STR("Facture"),
        .due = date_from_days(date_to_days(date_paris(scene->world->cx->now)) + 30),
        .payment_reference = str_of(scene->token),
    };

    WORLD_RUN(scene->world, &change, levy_change);
    return change.operation.result;
}

CASE(levy_is_changed)
{
    sweep_run(&(struct sweep){levy_is_there, change_it, NULL});
}

UNIT_MAIN(T(levy_is_made), T(levy_waits_for_its_code), T(levy_is_validated),
          T(levy_is_canceled_by_wrong_codes), T(levy_is_canceled), T(levy_is_changed))
