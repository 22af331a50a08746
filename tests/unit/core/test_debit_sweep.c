#include "core/mandate_operator.h"
#include "support/core_sweep.h"

/* Direct debits, their files and what banks say of them: each call of the store fails once
 * (support/core_sweep.h). */

static void debit_made(struct scene *scene)
{
    scene_debtor(scene);
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
    sweep_run(&(struct sweep){NULL, create_debit, scene_is_to_capture});
}

static void plain_payment(struct scene *scene)
{
    scene_debtor(scene);
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
    sweep_run(&(struct sweep){plain_payment, change_to_debit, scene_is_to_capture});
}

static void debit_held(struct scene *scene)
{
    scene_debtor(scene);
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
    sweep_run(&(struct sweep){debit_held, capture_debit, scene_is_to_capture});
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
    return debit_try(scene->world, scene->payment.id, act_take, (struct debit_event){0});
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

    scene_debtor(scene);
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

UNIT_MAIN(T(debit_of_a_new_account), T(change_that_runs_a_debit), T(capture_of_a_held_debit),
          T(cancel_of_a_debit), T(debit_into_a_file), T(debit_with_its_file),
          T(debit_out_of_a_file), T(debit_is_settled), T(debit_is_rejected),
          T(debit_of_a_request_is_rejected), T(debit_is_returned), T(mandate_gets_another_account))
