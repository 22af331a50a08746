#ifndef GUICHET_RAILS_PLATFORM_CONNECTOR_H
#define GUICHET_RAILS_PLATFORM_CONNECTOR_H

#include "core/platform.h"

/* A platform that follows XP Z12-013 (standards/einvoicing.md 7): its Directory Service and its
 * Flow Service, asked by threads of its own. What an answer means is in docs/seqino.md. It takes no
 * reports: those have a syntax of their own. */
struct platform_options {
    const char *directory_url; /* before /v1/..., without a slash at the end */
    const char *flow_url;
    const char *token_url; /* OAuth 2, client credentials; NULL: the secret is the token */
    const char *client_id; /* for it, or NULL */
    const char *secret;
    const char *organization; /* Organization-Id, or NULL */
    int timeout_ms;
};

/* The options' texts stay until it is freed. */
struct platform_connector;
struct platform_connector *platform_connector_new(const struct platform_options *options);
/* Waits for what is being asked. NULL is allowed. */
void platform_connector_free(struct platform_connector *connector);
const struct platform *platform_connector_platform(const struct platform_connector *connector);

#endif
