#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "cli/secret.h"
#include "cli/serve.h"
#include "core/news.h"
#include "wire/url.h"

/* --- mails --------------------------------------------------------------------------------------
 */

static err_t mail_options(struct serve *serve, struct ctx *cx, struct notify_options *options)
{
    const struct config *config = serve->config;

    options->smtp_url = config->smtp_url;
    options->smtp_from = config->smtp_from;
    options->smtp_user = config->smtp_user;
    if (config->smtp_user.len > 0)
        TRY(secret_read(cx, "guichet-smtp", config->smtp_password_file.ptr, "smtp.password_file",
                        &options->smtp_password));
    if (!config->sandbox)
        return OK;
    if (config->smtp_url.len == 0)
        options->smtp_url =
            str_format(cx->arena, "smtp://127.0.0.1:%d", catcher_port(serve->catcher));
    if (config->smtp_from.len == 0)
        options->smtp_from = STR("guichet@localhost");
    return OK;
}

/* --- text messages -------------------------------------------------------------------------------
 */

/* Its token would be read by everybody on the way. */
static err_t sms_options(struct serve *serve, struct ctx *cx, struct notify_options *options)
{
    const struct config *config = serve->config;
    struct url url;

    if (config->sms_url.len == 0)
        return OK;
    if (url_parse(config->sms_url, &url) != OK || (!url.tls && !url_is_local(&url)))
        return fault(cx, ERR_INVALID, "sms.url", "must be an https address");
    options->sms_url = config->sms_url;
    if (config->sms_token_file.len == 0)
        return OK;
    return secret_read(cx, "guichet-sms", config->sms_token_file.ptr, "sms.token_file",
                       &options->sms_token);
}

/* --- making and ending --------------------------------------------------------------------------
 */

static err_t listeners_load(struct serve *serve, struct ctx *cx)
{
    struct tx *tx;

    TRY(core_read(&serve->notify_core, &tx));
    TRY(news_desk_load(cx, tx, serve->news, serve->base.holder));
    reader_release(serve->notify_core.reader);
    return OK;
}

err_t notify_make(struct serve *serve, struct ctx *cx)
{
    const struct application *application = serve->cli->application;
    struct notify_options options = {.core = &serve->notify_core};

    serve->news = news_desk_new(application->writers, application->writer_count);
    serve->base.news = serve->news;
    TRY(core_make(serve, &serve->notify_core));
    serve->base.bell = outbox_bell_new(serve->notify_core.home);
    serve->notify_core.bell = serve->base.bell;
    TRY(listeners_load(serve, cx));
    if (serve->config->sandbox)
        TRY(catcher_start(cx, serve->backend.store, serve->ids, (int)serve->config->mail_port,
                          &serve->catcher));
    TRY(mail_options(serve, cx, &options));
    TRY(sms_options(serve, cx, &options));
    serve->notify = notify_new(&options);
    return OK;
}

static void *notify_main(void *arg)
{
    struct serve *serve = arg;

    notify_run(serve->notify);
    return NULL;
}

void notify_start(struct serve *serve)
{
    serve->notify_core.public_url = serve->base.public_url;
    serve->notify_core.secure_url = serve->base.secure_url;
    serve->notify_core.tasks = serve->tasks;
    must(pthread_create(&serve->notify_thread, NULL, notify_main, serve) == 0);
    serve->notify_running = true;
}

void notify_end(struct serve *serve)
{
    if (serve->notify_running) {
        notify_stop(serve->notify);
        must(pthread_join(serve->notify_thread, NULL) == 0);
    }
    catcher_stop(serve->catcher);
}

void notify_drop(struct serve *serve)
{
    if (serve->notify != NULL)
        notify_free(serve->notify);
    core_drop(&serve->notify_core);
    outbox_bell_free(serve->base.bell);
    news_desk_free(serve->news);
}
