#include "core/deposit.h"
#include "core/page_debit.h"
#include "support/core_sweep.h"

/* The pay page, and requests, which are an amount asked for with a page: each call of the store
 * fails once (support/core_sweep.h). */

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
    sweep_run(&(struct sweep){page_payment, submit, scene_is_to_capture});
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
    sweep_run(&(struct sweep){in_challenge, come_back, scene_is_to_capture});
}

static void will_soft_decline(struct scene *scene)
{
    scene_will_decline(scene);
    scene->world->fake->said[CARD_AUTHORISE][0] =
        (struct fake_answer){CARD_SOFT_DECLINED, "A1", false, 0};
    scene->world->fake->lookup_count = 0;
    page_payment(scene);
}

CASE(form_that_goes_round_once)
{
    sweep_run(&(struct sweep){will_soft_decline, submit, scene_is_to_capture});
}

/* --- requests --- */

static err_t ask_plain(struct scene *scene)
{
    struct request_create create = {0};

    return ask_try(scene->world, terms_of(5000), &create);
}

CASE(request_without_a_card)
{
    sweep_run(&(struct sweep){NULL, ask_plain, NULL});
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

UNIT_MAIN(T(form_is_submitted), T(payer_comes_back_from_the_bank), T(form_that_goes_round_once),
          T(request_without_a_card), T(request_paid_at_once), T(form_of_a_request_is_submitted),
          T(mandate_of_a_request_is_signed), T(change_that_pays_a_request),
          T(payer_of_a_request_comes_back_from_the_bank),
          T(request_canceled_while_the_payer_is_at_the_bank), T(hold_of_a_request_is_given_back),
          T(hold_of_a_request_is_captured), T(deposit_is_cashed_in_part))
