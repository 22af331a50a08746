#ifndef GUICHET_TESTS_SUPPORT_NEWS_H
#define GUICHET_TESTS_SUPPORT_NEWS_H

#include "core/mail.h"
#include "core/news.h"
#include "support/core_calls.h"

/* Webhooks and the outbox, as tests make and read them. */

static inline struct webhook webhook_make(struct world *world, const char *url)
{
    struct webhook_create create = {.channel = CHANNEL_STANCER, .url = str_of(url)};

    WORLD_RUN(world, &create, webhook_create);
    assert_int_equal(create.operation.result, OK);
    return create.webhook;
}

struct news_put_work {
    const char *kind;
    const char *object;
    enum news_what what;
};
static inline err_t news_put_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct news_put_work *work = arg;

    return news_put(cx, tx, work->kind, work->object, work->what);
}
static inline void news_tell(struct world *world, const char *kind, const char *object,
                             enum news_what what)
{
    struct news_put_work work = {kind, object, what};

    world_time(world, world->cx);
    assert_ok(tx_run(world->store, world->cx, news_put_body, &work));
}

static inline err_t mail_put_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return mail_put(cx, tx, arg);
}
static inline err_t mail_post(struct world *world, struct mail *mail)
{
    ctx_clear_faults(world->cx);
    world_time(world, world->cx);
    return tx_run(world->store, world->cx, mail_put_body, mail);
}

/* All rows of the world's merchant, newest first. */
static inline size_t outbox_all(struct world *world, struct delivery **out)
{
    const struct outbox_filter filter = {.limit = 1000};
    size_t count;

    assert_ok(outbox_list(world->cx, world_read(world), &filter, out, &count));
    reader_release(world->core.reader);
    return count;
}

/* What is due now for a receiver. */
static inline size_t outbox_due_now(struct world *world, struct str receiver, struct delivery **out)
{
    const struct outbox_receiver of = {
        .merchant = world->made.merchant,
        .mode = MODE_TEST,
        .receiver = receiver,
        .clock_offset = world->offset,
    };
    size_t count;

    world_time(world, world->cx);
    assert_ok(outbox_due(world->cx, world_read(world), &of, world->cx->now, 100, out, &count));
    return count;
}

struct tried_work {
    const struct delivery *delivery;
    struct delivery_try attempt;
};
static inline err_t tried_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct tried_work *work = arg;

    return outbox_tried(cx, tx, work->delivery, &work->attempt);
}
static inline void outbox_try(struct world *world, const struct delivery *delivery, int result,
                              int64_t code)
{
    struct tried_work work = {
        delivery, {result, code, result == TRY_DELIVERED ? NULL : "status"}
    };

    world_time(world, world->cx);
    assert_ok(tx_run(world->store, world->cx, tried_body, &work));
}

#endif
