#include "core/beneficiary.h"
#include "core/mandate_operator.h"
#include "core/settlement_work.h"
#include "support/core_bank.h"
#include "support/core_levy.h"
#include "support/core_sweep.h"

/* What a person decides about money and mandates, each call of the store failing once: however far
 * it came, the books balance, and the same decision is taken once. */

static struct {
    struct settlement_work_id line;
    const char *object; /* that it is about */
    struct bank_work_id work;
    struct dispute_id disputes[1];
    struct refund_id refunds[1];
    struct beneficiary beneficiary;
    struct mandate mandate;
} given;

static err_t body(struct scene *scene, tx_body *act)
{
    return tx_run(scene->world->store, world_ctx(scene->world), act, scene);
}

/* --- lines of the acquirer -------------------------------------------------------------------- */

struct suspended_line {
    struct settled_line line;
};

static err_t line_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct suspended_line *suspended = arg;

    return settlement_work_put(cx, tx, STR("settlement-1"), &suspended->line);
}

static void line_comes(struct scene *scene, enum settled_kind kind, int64_t minor)
{
    struct suspended_line suspended = {
        .line = {.number = scene->round, .kind = kind, .amount = eur(minor)}
    };
    struct settlement_work *list;
    size_t count;

    snprintf(suspended.line.rrn, sizeof suspended.line.rrn, "9%011d", scene->round);
    world_set_body_run(scene->world, line_body, &suspended);
    assert_ok(settlement_work_open(world_ctx(scene->world), world_read(scene->world), CALLS_MAX,
                                   &list, &count));
    reader_release(scene->world->core.reader);
    given.line = list[count - 1].id;
}

static err_t match_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    return settlement_work_match(cx, tx, given.line, str_of(given.object));
}

static err_t match(struct scene *scene)
{
    return body(scene, match_body);
}

static void nothing_is_suspended(struct scene *scene)
{
    struct settlement_work *list;
    size_t count;

    assert_ok(settlement_work_open(world_ctx(scene->world), world_read(scene->world), 100, &list,
                                   &count));
    reader_release(scene->world->core.reader);
    for (size_t i = 0; i < count; i++)
        assert_false(ID_EQ(list[i].id, given.line));
}

static void captured_and_line(struct scene *scene)
{
    fake_forget(scene->world->fake);
    scene->payment = pay_card(scene->world, 5000);
    world_advance_to(scene->world, scene->round - 1, 21, 1);
    given.object = scene->payment.id.raw;
    line_comes(scene, SETTLED_DEBIT, 5000);
}

static void refunded_and_line(struct scene *scene)
{
    fake_forget(scene->world->fake);
    scene->refund = refund(scene->world, pay_settled(scene->world, 5000).id, 2000);
    world_advance_to(scene->world, scene->round - 1, 21, 1);
    given.object = scene->refund.id.raw;
    line_comes(scene, SETTLED_CREDIT, 2000);
}

static void disputed(struct scene *scene)
{
    struct dispute *list;
    size_t count;

    fake_forget(scene->world->fake);
    scene->payment = pay_settled(scene->world, 5000);
    struct attempt attempt = attempt_now(scene->world, scene->payment.attempt);
    assert_ok(notice_try(scene->world, attempt.trace.rrn, eur(5000), "45"));
    assert_ok(disputes_of_payment(world_ctx(scene->world), world_read(scene->world),
                                  scene->payment.id, &list, &count));
    reader_release(scene->world->core.reader);
    given.disputes[0] = list[0].id;
}

static void disputed_and_line(struct scene *scene)
{
    disputed(scene);
    given.object = given.disputes[0].raw;
    line_comes(scene, SETTLED_CHARGEBACK, 5000);
}

CASE(a_line_is_matched)
{
    sweep_run(&(struct sweep){captured_and_line, match, nothing_is_suspended});
    sweep_run(&(struct sweep){refunded_and_line, match, nothing_is_suspended});
    sweep_run(&(struct sweep){disputed_and_line, match, nothing_is_suspended});
}

/* --- payouts ---------------------------------------------------------------------------------- */

/* Enough beside it that the payout of a dispute is not below zero. */
static void payable_of_all_kinds(struct scene *scene)
{
    disputed(scene);
    fake_forget(scene->world->fake);
    scene->payment = pay_settled(scene->world, 50000);
    given.refunds[0] = refund(scene->world, scene->payment.id, 1000).id;
}

static err_t pay_out(struct scene *scene)
{
    struct payout_create create = {.payments = &scene->payment.id,
                                   .payment_count = 1,
                                   .refunds = given.refunds,
                                   .refund_count = 1,
                                   .disputes = given.disputes,
                                   .dispute_count = 1,
                                   .state = PAYOUT_SENT};

    err_t err = payout_try(scene->world, &create);
    scene->payout = create.payout;
    return err;
}

/* 500.00 less its fee, the refund, and the chargeback with its fee of 15.00 and VAT. */
static void it_has_all_three(struct scene *scene)
{
    struct payout payout = payout_now(scene->world, scene->payout.id);

    assert_int_equal(payout.amount.minor, 50000 - 1020 - 1000 - 5000 - 1800);
    assert_int_equal(payout.state, PAYOUT_SENT);
}

CASE(a_payout_of_payments_refunds_and_disputes)
{
    sweep_run(&(struct sweep){payable_of_all_kinds, pay_out, it_has_all_three});
}

/* --- transfers -------------------------------------------------------------------------------- */

static err_t take(struct scene *scene)
{
    return body(scene, fake_bank_take_body);
}

static err_t leave(struct scene *scene)
{
    return body(scene, fake_bank_release_body);
}

/* A debit of its own, settled. */
static void debit_was_settled(struct scene *scene)
{
    struct world *world = scene->world;

    scene->payment = pay_debit(world, 1000);
    struct bank_file_id file = bank_file_left(world, scene->payment.id).id;
    struct bank_fact fact = bank_fact_about(world, scene->payment.id, BANK_SAYS_CREDIT, 1000);
    fact.day = debit_now(world, scene->payment.id).due;
    bank_tells(world, fact);
    scene->file = file;
}

static err_t step(struct scene *scene, tx_body *act)
{
    return bank_step(scene->world, act, &(struct bank_step){.file = scene->file});
}

/* Transfers that an earlier round left have gone before. */
static void transfer_blocked(struct scene *scene)
{
    assert_ok(take(scene));
    assert_ok(leave(scene));
    debit_was_settled(scene);
    scene->refund = refund(scene->world, scene->payment.id, 400);
    assert_ok(take(scene));
    scene->file = bank_file_now(scene->world).id;
    assert_ok(step(scene, bank_blocked_body));
}

static err_t give_up(struct scene *scene)
{
    return step(scene, bank_give_up_body);
}

/* A refund is on its way already: it only changes the file. */
static void it_is_in_another_file(struct scene *scene)
{
    struct bank_file file = bank_file_now(scene->world);

    assert_false(ID_EQ(file.id, scene->file));
    assert_int_equal(file.kind, BANK_FILE_TRANSFERS);
    assert_int_equal(refund_now(scene->world, scene->refund.id).state, REFUND_SENT);
}

CASE(a_file_of_transfers_is_given_up)
{
    sweep_run(&(struct sweep){transfer_blocked, give_up, it_is_in_another_file});
}

/* The bank knows the account under another name, and waits. */
static void payee_doubted(struct scene *scene)
{
    struct world *world = scene->world;
    struct bank_work *list;
    size_t count;

    world_set(world, "vop_mode", "before");
    debit_was_settled(scene);
    scene->refund = refund(world, scene->payment.id, 400);
    assert_ok(take(scene));
    assert_ok(leave(scene));
    struct bank_fact fact = bank_fact_of(world, BANK_SAYS_PAYEE, 0);
    fact.source = STR("pain.002");
    fact.end_to_end = str_dup(world_ctx(world)->arena, ID_TEXT(scene->refund.id));
    fact.reason = STR("RVNM");
    fact.payee_name = STR("Jean Autre");
    bank_tells(world, fact);
    assert_ok(bank_work_open(world_ctx(world), world_read(world), CALLS_MAX, &list, &count));
    reader_release(world->core.reader);
    assert_true(count > 0);
    given.work = list[count - 1].id;
}

static err_t release_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    return bank_work_release(cx, tx, given.work);
}

static err_t refuse_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    return bank_work_refuse(cx, tx, given.work);
}

static err_t release(struct scene *scene)
{
    return body(scene, release_body);
}

static err_t refuse(struct scene *scene)
{
    return body(scene, refuse_body);
}

static void it_goes_on(struct scene *scene)
{
    assert_int_equal(refund_now(scene->world, scene->refund.id).state, REFUND_SENT);
    assert_int_equal(body(scene, release_body), ERR_STATE);
}

static void it_is_not_honoured(struct scene *scene)
{
    assert_int_equal(refund_now(scene->world, scene->refund.id).state, REFUND_NOT_HONORED);
    assert_int_equal(body(scene, refuse_body), ERR_STATE);
}

CASE(a_transfer_that_is_held_is_released_or_refused)
{
    sweep_run(&(struct sweep){payee_doubted, release, it_goes_on});
    sweep_run(&(struct sweep){payee_doubted, refuse, it_is_not_honoured});
}

/* --- debits that cannot leave ----------------------------------------------------------------- */

/* What an earlier round left is over before. */
static void earlier_is_over(struct scene *scene, err_t (*end)(struct scene *scene))
{
    if (scene->round == 1)
        return;
    world_stop_at(scene->world, debit_now(scene->world, scene->payment.id).cutoff + 3 * DAY_US);
    assert_ok(end(scene));
}

static void revoked_before_it_left(struct scene *scene)
{
    earlier_is_over(scene, take);
    scene->payment = pay_from(scene->world, account_signed(scene->world, &given.mandate).id, 1000);
    world_stop_at(scene->world, debit_now(scene->world, scene->payment.id).cutoff);
}

static err_t revoke_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct mandate mandate;

    (void)arg;
    TRY(mandate_load(cx, tx, given.mandate.id, &mandate));
    return mandate_revoke(cx, tx, &mandate);
}

static void revoked(struct scene *scene)
{
    revoked_before_it_left(scene);
    assert_ok(body(scene, revoke_body));
}

static void it_has_failed(struct scene *scene)
{
    assert_int_equal(state_now(scene->world, scene->payment.id), PAYMENT_FAILED);
}

CASE(a_debit_whose_mandate_was_revoked_does_not_leave)
{
    sweep_run(&(struct sweep){revoked, take, it_has_failed});
}

static err_t put_right(struct scene *scene)
{
    return debit_event_try(scene->world, &(struct debit_event){.act = act_put_right});
}

static void too_late(struct scene *scene)
{
    earlier_is_over(scene, put_right);
    world_set(scene->world, "late_policy", "fail");
    scene->payment = pay_debit(scene->world, 1000);
    world_stop_at(scene->world, debit_now(scene->world, scene->payment.id).cutoff + 2 * DAY_US);
}

CASE(a_debit_that_missed_its_cut_off_fails_where_the_merchant_says_so)
{
    sweep_run(&(struct sweep){too_late, put_right, it_has_failed});
}

/* --- somebody else who is paid ---------------------------------------------------------------- */

static void beneficiary_there(struct scene *scene)
{
    struct beneficiary_create create = {
        .beneficiary = {.street_number = STR("12"),
                        .street_name = STR("rue du Bac"),
                        .zip_code = STR("75007"),
                        .city = STR("Paris")}
    };

    assert_ok(beneficiary_seal(&scene->world->core, world_ctx(scene->world), STR(DEBTOR_IBAN),
                               &create.beneficiary));
    WORLD_RUN(scene->world, &create, beneficiary_create);
    assert_ok(create.operation.result);
    given.beneficiary = create.beneficiary;
}

static err_t change_beneficiary(struct scene *scene)
{
    struct beneficiary_change change = {
        .merchant = &scene->world->merchant,
        .reference = given.beneficiary.reference,
        .ics_given = true,
        .ics = STR("FR72ZZZ123456"),
        .iban = str_dup(world_ctx(scene->world)->arena, STR("DE89370400440532013000")),
    };

    WORLD_RUN(scene->world, &change, beneficiary_change);
    return change.operation.result;
}

CASE(a_beneficiary_is_changed)
{
    sweep_run(&(struct sweep){beneficiary_there, change_beneficiary, NULL});
}

/* --- a merchant of the sandbox ---------------------------------------------------------------- */

static err_t add_merchant(struct scene *scene)
{
    /* Drawing its own would hash two passwords in each round. */
    struct sandbox_merchant made = scene->world->made;

    return tx_run(scene->world->store, world_ctx(scene->world), sandbox_merchant_body, &made);
}

static void there_is_one_more(struct scene *scene)
{
    assert_int_equal(world_count(scene->world, "merchant"), 2);
    assert_int_equal(world_count(scene->world, "sponsor"), 2);
}

CASE(another_merchant_of_the_sandbox)
{
    sweep_run(&(struct sweep){NULL, add_merchant, there_is_one_more});
}

UNIT_MAIN(T(a_line_is_matched), T(a_payout_of_payments_refunds_and_disputes),
          T(a_file_of_transfers_is_given_up), T(a_transfer_that_is_held_is_released_or_refused),
          T(a_debit_whose_mandate_was_revoked_does_not_leave),
          T(a_debit_that_missed_its_cut_off_fails_where_the_merchant_says_so),
          T(a_beneficiary_is_changed), T(another_merchant_of_the_sandbox))
