#ifndef GUICHET_TESTS_SUPPORT_CORE_CONSUMER_H
#define GUICHET_TESTS_SUPPORT_CORE_CONSUMER_H

#include "core/consumer_file.h"
#include "core/mandate_edit.h"
#include "core/mandate_import.h"
#include "support/core_debit.h"

/* Consumers and the mandates they gave elsewhere, as tests of the core make them. */

#define CONSUMER_IBAN "DE89370400440532013000"
#define CONSUMER_IBAN_NEW "BE62510007547061"

static inline struct bank_account number_sealed(struct world *world, const char *iban)
{
    const struct bank_account_draft draft = {.iban = str_of(iban), .name = STR("Camille Durand")};
    struct bank_account sealed;

    assert_ok(bank_account_seal(&world->core, world_ctx(world), &draft, &sealed));
    return sealed;
}

static inline struct consumer consumer_like(enum consumer_type type)
{
    return (struct consumer){
        .type = type,
        .fields =
            {
                     [CONSUMER_FIRST_NAME] = STR("Camille"),
                     [CONSUMER_LAST_NAME] = STR("Durand"),
                     [CONSUMER_STREET_NUMBER] = STR("98"),
                     [CONSUMER_STREET_NAME] = STR("des pissenlits"),
                     [CONSUMER_ZIP_CODE] = STR("75011"),
                     [CONSUMER_CITY] = STR("Paris"),
                     [CONSUMER_COUNTRY] = STR("France"),
                     [CONSUMER_EMAIL] = STR("camille@example.org"),
                     [CONSUMER_PHONE] = STR("0600000000"),
                     },
    };
}

static inline struct consumer consumer_made_of(struct world *world, struct consumer like,
                                               const char *iban)
{
    struct consumer_create create = {.consumer = like, .sealed = number_sealed(world, iban)};

    WORLD_RUN(world, &create, consumer_create);
    assert_ok(create.operation.result);
    return create.consumer;
}

static inline struct consumer consumer_made(struct world *world)
{
    return consumer_made_of(world, consumer_like(CONSUMER_PERSON), CONSUMER_IBAN);
}

static inline struct consumer consumer_now(struct world *world, struct str reference)
{
    struct consumer consumer;

    assert_ok(consumer_find(world->cx, world_read(world), reference, false, &consumer));
    reader_release(world->core.reader);
    return consumer;
}

static inline err_t import_try(struct world *world, struct str reference, const char *umr,
                               struct mandate_import *import)
{
    static const char PAPER[] = "%PDF-1.4 a paper";

    *import = (struct mandate_import){
        .reference = reference,
        .umr = str_of(umr),
        .signed_on = {2031, 1, 2},
        .place = STR("Lyon"),
        .is_pdf = true,
    };
    assert_ok(consumer_file_seal(&world->core, world_ctx(world), str_of(PAPER), &import->document));
    WORLD_RUN(world, import, mandate_import);
    return import->operation.result;
}

static inline struct mandate mandate_of(struct world *world, const struct consumer *consumer,
                                        const char *umr)
{
    struct mandate_import import;

    assert_ok(import_try(world, consumer->reference, umr, &import));
    return import.mandate;
}

static inline err_t edit_try(struct world *world, struct mandate_edit *edit)
{
    WORLD_RUN(world, edit, mandate_edit);
    return edit->operation.result;
}

static inline err_t become_try(struct world *world, const char *umr, enum mandate_state to)
{
    struct mandate_edit edit = {.umr = str_of(umr), .to = to};

    return edit_try(world, &edit);
}

#endif
