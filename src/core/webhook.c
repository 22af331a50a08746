#include "core/webhook.h"

#include "base/crypto.h"
#include "base/must.h"
#include "base/rand.h"
#include "core/idempotency.h"
#include "core/merchant.h"
#include "core/news.h"
#include "core/vault.h"
#include "store/sql.h"

static const char KIND[] = "webhook";

static void webhook_row(struct rows *rows, struct webhook *out)
{
    *out = (struct webhook){
        .url = col_text(rows, 2),
        .sealed = col_blob(rows, 3),
        .created = col_int(rows, 4),
    };
    col_id(rows, 0, out->id.raw);
    must(channel_parse(col_text(rows, 1), &out->channel));
}

err_t webhook_load(struct ctx *cx, struct tx *tx, struct webhook_id id, struct webhook *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_WEBHOOK_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        &found));
    if (!found)
        return fault_object(cx, ERR_NOT_FOUND, KIND, "not found", id.raw);
    webhook_row(rows, out);
    return OK;
}

err_t webhook_list(struct ctx *cx, struct tx *tx, struct webhook **out, size_t *count)
{
    size_t capacity = 0;
    struct rows *rows;
    bool has;

    *out = NULL;
    TRY(store_query(cx, tx, &SQL_WEBHOOK_LIST,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode))), &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        webhook_row(rows, &(*out)[*count]);
    }
}

err_t webhook_secret(struct ctx *cx, struct vault *vault, const struct webhook *webhook,
                     struct str *hex)
{
    if (vault == NULL)
        return fault(cx, ERR_UNAVAILABLE, "vault", "is not open");
    return vault_unseal(vault, cx->arena, KIND, cx->merchant, ID_TEXT(webhook->id), webhook->sealed,
                        hex);
}

static err_t create_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct webhook_create *create = arg;
    struct webhook *webhook = &create->webhook;
    struct webhook *others;
    enum idempotency_state state;
    struct webhook_id old;
    size_t count;

    TRY(idempotency_check(&create->operation, tx, &state, old.raw));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW); /* one body: no crash leaves it open */
    TRY(webhook_list(cx, tx, &others, &count));
    if (count >= WEBHOOKS_MAX)
        return fault(cx, ERR_LIMIT, "url", "there are too many webhooks");
    /* Early rather than late: from here on every body asks the database. */
    news_listens(cx->news, cx->merchant, cx->mode);
    TRY(store_run(cx, tx, &SQL_WEBHOOK_INSERT,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(webhook->id),
                       V_WORD(channel_text(webhook->channel)), V_TEXT(webhook->url),
                       V_BLOB(webhook->sealed), V_INT(webhook->created))));
    TRY(merchants_changed(cx, tx)); /* other servers learn of it */
    TRY(idempotency_open(&create->operation, tx, webhook->id.raw));
    return idempotency_close(&create->operation, tx);
}

void webhook_create(struct webhook_create *create)
{
    struct ctx *cx = create->operation.cx;
    struct vault *vault = create->operation.core->vault;
    uint8_t secret[WEBHOOK_SECRET_SIZE];

    if (vault == NULL) {
        operation_end(&create->operation,
                      fault(cx, ERR_UNAVAILABLE, "vault", "is not open: secrets cannot be kept"));
        return;
    }
    rand_bytes(secret, sizeof secret);
    create->secret = hex_encode(cx->arena, secret, sizeof secret);
    crypto_wipe(secret, sizeof secret);
    create->webhook =
        (struct webhook){.channel = create->channel, .url = create->url, .created = cx->now};
    ID_NEW(cx->ids, &create->webhook.id);
    create->webhook.sealed = vault_seal(vault, cx->arena, KIND, cx->merchant,
                                        ID_TEXT(create->webhook.id), create->secret, NULL);
    operation_write(&create->operation, create_body, operation_end);
}

static err_t delete_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct webhook_delete *drop = arg;

    TRY(webhook_load(cx, tx, drop->id, &drop->webhook));
    if (drop->webhook.channel != drop->channel)
        return fault_object(cx, ERR_NOT_FOUND, KIND, "not found", drop->id.raw);
    return store_run(cx, tx, &SQL_WEBHOOK_DELETE,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(drop->id)));
}

void webhook_delete(struct webhook_delete *drop)
{
    operation_write(&drop->operation, delete_body, operation_end);
}
