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

#endif
