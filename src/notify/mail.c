#include "core/mail.h"

#include <stddef.h>

#include "notify/flight.h"
#include "notify/mime.h"

void mail_prepare(struct flight *flight, struct tx *tx)
{
    const struct notify_options *options = &flight->notify->options;
    const struct delivery *delivery = &flight->delivery;
    struct mail mail;

    if (delivery->mode == MODE_TEST && !flight->notify->core->sandbox) {
        /* A test never writes to a person (api/safedebit.md 10): the row shows what would have
         * gone. */
        flight_end(flight, TRY_DELIVERED, 0, "test_mode");
        return;
    }
    if (options->smtp_url.len == 0 || !mail_address_valid(options->smtp_from)) {
        flight_end(flight, TRY_FAILED, 0, "not_configured");
        return;
    }
    err_t err = mail_load(&flight->cx, tx, delivery, &mail);
    if (err != OK) {
        flight_end(flight, err == ERR_NOT_FOUND ? TRY_HOPELESS : TRY_FAILED, 0, "internal");
        return;
    }
    const struct mime_frame frame = {
        .from = options->smtp_from, .id = delivery->id, .date = delivery->created};
    flight->message = mime_write(flight->cx.arena, &mail, &frame);
}

static struct flight *flight_of(struct work *work)
{
    return (struct flight *)((char *)work - offsetof(struct flight, handing));
}

static void hand_over(struct work *work)
{
    smtp_send(&flight_of(work)->mailing);
}

static void taken(struct message *message)
{
    struct flight *flight = flight_of((struct work *)message);
    const struct smtp_send *send = &flight->mailing;

    if (send->result == OK)
        flight_end(flight, TRY_DELIVERED, send->code, NULL);
    else if (send->result == ERR_FORBIDDEN)
        flight_end(flight, TRY_HOPELESS, send->code, "refused");
    else
        flight_end(flight, TRY_FAILED, send->code, send->why);
}

static const char *text_or_null(struct arena *arena, struct str text)
{
    return text.len == 0 ? NULL : str_cstr(arena, text);
}

void mail_send(struct flight *flight)
{
    struct notify *notify = flight->notify;
    const struct notify_options *options = &notify->options;
    struct arena *arena = flight->cx.arena;

    flight->stage = FLIGHT_OUT;
    flight->mailing = (struct smtp_send){
        .url = str_cstr(arena, options->smtp_url),
        .user = text_or_null(arena, options->smtp_user),
        .password = text_or_null(arena, options->smtp_password),
        .from = str_cstr(arena, options->smtp_from),
        .to = str_cstr(arena, flight->delivery.address),
        .message = flight->message,
        .timeout_ms = options->timeout_ms,
        .given_up = &notify->given_up,
    };
    flight->handing =
        (struct work){.done = {.run = taken}, .home = notify->core->home, .run = hand_over};
    if (notify->mailers == NULL)
        notify->mailers = workers_new(MAILS_MAX);
    workers_submit(notify->mailers, &flight->handing);
}
