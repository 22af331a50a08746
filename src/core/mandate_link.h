#ifndef GUICHET_CORE_MANDATE_LINK_H
#define GUICHET_CORE_MANDATE_LINK_H

#include "core/mandate.h"

/* The address under which a debtor reads its own mandate, without a key: signed by this server, and
 * good for MANDATE_LINK_DAYS real days. */
#define MANDATE_LINK_PATH "/mandat/"
enum { MANDATE_LINK_DAYS = 90 };

/* "/mandat/{token}", for a mandate of cx->merchant in cx->mode. */
struct str mandate_link(const struct core *core, struct ctx *cx, struct mandate_id id);

/* Reads a token: sets cx->merchant and cx->mode. ERR_NOT_FOUND without a fault: not one of ours;
 * ERR_STATE without a fault: ours, but its days are over. */
MUST_CHECK err_t mandate_link_read(const struct core *core, struct ctx *cx, struct str token,
                                   struct mandate_id *out);

#endif
