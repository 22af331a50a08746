#include "notify/notify.h"

#include <string.h>

#include "base/log.h"
#include "base/must.h"
#include "core/holder.h"
#include "core/merchant.h"
#include "core/task.h"
#include "notify/flight.h"

/* How many tries run at once for one receiver, so that one who does not answer holds up nobody
 * else; how many receivers one look passes; how often the worker looks when nothing wakes it; how
 * far apart its commits are at least, since each breaks up a group of payments; how long a stop
 * waits for what is under way. */
enum {
    FLIGHTS_PER_RECEIVER = 64,
    FLIGHTS_WHEN_FULLER = 4,
    RECEIVERS_PER_LOOK = 64,
    LOOK_MS = 100,
    WRITE_MS = 10,
    STOP_MS = 2000,
    MS_US = 1000,
    TIMEOUT_MS = 10000,
    FLIGHT_ARENA = 64 << 20,
};

static int64_t in_ms(int64_t ms)
{
    return clock_monotonic_us() + ms * MS_US;
}

void flight_end(struct flight *flight, int result, int64_t code, const char *why)
{
    flight->stage = FLIGHT_ENDED;
    flight->attempt = (struct delivery_try){result, code, why};
}

/* --- looking for what is due --------------------------------------------------------------------
 */

static size_t mails_under_way(const struct notify *notify)
{
    size_t count = 0;

    for (const struct flight *at = notify->flights; at != NULL; at = at->next)
        count += at->delivery.channel == CHANNEL_MAIL ? 1 : 0;
    return count;
}

static size_t flights_of(const struct notify *notify, const struct outbox_receiver *of,
                         const struct delivery *delivery, bool *running)
{
    size_t count = 0;

    *running = false;
    for (const struct flight *at = notify->flights; at != NULL; at = at->next) {
        if (!ID_EQ(at->delivery.merchant, of->merchant) || at->delivery.mode != of->mode ||
            !str_eq(at->delivery.receiver, of->receiver))
            continue;
        count++;
        *running |= delivery != NULL && ID_EQ(at->delivery.id, delivery->id);
    }
    return count;
}

static struct str copy(struct arena *arena, struct str text)
{
    return text.ptr == NULL ? STR_NONE : str_dup(arena, text);
}

static void flight_begin(struct notify *notify, struct tx *tx, const struct delivery *delivery,
                         instant offset)
{
    struct flight *flight = process_make(struct flight);
    struct arena *arena = arena_new(FLIGHT_ARENA);
    instant real = clock_now();

    flight->notify = notify;
    flight->cx = (struct ctx){
        .arena = arena,
        .ids = notify->core->ids,
        .news = notify->core->news,
        .mode = delivery->mode,
        .merchant = delivery->merchant,
        .real = real,
        .now = real + offset,
    };
    flight->delivery = *delivery;
    flight->delivery.receiver = copy(arena, delivery->receiver);
    flight->delivery.address = copy(arena, delivery->address);
    flight->delivery.type = copy(arena, delivery->type);
    flight->delivery.object = copy(arena, delivery->object);
    flight->delivery.body = copy(arena, delivery->body);
    flight->stage = FLIGHT_READY;
    flight->taken = notify->core->holder == NULL;
    flight->next = notify->flights;
    notify->flights = flight;
    notify->count++;
    switch (delivery->channel) {
    case CHANNEL_MAIL:
        mail_prepare(flight, tx);
        return;
    case CHANNEL_SMS:
        sms_prepare(flight);
        return;
    case CHANNEL_STANCER:
    case CHANNEL_SAFEDEBIT:
    case CHANNEL_SEQINO:
        webhook_prepare(flight, tx);
        return;
    }
}

/* The mail server is one for all merchants: none of them has more than half of it. */
static size_t room_for_mails(const struct notify *notify, size_t left)
{
    size_t count = mails_under_way(notify);

    if (count >= MAILS_MAX || left == 0)
        return 0;
    return count < MAILS_MAX / 2 ? MAILS_MAX / 2 : 1;
}

/* Who does not answer may hold what nobody else wants; the fuller it gets the less does one
 * receiver get, so that some that are silent leave room for all others. */
static size_t room_for_one(const struct notify *notify, const struct outbox_receiver *of)
{
    size_t left = FLIGHTS_MAX - notify->count;

    if (str_eq(of->receiver, MAIL_RECEIVER))
        return room_for_mails(notify, left);
    if (left > FLIGHTS_MAX / 2)
        return FLIGHTS_PER_RECEIVER;
    if (left > FLIGHTS_MAX / 4)
        return FLIGHTS_WHEN_FULLER;
    return left > 0 ? 1 : 0;
}

/* Begins what is due for one receiver, as far as there is room. */
static err_t receiver_look(struct notify *notify, struct ctx *cx, struct tx *tx,
                           const struct outbox_receiver *of)
{
    struct delivery *due;
    size_t count;
    bool running;

    size_t under_way = flights_of(notify, of, NULL, &running);
    size_t room = room_for_one(notify, of);
    if (under_way >= room)
        return OK;
    /* What is under way is still due: it is among the first. */
    TRY(outbox_due(cx, tx, of, cx->real + of->clock_offset, (int64_t)room, &due, &count));
    for (size_t i = 0; i < count && under_way < room_for_one(notify, of); i++) {
        flights_of(notify, of, &due[i], &running);
        if (running)
            continue;
        flight_begin(notify, tx, &due[i], of->clock_offset);
        under_way++;
    }
    return OK;
}

static void cursor_move(struct notify *notify, const struct outbox_receiver *at)
{
    notify->cursor = *at;
    must(at->receiver.len < sizeof notify->cursor_receiver);
    memcpy(notify->cursor_receiver, at->receiver.ptr, at->receiver.len);
    notify->cursor.receiver = (struct str){notify->cursor_receiver, at->receiver.len};
}

/* Goes on where the last look ended, so that every receiver has its turn. *all: it came to the end.
 */
static err_t look_on(struct notify *notify, struct ctx *cx, bool *all)
{
    struct outbox_receiver at = notify->cursor;
    struct tx *tx;
    bool found;

    *all = false;
    at.holder = notify->core->holder;
    TRY(core_read(notify->core, &tx));
    for (int i = 0; i < RECEIVERS_PER_LOOK && notify->count < FLIGHTS_MAX; i++) {
        TRY(outbox_receiver_next(cx, tx, &at, &found));
        if (!found) {
            *all = true;
            notify->cursor = (struct outbox_receiver){.receiver = STR_NONE};
            return OK;
        }
        cursor_move(notify, &at);
        TRY(receiver_look(notify, cx, tx, &at));
    }
    return OK;
}

/* Other servers make webhooks too. */
static err_t listeners_look(struct notify *notify, struct ctx *cx)
{
    struct core *core = notify->core;
    struct tx *tx;

    if (core->holder == NULL || core->news == NULL || clock_monotonic_us() < notify->listeners_us)
        return OK;
    notify->listeners_us = in_ms(OTHERS_LOOK_MS);
    TRY(core_read(core, &tx));
    return news_desk_load(cx, tx, core->news, core->holder);
}

/* True when every receiver has been looked at. */
static bool look(struct notify *notify)
{
    struct ctx cx = {
        .arena = arena_new(FLIGHT_ARENA), .ids = notify->core->ids, .real = clock_now()};
    bool all = true;

    err_t err = listeners_look(notify, &cx);
    if (err == OK)
        err = look_on(notify, &cx, &all);
    if (err != OK) {
        log_event(&cx, EV_STORE_FAILED, LOG_ERR(err));
        all = true; /* not at once again */
    }
    arena_free(cx.arena);
    return all;
}

/* --- writing what is to be sent and what became of it -------------------------------------------
 */

static err_t tried_write(struct flight *flight, struct tx *tx)
{
    TRY(outbox_tried(&flight->cx, tx, &flight->delivery, &flight->attempt));
    return flight->delivery.channel == CHANNEL_SEQINO ? sponsor_webhook_tried(&flight->cx, tx) : OK;
}

static err_t flight_write(struct flight *flight, struct tx *tx)
{
    bool taken = true;

    if (!flight->taken)
        TRY(outbox_take(&flight->cx, tx, flight->notify->core->holder, &flight->delivery, &taken));
    flight->lost = !taken;
    if (flight->lost)
        return OK;
    if (flight->body_is_new)
        TRY(outbox_body_set(&flight->cx, tx, &flight->delivery, flight->delivery.body));
    if (flight->is_caught)
        TRY(caught_put(&flight->cx, tx, &flight->caught));
    return flight->stage == FLIGHT_ENDED ? tried_write(flight, tx) : OK;
}

/* One commit for all of it. Rows of several merchants: each with its own context. */
static err_t write_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct flight_write *write = arg;

    (void)cx;
    for (size_t i = 0; i < write->count; i++)
        TRY(flight_write(write->flights[i], tx));
    return OK;
}

static void flight_free(struct notify *notify, struct flight *flight)
{
    struct flight **link = &notify->flights;

    while (*link != flight)
        link = &(*link)->next;
    *link = flight->next;
    arena_free(flight->cx.arena);
    process_free(flight);
    notify->count--;
}

static void outcome_log(struct notify *notify, const struct flight *flight)
{
    if (flight->attempt.result == TRY_DELIVERED) {
        atomic_fetch_add(&notify->delivered, 1);
        return;
    }
    if (flight->attempt.result == TRY_NOTHING_TO_TELL)
        return;
    atomic_fetch_add(&notify->failed, 1);
    log_event(&flight->cx, EV_DELIVERY_FAILED, LOG_ID("delivery", flight->delivery.id),
              LOG_WORD("channel", channel_text(flight->delivery.channel)),
              LOG_WORD("why", flight->attempt.why), LOG_INT("code", flight->attempt.code),
              LOG_INT("tries", flight->delivery.tries + 1));
}

static void flight_send(struct flight *flight)
{
    flight->body_is_new = false;
    switch (flight->delivery.channel) {
    case CHANNEL_MAIL:
        mail_send(flight);
        return;
    case CHANNEL_SMS:
        sms_send(flight);
        return;
    case CHANNEL_STANCER:
    case CHANNEL_SAFEDEBIT:
    case CHANNEL_SEQINO:
        webhook_send(flight);
        return;
    }
}

/* What was written may go out now; what ended is forgotten. */
static void written(struct message *message)
{
    struct flight_write *write = (struct flight_write *)message;
    struct notify *notify = write->notify;
    bool ended = false;

    write->pending = false;
    if (write->job.result != OK) {
        log_event(&write->cx, EV_STORE_FAILED, LOG_ERR(write->job.result));
        write->again_us = in_ms(LOOK_MS);
        return;
    }
    for (size_t i = 0; i < write->count; i++) {
        struct flight *flight = write->flights[i];
        if (flight->lost) {
            flight_free(notify, flight);
        } else if (flight->stage == FLIGHT_ENDED) {
            outcome_log(notify, flight);
            flight_free(notify, flight);
            ended = true;
        } else {
            flight->body_is_new = false;
            flight->taken = true;
        }
    }
    if (ended)
        tasks_wake(notify->core->tasks); /* a move of the clock may wait for it */
}

static void write_add(struct flight_write *write, struct flight *flight)
{
    instant real = clock_now();

    flight->cx.now += real - flight->cx.real;
    flight->cx.real = real;
    write->flights[write->count++] = flight;
}

static bool wants_writing(const struct flight *flight)
{
    return flight->stage == FLIGHT_ENDED ||
           (flight->stage == FLIGHT_READY && (flight->body_is_new || !flight->taken));
}

static void write_begin(struct notify *notify)
{
    struct flight_write *write = &notify->write;

    if (write->pending || clock_monotonic_us() < write->again_us)
        return;
    write->count = 0;
    for (struct flight *at = notify->flights; at != NULL; at = at->next) {
        if (wants_writing(at))
            write_add(write, at);
    }
    if (write->count == 0)
        return;
    arena_reset(write->cx.arena);
    ctx_clear_faults(&write->cx);
    write->cx.real = clock_now();
    write->job = (struct job){
        .done = {.run = written},
        .home = notify->core->home,
        .cx = &write->cx,
        .body = write_body,
        .arg = write,
    };
    write->pending = store_submit(notify->core->store, &write->job) == OK;
    write->again_us = in_ms(write->pending ? WRITE_MS : LOOK_MS);
}

/* How long to wait when nothing wakes the worker: what is to be written may not be written yet. */
static int64_t wait_ms(const struct notify *notify)
{
    int64_t left_us = notify->write.again_us - clock_monotonic_us();

    if (notify->write.pending || left_us > LOOK_MS * MS_US)
        return LOOK_MS;
    for (const struct flight *at = notify->flights; at != NULL; at = at->next) {
        if (wants_writing(at))
            return left_us <= 0 ? 0 : left_us / MS_US + 1;
    }
    return LOOK_MS;
}

/* A retry has its body already, and so has a text message; a mail is written from its own row. */
static void send_ready(struct notify *notify)
{
    for (struct flight *at = notify->flights; at != NULL; at = at->next) {
        if (at->stage == FLIGHT_READY && !at->body_is_new && at->taken)
            flight_send(at);
    }
}

static void hurry(struct notify *notify)
{
    for (struct flight *at = notify->flights; at != NULL; at = at->next)
        webhook_hurry(at);
}

/* --- the worker ---------------------------------------------------------------------------------
 */

/* What has not left yet stays for the next start. */
static void ready_drop(struct notify *notify)
{
    struct flight *next;

    for (struct flight *at = notify->flights; at != NULL && !notify->write.pending; at = next) {
        next = at->next;
        if (at->stage == FLIGHT_READY)
            flight_free(notify, at);
    }
}

/* Once around. */
static void turn(struct notify *notify)
{
    bool all = true;

    mailbox_run(notify->core->home);
    reader_release(notify->core->reader); /* not older than what was just written */
    if (atomic_load(&notify->stopping))
        ready_drop(notify);
    else if (holder_is_sure(notify->core->holder))
        all = look(notify);
    hurry(notify);
    send_ready(notify);
    write_begin(notify);
    reader_release(notify->core->reader);
    atomic_store(&notify->running, (int64_t)notify->count);
    bool more = !all && notify->count < FLIGHTS_MAX;
    pool_wait(notify->pool, mailbox_fd(notify->core->home), more ? 0 : (int)wait_ms(notify));
}

void notify_run(struct notify *notify)
{
    while (!atomic_load(&notify->stopping))
        turn(notify);
    int64_t until = in_ms(STOP_MS);
    while (notify->write.pending || (notify->count > 0 && clock_monotonic_us() < until))
        turn(notify);
}

void notify_stop(struct notify *notify)
{
    atomic_store(&notify->stopping, true);
    outbox_ring(notify->core->bell);
}

struct notify *notify_new(const struct notify_options *options)
{
    struct notify *notify = process_make(struct notify);

    must(options->core->bell != NULL);
    notify->options = *options;
    if (notify->options.timeout_ms == 0)
        notify->options.timeout_ms = TIMEOUT_MS;
    notify->core = options->core;
    notify->pool = pool_new();
    notify->resolver = resolver_new();
    notify->write.notify = notify;
    notify->write.cx = (struct ctx){.arena = arena_new(FLIGHT_ARENA), .ids = options->core->ids};
    return notify;
}

void notify_free(struct notify *notify)
{
    /* First nobody posts any more, then what was posted is heard, then calls are given up. */
    resolver_free(notify->resolver);
    atomic_store(&notify->given_up, true);
    workers_free(notify->mailers);
    mailbox_run(notify->core->home);
    pool_free(notify->pool);
    while (notify->flights != NULL)
        flight_free(notify, notify->flights);
    arena_free(notify->write.cx.arena);
    process_free(notify);
}

void notify_stats_read(struct notify *notify, struct notify_stats *out)
{
    out->delivered = atomic_load(&notify->delivered);
    out->failed = atomic_load(&notify->failed);
    out->running = atomic_load(&notify->running);
}
