#include "core/page_debit.h"

#include "core/address.h"
#include "core/mail.h"
#include "core/mandate_link.h"
#include "support/core_debit.h"
#include "support/core_page.h"
#include "support/core_request.h"

enum { PAID = 5000 };

/* --- what a payer does --- */

static struct page_debtor debtor(void)
{
    return (struct page_debtor){
        .iban = STR(DEBTOR_IBAN),
        .name = STR("Camille Durand"),
        .has_address = true,
        .address = {.line1 = STR("3 allée des Lilas"),
                    .zip_code = STR("69001"),
                    .city = STR("Lyon"),
                    .country = STR("FR"),
                    .metadata = STR("{}")},
        .email = STR("camille@example.com"),
    };
}

static err_t preview_try(struct world *world, const struct pay_page *page,
                         const struct page_debtor *who, const char *attempt,
                         struct page_preview *out)
{
    ctx_clear_faults(world->cx);
    err_t err =
        page_debit_preview(&world->core, world->cx, page, who, str_of(attempt), STR("fr"), out);
    reader_release(world->core.reader);
    return err;
}

/* What the payer has seen is what it signs. */
static err_t sign_seen(struct world *world, const struct pay_page *page, struct page_debtor who,
                       const char *attempt, struct page_sign *sign)
{
    struct page_preview preview;

    assert_ok(preview_try(world, page, &who, attempt, &preview));
    *sign = (struct page_sign){
        .page = *page,
        .browser = browser_of("192.0.2.7"),
        .token = str_of(attempt),
        .debtor = who,
        .language = STR("fr"),
        .shown = preview.signing.sha256,
    };
    WORLD_RUN(world, sign, page_sign);
    return sign->operation.result;
}

static err_t sign_try(struct world *world, struct request_id id, struct page_debtor who,
                      const char *attempt, struct page_sign *sign)
{
    const struct pay_page page = request_page_now(world, id);

    return sign_seen(world, &page, who, attempt, sign);
}

static struct pay_request ask_by(struct world *world, struct bank_account_id account)
{
    struct request_terms terms = terms_of(PAID);

    terms.account = account;
    return ask(world, terms);
}

/* --- signing --- */

CASE(signing_makes_account_mandate_evidence_and_debit_at_once)
{
    struct world *world = world_new();
    struct pay_request request = ask(world, terms_of(PAID));
    struct mandate_evidence evidence;
    struct page_sign sign;
    bool found;

    assert_ok(sign_try(world, request.id, debtor(), "a1", &sign));
    assert_false(sign.again);
    request = request_now(world, request.id);
    assert_int_equal(request.state, REQUEST_CAPTURED);
    assert_true(ID_NONE(request.terms.card));
    struct debit debit = debit_now(world, request.payment);
    assert_true(ID_EQ(debit.account, request.terms.account));
    assert_int_equal(date_compare(debit.due, sign.preview.due), 0);
    struct payment payment = payment_now(world, request.payment);
    assert_int_equal(payment.state, PAYMENT_TO_CAPTURE);
    assert_int_equal(payment.method, METHOD_SEPA);
    assert_int_equal(payment.fee_minor, 25);
    struct mandate mandate = mandate_at(world, debit.mandate);
    assert_int_equal(mandate.state, MANDATE_ACTIVE);
    assert_str(mandate.umr, sign.preview.signing.mandate.umr.ptr);
    assert_false(ID_NONE(mandate.debtor_address));
    assert_ok(mandate_evidence_load(world->cx, world_read(world), mandate.id, &evidence, &found));
    reader_release(world->core.reader);
    assert_true(found);
    assert_int_equal(evidence.channel, MANDATE_BOX);
    assert_str(evidence.ip, "192.0.2.7");
    assert_str(evidence.user_agent, "Test/1.0");
    assert_str(evidence.signer, "Camille Durand");
    assert_str(evidence.place, "Lyon");
    assert_true(str_eq(evidence.document_sha256, sign.shown));
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM sepa_check"), 1);
    assert_int_equal(
        world_number(world, "SELECT COUNT(*) FROM task WHERE kind = 'mandate_document'"), 1);
    assert_int_equal(request_page_now(world, request.id).state, PAGE_PAID);
    world_is_sound(world);
    world_free(world);
}

CASE(the_same_form_signs_once)
{
    struct world *world = world_new();
    struct pay_request request = ask(world, terms_of(PAID));
    const struct pay_page page = request_page_now(world, request.id);
    struct page_sign sign;

    assert_ok(sign_seen(world, &page, debtor(), "a1", &sign));
    assert_ok(sign_seen(world, &page, debtor(), "a1", &sign));
    assert_true(sign.again);
    assert_int_equal(sign.page.state, PAGE_PAID);
    assert_int_equal(sign_seen(world, &page, debtor(), "a2", &sign), ERR_STATE);
    assert_false(sign.changed);
    assert_int_equal(sign.page.state, PAGE_PAID);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM debit"), 1);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM mandate"), 1);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM bank_account"), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(what_is_not_as_it_was_shown_is_not_signed)
{
    struct world *world = world_new();
    struct pay_request request = ask(world, terms_of(PAID));
    const struct pay_page page = request_page_now(world, request.id);
    struct request_change change = {.change = REQUEST_SET_AMOUNT, .terms = terms_of(PAID + 1)};
    struct page_preview preview;
    struct page_debtor who = debtor();

    assert_ok(preview_try(world, &page, &who, "a1", &preview));
    who.name = STR("Somebody Else");
    struct page_sign sign = {.page = page,
                             .browser = browser_of("192.0.2.7"),
                             .token = STR("a1"),
                             .debtor = who,
                             .language = STR("fr"),
                             .shown = preview.signing.sha256};
    WORLD_RUN(world, &sign, page_sign);
    assert_int_equal(sign.operation.result, ERR_STATE);
    assert_true(sign.changed);
    assert_ok(request_change_try(world, request.id, &change));
    assert_int_equal(sign_seen(world, &page, debtor(), "a2", &sign), ERR_STATE);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM mandate"), 0);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM debit"), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(the_hash_covers_everything_that_is_shown)
{
    struct world *world = world_new();
    const struct pay_page page = request_page_now(world, ask(world, terms_of(PAID)).id);
    struct page_debtor who = debtor();
    struct page_preview first;
    struct page_preview other;

    assert_ok(preview_try(world, &page, &who, "a1", &first));
    assert_ok(preview_try(world, &page, &who, "a1", &other));
    assert_true(str_eq(first.signing.sha256, other.signing.sha256));
    assert_true(str_eq(first.signing.mandate.umr, other.signing.mandate.umr));
    assert_ok(preview_try(world, &page, &who, "a2", &other));
    assert_false(str_eq(first.signing.mandate.umr, other.signing.mandate.umr));
    who.iban = STR("DE89370400440532013000");
    assert_ok(preview_try(world, &page, &who, "a1", &other));
    assert_false(str_eq(first.signing.sha256, other.signing.sha256));
    who = debtor();
    who.address.city = STR("Lyons");
    assert_ok(preview_try(world, &page, &who, "a1", &other));
    assert_false(str_eq(first.signing.sha256, other.signing.sha256));
    who = debtor();
    who.iban = STR("FR15");
    assert_int_equal(preview_try(world, &page, &who, "a1", &other), ERR_INVALID);
    world_free(world);
}

CASE(a_payment_refused_by_card_is_paid_by_debit)
{
    struct world *world = world_new();
    struct payment payment = pay(world, draft_for_page(PAID));
    struct page_submit submit;
    struct page_sign sign;

    fake_say(world->fake, CARD_AUTHORISE, CARD_DECLINED, "51");
    assert_ok(submit_try(world, payment.id, "t1", &submit));
    assert_int_equal(state_now(world, payment.id), PAYMENT_REFUSED);
    const struct pay_page page = page_now(world, payment.id);
    assert_int_equal(page.methods, 1U << METHOD_CARD | 1U << METHOD_SEPA);
    assert_ok(sign_seen(world, &page, debtor(), "a1", &sign));
    payment = payment_now(world, payment.id);
    assert_int_equal(payment.state, PAYMENT_TO_CAPTURE);
    assert_true(ID_NONE(payment.card));
    assert_int_equal(payment.response.len, 0);
    assert_true(page_now(world, payment.id).has_debit);
    world_is_sound(world);
    world_free(world);
}

CASE(a_payer_at_the_bank_may_pay_by_debit_instead)
{
    struct world *world = world_new();
    struct payment payment = pay(world, draft_for_page(PAID));
    struct page_authenticate work;
    struct page_submit submit;
    struct page_sign sign;

    fake_say_bank(world->fake, OK, THREEDS_C);
    assert_ok(submit_try(world, payment.id, "t1", &submit));
    const struct pay_page page = page_now(world, payment.id);
    assert_int_equal(page.state, PAGE_CHALLENGE);
    assert_ok(sign_seen(world, &page, debtor(), "a1", &sign));
    fake_say_bank(world->fake, OK, THREEDS_Y);
    assert_ok(return_try(world, submit.flow.session, &work));
    assert_int_equal(work.flow.page.state, PAGE_PAID);
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_TO_CAPTURE);
    world_is_sound(world);
    world_free(world);
}

/* --- the account that the merchant gave --- */

CASE(an_account_with_a_mandate_pays_at_once_without_authentication)
{
    struct world *world = world_new();
    struct request_terms terms = terms_of(PAID);
    struct mandate mandate;

    terms.account = account_signed(world, &mandate).id;
    terms.authenticate = false;
    struct pay_request request = ask(world, terms);
    assert_int_equal(request.state, REQUEST_CAPTURED);
    assert_true(ID_EQ(request.terms.account, terms.account));
    assert_true(ID_EQ(debit_now(world, request.payment).mandate, mandate.id));
    assert_int_equal(world->fake->call_count, 0);
    world_is_sound(world);
    world_free(world);
}

CASE(an_account_without_a_mandate_waits_for_one)
{
    struct world *world = world_new();
    struct request_terms terms = terms_of(PAID);
    struct page_sign sign;

    terms.account = account_bare(world).id;
    terms.authenticate = false;
    struct pay_request request = ask(world, terms);
    assert_int_equal(request.state, REQUEST_REQUIRE_AUTHENTICATION);
    assert_true(ID_NONE(request.payment));
    struct pay_page page = request_page_now(world, request.id);
    assert_true(page.payer.has_account);
    assert_false(page.payer.has_mandate);
    assert_ok(sign_try(world, request.id, (struct page_debtor){.saved = true}, "a1", &sign));
    assert_true(sign.preview.signs);
    request = request_now(world, request.id);
    assert_int_equal(request.state, REQUEST_CAPTURED);
    assert_true(ID_EQ(request.terms.account, terms.account));
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM bank_account"), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(an_account_with_a_mandate_is_only_confirmed)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct pay_request request = ask_by(world, account_signed(world, &mandate).id);
    struct page_sign sign;

    assert_int_equal(request.state, REQUEST_REQUIRE_AUTHENTICATION);
    assert_ok(sign_try(world, request.id, (struct page_debtor){.saved = true}, "a1", &sign));
    assert_false(sign.preview.signs);
    request = request_now(world, request.id);
    assert_true(ID_EQ(debit_now(world, request.payment).mandate, mandate.id));
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM mandate"), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(setting_an_account_pays_at_once_or_takes_the_card_away)
{
    struct world *world = world_new();
    struct request_terms terms = terms_of(PAID);
    struct mandate mandate;
    struct request_change change = {.change = REQUEST_SET_ACCOUNT};

    terms.card = card_of(world, VISA);
    struct pay_request request = ask(world, terms);
    change.terms.account = account_bare(world).id;
    assert_ok(request_change_try(world, request.id, &change));
    assert_int_equal(change.request.state, REQUEST_REQUIRE_AUTHENTICATION);
    assert_true(ID_NONE(change.request.terms.card));
    change = (struct request_change){.change = REQUEST_SET_ACCOUNT | REQUEST_SET_AUTHENTICATE};
    change.terms.account = account_signed(world, &mandate).id;
    assert_ok(request_change_try(world, request.id, &change));
    assert_int_equal(change.request.state, REQUEST_CAPTURED);
    world_is_sound(world);
    world_free(world);
}

CASE(an_account_that_does_not_fit_is_refused)
{
    struct world *world = world_new();
    struct request_terms terms = terms_of(PAID);
    struct request_create create = {0};

    terms.account = account_bare(world).id;
    terms.methods = 1U << METHOD_CARD;
    assert_int_equal(ask_try(world, terms, &create), ERR_INVALID);
    terms.methods = 0;
    terms.capture = false;
    assert_int_equal(ask_try(world, terms, &create), ERR_INVALID);
    terms.capture = true;
    ID_NEW(world->core.ids, &terms.account);
    assert_int_equal(ask_try(world, terms, &create), ERR_NOT_FOUND);
    world_free(world);
}

CASE(a_debit_that_came_back_ends_its_request)
{
    struct world *world = world_new();
    struct pay_request request = ask(world, terms_of(PAID));
    struct page_sign sign;

    assert_ok(sign_try(world, request.id, debtor(), "a1", &sign));
    request = request_now(world, request.id);
    debit_leaves(world, request.payment);
    assert_ok(reject_try(world, request.payment, "AC04"));
    request = request_now(world, request.id);
    assert_int_equal(request.state, REQUEST_UNPAID);
    assert_int_equal(request_page_now(world, request.id).state, PAGE_OVER);
    world_is_sound(world);
    world_free(world);
}

/* --- the mail and the link --- */

CASE(a_copy_goes_to_the_payer)
{
    struct world *world = world_new();
    struct pay_request request = ask(world, terms_of(PAID));
    struct page_sign sign;

    assert_ok(sign_try(world, request.id, debtor(), "a1", &sign));
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM mail WHERE text LIKE '%/mandat/t%' "
                                         "AND text LIKE '%50,00 EUR%'"),
                     1);
    struct page_debtor who = debtor();
    who.email = STR_NONE;
    assert_ok(sign_try(world, ask(world, terms_of(PAID)).id, who, "a2", &sign));
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM mail"), 1);
    world_free(world);
}

CASE(the_link_is_ours_and_lives_90_days)
{
    struct world *world = world_new();
    struct ctx *cx = world->cx;
    struct mandate_id id;
    struct mandate_id read;

    ID_NEW(cx->ids, &id);
    struct str link = mandate_link(&world->core, cx, id);
    struct str token = str_from(link, strlen(MANDATE_LINK_PATH));
    assert_ok(mandate_link_read(&world->core, cx, token, &read));
    assert_true(ID_EQ(id, read));
    assert_int_equal(mandate_link_read(&world->core, cx, str_sub(token, 0, token.len - 1), &read),
                     ERR_NOT_FOUND);
    assert_int_equal(mandate_link_read(&world->core, cx, STR(""), &read), ERR_NOT_FOUND);
    assert_int_equal(mandate_link_read(&world->core, cx, STR("."), &read), ERR_NOT_FOUND);
    instant real = cx->real;
    cx->real = real + 90 * DAY_US - SECOND_US;
    assert_ok(mandate_link_read(&world->core, cx, token, &read));
    cx->real = real + 90 * DAY_US;
    assert_int_equal(mandate_link_read(&world->core, cx, token, &read), ERR_STATE);
    cx->real = real;
    world_free(world);
}

/* --- where it is possible --- */

static bool possible(struct world *world, struct pay_page page)
{
    return page_debit_possible(&world->core, world->cx, &page);
}

CASE(a_debit_is_offered_where_everything_for_it_is_there)
{
    struct world *world = world_new();
    const struct pay_page page = request_page_now(world, ask(world, terms_of(PAID)).id);
    struct pay_page other = page;
    struct vault *vault = world->core.vault;

    assert_true(possible(world, page));
    other.view.payment.methods = 1U << METHOD_CARD;
    assert_false(possible(world, other));
    other = page;
    other.view.payment.amount.currency = CURRENCY_USD;
    assert_false(possible(world, other));
    other = page;
    other.view.payment.amount.minor = 0;
    assert_false(possible(world, other));
    other = page;
    other.view.payment.capture = false;
    assert_false(possible(world, other));
    other = page;
    other.merchant.debits.ics[0] = '\0';
    assert_false(possible(world, other));
    other = page;
    other.merchant.debits.has_account = false;
    assert_false(possible(world, other));
    world->core.vault = NULL;
    assert_false(possible(world, page));
    world->core.vault = vault;
    world_free(world);
}

/* --- what is known without asking --- */

static struct address_id address_made(struct world *world, const char *city)
{
    struct address_create create = {
        .draft = {.zip_code = STR("75007"),
                  .city = str_of(city),
                  .country = STR("FR"),
                  .metadata = STR("{}")}
    };

    WORLD_RUN(world, &create, address_create);
    assert_ok(create.operation.result);
    return create.address.id;
}

static void address_is(struct world *world, const struct pay_page *page, const char *city)
{
    struct address address;
    bool found;

    assert_ok(page_debtor_address(world->cx, world_read(world), page, &address, &found));
    reader_release(world->core.reader);
    assert_int_equal(found, city != NULL);
    if (city != NULL)
        assert_str(address.city, city);
}

CASE(address_and_email_are_those_of_the_payment_or_its_customer)
{
    struct world *world = world_new();
    struct request_terms terms = terms_of(PAID);
    struct customer_create create = {
        .twin = TWIN_BY_EXTERNAL_ID,
        .draft = {.email = STR("ada@example.com"), .billing_address = address_made(world, "Lyon")}
    };
    struct pay_page page = request_page_now(world, ask(world, terms).id);

    address_is(world, &page, NULL);
    assert_int_equal(page_debtor_email(&page).len, 0);
    WORLD_RUN(world, &create, customer_create);
    assert_ok(create.operation.result);
    terms.customer = create.customer.id;
    page = request_page_now(world, ask(world, terms).id);
    address_is(world, &page, "Lyon");
    assert_str(page_debtor_email(&page), "ada@example.com");
    page.view.customer.email = STR("ada at example");
    assert_int_equal(page_debtor_email(&page).len, 0);
    terms.billing_address = address_made(world, "Paris");
    page = request_page_now(world, ask(world, terms).id);
    address_is(world, &page, "Paris");
    world_free(world);
}

CASE(a_copy_goes_to_the_customer_in_the_language_of_the_page)
{
    struct world *world = world_new();
    struct request_terms terms = terms_of(PAID);
    struct customer_create create = {.twin = TWIN_BY_EXTERNAL_ID,
                                     .draft = {.email = STR("ada@example.com")}};
    struct page_debtor who = debtor();
    struct page_preview preview;

    WORLD_RUN(world, &create, customer_create);
    assert_ok(create.operation.result);
    terms.customer = create.customer.id;
    who.email = STR_NONE;
    const struct pay_page page = request_page_now(world, ask(world, terms).id);
    assert_ok(
        page_debit_preview(&world->core, world->cx, &page, &who, STR("a1"), STR("en"), &preview));
    reader_release(world->core.reader);
    struct page_sign sign = {
        .page = page,
        .browser = browser_of("192.0.2.7"),
        .token = STR("a1"),
        .debtor = who,
        .language = STR("en"),
        .shown = preview.signing.sha256,
    };
    WORLD_RUN(world, &sign, page_sign);
    assert_ok(sign.operation.result);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM mail WHERE language = 'en'"
                                         " AND text LIKE '%50.00 EUR%/mandat/t%'"),
                     1);
    /* The copy, and the notice of the debit. */
    assert_int_equal(
        world_number(world, "SELECT COUNT(*) FROM outbox WHERE address = 'ada@example.com'"), 2);
    world_free(world);
}

CASE(the_day_that_was_asked_for_is_kept_when_it_is_possible)
{
    struct world *world = world_new();
    struct request_terms terms = terms_of(PAID);
    struct page_sign sign;

    terms.date_settlement = STR("2031-06-20");
    struct pay_request request = ask(world, terms);
    assert_ok(sign_try(world, request.id, debtor(), "a1", &sign));
    assert_int_equal(sign.preview.due.day, 20);
    assert_int_equal(debit_now(world, request_now(world, request.id).payment).due.day, 20);
    world_free(world);
}

/* --- what changed while the payer looked --- */

CASE(a_given_account_that_is_not_as_it_was_shown_is_not_debited)
{
    struct world *world = world_new();
    const struct page_debtor saved = {.saved = true};
    struct bank_account account = account_bare(world);
    struct pay_request request = ask_by(world, account.id);
    struct pay_page page = request_page_now(world, request.id);
    struct page_sign sign;

    /* Somebody signed for it elsewhere: there is nothing to sign any more. */
    (void)mandate_made_of(world, account.id, MANDATE_RECURRENT, MANDATE_CORE);
    assert_int_equal(sign_seen(world, &page, saved, "a1", &sign), ERR_STATE);
    assert_true(sign.changed);
    page = request_page_now(world, request.id);
    assert_true(page.payer.has_mandate);
    /* The merchant gave another one. */
    struct request_change change = {.change = REQUEST_SET_ACCOUNT,
                                    .terms = {.account = account_bare(world).id}};
    assert_ok(request_change_try(world, request.id, &change));
    assert_int_equal(sign_seen(world, &page, saved, "a2", &sign), ERR_STATE);
    assert_true(sign.changed);
    page = request_page_now(world, request.id);
    struct bank_account_change removal = {.remove = true, .id = change.terms.account};
    WORLD_RUN(world, &removal, bank_account_change);
    assert_ok(removal.operation.result);
    assert_int_equal(sign_seen(world, &page, saved, "a3", &sign), ERR_STATE);
    assert_true(sign.changed);
    assert_false(request_page_now(world, request.id).payer.has_account);
    assert_int_equal(world_count(world, "debit"), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(a_debit_in_another_currency_than_shown_is_not_made)
{
    struct world *world = world_new();
    struct pay_request request = ask(world, terms_of(PAID));
    const struct pay_page page = request_page_now(world, request.id);
    struct request_change change = {.change = REQUEST_SET_CURRENCY,
                                    .terms = {.amount = {.currency = CURRENCY_USD}}};
    struct page_sign sign;

    world->merchant.currencies |= 1U << CURRENCY_USD;
    assert_ok(request_change_try(world, request.id, &change));
    assert_int_equal(sign_seen(world, &page, debtor(), "a1", &sign), ERR_STATE);
    assert_int_equal(world_count(world, "debit"), 0);
    world_free(world);
}

UNIT_MAIN(T(signing_makes_account_mandate_evidence_and_debit_at_once), T(the_same_form_signs_once),
          T(what_is_not_as_it_was_shown_is_not_signed), T(the_hash_covers_everything_that_is_shown),
          T(a_payment_refused_by_card_is_paid_by_debit),
          T(a_payer_at_the_bank_may_pay_by_debit_instead),
          T(an_account_with_a_mandate_pays_at_once_without_authentication),
          T(an_account_without_a_mandate_waits_for_one),
          T(an_account_with_a_mandate_is_only_confirmed),
          T(setting_an_account_pays_at_once_or_takes_the_card_away),
          T(an_account_that_does_not_fit_is_refused), T(a_debit_that_came_back_ends_its_request),
          T(a_copy_goes_to_the_payer), T(the_link_is_ours_and_lives_90_days),
          T(a_debit_is_offered_where_everything_for_it_is_there),
          T(address_and_email_are_those_of_the_payment_or_its_customer),
          T(a_copy_goes_to_the_customer_in_the_language_of_the_page),
          T(the_day_that_was_asked_for_is_kept_when_it_is_possible),
          T(a_given_account_that_is_not_as_it_was_shown_is_not_debited),
          T(a_debit_in_another_currency_than_shown_is_not_made))
