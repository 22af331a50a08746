#include "cli/cli.h"

static int run(struct cli *cli, struct args *args)
{
    bool defaults = args_flag(args, "--print-default");
    struct config config;
    int code = cli_leftover(cli, args);

    if (code != EXIT_DONE)
        return code;
    if (defaults) {
        config_default(&config);
    } else {
        err_t err = config_load(cli->cx, cli->data, &config);
        if (err != OK)
            return cli_refused(cli, err);
    }
    buf_put(&cli->out, config_print(cli->cx->arena, &config));
    return EXIT_DONE;
}

const struct command COMMAND_CONFIG = {
    .name = "config",
    .summary = "prints the configuration in force",
    .help = "usage: guichet config [--print-default]\n\n"
            "Prints every key with its meaning and the value it has: from DATA/guichet.conf, "
            "overridden\n"
            "by the environment (GUICHET_SERVER_PORT for server.port).\n\n"
            "  --print-default   the values they have when nobody sets them\n",
    .needs = NEEDS_NOTHING,
    .run = run,
};
