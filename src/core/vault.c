#include <string.h>

#include "base/must.h"
#include "core/vault_internal.h"

enum { OPEN_ARENA_MAX = 64 * 1024 };

void vault_prefix(int64_t key_id, char prefix[VAULT_PREFIX_LEN])
{
    uint32_t number = (uint32_t)key_id;

    must(key_id > 0);
    must(key_id <= UINT32_MAX);
    for (size_t i = 0; i < VAULT_PREFIX_LEN; i++)
        prefix[i] = (char)(unsigned char)(number >> (8 * (VAULT_PREFIX_LEN - 1 - i)));
}

static int64_t prefix_read(struct str sealed)
{
    uint32_t number = 0;

    for (size_t i = 0; i < VAULT_PREFIX_LEN; i++)
        number = number << 8 | (unsigned char)sealed.ptr[i];
    return number;
}

/* Table, row and merchant; no part can run into the next one, since table and merchant hold no NUL
 * and come first. */
static struct str bound_text(struct arena *arena, const char *table, struct merchant_id merchant,
                             struct str row)
{
    struct buf bound = buf_make(arena, 1024 + row.len);

    buf_put_cstr(&bound, table);
    buf_put_byte(&bound, '\0');
    buf_put(&bound, ID_TEXT(merchant));
    buf_put_byte(&bound, '\0');
    buf_put(&bound, row);
    must(!bound.failed);
    return buf_str(&bound);
}

static void vault_read_lock(struct vault *vault)
{
    must(pthread_rwlock_rdlock(&vault->lock) == 0);
}

static void vault_unlock(struct vault *vault)
{
    must(pthread_rwlock_unlock(&vault->lock) == 0);
}

struct str vault_seal(struct vault *vault, struct arena *arena, const char *table,
                      struct merchant_id merchant, struct str row, struct str plain,
                      int64_t *key_id)
{
    struct str bound = bound_text(arena, table, merchant, row);
    char prefix[VAULT_PREFIX_LEN];

    must(!ID_NONE(merchant));
    vault_read_lock(vault);
    const struct vault_key *key = &vault->keys->keys[vault->keys->active];
    must(key->seals);
    int64_t id = key->id;
    struct str sealed = aes_seal(arena, key->bytes, bound, plain);
    vault_unlock(vault);

    char *whole = arena_alloc(arena, VAULT_PREFIX_LEN + sealed.len);
    vault_prefix(id, prefix);
    memcpy(whole, prefix, VAULT_PREFIX_LEN);
    memcpy(whole + VAULT_PREFIX_LEN, sealed.ptr, sealed.len);
    if (key_id != NULL)
        *key_id = id;
    return (struct str){whole, VAULT_PREFIX_LEN + sealed.len};
}

err_t vault_unseal(struct vault *vault, struct arena *arena, const char *table,
                   struct merchant_id merchant, struct str row, struct str sealed,
                   struct str *plain)
{
    struct str bound = bound_text(arena, table, merchant, row);
    err_t err = ERR_INTERNAL;

    if (sealed.len < VAULT_PREFIX_LEN)
        return ERR_INTERNAL;
    int64_t id = prefix_read(sealed);
    struct str rest = str_from(sealed, VAULT_PREFIX_LEN);
    vault_read_lock(vault);
    for (size_t i = 0; i < vault->keys->count; i++) {
        const struct vault_key *key = &vault->keys->keys[i];
        if (key->seals && key->id == id && aes_open(arena, key->bytes, bound, rest, plain) == OK)
            err = OK;
    }
    vault_unlock(vault);
    return err;
}

struct str vault_seal_pan(struct vault *vault, struct arena *arena, struct merchant_id merchant,
                          struct card_id card, struct str pan, int64_t *key_id)
{
    char padded[PAN_MAX];

    must(pan.len >= 1);
    must(pan.len <= PAN_MAX);
    must(str_is_digits(pan));
    memset(padded, PAN_FILLER, sizeof padded);
    memcpy(padded, pan.ptr, pan.len);
    struct str sealed = vault_seal(vault, arena, "card", merchant, ID_TEXT(card),
                                   (struct str){padded, sizeof padded}, key_id);
    crypto_wipe(padded, sizeof padded);
    return sealed;
}

err_t vault_open_pan(struct vault *vault, struct merchant_id merchant, struct card_id card,
                     struct str sealed, char pan[PAN_MAX + 1])
{
    struct str plain = STR_NONE;

    if (vault == NULL)
        return ERR_UNAVAILABLE;
    struct arena *arena = arena_new(OPEN_ARENA_MAX);
    err_t err = vault_unseal(vault, arena, "card", merchant, ID_TEXT(card), sealed, &plain);
    if (err == OK && plain.len != PAN_MAX)
        err = ERR_INTERNAL;
    if (err == OK) {
        size_t len = str_find(plain, PAN_FILLER);
        memcpy(pan, plain.ptr, len);
        pan[len] = '\0';
    }
    if (plain.ptr != NULL)
        text_wipe(plain);
    arena_free(arena);
    return err;
}

static void fingerprint_with(const struct vault_keys *keys, size_t index, struct str number,
                             uint8_t out[FINGERPRINT_SIZE])
{
    const struct vault_key *key = &keys->keys[index];

    must(!key->seals);
    hmac_sha256((struct str){(const char *)key->bytes, sizeof key->bytes}, number, out);
}

void vault_fingerprint(struct vault *vault, struct str pan, uint8_t out[FINGERPRINT_SIZE])
{
    vault_read_lock(vault);
    fingerprint_with(vault->keys, vault->keys->fingerprint, pan, out);
    vault_unlock(vault);
}

void vault_fingerprints(struct vault *vault, struct str number, struct fingerprints *out)
{
    vault_read_lock(vault);
    const struct vault_keys *keys = vault->keys;
    *out = (struct fingerprints){
        .key = keys->keys[keys->fingerprint].id,
        .rotating = keys->former != VAULT_KEYS_MAX,
    };
    fingerprint_with(keys, keys->fingerprint, number, out->now);
    if (out->rotating)
        fingerprint_with(keys, keys->former, number, out->former);
    vault_unlock(vault);
}

bool vault_fingerprint_holds(struct vault *vault, int64_t key)
{
    vault_read_lock(vault);
    const struct vault_keys *keys = vault->keys;
    bool holds = keys->former == VAULT_KEYS_MAX && keys->keys[keys->fingerprint].id == key;
    vault_unlock(vault);
    return holds;
}

bool vault_fingerprint_rotates(struct vault *vault)
{
    vault_read_lock(vault);
    bool rotates = vault->keys->former != VAULT_KEYS_MAX;
    vault_unlock(vault);
    return rotates;
}
