#ifndef GUICHET_CORE_SMS_H
#define GUICHET_CORE_SMS_H

#include "core/core.h"
#include "core/outbox.h"

/* A text message to one phone, written in the commit of the step that calls for it. notify/sms.c
 * hands it to whoever sends it (docs/sms.md). */
struct sms {
    struct str to;      /* a phone number, as people write it */
    struct str text;    /* one paragraph */
    const char *kind;   /* what it is about, a literal: "form.code"; shown to the operator */
    const char *object; /* messages about one object go out in order */
};
enum { SMS_TEXT_MAX = 1024 };

/* Whether a message would leave: somebody sends them (sms.url), or this is a test, whose messages
 * reach nobody but the sandbox's catcher. */
bool sms_possible(const struct core *core, const struct ctx *cx);

/* Inside a body, for cx->merchant in cx->mode. */
MUST_CHECK err_t sms_put(struct ctx *cx, struct tx *tx, const struct sms *sms);

#endif
