#ifndef GUICHET_CORE_SIGNED_LINK_H
#define GUICHET_CORE_SIGNED_LINK_H

#include "core/core.h"

/* Tokens of addresses that need no row: signed by this server for one object of cx->merchant in
 * cx->mode, and good for some real days. purpose is a literal: a token of another one is none. */
struct str signed_link_make(const struct core *core, struct ctx *cx, const char *purpose,
                            const char *object, int days);

/* Reads a token: sets cx->merchant and cx->mode. ERR_NOT_FOUND without a fault: not one of ours;
 * ERR_STATE without a fault: ours, but its days are over. */
MUST_CHECK err_t signed_link_read(const struct core *core, struct ctx *cx, const char *purpose,
                                  struct str token, char object[ID_SIZE]);

#endif
