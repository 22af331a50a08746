#include "core/sponsor_webhook.h"

#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "core/idempotency.h"
#include "core/merchant_secret.h"
#include "core/vault.h"
#include "store/sql.h"

ENUM_DEFINE(sponsor_event, SPONSOR_EVENT_LIST)

static const char TABLE[] = "sponsor_webhook";
static const char KIND[] = "webhook"; /* of faults */

enum { EVENTS_TEXT_MAX = 512 };

/* --- rows ---------------------------------------------------------------------------------------
 */

/* "invoice.created mandate.created" */
static struct str events_text(struct arena *arena, unsigned events)
{
    struct buf out = buf_make(arena, EVENTS_TEXT_MAX);

    for (int event = SPONSOR_TEST; event <= SPONSOR_ONBOARDING_FAILED; event++) {
        if ((events & 1U << event) == 0)
            continue;
        if (out.len > 0)
            buf_put_byte(&out, ' ');
        buf_put_cstr(&out, sponsor_event_text((enum sponsor_event)event));
    }
    must(!out.failed);
    return buf_str(&out);
}

static unsigned events_of(struct str text)
{
    unsigned events = 0;
    enum sponsor_event event;

    while (text.len > 0) {
        size_t end = str_find(text, ' ');
        must(sponsor_event_parse(str_sub(text, 0, end), &event));
        events |= 1U << event;
        text = str_from(text, end == text.len ? end : end + 1);
    }
    return events;
}

static void webhook_row(struct rows *rows, struct sponsor_webhook *out)
{
    *out = (struct sponsor_webhook){
        .url = col_text(rows, 2),
        .events = events_of(col_text(rows, 3)),
        .is_active = col_int(rows, 4) != 0,
        .sealed = col_blob(rows, 5),
        .created = col_int(rows, 6),
        .triggered = col_int(rows, 7),
    };
    col_id(rows, 0, out->id.raw);
    col_id(rows, 1, out->sponsor.raw);
}

err_t sponsor_webhook_load(struct ctx *cx, struct tx *tx, struct sponsor_id sponsor,
                           struct sponsor_webhook *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_SPONSOR_WEBHOOK_FIND,
                        ARGS(V_ID(sponsor), V_WORD(mode_text(cx->mode))), &rows, &found));
    if (!found)
        return fault(cx, ERR_NOT_FOUND, KIND, "not found");
    webhook_row(rows, out);
    return OK;
}

static err_t webhook_find(struct ctx *cx, struct tx *tx, const struct sql *sql,
                          struct sponsor_webhook *out, bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, sql, ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode))), &rows,
                        found));
    if (*found)
        webhook_row(rows, out);
    return OK;
}

err_t sponsor_webhook_of_merchant(struct ctx *cx, struct tx *tx, struct sponsor_webhook *out,
                                  bool *found)
{
    return webhook_find(cx, tx, &SQL_SPONSOR_WEBHOOK_OF_MERCHANT, out, found);
}

/* --- its secret ---------------------------------------------------------------------------------
 */

/* What owns the sealed bytes: the sponsor stands where a merchant does elsewhere. */
static struct merchant_id owner_of(struct sponsor_id sponsor)
{
    struct merchant_id owner;

    memcpy(owner.raw, sponsor.raw, sizeof owner.raw);
    return owner;
}

err_t sponsor_webhook_secret(struct ctx *cx, struct vault *vault,
                             const struct sponsor_webhook *webhook, struct str *hex)
{
    if (vault == NULL)
        return fault(cx, ERR_UNAVAILABLE, "vault", "is not open");
    return vault_unseal(vault, cx->arena, TABLE, owner_of(webhook->sponsor), ID_TEXT(webhook->id),
                        webhook->sealed, hex);
}

/* --- telling ------------------------------------------------------------------------------------
 */

static err_t news_put_for(struct ctx *cx, struct tx *tx, const struct sponsor_webhook *webhook,
                          enum sponsor_event event, struct delivery *delivery)
{
    delivery->channel = CHANNEL_SEQINO;
    delivery->receiver = ID_TEXT(webhook->id);
    delivery->type = str_of(sponsor_event_text(event));
    if (ID_NONE(delivery->event))
        ID_NEW(cx->ids, &delivery->event);
    return outbox_put(cx, tx, delivery);
}

err_t sponsor_tell(struct ctx *cx, struct tx *tx, enum sponsor_event event, const char *object,
                   const char *moment)
{
    struct delivery delivery = {.object = str_of(object)};
    struct sponsor_webhook webhook;
    bool found;

    /* A merchant that is no client, or no more, is none of the sponsor's business. */
    TRY(webhook_find(cx, tx, &SQL_SPONSOR_WEBHOOK_OF_CLIENT, &webhook, &found));
    if (!found || !webhook.is_active || (webhook.events & 1U << event) == 0)
        return OK;
    if (moment != NULL)
        must(ID_PARSE(str_of(moment), &delivery.event));
    return news_put_for(cx, tx, &webhook, event, &delivery);
}

err_t sponsor_webhook_tried(struct ctx *cx, struct tx *tx)
{
    return store_run(cx, tx, &SQL_SPONSOR_WEBHOOK_TRIED,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_INT(cx->now)));
}

/* --- creating -----------------------------------------------------------------------------------
 */

static err_t none_yet(struct ctx *cx, struct tx *tx, struct sponsor_id sponsor)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_SPONSOR_WEBHOOK_FIND,
                        ARGS(V_ID(sponsor), V_WORD(mode_text(cx->mode))), &rows, &found));
    return found ? fault(cx, ERR_CONFLICT, KIND, "exists already") : OK;
}

static err_t create_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct sponsor_webhook_create *create = arg;
    const struct sponsor_webhook *webhook = &create->webhook;
    enum idempotency_state state;
    struct webhook_id old;

    TRY(idempotency_check(&create->operation, tx, &state, old.raw));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW); /* one body: no crash leaves it open */
    TRY(none_yet(cx, tx, create->sponsor));
    TRY(store_run(cx, tx, &SQL_SPONSOR_WEBHOOK_INSERT,
                  ARGS(V_ID(webhook->sponsor), V_WORD(mode_text(cx->mode)), V_ID(webhook->id),
                       V_TEXT(webhook->url), V_TEXT(events_text(cx->arena, webhook->events)),
                       V_BLOB(webhook->sealed), V_INT(webhook->created))));
    TRY(idempotency_open(&create->operation, tx, webhook->id.raw));
    return idempotency_close(&create->operation, tx);
}

void sponsor_webhook_create(struct sponsor_webhook_create *create)
{
    struct ctx *cx = create->operation.cx;
    struct vault *vault = create->operation.core->vault;

    if (vault == NULL) {
        operation_end(&create->operation,
                      fault(cx, ERR_UNAVAILABLE, "vault", "is not open: secrets cannot be kept"));
        return;
    }
    create->secret = merchant_secret_new(cx->arena);
    create->webhook = (struct sponsor_webhook){
        .sponsor = create->sponsor,
        .url = create->url,
        .events = create->events != 0 ? create->events : SPONSOR_EVENTS_DEFAULT,
        .is_active = true,
        .created = cx->now,
    };
    ID_NEW(cx->ids, &create->webhook.id);
    create->webhook.sealed = vault_seal(vault, cx->arena, TABLE, owner_of(create->sponsor),
                                        ID_TEXT(create->webhook.id), create->secret, NULL);
    operation_write(&create->operation, create_body, operation_end);
}

/* --- changing, removing, trying -----------------------------------------------------------------
 */

static err_t update_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct sponsor_webhook_update *update = arg;
    struct sponsor_webhook *webhook = &update->webhook;

    TRY(sponsor_webhook_load(cx, tx, update->sponsor, webhook));
    if ((update->change & SPONSOR_WEBHOOK_URL) != 0)
        webhook->url = update->url;
    if ((update->change & SPONSOR_WEBHOOK_EVENTS) != 0)
        webhook->events = update->events;
    if ((update->change & SPONSOR_WEBHOOK_ACTIVE) != 0)
        webhook->is_active = update->is_active;
    return store_run(cx, tx, &SQL_SPONSOR_WEBHOOK_UPDATE,
                     ARGS(V_ID(update->sponsor), V_WORD(mode_text(cx->mode)), V_TEXT(webhook->url),
                          V_TEXT(events_text(cx->arena, webhook->events)),
                          V_INT(webhook->is_active ? 1 : 0)));
}

void sponsor_webhook_update(struct sponsor_webhook_update *update)
{
    operation_write(&update->operation, update_body, operation_end);
}

static err_t delete_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct sponsor_webhook_delete *drop = arg;
    struct sponsor_webhook webhook;

    TRY(sponsor_webhook_load(cx, tx, drop->sponsor, &webhook));
    return store_run(cx, tx, &SQL_SPONSOR_WEBHOOK_DELETE,
                     ARGS(V_ID(drop->sponsor), V_WORD(mode_text(cx->mode))));
}

void sponsor_webhook_delete(struct sponsor_webhook_delete *drop)
{
    operation_write(&drop->operation, delete_body, operation_end);
}

static err_t test_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct sponsor_webhook_test *test = arg;
    struct delivery delivery = {.due = 0};

    TRY(sponsor_webhook_load(cx, tx, test->sponsor, &test->webhook));
    if (!test->webhook.is_active)
        return fault(cx, ERR_STATE, KIND, "is not active");
    delivery.object = ID_TEXT(test->webhook.id);
    TRY(news_put_for(cx, tx, &test->webhook, SPONSOR_TEST, &delivery));
    test->event = delivery.event;
    return OK;
}

void sponsor_webhook_test(struct sponsor_webhook_test *test)
{
    operation_write(&test->operation, test_body, operation_end);
}
