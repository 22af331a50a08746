#ifndef GUICHET_CORE_VAULT_H
#define GUICHET_CORE_VAULT_H

#include "core/rail.h"
#include "store/store.h"

/* Encryption of card numbers and other secrets at rest (cards.md 13). Data keys lie in the
 * database, wrapped by a key-encryption key (KEK) from outside; in memory they are locked. Safe
 * from any thread. See core/rail.h for vault_open_pan. */

enum { KEK_SIZE = 32, FINGERPRINT_SIZE = 32 };

/* The KEK: from $CREDENTIALS_DIRECTORY/guichet-kek, else the file (mode 0400 or 0600, 32 bytes or
 * 64 hex digits), else the environment variable GUICHET_KEK, which is then removed. ERR_UNAVAILABLE
 * with a fault. */
MUST_CHECK err_t kek_load(struct ctx *cx, const char *file, uint8_t kek[KEK_SIZE]);

/* The KEK in a file, with the same rules. ERR_UNAVAILABLE with a fault. */
MUST_CHECK err_t kek_load_file(struct ctx *cx, const char *file, uint8_t kek[KEK_SIZE]);

/* Makes a KEK file (0400) unless there is one, or a credential, which comes first. */
MUST_CHECK err_t kek_create(struct ctx *cx, const char *file);

/* Makes the first data keys when there are none; for use inside a body. */
MUST_CHECK err_t vault_init(struct ctx *cx, struct tx *tx, const uint8_t kek[KEK_SIZE]);

/* Unwraps all data keys. ERR_UNAVAILABLE with a fault: not this KEK, or no keys. */
MUST_CHECK err_t vault_open(struct ctx *cx, struct tx *tx, const uint8_t kek[KEK_SIZE],
                            struct vault **out);
void vault_close(struct vault *vault);

/* Seals with the active key: the result begins with the key's number (4 bytes), then nonce,
 * ciphertext, tag. Bound to table, row and merchant: moved elsewhere it does not open. *key_id
 * tells the number; it may be NULL. vault_unseal gives ERR_INTERNAL when the bytes are not what was
 * sealed there; *plain lies in the arena. A new table with sealed bytes must join the list in
 * vault_rotate.c. */
struct str vault_seal(struct vault *vault, struct arena *arena, const char *table,
                      struct merchant_id merchant, struct str row, struct str plain,
                      int64_t *key_id);
MUST_CHECK err_t vault_unseal(struct vault *vault, struct arena *arena, const char *table,
                              struct merchant_id merchant, struct str row, struct str sealed,
                              struct str *plain);

/* The number padded to 19 digits before, so that the length does not show. */
struct str vault_seal_pan(struct vault *vault, struct arena *arena, struct merchant_id merchant,
                          struct card_id card, struct str pan, int64_t *key_id);

/* HMAC-SHA-256 of the number under the fingerprint key: "the same card", and nothing else. */
void vault_fingerprint(struct vault *vault, struct str pan, uint8_t out[FINGERPRINT_SIZE]);

/* The same, and which key made it. While that key is rotated rows still carry the fingerprint of
 * the former one: whoever looks for a number looks for both. */
struct fingerprints {
    int64_t key;
    uint8_t now[FINGERPRINT_SIZE];
    bool rotating;
    uint8_t former[FINGERPRINT_SIZE]; /* while rotating */
};
void vault_fingerprints(struct vault *vault, struct str number, struct fingerprints *out);

/* That key makes fingerprints, and no rotation is under way: nobody has to look for two. */
bool vault_fingerprint_holds(struct vault *vault, int64_t key);
bool vault_fingerprint_rotates(struct vault *vault);

/* --- rotation (subcommand keys)
 * -------------------------------------------------------------------- */

/* Makes a new active data key; the older ones open only. What is under an older key is re-encrypted
 * in batches of 500, each its own transaction; a key that no row uses any more is retired.
 * Resumable: while a former rotation is unfinished (a key is decrypt_only), that one is finished
 * and no new key is made. *moved counts the rows. May run while the server works; one rotation at a
 * time. ERR_INTERNAL with a fault: some rows do not open and keep their key; everything else was
 * moved. */
MUST_CHECK err_t vault_rotate_dek(struct ctx *cx, struct store *store, struct vault *vault,
                                  int64_t *moved);

/* Makes a new key of fingerprints; those of every card and bank account are made anew from the
 * number, in batches as above. Resumable and beside a working server, as above. *changed counts the
 * rows; *waiting the attempts whose reversal is due and that hold a number under the former key,
 * which is retired by a later run when they are done. */
MUST_CHECK err_t vault_rotate_fingerprint(struct ctx *cx, struct store *store, struct vault *vault,
                                          int64_t *changed, int64_t *waiting);

/* Wraps every data key with another KEK, in one transaction. *former is the one before, which opens
 * older backups: the caller wipes it. */
MUST_CHECK err_t vault_rotate_kek(struct ctx *cx, struct store *store, struct vault *vault,
                                  const uint8_t kek[KEK_SIZE], uint8_t former[KEK_SIZE]);

/* No row tells which key made its fingerprint: while that key is rotated nobody can count them. */
enum { KEY_ROWS_UNTOLD = -1 };

struct key_status {
    int64_t id;
    struct str purpose;
    struct str state;
    int64_t rows; /* sealed with it, or with a fingerprint of it; KEY_ROWS_UNTOLD */
    instant created;
};
MUST_CHECK err_t vault_status(struct ctx *cx, struct tx *tx, struct key_status **out,
                              size_t *count);

#endif
