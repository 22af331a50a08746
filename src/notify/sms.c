#include "core/sms.h"
#include "base/must.h"
#include "core/caught.h"
#include "notify/flight.h"
#include "wire/json.h"

/* Text messages: handed to the operator's connector, one POST each (docs/sms.md). Those of test
 * mode reach nobody: a sandbox keeps them with its mails. */

enum { FRENCH_LEN = 10, BODY_MAX = 8 * SMS_TEXT_MAX };

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

struct str sms_number(struct arena *arena, struct str written)
{
    struct buf out = buf_make(arena, written.len + 4);

    for (size_t i = 0; i < written.len; i++) {
        if (is_digit(written.ptr[i]) || (i == 0 && written.ptr[i] == '+'))
            buf_put_byte(&out, written.ptr[i]);
    }
    struct str digits = buf_str(&out);
    if (str_starts(digits, STR("00")))
        return str_format(arena, "+%.*s", (int)digits.len - 2, digits.ptr + 2);
    if (digits.len == FRENCH_LEN && digits.ptr[0] == '0')
        return str_format(arena, "+33%.*s", (int)digits.len - 1, digits.ptr + 1);
    return digits;
}

static void catch_it(struct flight *flight)
{
    const struct delivery *delivery = &flight->delivery;

    flight->caught = (struct caught){
        .kind = CAUGHT_SMS,
        .from = STR("guichet"),
        .to = delivery->address,
        .text = delivery->body,
        .raw = delivery->body,
        .at = flight->cx.real,
    };
    flight->is_caught = true;
    flight_end(flight, TRY_DELIVERED, 0, NULL);
}

void sms_prepare(struct flight *flight)
{
    bool test = flight->delivery.mode == MODE_TEST;

    if (test && flight->notify->core->sandbox)
        catch_it(flight);
    else if (test)
        flight_end(flight, TRY_DELIVERED, 0, "test_mode");
    else if (flight->notify->options.sms_url.len == 0)
        flight_end(flight, TRY_FAILED, 0, "not_configured");
}

static struct str body_make(struct flight *flight)
{
    const struct delivery *delivery = &flight->delivery;
    struct buf out = buf_make(flight->cx.arena, BODY_MAX);

    buf_put(&out, STR("{\"to\":"));
    json_put_text(&out, sms_number(flight->cx.arena, delivery->address));
    buf_put(&out, STR(",\"text\":"));
    json_put_text(&out, delivery->body);
    buf_put_byte(&out, '}');
    must(!out.failed);
    return buf_str(&out);
}

/* What the connector says is wrong with the message stays wrong. */
static bool is_hopeless(int status)
{
    return status == 400 || status == 422;
}

static void answered(struct http_send *send)
{
    struct flight *flight = send->owner;

    if (send->result != OK)
        flight_end(flight, TRY_FAILED, 0, send->why);
    else if (send->status >= 200 && send->status <= 299)
        flight_end(flight, TRY_DELIVERED, send->status, NULL);
    else
        flight_end(flight, is_hopeless(send->status) ? TRY_HOPELESS : TRY_FAILED, send->status,
                   "status");
}

void sms_send(struct flight *flight)
{
    const struct notify_options *options = &flight->notify->options;
    struct arena *arena = flight->cx.arena;
    size_t count = 0;

    flight->stage = FLIGHT_OUT;
    flight->headers[count++] =
        str_format(arena, "X-Guichet-Delivery: %s", flight->delivery.id.raw).ptr;
    if (options->sms_token.len > 0)
        flight->headers[count++] = str_format(arena, "Authorization: Bearer %.*s",
                                              (int)options->sms_token.len, options->sms_token.ptr)
                                       .ptr;
    flight->send = (struct http_send){
        .url = str_cstr(arena, options->sms_url),
        .content_type = "application/json",
        .body = body_make(flight),
        .headers = flight->headers,
        .header_count = count,
        .timeout_ms = options->timeout_ms,
        .done = answered,
        .owner = flight,
    };
    http_send_start(flight->notify->pool, &flight->send);
}
