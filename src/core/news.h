#ifndef GUICHET_CORE_NEWS_H
#define GUICHET_CORE_NEWS_H

#include "core/webhook.h"

/* What happened to an object, for whoever is to be told: one call beside event_put(), in the same
 * body. A merchant without a webhook costs one look into memory.
 *
 *     TRY(news_put(cx, tx, "payout", payout->id.raw, NEWS_CREATED));
 *
 * kind is the core's word for the object (a literal: "payment", "refund", "dispute", "payout",
 * "request", "mandate"); each face has its own words and tells only what its event_writer knows, so
 * a new kind also needs a row in the writer's table (api/stancer/news.c). The body is written from
 * the object when it is delivered for the first time: it shows the object as it was then. */
enum news_what { NEWS_CREATED = 1, NEWS_UPDATED };
MUST_CHECK err_t news_put(struct ctx *cx, struct tx *tx, const char *kind, const char *object,
                          enum news_what what);

/* Whether anybody is told anything: one question for many. */
MUST_CHECK err_t news_awaited(struct ctx *cx, struct tx *tx, bool *out);

/* How a face tells an event (style.md 2). main.c registers them. */
struct event_writer {
    enum channel channel;
    /* Whether the face has a word for this type ("payment.created"). */
    bool (*tells)(struct str type);
    /* The body, from the object as tx shows it; in cx->arena. ERR_NOT_FOUND: it does not exist any
     * more, or the face does not show it. */
    err_t (*write)(struct core *core, struct ctx *cx, struct tx *tx,
                   const struct delivery *delivery, struct str *body);
};

/* Who listens: one for the process, shared by all threads. It may take somebody for a listener who
 * is none, never the other way round: then the database is asked. Of several servers each asks also
 * as long as something has changed about merchants since it loaded this. A context whose news is
 * NULL asks always. */
struct news_desk *news_desk_new(const struct event_writer *const *writers, size_t count);
void news_desk_free(struct news_desk *desk);
/* At the start, before anything is written; one of several servers, which has a holder, also every
 * half second or so, from a new snapshot: it costs a question when nothing has changed. */
MUST_CHECK err_t news_desk_load(struct ctx *cx, struct tx *tx, struct news_desk *desk,
                                const struct holder *holder);
/* From now on they listen. NULL is allowed. */
void news_listens(struct news_desk *desk, struct merchant_id merchant, enum mode mode);
/* The writer of a channel, or NULL. desk may be NULL. */
const struct event_writer *news_writer(const struct news_desk *desk, enum channel channel);

#endif
