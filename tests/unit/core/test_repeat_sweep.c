#include "core/address.h"
#include "core/beneficiary.h"
#include "core/idempotency.h"
#include "core/sepa_check.h"
#include "core/webhook.h"
#include "support/core_consumer.h"
#include "support/core_form.h"
#include "support/core_invoice.h"
#include "support/core_levy.h"
#include "support/core_sweep.h"

/* A client that got no answer sends the same call with the same key again. For each call that makes
 * something the 1st, 2nd, 3rd ... call of the store fails: however far it came, the next one with
 * its key makes exactly one object, and those after it are given the first answer. And each makes
 * one when its body runs again, because the group it was in lost a race. */

struct making {
    const char *table;
    void (*arrange)(struct scene *scene);
    err_t (*make)(struct scene *scene, struct idempotent *key);
};

/* What the round is about; made before any call of the store may fail. */
static struct {
    struct consumer consumer;
    struct mandate mandate;
    struct bank_account sealed;
    struct card card;
    struct document paper;
    struct beneficiary beneficiary;
    struct sepa_check check;
} given;

static struct str render(struct operation *operation, int *status)
{
    *status = 201;
    return str_format(operation->cx->arena, "made");
}

/* Each call comes with a reading of its own of the round's key. */
static err_t make(struct scene *scene, const struct making *making, bool *replayed)
{
    struct world *world = scene->world;
    struct idempotent key = {.render = render};
    int left = atomic_load(&world->store->fail_after);

    store_fail_after(world->store, 0);
    assert_ok(idempotency_read(&world->core, world_ctx(world), str_of(scene->token), STR("POST"),
                               STR("/things/"), STR("body"), &key));
    store_fail_after(world->store, left);
    err_t err = making->make(scene, &key);
    *replayed = key.replayed;
    if (err == OK) {
        assert_int_equal(key.status, 201);
        assert_str(key.answer, "made");
    }
    return err;
}

static void one_is_made_of_it(struct scene *scene, const struct making *making, int64_t before,
                              bool was_made)
{
    bool replayed;

    assert_ok(make(scene, making, &replayed));
    assert_int_equal(replayed, was_made);
    assert_int_equal(world_count(scene->world, making->table), before + 1);
    assert_ok(make(scene, making, &replayed));
    assert_true(replayed);
    assert_int_equal(world_count(scene->world, making->table), before + 1);
}

static void one_is_made_after_a_lost_race(struct scene *scene, const struct making *making)
{
    struct world *world = scene->world;
    bool replayed;

    snprintf(scene->token, sizeof scene->token, "again");
    if (making->arrange != NULL)
        making->arrange(scene);
    int64_t before = world_count(world, making->table);
    store_lose_races(world->store, true);
    assert_ok(make(scene, making, &replayed));
    assert_false(replayed);
    store_lose_races(world->store, false);
    assert_int_equal(world_count(world, making->table), before + 1);
    world_is_sound(world);
}

static void repeats(const struct making *making)
{
    struct scene scene = {.world = world_new()};
    struct world *world = scene.world;
    bool came = true;
    bool replayed;

    world->core.documents = &PAPER_MAKER;
    for (int n = 1; came; n++) {
        must(n < CALLS_MAX);
        scene.round = n;
        snprintf(scene.token, sizeof scene.token, "t%d", n);
        if (making->arrange != NULL)
            making->arrange(&scene);
        int64_t before = world_count(world, making->table);
        store_fail_after(world->store, n);
        err_t err = make(&scene, making, &replayed);
        came = failure_came(world);
        assert_int_equal(err == OK, !came);
        one_is_made_of_it(&scene, making, before, !came);
        world_is_sound(world);
        world_contexts_free(world);
    }
    one_is_made_after_a_lost_race(&scene, making);
    world_free(world);
}

/* --- payers ---------------------------------------------------------------------------------- */

static err_t address(struct scene *scene, struct idempotent *key)
{
    struct address_create create = {
        .operation = {.idempotent = key    },
        .draft = { .line1 = STR("12 rue du Bac"),
                      .zip_code = STR("75007"),
                      .city = STR("Paris"),
                      .country = STR("FR"),
                      .metadata = STR("{}")}
    };

    WORLD_RUN(scene->world, &create, address_create);
    return create.operation.result;
}

static err_t customer(struct scene *scene, struct idempotent *key)
{
    struct customer_create create = {
        .operation = {.idempotent = key                   },
        .twin = TWIN_BY_EXTERNAL_ID,
        .draft = { .email = STR("ada@example.com"), .external_id = str_of(scene->token)}
    };

    WORLD_RUN(scene->world, &create, customer_create);
    return create.operation.result;
}

CASE(a_customer_and_an_address)
{
    repeats(&(struct making){"address", NULL, address});
    repeats(&(struct making){"customer", NULL, customer});
}

static void card_sealed(struct scene *scene)
{
    struct card_draft draft = card_draft(VISA);

    assert_ok(card_seal(&scene->world->core, world_ctx(scene->world), &draft, &given.card));
}

static err_t card(struct scene *scene, struct idempotent *key)
{
    struct card_create create = {
        .operation = {.idempotent = key}, .twin = CARD_TWIN_IGNORED, .draft = given.card};

    WORLD_RUN(scene->world, &create, card_create);
    return create.operation.result;
}

CASE(a_card)
{
    repeats(&(struct making){"card", card_sealed, card});
}

static void number_there(struct scene *scene)
{
    given.sealed = number_sealed(scene->world, CONSUMER_IBAN);
}

/* With its mandate, and a check. */
static err_t account(struct scene *scene, struct idempotent *key)
{
    struct bank_account_create create = {
        .operation = {.idempotent = key},
        .draft = given.sealed,
        .mandate = { str_of(scene->token), WORLD_START - DAY_US, false},
        .check = &given.check,
    };

    WORLD_RUN(scene->world, &create, bank_account_create);
    return create.operation.result;
}

static void account_there(struct scene *scene)
{
    scene->account = account_bare(scene->world).id;
}

static err_t check(struct scene *scene, struct idempotent *key)
{
    struct sepa_check_ask ask = {.operation = {.idempotent = key}, .id = scene->account};

    WORLD_RUN(scene->world, &ask, sepa_check_ask);
    return ask.operation.result;
}

CASE(an_account_and_its_check)
{
    repeats(&(struct making){"bank_account", number_there, account});
    repeats(&(struct making){"sepa_check", account_there, check});
}

/* --- consumers ------------------------------------------------------------------------------- */

static err_t consumer(struct scene *scene, struct idempotent *key)
{
    struct consumer_create create = {.operation = {.idempotent = key},
                                     .consumer = consumer_like(CONSUMER_PERSON),
                                     .sealed = given.sealed};

    create.consumer.own = str_of(scene->token);
    WORLD_RUN(scene->world, &create, consumer_create);
    return create.operation.result;
}

static void paper_there(struct scene *scene)
{
    given.consumer = consumer_made(scene->world);
    assert_ok(consumer_file_seal(&scene->world->core, world_ctx(scene->world), STR("%PDF-1.4 p"),
                                 &given.paper));
}

static err_t file(struct scene *scene, struct idempotent *key)
{
    struct consumer_file_put put = {.operation = {.idempotent = key},
                                    .reference = given.consumer.reference,
                                    .document = given.paper,
                                    .file = {.type = CONSUMER_FILE_IDENTITY}};

    WORLD_RUN(scene->world, &put, consumer_file_put);
    return put.operation.result;
}

CASE(a_consumer_and_its_file)
{
    repeats(&(struct making){"consumer", number_there, consumer});
    repeats(&(struct making){"consumer_file", paper_there, file});
}

static void beneficiary_sealed(struct scene *scene)
{
    given.beneficiary = (struct beneficiary){.street_number = STR("12"),
                                             .street_name = STR("rue du Bac"),
                                             .zip_code = STR("75007"),
                                             .city = STR("Paris")};
    assert_ok(beneficiary_seal(&scene->world->core, world_ctx(scene->world), STR(DEBTOR_IBAN),
                               &given.beneficiary));
}

static err_t beneficiary(struct scene *scene, struct idempotent *key)
{
    struct beneficiary_create create = {.operation = {.idempotent = key},
                                        .beneficiary = given.beneficiary};

    WORLD_RUN(scene->world, &create, beneficiary_create);
    return create.operation.result;
}

CASE(a_beneficiary)
{
    repeats(&(struct making){"beneficiary", beneficiary_sealed, beneficiary});
}

/* --- mandates and levies --------------------------------------------------------------------- */

static err_t mandate(struct scene *scene, struct idempotent *key)
{
    struct mandate_create create = {
        .operation = {.idempotent = key        },
        .account = scene->account,
        .draft = { .umr = str_of(scene->token),
                      .field = "rum",
                      .field_date = "signed_at",
                      .signed_at = WORLD_START - DAY_US,
                      .scheme = MANDATE_CORE,
                      .type = MANDATE_RECURRENT}
    };

    WORLD_RUN(scene->world, &create, mandate_create);
    return create.operation.result;
}

static err_t import(struct scene *scene, struct idempotent *key)
{
    struct mandate_import import = {
        .operation = {.idempotent = key},
        .reference = given.consumer.reference,
        .umr = str_of(scene->token),
        .signed_on = { 2031, 1, 2},
        .document = given.paper,
        .is_pdf = true
    };

    WORLD_RUN(scene->world, &import, mandate_import);
    return import.operation.result;
}

static void consumer_there(struct scene *scene)
{
    given.consumer = consumer_made(scene->world);
}

static err_t ask_for_mandate(struct scene *scene, struct idempotent *key)
{
    struct mandate_ask ask = {
        .operation = {.idempotent = key      },
        .merchant = &scene->world->merchant,
        .reference = given.consumer.reference,
        .umr = str_of(scene->token),
        .form = { .type = MANDATE_RECURRENT, .becomes = MANDATE_ACTIVE, .channel = CODE_BY_SMS},
    };

    WORLD_RUN(scene->world, &ask, mandate_ask);
    return ask.operation.result;
}

static err_t form(struct scene *scene, struct idempotent *key)
{
    struct mandate_form_make form = {
        .operation = {.idempotent = key},
        .merchant = &scene->world->merchant,
        .consumer = form_consumer(),
        .form = {.type = MANDATE_RECURRENT},
        .by_mail = true,
    };

    form.consumer.own = str_of(scene->token);
    WORLD_RUN(scene->world, &form, mandate_form_make);
    return form.operation.result;
}

CASE(a_mandate_however_it_comes_to_be)
{
    repeats(&(struct making){"mandate", account_there, mandate});
    repeats(&(struct making){"mandate", paper_there, import});
    repeats(&(struct making){"mandate", consumer_there, ask_for_mandate});
    repeats(&(struct making){"mandate_form", NULL, form});
}

static void signed_consumer(struct scene *scene)
{
    given.consumer = consumer_signed(scene->world, MANDATE_RECURRENT, &given.mandate);
}

static err_t levy(struct scene *scene, struct idempotent *key)
{
    struct levy_create create = {.operation = {.idempotent = key},
                                 .merchant = &scene->world->merchant,
                                 .draft = levy_draft_of(&given.consumer, scene->token, 1000)};

    create.draft.umr = given.mandate.umr;
    WORLD_RUN(scene->world, &create, levy_create);
    return create.operation.result;
}

CASE(a_levy)
{
    repeats(&(struct making){"levy", signed_consumer, levy});
}

/* --- money ----------------------------------------------------------------------------------- */

static void settled(struct scene *scene)
{
    scene->payment = pay_settled(scene->world, 5000);
    fake_forget(scene->world->fake);
}

static err_t refund_part(struct scene *scene, struct idempotent *key)
{
    struct refund_create create = {
        .operation = {.idempotent = key}, .payment = scene->payment.id, .amount_minor = 2000};

    WORLD_RUN(scene->world, &create, refund_create);
    return create.operation.result;
}

static err_t payout(struct scene *scene, struct idempotent *key)
{
    struct payout_create create = {.operation = {.idempotent = key},
                                   .payments = &scene->payment.id,
                                   .payment_count = 1,
                                   .state = PAYOUT_TO_PAY};

    return payout_try(scene->world, &create);
}

CASE(a_refund_and_a_payout)
{
    repeats(&(struct making){"refund", settled, refund_part});
    repeats(&(struct making){"payout", settled, payout});
}

static err_t request(struct scene *scene, struct idempotent *key)
{
    struct request_create create = {
        .operation = {.idempotent = key               },
        .merchant = &scene->world->merchant,
        .face = REQUEST_OF_SIMPLYPAIE,
        .life = 90 * DAY_US,
        .sending = { .mode = REQUEST_BY_EMAIL,
                      .page = PAGE_STANDARD,
                      .name = STR("Jean Dupont"),
                      .email = STR("jean@example.com")},
        .terms = terms_of(5000),
    };

    WORLD_RUN(scene->world, &create, request_create);
    return create.operation.result;
}

static err_t invoice(struct scene *scene, struct idempotent *key)
{
    struct invoice_issue issue = {.operation = {.idempotent = key}, .draft = seed_draft()};

    WORLD_RUN(scene->world, &issue, invoice_issue);
    return issue.operation.result;
}

CASE(a_request_and_an_invoice)
{
    repeats(&(struct making){"request", NULL, request});
    repeats(&(struct making){"invoice", NULL, invoice});
}

/* --- receivers of news ----------------------------------------------------------------------- */

static err_t webhook(struct scene *scene, struct idempotent *key)
{
    struct webhook_create create = {.operation = {.idempotent = key},
                                    .channel = CHANNEL_STANCER,
                                    .url = STR("https://shop.example/hook")};

    WORLD_RUN(scene->world, &create, webhook_create);
    return create.operation.result;
}

CASE(a_webhook)
{
    repeats(&(struct making){"webhook", NULL, webhook});
}

UNIT_MAIN(T(a_customer_and_an_address), T(a_card), T(an_account_and_its_check),
          T(a_consumer_and_its_file), T(a_beneficiary), T(a_mandate_however_it_comes_to_be),
          T(a_levy), T(a_refund_and_a_payout), T(a_request_and_an_invoice), T(a_webhook))
