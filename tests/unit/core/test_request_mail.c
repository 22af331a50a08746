#include "core/deposit.h"
#include "core/mail.h"
#include "core/request_mail.h"
#include "support/core_debit.h"
#include "support/core_request.h"
#include "support/news.h"

/* Who is written to at which step of a request, and who is not. */

enum { NEWEST_FIRST_MAX = 8 };

static struct request_create asking(struct world *world, enum request_mode mode, int64_t minor)
{
    return (struct request_create){
        .merchant = &world->merchant,
        .face = REQUEST_OF_SIMPLYPAIE,
        .life = 90 * DAY_US,
        .sending = {.mode = mode,
                    .page = PAGE_STANDARD,
                    .name = STR("Dupont Jean"),
                    .email = STR("jean@example.com"),
                    .phone = mode == REQUEST_BY_SMS ? STR("+33612345678") : STR_NONE},
        .terms = terms_of(minor),
    };
}

static struct pay_request asked(struct world *world, struct request_create create)
{
    WORLD_RUN(world, &create, request_create);
    assert_ok(create.operation.result);
    return create.request;
}

/* Asked for and paid in the same call. */
static struct request_create with_card(struct world *world, struct request_create create)
{
    create.terms.card = card_of(world, VISA);
    create.terms.authenticate = false;
    return create;
}

/* The kinds of what was written, oldest first, each followed by a blank. */
static struct str written(struct world *world)
{
    struct delivery *list;
    struct str out = STR("");

    for (size_t left = outbox_all(world, &list); left > 0; left--) {
        assert_true(left <= NEWEST_FIRST_MAX);
        out = str_format(world->cx->arena, "%.*s%.*s ", (int)out.len, out.ptr,
                         (int)list[left - 1].type.len, list[left - 1].type.ptr);
    }
    return out;
}

static struct mail newest(struct world *world)
{
    struct delivery *list;
    struct mail mail;

    assert_true(outbox_all(world, &list) >= 1);
    assert_ok(mail_load(world->cx, world_read(world), &list[0], &mail));
    reader_release(world->core.reader);
    return mail;
}

static void cancel(struct world *world, struct request_id id)
{
    struct request_cancel canceled;

    assert_ok(request_cancel_try(world, id, &canceled));
}

CASE(request_by_mail_is_asked_for_once)
{
    struct world *world = world_new();

    asked(world, asking(world, REQUEST_BY_EMAIL, 2599));
    assert_str(written(world), "request.asked ");
    struct mail mail = newest(world);
    assert_str(mail.to, "jean@example.com");
    assert_non_null(memmem(mail.text.ptr, mail.text.len, "/pay-48512-", 11));
    world_free(world);
}

CASE(request_by_text_message_is_asked_for_by_telephone)
{
    struct world *world = world_new();
    struct delivery *list;

    asked(world, asking(world, REQUEST_BY_SMS, 2599));
    assert_int_equal(outbox_all(world, &list), 1);
    assert_int_equal(list[0].channel, CHANNEL_SMS);
    assert_str(list[0].address, "+33612345678");
    world_free(world);
}

CASE(link_that_the_merchant_sends_writes_to_nobody)
{
    struct world *world = world_new();
    struct pay_request waiting = asked(world, asking(world, REQUEST_BY_LINK, 2599));

    cancel(world, waiting.id);
    asked(world, with_card(world, asking(world, REQUEST_BY_LINK, 2599)));
    assert_str(written(world), "");
    world_free(world);
}

CASE(button_sends_a_receipt_and_nothing_else)
{
    struct world *world = world_new();
    struct request_create create = asking(world, REQUEST_BY_WEB, 2599);

    cancel(world, asked(world, create).id);
    assert_str(written(world), "");
    asked(world, with_card(world, create));
    assert_str(written(world), "request.receipt ");
    create.sending.email = STR_NONE;
    asked(world, with_card(world, create));
    assert_str(written(world), "request.receipt ");
    world_free(world);
}

CASE(what_is_paid_is_receipted_in_the_same_commit)
{
    struct world *world = world_new();
    struct pay_request request =
        asked(world, with_card(world, asking(world, REQUEST_BY_EMAIL, 2599)));

    assert_int_equal(request.state, REQUEST_CAPTURED);
    assert_str(written(world), "request.asked request.receipt ");
    struct mail mail = newest(world);
    assert_non_null(memmem(mail.text.ptr, mail.text.len, "4242", 4));
    assert_true(str_eq(mail.to, STR("jean@example.com")));
    world_free(world);
}

CASE(money_given_back_after_the_receipt_is_not_a_cancellation)
{
    struct world *world = world_new();
    struct pay_request request =
        asked(world, with_card(world, asking(world, REQUEST_BY_EMAIL, 2599)));

    refund(world, request.payment, WHOLE);
    assert_str(written(world), "request.asked request.receipt ");
    world_free(world);
}

/* Set by the merchant through the Stancer interface. A debit is not paid yet, and has a notice. */
CASE(debit_is_not_receipted)
{
    struct world *world = world_new();
    struct request_create create = asking(world, REQUEST_BY_EMAIL, 2599);
    struct mandate mandate;

    create.terms.account = account_signed(world, &mandate).id;
    create.terms.methods = 1U << METHOD_SEPA;
    create.terms.authenticate = false;
    assert_int_equal(asked(world, create).state, REQUEST_CAPTURED);
    assert_null(memmem(written(world).ptr, written(world).len, "receipt", 7));
    world_free(world);
}

CASE(cancelled_request_is_told)
{
    struct world *world = world_new();
    struct pay_request request = asked(world, asking(world, REQUEST_BY_EMAIL, 2599));

    cancel(world, request.id);
    assert_str(written(world), "request.asked request.canceled ");
    world_free(world);
}

static struct pay_request deposit(struct world *world, enum request_mode mode)
{
    struct request_create create = with_card(world, asking(world, mode, 30000));

    create.terms.capture = false;
    return asked(world, create);
}

CASE(deposit_is_receipted_when_it_is_cashed)
{
    struct world *world = world_new();
    struct pay_request request = deposit(world, REQUEST_BY_EMAIL);

    assert_int_equal(request.state, REQUEST_AUTHORIZED);
    assert_str(written(world), "request.asked ");
    struct deposit_cash cash = {
        .merchant = &world->merchant, .request = request.id, .amount_minor = 12000};
    WORLD_RUN(world, &cash, deposit_cash);
    assert_ok(cash.operation.result);
    assert_str(written(world), "request.asked request.receipt ");
    struct mail mail = newest(world);
    assert_str(mail.subject, "Reçu de paiement de 120,00\u00a0€ – Atelier Exemple SARL");
    assert_non_null(memmem(mail.text.ptr, mail.text.len, "180,00\u00a0€", strlen("180,00\u00a0€")));
    world_free(world);
}

CASE(deposit_released_by_the_merchant_is_a_cancellation)
{
    struct world *world = world_new();

    cancel(world, deposit(world, REQUEST_BY_EMAIL).id);
    assert_str(written(world), "request.asked request.canceled ");
    struct mail mail = newest(world);
    assert_non_null(memmem(mail.text.ptr, mail.text.len, "libérée", strlen("libérée")));
    world_free(world);
}

CASE(time_that_runs_out_is_told_to_nobody)
{
    struct world *world = world_new();
    struct pay_request held = deposit(world, REQUEST_BY_EMAIL);
    struct pay_request waiting = asked(world, asking(world, REQUEST_BY_EMAIL, 2599));

    world_advance(world, 91 * INT64_C(86400));
    assert_int_equal(request_now(world, waiting.id).state, REQUEST_UNPAID);
    assert_int_not_equal(request_now(world, held.id).state, REQUEST_AUTHORIZED);
    assert_str(written(world), "request.asked request.asked ");
    world_free(world);
}

CASE(stancer_writes_its_own_mails)
{
    struct world *world = world_new();
    struct request_terms terms = terms_of(2599);

    terms.card = card_of(world, VISA);
    terms.authenticate = false;
    assert_int_equal(ask(world, terms).state, REQUEST_CAPTURED);
    assert_str(written(world), "");
    world_free(world);
}

UNIT_MAIN(T(request_by_mail_is_asked_for_once),
          T(request_by_text_message_is_asked_for_by_telephone),
          T(link_that_the_merchant_sends_writes_to_nobody),
          T(button_sends_a_receipt_and_nothing_else),
          T(what_is_paid_is_receipted_in_the_same_commit),
          T(money_given_back_after_the_receipt_is_not_a_cancellation), T(debit_is_not_receipted),
          T(cancelled_request_is_told), T(deposit_is_receipted_when_it_is_cashed),
          T(deposit_released_by_the_merchant_is_a_cancellation),
          T(time_that_runs_out_is_told_to_nobody), T(stancer_writes_its_own_mails))
