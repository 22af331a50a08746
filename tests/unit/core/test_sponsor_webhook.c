#include "core/sponsor_webhook.h"

#include "core/client.h"
#include "support/news.h"

#define HOOK "https://sponsor.example/hook"
#define OBJECT "0000000000000000000000AA"
#define MOMENT "0000000000000000000000BB"

static struct sponsor_webhook_create hook_create(struct world *world, unsigned events)
{
    struct sponsor_webhook_create create = {
        .sponsor = world->made.sponsor, .url = STR(HOOK), .events = events};

    WORLD_RUN(world, &create, sponsor_webhook_create);
    return create;
}

static struct sponsor_webhook hook_load(struct world *world)
{
    struct sponsor_webhook webhook;

    assert_ok(sponsor_webhook_load(world->cx, world_read(world), world->made.sponsor, &webhook));
    reader_release(world->core.reader);
    return webhook;
}

struct tell_work {
    enum sponsor_event event;
    const char *moment;
};
static err_t tell_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct tell_work *work = arg;

    return sponsor_tell(cx, tx, work->event, OBJECT, work->moment);
}
static void tell(struct world *world, enum sponsor_event event, const char *moment)
{
    struct tell_work work = {event, moment};

    world_time(world, world->cx);
    assert_ok(tx_run(world->store, world->cx, tell_body, &work));
}

CASE(the_secret_is_sealed_and_opens_again)
{
    struct world *world = world_new();
    struct sponsor_webhook_create create = hook_create(world, 0);
    struct str secret;

    assert_int_equal(create.operation.result, OK);
    assert_int_equal(create.secret.len, 64);
    struct sponsor_webhook loaded = hook_load(world);
    assert_null(memmem(loaded.sealed.ptr, loaded.sealed.len, create.secret.ptr, 64));
    assert_ok(sponsor_webhook_secret(world->cx, world->vault, &loaded, &secret));
    assert_true(str_eq(secret, create.secret));
    assert_int_equal(sponsor_webhook_secret(world->cx, NULL, &loaded, &secret), ERR_UNAVAILABLE);
    world_free(world);
}

CASE(rotation_of_keys_takes_the_secret_along)
{
    struct world *world = world_new();
    struct sponsor_webhook_create create = hook_create(world, 0);
    struct str after;
    int64_t moved;

    assert_ok(vault_rotate_dek(world->cx, world->store, world->vault, &moved));
    assert_true(moved >= 1);
    struct sponsor_webhook loaded = hook_load(world);
    assert_false(str_eq(create.webhook.sealed, loaded.sealed));
    assert_ok(sponsor_webhook_secret(world->cx, world->vault, &loaded, &after));
    assert_true(str_eq(create.secret, after));
    world_free(world);
}

CASE(a_sponsor_has_one)
{
    struct world *world = world_new();

    hook_create(world, 0);
    struct sponsor_webhook_create second = hook_create(world, 0);
    assert_int_equal(second.operation.result, ERR_CONFLICT);
    assert_string_equal(fault_of(&second.operation)->field, "webhook");
    world_free(world);
}

CASE(without_a_vault_none_is_made)
{
    struct world *world = world_new();

    world->core.vault = NULL;
    assert_int_equal(hook_create(world, 0).operation.result, ERR_UNAVAILABLE);
    world_free(world);
}

CASE(where_nobody_listens_nothing_is_written)
{
    struct world *world = world_new();
    struct delivery *rows;

    tell(world, SPONSOR_MANDATE_CREATED, NULL);
    assert_int_equal(outbox_all(world, &rows), 0);
    world_free(world);
}

CASE(what_is_no_client_any_more_is_none_of_the_sponsors_business)
{
    struct world *world = world_new();
    struct client_remove drop = {.sponsor = world->made.sponsor, .id = world->cx->merchant};
    struct delivery *rows;

    hook_create(world, 0);
    tell(world, SPONSOR_INVOICE_CREATED, NULL);
    assert_int_equal(outbox_all(world, &rows), 1);
    WORLD_RUN(world, &drop, client_remove);
    assert_int_equal(drop.operation.result, OK);
    tell(world, SPONSOR_INVOICE_CREATED, NULL);
    assert_int_equal(outbox_all(world, &rows), 1);
    world_free(world);
}

CASE(who_names_no_event_hears_all_but_those_of_enrolment)
{
    struct world *world = world_new();
    struct delivery *rows;

    hook_create(world, 0);
    for (int event = SPONSOR_TEST; event <= SPONSOR_ONBOARDING_FAILED; event++)
        tell(world, (enum sponsor_event)event, NULL);
    assert_int_equal(outbox_all(world, &rows), 8);
    assert_str(rows[0].type, "mandate.failed");
    assert_str(rows[7].type, "webhook.test");
    world_free(world);
}

CASE(what_was_named_is_told_and_nothing_else)
{
    struct world *world = world_new();
    struct delivery *rows;

    hook_create(world, 1U << SPONSOR_ONBOARDING_FAILED | 1U << SPONSOR_MANDATE_EXPIRED);
    for (int event = SPONSOR_TEST; event <= SPONSOR_ONBOARDING_FAILED; event++)
        tell(world, (enum sponsor_event)event, NULL);
    assert_int_equal(outbox_all(world, &rows), 2);
    assert_str(rows[0].type, "client.onboarding_failed");
    assert_str(rows[1].type, "mandate.expired");
    world_free(world);
}

CASE(a_step_that_is_told_as_it_was_gives_the_event_its_id)
{
    struct world *world = world_new();
    struct delivery *rows;

    hook_create(world, 0);
    tell(world, SPONSOR_INVOICE_STATUS_UPDATED, MOMENT);
    tell(world, SPONSOR_INVOICE_STATUS_UPDATED, NULL);
    assert_int_equal(outbox_all(world, &rows), 2);
    assert_string_equal(rows[1].event.raw, MOMENT);
    assert_string_not_equal(rows[0].event.raw, MOMENT);
    /* of one object: in order */
    assert_true(rows[1].due != 0);
    assert_true(rows[0].due == 0);
    world_free(world);
}

CASE(a_change_touches_what_it_names)
{
    struct world *world = world_new();
    struct sponsor_webhook_update update = {
        .sponsor = world->made.sponsor, .change = SPONSOR_WEBHOOK_ACTIVE, .is_active = false};
    struct delivery *rows;

    hook_create(world, 0);
    WORLD_RUN(world, &update, sponsor_webhook_update);
    assert_int_equal(update.operation.result, OK);
    assert_str(hook_load(world).url, HOOK);
    assert_int_equal(hook_load(world).events, SPONSOR_EVENTS_DEFAULT);
    tell(world, SPONSOR_MANDATE_CREATED, NULL);
    assert_int_equal(outbox_all(world, &rows), 0);

    struct sponsor_webhook_update all = {.sponsor = world->made.sponsor,
                                         .change = SPONSOR_WEBHOOK_URL | SPONSOR_WEBHOOK_EVENTS |
                                                   SPONSOR_WEBHOOK_ACTIVE,
                                         .url = STR("https://sponsor.example/other"),
                                         .events = 1U << SPONSOR_INVOICE_CREATED,
                                         .is_active = true};
    WORLD_RUN(world, &all, sponsor_webhook_update);
    assert_int_equal(all.operation.result, OK);
    struct sponsor_webhook loaded = hook_load(world);
    assert_str(loaded.url, "https://sponsor.example/other");
    assert_int_equal(loaded.events, 1U << SPONSOR_INVOICE_CREATED);
    assert_true(loaded.is_active);
    world_free(world);
}

CASE(one_that_is_not_there_is_not_found)
{
    struct world *world = world_new();
    struct sponsor_webhook_update update = {.sponsor = world->made.sponsor};
    struct sponsor_webhook_delete drop = {.sponsor = world->made.sponsor};
    struct sponsor_webhook_test test = {.sponsor = world->made.sponsor};

    WORLD_RUN(world, &update, sponsor_webhook_update);
    WORLD_RUN(world, &drop, sponsor_webhook_delete);
    WORLD_RUN(world, &test, sponsor_webhook_test);
    assert_int_equal(update.operation.result, ERR_NOT_FOUND);
    assert_int_equal(drop.operation.result, ERR_NOT_FOUND);
    assert_int_equal(test.operation.result, ERR_NOT_FOUND);
    world_free(world);
}

CASE(after_a_removal_another_one_may_be_made)
{
    struct world *world = world_new();
    struct sponsor_webhook_delete drop = {.sponsor = world->made.sponsor};

    struct webhook_id first = hook_create(world, 0).webhook.id;
    WORLD_RUN(world, &drop, sponsor_webhook_delete);
    assert_int_equal(drop.operation.result, OK);
    assert_false(ID_EQ(hook_create(world, 0).webhook.id, first));
    world_free(world);
}

CASE(a_test_is_told_unless_it_is_switched_off)
{
    struct world *world = world_new();
    struct sponsor_webhook_test test = {.sponsor = world->made.sponsor};
    struct sponsor_webhook_update off = {
        .sponsor = world->made.sponsor, .change = SPONSOR_WEBHOOK_ACTIVE, .is_active = false};
    struct delivery *rows;

    hook_create(world, 1U << SPONSOR_MANDATE_FAILED);
    WORLD_RUN(world, &test, sponsor_webhook_test);
    assert_int_equal(test.operation.result, OK);
    assert_int_equal(outbox_all(world, &rows), 1);
    assert_str(rows[0].type, "webhook.test");
    assert_true(ID_EQ(rows[0].event, test.event));
    WORLD_RUN(world, &off, sponsor_webhook_update);
    WORLD_RUN(world, &test, sponsor_webhook_test);
    assert_int_equal(test.operation.result, ERR_STATE);
    world_free(world);
}

static err_t triggered_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    return sponsor_webhook_tried(cx, tx);
}

CASE(the_last_time_is_remembered)
{
    struct world *world = world_new();

    hook_create(world, 0);
    assert_int_equal(hook_load(world).triggered, 0);
    world_stop_at(world, WORLD_START + DAY_US);
    assert_ok(tx_run(world->store, world->cx, triggered_body, NULL));
    assert_int_equal(hook_load(world).triggered, WORLD_START + DAY_US);
    /* never back */
    world_stop_at(world, WORLD_START);
    assert_ok(tx_run(world->store, world->cx, triggered_body, NULL));
    assert_int_equal(hook_load(world).triggered, WORLD_START + DAY_US);
    world_free(world);
}

UNIT_MAIN(T(the_secret_is_sealed_and_opens_again), T(rotation_of_keys_takes_the_secret_along),
          T(a_sponsor_has_one), T(without_a_vault_none_is_made),
          T(where_nobody_listens_nothing_is_written),
          T(what_is_no_client_any_more_is_none_of_the_sponsors_business),
          T(who_names_no_event_hears_all_but_those_of_enrolment),
          T(what_was_named_is_told_and_nothing_else),
          T(a_step_that_is_told_as_it_was_gives_the_event_its_id),
          T(a_change_touches_what_it_names), T(one_that_is_not_there_is_not_found),
          T(after_a_removal_another_one_may_be_made), T(a_test_is_told_unless_it_is_switched_off),
          T(the_last_time_is_remembered))
