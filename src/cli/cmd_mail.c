#include "cli/backend.h"
#include "cli/whose.h"
#include "core/mail.h"

/* A mail to see whether mails arrive. */
struct trial {
    struct merchant_id merchant;
    enum mode mode;
    struct str to;
};

static err_t trial_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct trial *trial = arg;
    struct merchant merchant;

    TRY(whose_enter(cx, tx, trial->merchant, trial->mode, &merchant));
    const struct mail mail = {
        .to = trial->to,
        .from_name = merchant.name,
        .language = STR("fr"),
        .subject = STR("Essai d’envoi – ça marche"),
        .text = STR("Bonjour,\n\nCe message montre que les courriels de Guichet arrivent.\n"),
        .html = STR("<!doctype html>\n<html lang=\"fr\"><head><meta charset=\"utf-8\">"
                    "<title>Essai d’envoi</title></head>\n<body><p>Bonjour,</p>\n"
                    "<p>Ce message montre que les courriels de Guichet arrivent.</p></body>"
                    "</html>\n"),
        .kind = "mail.test",
        .object = trial->merchant.raw,
    };
    return mail_put(cx, tx, &mail);
}

static int run(struct cli *cli, struct args *args)
{
    struct trial *trial = arena_make(cli->cx->arena, struct trial);
    struct str what;
    struct str merchant;

    trial->mode = args_flag(args, "--live") ? MODE_LIVE : MODE_TEST;
    if (!args_next(args, &what) || !str_eq(what, STR("test")))
        return cli_usage(cli, "test?");
    if (!args_next(args, &merchant) || !ID_PARSE(merchant, &trial->merchant))
        return cli_usage(cli, "which merchant? guichet merchant list shows their ids");
    if (!args_next(args, &trial->to))
        return cli_usage(cli, "to which address?");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    err_t err = backend_write(cli->cx, cli->backend, trial_body, trial);
    if (err != OK)
        return cli_refused(cli, err);
    buf_put_cstr(&cli->out, "It is on its way: guichet webhook list shows what becomes of it.\n");
    return EXIT_DONE;
}

const struct command COMMAND_MAIL = {
    .name = "mail",
    .summary = "sends a mail to see whether mails arrive",
    .help =
        "usage: guichet mail test MERCHANT ADDRESS [--live]\n\n"
        "Puts a test mail of a merchant on its way. In test mode it leaves a sandbox only, and\n"
        "is caught there.\n",
    .needs = NEEDS_STORE,
    .run = run,
};
