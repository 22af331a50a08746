#include "cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/must.h"
#include "cli/backend.h"
#include "cli/control.h"
#include "cli/file.h"
#include "cli/process.h"
#include "cli/version.h"

/* In the order in which help shows them. */
static const struct command *const COMMANDS[] = {
    &COMMAND_SERVE,    &COMMAND_INIT,      &COMMAND_MIGRATE,    &COMMAND_MERCHANT,
    &COMMAND_CLIENT,   &COMMAND_ENROLMENT, &COMMAND_KEYS,       &COMMAND_LOGIN,
    &COMMAND_OPERATOR, &COMMAND_PAYMENT,   &COMMAND_PAYOUT,     &COMMAND_MANDATE,
    &COMMAND_LEVY,     &COMMAND_SEPA,      &COMMAND_SETTLEMENT, &COMMAND_TOTALS,
    &COMMAND_INVOICE,  &COMMAND_EXAMINE,   &COMMAND_FEC,        &COMMAND_WEBHOOK,
    &COMMAND_MAIL,     &COMMAND_VERIFY,    &COMMAND_BACKUP,     &COMMAND_RESTORE,
    &COMMAND_CONFIG,   &COMMAND_OPENAPI,   &COMMAND_SIMULATOR,  &COMMAND_PDFXML,
};

const struct command *command_find(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(COMMANDS); i++) {
        if (str_eq(name, str_of(COMMANDS[i]->name)))
            return COMMANDS[i];
    }
    return NULL;
}

struct ctx *command_ctx(struct id_source *ids)
{
    struct ctx *cx = process_make(struct ctx);

    cx->arena = arena_new(CLI_ARENA_MAX);
    cx->ids = ids == NULL ? id_source_new() : ids;
    cx->real = clock_now();
    cx->now = cx->real;
    cx->mode = MODE_TEST;
    return cx;
}

void command_ctx_free(struct ctx *cx, bool own_ids)
{
    arena_free(cx->arena);
    if (own_ids)
        id_source_free(cx->ids);
    process_free(cx);
}

/* --- help ---------------------------------------------------------------------------------------
 */

static int help_all(struct cli *cli)
{
    buf_put_cstr(&cli->out, "Guichet, a counter for payments. Version " GUICHET_VERSION "\n\n"
                            "usage: guichet [--data DIR] COMMAND [ARGUMENTS]\n\n");
    for (size_t i = 0; i < ARRAY_LEN(COMMANDS); i++) {
        if (COMMANDS[i]->summary != NULL)
            buf_format(&cli->out, "  %-10s %s\n", COMMANDS[i]->name, COMMANDS[i]->summary);
    }
    buf_put_cstr(&cli->out,
                 "\n  --data DIR   the data directory; else $GUICHET_DATA, else ./var\n"
                 "  --version    prints the version\n"
                 "  --coverage   prints the facts of the seed pages, or which of them no\n"
                 "               test touches: guichet --coverage --help\n"
                 "  --help       help, also for one command: guichet COMMAND --help\n"
                 "  --           what follows is no option, also when it begins with -\n\n"
                 "Exit codes: 0 done, 1 refused or failed, 2 bad usage.\n");
    return EXIT_DONE;
}

static int help_one(struct cli *cli)
{
    buf_format(&cli->out, "guichet %s: %s\n\n%s", cli->command->name, cli->command->summary,
               cli->command->help);
    return EXIT_DONE;
}

/* --- running ------------------------------------------------------------------------------------
 */

int command_run(struct cli *cli, struct args *args)
{
    return cli->command->run(cli, args);
}

static int run_with_own_store(struct cli *cli, struct args *args)
{
    const struct backend_options options = {
        .migrate = cli->command->needs == NEEDS_MIGRATION,
    };

    cli->config = arena_make(cli->cx->arena, struct config);
    cli->backend = arena_make(cli->cx->arena, struct backend);
    err_t err = config_load(cli->cx, cli->data, cli->config);
    if (err == OK)
        err = backend_open(cli->cx, cli->config, &options, cli->backend);
    if (err != OK)
        return cli_refused(cli, err);
    int code = command_run(cli, args);
    backend_close(cli->backend);
    return code;
}

static int run_anywhere(struct cli *cli, struct args *args)
{
    struct args copy = *args;
    cli->checking = true;
    int code = command_run(cli, &copy);
    cli->checking = false;
    if (code != CHECKED)
        return code;
    err_t err = control_call(cli, args, &code);

    if (err == OK)
        return code;
    return err == ERR_NOT_FOUND ? run_with_own_store(cli, args) : cli_refused(cli, err);
}

static bool needs_nothing(const struct command *command, const struct args *args)
{
    return command->needs == NEEDS_NOTHING ||
           (command->needs_nothing != NULL && command->needs_nothing(args));
}

static int dispatch(struct cli *cli, struct args *args)
{
    struct str name;
    bool help = args_flag(args, "--help") || args_flag(args, "-h");

    if (args_flag(args, "--version")) {
        buf_put_cstr(&cli->out, "guichet " GUICHET_VERSION "\n");
        return EXIT_DONE;
    }
    if (args_flag(args, COMMAND_COVERAGE.name)) {
        cli->command = &COMMAND_COVERAGE;
        return help ? help_one(cli) : command_run(cli, args);
    }
    if (!args_next(args, &name))
        return help ? help_all(cli) : cli_usage(cli, "which command?");
    if (str_eq(name, STR("help"))) {
        help = true;
        if (!args_next(args, &name))
            return help_all(cli);
    }
    cli->command = command_find(name);
    if (cli->command == NULL)
        return cli_usage(cli, "there is no such command");
    if (help)
        return help_one(cli);
    return needs_nothing(cli->command, args) ? command_run(cli, args) : run_anywhere(cli, args);
}

static void data_find(struct cli *cli, struct args *args)
{
    const char *environment = getenv("GUICHET_DATA");
    struct str data;

    if (!args_option(args, "--data", &data))
        data = environment != NULL && environment[0] != '\0' ? str_of(environment) : STR("var");
    cli->data = path_absolute(cli->cx->arena, cli->here, data);
}

static bool print_all(int fd, struct str text)
{
    while (text.len > 0) {
        ssize_t done = write(fd, text.ptr, text.len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        text = str_from(text, (size_t)done);
    }
    return true;
}

/* Whoever keeps what a command prints must not take a part of it for the whole. */
static int output_print(struct cli *cli, int code)
{
    if (!print_all(STDOUT_FILENO, buf_str(&cli->out))) {
        buf_format(&cli->err, "guichet: the output cannot be written: %s\n",
                   strerrordesc_np(errno));
        code = code == EXIT_DONE ? EXIT_REFUSED : code;
    }
    (void)print_all(STDERR_FILENO, buf_str(&cli->err));
    return code;
}

int cli_main(const struct application *application, int argc, char **argv)
{
    struct args args = {.count = 0};

    process_streams();
    crypto_start();
    struct ctx *cx = command_ctx(NULL);
    struct cli cli = {
        .cx = cx,
        .application = application,
        .here = path_here(cx->arena),
        .out = buf_make(cx->arena, OUT_MAX),
        .err = buf_make(cx->arena, OUT_MAX),
    };
    int code;
    if (argc - 1 > ARGS_MAX) {
        code = cli_usage(&cli, "there are too many arguments");
    } else {
        for (int i = 1; i < argc; i++)
            args.items[args.count++] = str_of(argv[i]);
        data_find(&cli, &args);
        code = dispatch(&cli, &args);
    }
    code = output_print(&cli, code);
    command_ctx_free(cx, true);
    return code;
}
