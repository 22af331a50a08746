#include "cli/secret.h"
#include "cli/serve.h"
#include "rails/platform/connector.h"
#include "wire/url.h"

/* The accredited platform of live mode. */

enum { TIMEOUT_MS = 10000 };

/* Secrets and invoices would be read by everybody on the way. */
static err_t https_check(struct ctx *cx, const char *field, struct str text)
{
    struct url url;

    if (text.len > 0 && (url_parse(text, &url) != OK || (!url.tls && !url_is_local(&url))))
        return fault(cx, ERR_INVALID, field, "must be an https address");
    return OK;
}

static const char *text_or_null(struct str text)
{
    return text.len == 0 ? NULL : text.ptr;
}

err_t platform_make(struct serve *serve, struct ctx *cx)
{
    const struct config *config = serve->config;
    struct str directory = config->platform_directory_url;
    struct str flow = config->platform_flow_url.len > 0 ? config->platform_flow_url : directory;
    struct str secret;

    if (directory.len == 0)
        return OK;
    TRY(https_check(cx, "platform.directory_url", directory));
    TRY(https_check(cx, "platform.flow_url", flow));
    TRY(https_check(cx, "platform.token_url", config->platform_token_url));
    TRY(secret_read(cx, "guichet-platform", config->platform_secret_file.ptr,
                    "platform.secret_file", &secret));
    const struct platform_options options = {
        .directory_url = str_cstr(cx->arena, directory),
        .flow_url = str_cstr(cx->arena, flow),
        .token_url = text_or_null(config->platform_token_url),
        .client_id = text_or_null(config->platform_client_id),
        .secret = str_cstr(cx->arena, secret),
        .organization = text_or_null(config->platform_organization),
        .timeout_ms = TIMEOUT_MS,
    };
    serve->platform = platform_connector_new(&options);
    serve->base.live_platform = platform_connector_platform(serve->platform);
    return OK;
}

void platform_end(struct serve *serve)
{
    platform_connector_free(serve->platform);
}
