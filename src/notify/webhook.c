#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "core/merchant_secret.h"
#include "notify/flight.h"
#include "wire/form.h"

enum { SECRET_MAX = 128, MS_US = 1000 };

/* How each face's news is signed and what counts as delivered (design.md 8). */
struct manner {
    enum channel channel;
    const char *signature; /* name of the header */
    const char *number;    /* of the header that names the delivery, or NULL */
    bool key_is_hex;       /* the secret is decoded, else taken as text */
    bool only_200_and_204; /* else any 2xx */
    const char *secret_of; /* face of core/merchant_secret.h; NULL: the endpoint's own */
    bool of_sponsor;       /* its endpoint is the sponsor's */
};
static const struct manner MANNERS[] = {
    {CHANNEL_STANCER,   "Stancer-Signature",   NULL,                 true,  true,  NULL,        false},
    {CHANNEL_SAFEDEBIT, "X-Guichet-Signature", "X-Guichet-Delivery", false, false, "safedebit",
     false                                                                                           },
    {CHANNEL_SEQINO,    "X-PDP-Signature",     NULL,                 false, false, NULL,        true },
};

static const struct manner *manner_of(enum channel channel)
{
    for (size_t i = 0; i < ARRAY_LEN(MANNERS); i++) {
        if (MANNERS[i].channel == channel)
            return &MANNERS[i];
    }
    must_fail(__FILE__, __LINE__, "the channel is a webhook");
}

/* --- before -------------------------------------------------------------------------------------
 */

static err_t sponsors_load(struct flight *flight, struct tx *tx, struct webhook_id id)
{
    struct sponsor_webhook *webhook = &flight->of_sponsor;
    bool found;

    TRY(sponsor_webhook_of_merchant(&flight->cx, tx, webhook, &found));
    if (!found || !ID_EQ(webhook->id, id) || !webhook->is_active)
        return ERR_NOT_FOUND;
    flight->webhook.url = webhook->url;
    return OK;
}

/* curl leaves the letters of a query as they are, which servers refuse. */
static const char *url_to_send(struct flight *flight, struct str url)
{
    struct arena *arena = flight->cx.arena;

    return str_cstr(arena, percent_ascii(arena, url));
}

/* False when the flight has ended. */
static bool endpoint_read(struct flight *flight, struct tx *tx)
{
    const struct delivery *delivery = &flight->delivery;
    struct webhook_id id;

    if (delivery->address.ptr != NULL) {
        flight->url = url_to_send(flight, delivery->address);
        if (manner_of(delivery->channel)->secret_of != NULL)
            return true;
    }
    if (!ID_PARSE(delivery->receiver, &id)) {
        flight_end(flight, TRY_HOPELESS, 0, "no_endpoint");
        return false;
    }
    err_t err = manner_of(delivery->channel)->of_sponsor
                    ? sponsors_load(flight, tx, id)
                    : webhook_load(&flight->cx, tx, id, &flight->webhook);
    if (err == ERR_NOT_FOUND)
        flight_end(flight, TRY_HOPELESS, 0, "no_endpoint");
    else if (err != OK)
        flight_end(flight, TRY_FAILED, 0, "internal");
    else if (flight->url == NULL)
        flight->url = url_to_send(flight, flight->webhook.url);
    return err == OK;
}

static void body_write(struct flight *flight, struct tx *tx)
{
    struct delivery *delivery = &flight->delivery;
    const struct event_writer *writer = news_writer(flight->notify->core->news, delivery->channel);
    err_t err = ERR_NOT_FOUND;

    if (writer != NULL && writer->tells(delivery->type))
        err = writer->write(flight->notify->core, &flight->cx, tx, delivery, &delivery->body);
    if (err == ERR_NOT_FOUND)
        flight_end(flight, TRY_NOTHING_TO_TELL, 0, NULL);
    else if (err != OK)
        flight_end(flight, TRY_FAILED, 0, "internal");
    flight->body_is_new = err == OK;
}

void webhook_prepare(struct flight *flight, struct tx *tx)
{
    if (!endpoint_read(flight, tx))
        return;
    if (flight->delivery.body.ptr == NULL)
        body_write(flight, tx);
}

/* --- signing ------------------------------------------------------------------------------------
 */

struct str webhook_signature(struct arena *arena, struct str key, instant at, struct str body)
{
    uint8_t mac[SHA256_SIZE];
    long long seconds = (long long)(at / SECOND_US);

    struct str stamp = str_format(arena, "%lld.", seconds);
    struct buf text = buf_make(arena, stamp.len + body.len);
    buf_put(&text, stamp);
    buf_put(&text, body);
    must(!text.failed);
    hmac_sha256(key, buf_str(&text), mac);
    struct str hex = hex_encode(arena, mac, sizeof mac);
    return str_format(arena, "t=%lld,v1=%s", seconds, hex.ptr);
}

static err_t secret_read(struct flight *flight, const struct manner *manner, struct str *secret)
{
    struct core *core = flight->notify->core;
    struct tx *tx;

    if (manner->of_sponsor)
        return sponsor_webhook_secret(&flight->cx, core->vault, &flight->of_sponsor, secret);
    if (manner->secret_of == NULL)
        return webhook_secret(&flight->cx, core->vault, &flight->webhook, secret);
    TRY(core_read(core, &tx));
    return merchant_secret_get(&flight->cx, tx, core->vault, manner->secret_of, secret);
}

/* The receiver's clock is real, so t is too, whatever the test clock says. */
static err_t sign(struct flight *flight, const struct manner *manner, struct str *signature)
{
    struct arena *arena = flight->cx.arena;
    uint8_t bytes[SECRET_MAX];
    struct str secret;

    TRY(secret_read(flight, manner, &secret));
    struct str key = secret;
    if (manner->key_is_hex) {
        if (secret.len / 2 > sizeof bytes || !hex_decode(secret, bytes, secret.len / 2))
            return ERR_INTERNAL;
        key = (struct str){(const char *)bytes, secret.len / 2};
    }
    *signature = webhook_signature(arena, key, clock_now(), flight->delivery.body);
    crypto_wipe(bytes, sizeof bytes);
    crypto_wipe_text(secret);
    return OK;
}

/* --- sending ------------------------------------------------------------------------------------
 */

static bool is_delivered(const struct manner *manner, int status)
{
    if (manner->only_200_and_204)
        return status == 200 || status == 204;
    return status >= 200 && status <= 299;
}

static void answered(struct http_send *send)
{
    struct flight *flight = send->owner;

    if (send->result != OK)
        flight_end(flight, TRY_FAILED, 0, send->why);
    else if (is_delivered(manner_of(flight->delivery.channel), send->status))
        flight_end(flight, TRY_DELIVERED, send->status, NULL);
    else
        flight_end(flight, TRY_FAILED, send->status, "status");
}

static bool address_allowed(const struct http_send *send, const char *address)
{
    const struct flight *flight = send->owner;

    return outward_allows(address, flight->delivery.mode == MODE_TEST);
}

static void resolved(struct resolution *resolution)
{
    struct flight *flight =
        (struct flight *)((char *)resolution - offsetof(struct flight, resolution));
    const struct manner *manner = manner_of(flight->delivery.channel);
    struct arena *arena = flight->cx.arena;
    struct str signature;

    flight->resolved_by_us = 0;
    if (resolution->result != OK) {
        flight_end(flight, TRY_FAILED, 0, resolution->result == ERR_FORBIDDEN ? "address" : "name");
        return;
    }
    if (sign(flight, manner, &signature) != OK) {
        flight_end(flight, TRY_FAILED, 0, "secret");
        return;
    }
    flight->headers[0] = str_format(arena, "%s: %s", manner->signature, signature.ptr).ptr;
    if (manner->number != NULL)
        flight->headers[1] =
            str_format(arena, "%s: %s", manner->number, flight->delivery.id.raw).ptr;
    flight->send = (struct http_send){
        .url = flight->url,
        .content_type = "application/json",
        .body = flight->delivery.body,
        .headers = flight->headers,
        .header_count = manner->number != NULL ? 2 : 1,
        .timeout_ms = flight->notify->options.timeout_ms,
        .pin = resolution->pin,
        .allows = address_allowed,
        .done = answered,
        .owner = flight,
    };
    http_send_start(flight->notify->pool, &flight->send);
}

/* Names are resolved again in every try, checked, and exactly the checked addresses connected to.
 */
void webhook_send(struct flight *flight)
{
    bool test = flight->delivery.mode == MODE_TEST;
    const char *why;

    flight->stage = FLIGHT_OUT;
    flight->resolution =
        (struct resolution){.home = flight->notify->core->home, .test = test, .done = resolved};
    if (outward_check(str_of(flight->url), test, &flight->resolution.url, &why) != OK) {
        flight_end(flight, TRY_FAILED, 0, "address");
        return;
    }
    flight->resolved_by_us =
        clock_monotonic_us() + (int64_t)flight->notify->options.timeout_ms * MS_US;
    resolver_ask(flight->notify->resolver, &flight->resolution);
}

void webhook_hurry(struct flight *flight)
{
    if (flight->resolved_by_us == 0 || clock_monotonic_us() < flight->resolved_by_us ||
        !resolver_forget(flight->notify->resolver, &flight->resolution))
        return;
    flight->resolved_by_us = 0;
    flight_end(flight, TRY_FAILED, 0, "name");
}
