#ifndef GUICHET_BASE_CRYPTO_H
#define GUICHET_BASE_CRYPTO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum { SHA256_SIZE = 32, AES_KEY_SIZE = 32, AES_NONCE_SIZE = 12, AES_TAG_SIZE = 16 };

/* To be called once, before any other function here and before threads start. */
void crypto_start(void);

void sha256(struct str data, uint8_t out[SHA256_SIZE]);
void hmac_sha256(struct str key, struct str data, uint8_t out[SHA256_SIZE]);

/* The same for data that come in portions. The state lies in the arena; sha256_end may be called
 * once. */
struct sha256;
struct sha256 *sha256_begin(struct arena *arena);
void sha256_add(struct sha256 *state, struct str data);
void sha256_end(struct sha256 *state, uint8_t out[SHA256_SIZE]);

/* AES-256-GCM (cards.md 13). The result is nonce | ciphertext | tag, in the arena; the nonce is
 * random. `bound` is authenticated but not stored: opening with another value fails. */
struct str aes_seal(struct arena *arena, const uint8_t key[AES_KEY_SIZE], struct str bound,
                    struct str plain);
/* ERR_INVALID when the key, the bound text or a single bit is another one. *plain lies in the
 * arena: the caller wipes it. */
MUST_CHECK err_t aes_open(struct arena *arena, const uint8_t key[AES_KEY_SIZE], struct str bound,
                          struct str sealed, struct str *plain);

/* Equal in constant time for texts of the same length. */
bool crypto_equal(struct str a, struct str b);

/* Overwrites, and the compiler may not leave it out. */
void crypto_wipe(void *pointer, size_t len);

/* The same for a text that lies in memory of ours. */
void crypto_wipe_text(struct str text);

/* Lower-case hexadecimal. hex_decode is false unless text has exactly 2 * len hexadecimal digits.
 */
struct str hex_encode(struct arena *arena, const void *bytes, size_t len);
bool hex_decode(struct str text, void *out, size_t len);

/* RFC 4648, with padding; the url form without. Decoding is strict: false on any other character, a
 * wrong length or left-over bits. */
struct str base64_encode(struct arena *arena, struct str bytes);
struct str base64url_encode(struct arena *arena, struct str bytes);
bool base64_decode(struct arena *arena, struct str text, struct str *out);
bool base64url_decode(struct arena *arena, struct str text, struct str *out);

/* Passwords: argon2id with 19 MiB and 2 passes; takes tens of milliseconds, so never on an I/O
 * thread. The hash is printable text with its own salt. */
struct str password_hash(struct arena *arena, struct str password);
bool password_matches(struct arena *arena, struct str hash, struct str password);

/* Memory that is locked, kept out of core files and guarded; zeroed. NULL when the system refuses
 * to lock. */
void *crypto_locked_alloc(size_t len);
void crypto_locked_free(void *pointer);

#endif
