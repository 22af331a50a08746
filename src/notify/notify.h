#ifndef GUICHET_NOTIFY_NOTIFY_H
#define GUICHET_NOTIFY_NOTIFY_H

#include "core/core.h"

/* The worker that empties the outbox (core/outbox.h): one thread, which makes many calls at once.
 * What it sends is committed before, what became of it afterwards; a crash between the two sends
 * the same bytes again. */
struct notify;

struct notify_options {
    struct core *core;    /* for this thread alone: reader and home of its own */
    struct str smtp_url;  /* empty: mails are tried in vain, until they are dead */
    struct str smtp_user; /* empty: none */
    struct str smtp_password;
    struct str smtp_from; /* our address, mail_address_valid() */
    struct str sms_url;   /* empty: text messages are tried in vain likewise */
    struct str sms_token; /* empty: none */
    int timeout_ms;       /* 0: 10 s, as design.md 8 says */
};

/* Texts are borrowed as long as it lives. core->bell is to be a bell of core->home. */
struct notify *notify_new(const struct notify_options *options);
/* Runs until notify_stop, and then a moment longer for what is under way. */
void notify_run(struct notify *notify);
void notify_stop(struct notify *notify); /* from any thread */
void notify_free(struct notify *notify);

struct notify_stats {
    int64_t delivered;
    int64_t failed; /* tries */
    int64_t running;
};
void notify_stats_read(struct notify *notify, struct notify_stats *out);

#endif
