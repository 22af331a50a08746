#include "core/bank_account.h"
#include "support/core_raw.h"

/* The key of fingerprints changes (cards.md 13). What depends on "the same number" must not notice.
 */

static int64_t rotate_waiting(struct world *world, int64_t *changed)
{
    int64_t waiting;

    reader_release(world->core.reader);
    assert_ok(vault_rotate_fingerprint(world->cx, world->store, world->vault, changed, &waiting));
    return waiting;
}

static int64_t rotate(struct world *world)
{
    int64_t changed;

    assert_int_equal(rotate_waiting(world, &changed), 0);
    return changed;
}

static err_t create_try(struct world *world, struct card sealed)
{
    struct card_create create = {.twin = CARD_TWIN_IS_CONFLICT, .draft = sealed};

    WORLD_RUN(world, &create, card_create);
    return create.operation.result;
}

static struct card sealed(struct world *world, const char *number)
{
    return card_inline(world, card_draft(number)).sealed;
}

static int64_t keys_in(struct world *world, const char *state)
{
    char text[128];

    snprintf(text, sizeof text,
             "SELECT COUNT(*) FROM data_key WHERE purpose = 'fingerprint' AND state = '%s'", state);
    return world_number(world, text);
}

/* What is told of the newest fingerprint key in this state. */
static int64_t rows_of(struct world *world, const char *state)
{
    struct key_status *keys;
    size_t count;
    int64_t rows = -2;

    assert_ok(vault_status(world->cx, world_read(world), &keys, &count));
    reader_release(world->core.reader);
    for (size_t i = 0; i < count; i++) {
        if (str_eq(keys[i].purpose, STR("fingerprint")) && str_eq(keys[i].state, str_of(state)))
            rows = keys[i].rows;
    }
    return rows;
}

/* Cards that carry the fingerprint that this number has now. */
static int64_t cards_known(struct world *world, const char *number)
{
    uint8_t print[FINGERPRINT_SIZE];
    char text[256];

    vault_fingerprint(world->vault, str_of(number), print);
    snprintf(text, sizeof text, "SELECT COUNT(*) FROM card WHERE hex(fingerprint) = upper('%s')",
             hex_encode(world->cx->arena, print, sizeof print).ptr);
    return world_number(world, text);
}

CASE(twins_are_found_under_the_new_key)
{
    struct world *world = world_new();

    assert_ok(create_try(world, sealed(world, VISA)));
    assert_ok(create_try(world, sealed(world, VISA_OTHER)));
    assert_int_equal(rotate(world), 2);
    assert_int_equal(cards_known(world, VISA), 1);
    assert_int_equal(cards_known(world, VISA_OTHER), 1);
    assert_int_equal(keys_in(world, "active"), 1);
    assert_int_equal(keys_in(world, "retired"), 1);
    assert_int_equal(create_try(world, sealed(world, VISA)), ERR_CONFLICT);
    world_restart(world);
    assert_int_equal(create_try(world, sealed(world, VISA)), ERR_CONFLICT);
    world_is_sound(world);
    world_free(world);
}

CASE(more_than_one_batch_is_made_anew)
{
    struct world *world = world_new();

    assert_ok(create_try(world, sealed(world, VISA)));
    for (int i = 0; i < 1100; i++) {
        struct card_create create = {.twin = CARD_TWIN_IGNORED, .draft = sealed(world, VISA)};
        WORLD_RUN(world, &create, card_create);
        assert_ok(create.operation.result);
    }
    assert_int_equal(rotate(world), 1101);
    assert_int_equal(cards_known(world, VISA), 1101);
    world_free(world);
}

CASE(a_card_sealed_before_and_written_after_has_the_new_one)
{
    struct world *world = world_new();
    struct card early = sealed(world, VISA);
    struct card twin = sealed(world, VISA);
    struct payment_draft draft = draft_with_card(world, 5000);

    rotate(world);
    assert_ok(create_try(world, early));
    assert_int_equal(cards_known(world, VISA), 1);
    assert_int_equal(create_try(world, twin), ERR_CONFLICT);
    pay(world, draft);
    assert_int_equal(cards_known(world, VISA), 2);
    world_free(world);
}

static err_t break_body(struct ctx *cx, struct tx *tx, void *arg)
{
    static const struct sql BREAK = {
        .name = "test_break",
        .text = "UPDATE card SET pan_sealed = x'0000000100' WHERE id = $1",
        .number = 5010,
        .params = 1,
        .rows = 1,
    };
    const struct card_id *card = arg;

    return store_run(cx, tx, &BREAK, ARGS(V_ID(*card)));
}

struct reprint {
    struct card_id card;
    struct str print;
};

static err_t reprint_body(struct ctx *cx, struct tx *tx, void *arg)
{
    static const struct sql REPRINT = {
        .name = "test_reprint",
        .text = "UPDATE card SET fingerprint = $2 WHERE id = $1",
        .number = 5011,
        .params = 2,
        .rows = 1,
    };
    const struct reprint *reprint = arg;

    return store_run(cx, tx, &REPRINT, ARGS(V_ID(reprint->card), V_BLOB(reprint->print)));
}

/* One card that the walk has not reached. */
CASE(halfway_twins_are_found_under_either_key_and_the_next_run_ends_it)
{
    struct world *world = world_new();
    struct card broken = sealed(world, VISA_OTHER);
    struct reprint old = {.card = {{0}}};
    struct card first = sealed(world, VISA);
    int64_t changed;
    int64_t waiting;

    assert_ok(create_try(world, first));
    assert_ok(create_try(world, broken));
    old.card = first.id;
    old.print = first.fingerprint;
    world_set_body_run(world, break_body, &broken.id);
    assert_int_equal(
        vault_rotate_fingerprint(world->cx, world->store, world->vault, &changed, &waiting),
        ERR_INTERNAL);
    assert_int_equal(changed, 1);
    ctx_clear_faults(world->cx);
    assert_int_equal(create_try(world, sealed(world, VISA)), ERR_CONFLICT);
    world_set_body_run(world, reprint_body, &old);
    assert_int_equal(cards_known(world, VISA), 0);
    assert_int_equal(create_try(world, sealed(world, VISA)), ERR_CONFLICT);
    world_restart(world); /* the former key is known again */
    assert_int_equal(create_try(world, sealed(world, VISA)), ERR_CONFLICT);
    world_tamper(world, "DELETE FROM card WHERE last4 <> '4242'");
    assert_int_equal(rotate(world), 1);
    assert_int_equal(keys_in(world, "retired"), 1);
    assert_int_equal(keys_in(world, "decrypt_only"), 0);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM data_key"), 3);
    assert_int_equal(create_try(world, sealed(world, VISA)), ERR_CONFLICT);
    world_free(world);
}

CASE(rows_of_a_key_are_counted_unless_it_is_being_rotated)
{
    struct world *world = world_new();
    const struct bank_account_draft draft = {.iban = STR("FR1420041010050500013M02606"),
                                             .name = STR("Jean Dupont")};
    struct bank_account_create account = {0};
    struct card broken = sealed(world, VISA_OTHER);
    int64_t changed;
    int64_t waiting;

    assert_int_equal(rows_of(world, "active"), 0);
    assert_ok(create_try(world, sealed(world, VISA)));
    assert_ok(bank_account_seal(&world->core, world_ctx(world), &draft, &account.draft));
    WORLD_RUN(world, &account, bank_account_create);
    assert_ok(account.operation.result);
    assert_int_equal(rows_of(world, "active"), 2);
    assert_int_equal(rotate(world), 2);
    assert_int_equal(rows_of(world, "active"), 2);
    assert_int_equal(rows_of(world, "retired"), 0);
    assert_ok(create_try(world, broken));
    world_set_body_run(world, break_body, &broken.id);
    assert_int_equal(
        vault_rotate_fingerprint(world->cx, world->store, world->vault, &changed, &waiting),
        ERR_INTERNAL);
    assert_int_equal(rows_of(world, "active"), KEY_ROWS_UNTOLD);
    assert_int_equal(rows_of(world, "decrypt_only"), KEY_ROWS_UNTOLD);
    world_free(world);
}

CASE(an_attempt_that_waits_for_its_reversal_holds_its_number_over_the_change)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_of(5000);
    struct payment_create create;
    struct card_draft single = card_draft(VISA);
    int64_t changed;

    single.reusable = false;
    draft.card = card_inline(world, single);
    fake_say(world->fake, CARD_AUTHORISE, CARD_UNKNOWN, "68");
    assert_int_equal(pay(world, draft).state, PAYMENT_FAILED);
    assert_int_equal(rotate_waiting(world, &changed), 1);
    assert_int_equal(keys_in(world, "decrypt_only"), 1);
    assert_int_equal(pay_try(world, draft_with_card(world, 700), &create), ERR_BUSY);
    world_work(world);
    assert_ok(pay_try(world, draft_with_card(world, 700), &create));
    assert_int_equal(create.view.payment.state, PAYMENT_TO_CAPTURE);
    rotate(world);
    assert_int_equal(keys_in(world, "decrypt_only"), 0);
    assert_int_equal(keys_in(world, "retired"), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(the_keys_that_seal_are_left_alone_and_leave_these_alone)
{
    struct world *world = world_new();
    int64_t moved;
    struct payment_create create;

    assert_ok(create_try(world, sealed(world, VISA)));
    rotate(world);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM data_key WHERE purpose = 'seal'"),
                     1);
    reader_release(world->core.reader);
    assert_ok(vault_rotate_dek(world->cx, world->store, world->vault, &moved));
    assert_int_equal(keys_in(world, "active"), 1);
    assert_int_equal(rotate(world), 1);
    assert_ok(pay_try(world, draft_with_card(world, 700), &create));
    assert_int_equal(create_try(world, sealed(world, VISA)), ERR_CONFLICT);
    world_free(world);
}

UNIT_MAIN(T(twins_are_found_under_the_new_key), T(more_than_one_batch_is_made_anew),
          T(a_card_sealed_before_and_written_after_has_the_new_one),
          T(halfway_twins_are_found_under_either_key_and_the_next_run_ends_it),
          T(rows_of_a_key_are_counted_unless_it_is_being_rotated),
          T(an_attempt_that_waits_for_its_reversal_holds_its_number_over_the_change),
          T(the_keys_that_seal_are_left_alone_and_leave_these_alone))
