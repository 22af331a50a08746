#include "base/log.h"
#include "base/must.h"
#include "cli/process.h"
#include "cli/serve.h"
#include "cli/tls_files.h"

enum { BODY_MIN = 16 * 1024 };

err_t core_make(struct serve *serve, struct core *out)
{
    *out = serve->base;
    TRY(reader_open(serve->backend.store, &out->reader));
    out->home = mailbox_new();
    out->merchants = merchants_new(serve->backend.generation);
    return OK;
}

void core_drop(struct core *core)
{
    if (core->reader != NULL)
        reader_close(core->reader);
    merchants_free(core->merchants);
    mailbox_free(core->home);
}

static void turn_end(struct core *core)
{
    reader_release(core->reader);
}

/* The longest body of a mount's own kind, or of any: files are longer. */
static size_t body_max_of(const struct serve *serve, bool files_too)
{
    size_t max = BODY_MIN;

    for (size_t i = 0; i < serve->mount_count; i++) {
        const struct mount *mount = &serve->mounts[i];
        if (mount->body_max > max)
            max = mount->body_max;
        for (size_t at = 0; at < mount->note_count; at++) {
            const struct route_note *note = &mount->notes[at];
            if (note->body_max > max && (files_too || note->media == NULL))
                max = note->body_max;
        }
    }
    return max;
}

/* The longest text that is read as JSON: a body whose decimals may become texts. */
static size_t json_max_of(const struct serve *serve)
{
    size_t max = json_decimals_len_max(body_max_of(serve, false));

    return max < JSON_LEN_MAX ? max : JSON_LEN_MAX;
}

static err_t options_fill(struct serve *serve, struct ctx *cx, struct unit *unit,
                          struct server_options *options)
{
    const struct config *config = serve->config;

    server_options_default(options);
    options->address = config->listen.ptr;
    options->port = (int)config->port;
    options->tls_port = (int)config->tls_port;
    if (config->threads > 1)
        options->share = unit == serve->units ? LISTEN_FIRST : LISTEN_NEXT;
    options->mounts = serve->mounts;
    options->mount_count = serve->mount_count;
    options->core = &unit->core;
    options->ids = serve->ids;
    options->body_max = body_max_of(serve, true);
    options->bodies_max = (size_t)config->bodies_mb << 20;
    options->json_max = json_max_of(serve);
    options->turn_end = turn_end;
    options->home = unit->core.home;
    options->connections_max =
        process_connections((int)config->connections_max, (int)config->threads);
    options->connections_per_peer = (int)config->connections_per_peer;
    options->requests_parked_max = (int)config->parked_max;
    options->header_ms = (int)config->header_ms;
    options->body_ms = (int)config->body_ms;
    options->idle_ms = (int)config->idle_ms;
    options->stop_ms = (int)config->stop_ms;
    options->access_log = config->access_log;
    options->log = &unit->log;
    if (config->tls_port >= 0)
        TRY(tls_files_read(cx, config, &options->tls_cert, &options->tls_key));
    return OK;
}

err_t units_make(struct serve *serve, struct ctx *cx)
{
    struct config *config = serve->config;

    must(config->threads >= 1);
    must(config->threads <= UNITS_MAX);
    for (int64_t i = 0; i < config->threads; i++) {
        struct unit *unit = &serve->units[i];
        struct server_options options;
        unit->serve = serve;
        TRY(core_make(serve, &unit->core));
        reader_hurry(unit->core.reader);
        unit->core.log = &unit->log;
        serve->unit_count++;
        TRY(options_fill(serve, cx, unit, &options));
        TRY(server_new(cx, &options, &unit->server));
        /* The first one chose the ports; the others share them. */
        config->port = server_port(unit->server);
        config->tls_port = server_tls_port(unit->server);
    }
    return OK;
}

static void *unit_main(void *arg)
{
    struct unit *unit = arg;

    unit->result = server_run(unit->server);
    return NULL;
}

void units_start(struct serve *serve)
{
    for (size_t i = 0; i < serve->unit_count; i++) {
        struct unit *unit = &serve->units[i];
        /* What became known with the ports. */
        unit->core.public_url = serve->base.public_url;
        unit->core.secure_url = serve->base.secure_url;
        unit->core.tasks = serve->tasks;
        must(pthread_create(&unit->thread, NULL, unit_main, unit) == 0);
        unit->running = true;
    }
}

err_t units_stop(struct serve *serve)
{
    err_t result = OK;

    for (size_t i = 0; i < serve->unit_count; i++) {
        if (serve->units[i].running)
            server_stop(serve->units[i].server);
    }
    for (size_t i = 0; i < serve->unit_count; i++) {
        struct unit *unit = &serve->units[i];
        if (!unit->running)
            continue;
        must(pthread_join(unit->thread, NULL) == 0);
        unit->running = false;
        if (unit->result != OK)
            result = unit->result;
    }
    return result;
}

void units_free(struct serve *serve)
{
    for (size_t i = 0; i < serve->unit_count; i++) {
        server_free(serve->units[i].server);
        core_drop(&serve->units[i].core);
    }
    serve->unit_count = 0;
}
