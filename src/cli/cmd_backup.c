#include "cli/cli.h"
#include "cli/file.h"
#include "store/store.h"

static int run(struct cli *cli, struct args *args)
{
    struct str file;

    if (!args_next(args, &file))
        return cli_usage(cli, "into which FILE?");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    struct str path = path_absolute(cli->cx->arena, cli->here, file);
    err_t err = store_backup(cli->cx, cli->backend->store, path.ptr);
    if (err != OK)
        return cli_refused(cli, err);
    buf_format(&cli->out, "The database was copied to %s. The key-encryption key is not in it.\n",
               path.ptr);
    return EXIT_DONE;
}

const struct command COMMAND_BACKUP = {
    .name = "backup",
    .summary = "copies the database while the server goes on",
    .help =
        "usage: guichet backup FILE\n\n"
        "FILE must not exist; it is there when it is whole, and FILE.new before. Card numbers in "
        "it\n"
        "stay encrypted, and the key-encryption key is not part of it: keep that one elsewhere.\n",
    .needs = NEEDS_STORE,
    .reads_long = true,
    .run = run,
};
