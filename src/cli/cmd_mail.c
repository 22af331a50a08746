#include "cli/backend.h"
#include "cli/whose.h"
#include "core/mail.h"

enum { LIST_DEFAULT = 20, LIST_MAX = 100 };

/* --- test ------------------------------------------------------------------------------------- */

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

static int test_run(struct cli *cli, struct args *args)
{
    struct trial *trial = arena_make(cli->cx->arena, struct trial);
    struct str merchant;

    trial->mode = args_flag(args, "--live") ? MODE_LIVE : MODE_TEST;
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
    buf_put_cstr(&cli->out, "It is on its way: guichet mail list shows what becomes of it.\n");
    return EXIT_DONE;
}

/* --- list ------------------------------------------------------------------------------------- */

struct listing {
    struct merchant_id merchant;
    enum mode mode;
    bool json;
    struct mail_filter filter;
    struct mail_line *lines; /* out */
    size_t count;
};

/* What a failure means to whoever wrote the mail; the code of the last answer stands beside it. */
static const char *meaning(const struct delivery *delivery)
{
    static const struct {
        struct str why;
        const char *text;
    } MEANINGS[] = {
        {STR_INIT("refused"),        "refused by the mail server"                  },
        {STR_INIT("not_configured"), "nobody sends mails here: smtp.url, smtp.from"},
        {STR_INIT("test_mode"),      "not sent: test mode outside a sandbox"       },
        {STR_INIT("connection"),     "no server was reached"                       },
        {STR_INIT("tls"),            "no safe connection to the server"            },
        {STR_INIT("timeout"),        "no answer in time"                           },
        {STR_INIT("internal"),       "a fault of ours, see the log"                },
    };

    for (size_t i = 0; i < ARRAY_LEN(MEANINGS); i++) {
        if (str_eq(delivery->why, MEANINGS[i].why))
            return MEANINGS[i].text;
    }
    return delivery->why.len == 0 ? "" : delivery->why.ptr;
}

static void line_json(struct cli *cli, const struct mail_line *line, int indent, bool *first)
{
    const struct delivery *delivery = &line->delivery;
    struct arena *arena = cli->cx->arena;
    struct buf *out = &cli->out;

    print_member(out, indent, first, "id", ID_TEXT(delivery->id));
    print_member(out, indent, first, "kind", delivery->type);
    print_member(out, indent, first, "by", str_of(channel_text(delivery->channel)));
    print_member(out, indent, first, "to", delivery->address);
    print_member(out, indent, first, "subject", line->subject);
    print_member(out, indent, first, "object", delivery->object);
    print_member(out, indent, first, "state", delivery_state(delivery));
    print_member_int(out, indent, first, "tries", delivery->tries);
    print_member_int(out, indent, first, "code", delivery->code);
    print_member(out, indent, first, "why", delivery->why);
    print_member(out, indent, first, "created", print_instant(arena, delivery->created));
    print_member(out, indent, first, "due", print_instant(arena, delivery->due));
    print_member(out, indent, first, "done", print_instant(arena, delivery->done));
}

static void line_text(struct cli *cli, const struct mail_line *line)
{
    const struct delivery *delivery = &line->delivery;
    struct str state = delivery_state(delivery);

    buf_format(&cli->out, "%s  %s  %-16.*s  %-9.*s  %3lld  %.*s  %s\n",
               print_instant(cli->cx->arena, delivery->created).ptr, delivery->id.raw,
               (int)delivery->type.len, delivery->type.ptr, (int)state.len, state.ptr,
               (long long)delivery->code, (int)delivery->address.len, delivery->address.ptr,
               meaning(delivery));
}

static err_t list_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct listing *listing = arg;
    struct merchant merchant;

    TRY(whose_enter(cx, tx, listing->merchant, listing->mode, &merchant));
    return mail_lines(cx, tx, &listing->filter, &listing->lines, &listing->count);
}

static void list_print(struct cli *cli, const struct listing *listing)
{
    buf_put_cstr(&cli->out, listing->json ? "[" : "");
    for (size_t i = 0; i < listing->count; i++) {
        bool first = true;
        if (!listing->json) {
            line_text(cli, &listing->lines[i]);
            continue;
        }
        buf_put_cstr(&cli->out, i == 0 ? "\n  {" : ",\n  {");
        line_json(cli, &listing->lines[i], 4, &first);
        buf_put_cstr(&cli->out, "\n  }");
    }
    buf_put_cstr(&cli->out, listing->json ? "\n]\n" : "");
}

static bool state_known(struct str state)
{
    return str_eq(state, STR("waiting")) || str_eq(state, STR("delivered")) ||
           str_eq(state, STR("dead"));
}

static int list_run(struct cli *cli, struct args *args)
{
    struct listing *listing = arena_make(cli->cx->arena, struct listing);
    struct mail_filter *filter = &listing->filter;
    struct str text;

    listing->json = args_flag(args, "--json");
    listing->mode = args_flag(args, "--live") ? MODE_LIVE : MODE_TEST;
    filter->limit = LIST_DEFAULT;
    if (args_option(args, "--state", &filter->state) && !state_known(filter->state))
        return cli_usage(cli, "--state is waiting, delivered or dead");
    if (args_option(args, "--limit", &text) &&
        (!str_to_int64(text, &filter->limit) || filter->limit < 1 || filter->limit > LIST_MAX))
        return cli_usage(cli, "--limit is a number from 1 to 100");
    if (args_option(args, "--before", &text) && !ID_PARSE(text, &filter->before))
        return cli_usage(cli, "--before is the id of a mail");
    (void)args_option(args, "--about", &filter->object);
    if (!args_next(args, &text) || !ID_PARSE(text, &listing->merchant))
        return cli_usage(cli, "which merchant? guichet merchant list shows their ids");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    err_t err = backend_read(cli->cx, cli->backend, list_body, listing);
    if (err != OK)
        return cli_refused(cli, err);
    list_print(cli, listing);
    return EXIT_DONE;
}

/* --- show ------------------------------------------------------------------------------------- */

struct showing {
    struct delivery_id id;
    struct mail_line line; /* out */
    struct mail mail;
};

static err_t show_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct showing *showing = arg;
    struct delivery *delivery = &showing->line.delivery;

    TRY(outbox_load(cx, tx, showing->id, delivery));
    if (delivery->channel == CHANNEL_SMS) {
        showing->mail.text = delivery->body;
        return OK;
    }
    if (delivery->channel != CHANNEL_MAIL)
        return fault(cx, ERR_NOT_FOUND, "mail", "does not exist");
    TRY(mail_load(cx, tx, delivery, &showing->mail));
    showing->line.subject = showing->mail.subject;
    return OK;
}

static int show_run(struct cli *cli, struct args *args)
{
    struct showing *showing = arena_make(cli->cx->arena, struct showing);
    const struct mail *mail = &showing->mail;
    bool json = args_flag(args, "--json");
    bool first = true;
    struct str id;

    if (!args_next(args, &id) || !ID_PARSE(id, &showing->id))
        return cli_usage(cli, "which mail? guichet mail list shows their ids");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    err_t err = backend_read(cli->cx, cli->backend, show_body, showing);
    if (err != OK)
        return cli_refused(cli, err);
    if (json) {
        buf_put_byte(&cli->out, '{');
        line_json(cli, &showing->line, 2, &first);
        print_member(&cli->out, 2, &first, "reply_to", mail->reply_to);
        print_member(&cli->out, 2, &first, "text", mail->text);
        print_member(&cli->out, 2, &first, "html", mail->html);
        buf_put_cstr(&cli->out, "\n}\n");
        return EXIT_DONE;
    }
    line_text(cli, &showing->line);
    buf_format(&cli->out, "%.*s\n\n%.*s", (int)mail->subject.len,
               mail->subject.len == 0 ? "" : mail->subject.ptr, (int)mail->text.len,
               mail->text.len == 0 ? "" : mail->text.ptr);
    return EXIT_DONE;
}

static int run(struct cli *cli, struct args *args)
{
    struct str what;

    if (!args_next(args, &what))
        return cli_usage(cli, "list, show or test?");
    if (str_eq(what, STR("list")))
        return list_run(cli, args);
    if (str_eq(what, STR("show")))
        return show_run(cli, args);
    if (str_eq(what, STR("test")))
        return test_run(cli, args);
    return cli_usage(cli, "list, show or test?");
}

const struct command COMMAND_MAIL = {
    .name = "mail",
    .summary = "shows mails and what became of them, sends one to try",
    .help = "usage: guichet mail list MERCHANT [--live] [--state waiting|delivered|dead]\n"
            "                         [--about OBJECT] [--before ID] [--limit N] [--json]\n"
            "       guichet mail show ID [--json]\n"
            "       guichet mail test MERCHANT ADDRESS [--live]\n\n"
            "list prints the newest mails and text messages of a merchant: what they are about, "
            "whether\n"
            "the receiver's server took them, with its code, and why not; in test mode unless "
            "--live is\n"
            "given. A mail that was refused for good (5xx) is dead at once, any other after seven "
            "more\n"
            "tries, 45 hours later; guichet webhook replay ID sends it again. show prints one with "
            "its text.\n"
            "test puts a mail on its way; in test mode it leaves a sandbox only, and is caught "
            "there.\n",
    .needs = NEEDS_STORE,
    .run = run,
};
