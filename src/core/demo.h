#ifndef GUICHET_CORE_DEMO_H
#define GUICHET_CORE_DEMO_H

#include "core/payment.h"

/* A payment of 25.99 euro for somebody to try the pay page with, made at the start of a sandbox
 * unless one is there that nobody has used. *path is
 * "/ptest_.../paym_...". Blocks: for a thread that may. The payer comes back to the counter's start
 * page. */
MUST_CHECK err_t demo_payment(struct core *core, struct ctx *cx, struct str public_key,
                              struct str *path);

#endif
