#ifndef GUICHET_CORE_CAUGHT_H
#define GUICHET_CORE_CAUGHT_H

#include "store/store.h"

/* What a sandbox caught instead of sending it (design.md 6): mails and text messages. The newest
 * CAUGHT_KEPT are kept. */
#define CAUGHT_KIND_LIST(X) X(CAUGHT_MAIL, 1, "mail") X(CAUGHT_SMS, 2, "sms")
ENUM_DECLARE(caught_kind, CAUGHT_KIND_LIST);

enum {
    CAUGHT_KEPT = 500,
    CAUGHT_PAGE = 100,
    CAUGHT_TEXT_MAX = 64 * 1024,      /* of text and html; what is longer is cut */
    CAUGHT_LIST_MAX = 2 * 1024 * 1024 /* of one list: it ends early */
};

struct caught {
    struct caught_id id;
    enum caught_kind kind;
    struct str from;    /* of the envelope */
    struct str to;      /* in small letters */
    struct str message; /* Message-ID without < >; or {NULL, 0}, as what follows */
    struct str subject;
    struct str text;
    struct str html;
    struct str raw; /* as it came, made UTF-8; caught_list leaves it out */
    instant at;     /* real time */
};

/* Inside a body: fills id and forgets what is too old. */
MUST_CHECK err_t caught_put(struct ctx *cx, struct tx *tx, struct caught *caught);

/* Newest first, at most CAUGHT_PAGE; to: of one receiver, or {NULL, 0}. */
MUST_CHECK err_t caught_list(struct ctx *cx, struct tx *tx, struct str to, struct caught **out,
                             size_t *count);

/* The message as it came. ERR_NOT_FOUND without a fault. */
MUST_CHECK err_t caught_raw(struct ctx *cx, struct tx *tx, struct caught_id id, struct str *raw);

#endif
