#ifndef GUICHET_CLI_WHOSE_H
#define GUICHET_CLI_WHOSE_H

#include "core/merchant.h"

/* The merchant that a command is about, for the bodies of commands. */

/* ERR_NOT_FOUND with a fault on "merchant". */
MUST_CHECK err_t whose_load(struct ctx *cx, struct tx *tx, struct merchant_id id,
                            struct merchant *out);

/* The same, and the context is the merchant's from here on: its mode, its time. */
MUST_CHECK err_t whose_enter(struct ctx *cx, struct tx *tx, struct merchant_id id, enum mode mode,
                             struct merchant *out);

#endif
