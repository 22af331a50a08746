#ifndef GUICHET_TESTS_SUPPORT_CORE_FORM_H
#define GUICHET_TESTS_SUPPORT_CORE_FORM_H

#include "core/mandate_ask.h"
#include "support/news.h"

/* Mandate forms, as tests make, fill in and sign them. */

#define FORM_IBAN "FR1420041010050500013M02606"
#define FORM_CODE "123456"

static inline struct consumer form_consumer(void)
{
    struct consumer consumer = {.type = CONSUMER_PERSON};
    struct str *fields = consumer.fields;

    fields[CONSUMER_FIRST_NAME] = STR("Camille");
    fields[CONSUMER_LAST_NAME] = STR("Durand");
    fields[CONSUMER_STREET_NAME] = STR("route des Pissenlits");
    fields[CONSUMER_ZIP_CODE] = STR("69001");
    fields[CONSUMER_CITY] = STR("Lyon");
    fields[CONSUMER_COUNTRY] = STR("FR");
    fields[CONSUMER_EMAIL] = STR("camille@example.org");
    fields[CONSUMER_PHONE] = STR("0600000000");
    return consumer;
}

static inline err_t form_make_try(struct world *world, const char *own,
                                  struct mandate_form_make *make)
{
    *make = (struct mandate_form_make){
        .merchant = &world->merchant,
        .consumer = form_consumer(),
        .form = {.type = MANDATE_RECURRENT,
                 .urls = {.ok = STR("https://shop.example/ok"),
                          .callback = STR("http://127.0.0.1:9/callback")}},
    };
    make->consumer.own = own == NULL ? STR_NONE : str_of(own);
    WORLD_RUN(world, make, mandate_form_make);
    return make->operation.result;
}

/* What the link opens. */
static inline struct mandate_visit form_visit_of(struct world *world, struct str link)
{
    size_t before = world->core.public_url.len + strlen(MANDATE_FORM_PATH);
    struct mandate_visit visit;
    struct ctx *cx = world_ctx(world);

    cx->merchant = (struct merchant_id){{0}};
    assert_ok(mandate_visit_open(&world->core, cx, str_from(link, before), &visit));
    assert_true(ID_EQ(cx->merchant, world->made.merchant));
    reader_release(world->core.reader);
    return visit;
}

static inline struct mandate_visit form_made(struct world *world, const char *own, struct str *link)
{
    struct mandate_form_make make;

    assert_ok(form_make_try(world, own, &make));
    *link = str_dup(world->cx->arena, make.link);
    return form_visit_of(world, *link);
}

static inline err_t form_fill_try(struct world *world, struct mandate_visit visit,
                                  struct mandate_fill *fill)
{
    *fill = (struct mandate_fill){.visit = visit, .iban = STR(FORM_IBAN), .language = STR("fr")};
    WORLD_RUN(world, fill, mandate_fill);
    return fill->operation.result;
}

static inline struct mandate_visit form_filled(struct world *world, struct str link)
{
    struct mandate_fill fill;

    assert_ok(form_fill_try(world, form_visit_of(world, link), &fill));
    return form_visit_of(world, link);
}

/* The hash of what is shown now. */
static inline struct str form_shown(struct world *world, const struct mandate_visit *visit)
{
    struct mandate_signing signing;

    assert_ok(mandate_visit_show(&world->core, world_ctx(world), visit, STR("fr"), &signing));
    reader_release(world->core.reader);
    return signing.sha256;
}

static inline err_t form_sign_try(struct world *world, struct mandate_visit visit, struct str shown,
                                  const char *typed, struct mandate_form_sign *sign)
{
    *sign = (struct mandate_form_sign){
        .visit = visit,
        .ip = STR("192.0.2.7"),
        .user_agent = STR("Test/1.0"),
        .typed = str_of(typed),
        .shown = shown,
        .language = STR("fr"),
    };
    WORLD_RUN(world, sign, mandate_form_sign);
    return sign->operation.result;
}

#endif
