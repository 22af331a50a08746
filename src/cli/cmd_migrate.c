#include "cli/cli.h"
#include "store/store.h"

static int run(struct cli *cli, struct args *args)
{
    bool json = args_flag(args, "--json");
    int code = cli_leftover(cli, args);

    if (code != EXIT_DONE)
        return code;
    /* The store was opened with migrations, here or by the server: there is nothing left to do. */
    int schema = store_schema(cli->backend->store);
    if (json)
        buf_format(&cli->out, "{\"schema\": %d, \"newest\": %d}\n", schema, store_schema_known());
    else
        buf_format(&cli->out, "The database has schema %d, the newest.\n", schema);
    return EXIT_DONE;
}

const struct command COMMAND_MIGRATE = {
    .name = "migrate",
    .summary = "brings the database's schema up to date",
    .help = "usage: guichet migrate [--json]\n\n"
            "Applies the migrations that the database does not have yet. serve does it too, at its "
            "start.\n"
            "A database that is newer than this program is refused.\n",
    .needs = NEEDS_MIGRATION,
    .run = run,
};
