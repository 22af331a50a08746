#include <string.h>

#include "base/crypto.h"
#include "cli/backend.h"
#include "cli/file.h"
#include "core/merchant.h"
#include "core/operator.h"

enum { PASSWORD_LEN = 24, FILE_MAX = 1024 };

struct change {
    struct str email;
    struct str hash;
    struct operator_account *list;
    size_t count;
};

/* --- bodies --------------------------------------------------------------------------------------
 */

static err_t list_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct change *change = arg;

    return operator_list(cx, tx, &change->list, &change->count);
}

static err_t add_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct change *change = arg;

    return operator_add(cx, tx, change->email, change->hash);
}

static err_t password_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct change *change = arg;

    return operator_password(cx, tx, change->email, change->hash);
}

static err_t remove_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct change *change = arg;

    return operator_remove(cx, tx, change->email);
}

static err_t unlock_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct change *change = arg;

    return operator_unlock(cx, tx, change->email);
}

/* --- printing ------------------------------------------------------------------------------------
 */

static bool is_locked(const struct ctx *cx, const struct operator_account *account)
{
    return account->locked_until > cx->real;
}

static void account_json(struct cli *cli, const struct operator_account *account)
{
    struct arena *arena = cli->cx->arena;
    bool first = true;

    print_member(&cli->out, 4, &first, "email", account->email);
    print_member(&cli->out, 4, &first, "role", str_of(operator_role_text(account->role)));
    print_member_int(&cli->out, 4, &first, "failures", account->failures);
    print_member(&cli->out, 4, &first, "locked_until",
                 is_locked(cli->cx, account) ? print_instant(arena, account->locked_until)
                                             : STR_NONE);
    print_member(&cli->out, 4, &first, "last", print_instant(arena, account->last));
    print_member(&cli->out, 4, &first, "created", print_instant(arena, account->created));
}

static void account_text(struct cli *cli, const struct operator_account *account)
{
    struct str last = print_instant(cli->cx->arena, account->last);

    buf_format(&cli->out, "%-40.*s %-6s %-6s %.*s\n", (int)account->email.len, account->email.ptr,
               operator_role_text(account->role), is_locked(cli->cx, account) ? "locked" : "open",
               (int)last.len, last.ptr == NULL ? "" : last.ptr);
}

static int list(struct cli *cli, struct change *change, bool json)
{
    err_t err = backend_read(cli->cx, cli->backend, list_body, change);

    if (err != OK)
        return cli_refused(cli, err);
    buf_put_cstr(&cli->out, json ? "[" : "");
    for (size_t i = 0; i < change->count; i++) {
        if (json) {
            buf_put_cstr(&cli->out, i == 0 ? "\n  {" : ",\n  {");
            account_json(cli, &change->list[i]);
            buf_put_cstr(&cli->out, "\n  }");
        } else {
            account_text(cli, &change->list[i]);
        }
    }
    buf_put_cstr(&cli->out, json ? "\n]\n" : "");
    return EXIT_DONE;
}

static void password_print(struct cli *cli, const struct change *change, struct str password,
                           bool json)
{
    bool first = true;

    if (json) {
        buf_put_byte(&cli->out, '{');
        print_member(&cli->out, 2, &first, "email", change->email);
        print_member(&cli->out, 2, &first, "password", password);
        buf_put_cstr(&cli->out, "\n}\n");
    } else if (password.ptr != NULL) {
        buf_format(&cli->out, "email    %.*s\npassword %.*s\nIt is not shown again.\n",
                   (int)change->email.len, change->email.ptr, (int)password.len, password.ptr);
    } else {
        buf_put_cstr(&cli->out, "The password is that of the file.\n");
    }
}

/* --- acting --------------------------------------------------------------------------------------
 */

/* One of ours, or that of a file, without the line end that follows it. */
static err_t password_get(struct cli *cli, struct str file, struct str *out)
{
    struct ctx *cx = cli->cx;

    *out = random_text(cx->arena, PASSWORD_LEN);
    if (file.len == 0)
        return OK;
    err_t err = file_read(cx, path_absolute(cx->arena, cli->here, file).ptr, FILE_MAX, out);
    if (err != OK)
        return fault(cx, err, "password file", "cannot be read");
    while (out->len > 0 && strchr("\r\n", out->ptr[out->len - 1]) != NULL)
        out->len--;
    const char *wrong = operator_password_wrong(*out);
    return wrong == NULL ? OK : fault(cx, ERR_INVALID, "password", wrong);
}

static int with_password(struct cli *cli, tx_body *body, struct change *change, struct str file,
                         bool json)
{
    struct str password;
    err_t err = password_get(cli, file, &password);

    if (err == OK) {
        change->hash = password_hash(cli->cx->arena, password);
        err = backend_write(cli->cx, cli->backend, body, change);
    }
    if (err != OK)
        return cli_refused(cli, err);
    password_print(cli, change, file.len == 0 ? password : STR_NONE, json);
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

static int act(struct cli *cli, struct str what, struct change *change, struct str file, bool json)
{
    if (str_eq(what, STR("list")))
        return list(cli, change, json);
    if (str_eq(what, STR("add")))
        return with_password(cli, add_body, change, file, json);
    if (str_eq(what, STR("password")))
        return with_password(cli, password_body, change, file, json);
    if (str_eq(what, STR("remove")))
        return quietly(cli, remove_body, change, "The operator is removed.\n");
    return quietly(cli, unlock_body, change, "The operator may try again.\n");
}

static bool is_action(struct str what)
{
    static const char *const ACTIONS[] = {"list", "add", "password", "remove", "unlock"};

    for (size_t i = 0; i < ARRAY_LEN(ACTIONS); i++) {
        if (str_eq(what, str_of(ACTIONS[i])))
            return true;
    }
    return false;
}

static int run(struct cli *cli, struct args *args)
{
    struct change change = {.count = 0};
    bool json = args_flag(args, "--json");
    struct str file = STR_NONE;
    struct str what;

    if (!args_next(args, &what) || !is_action(what))
        return cli_usage(cli, "list, add, password, remove or unlock");
    if (str_eq(what, STR("add")) || str_eq(what, STR("password")))
        (void)args_option(args, "--password-file", &file);
    if (!str_eq(what, STR("list")) && !args_next(args, &change.email))
        return cli_usage(cli, "the EMAIL of an operator is missing");
    int code = cli_leftover(cli, args);
    return code == EXIT_DONE ? act(cli, what, &change, file, json) : code;
}

const struct command COMMAND_OPERATOR = {
    .name = "operator",
    .summary = "who may sign in to the operator's pages",
    .help = "usage: guichet operator list [--json]\n"
            "       guichet operator add EMAIL [--password-file FILE] [--json]\n"
            "       guichet operator password EMAIL [--password-file FILE] [--json]\n"
            "       guichet operator remove EMAIL\n"
            "       guichet operator unlock EMAIL\n\n"
            "The pages are at /operator. add and password make a password and print it once, or "
            "take that\n"
            "of the FILE, of 12 to 128 characters. Another password signs out everywhere, and so "
            "does remove.\n"
            "Five wrong passwords in a row close an account for 15 minutes; unlock opens it at "
            "once.\n",
    .needs = NEEDS_STORE,
    .run = run,
};
