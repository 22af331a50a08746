#ifndef GUICHET_RAILS_CARD_CONNECTOR_H
#define GUICHET_RAILS_CARD_CONNECTOR_H

#include "core/cvc.h"
#include "core/rail.h"
#include "rails/card/link.h"
#include "rails/card/remote.h"

/* A card connector: one link on a thread of its own, and a few workers for what goes over HTTP.
 * Serves as "sim", whose gateway is the simulator's control address, and as "iso8583". Without a
 * gateway there is no 3-D Secure and there are no settlement files. */
struct connector_options {
    struct link_options link; /* name, host, port, profile, identity, times, vault, cvc, events */
    bool live;
    struct gateway gateway;
    int remote_timeout_ms;
    size_t settlement_max;
};
/* Everything but host, port, gateway, vault, cvc and events. */
void connector_options_default(struct connector_options *options);

struct connector;

/* ERR_UNAVAILABLE or ERR_INVALID with a fault, as link_new; also when the gateway is
 * neither https nor on this machine. Texts of the options are borrowed. */
MUST_CHECK err_t connector_new(struct ctx *cx, const struct connector_options *options,
                               struct connector **out);

/* What the core calls; may be called from any thread once started. */
struct card_rail *connector_rail(struct connector *connector);

void connector_start(struct connector *connector);

/* Signs off, gives every call its result, ends the threads. Calls after it come back unreachable at
 * once. */
void connector_stop(struct connector *connector);

/* After connector_stop, when the core will not give back notices any more. */
void connector_free(struct connector *connector);

#endif
