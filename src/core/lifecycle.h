#ifndef GUICHET_CORE_LIFECYCLE_H
#define GUICHET_CORE_LIFECYCLE_H

#include "core/core.h"

/* The life of an invoice behind a platform (standards/einvoicing.md 6): one row for each status
 * that it has reached, never changed. The numbers are those of XP Z12-012, the texts the words of
 * api/seqino.md 6. */
#define LIFECYCLE_LIST(X)                                                                          \
    X(LIFECYCLE_DEPOSITED, 200, "DEPOSITED")                                                       \
    X(LIFECYCLE_TRANSMITTED, 201, "TRANSMITTED_BY_PLATFORM")                                       \
    X(LIFECYCLE_RECEIVED, 202, "RECEIVED_BY_PLATFORM")                                             \
    X(LIFECYCLE_AVAILABLE, 203, "MADE_AVAILABLE")                                                  \
    X(LIFECYCLE_ACKNOWLEDGED, 204, "ACKNOWLEDGED")                                                 \
    X(LIFECYCLE_APPROVED, 205, "APPROVED")                                                         \
    X(LIFECYCLE_PARTLY_APPROVED, 206, "PARTIALLY_APPROVED")                                        \
    X(LIFECYCLE_DISPUTED, 207, "IN_DISPUTE")                                                       \
    X(LIFECYCLE_SUSPENDED, 208, "SUSPENDED")                                                       \
    X(LIFECYCLE_COMPLETED, 209, "COMPLETED")                                                       \
    X(LIFECYCLE_REFUSED, 210, "REFUSED")                                                           \
    X(LIFECYCLE_PAYMENT_SENT, 211, "PAYMENT_TRANSMITTED")                                          \
    X(LIFECYCLE_COLLECTED, 212, "COLLECTED")                                                       \
    X(LIFECYCLE_REJECTED, 213, "REJECTED")                                                         \
    X(LIFECYCLE_CANCELLED, 220, "CANCELLED")
ENUM_DECLARE(lifecycle, LIFECYCLE_LIST);

/* The status with a number that a platform tells; false for one that is not kept here. */
bool lifecycle_of_code(int code, enum lifecycle *out);

struct lifecycle_event {
    struct event_id id;
    int64_t turn; /* from 1, of its invoice */
    enum lifecycle status;
    struct str reason;     /* of the list of the status: "DEST_INC", or {NULL, 0} */
    int64_t received_turn; /* of COLLECTED: what came, core/invoice_payment.h; else 0 */
    instant at;
};

/* Statuses of transmission come in their order, 200 or 213 first, each once; those of treatment in
 * any order, once it is deposited. Nothing follows a rejection, which comes before 202. */
bool lifecycle_may_follow(const struct lifecycle_event *events, size_t count,
                          enum lifecycle status);

/* Inside a body: the invoice has reached a status; its sponsor is told. Nothing when it may not
 * follow: a platform may say things twice, and late. */
struct lifecycle_step {
    enum lifecycle status;
    struct str reason;
    int64_t received_turn;
};
MUST_CHECK err_t lifecycle_put(struct ctx *cx, struct tx *tx, const char *invoice,
                               const struct lifecycle_step *step);

/* From the first to the last; an array in the arena. */
MUST_CHECK err_t lifecycle_list(struct ctx *cx, struct tx *tx, const char *invoice,
                                struct lifecycle_event **out, size_t *count);

#endif
