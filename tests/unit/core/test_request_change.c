#include "core/address.h"
#include "core/request_remind.h"
#include "support/core_debit.h"
#include "support/core_listing.h"

/* What a merchant may still change about a request, and how often its payer is reminded. */

static struct address_id address_made(struct world *world)
{
    struct address_create create = {
        .draft = {.line1 = STR("12 rue du Bac"),
                  .zip_code = STR("75007"),
                  .city = STR("Paris"),
                  .country = STR("FR"),
                  .metadata = STR("{}")}
    };

    WORLD_RUN(world, &create, address_create);
    assert_ok(create.operation.result);
    return create.address.id;
}

static void address_removed(struct world *world, struct address_id id)
{
    struct address_remove removal = {.id = id};

    WORLD_RUN(world, &removal, address_remove);
    assert_ok(removal.operation.result);
}

static err_t set(struct world *world, struct request_id id, unsigned what,
                 struct request_terms terms)
{
    struct request_change change = {.change = what, .terms = terms};

    return request_change_try(world, id, &change);
}

CASE(what_is_set_is_kept_and_nothing_else_changes)
{
    struct world *world = world_new();
    struct pay_request request = ask(world, terms_of(700));
    struct request_terms terms = {
        .return_url = STR("https://shop.example/back"),
        .date_settlement = STR("2031-06-20"),
        .metadata = STR("{\"a\":1}"),
        .billing_address = address_made(world),
        .shipping_address = address_made(world),
        .methods = 1U << METHOD_CARD,
        .capture = false,
    };

    assert_ok(set(world, request.id,
                  REQUEST_SET_RETURN_URL | REQUEST_SET_DATE_SETTLEMENT | REQUEST_SET_METADATA |
                      REQUEST_SET_BILLING | REQUEST_SET_SHIPPING | REQUEST_SET_METHODS |
                      REQUEST_SET_CAPTURE,
                  terms));
    struct request_terms now = request_now(world, request.id).terms;
    assert_str(now.return_url, "https://shop.example/back");
    assert_str(now.date_settlement, "2031-06-20");
    assert_str(now.metadata, "{\"a\":1}");
    assert_true(ID_EQ(now.billing_address, terms.billing_address));
    assert_true(ID_EQ(now.shipping_address, terms.shipping_address));
    assert_int_equal(now.methods, 1U << METHOD_CARD);
    assert_false(now.capture);
    assert_int_equal(now.amount.minor, 700);
    assert_true(now.authenticate);
    /* And nothing at all is no error. */
    assert_ok(set(world, request.id, 0, (struct request_terms){.amount = eur(900)}));
    assert_int_equal(request_now(world, request.id).terms.amount.minor, 700);
    world_free(world);
}

CASE(an_address_must_be_there_when_it_is_set)
{
    struct world *world = world_new();
    struct pay_request request = ask(world, terms_of(700));
    struct request_terms terms = {.billing_address = address_made(world),
                                  .shipping_address = address_made(world)};

    assert_ok(set(world, request.id, REQUEST_SET_BILLING | REQUEST_SET_SHIPPING, terms));
    address_removed(world, terms.shipping_address);
    assert_int_equal(set(world, request.id, REQUEST_SET_SHIPPING, terms), ERR_NOT_FOUND);
    assert_ok(set(world, request.id, REQUEST_SET_BILLING, (struct request_terms){.capture = true}));
    assert_true(ID_NONE(request_now(world, request.id).terms.billing_address));
    /* One that is gone does not stand in the way of another description. */
    assert_ok(set(world, request.id, REQUEST_SET_DESCRIPTION,
                  (struct request_terms){.description = STR("Two chairs")}));
    assert_str(request_now(world, request.id).terms.description, "Two chairs");
    world_free(world);
}

CASE(the_euro_brings_no_debit_to_another_currency)
{
    struct world *world = world_new();
    struct pay_request request = ask(world, terms_of(700));

    world->merchant.currencies |= 1U << CURRENCY_CHF;
    assert_ok(set(world, request.id, REQUEST_SET_CURRENCY,
                  (struct request_terms){.amount = {.currency = CURRENCY_CHF}}));
    struct request_terms now = request_now(world, request.id).terms;
    assert_int_equal(now.amount.currency, CURRENCY_CHF);
    assert_int_equal(now.methods & 1U << METHOD_SEPA, 0);
    assert_int_not_equal(now.methods & 1U << METHOD_CARD, 0);
    world_free(world);
}

CASE(terms_are_fixed_when_nobody_can_pay_any_more)
{
    struct world *world = world_new();
    struct pay_request late = ask(world, terms_of(700));
    struct pay_request over = ask(world, terms_of(700));
    struct request_cancel cancel;
    const struct request_terms more = {.amount = eur(900), .description = STR("Two chairs")};

    assert_ok(request_cancel_try(world, over.id, &cancel));
    assert_int_equal(request_cancel_try(world, over.id, &cancel), ERR_STATE);
    assert_string_equal(fault_of(&cancel.operation)->field, "request");
    assert_int_equal(set(world, over.id, REQUEST_SET_AMOUNT, more), ERR_STATE);
    assert_ok(set(world, over.id, REQUEST_SET_DESCRIPTION, more));
    world_stop_at(world, late.expires - 1);
    assert_ok(set(world, late.id, REQUEST_SET_AMOUNT, more));
    world_stop_at(world, late.expires);
    assert_int_equal(set(world, late.id, REQUEST_SET_AMOUNT, more), ERR_STATE);
    world_free(world);
}

/* A payment that was refused is over: only one that is open is sent back to the form. */
CASE(what_was_refused_before_stays_as_it_is)
{
    struct world *world = world_new();
    struct pay_request request = ask(world, terms_of(700));
    struct request_cancel cancel;
    struct payment_view *tries;
    struct page_submit submit;

    fake_say(world->fake, CARD_AUTHORISE, CARD_DECLINED, "51");
    assert_ok(request_submit(world, request.id, "a", &submit));
    assert_ok(
        set(world, request.id, REQUEST_SET_AMOUNT, (struct request_terms){.amount = eur(900)}));
    assert_int_equal(request_payments_now(world, request.id, &tries), 1);
    assert_int_equal(tries[0].payment.state, PAYMENT_REFUSED);
    assert_int_equal(tries[0].payment.amount.minor, 700);
    assert_ok(request_cancel_try(world, request.id, &cancel));
    assert_int_equal(state_now(world, tries[0].payment.id), PAYMENT_REFUSED);
    world_is_sound(world);
    world_free(world);
}

/* --- a debtor far away ------------------------------------------------------------------------ */

/* What was made in test mode is of live mode from now on, where a number that everybody tests with
 * could not be given. */
static void all_live(struct world *world)
{
    world_tamper(world, "UPDATE address SET mode = 'live'; UPDATE bank_account SET mode = 'live';"
                        "UPDATE mandate SET mode = 'live'; UPDATE request SET mode = 'live';"
                        "UPDATE OR REPLACE counter SET mode = 'live';"
                        "UPDATE OR REPLACE task SET mode = 'live'");
    world->cx->mode = MODE_LIVE;
}

CASE(an_address_that_was_given_before_counts_for_an_account_that_is_set_later)
{
    const struct bank_account_draft draft = {.iban = STR("GB33BUKB20201555555555"),
                                             .name = STR("Zoë Smith")};
    struct world *world = world_new();
    struct request_terms terms = terms_of(4500);
    struct bank_account_create far = {0};
    bool done;

    assert_ok(bank_account_seal(&world->core, world_ctx(world), &draft, &far.draft));
    WORLD_RUN(world, &far, bank_account_create);
    assert_ok(far.operation.result);
    (void)mandate_made_of(world, far.account.id, MANDATE_RECURRENT, MANDATE_CORE);
    terms.billing_address = address_made(world);
    terms.authenticate = false;
    struct request_change change = {
        .merchant = &world->merchant,
        .id = ask(world, terms).id,
        .change = REQUEST_SET_ACCOUNT,
        .terms = {.account = far.account.id},
    };
    all_live(world);
    world_begin(world, &change.operation, &done);
    change.operation.cx->mode = MODE_LIVE;
    request_change(&change);
    world_pump(world, &done);
    assert_ok(change.operation.result);
    assert_int_equal(change.request.state, REQUEST_CAPTURED);
    assert_int_equal(change.view.payment.state, PAYMENT_TO_CAPTURE);
    world_free(world);
}

/* --- reminders -------------------------------------------------------------------------------- */

static err_t remind(struct world *world, struct request_id id, const char *why)
{
    struct request_remind remind = {.merchant = &world->merchant, .id = id};

    WORLD_RUN(world, &remind, request_remind);
    if (why != NULL) {
        assert_int_equal(remind.operation.result, ERR_STATE);
        assert_string_equal(fault_of(&remind.operation)->field, "request");
        assert_string_equal(fault_of(&remind.operation)->text, why);
    }
    return remind.operation.result;
}

static int64_t reminders(struct world *world)
{
    return world_number(world, "SELECT COUNT(*) FROM outbox WHERE type = 'request.reminded'");
}

CASE(a_payer_is_reminded_once_a_minute_and_ten_times)
{
    struct world *world = world_new();

    world_stop_at(world, WORLD_START);
    struct pay_request request = asked_of(world, "Ada", "ada@example.com", 700);
    assert_ok(remind(world, request.id, NULL));
    world_stop_at(world, WORLD_START + REMIND_PAUSE_S * SECOND_US - 1);
    remind(world, request.id, "was reminded just now");
    for (int i = 1; i < REMINDERS_MAX; i++) {
        world_stop_at(world, WORLD_START + i * REMIND_PAUSE_S * SECOND_US);
        assert_ok(remind(world, request.id, NULL));
    }
    assert_int_equal(request_now(world, request.id).sending.reminders, REMINDERS_MAX);
    world_stop_at(world, WORLD_START + DAY_US);
    remind(world, request.id, "had all its reminders");
    assert_int_equal(reminders(world), REMINDERS_MAX);
    world_free(world);
}

CASE(nobody_is_reminded_who_was_not_asked)
{
    struct world *world = world_new();

    world_stop_at(world, WORLD_START);
    remind(world, ask(world, terms_of(700)).id, "was not sent to its payer");
    remind(world, asked_by(world, "Ada", 700).id, "was not sent to its payer");
    assert_int_equal(reminders(world), 0);
    world_free(world);
}

CASE(nobody_is_reminded_of_what_is_over)
{
    struct world *world = world_new();
    struct request_cancel cancel;

    world_stop_at(world, WORLD_START);
    struct pay_request request = asked_of(world, "Ada", "ada@example.com", 700);
    struct pay_request late = asked_of(world, "Ada", "ada@example.com", 700);
    assert_ok(request_cancel_try(world, request.id, &cancel));
    remind(world, request.id, "waits for no payer");
    world_stop_at(world, late.expires - 1);
    assert_ok(remind(world, late.id, NULL));
    world_stop_at(world, late.expires);
    remind(world, late.id, "waits for no payer");
    world_free(world);
}

/* --- who pays --------------------------------------------------------------------------------- */

static struct customer customer_of(struct world *world, struct pay_request request)
{
    struct customer customer;

    assert_ok(
        customer_load(world->cx, world_read(world), request.terms.customer, false, &customer));
    reader_release(world->core.reader);
    return customer;
}

static struct pay_request asked_with(struct world *world, struct request_sending sending)
{
    struct request_create create = {.merchant = &world->merchant,
                                    .face = REQUEST_OF_SIMPLYPAIE,
                                    .life = DAY_US,
                                    .sending = sending,
                                    .terms = terms_of(700)};

    create.sending.mode = REQUEST_BY_LINK;
    create.sending.page = PAGE_STANDARD;
    WORLD_RUN(world, &create, request_create);
    assert_ok(create.operation.result);
    return create.request;
}

#define TEN "0123456789"
#define SIXTY TEN TEN TEN TEN TEN TEN

CASE(a_payer_becomes_a_customer_as_far_as_it_fits)
{
    struct world *world = world_new();
    struct pay_request request = asked_with(world, (struct request_sending){
                                                       .name = STR("Zoé"),
                                                       .email = STR("z@" SIXTY ".x"),
                                                       .phone = STR("+33612345678"),
                                                   });
    struct customer customer = customer_of(world, request);

    assert_str(customer.name, "Zoé");
    assert_int_equal(customer.email.len, 64);
    assert_str(customer.mobile, "+33612345678");
    /* One more character: the address is left out, the name is cut, two letters are none. */
    customer = customer_of(world, asked_with(world, (struct request_sending){
                                                        .name = STR("é" SIXTY "1234"),
                                                        .email = STR("zo@" SIXTY ".x"),
                                                        .phone = STR("+33612345678"),
                                                    }));
    assert_str(customer.name, "é" SIXTY "123");
    assert_int_equal(customer.email.len, 0);
    customer = customer_of(world, asked_with(world, (struct request_sending){
                                                        .name = STR("Zo"),
                                                        .email = STR("z@example.com"),
                                                        .phone = STR("+3361234567890123"),
                                                    }));
    assert_int_equal(customer.name.len, 0);
    assert_int_equal(customer.mobile.len, 0);
    world_free(world);
}

CASE(a_name_alone_is_no_customer)
{
    struct world *world = world_new();
    struct pay_request request = asked_with(world, (struct request_sending){.name = STR("Zoé B")});

    assert_true(ID_NONE(request.terms.customer));
    assert_str(request_now(world, request.id).sending.name, "Zoé B");
    world_free(world);
}

UNIT_MAIN(T(what_is_set_is_kept_and_nothing_else_changes),
          T(an_address_must_be_there_when_it_is_set),
          T(the_euro_brings_no_debit_to_another_currency),
          T(terms_are_fixed_when_nobody_can_pay_any_more),
          T(what_was_refused_before_stays_as_it_is),
          T(a_payer_is_reminded_once_a_minute_and_ten_times),
          T(nobody_is_reminded_who_was_not_asked), T(nobody_is_reminded_of_what_is_over),
          T(a_payer_becomes_a_customer_as_far_as_it_fits), T(a_name_alone_is_no_customer),
          T(an_address_that_was_given_before_counts_for_an_account_that_is_set_later))
