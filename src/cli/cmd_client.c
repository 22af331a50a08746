#include "base/email.h"
#include "cli/history.h"
#include "cli/whose.h"
#include "core/client.h"

/* The clients of sponsors (api/seqino.md 3). A client is named by its merchant, with or without
 * "client_" in front of it. */

struct about {
    struct merchant_id merchant;
    enum mode mode;
    bool json;
    struct client_edit edit;
    bool edits; /* else it is made a client */
    struct client *clients;
    size_t count;
    struct client client;
    struct history history;
};

/* --- printing ----------------------------------------------------------------------------------
 */

static void client_json(struct cli *cli, const struct client *client, int indent)
{
    struct arena *arena = cli->cx->arena;
    struct buf *out = &cli->out;
    bool first = true;

    print_member(out, indent, &first, "id", ID_TEXT(client->id));
    print_member(out, indent, &first, "sponsor", ID_TEXT(client->sponsor));
    print_member(out, indent, &first, "external_ref", client->is.external_ref);
    print_member(out, indent, &first, "organization_name", client->is.organization_name);
    print_member(out, indent, &first, "contact_email", client->is.contact_email);
    print_member(out, indent, &first, "description", client->is.description);
    print_member(out, indent, &first, "status", str_of(client_status_text(client->status)));
    print_member(out, indent, &first, "created", print_instant(arena, client->created));
    print_member(out, indent, &first, "updated", print_instant(arena, client->updated));
}

static void client_text(struct cli *cli, const struct client *client)
{
    const struct client_draft *is = &client->is;

    buf_format(&cli->out, "%s  %s  %-9s  %-20.*s  %.*s  %.*s\n", client->id.raw,
               print_instant(cli->cx->arena, client->created).ptr,
               client_status_text(client->status), (int)is->external_ref.len, is->external_ref.ptr,
               (int)is->organization_name.len, is->organization_name.ptr,
               (int)is->contact_email.len, is->contact_email.len == 0 ? "" : is->contact_email.ptr);
}

static void clients_print(struct cli *cli, const struct about *about, bool *first)
{
    for (size_t i = 0; i < about->count; i++) {
        if (!about->json) {
            client_text(cli, &about->clients[i]);
            continue;
        }
        print_object(&cli->out, 2, *first);
        *first = false;
        client_json(cli, &about->clients[i], 4);
        buf_put_cstr(&cli->out, "\n  }");
    }
}

static void show_print(struct cli *cli, const void *arg)
{
    const struct about *about = arg;

    if (!about->json) {
        client_text(cli, &about->client);
        history_events_text(cli, &about->history);
        return;
    }
    buf_put_byte(&cli->out, '{');
    client_json(cli, &about->client, 2);
    history_events_json(cli, &about->history);
    buf_put_cstr(&cli->out, "\n}\n");
}

/* --- what is asked for ---------------------------------------------------------------------------
 */

static bool about_read(struct args *args, struct about *about)
{
    struct str id;

    about->json = args_flag(args, "--json");
    about->mode = args_flag(args, "--live") ? MODE_LIVE : MODE_TEST;
    return args_next(args, &id) && ID_PARSE(id_without(id, "client_"), &about->merchant);
}

static bool text_fits(struct str text, size_t max)
{
    size_t count;

    return str_utf8_count(text, &count) && count >= 1 && count <= max;
}

/* NULL, or what is wrong. */
static const char *edit_read(struct args *args, struct client_edit *edit)
{
    struct client_draft *to = &edit->to;
    struct str status;

    if (args_option(args, "--ref", &to->external_ref))
        edit->change |= CLIENT_REFERENCE;
    if (args_option(args, "--name", &to->organization_name))
        edit->change |= CLIENT_NAME;
    if (args_option(args, "--email", &to->contact_email))
        edit->change |= CLIENT_EMAIL;
    if (args_option(args, "--status", &status)) {
        edit->change |= CLIENT_STATUS;
        if (!client_status_parse(status, &edit->status))
            return "--status is active, inactive, pending or suspended";
    }
    if ((edit->change & CLIENT_REFERENCE) != 0 && !text_fits(to->external_ref, 100))
        return "--ref has 1 to 100 characters";
    if ((edit->change & CLIENT_NAME) != 0 && !text_fits(to->organization_name, 255))
        return "--name has 1 to 255 characters";
    if ((edit->change & CLIENT_EMAIL) != 0 && !email_valid(to->contact_email))
        return "--email is no address";
    return NULL;
}

static err_t list_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct about *about = arg;
    struct merchant merchant;
    struct merchant_id after = {""};
    bool has_more;

    TRY(whose_enter(cx, tx, about->merchant, about->mode, &merchant));
    if (about->count > 0)
        after = about->clients[about->count - 1].id;
    return client_list(cx, tx, merchant.sponsor, after, &about->clients, &about->count, &has_more);
}

static int list(struct cli *cli, struct about *about)
{
    bool first = true;

    buf_put_cstr(&cli->out, about->json ? "[" : "");
    do {
        err_t err = backend_read(cli->cx, cli->backend, list_body, about);
        if (err != OK)
            return cli_refused(cli, err);
        clients_print(cli, about, &first);
    } while (about->count == CLIENT_PAGE);
    buf_put_cstr(&cli->out, about->json ? "\n]\n" : "");
    return EXIT_DONE;
}

static err_t client_enter(struct ctx *cx, struct tx *tx, struct about *about)
{
    struct merchant merchant;

    TRY(whose_enter(cx, tx, about->merchant, about->mode, &merchant));
    return client_load(cx, tx, merchant.sponsor, about->merchant, &about->client);
}

static err_t show_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct about *about = arg;
    struct history *history = &about->history;

    TRY(client_enter(cx, tx, about));
    return events_of_object(cx, tx, about->merchant.raw, &history->events, &history->event_count);
}

static err_t change_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct about *about = arg;
    struct client_draft draft = about->edit.to;
    struct merchant merchant;

    if (about->edits) {
        TRY(client_enter(cx, tx, about));
        return client_edit(cx, tx, &about->client, &about->edit);
    }
    TRY(whose_enter(cx, tx, about->merchant, about->mode, &merchant));
    if (draft.organization_name.len == 0)
        draft.organization_name = merchant.name;
    if (draft.contact_email.len == 0)
        draft.contact_email = merchant.email.len == 0 ? STR("") : merchant.email;
    return client_add(cx, tx, about->merchant, &draft, &about->client);
}

static int change(struct cli *cli, struct about *about)
{
    err_t err = backend_write(cli->cx, cli->backend, change_body, about);

    if (err != OK)
        return cli_refused(cli, err);
    about->clients = &about->client;
    about->count = 1;
    if (!about->json) {
        client_text(cli, &about->client);
        return EXIT_DONE;
    }
    buf_put_byte(&cli->out, '{');
    client_json(cli, &about->client, 2);
    buf_put_cstr(&cli->out, "\n}\n");
    return EXIT_DONE;
}

static int run(struct cli *cli, struct args *args)
{
    struct about *about = arena_make(cli->cx->arena, struct about);
    struct str what;

    if (!args_next(args, &what))
        return cli_usage(cli, "list, show, add or set?");
    bool adds = str_eq(what, STR("add"));
    about->edits = str_eq(what, STR("set"));
    const char *wrong = adds || about->edits ? edit_read(args, &about->edit) : NULL;
    if (wrong != NULL)
        return cli_usage(cli, wrong);
    if (!about_read(args, about))
        return cli_usage(cli, "which merchant? guichet merchant list shows their ids");
    if (adds &&
        ((about->edit.change & CLIENT_REFERENCE) == 0 || (about->edit.change & CLIENT_STATUS) != 0))
        return cli_usage(cli, "add needs --ref; a new client is active");
    if (about->edits && about->edit.change == 0)
        return cli_usage(cli, "set needs --ref, --name, --email or --status");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    if (adds || about->edits)
        return change(cli, about);
    if (str_eq(what, STR("list")))
        return list(cli, about);
    if (str_eq(what, STR("show")))
        return read_and_print(cli, code, show_body, about, show_print);
    return cli_usage(cli, "list, show, add or set?");
}

const struct command COMMAND_CLIENT = {
    .name = "client",
    .summary = "lists, makes and changes the clients of sponsors",
    .help = "usage: guichet client list MERCHANT [--live] [--json]\n"
            "       guichet client show MERCHANT [--live] [--json]\n"
            "       guichet client add MERCHANT --ref REF [--name NAME] [--email ADDRESS]\n"
            "                          [--live] [--json]\n"
            "       guichet client set MERCHANT [--status STATUS] [--ref REF] [--name NAME]\n"
            "                          [--email ADDRESS] [--live] [--json]\n\n"
            "A client is a merchant as the Seqino interface shows it to its sponsor, in test mode "
            "unless\n"
            "--live is given. list prints those of the sponsor of a merchant, show one with what "
            "happened\n"
            "to it. add makes a merchant (guichet merchant add --live --sponsor ID) a client of "
            "its sponsor,\n"
            "with the merchant's own name and address unless others are given. STATUS is active, "
            "inactive,\n"
            "pending or suspended: calls for an inactive or suspended client are refused, reading "
            "excepted.\n",
    .needs = NEEDS_STORE,
    .run = run,
};
