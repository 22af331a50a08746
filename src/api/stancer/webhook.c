#include "core/webhook.h"

#include "api/stancer/list.h"
#include "api/stancer/routes.h"
#include "http/outward.h"

/* Webhooks (api/stancer.md 12): v2 only. */
struct webhook_in {
    struct given given;
    struct str url;
};
#define AT(member) FIELD_AT(struct webhook_in, member)
static const struct field IN[] = {
    {"url", F_URL, 1, 2048, REQUIRED, DOC, ED_2, AT(url)},
};
#undef AT
const struct table STANCER_WEBHOOK_IN = TABLE_OF("WebhookIn", struct webhook_in, IN);

struct webhook_out {
    struct given given;
    struct webhook_id id;
    struct str url;
    struct str secret;
    instant created;
    bool deleted;
};
#define AT(member) FIELD_AT(struct webhook_out, member)
#define AT_ID FIELD_AT_MORE(struct webhook_out, id, "whep_")
static const struct field OUT[] = {
    {"id",      F_ID,    0, 0,    REQUIRED, OURS, ED_2, AT_ID      },
    {"url",     F_TEXT,  1, 2048, REQUIRED, DOC,  ED_2, AT(url)    },
    {"created", F_EPOCH, 0, 0,    REQUIRED, OURS, ED_2, AT(created)},
    {"deleted", F_BOOL,  0, 0,    REQUIRED, OURS, ED_2, AT(deleted)},
};
const struct table STANCER_WEBHOOK_OUT = TABLE_OF("Webhook", struct webhook_out, OUT);

/* The only answer that holds the secret. */
static const struct field MADE[] = {
    {"id",      F_ID,    0,  0,    REQUIRED, DOC,  ED_2, AT_ID      },
    {"url",     F_TEXT,  1,  2048, REQUIRED, DOC,  ED_2, AT(url)    },
    {"secret",  F_TEXT,  64, 64,   REQUIRED, DOC,  ED_2, AT(secret) },
    {"created", F_EPOCH, 0,  0,    REQUIRED, OURS, ED_2, AT(created)},
};
#undef AT
#undef AT_ID
const struct table STANCER_WEBHOOK_MADE = TABLE_OF("WebhookMade", struct webhook_out, MADE);

struct webhook_query {
    struct given given;
    struct list_query list;
};
#define AT(member) FIELD_AT(struct webhook_query, member)
static const struct field QUERY[] = {
    {"start",         F_INT,   0, INT64_MAX, OPTIONAL, OURS, ED_2, AT(list.start)        },
    {"limit",         F_INT,   1, 100,       OPTIONAL, OURS, ED_2, AT(list.limit)        },
    {"created",       F_EPOCH, 0, 0,         OPTIONAL, OURS, ED_2, AT(list.created)      },
    {"created_until", F_EPOCH, 0, 0,         OPTIONAL, OURS, ED_2, AT(list.created_until)},
};
#undef AT
const struct table STANCER_WEBHOOK_QUERY = TABLE_OF("WebhookQuery", struct webhook_query, QUERY);

static struct webhook_out to_wire(const struct webhook *webhook)
{
    return (struct webhook_out){
        .id = webhook->id,
        .url = webhook->url,
        .created = webhook->created,
    };
}

static err_t created_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    const struct webhook_create *create = (const struct webhook_create *)operation;
    struct webhook_out object = to_wire(&create->webhook);

    object.secret = create->secret;
    *out = object_text(request, &STANCER_WEBHOOK_MADE, &object);
    return OK;
}

static void create_start(struct operation *operation)
{
    webhook_create((struct webhook_create *)operation);
}

void stancer_webhook_create(struct request *request)
{
    struct webhook_create *create = arena_make(request->cx->arena, struct webhook_create);
    struct webhook_in in;
    struct url url;
    const char *why;

    if (!read_body(request, &in))
        return;
    if (outward_check(in.url, is_test(request), &url, &why) != OK) {
        answer_error(request, fault(request->cx, ERR_INVALID, "body.url", why));
        return;
    }
    create->channel = CHANNEL_STANCER;
    create->url = in.url;
    call_create(request, &create->operation, create_start, created_text);
}

/* Endpoints of other faces are not this face's. */
static err_t own_load(struct ctx *cx, struct tx *tx, struct webhook_id id, struct webhook *out)
{
    TRY(webhook_load(cx, tx, id, out));
    if (out->channel != CHANNEL_STANCER)
        return fault_object(cx, ERR_NOT_FOUND, "webhook", "not found", id.raw);
    return OK;
}

void stancer_webhook_get(struct request *request)
{
    struct webhook webhook;
    struct webhook_id id;
    struct tx *tx;

    if (!read_id(request, "whep_", "webhook", id.raw) || !read_tx(request, &tx))
        return;
    err_t err = own_load(request->cx, tx, id, &webhook);
    struct webhook_out object = to_wire(&webhook);
    if (err == OK)
        answer_json(request, 200, object_text(request, &STANCER_WEBHOOK_OUT, &object));
    else
        answer_error(request, err);
}

static err_t deleted_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    struct webhook_out object = to_wire(&((const struct webhook_delete *)operation)->webhook);

    object.deleted = true;
    *out = object_text(request, &STANCER_WEBHOOK_OUT, &object);
    return OK;
}

static void delete_start(struct operation *operation)
{
    webhook_delete((struct webhook_delete *)operation);
}

void stancer_webhook_delete(struct request *request)
{
    struct webhook_delete *drop = arena_make(request->cx->arena, struct webhook_delete);

    if (!read_id(request, "whep_", "webhook", drop->id.raw))
        return;
    drop->channel = CHANNEL_STANCER;
    call_delete(request, &drop->operation, delete_start, deleted_text);
}

static void list_put(struct request *request, struct buf *out, const void *items, size_t at)
{
    struct webhook_out object = to_wire(&((const struct webhook *)items)[at]);

    object_put(request, out, &STANCER_WEBHOOK_OUT, &object);
}

/* Newest first, what was asked for of the few there are. */
static struct webhook *page_pick(struct arena *arena, const struct webhook *all, size_t count,
                                 const struct page_of *page, struct page_found *found)
{
    struct webhook *picked = arena_array(arena, struct webhook, count);

    *found = (struct page_found){.count = 0};
    for (size_t i = count; i > 0; i--) {
        const struct webhook *at = &all[i - 1];
        if (at->channel != CHANNEL_STANCER || at->created < page->created_from ||
            at->created > page->created_until)
            continue;
        if (found->total >= page->start && (int64_t)found->count < page->limit)
            picked[found->count++] = *at;
        found->total++;
    }
    found->has_more = found->total > page->start + (int64_t)found->count;
    return picked;
}

void stancer_webhook_list(struct request *request)
{
    struct webhook_query in;
    struct page_found found;
    struct webhook *all;
    size_t count;
    struct tx *tx;

    if (!read_query(request, &in) || !read_tx(request, &tx))
        return;
    struct page_of page = PAGE_ASKED(request, &in);
    err_t err = webhook_list(request->cx, tx, &all, &count);
    if (err != OK) {
        answer_error(request, err);
        return;
    }
    struct webhook *picked = page_pick(request->cx->arena, all, count, &page, &found);
    answer_list(request, "webhooks", &page, &found, picked, list_put);
}
