#include "cli/history.h"

#include "cli/whose.h"
#include "core/page_of.h"

enum { LIST_DEFAULT = 20, LIST_MAX = 100, INNER = 6 };

struct str print_amount(struct arena *arena, struct money amount)
{
    struct str decimal = money_decimal(arena, amount);

    return str_format(arena, "%.*s %s", (int)decimal.len, decimal.ptr,
                      currency_text(amount.currency));
}

int read_and_print(struct cli *cli, int code, read_body *body, void *arg,
                   void (*print)(struct cli *cli, const void *arg))
{
    if (code != EXIT_DONE)
        return code;
    err_t err = backend_read(cli->cx, cli->backend, body, arg);
    if (err != OK)
        return cli_refused(cli, err);
    print(cli, arg);
    return EXIT_DONE;
}

/* --- a list --------------------------------------------------------------------------------------
 */

int listing_read(struct cli *cli, struct args *args, struct listing_asked *out)
{
    struct str merchant;
    struct str limit;

    out->json = args_flag(args, "--json");
    out->mode = args_flag(args, "--live") ? MODE_LIVE : MODE_TEST;
    out->limit = LIST_DEFAULT;
    if (args_option(args, "--limit", &limit) &&
        (!str_to_int64(limit, &out->limit) || out->limit < 1 || out->limit > LIST_MAX))
        return cli_usage(cli, "--limit is a number from 1 to 100");
    if (!args_next(args, &merchant) || !ID_PARSE(merchant, &out->merchant))
        return cli_usage(cli, "which merchant? guichet merchant list shows their ids");
    return cli_leftover(cli, args);
}

err_t listing_begin(struct ctx *cx, struct tx *tx, const struct listing_asked *asked)
{
    struct merchant merchant;

    return whose_enter(cx, tx, asked->merchant, asked->mode, &merchant);
}

struct page_of listing_page(const struct listing_asked *asked)
{
    return (struct page_of){
        .limit = asked->limit, .newest_first = true, .created_until = INT64_MAX};
}

/* --- one of them ---------------------------------------------------------------------------------
 */

int showing_read(struct cli *cli, struct args *args, const char *which, struct str *id, bool *json)
{
    *json = args_flag(args, "--json");
    if (!args_next(args, id))
        return cli_usage(cli, which);
    return cli_leftover(cli, args);
}

struct str id_without(struct str id, const char *prefix)
{
    struct str head = str_of(prefix);

    return str_starts(id, head) ? str_from(id, head.len) : id;
}

void history_events_text(struct cli *cli, const struct history *history)
{
    buf_put_cstr(&cli->out, "\nHistory\n");
    for (size_t i = 0; i < history->event_count; i++) {
        const struct event *event = &history->events[i];
        buf_format(&cli->out, "  %s  %.*s", print_instant(cli->cx->arena, event->created).ptr,
                   (int)event->kind.len, event->kind.ptr);
        if (event->detail.len > 0)
            buf_format(&cli->out, " %.*s", (int)event->detail.len, event->detail.ptr);
        buf_put_byte(&cli->out, '\n');
    }
}

static void line_text(struct cli *cli, const struct ledger_line *line, bool new_entry)
{
    struct arena *arena = cli->cx->arena;
    struct money size = line->amount;
    bool debit = size.minor > 0;

    if (new_entry)
        buf_format(&cli->out, "  %s  %s\n", print_instant(arena, line->created).ptr,
                   entry_kind_text(line->kind));
    size.minor = debit ? size.minor : -size.minor;
    buf_format(&cli->out, "    %s %-22s %14s\n", debit ? "D" : "C", account_text(line->account),
               print_amount(arena, size).ptr);
}

void history_ledger_text(struct cli *cli, const struct history *history)
{
    const struct ledger_line *lines = history->lines.items;

    buf_put_cstr(&cli->out, history->lines.count == 0 ? "\nNothing was booked.\n" : "\nLedger\n");
    for (size_t i = 0; i < history->lines.count; i++)
        line_text(cli, &lines[i], i == 0 || !ID_EQ(lines[i].entry, lines[i - 1].entry));
}

void print_object(struct buf *out, int indent, bool is_first)
{
    buf_format(out, "%s\n%*s{", is_first ? "" : ",", indent, "");
}

void history_events_json(struct cli *cli, const struct history *history)
{
    struct buf *out = &cli->out;

    buf_put_cstr(out, ",\n  \"history\": [");
    for (size_t i = 0; i < history->event_count; i++) {
        const struct event *event = &history->events[i];
        bool first = true;
        print_object(out, 4, i == 0);
        print_member(out, INNER, &first, "kind", event->kind);
        print_member(out, INNER, &first, "detail", event->detail);
        print_member(out, INNER, &first, "created", print_instant(cli->cx->arena, event->created));
        buf_put_cstr(out, "\n    }");
    }
    buf_put_cstr(out, "\n  ]");
}

void history_ledger_json(struct cli *cli, const struct history *history)
{
    struct buf *out = &cli->out;

    buf_put_cstr(out, ",\n  \"ledger\": [");
    for (size_t i = 0; i < history->lines.count; i++) {
        const struct ledger_line *line = &history->lines.items[i];
        bool first = true;
        print_object(out, 4, i == 0);
        print_member(out, INNER, &first, "entry", ID_TEXT(line->entry));
        print_member(out, INNER, &first, "kind", str_of(entry_kind_text(line->kind)));
        print_member(out, INNER, &first, "account", str_of(account_text(line->account)));
        print_member_int(out, INNER, &first, "amount", line->amount.minor);
        print_member(out, INNER, &first, "currency", str_of(currency_text(line->amount.currency)));
        print_member(out, INNER, &first, "created", print_instant(cli->cx->arena, line->created));
        buf_put_cstr(out, "\n    }");
    }
    buf_put_cstr(out, "\n  ]");
}
