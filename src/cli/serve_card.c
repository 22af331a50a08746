#include "cli/child.h"
#include "cli/secret.h"
#include "cli/serve.h"
#include "cli/tls_files.h"
#include "core/dispute.h"

static void or_else(struct str *setting, struct str value)
{
    if (value.len > 0)
        *setting = value;
}

/* What both connectors have of this server. */
static void common_fill(struct serve *serve, enum mode mode, struct connector_options *options)
{
    connector_options_default(options);
    options->link.vault = serve->base.vault;
    options->link.cvc = serve->cvc;
    options->link.events = dispute_events(&serve->tasks_core, mode);
}

/* The link to the simulated acquirer. */
static err_t test_make(struct serve *serve, struct ctx *cx)
{
    struct connector_options options;

    if (!serve->config->sandbox)
        return OK;
    TRY(child_start(cx, serve->config, &serve->child));
    common_fill(serve, MODE_TEST, &options);
    options.link.host = "127.0.0.1";
    options.link.port = child_port(serve->child);
    if (serve->config->sim_answer_ms > 0)
        options.link.times.request_ms = (int)serve->config->sim_answer_ms;
    options.gateway.url = child_control_url(serve->child);
    options.gateway.secret = child_secret(serve->child);
    TRY(connector_new(cx, &options, &serve->connector));
    serve->base.test_rail = connector_rail(serve->connector);
    return OK;
}

static err_t gateway_fill(struct ctx *cx, const struct config *config, struct gateway *gateway)
{
    struct str secret;

    if (config->live_gateway_url.len == 0)
        return OK;
    TRY(secret_read(cx, "guichet-acquirer", config->live_secret_file.ptr, "card.live_secret_file",
                    &secret));
    gateway->url = config->live_gateway_url.ptr;
    gateway->secret = str_cstr(cx->arena, secret);
    gateway->trust = (struct http_trust){
        .ca_file = config->live_ca.ptr,
        .cert_file = config->live_cert.ptr,
        .key_file = config->live_key.ptr,
    };
    return OK;
}

/* Says which key of the configuration it is about. */
static err_t live_connector_new(struct ctx *cx, const struct connector_options *options,
                                struct connector **out)
{
    err_t err = connector_new(cx, options, out);

    for (size_t i = 0; err != OK && i < cx->fault_count; i++)
        cx->faults[i].field = str_format(cx->arena, "card.live_%s", cx->faults[i].field).ptr;
    return err;
}

/* The link to a real acquirer, under TLS whatever its address. Without one the core refuses live
 * calls. */
static err_t live_make(struct serve *serve, struct ctx *cx)
{
    const struct config *config = serve->config;
    struct connector_options options;

    if (config->live_host.len == 0)
        return OK;
    TRY(tls_files_client(cx, config, &serve->live_tls));
    common_fill(serve, MODE_LIVE, &options);
    options.live = true;
    options.link.name = "iso8583";
    options.link.host = config->live_host.ptr;
    options.link.port = (int)config->live_port;
    options.link.tls = serve->live_tls;
    options.link.tls_name = config->live_name.len > 0 ? config->live_name.ptr : NULL;
    options.link.identity.acquirer = config->live_acquirer;
    or_else(&options.link.identity.terminal, config->live_terminal);
    or_else(&options.link.identity.category, config->live_category);
    or_else(&options.link.identity.city, config->live_city);
    TRY(gateway_fill(cx, config, &options.gateway));
    TRY(live_connector_new(cx, &options, &serve->live_connector));
    serve->base.live_rail = connector_rail(serve->live_connector);
    return OK;
}

err_t cards_make(struct serve *serve, struct ctx *cx)
{
    if (serve->base.vault == NULL || serve->cvc == NULL)
        return OK;
    TRY(test_make(serve, cx));
    return live_make(serve, cx);
}

void cards_start(struct serve *serve)
{
    if (serve->connector != NULL)
        connector_start(serve->connector);
    if (serve->live_connector != NULL)
        connector_start(serve->live_connector);
}

void cards_stop(struct serve *serve)
{
    if (serve->connector != NULL)
        connector_stop(serve->connector);
    if (serve->live_connector != NULL)
        connector_stop(serve->live_connector);
}

void cards_free(struct serve *serve)
{
    connector_free(serve->connector);
    connector_free(serve->live_connector);
    tls_client_free(serve->live_tls);
}
