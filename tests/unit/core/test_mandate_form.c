#include "core/mandate_form.h"

#include "support/core_form.h"
#include "support/core_raw.h"

/* How many callbacks are on their way, and what the newest is about. */
static size_t callbacks(struct world *world)
{
    struct delivery *rows;
    size_t count = outbox_all(world, &rows);
    size_t found = 0;

    for (size_t i = 0; i < count; i++)
        found += rows[i].channel == CHANNEL_SAFEDEBIT ? 1 : 0;
    return found;
}

static size_t codes_sent(struct world *world)
{
    struct delivery *rows;
    size_t count = outbox_all(world, &rows);
    size_t found = 0;

    for (size_t i = 0; i < count; i++)
        found += str_eq(rows[i].type, STR("form.code")) ? 1 : 0;
    return found;
}

CASE(a_link_opens_its_form_and_no_other)
{
    struct world *world = world_new();
    struct mandate_visit visit;
    struct str link;

    visit = form_made(world, NULL, &link);
    assert_int_equal(visit.state, MANDATE_FORM_OPEN);
    assert_int_equal(visit.form.expires - visit.form.created, 30 * DAY_US);
    assert_int_equal(link.len, world->core.public_url.len + strlen("/m/") + 32);
    assert_false(mandate_visit_is_filled(&visit));
    assert_int_equal(mandate_visit_open(&world->core, world_ctx(world), STR("x"), &visit),
                     ERR_NOT_FOUND);
    /* The token itself is nowhere. */
    struct str token = str_from(link, link.len - 32);
    assert_int_equal(world_number(world, str_format(world->cx->arena,
                                                    "SELECT COUNT(*) FROM link WHERE hash = '%.*s'",
                                                    (int)token.len, token.ptr)
                                             .ptr),
                     0);
    world_free(world);
}

CASE(what_is_filled_in_is_kept_and_the_number_sealed)
{
    struct world *world = world_new();
    struct mandate_fill fill;
    struct str link;
    struct str iban;

    struct mandate_visit visit = form_made(world, NULL, &link);
    visit.consumer.fields[CONSUMER_CITY] = STR("Villeurbanne");
    visit.consumer.fields[CONSUMER_STREET_NUMBER] = STR("98");
    assert_ok(form_fill_try(world, visit, &fill));
    visit = form_visit_of(world, link);
    assert_true(mandate_visit_is_filled(&visit));
    assert_str(visit.consumer.fields[CONSUMER_CITY], "Villeurbanne");
    assert_str(visit.consumer.fields[CONSUMER_STREET_NUMBER], "98");
    assert_null(memmem(visit.form.sealed.ptr, visit.form.sealed.len, "2606", 4));
    struct ctx *cx = world_ctx(world);
    assert_ok(mandate_visit_iban(&world->core, cx, &visit, &iban));
    assert_str(iban, FORM_IBAN);
    assert_int_equal(codes_sent(world), 1);
    world_free(world);
}

CASE(a_code_that_still_counts_is_not_sent_again)
{
    struct world *world = world_new();
    struct mandate_fill fill;
    struct str link;

    form_made(world, NULL, &link);
    form_filled(world, link);
    form_filled(world, link);
    assert_int_equal(codes_sent(world), 1);
    struct mandate_visit visit = form_visit_of(world, link);
    visit.consumer.fields[CONSUMER_PHONE] = STR("0611111111");
    assert_ok(form_fill_try(world, visit, &fill));
    assert_int_equal(codes_sent(world), 2);
    world_advance(world, 601);
    form_filled(world, link);
    assert_int_equal(codes_sent(world), 3);
    form_filled(world, link);
    assert_int_equal(codes_sent(world), 3);
    world_free(world);
}

CASE(an_account_that_cannot_be_debited_is_refused)
{
    struct world *world = world_new();
    struct str link;
    struct mandate_fill fill = {
        .visit = form_made(world, NULL, &link), .iban = STR("FR15"), .language = STR("fr")};

    WORLD_RUN(world, &fill, mandate_fill);
    assert_int_equal(fill.operation.result, ERR_INVALID);
    assert_string_equal(fill.operation.cx->faults[0].field, "iban");
    assert_int_equal(codes_sent(world), 0);
    world_free(world);
}

CASE(signing_makes_consumer_mandate_and_proof_at_once)
{
    struct world *world = world_new();
    struct mandate_evidence evidence;
    struct mandate_form_sign sign;
    struct consumer consumer;
    struct str link;
    bool found;

    form_made(world, "C-1", &link);
    struct mandate_visit visit = form_filled(world, link);
    struct str shown = form_shown(world, &visit);
    assert_ok(form_sign_try(world, visit, shown, FORM_CODE, &sign));
    assert_int_equal(sign.code, CODE_RIGHT);
    assert_int_equal(sign.visit.state, MANDATE_FORM_SIGNED);
    struct ctx *cx = world_ctx(world);
    struct tx *tx = world_read(world);
    assert_ok(consumer_find(cx, tx, visit.consumer.reference, false, &consumer));
    assert_str(consumer.own, "C-1");
    assert_int_equal(sign.visit.mandate.state, MANDATE_ACTIVE);
    assert_true(str_eq(sign.visit.mandate.umr, visit.form.umr));
    assert_true(ID_EQ(sign.visit.mandate.account, consumer.account));
    assert_ok(mandate_evidence_load(cx, tx, sign.visit.mandate.id, &evidence, &found));
    assert_true(found);
    assert_int_equal(evidence.channel, MANDATE_SMS);
    assert_str(evidence.signer, "Camille Durand");
    assert_str(evidence.place, "Lyon");
    assert_str(evidence.ip, "192.0.2.7");
    assert_str(evidence.user_agent, "Test/1.0");
    assert_str(evidence.code_to, "0600000000");
    assert_int_equal(evidence.code_hash.len, 64);
    assert_true(str_eq(evidence.document_sha256, shown));
    visit = form_visit_of(world, link);
    assert_int_equal(visit.state, MANDATE_FORM_SIGNED);
    assert_null(visit.form.sealed.ptr);
    assert_int_equal(callbacks(world), 1);
    assert_int_equal(
        world_number(world, "SELECT COUNT(*) FROM task WHERE kind = 'mandate_document'"), 1);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM task WHERE kind = 'mandate_form'"),
                     0);
    world_free(world);
}

CASE(a_form_is_signed_once)
{
    struct world *world = world_new();
    struct mandate_form_sign sign;
    struct str link;

    form_made(world, NULL, &link);
    struct mandate_visit visit = form_filled(world, link);
    struct str shown = form_shown(world, &visit);
    assert_ok(form_sign_try(world, visit, shown, FORM_CODE, &sign));
    assert_int_equal(form_sign_try(world, visit, shown, FORM_CODE, &sign), ERR_STATE);
    assert_false(sign.changed);
    assert_int_equal(sign.visit.state, MANDATE_FORM_SIGNED);
    assert_int_equal(world_count(world, "mandate"), 1);
    assert_int_equal(callbacks(world), 1);
    world_free(world);
}

CASE(what_was_not_shown_is_not_signed)
{
    struct world *world = world_new();
    struct mandate_form_sign sign;
    struct mandate_fill fill;
    struct str link;

    form_made(world, NULL, &link);
    struct mandate_visit visit = form_filled(world, link);
    struct str shown = form_shown(world, &visit);
    assert_int_equal(form_sign_try(world, visit, STR("other"), FORM_CODE, &sign), ERR_STATE);
    assert_true(sign.changed);
    /* Filled in again between the preview and the commit: the same values, but nobody knows. */
    assert_ok(form_fill_try(world, visit, &fill));
    assert_int_equal(form_sign_try(world, visit, shown, FORM_CODE, &sign), ERR_STATE);
    assert_true(sign.changed);
    assert_int_equal(world_count(world, "mandate"), 0);
    world_free(world);
}

CASE(five_wrong_codes_end_a_form)
{
    struct world *world = world_new();
    struct mandate_form_sign sign;
    struct str link;

    form_made(world, NULL, &link);
    for (int i = 1; i <= CODE_TRIES; i++) {
        struct mandate_visit visit = form_visit_of(world, link);
        if (!mandate_visit_is_filled(&visit))
            visit = form_filled(world, link);
        assert_ok(form_sign_try(world, visit, form_shown(world, &visit), "000000", &sign));
        assert_int_equal(sign.code, i < CODE_TRIES ? CODE_WRONG : CODE_SPENT);
    }
    assert_int_equal(form_visit_of(world, link).state, MANDATE_FORM_FAILED);
    assert_int_equal(callbacks(world), 1);
    assert_int_equal(world_count(world, "mandate"), 0);
    /* Nothing of who did not sign is kept. */
    assert_int_equal(world_count(world, "consumer_value"), 0);
    assert_int_equal(world_count(world, "one_time_code"), 0);
    world_free(world);
}

CASE(cancelling_twice_tells_it_once)
{
    struct world *world = world_new();
    struct str link;

    form_made(world, NULL, &link);
    for (int i = 0; i < 2; i++) {
        struct mandate_cancel cancel = {.visit = form_visit_of(world, link)};
        WORLD_RUN(world, &cancel, mandate_cancel);
        assert_ok(cancel.operation.result);
        assert_int_equal(cancel.visit.state, MANDATE_FORM_CANCELED);
    }
    assert_int_equal(callbacks(world), 1);
    world_free(world);
}

CASE(a_form_expires_by_its_task_and_looks_so_before)
{
    struct world *world = world_new();
    struct str link;

    form_made(world, NULL, &link);
    world->offset += 30 * DAY_US; /* the worker has not come yet */
    world_set_body_run(world, world_clock_body, world);
    assert_int_equal(form_visit_of(world, link).state, MANDATE_FORM_EXPIRED);
    assert_int_equal(form_visit_of(world, link).form.state, MANDATE_FORM_OPEN);
    world_advance(world, 1);
    assert_int_equal(form_visit_of(world, link).form.state, MANDATE_FORM_EXPIRED);
    assert_int_equal(callbacks(world), 1);
    world_free(world);
}

/* The fields of a draft are gone at once, the rest after ninety days. */
CASE(forms_that_ended_are_forgotten_and_what_was_signed_stays)
{
    struct world *world = world_new();
    struct mandate_form_sign sign;
    struct str replaced;
    struct str signed_link;
    struct str left;

    form_made(world, "C-1", &replaced);
    form_made(world, "C-1", &signed_link);
    struct mandate_visit visit = form_filled(world, signed_link);
    assert_ok(form_sign_try(world, visit, form_shown(world, &visit), FORM_CODE, &sign));
    world_tamper(world, "DELETE FROM task WHERE kind = 'mandate_document'"); /* nobody draws here */
    form_made(world, "C-2", &left);
    world_advance(world, 89 * 86400);
    assert_int_equal(form_visit_of(world, left).state, MANDATE_FORM_EXPIRED);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM mandate_form"), 3);
    world_advance(world, 2 * 86400);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM mandate_form"), 1);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM link"), 1);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM consumer"), 2);
    world_advance(world, 30 * 86400); /* the last one had expired after thirty days */
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM mandate_form"), 0);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM link"), 0);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM consumer"), 1);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM mandate"), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(a_later_form_replaces_the_earlier_silently)
{
    struct world *world = world_new();
    struct str first;
    struct str second;
    struct str other;

    form_made(world, "C-1", &first);
    form_made(world, "C-2", &other);
    form_made(world, "C-1", &second);
    assert_int_equal(form_visit_of(world, first).state, MANDATE_FORM_REPLACED);
    assert_int_equal(form_visit_of(world, second).state, MANDATE_FORM_OPEN);
    assert_int_equal(form_visit_of(world, other).state, MANDATE_FORM_OPEN);
    assert_int_equal(callbacks(world), 0);
    world_free(world);
}

CASE(a_reference_is_taken_by_whoever_signs_first)
{
    struct world *world = world_new();
    struct mandate_form_make make;
    struct mandate_form_sign sign;
    struct consumer_create create = {.consumer = form_consumer()};
    const struct bank_account_draft draft = {.iban = STR(FORM_IBAN), .name = STR("Camille Durand")};
    struct str link;

    form_made(world, "C-1", &link);
    struct mandate_visit visit = form_filled(world, link);
    create.consumer.own = STR("C-1");
    assert_ok(bank_account_seal(&world->core, world_ctx(world), &draft, &create.sealed));
    WORLD_RUN(world, &create, consumer_create);
    assert_ok(create.operation.result);
    assert_ok(form_sign_try(world, visit, form_shown(world, &visit), FORM_CODE, &sign));
    assert_int_equal(sign.visit.state, MANDATE_FORM_FAILED);
    assert_int_equal(form_make_try(world, "C-1", &make), ERR_CONFLICT);
    assert_string_equal(make.operation.cx->faults[0].field, "consumer_reference");
    world_free(world);
}

static void live_make(struct mandate_form_make *make)
{
    make->operation.cx->mode = MODE_LIVE;
    mandate_form_make(make);
}

CASE(a_link_by_text_message_needs_somebody_who_sends_it)
{
    struct world *world = world_new();
    struct mandate_texts texts = {0};
    struct mandate_form_make make = {.merchant = &world->merchant,
                                     .consumer = form_consumer(),
                                     .form = {.type = MANDATE_ONE_OFF},
                                     .by_sms = true};

    WORLD_RUN(world, &make, live_make);
    assert_int_equal(make.operation.result, ERR_UNAVAILABLE);
    assert_string_equal(make.operation.cx->faults[0].field, "mandate"); /* our text is a draft */
    texts.texts[MANDATE_FR][MANDATE_CORE] = (struct mandate_text){
        .title = STR("Mandat"), .paragraphs = {STR("Deux autorisations.")}, .count = 1};
    world->core.mandate_texts = &texts;
    make.consumer.fields[CONSUMER_EMAIL] = STR_NONE;
    WORLD_RUN(world, &make, live_make);
    assert_int_equal(make.operation.result, ERR_UNAVAILABLE);
    assert_string_equal(make.operation.cx->faults[0].field, "sms_option");
    make.consumer.fields[CONSUMER_EMAIL] = STR("camille@example.org");
    WORLD_RUN(world, &make, live_make);
    assert_ok(make.operation.result);
    assert_true(make.by_mail);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM outbox WHERE channel = 'mail'"
                                         " AND type = 'form.link' AND mode = 'live'"),
                     1);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM outbox WHERE channel = 'sms'"), 0);
    world_free(world);
}

CASE(the_number_of_an_open_form_moves_to_the_next_key)
{
    struct world *world = world_new();
    struct str link;
    struct str iban;
    int64_t moved;

    form_made(world, NULL, &link);
    struct mandate_visit before = form_filled(world, link);
    assert_ok(vault_rotate_dek(world->cx, world->store, world->vault, &moved));
    struct mandate_visit after = form_visit_of(world, link);
    assert_false(str_eq(before.form.sealed, after.form.sealed));
    assert_ok(mandate_visit_iban(&world->core, world_ctx(world), &after, &iban));
    assert_str(iban, FORM_IBAN);
    world_free(world);
}

/* --- mandates that a call has made ------------------------------------------------------------ */

static struct str consumer_made(struct world *world)
{
    struct consumer_create create = {.consumer = form_consumer()};
    const struct bank_account_draft draft = {.iban = STR(FORM_IBAN), .name = STR("Camille Durand")};

    assert_ok(bank_account_seal(&world->core, world_ctx(world), &draft, &create.sealed));
    WORLD_RUN(world, &create, consumer_create);
    assert_ok(create.operation.result);
    return str_dup(world->cx->arena, create.consumer.reference);
}

static err_t asked(struct world *world, struct str reference, enum mandate_state becomes,
                   struct mandate_ask *ask)
{
    *ask = (struct mandate_ask){
        .merchant = &world->merchant,
        .reference = reference,
        .form = {.type = MANDATE_RECURRENT, .becomes = becomes, .channel = CODE_BY_SMS},
    };
    WORLD_RUN(world, ask, mandate_ask);
    return ask->operation.result;
}

static enum mandate_state confirmed(struct world *world, enum mandate_state becomes)
{
    struct mandate_ask ask;

    assert_ok(asked(world, consumer_made(world), becomes, &ask));
    assert_int_equal(ask.mandate.state, MANDATE_SENT);
    struct mandate_confirm confirm = {
        .merchant = &world->merchant, .umr = ask.mandate.umr, .typed = STR(FORM_CODE)};
    WORLD_RUN(world, &confirm, mandate_confirm);
    assert_ok(confirm.operation.result);
    assert_int_equal(confirm.code, CODE_RIGHT);
    assert_int_equal(form_visit_of(world, ask.link).state, MANDATE_FORM_SIGNED);
    return confirm.mandate.state;
}

CASE(a_mandate_becomes_what_the_merchant_wants)
{
    struct world *world = world_new();

    assert_int_equal(confirmed(world, MANDATE_ACTIVE), MANDATE_ACTIVE);
    assert_int_equal(confirmed(world, MANDATE_SUSPENDED), MANDATE_SUSPENDED);
    assert_int_equal(confirmed(world, MANDATE_SIGNED), MANDATE_SIGNED);
    world_free(world);
}

CASE(a_mandate_that_is_not_signed_is_over_with_its_form)
{
    struct world *world = world_new();
    struct mandate_ask ask;
    struct mandate mandate;

    assert_ok(asked(world, consumer_made(world), MANDATE_ACTIVE, &ask));
    struct mandate_cancel cancel = {.visit = form_visit_of(world, ask.link)};
    WORLD_RUN(world, &cancel, mandate_cancel);
    assert_ok(mandate_load(world_ctx(world), world_read(world), ask.mandate.id, &mandate));
    assert_int_equal(mandate.state, MANDATE_REVOKED);
    assert_ok(asked(world, consumer_made(world), MANDATE_ACTIVE, &ask));
    world_advance(world, 30 * 86400);
    assert_ok(mandate_load(world_ctx(world), world_read(world), ask.mandate.id, &mandate));
    assert_int_equal(mandate.state, MANDATE_EXPIRED);
    world_free(world);
}

CASE(a_mandate_that_was_revoked_closes_its_form)
{
    struct world *world = world_new();
    struct mandate_ask ask;

    assert_ok(asked(world, consumer_made(world), MANDATE_ACTIVE, &ask));
    struct mandate_change change = {.remove = true, .id = ask.mandate.id};
    WORLD_RUN(world, &change, mandate_change);
    assert_ok(change.operation.result);
    assert_int_equal(form_visit_of(world, ask.link).state, MANDATE_FORM_CANCELED);
    world_free(world);
}

CASE(only_organisations_with_a_siren_sign_between_businesses)
{
    struct consumer consumer = {.type = CONSUMER_COMPANY};
    struct merchant merchant = {.debits.offers_b2b = true};

    assert_int_equal(mandate_form_scheme(&merchant, &consumer), MANDATE_CORE);
    consumer.fields[CONSUMER_SIREN] = STR("732829320");
    assert_int_equal(mandate_form_scheme(&merchant, &consumer), MANDATE_B2B);
    consumer.type = CONSUMER_NON_PROFIT;
    assert_int_equal(mandate_form_scheme(&merchant, &consumer), MANDATE_B2B);
    consumer.type = CONSUMER_PERSON;
    assert_int_equal(mandate_form_scheme(&merchant, &consumer), MANDATE_CORE);
    consumer.type = CONSUMER_COMPANY;
    merchant.debits.offers_b2b = false;
    assert_int_equal(mandate_form_scheme(&merchant, &consumer), MANDATE_CORE);
}

UNIT_MAIN(T(only_organisations_with_a_siren_sign_between_businesses),
          T(a_link_opens_its_form_and_no_other), T(what_is_filled_in_is_kept_and_the_number_sealed),
          T(a_code_that_still_counts_is_not_sent_again),
          T(an_account_that_cannot_be_debited_is_refused),
          T(signing_makes_consumer_mandate_and_proof_at_once), T(a_form_is_signed_once),
          T(what_was_not_shown_is_not_signed), T(five_wrong_codes_end_a_form),
          T(cancelling_twice_tells_it_once), T(a_form_expires_by_its_task_and_looks_so_before),
          T(forms_that_ended_are_forgotten_and_what_was_signed_stays),
          T(a_later_form_replaces_the_earlier_silently),
          T(a_reference_is_taken_by_whoever_signs_first),
          T(a_link_by_text_message_needs_somebody_who_sends_it),
          T(the_number_of_an_open_form_moves_to_the_next_key),
          T(a_mandate_becomes_what_the_merchant_wants),
          T(a_mandate_that_is_not_signed_is_over_with_its_form),
          T(a_mandate_that_was_revoked_closes_its_form))
