#include "cli/backend.h"
#include "core/dispute.h"
#include "core/ledger.h"
#include "core/payment_debit.h"
#include "core/refund.h"

enum { LIST_DEFAULT = 20, LIST_MAX = 100 };

/* A payment with what happened to it, for the operator (standards/pages.md 4). */
struct history {
    struct str id; /* in */
    struct payment_view view;
    struct event *events;
    size_t event_count;
    struct ledger_lines lines;
    struct refund *refunds;
    size_t refund_count;
    struct dispute *disputes;
    size_t dispute_count;
};

static err_t history_lines(struct ctx *cx, struct tx *tx, struct history *history)
{
    TRY(ledger_of_object(cx, tx, history->view.payment.id.raw, &history->lines));
    for (size_t i = 0; i < history->refund_count; i++)
        TRY(ledger_of_object(cx, tx, history->refunds[i].id.raw, &history->lines));
    for (size_t i = 0; i < history->dispute_count; i++)
        TRY(ledger_of_object(cx, tx, history->disputes[i].id.raw, &history->lines));
    return OK;
}

static err_t history_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct history *history = arg;
    struct payment_id id;
    struct str raw = history->id;

    if (str_starts(raw, STR("paym_")))
        raw = str_sub(raw, 5, raw.len - 5);
    if (!ID_PARSE(raw, &id))
        return fault(cx, ERR_INVALID, "payment", "is not the id of a payment");
    TRY(payment_owner(cx, tx, id));
    TRY(payment_view_load(cx, tx, id, &history->view));
    TRY(payment_history(cx, tx, &history->view.payment, &history->events, &history->event_count));
    TRY(refunds_of_payment(cx, tx, id, &history->refunds, &history->refund_count));
    TRY(disputes_of_payment(cx, tx, id, &history->disputes, &history->dispute_count));
    return history_lines(cx, tx, history);
}

static struct str amount_text(struct arena *arena, struct money amount)
{
    struct str decimal = money_decimal(arena, amount);

    return str_format(arena, "%.*s %s", (int)decimal.len, decimal.ptr,
                      currency_text(amount.currency));
}

/* --- text
 * ------------------------------------------------------------------------------------------ */

static void debit_text(struct cli *cli, const struct payment_sepa *sepa)
{
    struct arena *arena = cli->cx->arena;
    const struct bank_account *account = &sepa->account;
    const struct debit *debit = &sepa->debit;
    struct buf *out = &cli->out;

    buf_format(out, "  account of %.*s ending in %.*s\n", (int)account->name.len, account->name.ptr,
               (int)account->last4.len, account->last4.ptr);
    if (debit->due.year == 0)
        return;
    buf_format(out, "  debit %s %s, due %s, reference %s\n", mandate_scheme_text(debit->scheme),
               debit_sequence_text(debit->sequence), date_text(arena, debit->due).ptr,
               debit->end_to_end);
    if (!ID_NONE(debit->retry_of))
        buf_format(out, "  presentation %d of paym_%s\n", (int)debit->presentation,
                   debit->retry_of.raw);
}

static void head_text(struct cli *cli, const struct payment_view *view)
{
    struct arena *arena = cli->cx->arena;
    const struct payment *payment = &view->payment;
    struct buf *out = &cli->out;

    buf_format(out, "paym_%s  %s  %s (%s)\n", payment->id.raw,
               amount_text(arena, payment->amount).ptr, payment_state_text(payment->state),
               mode_text(cli->cx->mode));
    if (payment->description.len > 0)
        buf_format(out, "  %.*s\n", (int)payment->description.len, payment->description.ptr);
    if (view->has_card)
        buf_format(out, "  card %.*s ending in %.*s\n", (int)view->card.brand.len,
                   view->card.brand.ptr, (int)view->card.last4.len, view->card.last4.ptr);
    if (view->sepa != NULL)
        debit_text(cli, view->sepa);
    if (payment->response.len > 0)
        buf_format(out, "  response %.*s, authorisation %.*s\n", (int)payment->response.len,
                   payment->response.ptr, (int)payment->response_author.len,
                   payment->response_author.len == 0 ? "" : payment->response_author.ptr);
    buf_format(
        out, "  fee %s, VAT %s, refunded %s\n",
        amount_text(arena, (struct money){payment->fee_minor, payment->amount.currency}).ptr,
        amount_text(arena, (struct money){payment->fee_vat_minor, payment->amount.currency}).ptr,
        amount_text(arena, (struct money){payment->refunded_minor, payment->amount.currency}).ptr);
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
               amount_text(arena, size).ptr);
}

static void history_text(struct cli *cli, const struct history *history)
{
    struct arena *arena = cli->cx->arena;
    struct buf *out = &cli->out;

    head_text(cli, &history->view);
    buf_put_cstr(out, "\nHistory\n");
    for (size_t i = 0; i < history->event_count; i++) {
        const struct event *event = &history->events[i];
        buf_format(out, "  %s  %.*s %.*s\n", print_instant(arena, event->created).ptr,
                   (int)event->kind.len, event->kind.ptr, (int)event->detail.len,
                   event->detail.len == 0 ? "" : event->detail.ptr);
    }
    for (size_t i = 0; i < history->refund_count; i++) {
        const struct refund *refund = &history->refunds[i];
        buf_format(out, "%srefd_%s  %s  %s\n", i == 0 ? "\nRefunds\n  " : "  ", refund->id.raw,
                   amount_text(arena, refund->amount).ptr, refund_state_text(refund->state));
    }
    for (size_t i = 0; i < history->dispute_count; i++) {
        const struct dispute *dispute = &history->disputes[i];
        buf_format(out, "%sdspt_%s  %s  %s\n", i == 0 ? "\nDisputes\n  " : "  ", dispute->id.raw,
                   amount_text(arena, dispute->amount).ptr, dispute_state_text(dispute->state));
    }
    buf_put_cstr(out, history->lines.count == 0 ? "\nNothing was booked.\n" : "\nLedger\n");
    for (size_t i = 0; i < history->lines.count; i++)
        line_text(cli, &history->lines.items[i],
                  i == 0 ||
                      !ID_EQ(history->lines.items[i].entry, history->lines.items[i - 1].entry));
}

/* --- JSON
 * ------------------------------------------------------------------------------------------ */

static void line_json(struct cli *cli, const struct ledger_line *line, bool first)
{
    bool first_member = true;

    buf_put_cstr(&cli->out, first ? "\n    {" : ",\n    {");
    print_member(&cli->out, 6, &first_member, "entry", ID_TEXT(line->entry));
    print_member(&cli->out, 6, &first_member, "kind", str_of(entry_kind_text(line->kind)));
    print_member(&cli->out, 6, &first_member, "account", str_of(account_text(line->account)));
    print_member_int(&cli->out, 6, &first_member, "amount", line->amount.minor);
    print_member(&cli->out, 6, &first_member, "currency",
                 str_of(currency_text(line->amount.currency)));
    print_member(&cli->out, 6, &first_member, "created",
                 print_instant(cli->cx->arena, line->created));
    buf_put_cstr(&cli->out, "\n    }");
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

static void head_json(struct cli *cli, const struct payment *payment, int indent, bool *first)
{
    struct arena *arena = cli->cx->arena;
    struct buf *out = &cli->out;

    print_member(out, indent, first, "id", str_format(arena, "paym_%s", payment->id.raw));
    print_member(out, indent, first, "state", str_of(payment_state_text(payment->state)));
    print_member_int(out, indent, first, "amount", payment->amount.minor);
    print_member(out, indent, first, "currency", str_of(currency_text(payment->amount.currency)));
    print_member(out, indent, first, "description", payment->description);
    print_member(out, indent, first, "order_id", payment->order_id);
    print_member(out, indent, first, "response", payment->response);
    print_member_int(out, indent, first, "fee", payment->fee_minor);
    print_member_int(out, indent, first, "fee_vat", payment->fee_vat_minor);
    print_member_int(out, indent, first, "refunded", payment->refunded_minor);
    print_member(out, indent, first, "created", print_instant(arena, payment->created));
}

static void debit_json(struct cli *cli, const struct payment_sepa *sepa, bool *first)
{
    const struct debit *debit = &sepa->debit;
    struct arena *arena = cli->cx->arena;
    struct buf *out = &cli->out;

    print_member(out, 2, first, "account", str_format(arena, "sepa_%s", debit->account.raw));
    if (!ID_NONE(debit->mandate))
        print_member(out, 2, first, "mandate", str_format(arena, "mndt_%s", debit->mandate.raw));
    if (debit->due.year == 0)
        return;
    print_member(out, 2, first, "scheme", str_of(mandate_scheme_text(debit->scheme)));
    print_member(out, 2, first, "sequence", str_of(debit_sequence_text(debit->sequence)));
    print_member(out, 2, first, "due", date_text(arena, debit->due));
    print_member(out, 2, first, "end_to_end", str_of(debit->end_to_end));
}

static void history_json(struct cli *cli, const struct history *history)
{
    struct buf *out = &cli->out;
    bool first = true;

    buf_put_byte(out, '{');
    head_json(cli, &history->view.payment, 2, &first);
    if (history->view.sepa != NULL)
        debit_json(cli, history->view.sepa, &first);
    buf_put_cstr(out, ",\n  \"history\": [");
    for (size_t i = 0; i < history->event_count; i++)
        event_json(cli, &history->events[i], i == 0);
    buf_put_cstr(out, "\n  ],\n  \"ledger\": [");
    for (size_t i = 0; i < history->lines.count; i++)
        line_json(cli, &history->lines.items[i], i == 0);
    buf_put_cstr(out, "\n  ],\n  \"refunds\": [");
    for (size_t i = 0; i < history->refund_count; i++) {
        const struct refund *refund = &history->refunds[i];
        bool first_member = true;
        buf_put_cstr(out, i == 0 ? "\n    {" : ",\n    {");
        print_member(out, 6, &first_member, "id",
                     str_format(cli->cx->arena, "refd_%s", refund->id.raw));
        print_member(out, 6, &first_member, "state", str_of(refund_state_text(refund->state)));
        print_member_int(out, 6, &first_member, "amount", refund->amount.minor);
        buf_put_cstr(out, "\n    }");
    }
    buf_put_cstr(out, "\n  ]\n}\n");
}

/* --- the list
 * -------------------------------------------------------------------------------------- */

struct listing {
    struct merchant_id merchant; /* in */
    enum mode mode;
    int64_t limit;
    struct payment *payments;
    struct page_found found;
};

static err_t list_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct listing *listing = arg;
    const struct payment_filter all = {.by_paid = false};
    const struct page_of page = {
        .limit = listing->limit, .newest_first = true, .created_until = INT64_MAX};
    struct merchant merchant;

    err_t err = merchant_load(cx, tx, listing->merchant, &merchant);
    if (err == ERR_NOT_FOUND)
        return fault(cx, err, "merchant", "does not exist");
    TRY(err);
    cx->merchant = listing->merchant;
    cx->mode = listing->mode;
    return payment_list(cx, tx, &all, &page, &listing->payments, &listing->found);
}

static void list_print(struct cli *cli, const struct listing *listing, bool json)
{
    struct arena *arena = cli->cx->arena;

    if (json)
        buf_put_byte(&cli->out, '[');
    for (size_t i = 0; i < listing->found.count; i++) {
        const struct payment *payment = &listing->payments[i];
        bool first_member = true;
        if (!json) {
            buf_format(&cli->out, "%s  paym_%s  %14s  %s\n",
                       print_instant(arena, payment->created).ptr, payment->id.raw,
                       amount_text(arena, payment->amount).ptr, payment_state_text(payment->state));
            continue;
        }
        buf_put_cstr(&cli->out, i == 0 ? "\n  {" : ",\n  {");
        head_json(cli, payment, 4, &first_member);
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

static int show_run(struct cli *cli, struct args *args)
{
    struct history *history = arena_make(cli->cx->arena, struct history);
    bool json = args_flag(args, "--json");

    if (!args_next(args, &history->id))
        return cli_usage(cli, "which payment?");
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

static int run(struct cli *cli, struct args *args)
{
    struct str what;

    if (!args_next(args, &what))
        return cli_usage(cli, "show or list?");
    if (str_eq(what, STR("show")))
        return show_run(cli, args);
    if (str_eq(what, STR("list")))
        return list_run(cli, args);
    return cli_usage(cli, "show or list?");
}

const struct command COMMAND_PAYMENT = {
    .name = "payment",
    .summary = "shows payments, what happened to them and what was booked",
    .help =
        "usage: guichet payment show ID [--json]\n"
        "       guichet payment list MERCHANT [--live] [--limit N] [--json]\n\n"
        "show prints a payment with its history, refunds, disputes and ledger entries; list the\n"
        "newest ones of a merchant, in test mode unless --live is given.\n",
    .needs = NEEDS_STORE,
    .run = run,
};
