#include "core/sponsor_webhook.h"

#include "api/seqino/call.h"
#include "api/seqino/news.h"
#include "api/seqino/routes.h"
#include "base/must.h"
#include "http/outward.h"

/* The webhook of a sponsor (api/seqino.md 7). */

enum { URL_MAX = 2048, EVENTS_MAX = SPONSOR_ONBOARDING_FAILED };

#define EVENT_WORD(symbol, value, text) [value] = (text),
static const char *const EVENT_TEXTS[] = {SPONSOR_EVENT_LIST(EVENT_WORD)};
static const struct words EVENTS = {EVENT_TEXTS, ARRAY_LEN(EVENT_TEXTS), false};

struct webhook_in {
    struct given given;
    struct str url;
    unsigned events;
    bool is_active;
};
#define AT(member) FIELD_AT(struct webhook_in, member)
#define AT_EVENTS FIELD_AT_MORE(struct webhook_in, events, &EVENTS)
static const struct field IN[] = {
    {"url",    F_URL,   1, URL_MAX,    REQUIRED, DOC, ED_ALL, AT(url)  },
    {"events", F_WORDS, 1, EVENTS_MAX, OPTIONAL, DOC, ED_ALL, AT_EVENTS},
};
static const struct field CHANGE[] = {
    {"url",       F_URL,   1, URL_MAX,    OPTIONAL, DOC, ED_ALL, AT(url)      },
    {"events",    F_WORDS, 1, EVENTS_MAX, OPTIONAL, DOC, ED_ALL, AT_EVENTS    },
    {"is_active", F_BOOL,  0, 0,          OPTIONAL, DOC, ED_ALL, AT(is_active)},
};
#undef AT
#undef AT_EVENTS
const struct table SEQINO_WEBHOOK_IN = TABLE_OF("WebhookCreate", struct webhook_in, IN);
const struct table SEQINO_WEBHOOK_CHANGE = TABLE_OF("WebhookUpdate", struct webhook_in, CHANGE);

struct webhook_out {
    struct given given;
    struct webhook_id id;
    struct str url;
    struct str secret;
    unsigned events;
    bool is_active;
    instant created;
    instant triggered;
    struct event_id event;
    struct str event_type;
    struct str message;
};
#define AT(member) FIELD_AT(struct webhook_out, member)
#define AT_ID FIELD_AT_MORE(struct webhook_out, id, WEBHOOK_PREFIX)
#define AT_EVENT FIELD_AT_MORE(struct webhook_out, event, EVENT_PREFIX)
#define AT_EVENTS FIELD_AT_MORE(struct webhook_out, events, &EVENTS)
static const struct field OUT[] = {
    {"webhook_id",        F_ID,      0, 0,          REQUIRED, DOC, ED_ALL, AT_ID        },
    {"url",               F_TEXT,    1, URL_MAX,    REQUIRED, DOC, ED_ALL, AT(url)      },
    {"events",            F_WORDS,   1, EVENTS_MAX, REQUIRED, DOC, ED_ALL, AT_EVENTS    },
    {"is_active",         F_BOOL,    0, 0,          REQUIRED, DOC, ED_ALL, AT(is_active)},
    {"created_at",        F_RFC3339, 0, 0,          REQUIRED, DOC, ED_ALL, AT(created)  },
    {"last_triggered_at", F_RFC3339, 0, 0,          OPTIONAL, DOC, ED_ALL, AT(triggered)},
};
/* The only answer that holds the secret. */
static const struct field MADE[] = {
    {"webhook_id", F_ID,      0,  0,          REQUIRED, DOC, ED_ALL, AT_ID      },
    {"url",        F_TEXT,    1,  URL_MAX,    REQUIRED, DOC, ED_ALL, AT(url)    },
    {"secret",     F_TEXT,    64, 64,         REQUIRED, DOC, ED_ALL, AT(secret) },
    {"events",     F_WORDS,   1,  EVENTS_MAX, REQUIRED, DOC, ED_ALL, AT_EVENTS  },
    {"created_at", F_RFC3339, 0,  0,          REQUIRED, DOC, ED_ALL, AT(created)},
    {"message",    F_TEXT,    1,  255,        REQUIRED, DOC, ED_ALL, AT(message)},
};
static const struct field TESTED[] = {
    {"webhook_id", F_ID,   0, 0,   REQUIRED, OURS, ED_ALL, AT_ID         },
    {"event_id",   F_ID,   0, 0,   REQUIRED, OURS, ED_ALL, AT_EVENT      },
    {"event_type", F_TEXT, 1, 64,  REQUIRED, OURS, ED_ALL, AT(event_type)},
    {"message",    F_TEXT, 1, 255, REQUIRED, OURS, ED_ALL, AT(message)   },
};
#undef AT
#undef AT_ID
#undef AT_EVENT
#undef AT_EVENTS
const struct table SEQINO_WEBHOOK_OUT = TABLE_OF("Webhook", struct webhook_out, OUT);
const struct table SEQINO_WEBHOOK_MADE = TABLE_OF("WebhookCreated", struct webhook_out, MADE);
const struct table SEQINO_WEBHOOK_TESTED = TABLE_OF("WebhookTest", struct webhook_out, TESTED);

static struct webhook_out to_wire(const struct sponsor_webhook *webhook)
{
    struct webhook_out out = {
        .id = webhook->id,
        .url = webhook->url,
        .events = webhook->events,
        .is_active = webhook->is_active,
        .created = webhook->created,
        .triggered = webhook->triggered,
    };

    if (webhook->triggered != 0)
        GIVE(&out, triggered);
    return out;
}

void seqino_webhook_get(struct request *request)
{
    struct sponsor_webhook webhook;
    struct tx *tx;

    if (!sq_read(request, &tx))
        return;
    err_t err = sponsor_webhook_load(request->cx, tx, caller(request)->sponsor, &webhook);
    if (err != OK) {
        sq_error(request, err);
        return;
    }
    struct webhook_out out = to_wire(&webhook);
    sq_answer(request, 200, sq_text(request, &SEQINO_WEBHOOK_OUT, &out));
}

/* --- writing ------------------------------------------------------------------------------------
 */

/* False when it has answered. */
static bool url_check(struct request *request, struct str text)
{
    struct url url;
    const char *why;

    if (outward_check(text, is_test(request), &url, &why) == OK)
        return true;
    sq_error(request, fault(request->cx, ERR_INVALID, "body.url", why));
    return false;
}

static err_t created_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    const struct sponsor_webhook_create *create = (const struct sponsor_webhook_create *)operation;
    struct webhook_out object = to_wire(&create->webhook);

    object.secret = create->secret;
    object.message = STR("Webhook created: keep the secret, it is not shown again");
    *out = sq_text(request, &SEQINO_WEBHOOK_MADE, &object);
    return OK;
}

static void create_start(struct operation *operation)
{
    sponsor_webhook_create((struct sponsor_webhook_create *)operation);
}

void seqino_webhook_create(struct request *request)
{
    struct sponsor_webhook_create *create =
        arena_make(request->cx->arena, struct sponsor_webhook_create);
    struct webhook_in in;

    if (!sq_body(request, &in) || !url_check(request, in.url))
        return;
    create->sponsor = caller(request)->sponsor;
    create->url = in.url;
    create->events = in.events;
    sq_create(request, &create->operation, create_start, created_text);
}

static err_t updated_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    const struct webhook_out object =
        to_wire(&((const struct sponsor_webhook_update *)operation)->webhook);

    *out = sq_text(request, &SEQINO_WEBHOOK_OUT, &object);
    return OK;
}

static void update_start(struct operation *operation)
{
    sponsor_webhook_update((struct sponsor_webhook_update *)operation);
}

void seqino_webhook_update(struct request *request)
{
    struct sponsor_webhook_update *update =
        arena_make(request->cx->arena, struct sponsor_webhook_update);
    struct webhook_in in;

    if (!sq_body(request, &in) || (GIVEN(&in, url) && !url_check(request, in.url)))
        return;
    *update = (struct sponsor_webhook_update){
        .sponsor = caller(request)->sponsor,
        .url = in.url,
        .events = in.events,
        .is_active = in.is_active,
    };
    update->change |= GIVEN(&in, url) ? SPONSOR_WEBHOOK_URL : 0U;
    update->change |= GIVEN(&in, events) ? SPONSOR_WEBHOOK_EVENTS : 0U;
    update->change |= GIVEN(&in, is_active) ? SPONSOR_WEBHOOK_ACTIVE : 0U;
    sq_run(request, &update->operation, update_start, updated_text);
}

static void delete_start(struct operation *operation)
{
    sponsor_webhook_delete((struct sponsor_webhook_delete *)operation);
}

void seqino_webhook_delete(struct request *request)
{
    struct sponsor_webhook_delete *drop =
        arena_make(request->cx->arena, struct sponsor_webhook_delete);

    drop->sponsor = caller(request)->sponsor;
    sq_run(request, &drop->operation, delete_start, NULL);
}

static err_t tested_text(const struct request *request, struct operation *operation,
                         struct str *out)
{
    const struct sponsor_webhook_test *test = (const struct sponsor_webhook_test *)operation;
    const struct webhook_out object = {
        .id = test->webhook.id,
        .event = test->event,
        .event_type = str_of(sponsor_event_text(SPONSOR_TEST)),
        .message = STR("Test event queued"),
    };

    *out = sq_text(request, &SEQINO_WEBHOOK_TESTED, &object);
    return OK;
}

static void test_start(struct operation *operation)
{
    sponsor_webhook_test((struct sponsor_webhook_test *)operation);
}

void seqino_webhook_test(struct request *request)
{
    struct sponsor_webhook_test *test = arena_make(request->cx->arena, struct sponsor_webhook_test);

    test->sponsor = caller(request)->sponsor;
    sq_run(request, &test->operation, test_start, tested_text);
}
