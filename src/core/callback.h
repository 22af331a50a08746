#ifndef GUICHET_CORE_CALLBACK_H
#define GUICHET_CORE_CALLBACK_H

#include "core/outbox.h"

/* A message to an address that came with a call (api/safedebit.md 5), signed with the merchant's
 * callback secret when it leaves. Addresses of one server are one receiver, so that one that does
 * not answer holds up nobody else. */
struct callback {
    struct str url;
    const char *object; /* order is kept for each */
    struct str type;    /* "levy.settled", shown to the operator */
    struct str body;    /* {NULL, 0}: the face writes it when it is delivered first */
};

/* Inside a body, for cx->merchant in cx->mode. */
MUST_CHECK err_t callback_put(struct ctx *cx, struct tx *tx, const struct callback *callback);

#endif
