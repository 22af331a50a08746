#ifndef GUICHET_CORE_MERCHANT_INTERNAL_H
#define GUICHET_CORE_MERCHANT_INTERNAL_H

#include "core/merchant.h"

/* What the files of the merchant share. */

/* SHA-256 of a key in hexadecimal: how keys are stored. */
struct str key_hash(struct arena *arena, struct str key);

const char *key_kind_text(enum key_kind kind);
enum key_kind key_kind_of(struct str text);

/* Fills what a merchant's settings tell; values as of merchant_settings. */
void merchant_read_settings(struct arena *arena, const struct str *values, struct merchant *out);

/* --- who is admitted (merchant_cache.c) ---------------------------------------------------------
 */

/* What this thread remembers under a hash, if it is still good, as merchant_admit gives it: the
 * context is filled too. */
bool admission_find(struct core *core, struct ctx *cx, const uint8_t hash[32],
                    struct admission *out);
/* Remembers it until `expires` (real time), or until merchants change. */
void admission_keep(struct core *core, const uint8_t hash[32], instant expires,
                    const struct admission *admission);
/* Whoever was admitted acts now: fills cx->merchant, cx->mode, cx->now. */
void admission_enter(struct core *core, struct ctx *cx, const struct admission *admission);

/* One failure more of a login; true when this name or this address has had too many of them
 * lately. All threads count together. */
bool failures_count(struct core *core, const struct ctx *cx, struct str name, struct str peer);
/* For how many seconds more a name or an address that has had too many of them is refused; 0: it is
 * not. */
int64_t failures_block_s(struct core *core, const struct ctx *cx, struct str name, struct str peer);

#endif
