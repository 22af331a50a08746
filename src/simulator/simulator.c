#include "simulator/simulator.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/must.h"
#include "http/server.h"
#include "simulator/bank_read.h"
#include "simulator/host.h"
#include "simulator/web.h"

enum {
    BODY_MAX = 64 * 1024,
    ORIGIN_MAX = 64,
    START_ARENA = 16 * 1024 * 1024,
    UPLOAD_MS = 60 * 1000, /* the largest file for the bank */
};

struct web_mounts {
    struct mount mounts[3];
    size_t count;
    size_t body_max;
};

struct simulator {
    struct state *state;
    struct host *host;
    struct id_source *ids;
    struct server *control;
    struct server *acs;
    struct web_mounts control_mounts;
    struct web_mounts acs_mounts;
    struct web web;
    char acs_origin[ORIGIN_MAX];
};

static err_t web_server(struct ctx *cx, struct simulator *simulator,
                        const struct web_mounts *mounts, int port, struct server **out)
{
    struct server_options options;

    server_options_default(&options);
    options.port = port;
    options.mounts = mounts->mounts;
    options.mount_count = mounts->count;
    options.core = (struct core *)(void *)&simulator->web;
    options.ids = simulator->ids;
    options.body_max = mounts->body_max;
    options.json_max = BODY_MAX;
    options.body_ms = UPLOAD_MS;
    options.access_log = false;
    return server_new(cx, &options, out);
}

static err_t open_all(struct ctx *cx, const struct simulator_options *options,
                      struct simulator *simulator)
{
    TRY(state_open(cx, options->dir, &simulator->state));
    TRY(host_new(cx, simulator->state, options->iso_port, &simulator->host));
    simulator->acs_mounts = (struct web_mounts){{ACS_MOUNT}, 1, BODY_MAX};
    simulator->control_mounts = (struct web_mounts){
        {CONTROL_MOUNT, BANK_MOUNT, THREEDS_MOUNT},
        3, BANK_FILE_MAX
    };
    TRY(web_server(cx, simulator, &simulator->acs_mounts, options->acs_port, &simulator->acs));
    TRY(web_server(cx, simulator, &simulator->control_mounts, options->control_port,
                   &simulator->control));
    snprintf(simulator->acs_origin, sizeof simulator->acs_origin, "http://127.0.0.1:%d",
             server_port(simulator->acs));
    simulator->web = (struct web){
        .state = simulator->state,
        .secret = options->secret,
        .acs_origin = simulator->acs_origin,
    };
    return OK;
}

err_t simulator_new(struct ctx *cx, const struct simulator_options *options, struct simulator **out)
{
    struct simulator *simulator = process_make(struct simulator);

    must(options->secret != NULL);
    simulator->ids = id_source_new();
    err_t err = open_all(cx, options, simulator);
    if (err != OK) {
        simulator_free(simulator);
        return err;
    }
    *out = simulator;
    return OK;
}

void simulator_free(struct simulator *simulator)
{
    if (simulator->control != NULL)
        server_free(simulator->control);
    if (simulator->acs != NULL)
        server_free(simulator->acs);
    if (simulator->host != NULL)
        host_free(simulator->host);
    if (simulator->state != NULL)
        state_close(simulator->state);
    id_source_free(simulator->ids);
    process_free(simulator);
}

int simulator_iso_port(const struct simulator *simulator)
{
    return host_port(simulator->host);
}

int simulator_acs_port(const struct simulator *simulator)
{
    return server_port(simulator->acs);
}

int simulator_control_port(const struct simulator *simulator)
{
    return server_port(simulator->control);
}

static void *server_thread(void *server)
{
    err_t err = server_run(server);

    /* Requests abandoned at the end were only somebody looking. */
    must(err == OK || err == ERR_BUSY);
    return NULL;
}

void simulator_run(struct simulator *simulator)
{
    pthread_t control;
    pthread_t acs;

    must(pthread_create(&control, NULL, server_thread, simulator->control) == 0);
    must(pthread_create(&acs, NULL, server_thread, simulator->acs) == 0);
    host_run(simulator->host);
    must(pthread_join(control, NULL) == 0);
    must(pthread_join(acs, NULL) == 0);
}

void simulator_stop(struct simulator *simulator)
{
    host_stop(simulator->host);
    server_stop(simulator->control);
    server_stop(simulator->acs);
}

/* --- the subcommand
 * --------------------------------------------------------------------------------- */

/* Signals are taken by a thread of their own, so no handler has to know the simulator. */
struct watcher {
    struct simulator *simulator;
    sigset_t signals;
};

static void *signal_thread(void *arg)
{
    struct watcher *watcher = arg;
    int which;

    must(sigwait(&watcher->signals, &which) == 0);
    simulator_stop(watcher->simulator);
    return NULL;
}

static int run_until_signal(struct simulator *simulator)
{
    struct watcher watcher = {.simulator = simulator};
    pthread_t thread;

    (void)sigemptyset(&watcher.signals);
    (void)sigaddset(&watcher.signals, SIGTERM);
    (void)sigaddset(&watcher.signals, SIGINT);
    must(pthread_sigmask(SIG_BLOCK, &watcher.signals, NULL) == 0);
    must(pthread_create(&thread, NULL, signal_thread, &watcher) == 0);
    printf("{\"iso_port\":%d,\"acs_port\":%d,\"control_port\":%d}\n", simulator_iso_port(simulator),
           simulator_acs_port(simulator), simulator_control_port(simulator));
    if (fflush(stdout) != 0)
        return 1;
    log_event(NULL, EV_SIMULATOR_READY, LOG_INT("iso_port", simulator_iso_port(simulator)),
              LOG_INT("acs_port", simulator_acs_port(simulator)),
              LOG_INT("control_port", simulator_control_port(simulator)));
    simulator_run(simulator);
    must(pthread_join(thread, NULL) == 0);
    return 0;
}

int simulator_main(const struct simulator_options *options)
{
    struct ctx cx = {.mode = MODE_TEST};
    struct simulator *simulator;
    int status = 1;

    cx.arena = arena_new(START_ARENA);
    cx.real = clock_now();
    cx.now = cx.real;
    if (simulator_new(&cx, options, &simulator) == OK) {
        status = run_until_signal(simulator);
        simulator_free(simulator);
    } else {
        for (size_t i = 0; i < cx.fault_count; i++)
            fprintf(stderr, "guichet simulator: %s %s\n",
                    cx.faults[i].field == NULL ? "" : cx.faults[i].field, cx.faults[i].text);
    }
    arena_free(cx.arena);
    return status;
}
