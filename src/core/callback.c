#include "core/callback.h"

#include "base/crypto.h"

enum { SHOWN_BYTES = 8 };

/* "https://shop.example.com:8443" */
static struct str origin_of(struct str url)
{
    size_t slashes = 0;

    for (size_t i = 0; i < url.len; i++) {
        slashes += url.ptr[i] == '/' ? 1 : 0;
        if (slashes == 3 || url.ptr[i] == '?' || url.ptr[i] == '#')
            return str_sub(url, 0, i);
    }
    return url;
}

/* A short name for a server, whatever its own is. */
static struct str receiver_of(struct arena *arena, struct str url)
{
    uint8_t hash[SHA256_SIZE];

    sha256(origin_of(url), hash);
    struct str shown = hex_encode(arena, hash, SHOWN_BYTES);
    return str_format(arena, "callback.%s", shown.ptr);
}

err_t callback_put(struct ctx *cx, struct tx *tx, const struct callback *callback)
{
    struct delivery delivery = {
        .channel = CHANNEL_SAFEDEBIT,
        .receiver = receiver_of(cx->arena, callback->url),
        .address = callback->url,
        .type = callback->type,
        .object = str_of(callback->object),
        .body = callback->body,
    };

    ID_NEW(cx->ids, &delivery.event);
    return outbox_put(cx, tx, &delivery);
}
