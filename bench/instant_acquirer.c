#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "cli/child.h"
#include "rails/card/connector.h"

/* The server of the benchmark is the program itself, from src/main.c on, linked with this file in
 * the place of rails/card/connector.c and cli/child.c: an acquirer that approves at once, on the
 * thread that asks. What remains is our own cost: the message to an acquirer, the wait for its
 * answer and the simulator's own work are left out. The product has no way to do this. */

struct connector {
    struct card_rail rail;
    struct cvc_pool *cvc;
};

struct child {
    char none;
};

static void send_call(void *self, struct card_call *call)
{
    struct connector *connector = self;
    char cvc[CVC_MAX + 1];

    /* As whoever packs the message does: the code leaves the pool. */
    if (call->has_cvc && cvc_take(connector->cvc, call->attempt.raw, cvc))
        crypto_wipe(cvc, sizeof cvc);
    call->outcome = CARD_APPROVED;
    memcpy(call->response, "00", sizeof "00");
    memcpy(call->got_auth_code, "A1B2C3", sizeof "A1B2C3");
    memcpy(call->network, "VI", sizeof "VI");
    memcpy(call->network_txn, "301425123456789", sizeof "301425123456789");
    mailbox_post(call->home, &call->done);
}

static void threeds_call(void *self, struct threeds_call *call)
{
    (void)self;
    call->result = ERR_UNAVAILABLE;
    call->status = THREEDS_U;
    mailbox_post(call->home, &call->done);
}

static void settlement_call(void *self, struct settlement_call *call)
{
    (void)self;
    call->result = ERR_UNAVAILABLE;
    mailbox_post(call->home, &call->done);
}

static bool is_up(void *self)
{
    (void)self;
    return true;
}

static uint64_t times_up(void *self)
{
    (void)self;
    return 1;
}

void connector_options_default(struct connector_options *options)
{
    *options = (struct connector_options){.live = false};
}

err_t connector_new(struct ctx *cx, const struct connector_options *options, struct connector **out)
{
    struct connector *connector = process_make(struct connector);

    (void)cx;
    connector->cvc = options->link.cvc;
    connector->rail = (struct card_rail){
        .self = connector,
        .name = "instant",
        .capabilities = RAIL_PARTIAL_CAPTURE | RAIL_PARTIAL_REVERSAL | RAIL_ZERO_AMOUNT_CHECK,
        .send = send_call,
        .threeds = threeds_call,
        .settlement = settlement_call,
        .is_up = is_up,
        .times_up = times_up,
    };
    *out = connector;
    return OK;
}

struct card_rail *connector_rail(struct connector *connector)
{
    return &connector->rail;
}

void connector_start(struct connector *connector)
{
    must(connector != NULL);
}

void connector_stop(struct connector *connector)
{
    must(connector != NULL);
}

void connector_free(struct connector *connector)
{
    process_free(connector);
}

err_t child_start(struct ctx *cx, const struct config *config, struct child **out)
{
    (void)cx;
    (void)config;
    *out = process_make(struct child);
    return OK;
}

int child_turn(struct child *child)
{
    (void)child;
    return -1;
}

void child_stop(struct child *child)
{
    process_free(child);
}

int child_port(const struct child *child)
{
    (void)child;
    return 0;
}

const char *child_control_url(const struct child *child)
{
    (void)child;
    return "http://127.0.0.1:9";
}

const char *child_acs_url(const struct child *child)
{
    return child_control_url(child);
}

const char *child_secret(const struct child *child)
{
    (void)child;
    return "";
}
