#include "core/deposit.h"
#include "core/request_link.h"
#include "support/core_request.h"

/* The page of a pay link. */

static struct request_create link_of(struct world *world, bool capture)
{
    struct request_create create = {
        .merchant = &world->merchant,
        .face = REQUEST_OF_SIMPLYPAIE,
        .life = 90 * DAY_US,
        .sending = {.mode = REQUEST_BY_LINK, .page = PAGE_SHORT, .name = STR("Dupont Jean")},
        .terms = terms_of(30000),
    };

    create.terms.capture = capture;
    WORLD_RUN(world, &create, request_create);
    assert_ok(create.operation.result);
    return create;
}

static err_t open_try(struct world *world, struct str account, struct str token,
                      struct pay_page *page)
{
    struct ctx *cx = world_ctx(world);

    *page = (struct pay_page){0};
    cx->merchant = (struct merchant_id){{0}};
    cx->mode = 0;
    err_t err = page_open_link(&world->core, cx, account, token, page);
    reader_release(world->core.reader);
    return err;
}

CASE(token_opens_the_page_for_merchant_and_mode)
{
    struct world *world = world_new();
    struct request_create create = link_of(world, true);
    struct pay_page page;

    assert_ok(open_try(world, world->merchant.account, str_of(create.token), &page));
    assert_string_equal(page.merchant.id.raw, world->merchant.id.raw);
    assert_int_equal(page.mode, MODE_TEST);
    assert_int_equal(page.state, PAGE_FORM);
    assert_true(page.is_link && page.is_short);
    assert_str(page.holder, "Dupont Jean");
    assert_int_equal(page.view.payment.amount.minor, 30000);
    world_free(world);
}

CASE(what_is_not_the_whole_link_opens_nothing)
{
    struct world *world = world_new();
    struct request_create create = link_of(world, true);
    struct str token = str_of(create.token);
    struct pay_page page;

    assert_int_equal(open_try(world, STR("48513"), token, &page), ERR_NOT_FOUND);
    assert_int_equal(open_try(world, STR(""), token, &page), ERR_NOT_FOUND);
    assert_int_equal(
        open_try(world, world->merchant.account, str_sub(token, 1, token.len - 1), &page),
        ERR_NOT_FOUND);
    create.token[0] = create.token[0] == '0' ? '1' : '0';
    assert_int_equal(open_try(world, world->merchant.account, token, &page), ERR_NOT_FOUND);
    assert_int_equal(page_of_request(world, create.request.id, &page), ERR_NOT_FOUND);
    world_free(world);
}

CASE(page_of_stancer_has_nothing_of_a_link)
{
    struct world *world = world_new();
    struct pay_request request = ask(world, terms_of(2599));
    struct pay_page page = request_page_now(world, request.id);

    assert_false(page.is_link || page.is_short);
    assert_int_equal(page.holder.len, 0);
    world_free(world);
}

static struct page_submit form_of(struct world *world, const struct request_create *create)
{
    struct page_submit submit = {.token = STR("0123456789abcdef01234567"),
                                 .card = card_draft(VISA)};

    assert_ok(open_try(world, world->merchant.account, str_of(create->token), &submit.flow.page));
    submit.flow.browser = browser_of("127.0.0.1");
    submit.flow.browser.local = true;
    submit.flow.page_path = STR(REQUEST_PATH);
    return submit;
}

/* [seed] 6 days and 12 hours count from the card's authorisation, not from the request. */
CASE(window_of_a_deposit_begins_on_its_page)
{
    struct world *world = world_new();
    struct request_create create = link_of(world, false);

    world_advance(world, 30 * 86400);
    struct page_submit submit = form_of(world, &create);
    assert_ok(submit_run(world, &submit));
    struct pay_request request = request_now(world, create.request.id);
    assert_int_equal(request.state, REQUEST_AUTHORIZED);
    struct payment payment = payment_now(world, request.payment);
    assert_int_equal(payment.hold_expires, deposit_end(payment.paid));
    world_advance(world, DEPOSIT_WINDOW_S - 1);
    assert_int_equal(state_now(world, request.payment), PAYMENT_AUTHORIZED);
    world_advance(world, 2);
    assert_int_equal(state_now(world, request.payment), PAYMENT_EXPIRED);
    world_work(world);
    assert_int_equal(fake_count(world->fake, CARD_VOID), 1);
    struct pay_page page;
    assert_ok(open_try(world, world->merchant.account, str_of(create.token), &page));
    assert_int_equal(page.state, PAGE_OVER);
    world_is_sound(world);
    world_free(world);
}

CASE(life_of_a_link_ends_with_its_second)
{
    struct world *world = world_new();
    struct pay_page page;

    world_stop_at(world, WORLD_START);
    struct request_create create = link_of(world, true);
    world_stop_at(world, WORLD_START + 90 * DAY_US - 1000000);
    assert_ok(open_try(world, world->merchant.account, str_of(create.token), &page));
    assert_int_equal(page.state, PAGE_FORM);
    world_stop_at(world, WORLD_START + 90 * DAY_US);
    assert_ok(open_try(world, world->merchant.account, str_of(create.token), &page));
    assert_int_equal(page.state, PAGE_OVER);
    world_free(world);
}

UNIT_MAIN(T(token_opens_the_page_for_merchant_and_mode),
          T(what_is_not_the_whole_link_opens_nothing), T(page_of_stancer_has_nothing_of_a_link),
          T(window_of_a_deposit_begins_on_its_page), T(life_of_a_link_ends_with_its_second))
