#ifndef GUICHET_CORE_OUTBOX_H
#define GUICHET_CORE_OUTBOX_H

#include "core/holder.h"

/* What leaves the server on its own: webhooks, callbacks, mails and text
 * messages (design.md 2 and 8). A row is
 * written in the commit of what happened, for one receiver, and stays on its way until it is
 * delivered or has used up its tries: at least once, in order per receiver and object, across any
 * crash. Times are the merchant's. Who delivers is src/notify/; who wants to tell something calls
 * news_put() (core/news.h), mail_put() (core/mail.h) or sms_put() (core/sms.h). */
#define CHANNEL_LIST(X)                                                                            \
    X(CHANNEL_STANCER, 1, "stancer")                                                               \
    X(CHANNEL_SAFEDEBIT, 2, "safedebit")                                                           \
    X(CHANNEL_SEQINO, 3, "seqino")                                                                 \
    X(CHANNEL_MAIL, 4, "mail")                                                                     \
    X(CHANNEL_SMS, 5, "sms")
ENUM_DECLARE(channel, CHANNEL_LIST);

#define DELIVERY_OUTCOME_LIST(X)                                                                   \
    X(DELIVERY_DELIVERED, 1, "delivered")                                                          \
    X(DELIVERY_DEAD, 2, "dead") /* the last try failed, or none is worth while */
ENUM_DECLARE(delivery_outcome, DELIVERY_OUTCOME_LIST);

struct delivery {
    struct merchant_id merchant;
    enum mode mode;
    struct delivery_id id;
    enum channel channel;
    struct str receiver;   /* what the order counts for: an endpoint's id, "mail", ... */
    struct str address;    /* an URL or a mail address; {NULL, 0}: the endpoint's own */
    struct event_id event; /* the same for every receiver of one event */
    struct str type;       /* "payment.created" */
    struct str object;
    struct str body;               /* {NULL, 0}: not written yet */
    instant due;                   /* 0: waits for an older one of its object, or is done */
    int64_t tries;                 /* that ended */
    int64_t code;                  /* of the last answer; 0: none */
    struct str why;                /* a word of ours for the last failure: "timeout" */
    enum delivery_outcome outcome; /* 0: on its way */
    instant created;
    instant done;
};

/* Inside a body: one row for cx->merchant in cx->mode, due at once. Of `delivery` channel,
 * receiver, address, event, type, object and body count; fills id. */
MUST_CHECK err_t outbox_put(struct ctx *cx, struct tx *tx, struct delivery *delivery);

/* --- the worker's side
 * -------------------------------------------------------------------------- */

struct outbox_receiver {
    struct merchant_id merchant;
    enum mode mode;
    struct str receiver;
    instant clock_offset;        /* out */
    const struct holder *holder; /* in: which of several servers asks, core/holder.h */
};
/* The next receiver, in no meaningful order, that something is or will be due for. *found is false
 * at the end; begin with an empty merchant. Fills the clock. */
MUST_CHECK err_t outbox_receiver_next(struct ctx *cx, struct tx *tx, struct outbox_receiver *at,
                                      bool *found);
/* What is due for it at `now` (its merchant's time) and no other server has taken, oldest first; at
 * most limit. */
MUST_CHECK err_t outbox_due(struct ctx *cx, struct tx *tx, const struct outbox_receiver *of,
                            instant now, int64_t limit, struct delivery **out, size_t *count);

/* Inside bodies, for the merchant and mode of the context. A row that is gone is no error. */
/* One of several servers takes what it found due; *taken is false: another one was quicker. */
MUST_CHECK err_t outbox_take(struct ctx *cx, struct tx *tx, const struct holder *holder,
                             const struct delivery *delivery, bool *taken);
MUST_CHECK err_t outbox_body_set(struct ctx *cx, struct tx *tx, const struct delivery *delivery,
                                 struct str body);
enum { TRY_DELIVERED = 1, TRY_FAILED, TRY_HOPELESS, TRY_NOTHING_TO_TELL };
struct delivery_try {
    int result;   /* FAILED: again later; HOPELESS: dead at once; NOTHING_TO_TELL: the row goes */
    int64_t code; /* of the answer; 0: none */
    const char *why; /* a literal; NULL when delivered */
};
MUST_CHECK err_t outbox_tried(struct ctx *cx, struct tx *tx, const struct delivery *delivery,
                              const struct delivery_try *attempt);

/* When a delivery that failed so often is tried again; 0: never, it is dead (design.md 8). */
instant outbox_retry_at(enum channel channel, instant now, int64_t failed);

/* Wakes the worker that delivers: what is due earlier than it thinks. From any thread; NULL is
 * allowed. */
struct outbox_bell *outbox_bell_new(struct mailbox *home);
void outbox_bell_free(struct outbox_bell *bell);
void outbox_ring(struct outbox_bell *bell);

/* --- nightly and operator
 * ----------------------------------------------------------------------- */

/* Forgets delivered rows after 7 days and dead ones after 30 [our choice], `most` of them at once;
 * what a mail said goes with its row. */
MUST_CHECK err_t outbox_purge(struct ctx *cx, struct tx *tx, int64_t most, int64_t *removed);

/* Sets cx->merchant and cx->mode and loads. ERR_NOT_FOUND with a fault on "delivery". */
MUST_CHECK err_t outbox_load(struct ctx *cx, struct tx *tx, struct delivery_id id,
                             struct delivery *out);

struct outbox_filter {
    instant since;             /* real time; 0: from the first */
    instant until;             /* exclusive; 0: to the last */
    struct delivery_id before; /* older than this one; "": from the newest */
    struct str state;          /* "waiting", "delivered", "dead"; {NULL, 0}: all */
    int64_t limit;
};
/* Newest first, without bodies. */
MUST_CHECK err_t outbox_list(struct ctx *cx, struct tx *tx, const struct outbox_filter *filter,
                             struct delivery **out, size_t *count);

/* "waiting", "queued" (behind an older one), "delivered" or "dead". */
struct str delivery_state(const struct delivery *delivery);

/* Inside a body: a delivery that has ended is on its way again, with all its tries and the same
 * body. *replayed is false when it has not ended. */
MUST_CHECK err_t outbox_replay(struct ctx *cx, struct tx *tx, struct delivery_id id,
                               bool *replayed);

#endif
