#include "base/target.h"
#include "core/bank_account.h"
#include "core/bank_cancellation.h"
#include "core/sepa_check.h"
#include "support/core_bank.h"
#include "support/core_sweep.h"

/* What goes to the bank and what comes from it, with each call of the store failing once: as
 * test_payment_sweep.c does with what clients ask for. */

/* Two debits of one day. */
static void debits_wait(struct scene *scene)
{
    scene->payment = pay_debit(scene->world, 1000);
    pay_debit(scene->world, 2000);
}

static instant cut_off(struct scene *scene)
{
    return debit_now(scene->world, scene->payment.id).cutoff;
}

/* --- files --- */

static err_t take(struct scene *scene)
{
    return tx_run(scene->world->store, world_ctx(scene->world), fake_bank_take_body, NULL);
}

static err_t leave(struct scene *scene)
{
    return tx_run(scene->world->store, world_ctx(scene->world), fake_bank_release_body, NULL);
}

static instant next_cut_off(struct world *world)
{
    instant debits;
    bool transfers;

    assert_ok(bank_waits(world_ctx(world), world_read(world), &debits, &transfers));
    reader_release(world->core.reader);
    return debits;
}

/* What an earlier round left has missed its day and leaves on a later one, before this round: so
 * each has as much to do. */
static void cut_off_has_come(struct scene *scene)
{
    struct world *world = scene->world;

    for (instant next = next_cut_off(world); next != 0; next = next_cut_off(world)) {
        if (next > world->now)
            world_stop_at(world, next);
        assert_ok(take(scene));
        assert_ok(leave(scene));
    }
    debits_wait(scene);
    world_stop_at(world, cut_off(scene));
}

CASE(what_waits_is_taken_into_files)
{
    sweep_run(&(struct sweep){cut_off_has_come, take, NULL});
}

static void taken(struct scene *scene)
{
    debits_wait(scene);
    scene->file = bank_file_taken(scene->world, cut_off(scene)).id;
}

static err_t step(struct scene *scene, tx_body *body)
{
    return bank_step(scene->world, body, &(struct bank_step){.file = scene->file});
}

static err_t build(struct scene *scene)
{
    return step(scene, bank_built_body);
}

CASE(a_file_is_built)
{
    sweep_run(&(struct sweep){taken, build, NULL});
}

static void built(struct scene *scene)
{
    taken(scene);
    assert_ok(build(scene));
}

static err_t send(struct scene *scene)
{
    return step(scene, bank_send_body);
}

CASE(the_debits_of_a_file_are_sent)
{
    sweep_run(&(struct sweep){built, send, NULL});
}

static void sent(struct scene *scene)
{
    built(scene);
    assert_ok(send(scene));
}

static err_t release(struct scene *scene)
{
    return step(scene, bank_released_body);
}

CASE(a_file_is_released)
{
    sweep_run(&(struct sweep){sent, release, NULL});
}

static void blocked(struct scene *scene)
{
    taken(scene);
    assert_ok(step(scene, bank_blocked_body));
}

static err_t give_up(struct scene *scene)
{
    return step(scene, bank_give_up_body);
}

CASE(a_blocked_file_is_given_up)
{
    sweep_run(&(struct sweep){blocked, give_up, NULL});
}

/* --- reports --- */

/* What the round tells: made before any call of the store may fail. */
static struct bank_fact fact;

static void left(struct scene *scene)
{
    debits_wait(scene);
    scene->file = bank_file_left(scene->world, scene->payment.id).id;
}

static err_t told(struct scene *scene)
{
    return bank_step(scene->world, bank_fact_body, &(struct bank_step){.fact = fact});
}

static void one(struct scene *scene, enum bank_says says, int64_t cents)
{
    left(scene);
    fact = bank_fact_about(scene->world, scene->payment.id, says, cents);
}

static void accepted(struct scene *scene)
{
    one(scene, BANK_SAYS_ACCEPTED, 0);
}

CASE(a_debit_is_accepted)
{
    sweep_run(&(struct sweep){accepted, told, NULL});
}

static void rejected(struct scene *scene)
{
    one(scene, BANK_SAYS_REJECTED, 0);
    fact.reason = STR("AC04");
}

CASE(a_debit_is_rejected)
{
    sweep_run(&(struct sweep){rejected, told, NULL});
}

static void credited(struct scene *scene)
{
    one(scene, BANK_SAYS_CREDIT, 1000);
}

CASE(a_debit_is_credited)
{
    sweep_run(&(struct sweep){credited, told, NULL});
}

static void returned(struct scene *scene)
{
    one(scene, BANK_SAYS_DEBIT, 1000);
    fact.day = debit_now(scene->world, scene->payment.id).due;
}

CASE(a_debit_comes_back_before_its_credit_is_told)
{
    sweep_run(&(struct sweep){returned, told, NULL});
}

static void contradicted(struct scene *scene)
{
    one(scene, BANK_SAYS_CREDIT, 999);
}

CASE(another_amount_becomes_work)
{
    sweep_run(&(struct sweep){contradicted, told, NULL});
}

static struct bank_fact about_block(struct scene *scene, enum bank_says says, int64_t cents)
{
    struct bank_fact told_of = bank_fact_of(scene->world, says, cents);

    told_of.payment_info = str_dup(world_ctx(scene->world)->arena,
                                   bank_block_now(scene->world, scene->file).payment_info);
    return told_of;
}

static void block_accepted(struct scene *scene)
{
    left(scene);
    fact = about_block(scene, BANK_SAYS_ACCEPTED, 0);
}

CASE(a_block_is_accepted)
{
    sweep_run(&(struct sweep){block_accepted, told, NULL});
}

static void block_credited(struct scene *scene)
{
    left(scene);
    fact = about_block(scene, BANK_SAYS_CREDIT, 3000);
}

CASE(a_block_is_credited)
{
    sweep_run(&(struct sweep){block_credited, told, NULL});
}

static void block_rejected(struct scene *scene)
{
    left(scene);
    fact = about_block(scene, BANK_SAYS_REJECTED, 0);
}

CASE(a_block_is_rejected)
{
    sweep_run(&(struct sweep){block_rejected, told, NULL});
}

static void block_credited_with_the_rejected(struct scene *scene)
{
    rejected(scene);
    bank_tells(scene->world, fact);
    fact = about_block(scene, BANK_SAYS_CREDIT, 3000);
}

CASE(a_block_is_credited_with_what_was_rejected)
{
    sweep_run(&(struct sweep){block_credited_with_the_rejected, told, NULL});
}

/* It was settled before. */
static void returned_for(struct scene *scene, const char *reason)
{
    credited(scene);
    fact.day = debit_now(scene->world, scene->payment.id).due;
    bank_tells(scene->world, fact);
    fact = bank_fact_about(scene->world, scene->payment.id, BANK_SAYS_DEBIT, 1000);
    fact.day = debit_now(scene->world, scene->payment.id).due;
    fact.reason = str_of(reason);
}

static void returned_as_unfunded(struct scene *scene)
{
    world_set(scene->world, "sepa_retry", "yes");
    returned_for(scene, "AM04");
}

static void returned_as_closed(struct scene *scene)
{
    returned_for(scene, "AC04");
}

static void returned_as_unauthorised(struct scene *scene)
{
    returned_for(scene, "MD01");
}

CASE(a_settled_debit_comes_back_and_is_presented_again)
{
    sweep_run(&(struct sweep){returned_as_unfunded, told, NULL});
}

CASE(a_settled_debit_comes_back_from_an_account_that_was_closed)
{
    sweep_run(&(struct sweep){returned_as_closed, told, NULL});
}

CASE(a_settled_debit_comes_back_as_unauthorised)
{
    sweep_run(&(struct sweep){returned_as_unauthorised, told, NULL});
}

/* More comes back than was collected: the bank's charge. */
static void returned_with_a_charge(struct scene *scene)
{
    returned_for(scene, "MS03");
    fact.amount_cents = 1250;
    fact.original_cents = 1000;
}

CASE(a_debit_comes_back_with_a_charge)
{
    sweep_run(&(struct sweep){returned_with_a_charge, told, NULL});
}

static void block_comes_back(struct scene *scene)
{
    left(scene);
    fact = about_block(scene, BANK_SAYS_CREDIT, 3000);
    fact.day = debit_now(scene->world, scene->payment.id).due;
    bank_tells(scene->world, fact);
    fact = about_block(scene, BANK_SAYS_DEBIT, 3000);
    fact.day = debit_now(scene->world, scene->payment.id).due;
}

CASE(a_block_comes_back)
{
    sweep_run(&(struct sweep){block_comes_back, told, NULL});
}

static err_t ask_back(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct scene *scene = arg;

    return bank_cancellation_ask(cx, tx, scene->payment.id);
}

static void asked_back(struct scene *scene, enum bank_says says)
{
    one(scene, says, 1000);
    assert_ok(tx_run(scene->world->store, world_ctx(scene->world), ask_back, scene));
}

static void recalled(struct scene *scene)
{
    asked_back(scene, BANK_SAYS_RECALLED);
}

static void not_recalled(struct scene *scene)
{
    asked_back(scene, BANK_SAYS_NOT_RECALLED);
}

static void recalling(struct scene *scene)
{
    asked_back(scene, BANK_SAYS_RECALLING);
}

CASE(a_request_for_cancellation_is_answered)
{
    sweep_run(&(struct sweep){recalled, told, NULL});
    sweep_run(&(struct sweep){not_recalled, told, NULL});
    sweep_run(&(struct sweep){recalling, told, NULL});
}

static void file_recalled(struct scene *scene)
{
    asked_back(scene, BANK_SAYS_RECALLED);
    fact = bank_fact_of(scene->world, BANK_SAYS_RECALLED, 0);
    fact.message = bank_file_now(scene->world).msg_id;
}

CASE(a_request_for_cancellation_is_answered_for_the_file)
{
    sweep_run(&(struct sweep){file_recalled, told, NULL});
}

/* --- money that goes out --- */

static void settled_of(struct scene *scene)
{
    cut_off_has_come(scene);
    assert_ok(take(scene));
    assert_ok(leave(scene));
    fact = bank_fact_about(scene->world, scene->payment.id, BANK_SAYS_CREDIT, 1000);
    fact.day = debit_now(scene->world, scene->payment.id).due;
    bank_tells(scene->world, fact);
}

/* A part of a settled debit is given back by transfer, */
static void refund_waits(struct scene *scene)
{
    settled_of(scene);
    scene->refund = refund(scene->world, scene->payment.id, 400);
}

/* all of it by a reversal. */
static void reversal_waits(struct scene *scene)
{
    world_set(scene->world, "reversal_by_file", "yes");
    settled_of(scene);
    scene->refund = refund(scene->world, scene->payment.id, WHOLE);
}

CASE(a_refund_is_taken_into_a_file)
{
    sweep_run(&(struct sweep){refund_waits, take, NULL});
    sweep_run(&(struct sweep){reversal_waits, take, NULL});
}

/* It has left; the round tells of it. */
static void transfer_left(struct scene *scene, enum bank_says says, int64_t cents)
{
    refund_waits(scene);
    assert_ok(take(scene));
    assert_ok(leave(scene));
    fact = bank_fact_of(scene->world, says, cents);
    fact.end_to_end = str_dup(world_ctx(scene->world)->arena, ID_TEXT(scene->refund.id));
    fact.day = target_next(date_paris(scene->world->now));
}

static void transfer_booked(struct scene *scene)
{
    transfer_left(scene, BANK_SAYS_DEBIT, 400);
}

static void transfer_rejected(struct scene *scene)
{
    transfer_left(scene, BANK_SAYS_REJECTED, 0);
    fact.reason = STR("AC04");
}

static void transfer_returned(struct scene *scene)
{
    transfer_booked(scene);
    bank_tells(scene->world, fact);
    struct bank_fact back = bank_fact_of(scene->world, BANK_SAYS_CREDIT, 400);
    back.end_to_end = fact.end_to_end;
    back.day = fact.day;
    back.reason = STR("AC04");
    fact = back;
}

static void payee_doubted(struct scene *scene)
{
    transfer_left(scene, BANK_SAYS_PAYEE, 0);
    fact.source = STR("pain.002");
    fact.reason = STR("RVNM");
    fact.payee_name = STR("Jean Autre");
}

static void refund_is_paid(struct scene *scene)
{
    assert_int_equal(refund_now(scene->world, scene->refund.id).state, REFUND_REFUNDED);
}

static void refund_has_failed(struct scene *scene)
{
    assert_int_not_equal(refund_now(scene->world, scene->refund.id).state, REFUND_REFUNDED);
}

CASE(a_transfer_is_booked)
{
    sweep_run(&(struct sweep){transfer_booked, told, refund_is_paid});
}

CASE(a_transfer_is_rejected)
{
    sweep_run(&(struct sweep){transfer_rejected, told, refund_has_failed});
}

CASE(a_transfer_comes_back)
{
    sweep_run(&(struct sweep){transfer_returned, told, NULL});
}

CASE(a_payee_is_doubted)
{
    sweep_run(&(struct sweep){payee_doubted, told, NULL});
}

/* --- what waits --- */

static err_t parked_again(struct scene *scene)
{
    return step(scene, bank_parked_body);
}

/* A credit of one debit alone; what an earlier round left is over before. */
static void a_credit_waits(struct scene *scene)
{
    assert_ok(parked_again(scene));
    left(scene);
    bank_tells(scene->world, about_block(scene, BANK_SAYS_CREDIT, 2000));
}

static void explained(struct scene *scene)
{
    a_credit_waits(scene);
    bank_tells(scene->world,
               bank_fact_about(scene->world, scene->payment.id, BANK_SAYS_REJECTED, 0));
}

CASE(what_is_parked_is_explained)
{
    sweep_run(&(struct sweep){explained, parked_again, NULL});
}

/* --- checks of accounts --- */

static void an_account(struct scene *scene)
{
    scene->account = account_bare(scene->world).id;
}

static err_t check_asked(struct scene *scene)
{
    struct sepa_check_ask ask = {.id = scene->account};

    WORLD_RUN(scene->world, &ask, sepa_check_ask);
    return ask.operation.result;
}

CASE(a_check_of_an_account_is_asked_for)
{
    sweep_run(&(struct sweep){an_account, check_asked, NULL});
}

/* --- accounts --- */

static err_t account_changed(struct scene *scene)
{
    struct bank_account_change change = {
        .change = BANK_ACCOUNT_NAME | BANK_ACCOUNT_UMR | BANK_ACCOUNT_SIGNED,
        .id = scene->account,
        .name = STR("Marie Martin"),
        .mandate = {.umr = str_of(scene->token), .signed_at = WORLD_START - DAY_US},
    };

    WORLD_RUN(scene->world, &change, bank_account_change);
    return change.operation.result;
}

CASE(an_account_gets_a_name_and_a_mandate)
{
    sweep_run(&(struct sweep){an_account, account_changed, NULL});
}

static void with_a_mandate(struct scene *scene)
{
    struct mandate mandate;

    scene->account = account_signed(scene->world, &mandate).id;
}

static err_t account_renamed(struct scene *scene)
{
    struct bank_account_change change = {
        .change = BANK_ACCOUNT_UMR,
        .id = scene->account,
        .mandate = {.umr = str_of(scene->token)},
    };

    WORLD_RUN(scene->world, &change, bank_account_change);
    return change.operation.result;
}

CASE(the_mandate_of_an_account_is_renamed)
{
    sweep_run(&(struct sweep){with_a_mandate, account_renamed, NULL});
}

static err_t account_removed(struct scene *scene)
{
    struct bank_account_change change = {.remove = true, .id = scene->account};

    WORLD_RUN(scene->world, &change, bank_account_change);
    return change.operation.result;
}

CASE(an_account_is_removed)
{
    sweep_run(&(struct sweep){with_a_mandate, account_removed, NULL});
}

UNIT_MAIN(T(a_transfer_is_booked), T(a_transfer_is_rejected), T(a_transfer_comes_back),
          T(a_payee_is_doubted), T(a_settled_debit_comes_back_and_is_presented_again),
          T(a_settled_debit_comes_back_from_an_account_that_was_closed),
          T(a_settled_debit_comes_back_as_unauthorised), T(a_debit_comes_back_with_a_charge),
          T(a_block_comes_back), T(a_request_for_cancellation_is_answered),
          T(a_request_for_cancellation_is_answered_for_the_file), T(a_refund_is_taken_into_a_file),
          T(an_account_gets_a_name_and_a_mandate), T(the_mandate_of_an_account_is_renamed),
          T(an_account_is_removed), T(what_waits_is_taken_into_files), T(a_file_is_built),
          T(the_debits_of_a_file_are_sent), T(a_file_is_released), T(a_blocked_file_is_given_up),
          T(a_debit_is_accepted), T(a_debit_is_rejected), T(a_debit_is_credited),
          T(a_debit_comes_back_before_its_credit_is_told), T(another_amount_becomes_work),
          T(a_block_is_accepted), T(a_block_is_credited), T(a_block_is_rejected),
          T(a_block_is_credited_with_what_was_rejected), T(what_is_parked_is_explained),
          T(a_check_of_an_account_is_asked_for))
