#include <arpa/inet.h>

#include "base/crypto.h"
#include "base/must.h"
#include "cli/backend.h"
#include "cli/whose.h"
#include "core/login.h"
#include "core/merchant_secret.h"

enum { PASSWORD_LEN = 24, NAME_MAX_LEN = 64, CLIENT_MAX_LEN = 9, ADDRESSES_MAX = 1024 };

static const char SAFEDEBIT[] = "safedebit";
static const char SIMPLYPAIE[] = "simplypaie";

struct change {
    struct vault *vault;
    struct merchant_id merchant;
    enum mode mode;
    const char *face;
    struct str name;
    struct str hash;
    struct str addresses;
    bool suspend;
    struct login_line *lines;
    size_t count;
};

/* --- bodies --------------------------------------------------------------------------------------
 */

static err_t change_begin(struct ctx *cx, struct tx *tx, const struct change *change)
{
    struct merchant merchant;

    return whose_enter(cx, tx, change->merchant, change->mode, &merchant);
}

static err_t list_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct change *change = arg;

    TRY(change_begin(cx, tx, change));
    return login_list(cx, tx, change->merchant, &change->lines, &change->count);
}

/* What a login's calls lead to is told signed: without a secret nothing would leave. */
static err_t callback_secret_lacks(struct ctx *cx, struct tx *tx, const struct change *change,
                                   bool *lacks)
{
    struct str secret;

    *lacks = false;
    if (change->face != SAFEDEBIT)
        return OK;
    err_t err = merchant_secret_get(cx, tx, change->vault, SAFEDEBIT, &secret);
    *lacks = err == ERR_NOT_FOUND;
    return *lacks ? OK : err;
}

static err_t add_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct change *change = arg;
    bool lacks;

    TRY(change_begin(cx, tx, change));
    TRY(callback_secret_lacks(cx, tx, change, &lacks));
    TRY(login_add(cx, tx, change->face, change->name, change->hash));
    if (!lacks)
        return OK;
    return merchant_secret_put(cx, tx, change->vault, SAFEDEBIT, merchant_secret_new(cx->arena));
}

static err_t password_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct change *change = arg;

    TRY(change_begin(cx, tx, change));
    return login_password(cx, tx, change->face, change->name, change->hash);
}

static err_t suspend_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct change *change = arg;

    TRY(change_begin(cx, tx, change));
    return login_suspend(cx, tx, change->face, change->name, change->suspend);
}

static err_t allow_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct change *change = arg;

    TRY(change_begin(cx, tx, change));
    return login_allow(cx, tx, change->face, change->name, change->addresses);
}

/* --- printing ------------------------------------------------------------------------------------
 */

static void line_json(struct cli *cli, const struct login_line *line)
{
    struct arena *arena = cli->cx->arena;
    bool first = true;

    print_member(&cli->out, 4, &first, "face", line->face);
    print_member(&cli->out, 4, &first, "login", line->name);
    print_member(&cli->out, 4, &first, "mode", str_of(mode_text(line->mode)));
    print_member(&cli->out, 4, &first, "addresses", line->addresses);
    print_member(&cli->out, 4, &first, "created", print_instant(arena, line->created));
    print_member(&cli->out, 4, &first, "suspended", print_instant(arena, line->suspended));
    print_member(&cli->out, 4, &first, "revoked", print_instant(arena, line->revoked));
}

static void line_text(struct cli *cli, const struct login_line *line)
{
    const char *state = line->suspended != 0 ? "suspended" : "works";

    buf_format(&cli->out, "%-10.*s %-24.*s %-4s %-9s %.*s\n", (int)line->face.len, line->face.ptr,
               (int)line->name.len, line->name.ptr, mode_text(line->mode),
               line->revoked != 0 ? "revoked" : state, (int)line->addresses.len,
               line->addresses.ptr == NULL ? "" : line->addresses.ptr);
}

static int list(struct cli *cli, struct change *change, bool json)
{
    err_t err = backend_read(cli->cx, cli->backend, list_body, change);

    if (err != OK)
        return cli_refused(cli, err);
    buf_put_cstr(&cli->out, json ? "[" : "");
    for (size_t i = 0; i < change->count; i++) {
        if (json)
            buf_put_cstr(&cli->out, i == 0 ? "\n  {" : ",\n  {");
        if (json)
            line_json(cli, &change->lines[i]);
        else
            line_text(cli, &change->lines[i]);
        if (json)
            buf_put_cstr(&cli->out, "\n  }");
    }
    buf_put_cstr(&cli->out, json ? "\n]\n" : "");
    return EXIT_DONE;
}

static int with_password(struct cli *cli, tx_body *body, struct change *change, bool json)
{
    struct arena *arena = cli->cx->arena;
    bool is_client = change->face == SIMPLYPAIE;
    struct str password = is_client ? merchant_secret_new(arena) : random_text(arena, PASSWORD_LEN);
    bool first = true;

    change->hash = password_hash(arena, password);
    err_t err = backend_write(cli->cx, cli->backend, body, change);
    if (err != OK)
        return cli_refused(cli, err);
    if (json) {
        buf_put_byte(&cli->out, '{');
        print_member(&cli->out, 2, &first, is_client ? "client_id" : "login", change->name);
        print_member(&cli->out, 2, &first, is_client ? "secret" : "password", password);
        buf_put_cstr(&cli->out, "\n}\n");
    } else {
        buf_format(&cli->out, "%s %.*s\n%s %s\nIt is not shown again.\n",
                   is_client ? "client_id" : "login    ", (int)change->name.len, change->name.ptr,
                   is_client ? "secret   " : "password ", password.ptr);
    }
    return EXIT_DONE;
}

static int quietly(struct cli *cli, tx_body *body, struct change *change, const char *done)
{
    err_t err = backend_write(cli->cx, cli->backend, body, change);

    if (err != OK)
        return cli_refused(cli, err);
    buf_put_cstr(&cli->out, done);
    return EXIT_DONE;
}

/* --- arguments -----------------------------------------------------------------------------------
 */

/* A ':' would end the name in Basic authentication. */
static bool name_is_good(const struct change *change)
{
    struct str name = change->name;

    if (change->face == SIMPLYPAIE)
        return str_is_digits(name) && name.len > 0 && name.len <= CLIENT_MAX_LEN;
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] <= ' ' || name.ptr[i] > '~' || name.ptr[i] == ':')
            return false;
    }
    return name.len > 0 && name.len <= NAME_MAX_LEN;
}

/* As the address of a caller is written, since the two are compared as texts. */
static bool address_put(struct buf *out, struct str given)
{
    const char *address = str_cstr(out->arena, given);
    struct in_addr four;
    struct in6_addr six;
    char text[INET6_ADDRSTRLEN];
    const char *written;

    if (inet_pton(AF_INET, address, &four) == 1) {
        written = inet_ntop(AF_INET, &four, text, sizeof text);
    } else if (inet_pton(AF_INET6, address, &six) == 1) {
        bool mapped = IN6_IS_ADDR_V4MAPPED(&six);
        written = inet_ntop(mapped ? AF_INET : AF_INET6,
                            mapped ? &six.s6_addr[12] : &six.s6_addr[0], text, sizeof text);
    } else {
        return false;
    }
    must(written != NULL);
    if (out->len > 0)
        buf_put_byte(out, ' ');
    buf_put(out, str_of(written));
    return true;
}

/* What is left on the line, separated by one blank; {NULL, 0} for "any" alone. */
static bool addresses_read(struct cli *cli, struct args *args, struct str *out)
{
    struct buf text = buf_make(cli->cx->arena, ADDRESSES_MAX);
    struct str one;
    bool any = false;

    while (args_next(args, &one)) {
        if (any)
            return false;
        if (str_eq(one, STR("any")) && text.len == 0)
            any = true;
        else if (!address_put(&text, one))
            return false;
    }
    *out = any ? STR_NONE : buf_str(&text);
    return (any || text.len > 0) && !text.failed;
}

static int act(struct cli *cli, struct str what, struct change *change, bool json)
{
    if (str_eq(what, STR("add")))
        return with_password(cli, add_body, change, json);
    if (str_eq(what, STR("password")))
        return with_password(cli, password_body, change, json);
    if (str_eq(what, STR("allow")))
        return quietly(cli, allow_body, change, "The addresses are set.\n");
    change->suspend = str_eq(what, STR("suspend"));
    return quietly(cli, suspend_body, change,
                   change->suspend ? "The login is suspended.\n" : "The login works again.\n");
}

static bool is_action(struct str what)
{
    static const char *const ACTIONS[] = {"add", "password", "suspend", "resume", "allow"};

    for (size_t i = 0; i < ARRAY_LEN(ACTIONS); i++) {
        if (str_eq(what, str_of(ACTIONS[i])))
            return true;
    }
    return false;
}

static bool face_read(struct args *args, const char **out)
{
    struct str face;

    if (!args_option(args, "--face", &face))
        face = str_of(SAFEDEBIT);
    *out = str_eq(face, str_of(SIMPLYPAIE)) ? SIMPLYPAIE : SAFEDEBIT;
    return str_eq(face, str_of(*out));
}

static int run(struct cli *cli, struct args *args)
{
    bool json = args_flag(args, "--json");
    struct change change = {.mode = args_flag(args, "--live") ? MODE_LIVE : MODE_TEST};
    struct str what;
    struct str id;

    if (!face_read(args, &change.face))
        return cli_usage(cli, "--face is safedebit or simplypaie");

    if (!args_next(args, &what) || (!str_eq(what, STR("list")) && !is_action(what)))
        return cli_usage(cli, "list, add, password, suspend, resume or allow");
    if (!args_next(args, &id) || !ID_PARSE(id, &change.merchant))
        return cli_usage(cli, "the ID of a merchant is missing");
    if (is_action(what) && (!args_next(args, &change.name) || !name_is_good(&change)))
        return cli_usage(cli,
                         "the LOGIN is missing: 1 to 64 printable characters without ':', or up "
                         "to 9 digits for simplypaie");
    if (str_eq(what, STR("allow")) && !addresses_read(cli, args, &change.addresses))
        return cli_usage(cli, "allow needs IPv4 or IPv6 addresses, or any");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    change.vault = cli->backend->vault;
    return is_action(what) ? act(cli, what, &change, json) : list(cli, &change, json);
}

const struct command COMMAND_LOGIN = {
    .name = "login",
    .summary = "logins of the Safedebit and SimplyPaie interfaces",
    .help = "usage: guichet login list ID [--json]\n"
            "       guichet login add ID LOGIN [--live] [--face FACE] [--json]\n"
            "       guichet login password ID LOGIN [--face FACE] [--json]\n"
            "       guichet login suspend|resume ID LOGIN [--face FACE]\n"
            "       guichet login allow ID LOGIN ADDRESS...|any [--face FACE]\n\n"
            "ID is a merchant, FACE safedebit (the default) or simplypaie, where LOGIN is a client "
            "id of\n"
            "digits. add and password make a password or secret and print it once; another one "
            "ends all\n"
            "tokens, and so does suspend. In Safedebit a suspended login is refused with AUTH_004, "
            "one from\n"
            "another address than those allowed with AUTH_003; the secret that its callbacks are "
            "signed\n"
            "with is shown by guichet merchant show.\n",
    .needs = NEEDS_STORE,
    .run = run,
};
