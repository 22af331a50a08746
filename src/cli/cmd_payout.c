#include "cli/history.h"
#include "cli/whose.h"
#include "core/payout.h"

/* A payout with what happened to it, for the operator. */
struct showing {
    struct str id; /* in */
    bool json;     /* likewise */
    struct payout payout;
    struct history history;
};

static err_t find(struct ctx *cx, struct tx *tx, struct str raw, struct payout *out)
{
    struct merchant merchant;
    struct payout_id id;

    if (!ID_PARSE(id_without(raw, "pout_"), &id))
        return fault(cx, ERR_INVALID, "payout", "is not the id of a payout");
    TRY(payout_owner(cx, tx, id));
    TRY(whose_enter(cx, tx, cx->merchant, cx->mode, &merchant));
    return payout_load(cx, tx, id, out);
}

static err_t show_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct showing *showing = arg;
    struct history *history = &showing->history;

    TRY(find(cx, tx, showing->id, &showing->payout));
    TRY(events_of_object(cx, tx, showing->payout.id.raw, &history->events, &history->event_count));
    return ledger_of_object(cx, tx, showing->payout.id.raw, &history->lines);
}

static struct str minor_text(struct arena *arena, const struct payout *payout, int64_t minor)
{
    return print_amount(arena, (struct money){minor, payout->amount.currency});
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
    buf_format(&cli->out, "  %-9s %14s  (%lld)\n", name,
               minor_text(cli->cx->arena, payout, payout_amount_of(payout, kind)).ptr,
               (long long)count);
}

static void head_text(struct cli *cli, const struct payout *payout)
{
    struct arena *arena = cli->cx->arena;
    struct buf *out = &cli->out;

    buf_format(out, "pout_%s  %s  %s (%s), %s of %s\n", payout->id.raw,
               print_amount(arena, payout->amount).ptr, payout_state_text(payout->state),
               mode_text(cli->cx->mode), payout->transfer ? "transfer" : "statement",
               date_text(arena, payout->day).ptr);
    if (payout->description.len > 0)
        buf_format(out, "  %.*s\n", (int)payout->description.len, payout->description.ptr);
    part_text(cli, payout, "payments", PAYABLE_PAYMENT);
    part_text(cli, payout, "refunds", PAYABLE_REFUND);
    part_text(cli, payout, "disputes", PAYABLE_DISPUTE);
    buf_format(out, "  %-9s %14s\n", "fees", minor_text(arena, payout, payout_fees(payout)).ptr);
    buf_format(out, "  %-9s %14s\n", "VAT", minor_text(arena, payout, payout_fees_vat(payout)).ptr);
}

static void show_text(struct cli *cli, const struct showing *showing)
{
    head_text(cli, &showing->payout);
    history_events_text(cli, &showing->history);
    history_ledger_text(cli, &showing->history);
}

static void show_json(struct cli *cli, const struct showing *showing)
{
    bool first = true;

    buf_put_byte(&cli->out, '{');
    head_json(cli, &showing->payout, 2, &first);
    history_events_json(cli, &showing->history);
    history_ledger_json(cli, &showing->history);
    buf_put_cstr(&cli->out, "\n}\n");
}

static void show_print(struct cli *cli, const void *arg)
{
    const struct showing *showing = arg;

    if (showing->json)
        show_json(cli, showing);
    else
        show_text(cli, showing);
}

static int show_run(struct cli *cli, struct args *args)
{
    struct showing *showing = arena_make(cli->cx->arena, struct showing);
    int code = showing_read(cli, args, "which payout?", &showing->id, &showing->json);

    return read_and_print(cli, code, show_body, showing, show_print);
}

/* --- list ---------------------------------------------------------------------------------------
 */

struct listing {
    struct listing_asked asked; /* in */
    struct payout *payouts;
    struct page_found found;
};

static err_t list_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct listing *listing = arg;
    const struct payment_id any = {{0}};
    const struct page_of page = listing_page(&listing->asked);

    TRY(listing_begin(cx, tx, &listing->asked));
    return payout_list(cx, tx, any, &page, &listing->payouts, &listing->found);
}

static void list_print(struct cli *cli, const void *arg)
{
    const struct listing *listing = arg;
    struct arena *arena = cli->cx->arena;
    bool json = listing->asked.json;

    if (json)
        buf_put_byte(&cli->out, '[');
    for (size_t i = 0; i < listing->found.count; i++) {
        const struct payout *payout = &listing->payouts[i];
        bool first_member = true;
        if (!json) {
            buf_format(&cli->out, "%s  pout_%s  %14s  %s\n", date_text(arena, payout->day).ptr,
                       payout->id.raw, print_amount(arena, payout->amount).ptr,
                       payout_state_text(payout->state));
            continue;
        }
        print_object(&cli->out, 2, i == 0);
        head_json(cli, payout, 4, &first_member);
        buf_put_cstr(&cli->out, "\n  }");
    }
    buf_put_cstr(&cli->out, json ? "\n]\n" : "");
}

static int list_run(struct cli *cli, struct args *args)
{
    struct listing *listing = arena_make(cli->cx->arena, struct listing);
    int code = listing_read(cli, args, &listing->asked);

    return read_and_print(cli, code, list_body, listing, list_print);
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
    buf_format(&cli->out, "pout_%s: %s paid\n", settling->payout.id.raw,
               print_amount(cli->cx->arena, settling->payout.amount).ptr);
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
