#ifndef GUICHET_CORE_WEBHOOK_H
#define GUICHET_CORE_WEBHOOK_H

#include "core/core.h"
#include "core/outbox.h"

/* Addresses that a merchant has us tell what happens (api/stancer.md 12). */
enum { WEBHOOK_SECRET_SIZE = 32, WEBHOOKS_MAX = 16 /* of a merchant in a mode [our choice] */ };

struct webhook {
    struct webhook_id id;
    enum channel channel;
    struct str url;
    struct str sealed; /* the secret, bound to table, row and merchant */
    instant created;
};

/* ERR_NOT_FOUND with a fault on "webhook" and the id. */
MUST_CHECK err_t webhook_load(struct ctx *cx, struct tx *tx, struct webhook_id id,
                              struct webhook *out);
/* All of cx->merchant in cx->mode, oldest first; an array in the arena. */
MUST_CHECK err_t webhook_list(struct ctx *cx, struct tx *tx, struct webhook **out, size_t *count);

/* The secret in hexadecimal, in the arena: wipe it. ERR_UNAVAILABLE without a vault. */
MUST_CHECK err_t webhook_secret(struct ctx *cx, struct vault *vault, const struct webhook *webhook,
                                struct str *hex);

/* POST. url was checked by the face. ERR_LIMIT with a fault on "url": there are too many. */
struct webhook_create {
    struct operation operation;
    enum channel channel;
    struct str url;
    struct webhook webhook; /* out */
    struct str secret;      /* out: hexadecimal, shown once */
};
void webhook_create(struct webhook_create *create);

/* DELETE. What is on its way to it is not sent any more. */
struct webhook_delete {
    struct operation operation;
    struct webhook_id id;
    enum channel channel;   /* whose it must be */
    struct webhook webhook; /* out */
};
void webhook_delete(struct webhook_delete *drop);

#endif
