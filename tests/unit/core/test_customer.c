#include "support/core_calls.h"

static struct customer ada(void)
{
    return (struct customer){.name = STR("Ada"),
                             .email = STR("ada@example.com"),
                             .mobile = STR("+33600000001"),
                             .external_id = STR("A-1")};
}

static err_t create_try(struct world *world, enum customer_twin twin, struct customer draft,
                        struct customer_create *create)
{
    *create = (struct customer_create){.twin = twin, .draft = draft};
    WORLD_RUN(world, create, customer_create);
    return create->operation.result;
}

static struct customer made(struct world *world, enum customer_twin twin, struct customer draft)
{
    struct customer_create create;

    assert_ok(create_try(world, twin, draft, &create));
    return create.customer;
}

static err_t change_of(struct world *world, struct customer_change *change)
{
    WORLD_RUN(world, change, customer_change);
    return change->operation.result;
}

static void removed(struct world *world, struct customer_id id)
{
    struct customer_change change = {.remove = true, .values = {.id = id}};

    assert_ok(change_of(world, &change));
    assert_true(change.customer.deleted);
}

static int64_t total(struct world *world)
{
    struct page_of page = {.limit = 10, .created_until = INT64_MAX};
    struct customer_filter filter = {0};
    struct page_found found;
    struct customer *list;

    world_time(world, world->cx);
    assert_ok(customer_list(world->cx, world_read(world), &filter, &page, &list, &found));
    assert_int_equal(found.count, found.total);
    return found.total;
}

CASE(customer_has_an_email_or_a_mobile)
{
    struct world *world = world_new();
    struct customer_create create;
    struct customer draft = {.name = STR("Ada")};

    assert_int_equal(create_try(world, TWIN_BY_EXTERNAL_ID, draft, &create), ERR_INVALID);
    assert_string_equal(fault_of(&create.operation)->field, "email");
    draft.mobile = STR("+33600000001");
    made(world, TWIN_BY_EXTERNAL_ID, draft);
    draft = (struct customer){.email = STR("ada@example.com")};
    struct customer found = made(world, TWIN_BY_EXTERNAL_ID, draft);
    assert_null(found.name.ptr);
    struct customer_change change = {.change = CUSTOMER_EMAIL, .values = {.id = found.id}};
    assert_int_equal(change_of(world, &change), ERR_INVALID);
    world_is_sound(world);
    world_free(world);
}

CASE(v1_same_four_values_are_a_conflict_that_names_the_first)
{
    struct world *world = world_new();
    struct customer first = made(world, TWIN_IS_CONFLICT, ada());
    struct customer_create create;

    assert_int_equal(create_try(world, TWIN_IS_CONFLICT, ada(), &create), ERR_CONFLICT);
    assert_string_equal(fault_of(&create.operation)->object, first.id.raw);
    world_is_sound(world);
    world_free(world);
}

CASE(v1_one_value_that_differs_makes_another_customer)
{
    struct world *world = world_new();
    struct customer first = made(world, TWIN_IS_CONFLICT, ada());
    struct customer other[4] = {ada(), ada(), ada(), ada()};

    other[0].name = STR("Adam");
    other[1].email = STR_NONE;
    other[2].mobile = STR_NONE;
    other[3].external_id = STR("A-2");
    for (size_t i = 0; i < 4; i++)
        assert_false(ID_EQ(made(world, TWIN_IS_CONFLICT, other[i]).id, first.id));
    struct customer_create create;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(create_try(world, TWIN_IS_CONFLICT, other[i], &create), ERR_CONFLICT);
    assert_int_equal(total(world), 5);
    world_free(world);
}

CASE(v1_inside_a_payment_the_same_customer_is_used)
{
    struct world *world = world_new();
    struct customer first = made(world, TWIN_IS_CONFLICT, ada());
    struct payment_draft draft = draft_of(500);

    draft.customer =
        (struct customer_choice){.inline_data = true, .twin = TWIN_IS_USED, .draft = ada()};
    assert_true(ID_EQ(pay(world, draft).customer, first.id));
    draft.customer.draft.name = STR("Eve");
    assert_false(ID_EQ(pay(world, draft).customer, first.id));
    assert_int_equal(total(world), 2);
    world_is_sound(world);
    world_free(world);
}

CASE(v2_same_external_id_and_data_is_the_same_customer)
{
    struct world *world = world_new();
    struct customer first = made(world, TWIN_BY_EXTERNAL_ID, ada());

    assert_true(ID_EQ(made(world, TWIN_BY_EXTERNAL_ID, ada()).id, first.id));
    assert_int_equal(total(world), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(v2_same_external_id_with_other_data_is_a_conflict)
{
    struct world *world = world_new();
    struct customer first = made(world, TWIN_BY_EXTERNAL_ID, ada());
    struct customer other = ada();
    struct customer_create create;

    other.country = STR("FR");
    assert_int_equal(create_try(world, TWIN_BY_EXTERNAL_ID, other, &create), ERR_CONFLICT);
    assert_string_equal(fault_of(&create.operation)->object, first.id.raw);
    world_free(world);
}

CASE(v2_same_data_without_external_id_is_a_new_customer)
{
    struct world *world = world_new();
    struct customer draft = ada();

    draft.external_id = STR_NONE;
    struct customer first = made(world, TWIN_BY_EXTERNAL_ID, draft);
    assert_false(ID_EQ(made(world, TWIN_BY_EXTERNAL_ID, draft).id, first.id));
    world_free(world);
}

CASE(v2_external_id_of_another_cannot_be_taken_by_a_change)
{
    struct world *world = world_new();
    struct customer draft = ada();

    made(world, TWIN_BY_EXTERNAL_ID, draft);
    draft.external_id = STR("A-2");
    struct customer second = made(world, TWIN_BY_EXTERNAL_ID, draft);
    struct customer_change change = {
        .unique_external_id = true,
        .change = CUSTOMER_EXTERNAL_ID,
        .values = {.id = second.id, .external_id = STR("A-1")}
    };
    assert_int_equal(change_of(world, &change), ERR_CONFLICT);
    change.values.external_id = STR("A-2");
    assert_ok(change_of(world, &change));
    change.unique_external_id = false;
    change.values.external_id = STR("A-1");
    assert_ok(change_of(world, &change));
    world_free(world);
}

CASE(customer_deleted_is_gone_but_old_payments_show_it)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_of(500);
    struct customer_change again = {.remove = true};
    struct payment_create create;
    struct payment_view view;

    draft.customer =
        (struct customer_choice){.inline_data = true, .twin = TWIN_BY_EXTERNAL_ID, .draft = ada()};
    struct payment payment = pay(world, draft);
    made(world, TWIN_BY_EXTERNAL_ID, (struct customer){.email = STR("eve@example.com")});
    removed(world, payment.customer);
    assert_int_equal(total(world), 1);
    again.values.id = payment.customer;
    assert_int_equal(change_of(world, &again), ERR_NOT_FOUND);
    draft = draft_of(500);
    draft.customer.id = payment.customer;
    assert_int_equal(pay_try(world, draft, &create), ERR_NOT_FOUND);
    assert_ok(payment_view_load(world->cx, world_read(world), payment.id, &view));
    assert_str(view.customer.name, "Ada");
    assert_true(view.customer.deleted);
    assert_false(ID_EQ(made(world, TWIN_BY_EXTERNAL_ID, ada()).id, payment.customer));
    world_is_sound(world);
    world_free(world);
}

CASE(customer_deleted_in_a_later_hour_leaves_the_total_of_its_own)
{
    struct world *world = world_new();
    struct customer first = made(world, TWIN_BY_EXTERNAL_ID, ada());

    world->offset += 5 * HOUR_US;
    made(world, TWIN_BY_EXTERNAL_ID, (struct customer){.email = STR("eve@example.com")});
    removed(world, first.id);
    assert_int_equal(total(world), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(customer_keeps_what_a_change_does_not_name)
{
    struct world *world = world_new();
    struct customer draft = ada();
    struct customer found;

    draft.date_birth = STR("1815-12-10");
    draft.legal_id = STR("100000009");
    struct customer first = made(world, TWIN_BY_EXTERNAL_ID, draft);
    struct customer_change change = {
        .change = CUSTOMER_NAME | CUSTOMER_MOBILE | CUSTOMER_COUNTRY,
        .values = {.id = first.id, .name = STR("Ada Lovelace"), .country = STR("GB")}
    };
    assert_ok(change_of(world, &change));
    assert_ok(customer_load(world->cx, world_read(world), first.id, false, &found));
    assert_str(found.name, "Ada Lovelace");
    assert_str(found.email, "ada@example.com");
    assert_null(found.mobile.ptr);
    assert_str(found.country, "GB");
    assert_str(found.date_birth, "1815-12-10");
    assert_str(found.legal_id, "100000009");
    assert_str(found.external_id, "A-1");
    world_free(world);
}

CASE(customer_points_only_to_addresses_that_exist)
{
    struct world *world = world_new();
    struct customer draft = ada();
    struct customer_create create;

    ID_NEW(world->cx->ids, &draft.billing_address);
    assert_int_equal(create_try(world, TWIN_BY_EXTERNAL_ID, draft, &create), ERR_NOT_FOUND);
    struct address_create address = {
        .draft = {.zip_code = STR("75011"),
                  .city = STR("Paris"),
                  .country = STR("FR"),
                  .metadata = STR("{}")}
    };
    WORLD_RUN(world, &address, address_create);
    assert_ok(address.operation.result);
    draft.billing_address = address.address.id;
    draft.shipping_address = address.address.id;
    struct customer found = made(world, TWIN_BY_EXTERNAL_ID, draft);
    struct address_remove removal = {.id = address.address.id};
    WORLD_RUN(world, &removal, address_remove);
    assert_ok(removal.operation.result);
    WORLD_RUN(world, &removal, address_remove);
    assert_int_equal(removal.operation.result, ERR_NOT_FOUND);
    struct customer_change change = {
        .change = CUSTOMER_BILLING,
        .values = {.id = found.id, .billing_address = address.address.id}
    };
    assert_int_equal(change_of(world, &change), ERR_NOT_FOUND);
    /* One that is gone does not stand in the way of another name. */
    struct customer_change renamed = {
        .change = CUSTOMER_NAME, .values = {.id = found.id, .name = STR("Ada King")}
    };
    assert_ok(change_of(world, &renamed));
    change.values.billing_address = (struct address_id){{0}};
    assert_ok(change_of(world, &change));
    struct address kept;
    assert_ok(address_load(world->cx, world_read(world), address.address.id, true, &kept));
    assert_str(kept.city, "Paris");
    world_free(world);
}

CASE(v2_every_value_that_differs_is_other_data)
{
    struct world *world = world_new();
    struct address_create address = {
        .draft = {.zip_code = STR("75011"),
                  .city = STR("Paris"),
                  .country = STR("FR"),
                  .metadata = STR("{}")}
    };
    struct customer_create create;

    WORLD_RUN(world, &address, address_create);
    assert_ok(address.operation.result);
    const struct customer first = made(world, TWIN_BY_EXTERNAL_ID, ada());
    for (int which = 0; which < 8; which++) {
        struct customer other = ada();
        struct str *texts[] = {&other.name,       &other.email,    &other.mobile,
                               &other.date_birth, &other.legal_id, &other.country};
        if (which < 6)
            *texts[which] = which == 1 ? STR("lovelace@example.com") : STR("1815-12-10");
        else if (which == 6)
            other.billing_address = address.address.id;
        else
            other.shipping_address = address.address.id;
        assert_int_equal(create_try(world, TWIN_BY_EXTERNAL_ID, other, &create), ERR_CONFLICT);
        assert_string_equal(fault_of(&create.operation)->object, first.id.raw);
    }
    assert_true(ID_EQ(made(world, TWIN_BY_EXTERNAL_ID, ada()).id, first.id));
    world_free(world);
}

CASE(customer_changes_everything_but_its_last_way_to_be_reached)
{
    struct world *world = world_new();
    struct customer found = made(world, TWIN_BY_EXTERNAL_ID, ada());
    struct customer_change change = {
        .change = CUSTOMER_DATE_BIRTH | CUSTOMER_LEGAL_ID | CUSTOMER_SHIPPING | CUSTOMER_EMAIL,
        .values = {.id = found.id, .date_birth = STR("1815-12-10"), .legal_id = STR("X1")}
    };

    assert_ok(change_of(world, &change));
    assert_str(change.customer.date_birth, "1815-12-10");
    assert_str(change.customer.legal_id, "X1");
    assert_int_equal(change.customer.email.len, 0);
    change = (struct customer_change){.change = CUSTOMER_MOBILE, .values = {.id = found.id}};
    assert_int_equal(change_of(world, &change), ERR_INVALID);
    assert_string_equal(fault_of(&change.operation)->field, "email");
    /* Where it need not be the only one of its reference, nothing is looked for. */
    made(world, TWIN_IS_USED,
         (struct customer){.email = STR("b@example.com"), .external_id = STR("A-2")});
    change = (struct customer_change){
        .change = CUSTOMER_EXTERNAL_ID, .values = {.id = found.id, .external_id = STR("A-2")}
    };
    assert_ok(change_of(world, &change));
    world_free(world);
}

UNIT_MAIN(T(customer_has_an_email_or_a_mobile),
          T(v1_same_four_values_are_a_conflict_that_names_the_first),
          T(v1_one_value_that_differs_makes_another_customer),
          T(v1_inside_a_payment_the_same_customer_is_used),
          T(v2_same_external_id_and_data_is_the_same_customer),
          T(v2_same_external_id_with_other_data_is_a_conflict),
          T(v2_same_data_without_external_id_is_a_new_customer),
          T(v2_external_id_of_another_cannot_be_taken_by_a_change),
          T(customer_deleted_is_gone_but_old_payments_show_it),
          T(customer_deleted_in_a_later_hour_leaves_the_total_of_its_own),
          T(customer_keeps_what_a_change_does_not_name),
          T(customer_points_only_to_addresses_that_exist),
          T(v2_every_value_that_differs_is_other_data),
          T(customer_changes_everything_but_its_last_way_to_be_reached))
