#include "support/core_consumer.h"

static struct str faulted(const struct mandate_edit *edit)
{
    assert_true(edit->operation.cx->fault_count > 0);
    return str_of(edit->operation.cx->faults[0].field);
}

CASE(revoking_cancels_what_lies_in_no_file)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_made(world);
    struct mandate mandate = mandate_of(world, &consumer, "RUM-1");
    struct payment sent = pay_from(world, consumer.account, 1000);
    struct payment waiting[2];

    debit_leaves(world, sent.id);
    for (int i = 0; i < 2; i++)
        waiting[i] = pay_from(world, consumer.account, 2000);
    assert_ok(become_try(world, "rum-1", MANDATE_REVOKED));
    assert_int_equal(mandate_at(world, mandate.id).state, MANDATE_REVOKED);
    for (int i = 0; i < 2; i++)
        assert_int_equal(payment_now(world, waiting[i].id).state, PAYMENT_CANCELED);
    assert_int_equal(payment_now(world, sent.id).state, PAYMENT_CAPTURE_SENT);
    assert_ok(become_try(world, "RUM-1", MANDATE_REVOKED));
    assert_int_equal(become_try(world, "RUM-1", MANDATE_ACTIVE), ERR_STATE);
    world_is_sound(world);
    world_free(world);
}

CASE(states_that_are_no_wish_are_refused)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_made(world);
    struct mandate_edit edit = {.umr = STR("RUM-1"), .to = MANDATE_SIGNED};

    (void)mandate_of(world, &consumer, "RUM-1");
    assert_int_equal(edit_try(world, &edit), ERR_STATE);
    assert_str(faulted(&edit), "mandate_status");
    assert_int_equal(become_try(world, "RUM-1", MANDATE_DRAFT), ERR_STATE);
    assert_int_equal(become_try(world, "RUM-1", MANDATE_SENT), ERR_STATE);
    assert_ok(become_try(world, "RUM-1", MANDATE_ACTIVE));
    assert_ok(become_try(world, "RUM-1", 0));
    assert_int_equal(become_try(world, "NONE", MANDATE_REVOKED), ERR_NOT_FOUND);
    world_free(world);
}

CASE(one_that_waits_for_activation_becomes_active)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_made(world);
    struct mandate mandate = mandate_of(world, &consumer, "RUM-1");

    world_tamper(world, "UPDATE mandate SET state = 'signed'");
    assert_int_equal(become_try(world, "RUM-1", MANDATE_SUSPENDED), ERR_STATE);
    assert_ok(become_try(world, "RUM-1", MANDATE_ACTIVE));
    assert_int_equal(mandate_at(world, mandate.id).state, MANDATE_ACTIVE);
    world_is_sound(world);
    world_free(world);
}

CASE(one_that_needs_another_account_is_not_lifted_without_it)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_made(world);
    struct mandate mandate = mandate_of(world, &consumer, "RUM-1");
    struct payment payment = pay_from(world, consumer.account, 1000);
    struct mandate_edit edit = {.umr = STR("RUM-1"), .to = MANDATE_ACTIVE};

    debit_leaves(world, payment.id);
    assert_ok(reject_try(world, payment.id, "AC01"));
    assert_int_equal(edit_try(world, &edit), ERR_STATE);
    assert_str(faulted(&edit), "mandate_status");
    edit = (struct mandate_edit){.umr = STR("RUM-1"), .to = MANDATE_ACTIVE};
    edit.change.account_given = true;
    edit.change.sealed = number_sealed(world, CONSUMER_IBAN_NEW);
    assert_ok(edit_try(world, &edit));
    assert_int_equal(mandate_at(world, mandate.id).state, MANDATE_ACTIVE);
    assert_false(ID_EQ(mandate_at(world, mandate.id).account, consumer.account));
    world_is_sound(world);
    world_free(world);
}

CASE(what_is_known_of_the_consumer_changes_with_the_state_or_not_at_all)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_made(world);
    struct mandate_edit edit = {.umr = STR("RUM-1"), .to = MANDATE_SENT};

    (void)mandate_of(world, &consumer, "RUM-1");
    edit.change.given[CONSUMER_CITY] = true;
    edit.change.values[CONSUMER_CITY] = STR("Lyon");
    assert_int_equal(edit_try(world, &edit), ERR_STATE);
    assert_str(consumer_now(world, consumer.reference).fields[CONSUMER_CITY], "Paris");
    edit.to = MANDATE_SUSPENDED;
    edit.operation = (struct operation){.core = NULL};
    assert_ok(edit_try(world, &edit));
    assert_str(consumer_now(world, consumer.reference).fields[CONSUMER_CITY], "Lyon");
    assert_int_equal(edit.mandate.state, MANDATE_SUSPENDED);
    world_free(world);
}

CASE(an_ended_one_takes_no_other_account)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_made(world);
    struct mandate_edit edit = {.umr = STR("RUM-1")};

    (void)mandate_of(world, &consumer, "RUM-1");
    assert_ok(become_try(world, "RUM-1", MANDATE_REVOKED));
    edit.change.account_given = true;
    edit.change.sealed = number_sealed(world, CONSUMER_IBAN_NEW);
    assert_int_equal(edit_try(world, &edit), ERR_STATE);
    assert_str(faulted(&edit), "mandate_account");
    assert_true(ID_EQ(consumer_now(world, consumer.reference).account, consumer.account));
    world_free(world);
}

/* One of another face, whose customer is no consumer. */
CASE(mandates_of_nobody_we_know_are_not_found)
{
    struct world *world = world_new();
    struct mandate mandate;

    (void)account_signed(world, &mandate);
    struct mandate_edit edit = {.umr = mandate.umr, .to = MANDATE_REVOKED};
    assert_int_equal(edit_try(world, &edit), ERR_NOT_FOUND);
    assert_int_equal(mandate_at(world, mandate.id).state, MANDATE_ACTIVE);
    world_free(world);
}

UNIT_MAIN(T(revoking_cancels_what_lies_in_no_file), T(states_that_are_no_wish_are_refused),
          T(one_that_waits_for_activation_becomes_active),
          T(one_that_needs_another_account_is_not_lifted_without_it),
          T(what_is_known_of_the_consumer_changes_with_the_state_or_not_at_all),
          T(an_ended_one_takes_no_other_account), T(mandates_of_nobody_we_know_are_not_found))
