#include <string.h>

#include "cli/backend.h"
#include "cli/file.h"
#include "cli/sandbox.h"
#include "cli/whose.h"
#include "core/logo.h"
#include "core/merchant_secret.h"

/* --- add ----------------------------------------------------------------------------------------
 */

struct addition {
    struct new_merchant request;
    struct merchant_id merchant;
    struct key_pair test;
    struct key_pair live;
};

static err_t add_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct addition *addition = arg;
    struct new_merchant request = addition->request;

    TRY(merchant_add(cx, tx, &request, &addition->merchant));
    TRY(merchant_key_add(cx, tx, addition->merchant, MODE_TEST, &addition->test));
    return merchant_key_add(cx, tx, addition->merchant, MODE_LIVE, &addition->live);
}

static void addition_print(struct cli *cli, const struct addition *addition, bool json)
{
    const struct {
        const char *name;
        struct str text;
    } ROWS[] = {
        {"merchant",        ID_TEXT(addition->merchant)},
        {"test_public_key", addition->test.public_key  },
        {"test_secret_key", addition->test.secret_key  },
        {"live_public_key", addition->live.public_key  },
        {"live_secret_key", addition->live.secret_key  },
    };
    bool first = true;

    if (json)
        buf_put_byte(&cli->out, '{');
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        if (json)
            print_member(&cli->out, 2, &first, ROWS[i].name, ROWS[i].text);
        else
            buf_format(&cli->out, "%-16s %.*s\n", ROWS[i].name, (int)ROWS[i].text.len,
                       ROWS[i].text.ptr);
    }
    buf_put_cstr(&cli->out, json ? "\n}\n" : "The secret keys are not shown again.\n");
}

static int add_live(struct cli *cli, struct args *args, bool json)
{
    struct addition addition = {.request = {.name = STR_NONE}};
    struct str sponsor;

    args_option(args, "--name", &addition.request.name);
    bool has_sponsor = args_option(args, "--sponsor", &sponsor);
    if (addition.request.name.len == 0)
        return cli_usage(cli, "a live merchant needs --name");
    if (has_sponsor && !ID_PARSE(sponsor, &addition.request.sponsor))
        return cli_usage(cli, "--sponsor needs the id of a sponsor");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    err_t err = backend_write(cli->cx, cli->backend, add_body, &addition);
    if (err != OK)
        return cli_refused(cli, err);
    addition_print(cli, &addition, json);
    return EXIT_DONE;
}

static int add_sandbox(struct cli *cli, struct args *args)
{
    struct sandbox_file file;
    int code = cli_leftover(cli, args);

    if (code != EXIT_DONE)
        return code;
    if (!cli->config->sandbox)
        return cli_refused(cli, fault(cli->cx, ERR_STATE, NULL,
                                      "this data directory is not a sandbox (sandbox.enabled)"));
    /* The addresses are those of the directory's own file, once a server has run. */
    if (sandbox_read(cli->cx, cli->data, &file) != OK)
        sandbox_addresses(cli->cx, cli->config, &file);
    err_t err = sandbox_merchant_new(cli->cx, cli->backend, &file);
    if (err != OK)
        return cli_refused(cli, err);
    buf_put(&cli->out, sandbox_print(cli->cx->arena, &file));
    return EXIT_DONE;
}

static int add(struct cli *cli, struct args *args, bool json)
{
    bool sandbox = args_flag(args, "--sandbox");
    bool live = args_flag(args, "--live");

    if (sandbox == live)
        return cli_usage(cli, "add --sandbox, or add --live --name NAME");
    return sandbox ? add_sandbox(cli, args) : add_live(cli, args, json);
}

/* --- list ---------------------------------------------------------------------------------------
 */

struct listing {
    struct merchant_id after;
    struct merchant_line *lines;
    size_t count;
};

static err_t list_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct listing *listing = arg;

    return merchant_list(cx, tx, listing->after, &listing->lines, &listing->count);
}

static void line_print(struct cli *cli, const struct merchant_line *line, bool json, bool *first)
{
    struct str created = instant_rfc3339(cli->cx->arena, line->created);

    if (!json) {
        buf_format(&cli->out, "%s  %.*s  %.*s\n", line->id.raw, (int)created.len, created.ptr,
                   (int)line->name.len, line->name.ptr);
        return;
    }
    bool first_member = true;
    buf_put_cstr(&cli->out, *first ? "\n  {" : ",\n  {");
    *first = false;
    print_member(&cli->out, 4, &first_member, "id", ID_TEXT(line->id));
    print_member(&cli->out, 4, &first_member, "name", line->name);
    print_member(&cli->out, 4, &first_member, "sponsor", ID_TEXT(line->sponsor));
    print_member(&cli->out, 4, &first_member, "sponsor_name", line->sponsor_name);
    print_member(&cli->out, 4, &first_member, "created", created);
    buf_put_cstr(&cli->out, "\n  }");
}

static int list(struct cli *cli, struct args *args, bool json)
{
    struct listing listing = {.count = 0};
    bool first = true;
    int code = cli_leftover(cli, args);

    if (code != EXIT_DONE)
        return code;
    buf_put_cstr(&cli->out, json ? "[" : "");
    do {
        err_t err = backend_read(cli->cx, cli->backend, list_body, &listing);
        if (err != OK)
            return cli_refused(cli, err);
        for (size_t i = 0; i < listing.count; i++)
            line_print(cli, &listing.lines[i], json, &first);
        if (listing.count > 0)
            listing.after = listing.lines[listing.count - 1].id;
    } while (listing.count == MERCHANT_PAGE);
    buf_put_cstr(&cli->out, json ? "\n]\n" : "");
    return EXIT_DONE;
}

/* --- show ---------------------------------------------------------------------------------------
 */

struct showing {
    struct merchant_id id;
    struct vault *vault;
    struct merchant merchant;
    struct str *values;
    struct str callback_secret;
    struct str button_secret;
    struct str live_button_secret;
};

/* One that was never made is not shown. */
static err_t secret_read(struct ctx *cx, struct tx *tx, const struct showing *showing,
                         const char *face, struct str *out)
{
    err_t err = merchant_secret_get(cx, tx, showing->vault, face, out);

    return err == ERR_NOT_FOUND ? OK : err;
}

static err_t show_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct showing *showing = arg;

    TRY(whose_load(cx, tx, showing->id, &showing->merchant));
    TRY(merchant_settings(cx, tx, showing->id, &showing->values));
    if (showing->vault == NULL)
        return OK;
    cx->merchant = showing->id;
    TRY(secret_read(cx, tx, showing, "safedebit", &showing->callback_secret));
    TRY(secret_read(cx, tx, showing, "simplypaie", &showing->button_secret));
    cx->mode = MODE_LIVE;
    err_t err = secret_read(cx, tx, showing, "simplypaie", &showing->live_button_secret);
    cx->mode = MODE_TEST;
    return err;
}

static void show_json(struct cli *cli, const struct showing *showing)
{
    bool first = true;
    bool first_setting = true;

    buf_put_byte(&cli->out, '{');
    print_member(&cli->out, 2, &first, "id", ID_TEXT(showing->id));
    print_member(&cli->out, 2, &first, "sponsor", ID_TEXT(showing->merchant.sponsor));
    print_member(&cli->out, 2, &first, "acceptor",
                 str_of(merchant_acceptor(&showing->merchant, MODE_LIVE)));
    print_member_int(&cli->out, 2, &first, "clock_offset_s",
                     showing->merchant.clock_offset / SECOND_US);
    print_member(&cli->out, 2, &first, "callback_secret", showing->callback_secret);
    print_member(&cli->out, 2, &first, "button_secret", showing->button_secret);
    print_member(&cli->out, 2, &first, "live_button_secret", showing->live_button_secret);
    buf_put_cstr(&cli->out, ",\n  \"settings\": {");
    for (size_t i = 0; i < merchant_setting_count(); i++)
        print_member(&cli->out, 4, &first_setting, merchant_setting_at(i).name, showing->values[i]);
    buf_put_cstr(&cli->out, "\n  }\n}\n");
}

static void secret_print(struct cli *cli, const char *name, struct str secret)
{
    if (secret.len > 0)
        buf_format(&cli->out, "%-18s %.*s\n", name, (int)secret.len, secret.ptr);
}

static void show_text(struct cli *cli, const struct showing *showing)
{
    buf_format(&cli->out, "merchant           %s\nsponsor            %s\nacceptor           %s\n",
               showing->id.raw, showing->merchant.sponsor.raw,
               merchant_acceptor(&showing->merchant, MODE_LIVE));
    secret_print(cli, "callback_secret", showing->callback_secret);
    secret_print(cli, "button_secret", showing->button_secret);
    secret_print(cli, "live_button_secret", showing->live_button_secret);
    buf_put_byte(&cli->out, '\n');
    for (size_t i = 0; i < merchant_setting_count(); i++) {
        struct setting setting = merchant_setting_at(i);
        buf_format(&cli->out, "%-22s %-28.*s  %s\n", setting.name, (int)showing->values[i].len,
                   showing->values[i].ptr == NULL ? "" : showing->values[i].ptr, setting.about);
    }
}

/* The id of a merchant, as it is or with a face's prefix in front of it. */
static bool merchant_parse(struct str text, struct merchant_id *out)
{
    return text.len >= ID_LEN && ID_PARSE(str_from(text, text.len - ID_LEN), out);
}

static int show(struct cli *cli, struct args *args, bool json)
{
    struct showing showing = {.vault = NULL};
    struct str id;

    if (!args_next(args, &id) || !merchant_parse(id, &showing.id))
        return cli_usage(cli, "show needs the ID of a merchant");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    showing.vault = cli->backend->vault;
    err_t err = backend_read(cli->cx, cli->backend, show_body, &showing);
    if (err != OK)
        return cli_refused(cli, err);
    if (json)
        show_json(cli, &showing);
    else
        show_text(cli, &showing);
    return EXIT_DONE;
}

/* --- set ----------------------------------------------------------------------------------------
 */

struct change {
    struct merchant_id merchant;
    struct str name;
    struct str value;
};

static err_t set_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct change *change = arg;

    return merchant_set(cx, tx, change->merchant, change->name, change->value);
}

static int set(struct cli *cli, struct args *args)
{
    struct change change;
    struct str id;

    if (!args_next(args, &id) || !merchant_parse(id, &change.merchant) ||
        !args_next(args, &change.name) || !args_next(args, &change.value))
        return cli_usage(cli, "set needs ID KEY VALUE");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    err_t err = backend_write(cli->cx, cli->backend, set_body, &change);
    if (err != OK)
        return cli_refused(cli, err);
    buf_format(&cli->out, "%.*s is set.\n", (int)change.name.len, change.name.ptr);
    return EXIT_DONE;
}

/* --- logo ---------------------------------------------------------------------------------------
 */

static err_t logo_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct change *change = arg;

    return logo_set(cx, tx, change->merchant, change->value);
}

static err_t logo_read(struct cli *cli, struct str file, struct str *out)
{
    struct ctx *cx = cli->cx;

    err_t err = file_read(cx, path_absolute(cx->arena, cli->here, file).ptr, LOGO_BYTES_MAX, out);
    if (err != OK)
        return fault(cx, err, "logo", "cannot be read, or has more than 64 KB");
    return out->len == 0 ? fault(cx, ERR_INVALID, "logo", "is empty") : OK;
}

static int logo(struct cli *cli, struct args *args)
{
    struct change change = {.value = STR_NONE};
    bool none = args_flag(args, "--none");
    struct str file = STR_NONE;
    struct str id;

    if (!args_next(args, &id) || !merchant_parse(id, &change.merchant) ||
        args_next(args, &file) == none)
        return cli_usage(cli, "logo needs ID and FILE, or --none");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    err_t err = none ? OK : logo_read(cli, file, &change.value);
    if (err == OK)
        err = backend_write(cli->cx, cli->backend, logo_body, &change);
    if (err != OK)
        return cli_refused(cli, err);
    buf_put_cstr(&cli->out, none ? "The logo is gone.\n" : "The logo is set.\n");
    return EXIT_DONE;
}

/* --- button -------------------------------------------------------------------------------------
 */

struct buttoning {
    struct merchant_id merchant;
    enum mode mode;
    struct vault *vault;
    struct str secret;
};

static err_t button_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct buttoning *buttoning = arg;
    struct merchant merchant;

    TRY(whose_enter(cx, tx, buttoning->merchant, buttoning->mode, &merchant));
    return merchant_secret_put(cx, tx, buttoning->vault, "simplypaie", buttoning->secret);
}

static int button(struct cli *cli, struct args *args, bool json)
{
    struct buttoning buttoning = {.mode = args_flag(args, "--live") ? MODE_LIVE : MODE_TEST};
    bool first = true;
    struct str id;

    if (!args_next(args, &id) || !merchant_parse(id, &buttoning.merchant))
        return cli_usage(cli, "button needs the ID of a merchant");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    buttoning.vault = cli->backend->vault;
    buttoning.secret = merchant_secret_new(cli->cx->arena);
    err_t err = backend_write(cli->cx, cli->backend, button_body, &buttoning);
    if (err != OK)
        return cli_refused(cli, err);
    if (!json) {
        secret_print(cli, "button_secret", buttoning.secret);
        return EXIT_DONE;
    }
    buf_put_byte(&cli->out, '{');
    print_member(&cli->out, 2, &first, "button_secret", buttoning.secret);
    buf_put_cstr(&cli->out, "\n}\n");
    return EXIT_DONE;
}

/* --- settings -----------------------------------------------------------------------------------
 */

static int settings(struct cli *cli, struct args *args, bool json)
{
    int code = cli_leftover(cli, args);

    if (code != EXIT_DONE)
        return code;
    buf_put_cstr(&cli->out, json ? "[" : "");
    for (size_t i = 0; i < merchant_setting_count(); i++) {
        struct setting setting = merchant_setting_at(i);
        bool first = true;
        if (!json) {
            buf_format(&cli->out, "%s\n    %s\n    live: %s\n    sandbox: %s\n", setting.name,
                       setting.about, setting.live, setting.sandbox);
            continue;
        }
        buf_put_cstr(&cli->out, i == 0 ? "\n  {" : ",\n  {");
        print_member(&cli->out, 4, &first, "name", str_of(setting.name));
        print_member(&cli->out, 4, &first, "about", str_of(setting.about));
        print_member(&cli->out, 4, &first, "live", str_of(setting.live));
        print_member(&cli->out, 4, &first, "sandbox", str_of(setting.sandbox));
        buf_put_cstr(&cli->out, "\n  }");
    }
    buf_put_cstr(&cli->out, json ? "\n]\n" : "");
    return EXIT_DONE;
}

static int run(struct cli *cli, struct args *args)
{
    bool json = args_flag(args, "--json");
    struct str what;

    if (!args_next(args, &what))
        return cli_usage(cli, "add, list, show, set, logo, button or settings?");
    if (str_eq(what, STR("add")))
        return add(cli, args, json);
    if (str_eq(what, STR("list")))
        return list(cli, args, json);
    if (str_eq(what, STR("show")))
        return show(cli, args, json);
    if (str_eq(what, STR("set")))
        return set(cli, args);
    if (str_eq(what, STR("logo")))
        return logo(cli, args);
    if (str_eq(what, STR("button")))
        return button(cli, args, json);
    if (str_eq(what, STR("settings")))
        return settings(cli, args, json);
    return cli_usage(cli, "add, list, show, set, logo, button or settings?");
}

const struct command COMMAND_MERCHANT = {
    .name = "merchant",
    .summary = "adds, lists and changes merchants",
    .help = "usage: guichet merchant add --sandbox [--json]\n"
            "       guichet merchant add --live --name NAME [--sponsor ID] [--json]\n"
            "       guichet merchant list [--json]\n"
            "       guichet merchant show ID [--json]\n"
            "       guichet merchant set ID KEY VALUE\n"
            "       guichet merchant logo ID FILE.png | --none\n"
            "       guichet merchant button ID [--live] [--json]\n"
            "       guichet merchant settings [--json]\n\n"
            "add --sandbox makes a test merchant with its own sponsor and prints its credentials "
            "in the\n"
            "form of sandbox.json. add --live makes a merchant with test and live keys; guichet "
            "client add\n"
            "shows it to its sponsor. set with an empty VALUE goes back to the default. settings "
            "lists every\n"
            "KEY. logo takes a PNG of at most 64 KB and 1024 by 512 pixels for the pay pages. "
            "button makes\n"
            "another secret for signed payment buttons.\n",
    .needs = NEEDS_STORE,
    .run = run,
};
