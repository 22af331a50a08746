#ifndef GUICHET_CORE_MERCHANT_SECRET_H
#define GUICHET_CORE_MERCHANT_SECRET_H

#include "core/vault.h"

/* Secrets that we sign callbacks with ("safedebit"), or that merchants sign payment buttons with
 * ("simplypaie"): kept sealed, one per merchant, mode and face. */

/* 64 hexadecimal digits, unpredictable, in the arena. */
struct str merchant_secret_new(struct arena *arena);

/* Sets or replaces the secret of cx->merchant in cx->mode. ERR_UNAVAILABLE with a fault without a
 * vault. */
MUST_CHECK err_t merchant_secret_put(struct ctx *cx, struct tx *tx, struct vault *vault,
                                     const char *face, struct str secret);

/* The secret, in the arena. ERR_NOT_FOUND without a fault when none was set. */
MUST_CHECK err_t merchant_secret_get(struct ctx *cx, struct tx *tx, struct vault *vault,
                                     const char *face, struct str *secret);

/* What the sealed bytes of such a row are bound to, for rotation. */
struct str merchant_secret_row(struct arena *arena, struct str mode, struct str face);

#endif
