#ifndef GUICHET_CORE_LOGO_H
#define GUICHET_CORE_LOGO_H

#include "store/store.h"

/* The picture of a merchant on its pay pages (pages.md 31): a PNG, served by us. */
enum { LOGO_BYTES_MAX = 64 * 1024, LOGO_WIDTH_MAX = 1024, LOGO_HEIGHT_MAX = 512 };

/* What is kept of a PNG: its image, without texts, places and times. ERR_INVALID with a fault on
 * "logo" when it is none, or too large; out is in the arena. */
MUST_CHECK err_t logo_clean(struct ctx *cx, struct str png, struct str *out);

/* Inside a body. An empty picture takes the old one away. ERR_NOT_FOUND with a fault: no such
 * merchant; ERR_INVALID as logo_clean. */
MUST_CHECK err_t logo_set(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                          struct str png);

/* The first characters of the picture's hash, which stand in its address; {NULL, 0}: none. */
MUST_CHECK err_t logo_hash(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                           struct str *out);

/* The picture of an address. ERR_NOT_FOUND without a fault. */
MUST_CHECK err_t logo_image(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                            struct str hash, struct str *out);

#endif
