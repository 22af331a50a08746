#include "cli/cli.h"
#include "http/openapi.h"

/* Where a mount's document is looked for: its prefix or its title. */
static bool mount_is(const struct mount *mount, struct str name)
{
    struct str prefix = str_of(mount->prefix);

    return str_eq(name, prefix) || str_eq_nocase(name, str_of(mount->title)) ||
           (prefix.len > 1 && str_eq(name, str_from(prefix, 1)));
}

static int run(struct cli *cli, struct args *args)
{
    const struct application *application = cli->application;
    struct str name;

    bool named = args_next(args, &name);
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    for (size_t i = 0; i < application->mount_count; i++) {
        const struct mount *mount = &application->mounts[i];
        if (!named) {
            buf_format(&cli->out, "%-24s %s\n", mount->prefix, mount->title);
        } else if (mount_is(mount, name)) {
            openapi_write(&cli->out, mount, mount->edition == 1 ? "1" : "2");
            return EXIT_DONE;
        }
    }
    return named ? cli_usage(cli, "there is no interface of this name") : EXIT_DONE;
}

const struct command COMMAND_OPENAPI = {
    .name = "openapi",
    .summary = "prints the OpenAPI document of an interface",
    .help =
        "usage: guichet openapi [NAME]\n\n"
        "NAME is the mount point (v1, v2) or the title. Without it, the interfaces are listed.\n",
    .needs = NEEDS_NOTHING,
    .run = run,
};
