#ifndef GUICHET_RAILS_CARD_REMOTE_H
#define GUICHET_RAILS_CARD_REMOTE_H

#include "base/ctx.h"
#include "core/rail.h"
#include "http/client.h"
#include "wire/json.h"

/* Who does 3-D Secure and gives settlement files, over HTTP (docs/acquirer.md): the simulator at
 * its control address, or what stands before a real acquirer. */
struct gateway {
    const char *url; /* without a last '/': https, or http of this machine; NULL: there is none */
    const char *secret; /* bearer token */
    struct http_trust trust;
};

/* Its calls. Blocking: for the connector's worker threads, each with its own context and parser. */
struct remote {
    struct gateway gateway;
    bool live; /* a payer is sent to an ACS by https only */
    int timeout_ms;
    size_t settlement_max; /* bytes of a settlement file */
    struct vault *vault;
};

/* Both fill the call's result; nothing of the call is read afterwards. */
void remote_threeds(const struct remote *remote, struct ctx *cx, struct json_parser *parser,
                    struct threeds_call *call);
void remote_settlement(const struct remote *remote, struct ctx *cx, struct json_parser *parser,
                       struct settlement_call *call);

#endif
