#include "core/listing.h"
#include "core/request_remind.h"
#include "support/core_sweep.h"

/* What changes a payment changes its line in the list: after every failure of the store verify
 * finds line, totals and names as they should be, and the other books as well. */

/* The merchant has a list from the first round on. */
static void list_begun(struct scene *scene)
{
    struct listing_build build = {.built = false};

    WORLD_RUN(scene->world, &build, listing_build);
    assert_ok(build.operation.result);
}

static err_t create_charged(struct scene *scene)
{
    struct payment_draft draft = draft_with_card(scene->world, 5000);
    struct payment_create create;

    draft.customer = (struct customer_choice){
        .inline_data = true,
        .twin = TWIN_IS_USED,
        .draft = {.name = STR("Éloïse Lefèvre"), .email = str_of("ada@example.com")}
    };
    return pay_try(scene->world, draft, &create);
}

CASE(payment_of_a_merchant_with_a_list)
{
    sweep_run(&(struct sweep){list_begun, create_charged, NULL});
}

static void settled(struct scene *scene)
{
    list_begun(scene);
    scene->payment = pay_settled(scene->world, 5000);
}

static err_t refund_part(struct scene *scene)
{
    struct refund_create create;

    return refund_try(scene->world, scene->payment.id, 2000, &create);
}

CASE(refund_gets_a_line)
{
    sweep_run(&(struct sweep){settled, refund_part, NULL});
}

static err_t ask_by(struct scene *scene, enum request_mode mode, struct request_create *create)
{
    char *name = arena_array(scene->world->cx->arena, char, 32);

    snprintf(name, 32, "Payer %d", scene->round);
    *create = (struct request_create){
        .merchant = &scene->world->merchant,
        .face = REQUEST_OF_SIMPLYPAIE,
        .life = 90 * DAY_US,
        .sending = {.mode = mode,
                    .page = PAGE_STANDARD,
                    .name = str_of(name),
                    .email = STR("ada@example.com")},
        .terms = terms_of(5000)
    };
    WORLD_RUN(scene->world, create, request_create);
    scene->request = create->request;
    return create->operation.result;
}

static err_t ask_by_link(struct scene *scene)
{
    struct request_create create;

    return ask_by(scene, REQUEST_BY_LINK, &create);
}

CASE(request_gets_number_link_and_line)
{
    sweep_run(&(struct sweep){list_begun, ask_by_link, NULL});
}

static void asked_by_mail(struct scene *scene)
{
    struct request_create create;

    list_begun(scene);
    assert_ok(ask_by(scene, REQUEST_BY_EMAIL, &create));
}

static err_t remind(struct scene *scene)
{
    struct request_remind remind = {.merchant = &scene->world->merchant, .id = scene->request.id};

    WORLD_RUN(scene->world, &remind, request_remind);
    return remind.operation.result;
}

CASE(payer_is_reminded)
{
    sweep_run(&(struct sweep){asked_by_mail, remind, NULL});
}

static void held(struct scene *scene)
{
    list_begun(scene);
    scene->payment = pay_hold(scene->world, 5000);
}

static err_t withdraw(struct scene *scene)
{
    struct payment_withdraw withdraw = {.id = scene->payment.id};

    WORLD_RUN(scene->world, &withdraw, payment_withdraw);
    return withdraw.operation.result;
}

CASE(hold_is_withdrawn)
{
    sweep_run(&(struct sweep){held, withdraw, NULL});
}

/* --- what changes about a line ---------------------------------------------------------------- */

static struct customer_id payer_named(struct scene *scene, const char *name)
{
    struct customer_create create = {
        .twin = TWIN_BY_EXTERNAL_ID,
        .draft = {.name = str_of(name), .email = STR("ada@example.com")}
    };

    WORLD_RUN(scene->world, &create, customer_create);
    assert_ok(create.operation.result);
    return create.customer.id;
}

static struct customer_id other;

static void asked_of_ada(struct scene *scene)
{
    struct request_terms terms = terms_of(5000);

    list_begun(scene);
    world_set(scene->world, "currencies", "eur,usd,chf");
    terms.customer = payer_named(scene, "Ada Lovelace");
    scene->request = ask(scene->world, terms);
    other = payer_named(scene, "Grace Hopper");
}

static err_t ask_grace(struct scene *scene)
{
    struct request_change change = {.change = REQUEST_SET_CUSTOMER, .terms = {.customer = other}};

    return request_change_try(scene->world, scene->request.id, &change);
}

static err_t ask_for_francs(struct scene *scene)
{
    struct request_change change = {.change = REQUEST_SET_CURRENCY,
                                    .terms = {.amount = {.currency = CURRENCY_CHF}}};

    return request_change_try(scene->world, scene->request.id, &change);
}

CASE(a_line_gets_another_name_or_goes)
{
    sweep_run(&(struct sweep){asked_of_ada, ask_grace, NULL});
    sweep_run(&(struct sweep){asked_of_ada, ask_for_francs, NULL});
}

/* --- what was there before -------------------------------------------------------------------- */

/* Requests with numbers, payments and refunds, of a merchant that has no list yet. */
CASE(a_list_is_made_up)
{
    bool came = true;

    for (int n = 1; came; n++) {
        struct world *world = world_new();
        struct scene scene = {.world = world, .round = n};
        struct listing_build build = {.built = false};
        struct request_create create;
        assert_ok(ask_by(&scene, REQUEST_BY_LINK, &create));
        refund(world, pay_settled(world, 5000).id, 2000);
        ask(world, terms_of(700));
        store_fail_after(world->store, n);
        WORLD_RUN(world, &build, listing_build);
        came = failure_came(world);
        assert_int_equal(build.operation.result == OK, !came);
        recovered_and_sound(world);
        list_begun(&scene);
        assert_int_equal(world_count(world, "listing"), 4);
        recovered_and_sound(world);
        world_free(world);
    }
}

UNIT_MAIN(T(payment_of_a_merchant_with_a_list), T(refund_gets_a_line),
          T(request_gets_number_link_and_line), T(payer_is_reminded), T(hold_is_withdrawn),
          T(a_line_gets_another_name_or_goes), T(a_list_is_made_up))
