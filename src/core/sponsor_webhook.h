#ifndef GUICHET_CORE_SPONSOR_WEBHOOK_H
#define GUICHET_CORE_SPONSOR_WEBHOOK_H

#include "core/core.h"
#include "core/outbox.h"

/* The one address of a sponsor, in each mode, that is told what happens to its clients
 * (api/seqino.md 7). It is of no merchant: a row of a directory, found by the sponsor. What is told
 * is a row of the outbox like all news, and belongs to the client that it is about. */
#define SPONSOR_EVENT_LIST(X)                                                                      \
    X(SPONSOR_TEST, 1, "webhook.test")                                                             \
    X(SPONSOR_INVOICE_CREATED, 2, "invoice.created")                                               \
    X(SPONSOR_INVOICE_RECEIVED, 3, "invoice.received")                                             \
    X(SPONSOR_INVOICE_STATUS_UPDATED, 4, "invoice.status_updated")                                 \
    X(SPONSOR_MANDATE_CREATED, 5, "mandate.created")                                               \
    X(SPONSOR_MANDATE_ACTIVATED, 6, "mandate.activated")                                           \
    X(SPONSOR_MANDATE_EXPIRED, 7, "mandate.expired")                                               \
    X(SPONSOR_MANDATE_FAILED, 8, "mandate.failed")                                                 \
    X(SPONSOR_ONBOARDING_COMPLETED, 9, "client.onboarding_completed")                              \
    X(SPONSOR_ONBOARDING_FAILED, 10, "client.onboarding_failed")
ENUM_DECLARE(sponsor_event, SPONSOR_EVENT_LIST);

/* Sets of events have a bit 1 << event each. Who names none has these: what enrolment tells is
 * told to those alone who ask for it by name. */
enum { SPONSOR_EVENTS_DEFAULT = (1 << SPONSOR_ONBOARDING_COMPLETED) - (1 << SPONSOR_TEST) };

struct sponsor_webhook {
    struct webhook_id id;
    struct sponsor_id sponsor;
    struct str url;
    unsigned events;
    bool is_active;
    struct str sealed; /* the secret, bound to table, row and sponsor */
    instant created;
    instant triggered; /* the last time that anything was on its way to it; 0: never */
};

/* In cx->mode. ERR_NOT_FOUND with a fault on "webhook": the sponsor has none. */
MUST_CHECK err_t sponsor_webhook_load(struct ctx *cx, struct tx *tx, struct sponsor_id sponsor,
                                      struct sponsor_webhook *out);
/* That of the sponsor of cx->merchant. *found is false when there is none. */
MUST_CHECK err_t sponsor_webhook_of_merchant(struct ctx *cx, struct tx *tx,
                                             struct sponsor_webhook *out, bool *found);

/* The secret in hexadecimal, in the arena: wipe it. ERR_UNAVAILABLE without a vault. */
MUST_CHECK err_t sponsor_webhook_secret(struct ctx *cx, struct vault *vault,
                                        const struct sponsor_webhook *webhook, struct str *hex);

/* What happened, for the sponsor of cx->merchant, beside the change itself: in the same body.
 *
 *     TRY(sponsor_tell(cx, tx, SPONSOR_MANDATE_CREATED, mandate->id.raw, NULL));
 *
 * object is the id that the order of news counts for. The face writes what is told from the object
 * when it leaves first (core/news.h); where the object has moved on by then and a step is to be
 * told as it was, moment is the id of that step's own row, which becomes the id of the event. NULL:
 * a new id. Costs one look-up where nobody listens. */
MUST_CHECK err_t sponsor_tell(struct ctx *cx, struct tx *tx, enum sponsor_event event,
                              const char *object, const char *moment);

/* Something has been on its way to that of the sponsor of cx->merchant, whatever became of it. */
MUST_CHECK err_t sponsor_webhook_tried(struct ctx *cx, struct tx *tx);

/* --- calls, for the sponsor of cx->merchant
 * ------------------------------------------------------------------------------------ */

/* POST. url was checked by the face. ERR_CONFLICT with a fault on "webhook": there is one.
 * ERR_UNAVAILABLE with a fault on "vault": there is none. An Idempotency-Key counts. */
struct sponsor_webhook_create {
    struct operation operation;
    struct sponsor_id sponsor;
    struct str url;
    unsigned events;                /* 0: SPONSOR_EVENTS_DEFAULT */
    struct sponsor_webhook webhook; /* out */
    struct str secret;              /* out: hexadecimal, shown once */
};
void sponsor_webhook_create(struct sponsor_webhook_create *create);

/* PUT. What is not given stays. ERR_NOT_FOUND as above. */
enum {
    SPONSOR_WEBHOOK_URL = 1U << 0,
    SPONSOR_WEBHOOK_EVENTS = 1U << 1,
    SPONSOR_WEBHOOK_ACTIVE = 1U << 2,
};
struct sponsor_webhook_update {
    struct operation operation;
    struct sponsor_id sponsor;
    unsigned change; /* which of the following count */
    struct str url;
    unsigned events;
    bool is_active;
    struct sponsor_webhook webhook; /* out */
};
void sponsor_webhook_update(struct sponsor_webhook_update *update);

/* DELETE. What is on its way to it is not sent any more. ERR_NOT_FOUND as above. */
struct sponsor_webhook_delete {
    struct operation operation;
    struct sponsor_id sponsor;
};
void sponsor_webhook_delete(struct sponsor_webhook_delete *drop);

/* Tells SPONSOR_TEST, whatever events are asked for. ERR_NOT_FOUND as above; ERR_STATE with a fault
 * on "webhook": it is switched off. */
struct sponsor_webhook_test {
    struct operation operation;
    struct sponsor_id sponsor;
    struct sponsor_webhook webhook; /* out */
    struct event_id event;          /* out */
};
void sponsor_webhook_test(struct sponsor_webhook_test *test);

#endif
