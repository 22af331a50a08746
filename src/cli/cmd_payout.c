#include "cli/backend.h"
#include "core/event.h"
#include "core/ledger.h"
#include "core/payout.h"

enum { LIST_DEFAULT = 20, LIST_MAX = 100 };

/* A payout with what happened to it, for the operator. */
struct history {
    struct str id; /* in */
    struct payout payout;
    struct event *events;
    size_t event_count;
    struct ledger_lines lines;
};

static err_t find(struct ctx *cx, struct tx *tx, struct str raw, struct payout *out)
{
    struct payout_id id;

    if (str_starts(raw, STR("pout_")))
        raw = str_from(raw, 5);
    if (!ID_PARSE(raw, &id))
        return fault(cx, ERR_INVALID, "payout", "is not the id of a payout");
    TRY(payout_owner(cx, tx, id));
    return payout_load(cx, tx, id, out);
}

static err_t history_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct history *history = arg;

    TRY(find(cx, tx, history->id, &history->payout));
    TRY(events_of_object(cx, tx, history->payout.id.raw, &history->events, &history->event_count));
    return ledger_of_object(cx, tx, history->payout.id.raw, &history->lines);
}

static struct str amount_text(struct arena *arena, int64_t minor, enum currency currency)
{
    struct str decimal = money_decimal(arena, (struct money){minor, currency});

    return str_format(arena, "%.*s %s", (int)decimal.len, decimal.ptr, currency_text(currency));
}

static void head_json(struct cli *cli, const struct payout *payout, int indent, bool *first)
{
    struct arena *arena = cli->cx->arena;
    struct buf *out = &cli->out;

    print_member(out, indent, first, "id", str_format(arena, "pout_%s", payout->id.raw));
    print_member(out, indent, first, "state", str_of(payout_state_text(payout->state)));
    print_member_int(out, indent, first, "amount", payout->amount.minor);
    print_member(out, indent, first, "currency", str_of(currency_text(payout->amount.currency)));
    print_member(out, indent, first, "day", date_text(arena, payout->day));
    print_member(out, indent, first, "mode", str_of(payout->transfer ? "transfer" : "statement"));
    print_member_int(out, indent, first, "payments", payout_amount_of(payout, PAYABLE_PAYMENT));
    print_member_int(out, indent, first, "refunds", payout_amount_of(payout, PAYABLE_REFUND));
    print_member_int(out, indent, first, "disputes", payout_amount_of(payout, PAYABLE_DISPUTE));
    print_member_int(out, indent, first, "fees", payout_fees(payout));
    print_member_int(out, indent, first, "fees_vat", payout_fees_vat(payout));
    print_member(out, indent, first, "description", payout->description);
    print_member(out, indent, first, "sent", print_instant(arena, payout->sent));
    print_member(out, indent, first, "paid", print_instant(arena, payout->banked));
    print_member(out, indent, first, "created", print_instant(arena, payout->created));
}

/* --- show ---------------------------------------------------------------------------------------
 */

static void part_text(struct cli *cli, const struct payout *payout, const char *name,
                      enum payable_kind kind)
{
    int64_t count = 0;

    for (size_t method = METHOD_CARD; method < PAY_METHODS; method++)
        count += payout->sums.of[kind][method].count;
    buf_format(
        &cli->out, "  %-9s %14s  (%lld)\n", name,
        amount_text(cli->cx->arena, payout_amount_of(payout, kind), payout->amount.currency).ptr,
        (long long)count);
}

static void head_text(struct cli *cli, const struct payout *payout)
{
    struct arena *arena = cli->cx->arena;
    enum currency currency = payout->amount.currency;
    struct buf *out = &cli->out;

    buf_format(out, "pout_%s  %s  %s (%s), %s of %s\n", payout->id.raw,
               amount_text(arena, payout->amount.minor, currency).ptr,
               payout_state_text(payout->state), mode_text(cli->cx->mode),
               payout->transfer ? "transfer" : "statement", date_text(arena, payout->day).ptr);
    if (payout->description.len > 0)
        buf_format(out, "  %.*s\n", (int)payout->description.len, payout->description.ptr);
    part_text(cli, payout, "payments", PAYABLE_PAYMENT);
    part_text(cli, payout, "refunds", PAYABLE_REFUND);
    part_text(cli, payout, "disputes", PAYABLE_DISPUTE);
    buf_format(out, "  %-9s %14s\n", "fees", amount_text(arena, payout_fees(payout), currency).ptr);
    buf_format(out, "  %-9s %14s\n", "VAT",
               amount_text(arena, payout_fees_vat(payout), currency).ptr);
}

static void line_text(struct cli *cli, const struct ledger_line *line, bool new_entry)
{
    struct arena *arena = cli->cx->arena;
    bool debit = line->amount.minor > 0;
    int64_t size = debit ? line->amount.minor : -line->amount.minor;

    if (new_entry)
        buf_format(&cli->out, "  %s  %s\n", print_instant(arena, line->created).ptr,
                   entry_kind_text(line->kind));
    buf_format(&cli->out, "    %s %-22s %14s\n", debit ? "D" : "C", account_text(line->account),
               amount_text(arena, size, line->amount.currency).ptr);
}

static void history_text(struct cli *cli, const struct history *history)
{
    struct arena *arena = cli->cx->arena;
    const struct ledger_line *lines = history->lines.items;
    struct buf *out = &cli->out;

    head_text(cli, &history->payout);
    buf_put_cstr(out, "\nHistory\n");
    for (size_t i = 0; i < history->event_count; i++) {
        const struct event *event = &history->events[i];
        buf_format(out, "  %s  %.*s %.*s\n", print_instant(arena, event->created).ptr,
                   (int)event->kind.len, event->kind.ptr, (int)event->detail.len,
                   event->detail.len == 0 ? "" : event->detail.ptr);
    }
    buf_put_cstr(out, history->lines.count == 0 ? "\nNothing was booked.\n" : "\nLedger\n");
    for (size_t i = 0; i < history->lines.count; i++)
        line_text(cli, &lines[i], i == 0 || !ID_EQ(lines[i].entry, lines[i - 1].entry));
}

static void event_json(struct cli *cli, const struct event *event, bool first)
{
    bool first_member = true;

    buf_put_cstr(&cli->out, first ? "\n    {" : ",\n    {");
    print_member(&cli->out, 6, &first_member, "kind", event->kind);
    print_member(&cli->out, 6, &first_member, "detail", event->detail);
    print_member(&cli->out, 6, &first_member, "created",
                 print_instant(cli->cx->arena, event->created));
    buf_put_cstr(&cli->out, "\n    }");
}

static void line_json(struct cli *cli, const struct ledger_line *line, bool first)
{
    bool first_member = true;

    buf_put_cstr(&cli->out, first ? "\n    {" : ",\n    {");
    print_member(&cli->out, 6, &first_member, "kind", str_of(entry_kind_text(line->kind)));
    print_member(&cli->out, 6, &first_member, "account", str_of(account_text(line->account)));
    print_member_int(&cli->out, 6, &first_member, "amount", line->amount.minor);
    print_member(&cli->out, 6, &first_member, "created",
                 print_instant(cli->cx->arena, line->created));
    buf_put_cstr(&cli->out, "\n    }");
}

static void history_json(struct cli *cli, const struct history *history)
{
    struct buf *out = &cli->out;
    bool first = true;

    buf_put_byte(out, '{');
    head_json(cli, &history->payout, 2, &first);
    buf_put_cstr(out, ",\n  \"history\": [");
    for (size_t i = 0; i < history->event_count; i++)
        event_json(cli, &history->events[i], i == 0);
    buf_put_cstr(out, "\n  ],\n  \"ledger\": [");
    for (size_t i = 0; i < history->lines.count; i++)
        line_json(cli, &history->lines.items[i], i == 0);
    buf_put_cstr(out, "\n  ]\n}\n");
}

static int show_run(struct cli *cli, struct args *args)
{
    struct history *history = arena_make(cli->cx->arena, struct history);
    bool json = args_flag(args, "--json");

    if (!args_next(args, &history->id))
        return cli_usage(cli, "which payout?");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    err_t err = backend_read(cli->cx, cli->backend, history_body, history);
    if (err != OK)
        return cli_refused(cli, err);
    if (json)
        history_json(cli, history);
    else
        history_text(cli, history);
    return EXIT_DONE;
}

/* --- list ---------------------------------------------------------------------------------------
 */

struct listing {
    struct merchant_id merchant; /* in */
    enum mode mode;
    int64_t limit;
    struct payout *payouts;
    struct page_found found;
};

static err_t list_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct listing *listing = arg;
    const struct payment_id any = {{0}};
    const struct page_of page = {
        .limit = listing->limit, .newest_first = true, .created_until = INT64_MAX};
    struct merchant merchant;

    err_t err = merchant_load(cx, tx, listing->merchant, &merchant);
    if (err == ERR_NOT_FOUND)
        return fault(cx, err, "merchant", "does not exist");
    TRY(err);
    cx->merchant = listing->merchant;
    cx->mode = listing->mode;
    return payout_list(cx, tx, any, &page, &listing->payouts, &listing->found);
}

static void list_print(struct cli *cli, const struct listing *listing, bool json)
{
    struct arena *arena = cli->cx->arena;

    if (json)
        buf_put_byte(&cli->out, '[');
    for (size_t i = 0; i < listing->found.count; i++) {
        const struct payout *payout = &listing->payouts[i];
        bool first_member = true;
        if (!json) {
            buf_format(&cli->out, "%s  pout_%s  %14s  %s\n", date_text(arena, payout->day).ptr,
                       payout->id.raw,
                       amount_text(arena, payout->amount.minor, payout->amount.currency).ptr,
                       payout_state_text(payout->state));
            continue;
        }
        buf_put_cstr(&cli->out, i == 0 ? "\n  {" : ",\n  {");
        head_json(cli, payout, 4, &first_member);
        buf_put_cstr(&cli->out, "\n  }");
    }
    buf_put_cstr(&cli->out, json ? "\n]\n" : "");
}

static int list_run(struct cli *cli, struct args *args)
{
    struct listing *listing = arena_make(cli->cx->arena, struct listing);
    bool json = args_flag(args, "--json");
    struct str merchant;
    struct str limit;

    listing->mode = args_flag(args, "--live") ? MODE_LIVE : MODE_TEST;
    listing->limit = LIST_DEFAULT;
    if (args_option(args, "--limit", &limit) &&
        (!str_to_int64(limit, &listing->limit) || listing->limit < 1 || listing->limit > LIST_MAX))
        return cli_usage(cli, "--limit is a number from 1 to 100");
    if (!args_next(args, &merchant) || !ID_PARSE(merchant, &listing->merchant))
        return cli_usage(cli, "which merchant? guichet merchant list shows their ids");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    err_t err = backend_read(cli->cx, cli->backend, list_body, listing);
    if (err != OK)
        return cli_refused(cli, err);
    list_print(cli, listing, json);
    return EXIT_DONE;
}

/* --- paid ---------------------------------------------------------------------------------------
 */

struct settling {
    struct str id; /* in */
    struct payout payout;
};

/* What is in a file of the bank waits for the bank's report: booked by hand too, it would be booked
 * twice. */
static err_t paid_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct settling *settling = arg;
    struct merchant merchant;

    TRY(find(cx, tx, settling->id, &settling->payout));
    TRY(merchant_load(cx, tx, cx->merchant, &merchant));
    merchant_time(cx, &merchant);
    if (settling->payout.state != PAYOUT_TO_PAY)
        return fault(cx, ERR_STATE, "payout", "is not waiting to be paid");
    return payout_paid(cx, tx, settling->payout.id);
}

static int paid_run(struct cli *cli, struct args *args)
{
    struct settling *settling = arena_make(cli->cx->arena, struct settling);

    if (!args_next(args, &settling->id))
        return cli_usage(cli, "which payout?");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    err_t err = backend_write(cli->cx, cli->backend, paid_body, settling);
    if (err != OK)
        return cli_refused(cli, err);
    buf_format(
        &cli->out, "pout_%s: %s paid\n", settling->payout.id.raw,
        amount_text(cli->cx->arena, settling->payout.amount.minor, settling->payout.amount.currency)
            .ptr);
    return EXIT_DONE;
}

static int run(struct cli *cli, struct args *args)
{
    struct str what;

    if (!args_next(args, &what))
        return cli_usage(cli, "list, show or paid?");
    if (str_eq(what, STR("list")))
        return list_run(cli, args);
    if (str_eq(what, STR("show")))
        return show_run(cli, args);
    if (str_eq(what, STR("paid")))
        return paid_run(cli, args);
    return cli_usage(cli, "list, show or paid?");
}

const struct command COMMAND_PAYOUT = {
    .name = "payout",
    .summary = "shows payouts, and notes those that were paid by hand",
    .help = "usage: guichet payout list MERCHANT [--live] [--limit N] [--json]\n"
            "       guichet payout show ID [--json]\n"
            "       guichet payout paid ID\n\n"
            "list prints the newest payouts of a merchant, in test mode unless --live is given;\n"
            "show one of them with what it holds, its history and its ledger entries. paid notes\n"
            "that one which waits (to_pay) was paid by other means than a file of transfers, as\n"
            "those in other currencies than the euro always are.\n",
    .needs = NEEDS_STORE,
    .run = run,
};
