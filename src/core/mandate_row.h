#ifndef GUICHET_CORE_MANDATE_ROW_H
#define GUICHET_CORE_MANDATE_ROW_H

#include "core/mandate.h"

/* Between the files of mandates. */

/* The day on which it expires in a state, if nothing is collected before; {NULL, 0}: on none. */
struct str mandate_expires_on(struct ctx *cx, const struct mandate *mandate,
                              enum mandate_state state);

#endif
