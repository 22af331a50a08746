#include "core/address.h"
#include "core/deposit.h"
#include "support/core_sweep.h"

/* Charges with everything that may hang on them, each call of the store failing once: cards that
 * are used once, rules about tries, holds, payers at the page, addresses, chargebacks. */

static struct {
    struct address_id address;
    struct attempt attempt;
    struct page_submit submit;
} given;

/* Refusals are remembered, and of the number there was one. */
static void rules_and_a_refusal(struct scene *scene)
{
    struct payment_create create;

    fake_forget(scene->world->fake);
    world_set(scene->world, "retry.stop_after_hard", "yes");
    world_set(scene->world, "retry.soft_max", "20");
    if (world_count(scene->world, "card_refusal") > 0)
        return;
    fake_say(scene->world->fake, CARD_AUTHORISE, CARD_DECLINED, "51");
    assert_ok(pay_try(scene->world, draft_with_card(scene->world, 5000), &create));
}

static struct payment_draft used_once(struct world *world)
{
    struct payment_draft draft = draft_of(5000);
    struct card_draft card = card_draft(VISA);

    card.reusable = false;
    draft.card = card_inline(world, card);
    return draft;
}

static err_t charge(struct scene *scene)
{
    struct payment_create create;
    struct payment_draft draft = used_once(scene->world);

    err_t err = pay_try(scene->world, draft, &create);
    scene->payment = create.view.payment;
    return err;
}

static void the_number_is_gone(struct scene *scene)
{
    assert_int_equal(state_now(scene->world, scene->payment.id), PAYMENT_TO_CAPTURE);
    assert_int_equal(world_number(scene->world, "SELECT COUNT(*) FROM card_refusal"), 0);
}

CASE(an_approval_ends_what_is_held_against_a_number)
{
    sweep_run(&(struct sweep){rules_and_a_refusal, charge, the_number_is_gone});
}

static err_t hold(struct scene *scene)
{
    struct payment_create create;
    struct payment_draft draft = used_once(scene->world);

    draft.capture = false;
    return pay_try(scene->world, draft, &create);
}

CASE(a_hold_on_a_card_that_is_used_once)
{
    sweep_run(&(struct sweep){rules_and_a_refusal, hold, NULL});
}

static void will_say(struct scene *scene, enum card_outcome outcome, const char *code)
{
    rules_and_a_refusal(scene);
    fake_forget(scene->world->fake);
    fake_say(scene->world->fake, CARD_AUTHORISE, outcome, code);
}

static void will_refuse(struct scene *scene)
{
    will_say(scene, CARD_DECLINED, "51");
}

static void will_refuse_for_good(struct scene *scene)
{
    will_say(scene, CARD_DECLINED, "41");
}

static void will_not_answer(struct scene *scene)
{
    will_say(scene, CARD_UNKNOWN, "68");
}

static void will_approve_a_part(struct scene *scene)
{
    will_say(scene, CARD_UNUSABLE, "10");
}

static void will_not_be_reached(struct scene *scene)
{
    will_say(scene, CARD_UNREACHABLE, "91");
}

CASE(refusals_are_remembered)
{
    sweep_run(&(struct sweep){will_refuse, charge, NULL});
    sweep_run(&(struct sweep){will_refuse_for_good, charge, NULL});
}

CASE(a_card_that_is_used_once_is_used_up_by_any_try)
{
    sweep_run(&(struct sweep){will_not_answer, charge, NULL});
    sweep_run(&(struct sweep){will_approve_a_part, charge, NULL});
    sweep_run(&(struct sweep){will_not_be_reached, charge, NULL});
}

/* --- a payer at the page ---------------------------------------------------------------------- */

/* From far: its refusals are counted, and its address's. */
static void form_will_be_refused(struct scene *scene)
{
    struct world *world = scene->world;

    fake_forget(world->fake);
    fake_say(world->fake, CARD_AUTHORISE, CARD_DECLINED, "51");
    scene->payment = pay(world, draft_for_page(5000));
    given.submit = submit_of(world, scene->payment.id, scene->token);
    given.submit.flow.browser = browser_of("192.0.2.7");
}

static err_t submit(struct scene *scene)
{
    return submit_run(scene->world, &given.submit);
}

static void refusal_is_counted(struct scene *scene)
{
    assert_int_equal(world_number(scene->world, "SELECT COUNT(*) FROM page_refusals"), 1);
    assert_int_equal(payment_now(scene->world, scene->payment.id).refusals, 1);
}

CASE(a_payer_from_far_is_refused)
{
    sweep_run(&(struct sweep){form_will_be_refused, submit, refusal_is_counted});
}

static void request_to_be_paid(struct scene *scene, const char *ip)
{
    struct world *world = scene->world;
    struct request_terms terms = terms_of(5000);

    fake_forget(world->fake);
    terms.capture = false;
    scene->request = ask(world, terms);
    given.submit = request_form(world, scene->request.id, scene->token);
    given.submit.flow.browser = browser_of(ip);
}

static void deposit_from_far(struct scene *scene)
{
    request_to_be_paid(scene, "192.0.2.8");
}

CASE(a_deposit_on_the_page_of_a_request)
{
    sweep_run(&(struct sweep){deposit_from_far, submit, NULL});
}

/* --- addresses and customers ------------------------------------------------------------------ */

static void address_there(struct scene *scene)
{
    struct address_create create = {
        .draft = {.zip_code = STR("75011"),
                  .city = STR("Paris"),
                  .country = STR("FR"),
                  .metadata = STR("{}")}
    };

    fake_forget(scene->world->fake);
    WORLD_RUN(scene->world, &create, address_create);
    assert_ok(create.operation.result);
    given.address = create.address.id;
}

static err_t pay_with_addresses(struct scene *scene)
{
    struct payment_draft draft = draft_with_card(scene->world, 5000);
    struct payment_create create;

    draft.billing_address = draft.shipping_address = given.address;
    return pay_try(scene->world, draft, &create);
}

static err_t customer_with_addresses(struct scene *scene)
{
    struct customer_create create = {
        .twin = TWIN_BY_EXTERNAL_ID,
        .draft = {.email = STR("ada@example.com"),
                  .billing_address = given.address,
                  .shipping_address = given.address}
    };

    WORLD_RUN(scene->world, &create, customer_create);
    return create.operation.result;
}

static err_t remove_address(struct scene *scene)
{
    struct address_remove removal = {.id = given.address};

    WORLD_RUN(scene->world, &removal, address_remove);
    return removal.operation.result;
}

CASE(addresses_are_given_and_removed)
{
    sweep_run(&(struct sweep){address_there, pay_with_addresses, NULL});
    sweep_run(&(struct sweep){address_there, customer_with_addresses, NULL});
    sweep_run(&(struct sweep){address_there, remove_address, NULL});
}

static void request_and_address(struct scene *scene)
{
    address_there(scene);
    scene->request = ask(scene->world, terms_of(700));
}

static err_t move_request(struct scene *scene)
{
    struct request_change change = {
        .change = REQUEST_SET_BILLING | REQUEST_SET_SHIPPING,
        .terms = {.billing_address = given.address, .shipping_address = given.address}
    };

    return request_change_try(scene->world, scene->request.id, &change);
}

static void payment_and_address(struct scene *scene)
{
    address_there(scene);
    scene->payment = pay(scene->world, draft_for_page(5000));
}

static err_t move_payment(struct scene *scene)
{
    struct payment_change change = {
        .change = PAYMENT_SET_BILLING | PAYMENT_SET_SHIPPING | PAYMENT_SET_CUSTOMER,
        .draft = {.billing_address = given.address, .shipping_address = given.address}
    };

    change.draft.customer = (struct customer_choice){
        .inline_data = true, .twin = TWIN_BY_EXTERNAL_ID, .draft = {.email = STR("a@example.com")}};
    return change_try(scene->world, scene->payment.id, &change);
}

CASE(addresses_are_changed)
{
    sweep_run(&(struct sweep){request_and_address, move_request, NULL});
    sweep_run(&(struct sweep){payment_and_address, move_payment, NULL});
}

/* A card of which the number is looked for, made when a few are there already. */
static void cards_there(struct scene *scene)
{
    struct card_draft draft = card_draft(VISA_OTHER);
    struct card_create create = {.twin = CARD_TWIN_IGNORED};

    assert_ok(card_seal(&scene->world->core, world_ctx(scene->world), &draft, &create.draft));
    WORLD_RUN(scene->world, &create, card_create);
    assert_ok(create.operation.result);
}

static err_t pay_with_a_known_number(struct scene *scene)
{
    struct payment_draft draft = draft_of(5000);
    struct payment_create create;

    draft.card = card_inline(scene->world, card_draft(VISA));
    draft.card.twin = CARD_TWIN_IS_USED;
    return pay_try(scene->world, draft, &create);
}

CASE(a_number_that_may_be_known)
{
    sweep_run(&(struct sweep){cards_there, pay_with_a_known_number, NULL});
}

/* --- chargebacks ------------------------------------------------------------------------------ */

static void settled(struct scene *scene)
{
    fake_forget(scene->world->fake);
    scene->payment = pay_settled(scene->world, 5000);
    given.attempt = attempt_now(scene->world, scene->payment.attempt);
}

static err_t second_notice(struct scene *scene)
{
    struct str identity = str_format(world_ctx(scene->world)->arena, "n%d", scene->round);

    return notice_as(scene->world, identity.ptr, given.attempt.trace.rrn, eur(2000), "45");
}

static void noticed_once(struct scene *scene)
{
    settled(scene);
    assert_ok(
        notice_as(scene->world, given.attempt.trace.rrn, given.attempt.trace.rrn, eur(1000), "45"));
}

CASE(a_second_chargeback_of_a_payment)
{
    sweep_run(&(struct sweep){noticed_once, second_notice, NULL});
}

/* --- a refund that waits while its payment is charged back ------------------------------------ */

static err_t refund_rest(struct scene *scene)
{
    struct refund_create create = {.payment = scene->payment.id, .whole = true, .taken_only = true};

    WORLD_RUN(scene->world, &create, refund_create);
    return create.operation.result;
}

CASE(what_was_taken_is_given_back)
{
    sweep_run(&(struct sweep){settled, refund_rest, NULL});
}

UNIT_MAIN(T(an_approval_ends_what_is_held_against_a_number), T(a_hold_on_a_card_that_is_used_once),
          T(refusals_are_remembered), T(a_card_that_is_used_once_is_used_up_by_any_try),
          T(a_payer_from_far_is_refused), T(a_deposit_on_the_page_of_a_request),
          T(addresses_are_given_and_removed), T(addresses_are_changed),
          T(a_number_that_may_be_known), T(a_second_chargeback_of_a_payment),
          T(what_was_taken_is_given_back))
