#ifndef GUICHET_TESTS_SUPPORT_CORE_ENROLMENT_H
#define GUICHET_TESTS_SUPPORT_CORE_ENROLMENT_H

#include "core/client.h"
#include "core/enrolment_decide.h"
#include "core/enrolment_file.h"
#include "core/enrolment_person.h"
#include "core/enrolment_sign.h"
#include "support/core.h"
#include "support/core_raw.h"

/* Links on which clients enrol, as tests make them and fill in their steps. */

#define ENROL_SIREN "732829320"

/* The context is a new client of the sandbox's sponsor from here on. */
static inline struct merchant_id enrol_client(struct world *world, const char *reference)
{
    struct client_create create = {
        .sponsor = world->made.sponsor,
        .draft = {.organization_name = STR("Boulangerie du Port"),
                  .contact_email = STR("camille@example.org"),
                  .external_ref = str_of(reference)},
    };

    WORLD_RUN(world, &create, client_create);
    assert_ok(create.operation.result);
    world->made.merchant = create.client.id;
    world->cx->merchant = create.client.id;
    world_merchant_load(world);
    return create.client.id;
}

static inline err_t enrol_make_try(struct world *world, bool kyc, bool signature,
                                   struct enrolment_make *make)
{
    *make = (struct enrolment_make){
        .enrolment = {.includes_kyc = kyc,
                      .includes_signature = signature,
                      .callback_url = STR("https://shop.example/done?x=1")},
    };
    WORLD_RUN(world, make, enrolment_make);
    return make->operation.result;
}

/* What the link opens. */
static inline struct enrolment_visit enrol_visit(struct world *world, struct str link)
{
    size_t before = world->core.public_url.len + strlen(ENROLMENT_PATH);
    struct enrolment_visit visit;
    struct ctx *cx = world_ctx(world);

    cx->merchant = (struct merchant_id){{0}};
    assert_ok(enrolment_visit_open(&world->core, cx, str_from(link, before), &visit));
    assert_true(ID_EQ(cx->merchant, world->made.merchant));
    reader_release(world->core.reader);
    return visit;
}

static inline struct str enrol_made(struct world *world, bool kyc, bool signature)
{
    struct enrolment_make make;

    assert_ok(enrol_make_try(world, kyc, signature, &make));
    return str_dup(world->cx->arena, make.link);
}

/* What the register of test mode says of a SIREN. */
static inline struct company enrol_registered(struct world *world, const char *siren)
{
    struct company_look look = {.siren = str_of(siren)};

    WORLD_RUN(world, &look, company_look);
    assert_int_equal(look.answer, COMPANY_KNOWN);
    return look.company;
}

static inline err_t enrol_company_try(struct world *world, struct enrolment_visit visit,
                                      struct company company, struct enrolment_company_save *save)
{
    *save = (struct enrolment_company_save){
        .visit = visit,
        .company = company,
        .trace = {.ip = STR("192.0.2.7"), .user_agent = STR("Test/1.0")},
    };
    WORLD_RUN(world, save, enrolment_company_save);
    return save->operation.result;
}

static inline struct enrolment_visit enrol_company(struct world *world, struct str link)
{
    struct enrolment_company_save save;

    assert_ok(enrol_company_try(world, enrol_visit(world, link),
                                enrol_registered(world, ENROL_SIREN), &save));
    return enrol_visit(world, link);
}

static inline enum client_status enrol_client_status(struct world *world)
{
    struct client client;

    assert_ok(client_of_merchant(world_ctx(world), world_read(world), &client));
    return client.status;
}

/* --- who represents it, and its documents --- */

#define ENROL_PDF "%PDF-1.4\n1 0 obj\nstartxref\n9\n%%EOF\n"

static inline err_t enrol_person_try(struct world *world, struct enrolment_visit visit,
                                     const char *family_name, struct enrolment_person_save *save)
{
    *save = (struct enrolment_person_save){
        .visit = visit,
        .trace = {.ip = STR("192.0.2.7"), .user_agent = STR("Test/1.0")},
    };
    save->person.values[PERSON_FAMILY_NAME] = str_of(family_name);
    save->person.values[PERSON_GIVEN_NAMES] = STR("Camille");
    save->person.values[PERSON_OWNERS] = STR("listed");
    save->person.values[person_owner_at(0, OWNER_FAMILY_NAME)] = STR("Martin");
    save->person.values[person_owner_at(0, OWNER_SHARE)] = STR("30");
    WORLD_RUN(world, save, enrolment_person_save);
    return save->operation.result;
}

static inline err_t enrol_file_try(struct world *world, struct enrolment_visit visit,
                                   enum enrolment_file_kind kind, const char *bytes,
                                   struct enrolment_file_put *put)
{
    *put = (struct enrolment_file_put){
        .visit = visit,
        .kind = kind,
        .shape = FILE_PDF,
        .bytes = str_of(bytes),
        .trace = {.ip = STR("192.0.2.7"), .user_agent = STR("Test/1.0")},
    };
    WORLD_RUN(world, put, enrolment_file_put);
    return put->operation.result;
}

static inline err_t enrol_hand_in_try(struct world *world, struct enrolment_visit visit,
                                      struct enrolment_hand_in *hand)
{
    *hand = (struct enrolment_hand_in){.visit = visit};
    WORLD_RUN(world, hand, enrolment_hand_in);
    return hand->operation.result;
}

/* With all documents, not yet handed in. */
static inline struct enrolment_visit enrol_filed(struct world *world, struct str link,
                                                 const char *family_name)
{
    struct enrolment_person_save save;
    struct enrolment_file_put put;

    enrol_company(world, link);
    assert_ok(enrol_person_try(world, enrol_visit(world, link), family_name, &save));
    struct enrolment_visit visit = enrol_visit(world, link);
    assert_ok(enrol_file_try(world, visit, ENROLMENT_IDENTITY_FRONT, ENROL_PDF, &put));
    assert_ok(enrol_file_try(world, visit, ENROLMENT_EXTRACT, ENROL_PDF, &put));
    return enrol_visit(world, link);
}

/* --- the signature --- */

#define ENROL_CODE "123456"

static inline struct enrolment_signing enrol_signing(struct world *world, struct str link)
{
    struct enrolment_visit visit = enrol_visit(world, link);
    struct enrolment_signing signing;

    assert_ok(enrolment_signing_show(&world->core, world_ctx(world), &visit, STR("fr"), &signing));
    reader_release(world->core.reader);
    return signing;
}

static inline err_t enrol_agree_try(struct world *world, struct enrolment_visit visit,
                                    struct str shown, struct enrolment_agree *agree)
{
    *agree = (struct enrolment_agree){
        .visit = visit,
        .first_name = STR("Camille"),
        .last_name = STR("Durand"),
        .shown = shown,
        .language = STR("fr"),
    };
    WORLD_RUN(world, agree, enrolment_agree);
    return agree->operation.result;
}

static inline void enrol_agreed(struct world *world, struct str link)
{
    struct enrolment_signing signing = enrol_signing(world, link);
    struct enrolment_agree agree;

    assert_ok(enrol_agree_try(world, enrol_visit(world, link),
                              signing.paper.facts[ENROLMENT_SHA256], &agree));
}

static inline err_t enrol_sign_try(struct world *world, struct enrolment_visit visit,
                                   const char *typed, struct enrolment_sign *sign)
{
    *sign = (struct enrolment_sign){
        .visit = visit,
        .typed = str_of(typed),
        .language = STR("fr"),
        .trace = {.ip = STR("192.0.2.7"), .user_agent = STR("Test/1.0")},
    };
    WORLD_RUN(world, sign, enrolment_sign);
    return sign->operation.result;
}

static inline struct enrolment_visit enrol_signed(struct world *world, struct str link)
{
    struct enrolment_sign sign;

    assert_ok(enrol_sign_try(world, enrol_visit(world, link), ENROL_CODE, &sign));
    assert_int_equal(sign.code, CODE_RIGHT);
    return enrol_visit(world, link);
}

#endif
