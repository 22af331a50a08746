#include "rails/card/connector.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/must.h"
#include "wire/url.h"

enum { WORKERS = 4, WORKER_ARENA_MAX = 256 * 1024 * 1024, PARSER_MAX = 64 * 1024 };

/* A question for the HTTP side. */
struct errand {
    struct errand *next;
    struct threeds_call *threeds; /* one of the two */
    struct settlement_call *settlement;
};

struct connector {
    struct connector_options options;
    struct card_rail rail;
    struct remote remote;
    struct link *link;
    struct flight_pool *pool;
    struct mailbox *mailbox;
    struct message stop;
    pthread_t thread;
    pthread_t workers[WORKERS];
    bool stopping; /* the link's thread only */
    atomic_bool up;
    atomic_ullong times_up;
    atomic_bool closed;
    bool started;
    /* Errands, under the mutex. */
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    struct errand *first;
    struct errand **end;
    bool workers_stop;
};

void connector_options_default(struct connector_options *options)
{
    *options = (struct connector_options){
        .link = {.name = "sim",
                 .profile = {.bitmap = ISO_BITMAP_BINARY},
                 .identity = {.terminal = STR_INIT("GUICH001"),
                              .acquirer = STR_INIT("12345"),
                              .category = STR_INIT("5732"),
                              .city = STR_INIT("PARIS")}},
        .remote_timeout_ms = 10000,
        .settlement_max = 16U * 1024 * 1024,
    };
    link_times_default(&options->link.times);
}

/* --- the link's thread
 * ------------------------------------------------------------------------------ */

static void arrived(struct message *message)
{
    struct flight *flight = (struct flight *)message;

    link_submit(flight->link, flight);
}

static void stop_asked(struct message *message)
{
    struct connector *connector =
        (struct connector *)(void *)((char *)message - offsetof(struct connector, stop));

    connector->stopping = true;
}

static void tell_state(struct connector *connector)
{
    bool is_up = link_is_up(connector->link);

    if (is_up && !atomic_load_explicit(&connector->up, memory_order_relaxed))
        atomic_fetch_add_explicit(&connector->times_up, 1, memory_order_relaxed);
    atomic_store_explicit(&connector->up, is_up, memory_order_relaxed);
}

static void *link_thread(void *arg)
{
    struct connector *connector = arg;
    struct link *link = connector->link;

    while (!connector->stopping) {
        struct pollfd waits[2] = {
            {.fd = mailbox_fd(connector->mailbox), .events = POLLIN                },
            {.fd = link_fd(link),                  .events = link_poll_events(link)},
        };
        (void)poll(waits, ARRAY_LEN(waits), link_wait_ms(link));
        if (waits[0].revents != 0)
            (void)mailbox_run(connector->mailbox);
        link_turn(link, waits[1].fd < 0 ? 0 : waits[1].revents);
        tell_state(connector);
    }
    atomic_store(&connector->up, false);
    link_close(link);
    return NULL;
}

/* --- workers
 * ---------------------------------------------------------------------------------------- */

static struct errand *next_errand(struct connector *connector)
{
    must(pthread_mutex_lock(&connector->mutex) == 0);
    while (connector->first == NULL && !connector->workers_stop)
        must(pthread_cond_wait(&connector->wake, &connector->mutex) == 0);
    struct errand *errand = connector->first;
    if (errand != NULL) {
        connector->first = errand->next;
        if (connector->first == NULL)
            connector->end = &connector->first;
    }
    must(pthread_mutex_unlock(&connector->mutex) == 0);
    return errand;
}

static void run_errand(struct connector *connector, struct ctx *cx, struct json_parser *parser,
                       struct errand *errand)
{
    cx->real = clock_now();
    cx->now = cx->real;
    ctx_clear_faults(cx);
    if (errand->threeds != NULL) {
        remote_threeds(&connector->remote, cx, parser, errand->threeds);
        mailbox_post(errand->threeds->home, &errand->threeds->done);
    } else {
        remote_settlement(&connector->remote, cx, parser, errand->settlement);
        mailbox_post(errand->settlement->home, &errand->settlement->done);
    }
    process_free(errand);
    arena_reset(cx->arena);
}

static void *worker_thread(void *arg)
{
    struct connector *connector = arg;
    struct json_parser *parser = json_parser_new(PARSER_MAX);
    struct ctx *cx = process_make(struct ctx);
    struct errand *errand;

    cx->arena = arena_new(WORKER_ARENA_MAX);
    cx->mode = connector->options.live ? MODE_LIVE : MODE_TEST;
    while ((errand = next_errand(connector)) != NULL)
        run_errand(connector, cx, parser, errand);
    arena_free(cx->arena);
    process_free(cx);
    json_parser_free(parser);
    return NULL;
}

/* --- what the core calls
 * ---------------------------------------------------------------------------- */

static void rail_send(void *self, struct card_call *call)
{
    struct connector *connector = self;

    if (atomic_load(&connector->closed)) {
        card_unanswered(call, CARD_UNREACHABLE);
        mailbox_post(call->home, &call->done);
        return;
    }
    struct flight *flight = flight_take(connector->pool);
    flight->call = call;
    flight->link = connector->link;
    flight->arrival.run = arrived;
    mailbox_post(connector->mailbox, &flight->arrival);
}

/* False when nobody would do it. */
static bool add_errand(struct connector *connector, struct errand like)
{
    bool open = connector->options.gateway.url != NULL && !atomic_load(&connector->closed);

    if (!open)
        return false;
    struct errand *errand = process_make(struct errand);
    *errand = like;
    must(pthread_mutex_lock(&connector->mutex) == 0);
    *connector->end = errand;
    connector->end = &errand->next;
    must(pthread_cond_signal(&connector->wake) == 0);
    must(pthread_mutex_unlock(&connector->mutex) == 0);
    return true;
}

static void rail_threeds(void *self, struct threeds_call *call)
{
    if (add_errand(self, (struct errand){.threeds = call}))
        return;
    call->result = ERR_UNAVAILABLE;
    call->status = THREEDS_U;
    mailbox_post(call->home, &call->done);
}

static void rail_settlement(void *self, struct settlement_call *call)
{
    if (add_errand(self, (struct errand){.settlement = call}))
        return;
    call->result = ERR_UNAVAILABLE;
    mailbox_post(call->home, &call->done);
}

static bool rail_is_up(void *self)
{
    struct connector *connector = self;

    return atomic_load_explicit(&connector->up, memory_order_relaxed);
}

static uint64_t rail_times_up(void *self)
{
    struct connector *connector = self;

    return atomic_load_explicit(&connector->times_up, memory_order_relaxed);
}

/* --- life
 * ------------------------------------------------------------------------------------------- */

/* Card numbers go there too: in clear they do not leave this machine (PCI DSS 4.2.1). */
static err_t check_gateway(struct ctx *cx, const struct gateway *gateway)
{
    struct url url;

    if (gateway->url == NULL)
        return OK;
    if (url_parse(str_of(gateway->url), &url) != OK || url.path.len > 0)
        return fault(cx, ERR_INVALID, "gateway_url", "is not scheme://host[:port]");
    if (!url.tls && !url_is_local(&url))
        return fault(cx, ERR_UNAVAILABLE, "gateway_url", "is neither https nor on this machine");
    if (gateway->secret == NULL || gateway->secret[0] == '\0' ||
        strpbrk(gateway->secret, "\r\n") != NULL)
        return fault(cx, ERR_INVALID, "secret_file", "is not one line of text");
    return OK;
}

err_t connector_new(struct ctx *cx, const struct connector_options *options, struct connector **out)
{
    TRY(check_gateway(cx, &options->gateway));
    struct connector *connector = process_make(struct connector);
    connector->options = *options;
    connector->pool = flight_pool_new();
    connector->mailbox = mailbox_new();
    connector->end = &connector->first;
    must(pthread_mutex_init(&connector->mutex, NULL) == 0);
    must(pthread_cond_init(&connector->wake, NULL) == 0);
    connector->rail = (struct card_rail){
        .self = connector,
        .name = options->link.name,
        .live = options->live,
        .capabilities = RAIL_PARTIAL_CAPTURE | RAIL_PARTIAL_REVERSAL | RAIL_ZERO_AMOUNT_CHECK |
                        RAIL_MIT | (options->gateway.url != NULL ? RAIL_THREEDS : 0U),
        .send = rail_send,
        .threeds = rail_threeds,
        .settlement = rail_settlement,
        .is_up = rail_is_up,
        .times_up = rail_times_up,
    };
    connector->remote = (struct remote){
        .gateway = options->gateway,
        .live = options->live,
        .timeout_ms = options->remote_timeout_ms,
        .settlement_max = options->settlement_max,
        .vault = options->link.vault,
    };
    err_t err = link_new(cx, &connector->options.link, connector->mailbox, connector->pool,
                         &connector->link);
    if (err != OK) {
        connector_free(connector);
        return err;
    }
    *out = connector;
    return OK;
}

struct card_rail *connector_rail(struct connector *connector)
{
    return &connector->rail;
}

void connector_start(struct connector *connector)
{
    must(!connector->started);
    connector->started = true;
    must(pthread_create(&connector->thread, NULL, link_thread, connector) == 0);
    if (connector->options.gateway.url == NULL)
        return;
    for (size_t i = 0; i < WORKERS; i++)
        must(pthread_create(&connector->workers[i], NULL, worker_thread, connector) == 0);
}

void connector_stop(struct connector *connector)
{
    if (!connector->started || atomic_exchange(&connector->closed, true))
        return;
    connector->stop.run = stop_asked;
    mailbox_post(connector->mailbox, &connector->stop);
    must(pthread_join(connector->thread, NULL) == 0);
    /* What was posted while the thread ended: the link is closed, so it comes back unreachable. */
    (void)mailbox_run(connector->mailbox);
    link_close(connector->link);
    if (connector->options.gateway.url == NULL)
        return;
    must(pthread_mutex_lock(&connector->mutex) == 0);
    connector->workers_stop = true;
    must(pthread_cond_broadcast(&connector->wake) == 0);
    must(pthread_mutex_unlock(&connector->mutex) == 0);
    for (size_t i = 0; i < WORKERS; i++)
        must(pthread_join(connector->workers[i], NULL) == 0);
}

void connector_free(struct connector *connector)
{
    if (connector == NULL)
        return;
    must(!connector->started || atomic_load(&connector->closed));
    if (connector->link != NULL)
        link_free(connector->link);
    flight_pool_free(connector->pool);
    mailbox_free(connector->mailbox);
    pthread_mutex_destroy(&connector->mutex);
    pthread_cond_destroy(&connector->wake);
    process_free(connector);
}
