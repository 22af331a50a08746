#ifndef GUICHET_CORE_EVENT_H
#define GUICHET_CORE_EVENT_H

#include "store/store.h"

/* What happened to an object, written in the same transaction. kind is a literal such as "payment.state"; detail
 * is a word of ours ("to_capture"), never text from outside. */
MUST_CHECK err_t event_put(struct ctx *cx, struct tx *tx, const char *kind, const char *object,
                           const char *detail);

#endif
