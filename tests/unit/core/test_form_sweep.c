#include "support/core_form.h"
#include "support/core_sweep.h"

/* Mandate forms: each call of the store fails once (support/core_sweep.h). */

static err_t form_is_made(struct scene *scene)
{
    struct mandate_form_make make;

    return form_make_try(scene->world, "C-1", &make);
}

CASE(mandate_form_is_made)
{
    sweep_run(&(struct sweep){NULL, form_is_made, NULL});
}

static void form_arranged(struct scene *scene)
{
    form_made(scene->world, NULL, &scene->link);
}

/* What the act reads before it begins is none of its own calls. */
static struct mandate_visit form_now(struct scene *scene, int *left)
{
    struct world *world = scene->world;

    *left = atomic_load(&world->store->fail_after);
    store_fail_after(world->store, 0);
    return form_visit_of(world, scene->link);
}

static err_t form_is_filled(struct scene *scene)
{
    struct mandate_fill fill;
    int left;

    struct mandate_visit visit = form_now(scene, &left);
    store_fail_after(scene->world->store, left);
    return form_fill_try(scene->world, visit, &fill);
}

CASE(mandate_form_is_filled_in)
{
    sweep_run(&(struct sweep){form_arranged, form_is_filled, NULL});
}

static void form_arranged_and_filled(struct scene *scene)
{
    form_arranged(scene);
    form_filled(scene->world, scene->link);
}

static err_t form_is_signed(struct scene *scene)
{
    struct mandate_form_sign sign;
    int left;

    struct mandate_visit visit = form_now(scene, &left);
    struct str shown = form_shown(scene->world, &visit);
    store_fail_after(scene->world->store, left);
    err_t err = form_sign_try(scene->world, visit, shown, FORM_CODE, &sign);
    /* A failure is no try of a code, and leaves nothing. */
    if (err != OK)
        assert_int_equal(world_number(scene->world, "SELECT COUNT(*) FROM mandate_evidence"), 0);
    return err;
}

CASE(mandate_form_is_signed)
{
    sweep_run(&(struct sweep){form_arranged_and_filled, form_is_signed, NULL});
}

static err_t form_is_canceled(struct scene *scene)
{
    int left;
    struct mandate_cancel cancel = {.visit = form_now(scene, &left)};

    store_fail_after(scene->world->store, left);
    WORLD_RUN(scene->world, &cancel, mandate_cancel);
    return cancel.operation.result;
}

CASE(mandate_form_is_canceled)
{
    sweep_run(&(struct sweep){form_arranged_and_filled, form_is_canceled, NULL});
}

UNIT_MAIN(T(mandate_form_is_made), T(mandate_form_is_filled_in), T(mandate_form_is_signed),
          T(mandate_form_is_canceled))
