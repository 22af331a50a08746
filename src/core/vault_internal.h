#ifndef GUICHET_CORE_VAULT_INTERNAL_H
#define GUICHET_CORE_VAULT_INTERNAL_H

#include <pthread.h>

#include "base/crypto.h"
#include "core/vault.h"

/* What the files of the vault share. */

enum { VAULT_KEYS_MAX = 256, KEK_ID_LEN = 16, VAULT_PREFIX_LEN = 4 };

/* Filler behind the digits of a number, as in the fields of card messages. */
#define PAN_FILLER 'F'

struct vault_key {
    int64_t id;
    bool seals; /* otherwise it makes fingerprints */
    uint8_t bytes[AES_KEY_SIZE];
};

/* Lies in locked memory. */
struct vault_keys {
    uint8_t kek[KEK_SIZE];
    size_t count;
    size_t active;      /* index of the key that seals */
    size_t fingerprint; /* index of the key of fingerprints */
    size_t former; /* the one before, while a rotation of it is unfinished; or VAULT_KEYS_MAX */
    struct vault_key keys[VAULT_KEYS_MAX];
};

struct vault {
    pthread_rwlock_t lock; /* rotation adds keys while others seal */
    struct vault_keys *keys;
};

/* The public name of a KEK, stored beside what it wraps. */
void kek_name(const uint8_t kek[KEK_SIZE], char name[KEK_ID_LEN + 1]);

/* A data key as it is stored, bound to its number and to the KEK's name. */
struct str data_key_wrap(struct arena *arena, const uint8_t kek[KEK_SIZE], int64_t id,
                         const uint8_t key[AES_KEY_SIZE]);

/* The number of the next data key. */
MUST_CHECK err_t data_key_next(struct ctx *cx, struct tx *tx, int64_t *id);

/* Four bytes, the most significant first: what sealed bytes begin with. */
void vault_prefix(int64_t key_id, char prefix[VAULT_PREFIX_LEN]);

/* Overwrites a text that we own although it is passed on as borrowed. */
void text_wipe(struct str text);

#endif
