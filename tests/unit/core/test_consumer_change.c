#include "core/event.h"
#include "core/mandate_amendment.h"
#include "support/core_consumer.h"

/* --- changing --- */

static err_t consumer_change_try(struct world *world, struct consumer_change *change)
{
    WORLD_RUN(world, change, consumer_change);
    return change->operation.result;
}

static struct consumer_change change_of(const struct consumer *consumer, enum consumer_field field,
                                        struct str value)
{
    struct consumer_change change = {.reference = consumer->reference};

    change.given[field] = true;
    change.values[field] = value;
    return change;
}

static err_t field_try(struct world *world, const struct consumer *consumer,
                       enum consumer_field field, struct str value)
{
    struct consumer_change change = change_of(consumer, field, value);

    return consumer_change_try(world, &change);
}

static err_t number_try(struct world *world, const struct consumer *consumer, const char *iban)
{
    struct consumer_change change = {
        .reference = consumer->reference,
        .account_given = true,
        .sealed = number_sealed(world, iban),
    };

    return consumer_change_try(world, &change);
}

static struct customer customer_now(struct world *world, struct customer_id id)
{
    struct customer customer;

    assert_ok(customer_load(world->cx, world_read(world), id, true, &customer));
    reader_release(world->core.reader);
    return customer;
}

CASE(only_what_is_given_changes_and_the_customer_follows)
{
    struct world *world = world_new();
    struct consumer before = consumer_made(world);
    struct customer customer = customer_now(world, before.customer);

    assert_ok(field_try(world, &before, CONSUMER_LAST_NAME, STR("Petit")));
    assert_ok(field_try(world, &before, CONSUMER_GENDER, STR("F")));
    struct consumer after = consumer_now(world, before.reference);
    for (int field = 1; field < CONSUMER_FIELDS; field++) {
        if (field != CONSUMER_LAST_NAME && field != CONSUMER_GENDER)
            assert_true(str_eq(after.fields[field], before.fields[field]));
    }
    assert_str(after.fields[CONSUMER_LAST_NAME], "Petit");
    struct customer changed = customer_now(world, before.customer);
    assert_str(changed.name, "Camille Petit");
    assert_true(ID_EQ(changed.billing_address, customer.billing_address));
    assert_ok(field_try(world, &before, CONSUMER_CITY, STR("Lyon")));
    changed = customer_now(world, before.customer);
    assert_false(ID_EQ(changed.billing_address, customer.billing_address));
    assert_ok(field_try(world, &before, CONSUMER_GENDER, STR_NONE));
    assert_int_equal(consumer_now(world, before.reference).fields[CONSUMER_GENDER].len, 0);
    world_is_sound(world);
    world_free(world);
}

CASE(what_an_organisation_is_called_and_numbered_stays)
{
    struct world *world = world_new();
    struct consumer like = consumer_like(CONSUMER_COMPANY);

    like.fields[CONSUMER_CORPORATE_NAME] = STR("Boulangerie Martin");
    like.fields[CONSUMER_SIREN] = STR("732829320");
    like.fields[CONSUMER_NIC] = STR("00074");
    struct consumer company = consumer_made_of(world, like, CONSUMER_IBAN);
    assert_int_equal(field_try(world, &company, CONSUMER_CORPORATE_NAME, STR_NONE), ERR_INVALID);
    assert_int_equal(field_try(world, &company, CONSUMER_SIREN, STR_NONE), ERR_INVALID);
    assert_int_equal(field_try(world, &company, CONSUMER_NIC, STR("00075")), ERR_INVALID);
    assert_int_equal(field_try(world, &company, CONSUMER_SIREN, STR("443061841")), ERR_INVALID);
    assert_ok(field_try(world, &company, CONSUMER_NIC, STR_NONE));
    assert_ok(field_try(world, &company, CONSUMER_SIREN, STR("443061841")));
    assert_str(customer_now(world, company.customer).legal_id, "443061841");
    /* What another type of consumer has is left out. */
    assert_ok(field_try(world, &company, CONSUMER_RNA, STR("W751234567")));
    assert_int_equal(consumer_now(world, company.reference).fields[CONSUMER_RNA].len, 0);
    struct consumer person = consumer_made(world);
    assert_ok(field_try(world, &person, CONSUMER_SIREN, STR("443061841")));
    assert_int_equal(consumer_now(world, person.reference).fields[CONSUMER_SIREN].len, 0);
    world_free(world);
}

CASE(an_identity_document_is_whole_or_not_there)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_made(world);
    struct consumer_change change = change_of(&consumer, CONSUMER_IDENTITY_TYPE, STR("1"));

    assert_int_equal(consumer_change_try(world, &change), ERR_INVALID);
    change.given[CONSUMER_IDENTITY_NUMBER] = true;
    change.values[CONSUMER_IDENTITY_NUMBER] = STR("19FV05260");
    change.given[CONSUMER_IDENTITY_ISSUED] = true;
    change.values[CONSUMER_IDENTITY_ISSUED] = STR("2029-01-31");
    change.given[CONSUMER_IDENTITY_EXPIRES] = true;
    change.values[CONSUMER_IDENTITY_EXPIRES] = STR("2029-01-30");
    assert_int_equal(consumer_change_try(world, &change), ERR_INVALID);
    change.values[CONSUMER_IDENTITY_EXPIRES] = STR("2029-01-31");
    assert_ok(consumer_change_try(world, &change));
    assert_ok(field_try(world, &consumer, CONSUMER_IDENTITY_EXPIRES, STR("2035-01-31")));
    assert_int_equal(field_try(world, &consumer, CONSUMER_IDENTITY_NUMBER, STR_NONE), ERR_INVALID);
    world_free(world);
}

CASE(own_references_belong_to_one_consumer)
{
    struct world *world = world_new();
    struct consumer like = consumer_like(CONSUMER_PERSON);
    struct consumer_change change = {.own_given = true, .own = STR("CLI-1")};

    like.own = STR("CLI-1");
    struct consumer first = consumer_made_of(world, like, CONSUMER_IBAN);
    struct consumer second = consumer_made(world);
    change.reference = second.reference;
    assert_int_equal(consumer_change_try(world, &change), ERR_CONFLICT);
    change.reference = first.reference;
    assert_ok(consumer_change_try(world, &change));
    change.own = STR_NONE;
    assert_ok(consumer_change_try(world, &change));
    assert_int_equal(customer_now(world, first.customer).external_id.len, 0);
    change.own = STR("CLI-1");
    change.reference = second.reference;
    assert_ok(consumer_change_try(world, &change));
    change.reference = STR("NOBODY");
    assert_int_equal(consumer_change_try(world, &change), ERR_NOT_FOUND);
    world_free(world);
}

CASE(another_number_takes_every_living_mandate_along)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_made(world);
    struct mandate first = mandate_of(world, &consumer, "FIRST");
    struct mandate second = mandate_of(world, &consumer, "SECOND");
    struct mandate ended = mandate_of(world, &consumer, "ENDED");
    struct amendment *list;
    size_t count;

    assert_ok(become_try(world, "ENDED", MANDATE_REVOKED));
    assert_ok(become_try(world, "SECOND", MANDATE_SUSPENDED));
    struct payment waiting = pay_from(world, consumer.account, 5000);
    assert_ok(number_try(world, &consumer, CONSUMER_IBAN));
    assert_true(ID_EQ(consumer_now(world, consumer.reference).account, consumer.account));
    assert_ok(number_try(world, &consumer, CONSUMER_IBAN_NEW));
    struct consumer after = consumer_now(world, consumer.reference);
    assert_false(ID_EQ(after.account, consumer.account));
    assert_true(ID_EQ(mandate_at(world, first.id).account, after.account));
    assert_true(ID_EQ(mandate_at(world, second.id).account, after.account));
    assert_int_equal(mandate_at(world, second.id).state, MANDATE_SUSPENDED);
    assert_true(ID_EQ(mandate_at(world, ended.id).account, consumer.account));
    assert_true(ID_EQ(debit_now(world, waiting.id).account, after.account));
    assert_ok(amendment_history(world->cx, world_read(world), first.id, &list, &count));
    assert_int_equal(count, 1);
    assert_int_equal(list[0].kind, AMENDMENT_ACCOUNT);
    world_is_sound(world);
    world_free(world);
}

CASE(a_mandate_that_nobody_signed_belongs_to_the_new_number_without_an_amendment)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_made(world);
    struct mandate_import import = {
        .reference = consumer.reference, .umr = STR("UNSIGNED"), .is_pdf = false};
    struct amendment *list;
    size_t count;

    assert_ok(consumer_file_seal(&world->core, world_ctx(world), STR("GIF89a"), &import.document));
    WORLD_RUN(world, &import, mandate_import);
    assert_ok(import.operation.result);
    assert_ok(number_try(world, &consumer, CONSUMER_IBAN_NEW));
    struct mandate after = mandate_at(world, import.mandate.id);
    assert_true(ID_EQ(after.account, consumer_now(world, consumer.reference).account));
    assert_ok(amendment_history(world->cx, world_read(world), after.id, &list, &count));
    assert_int_equal(count, 0);
    world_free(world);
}

CASE(a_number_that_was_wrong_is_put_right)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_made(world);
    struct mandate mandate = mandate_of(world, &consumer, "WRONG");
    struct payment payment = pay_from(world, consumer.account, 5000);

    debit_leaves(world, payment.id);
    assert_ok(reject_try(world, payment.id, "AC04"));
    assert_int_equal(mandate_at(world, mandate.id).state, MANDATE_SUSPENDED);
    assert_ok(number_try(world, &consumer, CONSUMER_IBAN_NEW));
    assert_int_equal(mandate_at(world, mandate.id).state, MANDATE_ACTIVE);
    world_is_sound(world);
    world_free(world);
}

UNIT_MAIN(T(only_what_is_given_changes_and_the_customer_follows),
          T(what_an_organisation_is_called_and_numbered_stays),
          T(an_identity_document_is_whole_or_not_there), T(own_references_belong_to_one_consumer),
          T(another_number_takes_every_living_mandate_along),
          T(a_mandate_that_nobody_signed_belongs_to_the_new_number_without_an_amendment),
          T(a_number_that_was_wrong_is_put_right))
