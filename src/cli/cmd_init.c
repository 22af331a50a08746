#include "cli/backend.h"
#include "cli/control.h"
#include "cli/file.h"
#include "cli/sandbox.h"
#include "cli/tls_files.h"
#include "store/store.h"

/* Everything here may run again: each step leaves alone what is there. */

static const char SANDBOX_CONF[] =
    "; Made by guichet init --sandbox. guichet config --print-default explains every key.\n"
    "[server]\n"
    "tls_port = 0\n\n"
    "[cards]\n"
    "; test card numbers only: this is a sandbox\n"
    "accept_pan = yes\n\n"
    "[sandbox]\n"
    "enabled = yes\n";

static const char LIVE_CONF[] =
    "; Made by guichet init. guichet config --print-default explains every key.\n"
    "[server]\n"
    "port = 8080\n";

/* `store` is the url of a database elsewhere, or STR_NONE. */
static err_t conf_make(struct ctx *cx, struct str data, bool sandbox, struct str store)
{
    struct str path = str_format(cx->arena, "%s/guichet.conf", data.ptr);
    struct str text = sandbox ? str_of(SANDBOX_CONF) : str_of(LIVE_CONF);

    if (file_exists(path.ptr))
        return OK;
    if (store.ptr != NULL)
        text =
            str_format(cx->arena, "%s\n[store]\nurl = %s\n", text.ptr, str_cstr(cx->arena, store));
    if (file_replace(cx, path.ptr, 0600, text) != OK)
        return fault(cx, ERR_IO, "guichet.conf", "cannot be written");
    return OK;
}

/* What guichet.conf says from now on must be what was asked for. */
static err_t store_check(struct ctx *cx, const struct config *config, struct str store)
{
    if (store.ptr == NULL || str_eq(store, config->store_url))
        return OK;
    return fault(cx, ERR_STATE, "--store",
                 "is not the database that guichet.conf or the environment names");
}

static err_t database_make(struct ctx *cx, const struct config *config, struct backend *backend)
{
    const struct backend_options options = {.create = true, .migrate = true, .make_keys = true};

    TRY(backend_open(cx, config, &options, backend));
    if (backend->vault != NULL)
        return OK;
    err_t err = fault(cx, ERR_UNAVAILABLE, NULL, backend->vault_why.ptr);
    backend_close(backend);
    return err;
}

static err_t sandbox_make(struct ctx *cx, const struct config *config, struct backend *backend)
{
    struct sandbox_file file = {.base_url = STR_NONE};

    sandbox_addresses(cx, config, &file);
    TRY(sandbox_merchant_new(cx, backend, &file));
    TRY(sandbox_operator_new(cx, backend, &file));
    if (sandbox_write(cx, config->data, &file) != OK)
        return fault(cx, ERR_IO, "sandbox.json", "cannot be written");
    return OK;
}

static err_t init(struct cli *cli, bool sandbox, struct str store, bool *existed)
{
    struct ctx *cx = cli->cx;
    struct str json = str_format(cx->arena, "%s/sandbox.json", cli->data.ptr);
    struct config config;
    struct backend backend;

    *existed = sandbox && file_exists(json.ptr);
    /* A server that runs has done all of it. */
    if (*existed && control_alive(cx, cli->data))
        return OK;
    if (directory_make(cx, cli->data.ptr) != OK)
        return fault(cx, ERR_IO, NULL, "the data directory cannot be made");
    TRY(conf_make(cx, cli->data, sandbox, store));
    TRY(config_load(cx, cli->data, &config));
    TRY(store_check(cx, &config, store));
    if (sandbox && !config.sandbox)
        return fault(cx, ERR_STATE, NULL,
                     "the data directory is there and is not a sandbox (sandbox.enabled)");
    TRY(kek_create(cx, config.kek_file.ptr));
    if (sandbox)
        TRY(tls_files_prepare(cx, cli->data));
    TRY(database_make(cx, &config, &backend));
    err_t err = sandbox && !*existed ? sandbox_make(cx, &config, &backend) : OK;
    backend_close(&backend);
    return err;
}

static int run(struct cli *cli, struct args *args)
{
    bool sandbox = args_flag(args, "--sandbox");
    struct str store = STR_NONE;
    struct str directory;
    bool existed;

    /* Before it is written into guichet.conf, where it would stay. */
    if (args_option(args, "--store", &store) && !store_url_fits(store))
        return cli_usage(cli, "--store begins with sqlite: or postgresql:");
    if (args_next(args, &directory))
        cli->data = path_absolute(cli->cx->arena, cli->here, directory);
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    err_t err = init(cli, sandbox, store, &existed);
    if (err != OK)
        return cli_refused(cli, err);
    if (existed)
        buf_format(&cli->out, "%s is a sandbox already; nothing was changed.\n", cli->data.ptr);
    else if (sandbox)
        buf_format(&cli->out, "The sandbox is in %s; its keys and addresses are in sandbox.json.\n",
                   cli->data.ptr);
    else
        buf_format(
            &cli->out,
            "The data directory is %s.\nAdd a merchant: guichet merchant add --live --name NAME\n",
            cli->data.ptr);
    return EXIT_DONE;
}

const struct command COMMAND_INIT = {
    .name = "init",
    .summary = "makes a data directory",
    .help =
        "usage: guichet init [--sandbox] [--store URL] [DIR]\n\n"
        "Makes the directory (0700), guichet.conf, the key-encryption key and the database. It "
        "may be\n"
        "run again: what is there stays.\n\n"
        "  --sandbox   also a certificate authority, a merchant for all interfaces, an "
        "operator, and\n"
        "              sandbox.json with everything a program needs to try them\n"
        "  --store     a PostgreSQL database to use instead of a file here, \"postgresql://...\"; "
        "it is made\n"
        "              before, with createdb, and may have no tables yet\n",
    .needs = NEEDS_NOTHING,
    .run = run,
};
