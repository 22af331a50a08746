#ifndef GUICHET_CORE_LISTING_H
#define GUICHET_CORE_LISTING_H

#include "store/store.h"

/* The list of payments as SimplyPaie shows it (docs/adr/0031): lines with numbers of their own. */

/* Inside a body: the next number of cx->merchant in cx->mode. */
MUST_CHECK err_t listing_number(struct ctx *cx, struct tx *tx, int64_t *out);

#endif
