#ifndef GUICHET_TESTS_SUPPORT_CORE_LEVY_H
#define GUICHET_TESTS_SUPPORT_CORE_LEVY_H

#include "core/levy.h"
#include "support/core_debit.h"

/* Levies as tests of the core make them. The world begins on Monday 2 June 2031, 10:00; the
 * sandbox's threshold of codes is 1000.00. */

/* Somebody with an account and everything that a levy needs but a mandate. */
static inline struct consumer consumer_bare(struct world *world)
{
    const struct bank_account_draft account = account_draft();
    struct consumer_create create = {.consumer = {.type = CONSUMER_PERSON}};

    create.consumer.fields[CONSUMER_FIRST_NAME] = STR("Jean");
    create.consumer.fields[CONSUMER_LAST_NAME] = STR("Dupont");
    create.consumer.fields[CONSUMER_EMAIL] = STR("jean@example.com");
    create.consumer.fields[CONSUMER_STREET_NAME] = STR("rue des Lilas");
    create.consumer.fields[CONSUMER_ZIP_CODE] = STR("75011");
    create.consumer.fields[CONSUMER_CITY] = STR("Paris");
    create.consumer.fields[CONSUMER_COUNTRY] = STR("FR");
    assert_ok(bank_account_seal(&world->core, world_ctx(world), &account, &create.sealed));
    WORLD_RUN(world, &create, consumer_create);
    assert_ok(create.operation.result);
    return create.consumer;
}

static inline struct consumer consumer_signed(struct world *world, enum mandate_type type,
                                              struct mandate *mandate)
{
    struct consumer consumer = consumer_bare(world);

    *mandate = mandate_made_of(world, consumer.account, type, MANDATE_CORE);
    return consumer;
}

static inline struct levy_draft levy_draft_of(const struct consumer *consumer, const char *sdd,
                                              int64_t minor)
{
    return (struct levy_draft){
        .consumer = consumer->reference,
        .amount_minor = minor,
        .due = {2031, 6, 10},
        .sdd_reference = str_of(sdd),
        .url_callback = STR("https://shop.example.com/levy?n=1"),
    };
}

static inline err_t levy_try(struct world *world, struct levy_draft draft,
                             struct levy_create *create)
{
    *create = (struct levy_create){.merchant = &world->merchant, .draft = draft};
    WORLD_RUN(world, create, levy_create);
    return create->operation.result;
}

static inline struct levy levy_make(struct world *world, struct levy_draft draft)
{
    struct levy_create create;

    assert_ok(levy_try(world, draft, &create));
    return create.levy;
}

/* A levy of somebody of its own, who has signed for it. */
static inline struct levy levy_plain(struct world *world, const char *sdd, int64_t minor)
{
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);

    return levy_make(world, levy_draft_of(&consumer, sdd, minor));
}

static inline struct levy_view levy_now(struct world *world, struct payment_id id)
{
    struct levy_view view;

    assert_ok(levy_view_load(world->cx, world_read(world), id, &view));
    reader_release(world->core.reader);
    return view;
}

static inline err_t levy_validate_try(struct world *world, const struct consumer *consumer,
                                      const char *sdd, const char *typed,
                                      struct levy_validate *validate)
{
    *validate = (struct levy_validate){
        .merchant = &world->merchant,
        .consumer = consumer->reference,
        .sdd_reference = str_of(sdd),
        .by_code = true,
        .typed = str_of(typed),
    };
    WORLD_RUN(world, validate, levy_validate);
    return validate->operation.result;
}

static inline err_t levy_cancel_try(struct world *world, const char *sdd)
{
    struct levy_cancel cancel = {.sdd_reference = str_of(sdd)};

    WORLD_RUN(world, &cancel, levy_cancel);
    return cancel.operation.result;
}

#endif
