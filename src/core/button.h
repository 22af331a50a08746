#ifndef GUICHET_CORE_BUTTON_H
#define GUICHET_CORE_BUTTON_H

#include "core/merchant.h"

/* Payment buttons (api/simplypaie.md 3): an address that a merchant writes itself and signs with
 * its button_secret, "/button-<account>?<text>&sig=<signature>". */
struct button_address {
    struct str account;   /* digits */
    struct str text;      /* what is signed: the query before "&sig=" */
    struct str signature; /* as it came */
};

/* Whose button is it? The secret that signed it says merchant and mode; sets cx->merchant, mode and
 * now. ERR_NOT_FOUND without a fault: nobody's. */
MUST_CHECK err_t button_open(struct core *core, struct ctx *cx,
                             const struct button_address *address, struct merchant *out);

#endif
