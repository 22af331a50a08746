#include "core/bank_cancellation.h"
#include "core/bank_statement.h"
#include "core/bank_work.h"
#include "store/internal.h"
#include "support/core_debit.h"
#include "support/core_raw.h"
#include "support/fake_bank.h"

/* For each thing that a line of the bank or a person's decision does, the 1st, 2nd, 3rd ... call of
 * the store fails, until it passes. After every run verify finds nothing, and nothing is half done.
 */

enum { CALLS_MAX = 200 };
static const instant PAST_CUTOFF = WORLD_START + 8 * HOUR_US + 30 * MINUTE_US;

struct scene {
    struct world *world;
    struct payment payment;
    const char *reference; /* NULL: that of the debit */
    enum bank_says says;
    bool charge;
    bool foreign; /* a line of another kind than ours */
    int64_t cents;
    struct bank_work_id work;
};

#define SHA STR("1123456789012345678901234567890123456789012345678901234567890123")

static err_t report_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct bank_report report = {
        .sha256 = SHA,
        .kind = STR("camt.053"),
        .name = STR("test.xml"),
        .version = 8,
    };

    (void)arg;
    return bank_report_begin(cx, tx, &report);
}

static err_t line_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct scene *scene = arg;
    struct str reference =
        scene->reference != NULL ? str_of(scene->reference) : ID_TEXT(scene->payment.id);
    struct bank_profile profile;
    const struct bank_fact fact = {
        .key = STR("key"),
        .says = scene->says,
        .statement = true,
        .ours = !scene->charge && !scene->foreign,
        .is_charge = scene->charge,
        .source = STR("camt.053"),
        .end_to_end = scene->charge ? STR_NONE : reference,
        .reason = STR_NONE,
        .amount_cents = scene->cents,
        .charge_cents = 10,
        .day = {2031, 6, 3},
    };
    struct bank_facts facts = {.profile = &profile, .report = SHA, .items = &fact, .count = 1};

    TRY(bank_profile_load(cx, tx, cx->merchant, &profile));
    return bank_told(cx, tx, &facts);
}

static struct scene scene_new(void)
{
    struct scene scene = {.world = world_new()};
    struct world *world = scene.world;

    scene.payment = pay_debit(world, 5000);
    world_stop_at(world, PAST_CUTOFF);
    assert_ok(tx_run(world->store, world->cx, fake_bank_take_body, NULL));
    assert_ok(tx_run(world->store, world->cx, fake_bank_release_body, NULL));
    assert_ok(tx_run(world->store, world->cx, report_body, &scene));
    return scene;
}

/* Fails at the n-th call, from 1, until it goes through. */
static void sweep(struct scene *scene, tx_body *body)
{
    struct world *world = scene->world;
    bool came = true;

    for (int n = 1; came; n++) {
        must(n < CALLS_MAX);
        struct ctx *cx = world_ctx(world);
        store_fail_after(world->store, n);
        err_t err = tx_run(world->store, cx, body, scene);
        came = atomic_load(&world->store->fail_after) <= 0;
        store_fail_after(world->store, 0);
        assert_true(came ? err != OK : err == OK);
        world_is_sound(world);
        world_contexts_free(world);
    }
}

static void work_find(struct scene *scene)
{
    struct bank_work *list;
    size_t count;

    assert_ok(bank_work_open(scene->world->cx, world_read(scene->world), 10, &list, &count));
    assert_int_equal(count, 1);
    scene->work = list[0].id;
    reader_release(scene->world->core.reader);
}

static void assert_book(struct scene *scene, int64_t bank, int64_t fees, int64_t suspense)
{
    assert_int_equal(world_balance(scene->world, ACCOUNT_BANK), bank);
    assert_int_equal(world_balance(scene->world, ACCOUNT_BANK_FEES), fees);
    assert_int_equal(world_balance(scene->world, ACCOUNT_SUSPENSE), suspense);
}

static err_t match_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct scene *scene = arg;
    bool more;

    return bank_work_match(cx, tx, scene->work, str_of(scene->payment.id.raw), &more);
}

static err_t charge_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct scene *scene = arg;

    return bank_work_charge(cx, tx, scene->work);
}

/* A credit of the debit with another amount: it lies in suspense, named. */
static struct scene suspended(int64_t cents)
{
    struct scene scene = scene_new();

    scene.says = BANK_SAYS_CREDIT;
    scene.cents = cents;
    sweep(&scene, line_body);
    assert_book(&scene, cents, 0, -cents);
    work_find(&scene);
    return scene;
}

CASE(line_into_suspense_and_charged)
{
    struct scene scene = suspended(4000);

    sweep(&scene, charge_body);
    assert_book(&scene, 4000, -4000, 0);
    world_free(scene.world);
}

CASE(line_matched_by_a_person)
{
    struct scene scene = scene_new();

    scene.says = BANK_SAYS_CREDIT;
    scene.cents = 5000;
    scene.reference = "ANOTHER";
    scene.foreign = true;
    sweep(&scene, line_body);
    assert_book(&scene, 5000, 0, -5000);
    work_find(&scene);
    sweep(&scene, match_body);
    assert_book(&scene, 5000, 0, 0);
    assert_int_equal(state_now(scene.world, scene.payment.id), PAYMENT_CAPTURED);
    world_free(scene.world);
}

CASE(credit_of_which_the_bank_kept_its_charge)
{
    struct scene scene = scene_new();

    scene.says = BANK_SAYS_CREDIT;
    scene.cents = 4990;
    sweep(&scene, line_body);
    assert_book(&scene, 4990, 10, 0);
    assert_int_equal(state_now(scene.world, scene.payment.id), PAYMENT_CAPTURED);
    world_free(scene.world);
}

static err_t cancel_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct scene *scene = arg;

    return bank_cancellation_ask(cx, tx, scene->payment.id);
}

CASE(debit_that_is_recalled)
{
    struct scene scene = scene_new();

    sweep(&scene, cancel_body);
    scene.says = BANK_SAYS_RECALLED;
    scene.cents = 5000;
    sweep(&scene, line_body);
    assert_int_equal(state_now(scene.world, scene.payment.id), PAYMENT_CANCELED);
    assert_book(&scene, 0, 0, 0);
    world_free(scene.world);
}

static err_t statement_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct scene *scene = arg;
    const struct bank_statement statement = {
        .account = STR("FR7630006000011234567890189"),
        .kind = STR("camt.053"),
        .report = SHA,
        .name = STR("S"),
        .day = {2031, 6, (int)scene->cents},
        .has_number = true,
        .number = scene->cents,
        .adds_up = true,
        .made = STR("2031-06-03"),
    };

    return bank_statement_note(cx, tx, &statement);
}

CASE(statements_with_a_gap_that_is_closed)
{
    static const int64_t NUMBERS[] = {1, 3, 2};
    struct scene scene = scene_new();

    for (size_t i = 0; i < ARRAY_LEN(NUMBERS); i++) {
        scene.cents = NUMBERS[i];
        sweep(&scene, statement_body);
        assert_int_equal(world_number(scene.world, "SELECT COUNT(*) FROM bank_work"
                                                   " WHERE closed_us IS NULL"),
                         i == 1 ? 1 : 0);
    }
    world_free(scene.world);
}

CASE(charge_of_the_bank)
{
    struct scene scene = scene_new();

    scene.says = BANK_SAYS_DEBIT;
    scene.charge = true;
    scene.cents = 250;
    sweep(&scene, line_body);
    assert_book(&scene, -250, 250, 0);
    world_free(scene.world);
}

UNIT_MAIN(T(line_into_suspense_and_charged), T(line_matched_by_a_person),
          T(credit_of_which_the_bank_kept_its_charge), T(debit_that_is_recalled),
          T(statements_with_a_gap_that_is_closed), T(charge_of_the_bank))
