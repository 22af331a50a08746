#include "core/beneficiary.h"
#include "support/core_raw.h"

#define IBAN "FR1420041010050500013M02606"
#define OTHER "DE89370400440532013000"

static struct beneficiary made(struct world *world)
{
    struct beneficiary_create create = {
        .beneficiary = {
                        .street_number = STR("12"),
                        .street_name = STR("rue du Bac"),
                        .zip_code = STR("75007"),
                        .city = STR("Paris"),
                        }
    };

    assert_ok(beneficiary_seal(&world->core, world_ctx(world), STR(IBAN), &create.beneficiary));
    WORLD_RUN(world, &create, beneficiary_create);
    assert_ok(create.operation.result);
    return create.beneficiary;
}

static void number_is(struct world *world, struct str reference, const char *iban)
{
    struct beneficiary beneficiary;
    struct str number;

    assert_ok(beneficiary_find(world->cx, world_read(world), reference, &beneficiary));
    assert_ok(beneficiary_open(&world->core, world->cx, &beneficiary, &number));
    assert_str(number, iban);
    reader_release(world->core.reader);
}

CASE(one_is_made_and_changed)
{
    struct world *world = world_new();
    struct beneficiary_change change = {
        .merchant = &world->merchant, .ics_given = true, .ics = STR("FR72ZZZ123456")};
    struct beneficiary found;
    bool exist;

    assert_ok(beneficiaries_exist(world->cx, world_read(world), &exist));
    reader_release(world->core.reader);
    assert_false(exist);
    struct beneficiary beneficiary = made(world);
    assert_int_equal(beneficiary.reference.len, BENEFICIARY_REFERENCE_LEN);
    assert_ok(beneficiaries_exist(world->cx, world_read(world), &exist));
    reader_release(world->core.reader);
    assert_true(exist);
    number_is(world, beneficiary.reference, IBAN);
    change.reference = beneficiary.reference;
    WORLD_RUN(world, &change, beneficiary_change);
    assert_ok(change.operation.result);
    number_is(world, beneficiary.reference, IBAN);
    change.ics_given = false;
    change.iban = str_dup(world->cx->arena, STR(OTHER));
    change.operation = (struct operation){.core = NULL};
    WORLD_RUN(world, &change, beneficiary_change);
    number_is(world, beneficiary.reference, OTHER);
    assert_ok(beneficiary_find(world->cx, world_read(world), beneficiary.reference, &found));
    assert_str(found.ics, "FR72ZZZ123456");
    reader_release(world->core.reader);
    change.reference = STR("NOBODY");
    change.operation = (struct operation){.core = NULL};
    WORLD_RUN(world, &change, beneficiary_change);
    assert_int_equal(change.operation.result, ERR_NOT_FOUND);
    world_free(world);
}

CASE(numbers_move_to_another_key)
{
    struct world *world = world_new();
    struct beneficiary beneficiary = made(world);
    int64_t moved;

    assert_ok(vault_rotate_dek(world->cx, world->store, world->vault, &moved));
    assert_int_equal(moved, 3); /* with the secrets of callbacks and buttons */
    number_is(world, beneficiary.reference, IBAN);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM data_key WHERE state = 'retired'"),
                     1);
    world_free(world);
}

CASE(without_a_vault_no_number_is_kept)
{
    struct world *world = world_new();
    struct beneficiary beneficiary = made(world);
    struct core core = world->core;
    struct str number;

    core.vault = NULL;
    assert_int_equal(beneficiary_open(&core, world_ctx(world), &beneficiary, &number),
                     ERR_UNAVAILABLE);
    assert_int_equal(beneficiary_seal(&core, world_ctx(world), STR(IBAN), &beneficiary),
                     ERR_UNAVAILABLE);
    world_free(world);
}

UNIT_MAIN(T(one_is_made_and_changed), T(numbers_move_to_another_key),
          T(without_a_vault_no_number_is_kept))
