#include "core/mandate_operator.h"
#include "core/page_debit.h"
#include "support/core_consumer.h"
#include "support/core_form.h"
#include "support/core_levy.h"
#include "support/core_sweep.h"

/* Mandates that a call made and a person signs, by its form or by telling its code, each call of
 * the store failing once: a mandate is signed whole or not at all. */

static struct {
    struct consumer consumer;
    struct mandate_ask ask;
    struct str link; /* of its form; outlives the round, as the reference does */
    struct str umr;
    struct mandate_visit visit;
    struct str shown;
    struct mandate mandate;
} given;

static void asked(struct scene *scene)
{
    struct world *world = scene->world;

    given.consumer = consumer_made(world);
    given.ask = (struct mandate_ask){
        .merchant = &world->merchant,
        .reference = given.consumer.reference,
        .form = {.type = MANDATE_RECURRENT, .becomes = MANDATE_ACTIVE, .channel = CODE_BY_SMS},
    };
    WORLD_RUN(world, &given.ask, mandate_ask);
    assert_ok(given.ask.operation.result);
    given.link = str_dup(world->cx->arena, given.ask.link);
    given.umr = str_dup(world->cx->arena, given.ask.mandate.umr);
    given.visit = form_visit_of(world, given.link);
    given.shown = form_shown(world, &given.visit);
}

static err_t sign_as(struct scene *scene, const char *typed, enum code_result expected)
{
    struct mandate_form_sign sign;

    err_t err = form_sign_try(scene->world, given.visit, given.shown, typed, &sign);
    if (err == OK)
        assert_int_equal(sign.code, expected);
    return err;
}

static err_t sign(struct scene *scene)
{
    return sign_as(scene, FORM_CODE, CODE_RIGHT);
}

static enum mandate_state state_of(struct scene *scene)
{
    return mandate_at(scene->world, given.ask.mandate.id).state;
}

static void it_is_active(struct scene *scene)
{
    assert_int_equal(state_of(scene), MANDATE_ACTIVE);
    assert_int_equal(form_visit_of(scene->world, given.link).state, MANDATE_FORM_SIGNED);
}

CASE(the_form_of_a_mandate_is_signed)
{
    sweep_run(&(struct sweep){asked, sign, it_is_active});
}

/* All tries but the last. */
static void nearly_spent(struct scene *scene)
{
    asked(scene);
    for (int i = 1; i < CODE_TRIES; i++)
        assert_ok(sign_as(scene, "000000", CODE_WRONG));
}

static err_t spend(struct scene *scene)
{
    return sign_as(scene, "000000", CODE_SPENT);
}

static void it_is_over(struct scene *scene)
{
    assert_int_equal(state_of(scene), MANDATE_REVOKED);
    assert_int_equal(form_visit_of(scene->world, given.link).state, MANDATE_FORM_FAILED);
}

CASE(the_form_of_a_mandate_ends_with_the_last_try)
{
    sweep_run(&(struct sweep){nearly_spent, spend, it_is_over});
}

static err_t confirm_as(struct scene *scene, const char *typed, enum code_result expected)
{
    struct mandate_confirm confirm = {
        .merchant = &scene->world->merchant, .umr = given.umr, .typed = str_of(typed)};

    WORLD_RUN(scene->world, &confirm, mandate_confirm);
    if (confirm.operation.result == OK)
        assert_int_equal(confirm.code, expected);
    return confirm.operation.result;
}

static void nearly_told_wrong(struct scene *scene)
{
    asked(scene);
    for (int i = 1; i < CODE_TRIES; i++)
        assert_ok(confirm_as(scene, "000000", CODE_WRONG));
}

static err_t tell_wrong(struct scene *scene)
{
    return confirm_as(scene, "000000", CODE_SPENT);
}

static void it_waits_no_more(struct scene *scene)
{
    struct mandate_ask_again again = {.merchant = &scene->world->merchant, .umr = given.umr};

    it_is_over(scene);
    assert_int_equal(confirm_as(scene, FORM_CODE, CODE_RIGHT), ERR_STATE);
    WORLD_RUN(scene->world, &again, mandate_ask_again);
    assert_int_equal(again.operation.result, ERR_STATE);
    assert_string_equal(fault_of(&again.operation)->field, "mandate_signature");
}

CASE(a_mandate_ends_when_its_code_was_told_wrongly_five_times)
{
    sweep_run(&(struct sweep){nearly_told_wrong, tell_wrong, it_waits_no_more});
}

/* --- what belongs to a mandate that ends ------------------------------------------------------ */

static void with_levies_and_debits(struct scene *scene)
{
    struct arena *arena = world_ctx(scene->world)->arena;

    given.consumer = consumer_made(scene->world);
    given.mandate =
        mandate_of(scene->world, &given.consumer, str_format(arena, "M%d", scene->round).ptr);
    pay_from(scene->world, given.consumer.account, 1000);
    pay_from(scene->world, given.consumer.account, 2000);
    struct levy_draft draft = levy_draft_of(&given.consumer, scene->token, 3000);
    draft.umr = given.mandate.umr;
    levy_make(scene->world, draft);
}

static err_t revoke_it(struct scene *scene)
{
    return become_try(scene->world, given.mandate.umr.ptr, MANDATE_REVOKED);
}

static void nothing_waits_under_it(struct scene *scene)
{
    assert_int_equal(mandate_at(scene->world, given.mandate.id).state, MANDATE_REVOKED);
    assert_int_equal(
        world_number(scene->world,
                     str_format(world_ctx(scene->world)->arena,
                                "SELECT COUNT(*) FROM debit WHERE mandate = '%s' AND ended_us IS "
                                "NULL",
                                given.mandate.id.raw)
                         .ptr),
        0);
}

CASE(a_mandate_that_is_revoked_takes_what_waits_along)
{
    sweep_run(&(struct sweep){with_levies_and_debits, revoke_it, nothing_waits_under_it});
}

/* --- on the page ------------------------------------------------------------------------------ */

static struct {
    struct pay_page page;
    struct page_debtor debtor;
    struct str shown;
} seen;

/* The account that the merchant gave, without a mandate. */
static void account_without_mandate(struct scene *scene)
{
    struct world *world = scene->world;
    struct request_terms terms = terms_of(5000);
    struct page_preview preview;
    struct ctx *cx = world_ctx(world);

    terms.account = account_bare(world).id;
    scene->request = ask(world, terms);
    seen.page = request_page_now(world, scene->request.id);
    seen.debtor = (struct page_debtor){.saved = true, .email = STR("camille@example.com")};
    assert_ok(page_debit_preview(&world->core, cx, &seen.page, &seen.debtor, str_of(scene->token),
                                 STR("en"), &preview));
    reader_release(world->core.reader);
    seen.shown = preview.signing.sha256;
}

static err_t sign_page(struct scene *scene)
{
    struct page_sign work = {
        .page = seen.page,
        .browser = browser_of("192.0.2.7"),
        .token = str_of(scene->token),
        .debtor = seen.debtor,
        .language = STR("en"),
        .shown = seen.shown,
    };

    WORLD_RUN(scene->world, &work, page_sign);
    return work.operation.result;
}

static void it_is_paid(struct scene *scene)
{
    assert_int_equal(request_now(scene->world, scene->request.id).state, REQUEST_CAPTURED);
}

CASE(an_account_that_was_given_is_signed_for_on_the_page)
{
    sweep_run(&(struct sweep){account_without_mandate, sign_page, it_is_paid});
}

UNIT_MAIN(T(the_form_of_a_mandate_is_signed), T(the_form_of_a_mandate_ends_with_the_last_try),
          T(a_mandate_ends_when_its_code_was_told_wrongly_five_times),
          T(a_mandate_that_is_revoked_takes_what_waits_along),
          T(an_account_that_was_given_is_signed_for_on_the_page))
