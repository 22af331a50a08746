#include "core/deposit.h"
#include "core/mandate_operator.h"
#include "core/news.h"
#include "core/page_debit.h"
#include "support/core_form.h"
#include "support/core_levy.h"
#include "support/core_sweep.h"
#include "support/fake_bank.h"

/* For each operation of the core the 1st, 2nd, 3rd ... call of the store fails, until it passes.
 * After every run the book balances, verify finds nothing, and what is open is finished by the
 * recovery and the tasks. */

/* --- payments --- */

static void nothing(struct scene *scene)
{
    (void)scene;
}

static err_t create_plain(struct scene *scene)
{
    struct payment_draft draft = draft_for_page(5000);
    struct payment_create create;

    draft.unique_id = str_of(scene->token);
    draft.customer = (struct customer_choice){.inline_data = true,
                                              .twin = TWIN_BY_EXTERNAL_ID,
                                              .draft = {.email = STR("ada@example.com")}};
    return pay_try(scene->world, draft, &create);
}

CASE(payment_without_a_card)
{
    sweep_run(&(struct sweep){nothing, create_plain, NULL});
}

static err_t create_charged(struct scene *scene)
{
    struct payment_create create;

    err_t err = pay_try(scene->world, draft_with_card(scene->world, 5000), &create);
    scene->payment = create.view.payment;
    return err;
}

static void is_to_capture(struct scene *scene)
{
    assert_int_equal(state_now(scene->world, scene->payment.id), PAYMENT_TO_CAPTURE);
}

CASE(payment_with_an_approved_card)
{
    sweep_run(&(struct sweep){nothing, create_charged, is_to_capture});
}

/* What the connector was told and asked so far does not count any more. */
static void fake_forget(struct fake_rail *fake)
{
    fake->call_count = 0;
    memset(fake->said_from, 0, sizeof fake->said_from);
    memset(fake->said_to, 0, sizeof fake->said_to);
}

static void will_decline(struct scene *scene)
{
    struct fake_rail *fake = scene->world->fake;

    fake->said_from[CARD_AUTHORISE] = 0;
    fake->said_to[CARD_AUTHORISE] = 0;
    fake_say(fake, CARD_AUTHORISE, CARD_DECLINED, "51");
}

CASE(payment_with_a_declined_card)
{
    sweep_run(&(struct sweep){will_decline, create_charged, NULL});
}

static void will_be_unknown(struct scene *scene)
{
    will_decline(scene);
    scene->world->fake->said[CARD_AUTHORISE][0] =
        (struct fake_answer){CARD_UNKNOWN, "68", false, 0};
}

CASE(payment_without_an_answer)
{
    sweep_run(&(struct sweep){will_be_unknown, create_charged, NULL});
}

static void will_settle(struct scene *scene)
{
    will_decline(scene);
    scene->world->fake->said[CARD_AUTHORISE][0] =
        (struct fake_answer){CARD_APPROVED, "00", true, 7};
}

CASE(payment_settled_at_once)
{
    sweep_run(&(struct sweep){will_settle, create_charged, NULL});
}

static err_t create_authenticated(struct scene *scene)
{
    struct payment_draft draft = draft_with_card(scene->world, 5000);
    struct payment_create create;

    draft.auth_asked = true;
    return pay_try(scene->world, draft, &create);
}

CASE(payment_that_asks_for_authentication)
{
    sweep_run(&(struct sweep){nothing, create_authenticated, NULL});
}

static void held(struct scene *scene)
{
    scene->payment = pay_hold(scene->world, 5000);
}

static err_t capture(struct scene *scene)
{
    struct payment_capture work;

    return capture_try(scene->world, scene->payment.id, &work);
}

CASE(capture_of_a_hold)
{
    sweep_run(&(struct sweep){held, capture, is_to_capture});
}

static void open_with_terms(struct scene *scene)
{
    scene->payment = pay(scene->world, draft_of(5000));
}

static err_t change(struct scene *scene)
{
    struct payment_change work = {.change = PAYMENT_SET_CARD | PAYMENT_SET_AMOUNT,
                                  .draft = draft_with_card(scene->world, 6000),
                                  .card_runs = true};

    return change_try(scene->world, scene->payment.id, &work);
}

CASE(change_that_runs_the_payment)
{
    sweep_run(&(struct sweep){open_with_terms, change, is_to_capture});
}

/* --- refunds and disputes --- */

static void to_capture(struct scene *scene)
{
    scene->payment = pay_card(scene->world, 5000);
}

static err_t refund_whole(struct scene *scene)
{
    struct refund_create work;

    err_t err = refund_try(scene->world, scene->payment.id, WHOLE, &work);
    scene->refund = work.refund;
    return err;
}

static void is_canceled(struct scene *scene)
{
    assert_int_equal(state_now(scene->world, scene->payment.id), PAYMENT_CANCELED);
}

CASE(cancel_of_a_payment)
{
    sweep_run(&(struct sweep){to_capture, refund_whole, is_canceled});
}

CASE(cancel_of_a_hold)
{
    sweep_run(&(struct sweep){held, refund_whole, is_canceled});
}

static void settled(struct scene *scene)
{
    scene->payment = pay_settled(scene->world, 5000);
}

CASE(refund_of_a_captured_payment)
{
    sweep_run(&(struct sweep){settled, refund_whole, NULL});
}

static err_t notice(struct scene *scene)
{
    struct attempt attempt = {0};

    /* What the test reads itself does not count. */
    int left = atomic_load(&scene->world->store->fail_after);
    store_fail_after(scene->world->store, 0);
    attempt = attempt_now(scene->world, scene->payment.attempt);
    store_fail_after(scene->world->store, left);
    return notice_try(scene->world, attempt.trace.rrn, eur(5000), "45");
}

CASE(chargeback_notice)
{
    sweep_run(&(struct sweep){settled, notice, NULL});
}

/* --- payouts --- */

static err_t payout_asked_for(struct scene *scene)
{
    struct payout_create work;

    err_t err = payout_of_payment_try(scene->world, scene->payment.id, PAYOUT_TO_PAY, &work);
    scene->payout = work.payout;
    return err;
}

CASE(payout_is_asked_for)
{
    sweep_run(&(struct sweep){settled, payout_asked_for, NULL});
}

static void payout_waits(struct scene *scene)
{
    settled(scene);
    assert_ok(payout_asked_for(scene));
}

static err_t payout_fails(struct scene *scene)
{
    return payout_step_try(scene->world, payout_failed, scene->payout.id);
}

CASE(payout_that_fails)
{
    sweep_run(&(struct sweep){payout_waits, payout_fails, NULL});
}

static err_t payout_is_made(struct ctx *cx, struct tx *tx, void *arg)
{
    bool waits;

    return payouts_make(cx, tx, arg, &waits);
}

/* Refunds and disputes of what was paid out before, and payments of two currencies. */
static void much_is_payable(struct scene *scene)
{
    struct world *world = scene->world;
    struct payment_draft dollars = draft_with_card(world, 7000);
    struct payment disputed = pay_settled(world, 6000);

    fake_forget(world->fake);
    dollars.amount.currency = CURRENCY_USD;
    fake_say_settled(world->fake, CARD_AUTHORISE, 0);
    pay(world, dollars);
    pay_settled(world, 50000);
    refund(world, pay_settled(world, 5000).id, 2000);
    assert_ok(notice_try(world, attempt_now(world, disputed.attempt).trace.rrn, eur(6000), "45"));
}

static err_t morning(struct scene *scene)
{
    struct ctx *cx = world_ctx(scene->world);

    cx->now += scene->round * DAY_US;
    return tx_run(scene->world->store, cx, payout_is_made, &scene->world->merchant);
}

static void payouts_are_made(struct scene *scene)
{
    assert_int_equal(world_balance(scene->world, ACCOUNT_PAYABLE), 0);
}

CASE(payouts_of_a_morning)
{
    sweep_run(&(struct sweep){much_is_payable, morning, payouts_are_made});
}

/* --- debits --- */

/* The account of the first round serves for all: a mandate for recurrent debits holds on. */
static void debtor(struct scene *scene)
{
    struct mandate mandate;

    if (!ID_NONE(scene->mandate))
        return;
    world_set(scene->world, "sepa_retry", "yes");
    scene->account = account_signed(scene->world, &mandate).id;
    scene->mandate = mandate.id;
}

static void debit_made(struct scene *scene)
{
    debtor(scene);
    scene->payment = pay_from(scene->world, scene->account, 5000);
}

static void debit_gone(struct scene *scene)
{
    debit_made(scene);
    debit_leaves(scene->world, scene->payment.id);
}

static void debit_credited(struct scene *scene)
{
    debit_made(scene);
    debit_settles(scene->world, scene->payment.id);
}

static err_t create_debit(struct scene *scene)
{
    const struct bank_account_draft draft = account_draft();
    struct account_choice choice = {
        .inline_data = true,
        .mandate = {.umr = str_of(scene->token), .signed_at = WORLD_START - DAY_US},
        .need = MANDATE_NEEDED,
    };
    struct payment_create create;

    TRY(bank_account_seal(&scene->world->core, world_ctx(scene->world), &draft, &choice.sealed));
    struct payment_draft payment = draft_by(&choice, 5000);
    payment.unique_id = str_of(scene->token);
    payment.customer = (struct customer_choice){.inline_data = true,
                                                .twin = TWIN_BY_EXTERNAL_ID,
                                                .draft = {.email = STR("ada@example.com")}};
    err_t err = pay_try(scene->world, payment, &create);
    scene->payment = create.view.payment;
    return err;
}

CASE(debit_of_a_new_account)
{
    sweep_run(&(struct sweep){nothing, create_debit, is_to_capture});
}

static void plain_payment(struct scene *scene)
{
    debtor(scene);
    scene->payment = pay(scene->world, draft_of(5000));
}

static err_t change_to_debit(struct scene *scene)
{
    const struct account_choice choice = account_by_id(scene->account);
    struct payment_change change = {
        .change = PAYMENT_SET_ACCOUNT, .draft = {.account = &choice}, .ask = ASK_CAPTURE};

    return change_try(scene->world, scene->payment.id, &change);
}

CASE(change_that_runs_a_debit)
{
    sweep_run(&(struct sweep){plain_payment, change_to_debit, is_to_capture});
}

static void debit_held(struct scene *scene)
{
    debtor(scene);
    const struct account_choice choice = account_by_id(scene->account);
    struct payment_draft draft = draft_by(&choice, 5000);
    draft.capture = false;
    scene->payment = pay(scene->world, draft);
}

static err_t capture_debit(struct scene *scene)
{
    struct payment_capture capture;

    return capture_try(scene->world, scene->payment.id, &capture);
}

CASE(capture_of_a_held_debit)
{
    sweep_run(&(struct sweep){debit_held, capture_debit, is_to_capture});
}

static err_t cancel_debit(struct scene *scene)
{
    struct refund_create create;

    return refund_try(scene->world, scene->payment.id, WHOLE, &create);
}

CASE(cancel_of_a_debit)
{
    sweep_run(&(struct sweep){debit_made, cancel_debit, NULL});
}

static err_t take_debit(struct scene *scene)
{
    return debit_try(scene->world, scene->payment.id, act_take,
                     (struct debit_event){.file = file_new(scene->world)});
}

CASE(debit_into_a_file)
{
    sweep_run(&(struct sweep){debit_made, take_debit, NULL});
}

static void debit_taken(struct scene *scene)
{
    debit_made(scene);
    assert_ok(take_debit(scene));
    scene->file = debit_now(scene->world, scene->payment.id).file;
}

static err_t send_debit(struct scene *scene)
{
    return debit_try(scene->world, scene->payment.id, act_sent, (struct debit_event){0});
}

CASE(debit_with_its_file)
{
    sweep_run(&(struct sweep){debit_taken, send_debit, NULL});
}

static err_t give_back_debit(struct scene *scene)
{
    return debit_try(scene->world, scene->payment.id, act_give_back,
                     (struct debit_event){.file = scene->file});
}

CASE(debit_out_of_a_file)
{
    sweep_run(&(struct sweep){debit_taken, give_back_debit, NULL});
}

static err_t settle_debit(struct scene *scene)
{
    return debit_try(scene->world, scene->payment.id, act_settled,
                     (struct debit_event){
                         .date = {2031, 6, 3}
    });
}

CASE(debit_is_settled)
{
    sweep_run(&(struct sweep){debit_gone, settle_debit, NULL});
}

/* With another presentation. */
static err_t reject_debit(struct scene *scene)
{
    return reject_try(scene->world, scene->payment.id, "AM04");
}

CASE(debit_is_rejected)
{
    sweep_run(&(struct sweep){debit_gone, reject_debit, NULL});
}

static void debit_of_a_request_gone(struct scene *scene)
{
    struct request_terms terms = terms_of(5000);

    debtor(scene);
    terms.account = scene->account;
    terms.authenticate = false;
    scene->payment.id = ask(scene->world, terms).payment;
    debit_leaves(scene->world, scene->payment.id);
}

CASE(debit_of_a_request_is_rejected)
{
    sweep_run(&(struct sweep){debit_of_a_request_gone, reject_debit, NULL});
}

static err_t return_debit(struct scene *scene)
{
    return comes_back_try(scene->world, scene->payment.id, "AM04", 5500);
}

CASE(debit_is_returned)
{
    sweep_run(&(struct sweep){debit_credited, return_debit, NULL});
}

static void mandate_used(struct scene *scene)
{
    if (ID_NONE(scene->mandate))
        debit_gone(scene);
}

static err_t amend_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct scene *scene = arg;
    struct bank_account account = scene->sealed;
    struct mandate mandate;

    TRY(mandate_load(cx, tx, scene->mandate, &mandate));
    return mandate_amend_account(cx, tx, &mandate, &account);
}

static err_t amend_account(struct scene *scene)
{
    const struct bank_account_draft draft = {.iban = STR("DE89370400440532013000")};

    TRY(bank_account_seal(&scene->world->core, world_ctx(scene->world), &draft, &scene->sealed));
    return tx_run(scene->world->store, world_ctx(scene->world), amend_body, scene);
}

CASE(mandate_gets_another_account)
{
    sweep_run(&(struct sweep){mandate_used, amend_account, NULL});
}

/* --- customers and cards --- */

static err_t customer_made(struct scene *scene)
{
    struct customer_create work = {
        .twin = TWIN_BY_EXTERNAL_ID,
        .draft = {.email = STR("ada@example.com"), .external_id = str_of(scene->token)}
    };

    WORLD_RUN(scene->world, &work, customer_create);
    return work.operation.result;
}

CASE(customer_is_made)
{
    sweep_run(&(struct sweep){nothing, customer_made, NULL});
}

/* With a reference of its own in each round: what was rolled back took it back. */
static err_t account_made(struct scene *scene)
{
    const struct bank_account_draft draft = {.iban = STR("FR7630006000011234567890189"),
                                             .name = STR("Ada Lovelace")};
    struct bank_account_create work = {
        .mandate = {str_of(scene->token), WORLD_START - DAY_US, false}
    };

    TRY(bank_account_seal(&scene->world->core, world_ctx(scene->world), &draft, &work.draft));
    WORLD_RUN(scene->world, &work, bank_account_create);
    scene->mandate = work.account.mandate;
    return work.operation.result;
}

CASE(bank_account_is_made_with_its_mandate)
{
    sweep_run(&(struct sweep){nothing, account_made, NULL});
}

static void with_account(struct scene *scene)
{
    assert_ok(account_made(scene));
}

static err_t mandate_changed(struct scene *scene)
{
    struct mandate_change work = {.id = scene->mandate,
                                  .change = MANDATE_UMR | MANDATE_SIGNED_AT | MANDATE_PDF,
                                  .umr =
                                      str_format(scene->world->cx->arena, "%s-new", scene->token),
                                  .signed_at = WORLD_START - 2 * DAY_US,
                                  .pdf = STR("%PDF-1.4")};

    WORLD_RUN(scene->world, &work, mandate_change);
    return work.operation.result;
}

CASE(mandate_is_changed)
{
    sweep_run(&(struct sweep){with_account, mandate_changed, NULL});
}

static err_t mandate_revoked(struct scene *scene)
{
    struct mandate_change work = {.id = scene->mandate, .remove = true};

    WORLD_RUN(scene->world, &work, mandate_change);
    return work.operation.result;
}

CASE(mandate_is_revoked)
{
    sweep_run(&(struct sweep){with_account, mandate_revoked, NULL});
}

static err_t card_made(struct scene *scene)
{
    struct card_create work = {.twin = CARD_TWIN_IGNORED};
    struct card_draft draft = card_draft(VISA);

    assert_ok(card_seal(&scene->world->core, world_ctx(scene->world), &draft, &work.draft));
    WORLD_RUN(scene->world, &work, card_create);
    return work.operation.result;
}

CASE(card_is_made)
{
    sweep_run(&(struct sweep){nothing, card_made, NULL});
}

static err_t card_removed(struct scene *scene)
{
    struct card_change work = {.remove = true, .values = {.id = scene->payment.card}};

    WORLD_RUN(scene->world, &work, card_change);
    return work.operation.result;
}

CASE(card_is_removed)
{
    sweep_run(&(struct sweep){to_capture, card_removed, NULL});
}

/* --- the pay page --- */

static void page_payment(struct scene *scene)
{
    scene->payment = pay(scene->world, draft_for_page(5000));
}

static err_t submit(struct scene *scene)
{
    struct page_submit work;
    int left = atomic_load(&scene->world->store->fail_after);

    store_fail_after(scene->world->store, 0);
    work = submit_of(scene->world, scene->payment.id, scene->token);
    store_fail_after(scene->world->store, left);
    err_t err = submit_run(scene->world, &work);
    if (err != OK)
        assert_int_not_equal(work.flow.page.state, PAGE_PAID);
    return err;
}

CASE(form_is_submitted)
{
    sweep_run(&(struct sweep){page_payment, submit, is_to_capture});
}

static void in_challenge(struct scene *scene)
{
    struct fake_rail *fake = scene->world->fake;
    struct page_submit work;

    page_payment(scene);
    fake->words_from = 0;
    fake->words_to = 0;
    fake->lookup_count = 0;
    fake_say_bank(fake, OK, THREEDS_C);
    assert_ok(submit_try(scene->world, scene->payment.id, scene->token, &work));
    assert_int_equal(work.flow.page.state, PAGE_CHALLENGE);
    scene->session = work.flow.session;
}

static err_t come_back(struct scene *scene)
{
    struct page_authenticate work;

    return return_try(scene->world, scene->session, &work);
}

CASE(payer_comes_back_from_the_bank)
{
    sweep_run(&(struct sweep){in_challenge, come_back, is_to_capture});
}

static void will_soft_decline(struct scene *scene)
{
    will_decline(scene);
    scene->world->fake->said[CARD_AUTHORISE][0] =
        (struct fake_answer){CARD_SOFT_DECLINED, "A1", false, 0};
    scene->world->fake->lookup_count = 0;
    page_payment(scene);
}

CASE(form_that_goes_round_once)
{
    sweep_run(&(struct sweep){will_soft_decline, submit, is_to_capture});
}

/* --- requests --- */

static err_t ask_plain(struct scene *scene)
{
    struct request_create create = {0};

    return ask_try(scene->world, terms_of(5000), &create);
}

CASE(request_without_a_card)
{
    sweep_run(&(struct sweep){nothing, ask_plain, NULL});
}

static void card_given(struct scene *scene)
{
    scene->payment.card = card_of(scene->world, VISA);
}

static err_t ask_charged(struct scene *scene)
{
    struct request_terms terms = terms_of(5000);
    struct request_create create = {0};

    terms.card = scene->payment.card;
    terms.authenticate = false;
    err_t err = ask_try(scene->world, terms, &create);
    scene->request = create.request;
    return err;
}

static void request_is_captured(struct scene *scene)
{
    assert_int_equal(request_now(scene->world, scene->request.id).state, REQUEST_CAPTURED);
}

CASE(request_paid_at_once)
{
    sweep_run(&(struct sweep){card_given, ask_charged, request_is_captured});
}

static void request_open(struct scene *scene)
{
    scene->world->fake->lookup_count = 0;
    card_given(scene);
    scene->request = ask(scene->world, terms_of(5000));
}

static err_t request_page_submit(struct scene *scene)
{
    struct page_submit work;
    int left = atomic_load(&scene->world->store->fail_after);

    store_fail_after(scene->world->store, 0);
    work = request_form(scene->world, scene->request.id, scene->token);
    store_fail_after(scene->world->store, left);
    err_t err = submit_run(scene->world, &work);
    if (err != OK)
        assert_int_not_equal(work.flow.page.state, PAGE_PAID);
    return err;
}

CASE(form_of_a_request_is_submitted)
{
    sweep_run(&(struct sweep){request_open, request_page_submit, request_is_captured});
}

static err_t request_signed(struct scene *scene)
{
    struct world *world = scene->world;
    struct page_preview preview;
    int left = atomic_load(&world->store->fail_after);
    struct page_sign work = {
        .browser = {.ip = STR("192.0.2.7"),            .agent = STR("Test/1.0")},
        .token = str_of(scene->token),
        .language = STR("fr"),
        .debtor = { .iban = STR("FR1420041010050500013M02606"),
                    .name = STR("Camille Durand"),
                    .has_address = true,
                    .address = {.line1 = STR("3 allée des Lilas"),
                               .zip_code = STR("69001"),
                               .city = STR("Lyon"),
                               .country = STR("FR"),
                               .metadata = STR("{}")},
                    .email = STR("camille@example.com")},
    };

    store_fail_after(world->store, 0);
    work.page = request_page_now(world, scene->request.id);
    assert_ok(page_debit_preview(&world->core, world->cx, &work.page, &work.debtor, work.token,
                                 work.language, &preview));
    work.shown = preview.signing.sha256;
    reader_release(world->core.reader);
    store_fail_after(world->store, left);
    WORLD_RUN(world, &work, page_sign);
    return work.operation.result;
}

CASE(mandate_of_a_request_is_signed)
{
    sweep_run(&(struct sweep){request_open, request_signed, request_is_captured});
}

static err_t request_card_set(struct scene *scene)
{
    struct request_change work = {.change = REQUEST_SET_CARD | REQUEST_SET_AUTHENTICATE,
                                  .terms = {.card = scene->payment.card}};

    return request_change_try(scene->world, scene->request.id, &work);
}

CASE(change_that_pays_a_request)
{
    sweep_run(&(struct sweep){request_open, request_card_set, request_is_captured});
}

static void request_at_the_bank(struct scene *scene)
{
    struct fake_rail *fake = scene->world->fake;
    struct page_submit work;

    request_open(scene);
    fake->words_from = 0;
    fake->words_to = 0;
    fake->lookup_count = 0;
    fake_say_bank(fake, OK, THREEDS_C);
    assert_ok(request_submit(scene->world, scene->request.id, scene->token, &work));
    assert_int_equal(work.flow.page.state, PAGE_CHALLENGE);
    scene->session = work.flow.session;
}

CASE(payer_of_a_request_comes_back_from_the_bank)
{
    sweep_run(&(struct sweep){request_at_the_bank, come_back, request_is_captured});
}

static err_t request_is_canceled(struct scene *scene)
{
    struct request_cancel work;

    return request_cancel_try(scene->world, scene->request.id, &work);
}

CASE(request_canceled_while_the_payer_is_at_the_bank)
{
    sweep_run(&(struct sweep){request_at_the_bank, request_is_canceled, NULL});
}

static void request_held(struct scene *scene)
{
    struct request_terms terms = terms_of(5000);

    card_given(scene);
    terms.card = scene->payment.card;
    terms.authenticate = false;
    terms.capture = false;
    scene->request = ask(scene->world, terms);
}

CASE(hold_of_a_request_is_given_back)
{
    sweep_run(&(struct sweep){request_held, request_is_canceled, NULL});
}

static err_t request_is_captured_now(struct scene *scene)
{
    struct request_capture work;

    return request_capture_try(scene->world, scene->request.id, &work);
}

CASE(hold_of_a_request_is_captured)
{
    sweep_run(&(struct sweep){request_held, request_is_captured_now, request_is_captured});
}

static err_t deposit_is_cashed_now(struct scene *scene)
{
    struct deposit_cash cash = {
        .merchant = &scene->world->merchant, .request = scene->request.id, .amount_minor = 700};

    WORLD_RUN(scene->world, &cash, deposit_cash);
    return cash.operation.result;
}

CASE(deposit_is_cashed_in_part)
{
    sweep_run(&(struct sweep){request_held, deposit_is_cashed_now, request_is_captured});
}

/* --- recovery --- */

static err_t recovery(struct scene *scene)
{
    int64_t recovered;

    return recovery_start(&scene->world->core, world_ctx(scene->world), &recovered);
}

CASE(recovery_at_the_start)
{
    struct world *world = world_new();
    struct scene scene = {.world = world};
    struct payment_create *create = arena_make(world->cx->arena, struct payment_create);
    bool came = true;
    bool done;

    world->fake->silent = true;
    *create = (struct payment_create){.merchant = &world->merchant,
                                      .draft = draft_with_card(world, 5000)};
    world_begin(world, &create->operation, &done);
    payment_create(create);
    world_pump_kept(world, 1);
    world_restart(world);
    for (int n = 1; came; n++) {
        store_fail_after(world->store, n);
        err_t err = recovery(&scene);
        came = failure_came(world);
        assert_int_equal(err == OK, !came);
        world_is_sound(world);
    }
    assert_int_equal(state_now(world, create->view.payment.id), PAYMENT_FAILED);
    recovered_and_sound(world);
    world_free(world);
}

/* --- the tasks --- */

/* Captures, refunds, expiries and the settlement of a day: one call fails, and by the next day all
 * is done. */
static void day_with_failure(struct world *world, int n, bool *came)
{
    struct payment captured = pay_card(world, 5000);
    struct payment refunded = pay_settled(world, 5000);
    struct refund made = refund(world, refunded.id, 2000);
    struct payment expiring = pay_hold(world, 3000);
    struct payment_create lost;

    fake_say(world->fake, CARD_AUTHORISE, CARD_UNKNOWN, "68");
    assert_ok(pay_try(world, draft_with_card(world, 4000), &lost));
    move_with_failure(world, n, 8 * 86400);
    *came = failure_came(world);
    clock_read_again(world);
    world_is_sound(world);
    world_advance(world, 9 * 86400);
    assert_int_equal(state_now(world, captured.id), PAYMENT_CAPTURE_SENT);
    assert_int_equal(refund_now(world, made.id).state, REFUND_SENT);
    assert_int_equal(state_now(world, expiring.id), PAYMENT_EXPIRED);
    assert_int_equal(attempt_now(world, lost.view.payment.attempt).state, ATTEMPT_REVERSED);
    assert_int_equal(
        world_number(world, "SELECT COUNT(*) FROM reconciliation WHERE state <> 'balanced'"), 0);
    world_is_sound(world);
}

/* What earlier rounds left behind is gone over again by each check. */
enum { ROUNDS_OF_A_WORLD = 10 };

/* Nobody listens, and it is known: as in a server, the tasks do not ask. */
static struct world *world_without_listeners(void)
{
    struct world *world = world_new();

    world->core.news = news_desk_new(NULL, 0);
    return world;
}

static void world_without_listeners_free(struct world *world)
{
    news_desk_free(world->core.news);
    world_free(world);
}

/* Every second call: it takes long, and two programs share it. */
static void week_from_call(int first)
{
    struct world *world = world_without_listeners();
    bool came = true;

    for (int n = first; came; n += 2 * LONG_STRIDE) {
        must(n < CALLS_MAX);
        if (n / 2 % ROUNDS_OF_A_WORLD == 0) {
            world_without_listeners_free(world);
            world = world_without_listeners();
        }
        day_with_failure(world, n, &came);
        world->fake->call_count = 0;
        memset(world->fake->said_from, 0, sizeof world->fake->said_from);
        memset(world->fake->said_to, 0, sizeof world->fake->said_to);
        world_contexts_free(world);
    }
    world_without_listeners_free(world);
}

CASE(tasks_of_a_week_with_an_odd_call_failing)
{
    week_from_call(1);
}

CASE(tasks_of_a_week_with_an_even_call_failing)
{
    week_from_call(2);
}

CASE(settlement_file)
{
    struct world *world = world_new();
    bool came = true;

    for (int n = 1; came; n++) {
        must(n < CALLS_MAX);
        struct payment payment = pay_card(world, 5000);
        char hash[16];
        world_advance_to(world, n - 1, 21, 1);
        assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURE_SENT);
        snprintf(hash, sizeof hash, "h%d", n);
        fake_new_file(world->fake, "settlement", hash);
        fake_settles(world->fake, SETTLED_DEBIT, fake_last(world->fake, CARD_CAPTURE).trace.rrn,
                     eur(5000), 40);
        fake_settles(world->fake, SETTLED_DEBIT, "000000000001", eur(5000), 0);
        move_with_failure(world, n, 2 * 3600);
        came = failure_came(world);
        clock_read_again(world);
        world_is_sound(world);
        world_advance_to(world, n, 9, 0);
        assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURED);
        assert_int_equal(leg_count(world, payment.id.raw), 10);
        world_is_sound(world);
        world->fake->call_count = 0;
        world_contexts_free(world);
    }
    assert_int_equal(world_count(world, "settlement_work"), 1);
    world_free(world);
}

/* The mornings of three days: one call fails, and by the end all is paid. */
CASE(payouts_by_their_tasks)
{
    struct world *world = world_new();
    struct fake_bank bank;
    bool came = true;

    fake_bank_open(world, &bank);
    for (int n = 1; came; n++) {
        must(n < CALLS_MAX);
        world_advance_to(world, 7 * (n - 1), 12, 0);
        pay_settled(world, 5000);
        move_with_failure(world, n, 3 * 86400);
        came = failure_came(world);
        clock_read_again(world);
        world_is_sound(world);
        world_advance_to(world, 7 * (n - 1) + 4, 12, 0);
        assert_int_equal(world_count(world, "payout"), n);
        assert_int_equal(world_number(world, "SELECT COUNT(*) FROM payout WHERE state <> 'paid'"),
                         0);
        world_is_sound(world);
        fake_forget(world->fake);
        world_contexts_free(world);
    }
    world_free(world);
}

/* --- mandate forms --- */

static err_t form_is_made(struct scene *scene)
{
    struct mandate_form_make make;

    return form_make_try(scene->world, "C-1", &make);
}

CASE(mandate_form_is_made)
{
    sweep_run(&(struct sweep){nothing, form_is_made, NULL});
}

static void form_arranged(struct scene *scene)
{
    form_made(scene->world, NULL, &scene->link);
}

/* What the act reads before it begins is none of its own calls. */
static struct mandate_visit form_now(struct scene *scene, int *left)
{
    struct world *world = scene->world;

    *left = atomic_load(&world->store->fail_after);
    store_fail_after(world->store, 0);
    return form_visit_of(world, scene->link);
}

static err_t form_is_filled(struct scene *scene)
{
    struct mandate_fill fill;
    int left;

    struct mandate_visit visit = form_now(scene, &left);
    store_fail_after(scene->world->store, left);
    return form_fill_try(scene->world, visit, &fill);
}

CASE(mandate_form_is_filled_in)
{
    sweep_run(&(struct sweep){form_arranged, form_is_filled, NULL});
}

static void form_arranged_and_filled(struct scene *scene)
{
    form_arranged(scene);
    form_filled(scene->world, scene->link);
}

static err_t form_is_signed(struct scene *scene)
{
    struct mandate_form_sign sign;
    int left;

    struct mandate_visit visit = form_now(scene, &left);
    struct str shown = form_shown(scene->world, &visit);
    store_fail_after(scene->world->store, left);
    err_t err = form_sign_try(scene->world, visit, shown, FORM_CODE, &sign);
    /* A failure is no try of a code, and leaves nothing. */
    if (err != OK)
        assert_int_equal(world_number(scene->world, "SELECT COUNT(*) FROM mandate_evidence"), 0);
    return err;
}

CASE(mandate_form_is_signed)
{
    sweep_run(&(struct sweep){form_arranged_and_filled, form_is_signed, NULL});
}

static err_t form_is_canceled(struct scene *scene)
{
    int left;
    struct mandate_cancel cancel = {.visit = form_now(scene, &left)};

    store_fail_after(scene->world->store, left);
    WORLD_RUN(scene->world, &cancel, mandate_cancel);
    return cancel.operation.result;
}

CASE(mandate_form_is_canceled)
{
    sweep_run(&(struct sweep){form_arranged_and_filled, form_is_canceled, NULL});
}

/* --- levies --- */

static void consumer_is_there(struct scene *scene)
{
    struct mandate mandate;

    if (scene->consumer.created != 0)
        return;
    scene->consumer = consumer_signed(scene->world, MANDATE_RECURRENT, &mandate);
    /* Its texts go with the contexts of a round. */
    must(scene->consumer.reference.len == CONSUMER_REFERENCE_LEN);
    memcpy(scene->reference, scene->consumer.reference.ptr, CONSUMER_REFERENCE_LEN);
    scene->consumer.reference = str_of(scene->reference);
}

static struct levy_draft scene_levy(const struct scene *scene, int64_t minor)
{
    struct levy_draft draft = levy_draft_of(&scene->consumer, scene->token, minor);

    draft.due = date_from_days(date_to_days(date_paris(scene->world->cx->now)) + 20);
    return draft;
}

static err_t levy_at_once(struct scene *scene)
{
    struct levy_create create;

    return levy_try(scene->world, scene_levy(scene, 1000), &create);
}

CASE(levy_is_made)
{
    sweep_run(&(struct sweep){consumer_is_there, levy_at_once, NULL});
}

static err_t levy_with_its_code(struct scene *scene)
{
    struct levy_create create;

    return levy_try(scene->world, scene_levy(scene, 100000), &create);
}

CASE(levy_waits_for_its_code)
{
    sweep_run(&(struct sweep){consumer_is_there, levy_with_its_code, NULL});
}

static void levy_waits_there(struct scene *scene)
{
    consumer_is_there(scene);
    assert_ok(levy_with_its_code(scene));
}

static err_t validate_it(struct scene *scene)
{
    struct levy_validate validate;

    return levy_validate_try(scene->world, &scene->consumer, scene->token, "123456", &validate);
}

CASE(levy_is_validated)
{
    sweep_run(&(struct sweep){levy_waits_there, validate_it, NULL});
}

static err_t try_wrong_codes(struct scene *scene)
{
    struct levy_validate validate = {.outcome = CODE_WRONG};
    err_t err = OK;

    for (int i = 0; i < CODE_TRIES && err == OK && validate.outcome == CODE_WRONG; i++)
        err = levy_validate_try(scene->world, &scene->consumer, scene->token, "000000", &validate);
    return err;
}

CASE(levy_is_canceled_by_wrong_codes)
{
    sweep_run(&(struct sweep){levy_waits_there, try_wrong_codes, NULL});
}

static void levy_is_there(struct scene *scene)
{
    consumer_is_there(scene);
    assert_ok(levy_at_once(scene));
}

static err_t cancel_it(struct scene *scene)
{
    return levy_cancel_try(scene->world, scene->token);
}

CASE(levy_is_canceled)
{
    sweep_run(&(struct sweep){levy_is_there, cancel_it, NULL});
}

static err_t change_it(struct scene *scene)
{
    struct levy_change change = {
        .merchant = &scene->world->merchant,
        .sdd_reference = str_of(scene->token),
        .amount_minor = 2000,
        .motif_given = true,
        .motif = STR("Facture"),
        .due = date_from_days(date_to_days(date_paris(scene->world->cx->now)) + 30),
        .payment_reference = str_of(scene->token),
    };

    WORLD_RUN(scene->world, &change, levy_change);
    return change.operation.result;
}

CASE(levy_is_changed)
{
    sweep_run(&(struct sweep){levy_is_there, change_it, NULL});
}

UNIT_MAIN(T(mandate_form_is_made), T(mandate_form_is_filled_in), T(mandate_form_is_signed),
          T(mandate_form_is_canceled), T(levy_is_made), T(levy_waits_for_its_code),
          T(levy_is_validated), T(levy_is_canceled_by_wrong_codes), T(levy_is_canceled),
          T(levy_is_changed), T(payment_without_a_card), T(payment_with_an_approved_card),
          T(payment_with_a_declined_card), T(payment_without_an_answer), T(payment_settled_at_once),
          T(payment_that_asks_for_authentication), T(capture_of_a_hold),
          T(change_that_runs_the_payment), T(cancel_of_a_payment), T(cancel_of_a_hold),
          T(refund_of_a_captured_payment), T(chargeback_notice), T(payout_is_asked_for),
          T(payout_that_fails), T(payouts_of_a_morning), T(payouts_by_their_tasks),
          T(customer_is_made), T(bank_account_is_made_with_its_mandate), T(mandate_is_changed),
          T(mandate_is_revoked), T(card_is_made), T(card_is_removed), T(form_is_submitted),
          T(payer_comes_back_from_the_bank), T(form_that_goes_round_once),
          T(request_without_a_card), T(request_paid_at_once), T(form_of_a_request_is_submitted),
          T(mandate_of_a_request_is_signed), T(change_that_pays_a_request),
          T(payer_of_a_request_comes_back_from_the_bank),
          T(request_canceled_while_the_payer_is_at_the_bank), T(hold_of_a_request_is_given_back),
          T(hold_of_a_request_is_captured), T(deposit_is_cashed_in_part), T(recovery_at_the_start),
          T(tasks_of_a_week_with_an_odd_call_failing), T(tasks_of_a_week_with_an_even_call_failing),
          T(settlement_file), T(debit_of_a_new_account), T(change_that_runs_a_debit),
          T(capture_of_a_held_debit), T(cancel_of_a_debit), T(debit_into_a_file),
          T(debit_with_its_file), T(debit_out_of_a_file), T(debit_is_settled), T(debit_is_rejected),
          T(debit_of_a_request_is_rejected), T(debit_is_returned), T(mandate_gets_another_account))
