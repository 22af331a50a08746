#include "simulator/simulator.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/rand.h"
#include "cli/cli.h"
#include "cli/file.h"
#include "cli/process.h"

enum { SECRET_BYTES = 24 };

static bool port_read(struct args *args, const char *flag, int *port)
{
    struct str text;
    int64_t number = 0;

    if (args_option(args, flag, &text) &&
        (!str_to_int64(text, &number) || number < 0 || number > UINT16_MAX))
        return false;
    *port = (int)number;
    return true;
}

/* From whoever started us, who must know it too; otherwise nobody can ask for 3-D Secure. */
static const char *secret_take(struct ctx *cx)
{
    char *given = getenv("GUICHET_SIMULATOR_SECRET");
    uint8_t bytes[SECRET_BYTES];

    if (given == NULL) {
        rand_bytes(bytes, sizeof bytes);
        return hex_encode(cx->arena, bytes, sizeof bytes).ptr;
    }
    const char *kept = str_cstr(cx->arena, str_of(given));
    crypto_wipe(given, strlen(given));
    unsetenv("GUICHET_SIMULATOR_SECRET");
    return kept;
}

static int run(struct cli *cli, struct args *args)
{
    struct simulator_options options = {
        .dir = str_format(cli->cx->arena, "%s/simulator", cli->data.ptr).ptr,
    };

    if (!port_read(args, "--port", &options.iso_port) ||
        !port_read(args, "--control-port", &options.control_port) ||
        !port_read(args, "--acs-port", &options.acs_port))
        return cli_usage(cli, "a port is a number from 0 to 65535");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    options.secret = secret_take(cli->cx);
    process_guard();
    process_small();
    (void)process_files();
    return simulator_main(&options);
}

const struct command COMMAND_SIMULATOR = {
    .name = "simulator",
    .summary = "the acquirer of the sandbox, in a process of its own",
    .help = "usage: guichet simulator [--port N] [--control-port N] [--acs-port N]\n\n"
            "serve starts it in a sandbox. It keeps its book in DATA/simulator, listens on "
            "127.0.0.1 only\n"
            "and prints its ports as one line of JSON; 0, the default, is a free port. The token "
            "of its\n"
            "control port comes from GUICHET_SIMULATOR_SECRET.\n",
    .needs = NEEDS_NOTHING,
    .run = run,
};
