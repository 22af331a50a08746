#ifndef GUICHET_CORE_EVENT_H
#define GUICHET_CORE_EVENT_H

#include "store/store.h"

/* What happened to an object, written in the same transaction. kind is a literal such as
 * "payment.state"; detail is a word of ours ("to_capture"), never text from outside. */
MUST_CHECK err_t event_put(struct ctx *cx, struct tx *tx, const char *kind, const char *object,
                           const char *detail);

/* The same, of an earlier moment. */
MUST_CHECK err_t event_put_at(struct ctx *cx, struct tx *tx, const char *kind, const char *object,
                              const char *detail, instant at);

struct event {
    struct str kind;
    struct str detail; /* {NULL, 0} when there is none */
    instant created;
};
/* What happened to an object, oldest first; at most EVENTS_MAX, in the arena. */
enum { EVENTS_MAX = 500 };
MUST_CHECK err_t events_of_object(struct ctx *cx, struct tx *tx, const char *object,
                                  struct event **out, size_t *count);

#endif
