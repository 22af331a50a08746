#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/log.h"
#include "base/must.h"
#include "base/rand.h"
#include "cli/child.h"
#include "cli/control.h"
#include "cli/documents.h"
#include "cli/manager.h"
#include "cli/mandate_files.h"
#include "cli/pdf_child.h"
#include "cli/presence.h"
#include "cli/process.h"
#include "cli/sandbox.h"
#include "cli/serve.h"
#include "cli/stop_limit.h"
#include "cli/tls_files.h"
#include "core/company_register.h"
#include "core/demo.h"
#include "core/lookup.h"
#include "core/platform.h"
#include "core/recovery.h"
#include "core/workers.h"

enum {
    WORKERS = 2,
    LOOKUPS = 2,
    SWEEP_MS = 30 * 1000,
    TEXT_MAX = 16 * 1024,
    STOP_US = 9 * 1000 * 1000
};

/* The whole of a stop; a service manager waits a little longer. */
static const int64_t STOP_LIMIT_US = 15 * SECOND_US;

/* --- parts --------------------------------------------------------------------------------------
 */

static void mounts_add(struct serve *serve, const struct mount *mounts, size_t count)
{
    must(serve->mount_count + count <= MOUNTS_MAX);
    for (size_t i = 0; i < count; i++)
        serve->mounts[serve->mount_count++] = mounts[i];
}

static bool is_segment(struct str word)
{
    for (size_t i = 0; i < word.len; i++) {
        char byte = word.ptr[i];
        bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        if (!letter && !(byte >= '0' && byte <= '9') && byte != '-' && byte != '_')
            return false;
    }
    return word.len > 0;
}

/* Also by what begins a path of a mount at the root. */
static bool prefix_is_taken(const struct serve *serve, struct str prefix)
{
    for (size_t i = 0; i < serve->mount_count; i++) {
        const struct mount *mount = &serve->mounts[i];
        if (str_eq(prefix, str_of(mount->prefix)) ||
            (mount->prefix[0] == '\0' && mount_has_segment(mount, str_from(prefix, 1))))
            return true;
    }
    return false;
}

/* The Safedebit interface once more, under prefixes of the operator's choice. */
static err_t prefixes_add(struct serve *serve, struct ctx *cx)
{
    struct str rest = serve->config->safedebit_prefixes;
    struct mount mount = *serve->cli->application->safedebit;

    for (rest = str_trim(rest); rest.len > 0; rest = str_trim(rest)) {
        size_t end = str_find(rest, ' ');
        struct str word = str_sub(rest, 0, end);
        struct str prefix = str_format(cx->arena, "/%.*s", (int)word.len, word.ptr);
        if (!is_segment(word) || serve->mount_count == MOUNTS_MAX)
            return fault(cx, ERR_INVALID, "safedebit.prefixes", "are words of letters and digits");
        if (prefix_is_taken(serve, prefix))
            return fault(cx, ERR_INVALID, "safedebit.prefixes", "name one that is taken");
        mount.prefix = prefix.ptr;
        mounts_add(serve, &mount, 1);
        rest = str_from(rest, end);
    }
    return OK;
}

static void mounts_fill(struct serve *serve)
{
    const struct application *application = serve->cli->application;
    struct mount own[OWN_MOUNTS];

    own_mounts(own);
    mounts_add(serve, own, OWN_MOUNTS);
    mounts_add(serve, application->mounts, application->mount_count);
    if (serve->config->sandbox)
        mounts_add(serve, application->sandbox_mounts, application->sandbox_mount_count);
}

/* Tokens in forms stay valid over a restart: their key comes from one that the vault keeps. What is
 * hashed is no card number, so it meets no fingerprint. */
static void page_key_make(struct serve *serve)
{
    struct core *base = &serve->base;

    if (serve->backend.vault != NULL)
        vault_fingerprint(serve->backend.vault, STR("guichet page key"), base->page_key);
    else
        rand_bytes(base->page_key, sizeof base->page_key);
}

static void base_fill(struct serve *serve)
{
    const struct config *config = serve->config;

    serve->cvc = serve->backend.vault == NULL ? NULL : cvc_pool_new();
    serve->base = (struct core){
        .store = serve->backend.store,
        .ids = serve->ids,
        .generation = serve->backend.generation,
        .holder = presence_holder(serve->backend.presence),
        .vault = serve->backend.vault,
        .cvc = serve->cvc,
        .started = serve->started,
        .sandbox = config->sandbox,
        .accept_pan = config->accept_pan,
        .sends_sms = config->sms_url.len > 0,
        .payment_life_h = (int)config->payment_life_h,
        .mandate_life_d = (int)config->mandate_life_d,
        .onboarding_life_h = (int)config->onboarding_life_h,
        .test_register = &COMPANY_TEST_REGISTER,
        .request_life_d = (int)config->request_life_d,
        .test_platform = &PLATFORM_TEST,
        .documents = &DOCUMENTS,
        .judge = &EINVOICE_JUDGE,
        .workers = serve->workers,
        .lookups = serve->lookups,
    };
    page_key_make(serve);
}

static void urls_fill(struct serve *serve, struct ctx *cx)
{
    struct sandbox_file addresses;
    const struct config *config = serve->config;
    struct core *base = &serve->base;

    sandbox_addresses(cx, config, &addresses);
    base->public_url = config->public_url.len > 0 ? config->public_url : addresses.base_url;
    base->secure_url = base->public_url;
    if (config->public_url.len == 0 && addresses.tls_url.ptr != NULL)
        base->secure_url = addresses.tls_url;
}

/* sandbox.json with the addresses of this run. */
static err_t sandbox_refresh(struct serve *serve, struct ctx *cx, struct sandbox_file *file)
{
    const struct config *config = serve->config;
    err_t err = sandbox_read(cx, config->data, file);

    if (!config->sandbox)
        return OK;
    if (err != OK)
        return fault(cx, err, "sandbox.json",
                     "cannot be read: mend it, or remove it and run guichet init --sandbox");
    sandbox_addresses(cx, config, file);
    file->base_url = serve->base.public_url;
    if (serve->child != NULL) {
        file->acs_url = str_of(child_acs_url(serve->child));
        file->control_url = str_of(child_control_url(serve->child));
    }
    file->smtp_url = str_format(cx->arena, "smtp://127.0.0.1:%d", catcher_port(serve->catcher));
    file->mail_url = str_format(cx->arena, "%.*s/sandbox/mail", (int)serve->base.public_url.len,
                                serve->base.public_url.ptr);
    if (sandbox_write(cx, config->data, file) != OK)
        return fault(cx, ERR_IO, "sandbox.json", "cannot be written");
    return OK;
}

static void *tasks_main(void *arg)
{
    struct serve *serve = arg;

    tasks_run(serve->tasks);
    return NULL;
}

static err_t recover(struct serve *serve, struct ctx *cx)
{
    int64_t recovered;

    TRY(recovery_start(&serve->tasks_core, cx, &recovered));
    reader_release(serve->tasks_core.reader);
    return OK;
}

/* --- starting -----------------------------------------------------------------------------------
 */

/* Something to open and try. The keys themselves stay in sandbox.json: what is printed may be kept
 * in a log. */
static err_t demo_make(struct serve *serve, struct ctx *cx, const struct sandbox_file *file,
                       struct str *path)
{
    struct core *core = &serve->tasks_core; /* its thread does not run yet */

    if (serve->base.test_rail == NULL)
        return OK;
    err_t err = demo_payment(core, cx, file->public_key, path);
    reader_release(core->reader);
    return err;
}

static void ready_print(const struct serve *serve, const struct sandbox_file *file, struct str demo)
{
    struct ctx *cx = serve->cli->cx;
    struct buf out = buf_make(cx->arena, TEXT_MAX);
    const struct core *base = &serve->base;

    buf_format(&out, "Guichet is ready: %.*s\n", (int)base->public_url.len, base->public_url.ptr);
    if (serve->config->sandbox) {
        if (demo.len > 0)
            buf_format(&out, "\n  pay page     %s%s\n", base->public_url.ptr, demo.ptr);
        buf_format(&out, "  API          %s/v1 and /v2 (also %s)\n", base->public_url.ptr,
                   base->secure_url.ptr);
        buf_format(&out, "  mails        %s/sandbox/mail (caught at 127.0.0.1:%d)\n",
                   base->public_url.ptr, catcher_port(serve->catcher));
        buf_format(&out, "  operator     %s/operator", base->public_url.ptr);
        if (file->operator_email.len > 0)
            buf_format(&out, " (%.*s, its password is in sandbox.json)",
                       (int)file->operator_email.len, file->operator_email.ptr);
        buf_put_byte(&out, '\n');
        buf_format(&out, "  all keys     %s/sandbox.json\n", serve->config->data.ptr);
        buf_format(&out, "  certificate  %s\n", file->ca_file.ptr);
    }
    if (serve->backend.vault == NULL)
        buf_format(&out, "\nCard payments are off: %s.\n", serve->backend.vault_why.ptr);
    else if (serve->config->accept_pan && !serve->config->sandbox)
        buf_put_cstr(&out, "\nLive card numbers are accepted here: PCI DSS SAQ D applies.\n");
    struct str text = buf_str(&out);
    /* The one command that prints while it runs: whoever started us waits for this line. */
    if (write(STDOUT_FILENO, text.ptr, text.len) < 0)
        log_event(cx, EV_INTERNAL_ERROR, LOG_WORD("step", "stdout"));
}

/* What a server needs that is not alone: it takes work of every kind from the others, also such
 * that needs keys, and a link may be opened at any of them. */
static err_t sharing_check(struct serve *serve, struct ctx *cx)
{
    bool alone;

    if (serve->backend.presence == NULL)
        return OK;
    TRY(backend_alone(cx, &serve->backend, &alone));
    if (serve->backend.vault == NULL && !alone)
        return fault(cx, ERR_UNAVAILABLE, NULL, serve->backend.vault_why.ptr);
    if (!serve->config->sandbox && serve->config->public_url.len == 0)
        return fault(cx, ERR_INVALID, "server.public_url",
                     "must be set: all servers of a database answer under one address");
    return OK;
}

static err_t start(struct serve *serve, struct ctx *cx)
{
    const struct backend_options options = {.migrate = true, .make_keys = true};
    struct str demo = STR_NONE;
    struct sandbox_file file;

    if (serve->config->sandbox)
        TRY(tls_files_prepare(cx, serve->config->data));
    TRY(backend_open(cx, serve->config, &options, &serve->backend));
    TRY(presence_settle_in(cx, serve->backend.presence, serve->config->data));
    TRY(sharing_check(serve, cx));
    serve->workers = workers_new(WORKERS);
    serve->lookups = lookups_new(serve->backend.store, LOOKUPS);
    base_fill(serve);
    TRY(platform_make(serve, cx));
    TRY(mandate_files_read(cx, serve->config->data, &serve->base.mandate_texts));
    mounts_fill(serve);
    TRY(prefixes_add(serve, cx));
    TRY(notify_make(serve, cx));
    TRY(core_make(serve, &serve->tasks_core));
    TRY(cards_make(serve, cx));
    TRY(bank_make(serve, cx));
    serve->tasks_core.test_rail = serve->base.test_rail;
    serve->tasks_core.live_rail = serve->base.live_rail;
    serve->tasks_core.bank = serve->base.bank;
    TRY(recover(serve, cx));
    TRY(units_make(serve, cx));
    urls_fill(serve, cx);
    serve->tasks_core.public_url = serve->base.public_url;
    serve->tasks_core.secure_url = serve->base.secure_url;
    serve->tasks = tasks_new(&serve->tasks_core);
    serve->tasks_core.tasks = serve->tasks;
    serve->tasks_core.bell = serve->base.bell;
    TRY(sandbox_refresh(serve, cx, &file));
    if (serve->config->sandbox)
        TRY(demo_make(serve, cx, &file, &demo));
    const struct control_options control = {
        .application = serve->cli->application,
        .config = serve->config,
        .backend = &serve->backend,
        .ids = serve->ids,
    };
    TRY(control_start(cx, &control, &serve->control));
    cards_start(serve);
    sepa_rail_start(serve->bank);
    must(pthread_create(&serve->tasks_thread, NULL, tasks_main, serve) == 0);
    serve->tasks_running = true;
    notify_start(serve);
    units_start(serve);
    presence_settles(serve->backend.presence, &serve->base);
    log_event(cx, EV_SERVER_READY, LOG_INT("port", serve->config->port));
    ready_print(serve, &file, demo);
    manager_tell(MANAGER_READY);
    return OK;
}

/* --- running and stopping -----------------------------------------------------------------------
 */

/* True when we are to stop. */
static bool signals_read(int signals)
{
    struct signalfd_siginfo info;
    bool stop = false;

    while (read(signals, &info, sizeof info) == sizeof info)
        stop |= info.ssi_signo != SIGCHLD;
    return stop;
}

static void supervise(struct serve *serve, int signals)
{
    struct pollfd wait = {.fd = signals, .events = POLLIN};

    for (;;) {
        int restart_ms = serve->child == NULL ? -1 : child_turn(serve->child);
        int wait_ms = restart_ms >= 0 && restart_ms < SWEEP_MS ? restart_ms : SWEEP_MS;
        if (poll(&wait, 1, wait_ms) < 0)
            must(errno == EINTR);
        if (signals_read(signals))
            return;
        if (serve->cvc != NULL)
            cvc_sweep(serve->cvc, clock_now());
    }
}

/* What runs is finished; but a task may wait for an acquirer that does not answer, and a stop has
 * its limit: then the connector gives it a result, and the task goes on at the next start. */
static void tasks_end(struct serve *serve, int64_t until_us)
{
    const struct timespec until = {
        .tv_sec = (time_t)(until_us / SECOND_US),
        .tv_nsec = (long)(until_us % SECOND_US) * 1000,
    };
    bool ended = !serve->tasks_running;

    if (!ended) {
        tasks_stop(serve->tasks);
        ended = pthread_clockjoin_np(serve->tasks_thread, NULL, CLOCK_MONOTONIC, &until) == 0;
    }
    cards_stop(serve);
    if (serve->bank != NULL)
        sepa_rail_stop(serve->bank);
    if (!ended)
        must(pthread_join(serve->tasks_thread, NULL) == 0);
}

/* In the order of who calls whom: no more requests, no more work, no more answers, then the
 * database. `result` is that of the start. */
static void stop(struct serve *serve, err_t result)
{
    int64_t begun_us = clock_monotonic_us();
    struct stop_limit *limit = stop_limit_start(STOP_LIMIT_US);

    manager_tell(MANAGER_STOPPING);
    control_stop(serve->control);
    /* Requests that had to be abandoned are resolved at the next start, as after a crash. */
    err_t stopped = units_stop(serve);
    if (serve->notify_running)
        notify_stop(serve->notify);
    tasks_end(serve, begun_us + STOP_US);
    if (serve->child != NULL)
        child_stop(serve->child);
    notify_end(serve);
    lookups_free(serve->lookups);
    workers_free(serve->workers);
    platform_end(serve);
    /* Requests that were abandoned have bodies in the queue, which call back. */
    backend_finish(&serve->backend);
    notify_drop(serve);
    units_free(serve);
    if (serve->tasks != NULL)
        tasks_free(serve->tasks);
    core_drop(&serve->tasks_core);
    sepa_rail_free(serve->bank);
    backend_close(&serve->backend);
    cards_free(serve);
    cvc_pool_free(serve->cvc);
    stop_limit_end(limit);
    log_event(NULL, EV_SERVER_STOPPED, LOG_ERR(result != OK ? result : stopped));
}

/* EXIT_USAGE when a value cannot be read. */
static int flags_read(struct cli *cli, struct args *args, struct config *config)
{
    static const struct {
        const char *flag;
        struct str key;
    } FLAGS[] = {
        {"--listen",   STR_INIT("server.listen")  },
        {"--port",     STR_INIT("server.port")    },
        {"--tls-port", STR_INIT("server.tls_port")},
        {"--threads",  STR_INIT("server.threads") },
        {"--store",    STR_INIT("store.url")      },
    };
    struct str value;

    for (size_t i = 0; i < ARRAY_LEN(FLAGS); i++) {
        if (args_option(args, FLAGS[i].flag, &value) &&
            config_set(cli->cx, config, FLAGS[i].key, value) != OK)
            return cli_usage(
                cli,
                str_format(cli->cx->arena, "%s %s", FLAGS[i].flag, cli->cx->faults[0].text).ptr);
    }
    return EXIT_DONE;
}

/* What must be so before there are threads. */
static err_t process_begin(struct ctx *cx)
{
    process_guard();
    process_small();
    return process_files() ? OK
                           : fault(cx, ERR_LIMIT, "the limit of open files",
                                   "is below 256: ulimit -n, or LimitNOFILE of the unit");
}

static int run(struct cli *cli, struct args *args)
{
    struct config config;
    err_t err = config_load(cli->cx, cli->data, &config);

    if (err != OK)
        return cli_refused(cli, err);
    int code = flags_read(cli, args, &config);
    if (code == EXIT_DONE)
        code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    err = process_begin(cli->cx);
    if (err != OK)
        return cli_refused(cli, err);
    int signals = process_signals();
    struct serve *serve = process_make(struct serve);
    serve->cli = cli;
    serve->config = &config;
    serve->ids = cli->cx->ids;
    serve->started = cli->cx->real;
    err = start(serve, cli->cx);
    code = err == OK ? EXIT_DONE : cli_refused(cli, err);
    if (err == OK)
        supervise(serve, signals);
    stop(serve, err);
    process_free(serve);
    close(signals);
    return code;
}

const struct command COMMAND_SERVE = {
    .name = "serve",
    .summary = "runs the server",
    .help = "usage: guichet serve [--port N] [--tls-port N] [--listen ADDRESS] [--threads N] "
            "[--store URL]\n\n"
            "Prints \"Guichet is ready: URL\" when it answers. SIGTERM and SIGINT stop it when "
            "what runs is\n"
            "finished. The flags override DATA/guichet.conf and the environment; a port of 0 is a "
            "free one.\n",
    .needs = NEEDS_NOTHING,
    .run = run,
};
