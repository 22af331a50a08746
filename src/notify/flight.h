#ifndef GUICHET_NOTIFY_FLIGHT_H
#define GUICHET_NOTIFY_FLIGHT_H

#include <stdatomic.h>
#include <stddef.h>

#include "core/caught.h"
#include "core/mail.h"
#include "core/news.h"
#include "core/sponsor_webhook.h"
#include "core/workers.h"
#include "http/outward.h"
#include "http/pool.h"
#include "http/smtp.h"
#include "notify/notify.h"

/* Private to src/notify: one try of one delivery, from the row to its outcome. */
enum flight_stage {
    FLIGHT_READY = 1, /* the body is known; not committed yet when body_is_new, or not taken */
    FLIGHT_OUT,       /* being resolved or sent */
    FLIGHT_ENDED,     /* to be written down */
};

enum { HEADERS_MAX = 2 };

struct flight {
    struct flight *next;
    struct notify *notify;
    struct ctx cx; /* of the merchant; its own arena */
    struct delivery delivery;
    enum flight_stage stage;
    bool body_is_new;
    bool taken; /* it is this server's, not one of the others' (core/holder.h) */
    bool lost;  /* another one was quicker */
    struct webhook webhook;
    struct sponsor_webhook of_sponsor; /* instead of it, where a sponsor has one */
    const char *url;
    struct delivery_try attempt;
    const char *headers[HEADERS_MAX];
    struct resolution resolution;
    int64_t resolved_by_us; /* monotonic; 0: its name is known */
    struct http_send send;
    struct smtp_send mailing;
    struct work handing; /* the mail over, on a thread that waits for its server */
    struct str message;  /* of a mail */
    bool is_caught;      /* it goes into the database, in the commit of its outcome */
    struct caught caught;
};

/* How many tries run at once, and how many of them are mails, whosever they are: servers refuse who
 * comes with more connections, of which 20 are usual, and that would be a try of each mail. */
enum { FLIGHTS_MAX = 256, MAILS_MAX = 16 };

/* What is being committed, while everything else goes on: bodies that are to be sent, and outcomes.
 * One at a time, so what comes meanwhile shares the next. */
struct flight_write {
    struct job job; /* first */
    struct notify *notify;
    struct ctx cx;
    struct flight *flights[FLIGHTS_MAX];
    size_t count;
    bool pending;
    int64_t again_us; /* monotonic: after a failure not before this */
};

struct notify {
    struct notify_options options;
    struct core *core;
    struct pool *pool;
    struct resolver *resolver;
    struct workers *mailers; /* NULL: there was no mail yet */
    struct flight *flights;
    size_t count;
    struct flight_write write;
    atomic_bool stopping;
    atomic_bool given_up;          /* mails that are still under way */
    struct outbox_receiver cursor; /* where the last look ended */
    char cursor_receiver[64];
    int64_t listeners_us; /* monotonic: when to look for webhooks of other servers again */
    _Atomic int64_t delivered;
    _Atomic int64_t failed;
    _Atomic int64_t running;
};

/* The try is over; the outcome is written with the next commit. why is a literal. */
void flight_end(struct flight *flight, int result, int64_t code, const char *why);

/* webhook.c: reads endpoint and body; ends the flight when there is nothing to send. */
void webhook_prepare(struct flight *flight, struct tx *tx);
void webhook_send(struct flight *flight);
/* Ends the flight when its name has not been answered for too long. */
void webhook_hurry(struct flight *flight);
/* "t=<unix>,v1=<hex>": HMAC-SHA-256 of "<t>.<body>" (design.md 8). In the arena. */
struct str webhook_signature(struct arena *arena, struct str key, instant at, struct str body);

/* mail.c */
void mail_prepare(struct flight *flight, struct tx *tx);
void mail_send(struct flight *flight);

/* sms.c */
void sms_prepare(struct flight *flight);
void sms_send(struct flight *flight);
/* The number as networks take it: "06 12 34 56 78" is "+33612345678", a French one. In the arena.
 */
struct str sms_number(struct arena *arena, struct str written);

#endif
