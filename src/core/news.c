#include "core/news.h"

#include <stdatomic.h>

#include "base/must.h"
#include "store/sql.h"

/* Places in a table of flags, by a hash of merchant and mode: 64 KB for any number of merchants. */
enum { FLAGS = 1 << 16, WRITERS_MAX = 8 };

struct news_desk {
    const struct event_writer *writers[WRITERS_MAX];
    size_t writer_count;
    atomic_bool shared; /* others write to the same database */
    /* Of the changes to merchants (merchants_changed): how many the flags know of. */
    atomic_llong changes;
    atomic_bool listening[FLAGS];
};

struct news_desk *news_desk_new(const struct event_writer *const *writers, size_t count)
{
    struct news_desk *desk = process_make(struct news_desk);

    must(count <= WRITERS_MAX);
    for (size_t i = 0; i < count; i++)
        desk->writers[desk->writer_count++] = writers[i];
    return desk;
}

void news_desk_free(struct news_desk *desk)
{
    process_free(desk);
}

const struct event_writer *news_writer(const struct news_desk *desk, enum channel channel)
{
    for (size_t i = 0; desk != NULL && i < desk->writer_count; i++) {
        if (desk->writers[i]->channel == channel)
            return desk->writers[i];
    }
    return NULL;
}

/* FNV-1a: ids are random already, and nobody outside chooses them. */
static size_t flag_of(struct merchant_id merchant, enum mode mode)
{
    uint32_t hash = UINT32_C(2166136261) ^ (uint32_t)mode;

    for (size_t i = 0; i < ID_LEN; i++)
        hash = (hash ^ (unsigned char)merchant.raw[i]) * UINT32_C(16777619);
    return (hash ^ hash >> 16) % FLAGS;
}

void news_listens(struct news_desk *desk, struct merchant_id merchant, enum mode mode)
{
    if (desk != NULL)
        atomic_store(&desk->listening[flag_of(merchant, mode)], true);
}

static err_t owners_load(struct ctx *cx, struct tx *tx, struct news_desk *desk)
{
    struct merchant_id merchant;
    struct rows *rows;
    enum mode mode;
    bool has;

    TRY(store_query(cx, tx, &SQL_WEBHOOK_OWNERS, ARGS_NONE, &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        col_id(rows, 0, merchant.raw);
        must(mode_parse(col_text(rows, 1), &mode));
        news_listens(desk, merchant, mode);
    }
}

err_t news_desk_load(struct ctx *cx, struct tx *tx, struct news_desk *desk,
                     const struct holder *holder)
{
    int64_t changes;

    TRY(store_known(cx, tx, &SQL_MERCHANTS_CHANGE, ARGS_NONE, &changes));
    if (atomic_load(&desk->shared) && changes == atomic_load(&desk->changes))
        return OK;
    TRY(owners_load(cx, tx, desk));
    /* After the flags: may_listen() looks at them in the other order. */
    atomic_store(&desk->changes, changes);
    atomic_store(&desk->shared, holder != NULL);
    return OK;
}

/* Another server may have made a webhook a moment ago. What is counted before the commit of this
 * body's group is more than the flags can know of, so that nothing depends on that commit. */
static err_t may_listen(struct ctx *cx, struct tx *tx, bool *out)
{
    struct news_desk *desk = cx->news;
    int64_t changes;

    *out = true;
    if (desk == NULL)
        return OK;
    int64_t known = atomic_load(&desk->changes);
    *out = atomic_load(&desk->listening[flag_of(cx->merchant, cx->mode)]);
    if (*out || !atomic_load(&desk->shared))
        return OK;
    TRY(store_known(cx, tx, &SQL_MERCHANTS_CHANGE, ARGS_NONE, &changes));
    *out = changes != known;
    return OK;
}

/* Without a desk nobody knows what a face tells; then the row is dropped at its delivery. */
static bool is_told(const struct ctx *cx, enum channel channel, struct str type)
{
    const struct event_writer *writer = news_writer(cx->news, channel);

    return cx->news == NULL || (writer != NULL && writer->tells(type));
}

err_t news_awaited(struct ctx *cx, struct tx *tx, bool *out)
{
    struct webhook *webhooks;
    size_t count;

    TRY(may_listen(cx, tx, out));
    if (!*out)
        return OK;
    TRY(webhook_list(cx, tx, &webhooks, &count));
    *out = count > 0;
    return OK;
}

err_t news_put(struct ctx *cx, struct tx *tx, const char *kind, const char *object,
               enum news_what what)
{
    struct webhook *webhooks;
    struct event_id event;
    size_t count;
    bool awaited;

    TRY(may_listen(cx, tx, &awaited));
    if (!awaited)
        return OK;
    TRY(webhook_list(cx, tx, &webhooks, &count));
    if (count == 0)
        return OK;
    struct str type =
        str_format(cx->arena, "%s.%s", kind, what == NEWS_CREATED ? "created" : "updated");
    ID_NEW(cx->ids, &event);
    for (size_t i = 0; i < count; i++) {
        struct delivery delivery = {
            .channel = webhooks[i].channel,
            .receiver = ID_TEXT(webhooks[i].id),
            .event = event,
            .type = type,
            .object = str_of(object),
        };
        if (is_told(cx, delivery.channel, type))
            TRY(outbox_put(cx, tx, &delivery));
    }
    return OK;
}
