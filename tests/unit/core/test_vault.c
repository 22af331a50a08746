#include "core/merchant_secret.h"
#include "store/sql.h"
#include "support/core.h"

static const char PAN[] = "4242424242424242";

static struct card_id card_numbered(size_t number)
{
    struct card_id card;

    snprintf(card.raw, sizeof card.raw, "%024zu", number);
    return card;
}

static struct str seal_pan(struct world *world, struct card_id card, const char *pan, int64_t *key)
{
    return vault_seal_pan(world->vault, world->cx->arena, world->made.merchant, card, str_of(pan),
                          key);
}

static err_t open_pan(struct world *world, struct card_id card, struct str sealed,
                      char pan[PAN_MAX + 1])
{
    return vault_open_pan(world->vault, world->made.merchant, card, sealed, pan);
}

CASE(a_number_comes_back_as_it_was)
{
    static const char *const NUMBERS[] = {"4242424242424242", "6304000000000", "378282246310005",
                                          "1234567890123456789"};
    struct world *world = world_new();
    char pan[PAN_MAX + 1];
    int64_t key;

    for (size_t i = 0; i < ARRAY_LEN(NUMBERS); i++) {
        struct str sealed = seal_pan(world, card_numbered(i), NUMBERS[i], &key);
        assert_int_equal(key, 1);
        assert_ok(open_pan(world, card_numbered(i), sealed, pan));
        assert_string_equal(pan, NUMBERS[i]);
    }
    world_free(world);
}

CASE(the_length_of_a_number_does_not_show)
{
    struct world *world = world_new();
    int64_t key;

    struct str shorter = seal_pan(world, card_numbered(1), "6304000000000", &key);
    struct str longer = seal_pan(world, card_numbered(1), "1234567890123456789", &key);
    assert_int_equal(shorter.len, longer.len);
    world_free(world);
}

CASE(every_flipped_bit_is_noticed)
{
    struct world *world = world_new();
    char pan[PAN_MAX + 1];
    int64_t key;
    struct str sealed = seal_pan(world, card_numbered(1), PAN, &key);
    char *bytes = arena_alloc(world->cx->arena, sealed.len);

    for (size_t i = 0; i < sealed.len; i++) {
        memcpy(bytes, sealed.ptr, sealed.len);
        bytes[i] = (char)(bytes[i] ^ 1);
        struct str changed = {bytes, sealed.len};
        assert_int_equal(open_pan(world, card_numbered(1), changed, pan), ERR_INTERNAL);
    }
    for (size_t len = 0; len < sealed.len; len++)
        assert_int_equal(open_pan(world, card_numbered(1), str_sub(sealed, 0, len), pan),
                         ERR_INTERNAL);
    world_free(world);
}

CASE(bytes_moved_elsewhere_do_not_open)
{
    struct world *world = world_new();
    struct arena *arena = world->cx->arena;
    struct merchant_id other;
    char pan[PAN_MAX + 1];
    struct str plain;
    int64_t key;
    struct card_id card = card_numbered(1);
    struct str sealed = seal_pan(world, card, PAN, &key);

    ID_NEW(world->cx->ids, &other);
    assert_int_equal(open_pan(world, card_numbered(2), sealed, pan), ERR_INTERNAL);
    assert_int_equal(vault_open_pan(world->vault, other, card, sealed, pan), ERR_INTERNAL);
    assert_int_equal(vault_unseal(world->vault, arena, "idempotency", world->made.merchant,
                                  ID_TEXT(card), sealed, &plain),
                     ERR_INTERNAL);
    world_free(world);
}

CASE(without_a_vault_nothing_opens)
{
    struct merchant_id merchant = {"000000000000000000000000"};
    char pan[PAN_MAX + 1];

    assert_int_equal(vault_open_pan(NULL, merchant, card_numbered(1), STR("x"), pan),
                     ERR_UNAVAILABLE);
}

CASE(another_kek_does_not_open_the_vault)
{
    struct world *world = world_new();
    const uint8_t other[KEK_SIZE] = {9};
    struct vault *vault;

    assert_int_equal(world_vault_try(world, other, &vault), ERR_UNAVAILABLE);
    assert_string_equal(world->cx->faults[0].field, "keys.kek_file");
    world_free(world);
}

CASE(fingerprints_are_equal_for_the_same_number_only)
{
    struct world *world = world_new();
    uint8_t first[FINGERPRINT_SIZE];
    uint8_t again[FINGERPRINT_SIZE];
    uint8_t other[FINGERPRINT_SIZE];
    uint8_t plain[SHA256_SIZE];

    vault_fingerprint(world->vault, str_of(PAN), first);
    vault_fingerprint(world->vault, str_of(PAN), again);
    vault_fingerprint(world->vault, STR("4000000000000077"), other);
    sha256(str_of(PAN), plain);
    assert_memory_equal(first, again, sizeof first);
    assert_memory_not_equal(first, other, sizeof first);
    assert_memory_not_equal(first, plain, sizeof first);
    world_free(world);
}

/* --- rotation --- */

/* Rows are put in with the statement that rotation itself uses to find them, so the test needs no
 * customer or payment. */
struct put_cards {
    struct world *world;
    size_t from;
    size_t count;
};

static const struct sql CARD_PUT = {
    .name = "test_card_put",
    .text = "INSERT INTO card (merchant, mode, id, brand, last4, exp_month, exp_year, reusable, "
            "key_id, "
            "pan_sealed, created_us) VALUES ($1, 'test', $2, 'visa', '4242', 1, 2030, 1, "
            "$3, $4, 1)",
    .number = 5000,
    .params = 4,
    .rows = 1,
};

static err_t put_cards_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct put_cards *put = arg;

    for (size_t i = 0; i < put->count; i++) {
        struct card_id card = card_numbered(put->from + i);
        int64_t key;
        struct str sealed = seal_pan(put->world, card, PAN, &key);
        TRY(store_run(cx, tx, &CARD_PUT,
                      ARGS(V_ID(cx->merchant), V_ID(card), V_INT(key), V_BLOB(sealed))));
    }
    return OK;
}

static void put_cards(struct world *world, size_t from, size_t count)
{
    struct put_cards put = {world, from, count};

    assert_ok(tx_run(world->store, world->cx, put_cards_body, &put));
}

static struct key_status *status(struct world *world, size_t *count)
{
    struct key_status *keys;

    assert_ok(vault_status(world->cx, world_read(world), &keys, count));
    return keys;
}

CASE(rotation_moves_every_row_and_retires_the_old_key)
{
    struct world *world = world_new();
    size_t count;
    int64_t moved;
    struct str secret;

    put_cards(world, 1, 1201); /* three batches */
    assert_ok(vault_rotate_dek(world->cx, world->store, world->vault, &moved));
    assert_int_equal(moved, 1203); /* with the secrets of callbacks and buttons */
    struct key_status *keys = status(world, &count);
    assert_int_equal(count, 3);
    assert_str(keys[0].state, "retired");
    assert_int_equal(keys[0].rows, 0);
    assert_str(keys[1].purpose, "fingerprint");
    assert_str(keys[2].state, "active");
    assert_int_equal(keys[2].rows, 1203);
    assert_ok(
        merchant_secret_get(world->cx, world_read(world), world->vault, "safedebit", &secret));
    assert_true(str_eq(secret, world->made.callback_secret));
    world_free(world);
}

static const struct sql CARD_BREAK = {
    .name = "test_card_break",
    .text = "UPDATE card SET pan_sealed = $2 WHERE id = $1",
    .number = 5001,
    .params = 2,
    .rows = 1,
};

static err_t break_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct card_id *card = arg;

    return store_run(cx, tx, &CARD_BREAK, ARGS(V_ID(*card), V_BLOB(STR("\0\0\0\1nothing"))));
}

CASE(an_interrupted_rotation_is_finished_without_another_key)
{
    struct world *world = world_new();
    struct card_id broken = card_numbered(700);
    size_t count;
    int64_t moved;

    /* A row that does not open keeps its key, as one that was not reached does. */
    put_cards(world, 1, 800);
    assert_ok(tx_run(world->store, world->cx, break_body, &broken));
    assert_int_equal(vault_rotate_dek(world->cx, world->store, world->vault, &moved), ERR_INTERNAL);
    assert_int_equal(moved, 801);
    struct key_status *keys = status(world, &count);
    assert_str(keys[0].state, "decrypt_only");
    assert_int_equal(keys[0].rows, 1);
    put_cards(world, 1001, 1);
    assert_int_equal(vault_rotate_dek(world->cx, world->store, world->vault, &moved), ERR_INTERNAL);
    assert_int_equal(moved, 0);
    status(world, &count);
    assert_int_equal(count, 3);
    world_free(world);
}

CASE(what_was_sealed_before_a_rotation_still_opens)
{
    struct world *world = world_new();
    char pan[PAN_MAX + 1];
    int64_t key;
    int64_t moved;
    struct str before = seal_pan(world, card_numbered(1), PAN, &key);

    assert_ok(vault_rotate_dek(world->cx, world->store, world->vault, &moved));
    assert_ok(open_pan(world, card_numbered(1), before, pan));
    seal_pan(world, card_numbered(1), PAN, &key);
    assert_int_equal(key, 3);
    world_free(world);
}

CASE(a_new_kek_opens_the_vault_and_the_old_one_does_not)
{
    struct world *world = world_new();
    const uint8_t fresh[KEK_SIZE] = {42};
    uint8_t former[KEK_SIZE];
    struct vault *vault;
    char pan[PAN_MAX + 1];
    int64_t key;
    int64_t moved;
    struct str sealed = seal_pan(world, card_numbered(1), PAN, &key);

    assert_ok(vault_rotate_kek(world->cx, world->store, world->vault, fresh, former));
    assert_memory_equal(former, WORLD_KEK, KEK_SIZE);
    assert_int_equal(world_vault_try(world, WORLD_KEK, &vault), ERR_UNAVAILABLE);
    assert_ok(world_vault_try(world, fresh, &vault));
    assert_ok(vault_open_pan(vault, world->made.merchant, card_numbered(1), sealed, pan));
    vault_close(vault);
    /* The open vault knows the new one too: the next data key is wrapped with it. */
    assert_ok(vault_rotate_dek(world->cx, world->store, world->vault, &moved));
    assert_ok(world_vault_try(world, fresh, &vault));
    vault_close(vault);
    world_free(world);
}

UNIT_MAIN(T(a_number_comes_back_as_it_was), T(the_length_of_a_number_does_not_show),
          T(every_flipped_bit_is_noticed), T(bytes_moved_elsewhere_do_not_open),
          T(without_a_vault_nothing_opens), T(another_kek_does_not_open_the_vault),
          T(fingerprints_are_equal_for_the_same_number_only),
          T(rotation_moves_every_row_and_retires_the_old_key),
          T(an_interrupted_rotation_is_finished_without_another_key),
          T(what_was_sealed_before_a_rotation_still_opens),
          T(a_new_kek_opens_the_vault_and_the_old_one_does_not))
