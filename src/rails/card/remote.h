#ifndef GUICHET_RAILS_CARD_REMOTE_H
#define GUICHET_RAILS_CARD_REMOTE_H

#include "base/ctx.h"
#include "core/rail.h"
#include "wire/json.h"

/* 3-D Secure and settlement over HTTP, at the simulator's control address. Blocking: for the
 * connector's worker threads, each with its own context and parser. */
struct remote {
    const char *url;    /* "http://127.0.0.1:4001", this machine only */
    const char *secret; /* bearer token */
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
