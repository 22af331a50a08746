#include "core/client.h"
#include "core/mandate_operator.h"
#include "core/settlement_work.h"
#include "support/core_consumer.h"
#include "support/core_form.h"
#include "support/core_levy.h"
#include "support/core_sweep.h"

/* What merchants change and operators decide, with each call of the store failing once: as
 * test_payment_sweep.c does with payments. */

/* What the round is about; made before any call of the store may fail. */
static struct deed {
    struct consumer consumer;
    struct mandate mandate;
    struct mandate_ask ask;
    struct bank_account sealed;
    struct customer customer;
    struct card card;
    struct settlement_work_id work;
    struct settled_line line;
    struct levy_canceled levies[2];
    struct mandate_form_make make;
    struct mandate_visit visit;
    struct document paper;
} deed;

static err_t body(struct scene *scene, tx_body *act)
{
    return tx_run(scene->world->store, world_ctx(scene->world), act, scene);
}

/* --- mandates that a call makes --- */

static void consumer_there(struct scene *scene)
{
    deed.consumer = consumer_made(scene->world);
}

static err_t ask_for_mandate(struct scene *scene)
{
    deed.ask = (struct mandate_ask){
        .merchant = &scene->world->merchant,
        .reference = deed.consumer.reference,
        .form = {.type = MANDATE_RECURRENT, .becomes = MANDATE_ACTIVE, .channel = CODE_BY_SMS},
    };
    WORLD_RUN(scene->world, &deed.ask, mandate_ask);
    return deed.ask.operation.result;
}

CASE(a_mandate_is_asked_for)
{
    sweep_run(&(struct sweep){consumer_there, ask_for_mandate, NULL});
}

static void mandate_asked(struct scene *scene)
{
    consumer_there(scene);
    assert_ok(ask_for_mandate(scene));
}

static void a_minute_later(struct scene *scene)
{
    mandate_asked(scene);
    world_stop_at(scene->world, scene->world->now + 5 * MINUTE_US);
}

static err_t another_code(struct scene *scene)
{
    struct mandate_ask_again again = {.merchant = &scene->world->merchant,
                                      .umr = deed.ask.mandate.umr};

    WORLD_RUN(scene->world, &again, mandate_ask_again);
    return again.operation.result;
}

CASE(another_code_is_sent)
{
    sweep_run(&(struct sweep){a_minute_later, another_code, NULL});
}

static err_t confirm_as(struct scene *scene, const char *typed, enum code_result expected)
{
    struct mandate_confirm confirm = {
        .merchant = &scene->world->merchant, .umr = deed.ask.mandate.umr, .typed = str_of(typed)};

    WORLD_RUN(scene->world, &confirm, mandate_confirm);
    if (confirm.operation.result == OK)
        assert_int_equal(confirm.code, expected);
    return confirm.operation.result;
}

static err_t confirm_rightly(struct scene *scene)
{
    return confirm_as(scene, FORM_CODE, CODE_RIGHT);
}

static err_t confirm_wrongly(struct scene *scene)
{
    return confirm_as(scene, "000000", CODE_WRONG);
}

CASE(a_mandate_is_confirmed)
{
    sweep_run(&(struct sweep){mandate_asked, confirm_rightly, NULL});
    sweep_run(&(struct sweep){mandate_asked, confirm_wrongly, NULL});
}

static void form_made_by_mail(struct scene *scene)
{
    deed.make = (struct mandate_form_make){
        .merchant = &scene->world->merchant,
        .consumer = form_consumer(),
        .iban = STR(FORM_IBAN),
        .form = {.type = MANDATE_RECURRENT},
        .by_sms = true,
        .by_mail = true,
    };
}

static err_t make_form(struct scene *scene)
{
    WORLD_RUN(scene->world, &deed.make, mandate_form_make);
    return deed.make.operation.result;
}

CASE(a_form_is_sent_by_text_and_mail)
{
    sweep_run(&(struct sweep){form_made_by_mail, make_form, NULL});
}

static void form_waits(struct scene *scene)
{
    struct str link;

    form_made(scene->world, NULL, &link);
    deed.visit = form_filled(scene->world, link);
    world_stop_at(scene->world, scene->world->now + 5 * MINUTE_US);
}

static err_t resend(struct scene *scene)
{
    struct mandate_resend again = {.visit = deed.visit, .language = STR("fr")};

    WORLD_RUN(scene->world, &again, mandate_resend);
    return again.operation.result;
}

CASE(a_form_sends_another_code)
{
    sweep_run(&(struct sweep){form_waits, resend, NULL});
}

static err_t import_mandate(struct scene *scene)
{
    struct mandate_import import = {
        .reference = deed.consumer.reference,
        .umr = str_of(scene->token),
        .signed_on = {2031, 1, 2},
        .document = deed.paper,
        .is_pdf = true
    };

    WORLD_RUN(scene->world, &import, mandate_import);
    return import.operation.result;
}

static void paper_there(struct scene *scene)
{
    consumer_there(scene);
    assert_ok(consumer_file_seal(&scene->world->core, world_ctx(scene->world), STR("%PDF-1.4 p"),
                                 &deed.paper));
}

CASE(a_mandate_of_paper_is_imported)
{
    sweep_run(&(struct sweep){paper_there, import_mandate, NULL});
}

static void mandate_imported(struct scene *scene)
{
    paper_there(scene);
    assert_ok(import_mandate(scene));
    deed.sealed = number_sealed(scene->world, CONSUMER_IBAN_NEW);
}

static err_t edit_mandate(struct scene *scene)
{
    struct mandate_edit edit = {.umr = str_of(scene->token), .to = MANDATE_SUSPENDED};

    edit.change.account_given = true;
    edit.change.sealed = deed.sealed;
    return edit_try(scene->world, &edit);
}

CASE(a_mandate_is_edited_with_its_consumer)
{
    sweep_run(&(struct sweep){mandate_imported, edit_mandate, NULL});
}

/* --- mandates that an operator changes --- */

static void mandate_with_debits(struct scene *scene)
{
    deed.consumer = consumer_signed(scene->world, MANDATE_RECURRENT, &deed.mandate);
    deed.sealed = number_sealed(scene->world, CONSUMER_IBAN_NEW);
    scene->account = deed.consumer.account;
    pay_from(scene->world, scene->account, 1000);
    debit_settles(scene->world, pay_from(scene->world, scene->account, 2000).id);
}

typedef err_t mandate_act(struct ctx *cx, struct tx *tx, struct mandate *mandate);

static err_t with_mandate(struct ctx *cx, struct tx *tx, mandate_act *act)
{
    struct mandate mandate;

    TRY(mandate_load(cx, tx, deed.mandate.id, &mandate));
    return act(cx, tx, &mandate);
}

static err_t stop_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    return with_mandate(cx, tx, mandate_stop);
}

static err_t lift_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    return with_mandate(cx, tx, mandate_lift);
}

static err_t revoke_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    return with_mandate(cx, tx, mandate_revoke);
}

static err_t umr_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct scene *scene = arg;
    struct mandate mandate;

    TRY(mandate_load(cx, tx, deed.mandate.id, &mandate));
    return mandate_amend_umr(cx, tx, &mandate, str_format(cx->arena, "NEW-%d", scene->round));
}

static err_t account_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct scene *scene = arg;
    struct bank_account account = deed.sealed;

    return mandates_amend_account(cx, tx, scene->account, &account);
}

static err_t stop(struct scene *scene)
{
    return body(scene, stop_body);
}

static void mandate_stopped(struct scene *scene)
{
    mandate_with_debits(scene);
    assert_ok(stop(scene));
}

static err_t lift(struct scene *scene)
{
    return body(scene, lift_body);
}

static err_t revoke_it(struct scene *scene)
{
    return body(scene, revoke_body);
}

static err_t rename_it(struct scene *scene)
{
    return body(scene, umr_body);
}

static err_t move_account(struct scene *scene)
{
    return body(scene, account_body);
}

CASE(a_mandate_is_stopped_lifted_and_revoked)
{
    sweep_run(&(struct sweep){mandate_with_debits, stop, NULL});
    sweep_run(&(struct sweep){mandate_stopped, lift, NULL});
    sweep_run(&(struct sweep){mandate_with_debits, revoke_it, NULL});
}

CASE(a_mandate_is_amended)
{
    sweep_run(&(struct sweep){mandate_with_debits, rename_it, NULL});
    sweep_run(&(struct sweep){mandate_with_debits, move_account, NULL});
}

/* --- consumers and levies --- */

static err_t change_consumer(struct scene *scene)
{
    struct consumer_change change = {.reference = deed.consumer.reference,
                                     .own_given = true,
                                     .own = str_of(scene->token),
                                     .account_given = true,
                                     .sealed = deed.sealed};

    change.given[CONSUMER_LAST_NAME] = true;
    change.values[CONSUMER_LAST_NAME] = STR("Martin");
    change.given[CONSUMER_CITY] = true;
    change.values[CONSUMER_CITY] = STR("Lyon");
    change.given[CONSUMER_EMAIL] = true;
    WORLD_RUN(scene->world, &change, consumer_change);
    return change.operation.result;
}

CASE(a_consumer_moves)
{
    sweep_run(&(struct sweep){mandate_with_debits, change_consumer, NULL});
}

static void two_levies(struct scene *scene)
{
    struct arena *arena = world_ctx(scene->world)->arena;

    for (size_t i = 0; i < ARRAY_LEN(deed.levies); i++) {
        const char *sdd = str_format(arena, "S%d-%zu", scene->round, i).ptr;
        deed.levies[i] = (struct levy_canceled){.sdd_reference = str_of(sdd)};
        levy_plain(scene->world, sdd, 1000);
    }
}

static err_t cancel_levies(struct scene *scene)
{
    struct levy_cancel_many cancel = {.levies = deed.levies, .count = ARRAY_LEN(deed.levies)};

    WORLD_RUN(scene->world, &cancel, levy_cancel_many);
    return cancel.operation.result;
}

static void both_are_canceled(struct scene *scene)
{
    (void)scene;
    for (size_t i = 0; i < ARRAY_LEN(deed.levies); i++)
        assert_int_equal(deed.levies[i].status, LEVY_CANCELED);
}

CASE(levies_are_canceled_together)
{
    sweep_run(&(struct sweep){two_levies, cancel_levies, both_are_canceled});
}

/* --- customers, cards and requests --- */

static void customer_there(struct scene *scene)
{
    struct customer_create create = {
        .twin = TWIN_BY_EXTERNAL_ID,
        .draft = {.email = STR("ada@example.com"), .external_id = str_of(scene->token)}
    };

    WORLD_RUN(scene->world, &create, customer_create);
    assert_ok(create.operation.result);
    deed.customer = create.customer;
}

static err_t change_customer(struct scene *scene)
{
    struct customer_change change = {
        .unique_external_id = true,
        .change = CUSTOMER_NAME | CUSTOMER_EMAIL | CUSTOMER_EXTERNAL_ID,
        .values = {.id = deed.customer.id,
                   .email = STR("lovelace@example.com"),
                   .name = STR("Ada Lovelace"),
                   .external_id = str_format(world_ctx(scene->world)->arena, "x%d", scene->round)},
    };

    WORLD_RUN(scene->world, &change, customer_change);
    return change.operation.result;
}

static err_t remove_customer(struct scene *scene)
{
    struct customer_change change = {.remove = true, .values = {.id = deed.customer.id}};

    WORLD_RUN(scene->world, &change, customer_change);
    return change.operation.result;
}

CASE(a_customer_is_changed_and_removed)
{
    sweep_run(&(struct sweep){customer_there, change_customer, NULL});
    sweep_run(&(struct sweep){customer_there, remove_customer, NULL});
}

static void card_there(struct scene *scene)
{
    scene->payment = pay_card(scene->world, 5000);
}

static err_t change_card(struct scene *scene)
{
    struct card_change change = {
        .change = CARD_EXP_MONTH | CARD_EXP_YEAR | CARD_NAME | CARD_EXTERNAL_ID,
        .values = {.id = scene->payment.card,
                   .exp_month = 6,
                   .exp_year = 2035,
                   .name = STR("Ada Lovelace"),
                   .external_id = str_format(world_ctx(scene->world)->arena, "x%d", scene->round)},
    };

    WORLD_RUN(scene->world, &change, card_change);
    return change.operation.result;
}

CASE(a_card_is_changed)
{
    sweep_run(&(struct sweep){card_there, change_card, NULL});
}

static void asked(struct scene *scene)
{
    scene->request = ask(scene->world, terms_of(700));
}

static err_t change_request(struct scene *scene)
{
    struct request_change change = {
        .change = REQUEST_SET_AMOUNT | REQUEST_SET_DESCRIPTION | REQUEST_SET_ORDER_ID |
                  REQUEST_SET_AUTHENTICATE,
        .terms = {.amount = eur(900), .description = STR("Two chairs"), .order_id = STR("O-1")}
    };

    return request_change_try(scene->world, scene->request.id, &change);
}

static err_t expire_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct scene *scene = arg;
    bool again;

    TRY(request_expire(cx, tx, scene->request.id, &again));
    assert_false(again);
    return OK;
}

static err_t expire_request(struct scene *scene)
{
    return body(scene, expire_body);
}

CASE(a_request_is_changed_and_expires)
{
    sweep_run(&(struct sweep){asked, change_request, NULL});
    sweep_run(&(struct sweep){asked, expire_request, NULL});
}

/* --- lines of the acquirer that match nothing --- */

static err_t line_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    return settlement_work_put(cx, tx, STR("settlement-1"), &deed.line);
}

static err_t put_line(struct scene *scene)
{
    return body(scene, line_body);
}

static void line_of_nobody(struct scene *scene)
{
    deed.line = (struct settled_line){
        .number = scene->round, .kind = SETTLED_FEE, .amount = eur(100 + scene->round)};
    snprintf(deed.line.rrn, sizeof deed.line.rrn, "9%011d", scene->round);
}

CASE(a_line_of_nobody_is_suspended)
{
    sweep_run(&(struct sweep){line_of_nobody, put_line, NULL});
}

static void line_waits(struct scene *scene)
{
    struct settlement_work *list;
    size_t count;

    line_of_nobody(scene);
    assert_ok(put_line(scene));
    assert_ok(settlement_work_open(world_ctx(scene->world), world_read(scene->world), CALLS_MAX,
                                   &list, &count));
    reader_release(scene->world->core.reader);
    deed.work = list[count - 1].id;
}

static err_t charge_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    return settlement_work_charge(cx, tx, deed.work);
}

static err_t explain_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    return settlement_work_explain(cx, tx, deed.work, STR("of another shop"));
}

static err_t charge(struct scene *scene)
{
    return body(scene, charge_body);
}

static err_t explain(struct scene *scene)
{
    return body(scene, explain_body);
}

CASE(a_person_decides_about_a_line)
{
    sweep_run(&(struct sweep){line_waits, charge, NULL});
    sweep_run(&(struct sweep){line_waits, explain, NULL});
}

/* --- keys --- */

/* A rotation that failed is gone on with by the next one. */
static err_t rotate_data_key(struct scene *scene)
{
    int64_t moved;

    return vault_rotate_dek(world_ctx(scene->world), scene->world->store, scene->world->vault,
                            &moved);
}

static err_t rotate_fingerprints(struct scene *scene)
{
    int64_t changed;
    int64_t waiting;

    return vault_rotate_fingerprint(world_ctx(scene->world), scene->world->store,
                                    scene->world->vault, &changed, &waiting);
}

static void cards_and_accounts(struct scene *scene)
{
    pay_card(scene->world, 5000);
    consumer_made(scene->world);
}

CASE(keys_are_rotated)
{
    sweep_run(&(struct sweep){cards_and_accounts, rotate_data_key, NULL});
    sweep_run(&(struct sweep){cards_and_accounts, rotate_fingerprints, NULL});
}

/* --- merchants --- */

static err_t merchant_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct new_merchant request = {.name = STR("Atelier Neuf"), .sponsor_siren = STR("552100554")};
    struct merchant_id id;
    struct key_pair keys;
    struct str secret;

    (void)arg;
    TRY(merchant_add(cx, tx, &request, &id));
    TRY(merchant_key_add(cx, tx, id, MODE_LIVE, &keys));
    TRY(merchant_key_roll(cx, tx, id, MODE_LIVE, FACE_STANCER, cx->now + DAY_US, &secret));
    TRY(merchant_key_revoke(cx, tx, id, keys.secret_key));
    TRY(merchant_set(cx, tx, id, STR("sepa_retry"), STR("yes")));
    return merchant_set_sandbox(cx, tx, id);
}

static err_t add_merchant(struct scene *scene)
{
    return body(scene, merchant_body);
}

CASE(a_merchant_is_made)
{
    sweep_run(&(struct sweep){NULL, add_merchant, NULL});
}

/* --- clients --- */

static err_t client_make(struct scene *scene, struct str reference)
{
    struct client_create create = {
        .sponsor = scene->world->made.sponsor,
        .draft = {STR("Acme"), STR("a@acme.example"), reference, STR_NONE},
    };
    bool done;

    world_begin(scene->world, &create.operation, &done);
    client_create(&create);
    world_pump(scene->world, &done);
    scene->client = create.client.id;
    return create.operation.result;
}

static err_t make_client(struct scene *scene)
{
    return client_make(scene, str_of(scene->token));
}

static void one_client(struct scene *scene)
{
    assert_ok(client_make(scene, str_format(scene->world->cx->arena, "c%d", scene->round)));
}

static err_t change_client(struct scene *scene)
{
    const struct client_draft other = {
        .organization_name = STR("Other"),
        .contact_email = STR("b@acme.example"),
        .external_ref = str_of(scene->token),
    };
    struct client_change change = {.sponsor = scene->world->made.sponsor, .id = scene->client};
    bool done;

    change.edit.change = CLIENT_NAME | CLIENT_EMAIL | CLIENT_REFERENCE | CLIENT_STATUS;
    change.edit.to = other;
    change.edit.status = CLIENT_SUSPENDED;

    world_begin(scene->world, &change.operation, &done);
    client_change(&change);
    world_pump(scene->world, &done);
    return change.operation.result;
}

static err_t remove_client(struct scene *scene)
{
    struct client_remove drop = {.sponsor = scene->world->made.sponsor, .id = scene->client};
    bool done;

    world_begin(scene->world, &drop.operation, &done);
    client_remove(&drop);
    world_pump(scene->world, &done);
    return drop.operation.result;
}

CASE(a_client_is_made_changed_and_removed)
{
    sweep_run(&(struct sweep){NULL, make_client, NULL});
    sweep_run(&(struct sweep){one_client, change_client, NULL});
    sweep_run(&(struct sweep){one_client, remove_client, NULL});
}

UNIT_MAIN(T(a_client_is_made_changed_and_removed), T(keys_are_rotated),
          T(a_form_is_sent_by_text_and_mail), T(a_form_sends_another_code),
          T(a_mandate_of_paper_is_imported), T(a_mandate_is_edited_with_its_consumer),
          T(a_mandate_is_asked_for), T(another_code_is_sent), T(a_mandate_is_confirmed),
          T(a_mandate_is_stopped_lifted_and_revoked), T(a_mandate_is_amended), T(a_consumer_moves),
          T(levies_are_canceled_together), T(a_customer_is_changed_and_removed),
          T(a_card_is_changed), T(a_request_is_changed_and_expires),
          T(a_line_of_nobody_is_suspended), T(a_person_decides_about_a_line), T(a_merchant_is_made))
