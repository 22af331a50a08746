#include "core/mandate_search.h"
#include "support/core_consumer.h"

static size_t search(struct world *world, struct mandate_search asked, struct mandate_found **out)
{
    struct mandate_found *list;
    size_t count;

    if (asked.limit == 0)
        asked.limit = 100;
    assert_ok(mandate_search(world->cx, world_read(world), &asked, &list, &count));
    reader_release(world->core.reader);
    if (out != NULL)
        *out = list;
    return count;
}

CASE(each_condition_counts)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_made(world);
    struct mandate_found *list;
    struct mandate of_nobody;

    (void)mandate_of(world, &consumer, "RUM-1");
    (void)account_signed(world, &of_nobody);
    assert_int_equal(search(world, (struct mandate_search){.umr = STR("rum-1")}, &list), 1);
    assert_str(list[0].place, "Lyon");
    assert_str(list[0].signed_on, "2031-01-02");
    assert_true(str_eq(list[0].consumer.reference, consumer.reference));
    assert_int_equal(search(world, (struct mandate_search){.umr = of_nobody.umr}, NULL), 0);
    assert_int_equal(search(world, (struct mandate_search){.states = 1U << MANDATE_ACTIVE}, NULL),
                     1);
    assert_int_equal(search(world, (struct mandate_search){.states = 1U << MANDATE_SENT}, NULL), 0);
    assert_int_equal(search(world, (struct mandate_search){.type = MANDATE_ONE_OFF}, NULL), 0);
    assert_int_equal(search(world, (struct mandate_search){.place = STR("LYON")}, NULL), 1);
    assert_int_equal(search(world, (struct mandate_search){.place = STR("Paris")}, NULL), 0);
    assert_int_equal(search(world, (struct mandate_search){.signed_on = STR("2031-01-02")}, NULL),
                     1);
    assert_int_equal(search(world, (struct mandate_search){.signed_from = STR("2031-01-03")}, NULL),
                     0);
    assert_int_equal(
        search(world, (struct mandate_search){.signed_until = STR("2031-01-02")}, NULL), 1);
    assert_int_equal(
        search(world, (struct mandate_search){.signed_until = STR("2031-01-01")}, NULL), 0);
    assert_int_equal(search(world,
                            (struct mandate_search){
                                .umr = STR("RUM-1"),
                                .conditions = {{.field = CONSUMER_CITY, .equals = STR("Lyon")}},
                                .condition_count = 1,
                            },
                            NULL),
                     0);
    assert_int_equal(search(world, (struct mandate_search){.reference = STR("NOBODY")}, NULL), 0);
    world_free(world);
}

CASE(one_without_a_signature_fits_no_day_and_no_place)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_made(world);

    (void)mandate_of(world, &consumer, "RUM-1");
    world_tamper(world, "DELETE FROM mandate_evidence");
    world_tamper(world, "UPDATE mandate SET state = 'sent', signed_us = NULL");
    assert_int_equal(search(world, (struct mandate_search){.states = 1U << MANDATE_SENT}, NULL), 1);
    assert_int_equal(
        search(world, (struct mandate_search){.signed_until = STR("2099-01-01")}, NULL), 0);
    assert_int_equal(search(world, (struct mandate_search){.place = STR("Lyon")}, NULL), 0);
    world_free(world);
}

/* More than one page of candidates, whichever way they are found. */
CASE(many_mandates_are_walked_over)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_made(world);
    struct mandate_found *list;
    char umr[16];

    consumer.reference = str_dup(world->cx->arena, consumer.reference);
    for (int i = 0; i < 210; i++) {
        snprintf(umr, sizeof umr, "RUM-%d", i);
        (void)mandate_of(world, &consumer, umr);
        world_contexts_free(world);
    }
    assert_ok(become_try(world, "RUM-3", MANDATE_SUSPENDED));
    assert_ok(become_try(world, "RUM-209", MANDATE_SUSPENDED));
    for (int i = 0; i < 2; i++) {
        struct mandate_search asked = {.states = 1U << MANDATE_SUSPENDED};
        if (i == 1)
            asked.reference = consumer.reference;
        assert_int_equal(search(world, asked, &list), 2);
        assert_str(list[1].mandate.umr, "RUM-209");
        asked.offset = 1;
        assert_int_equal(search(world, asked, &list), 1);
        assert_str(list[0].mandate.umr, "RUM-209");
        asked.states = 0;
        asked.type = MANDATE_RECURRENT;
        asked.limit = 500;
        assert_int_equal(search(world, asked, NULL), 209);
    }
    world_free(world);
}

CASE(mandates_of_many_consumers_are_found_once_each)
{
    enum { CONSUMERS = 403 };
    struct world *world = world_new();
    struct mandate_search asked = {
        .conditions = {{.field = CONSUMER_CITY, .equals = STR("Paris")}},
        .condition_count = 1,
        .limit = CONSUMERS + 1,
    };
    struct mandate_found *list;
    char umr[16];

    for (int i = 0; i < CONSUMERS; i++) {
        struct consumer consumer = consumer_made(world);
        snprintf(umr, sizeof umr, "RUM-%d", i);
        (void)mandate_of(world, &consumer, umr);
        world_contexts_free(world);
    }
    assert_int_equal(search(world, asked, NULL), CONSUMERS);
    asked.offset = CONSUMERS - 1;
    assert_int_equal(search(world, asked, &list), 1);
    assert_str(list[0].mandate.umr, "RUM-402");
    asked.offset = 0;
    asked.place = STR("Nowhere");
    assert_int_equal(search(world, asked, NULL), 0);
    world_free(world);
}

CASE(the_newest_mandate_of_a_consumer)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_made(world);
    struct consumer other = consumer_made(world);
    struct mandate mandate;

    assert_int_equal(
        mandate_of_consumer(world->cx, world_read(world), &consumer, STR_NONE, &mandate),
        ERR_NOT_FOUND);
    reader_release(world->core.reader);
    (void)mandate_of(world, &consumer, "RUM-1");
    (void)mandate_of(world, &consumer, "RUM-2");
    (void)mandate_of(world, &other, "RUM-3");
    assert_ok(mandate_of_consumer(world->cx, world_read(world), &consumer, STR_NONE, &mandate));
    assert_str(mandate.umr, "RUM-2");
    assert_ok(mandate_of_consumer(world->cx, world_read(world), &consumer, STR("rum-1"), &mandate));
    assert_int_equal(
        mandate_of_consumer(world->cx, world_read(world), &consumer, STR("RUM-3"), &mandate),
        ERR_NOT_FOUND);
    reader_release(world->core.reader);
    world_free(world);
}

UNIT_MAIN(T(each_condition_counts), T(one_without_a_signature_fits_no_day_and_no_place),
          T(many_mandates_are_walked_over), T(mandates_of_many_consumers_are_found_once_each),
          T(the_newest_mandate_of_a_consumer))
