#include "cli/history.h"
#include "cli/whose.h"
#include "core/dispute.h"
#include "core/payment_debit.h"
#include "core/refund.h"

/* A payment with what happened to it, for the operator (standards/pages.md 4). */
struct showing {
    struct str id; /* in */
    bool json;     /* likewise */
    struct payment_view view;
    struct history history;
    struct refund *refunds;
    size_t refund_count;
    struct dispute *disputes;
    size_t dispute_count;
};

static err_t ledger_read(struct ctx *cx, struct tx *tx, struct showing *showing)
{
    struct ledger_lines *lines = &showing->history.lines;

    TRY(ledger_of_object(cx, tx, showing->view.payment.id.raw, lines));
    for (size_t i = 0; i < showing->refund_count; i++)
        TRY(ledger_of_object(cx, tx, showing->refunds[i].id.raw, lines));
    for (size_t i = 0; i < showing->dispute_count; i++)
        TRY(ledger_of_object(cx, tx, showing->disputes[i].id.raw, lines));
    return OK;
}

static err_t show_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct showing *showing = arg;
    struct merchant merchant;
    struct payment_id id;

    if (!ID_PARSE(id_without(showing->id, "paym_"), &id))
        return fault(cx, ERR_INVALID, "payment", "is not the id of a payment");
    TRY(payment_owner(cx, tx, id));
    TRY(whose_enter(cx, tx, cx->merchant, cx->mode, &merchant));
    TRY(payment_view_load(cx, tx, id, &showing->view));
    TRY(payment_history(cx, tx, &showing->view.payment, &showing->history.events,
                        &showing->history.event_count));
    TRY(refunds_of_payment(cx, tx, id, &showing->refunds, &showing->refund_count));
    TRY(disputes_of_payment(cx, tx, id, &showing->disputes, &showing->dispute_count));
    return ledger_read(cx, tx, showing);
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
               print_amount(arena, payment->amount).ptr, payment_state_text(payment->state),
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
        print_amount(arena, (struct money){payment->fee_minor, payment->amount.currency}).ptr,
        print_amount(arena, (struct money){payment->fee_vat_minor, payment->amount.currency}).ptr,
        print_amount(arena, (struct money){payment->refunded_minor, payment->amount.currency}).ptr);
}

static void show_text(struct cli *cli, const struct showing *showing)
{
    struct arena *arena = cli->cx->arena;
    struct buf *out = &cli->out;

    head_text(cli, &showing->view);
    history_events_text(cli, &showing->history);
    for (size_t i = 0; i < showing->refund_count; i++) {
        const struct refund *refund = &showing->refunds[i];
        buf_format(out, "%srefd_%s  %s  %s\n", i == 0 ? "\nRefunds\n  " : "  ", refund->id.raw,
                   print_amount(arena, refund->amount).ptr, refund_state_text(refund->state));
    }
    for (size_t i = 0; i < showing->dispute_count; i++) {
        const struct dispute *dispute = &showing->disputes[i];
        buf_format(out, "%sdspt_%s  %s  %s\n", i == 0 ? "\nDisputes\n  " : "  ", dispute->id.raw,
                   print_amount(arena, dispute->amount).ptr,
                   dispute->won != 0 ? "won" : dispute_state_text(dispute->state));
    }
    history_ledger_text(cli, &showing->history);
}

/* --- JSON
 * ------------------------------------------------------------------------------------------ */

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

static void show_json(struct cli *cli, const struct showing *showing)
{
    struct buf *out = &cli->out;
    bool first = true;

    buf_put_byte(out, '{');
    head_json(cli, &showing->view.payment, 2, &first);
    if (showing->view.sepa != NULL)
        debit_json(cli, showing->view.sepa, &first);
    history_events_json(cli, &showing->history);
    history_ledger_json(cli, &showing->history);
    buf_put_cstr(out, ",\n  \"refunds\": [");
    for (size_t i = 0; i < showing->refund_count; i++) {
        const struct refund *refund = &showing->refunds[i];
        bool first_member = true;
        print_object(out, 4, i == 0);
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
    struct listing_asked asked; /* in */
    struct payment *payments;
    struct page_found found;
};

static err_t list_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct listing *listing = arg;
    const struct payment_filter all = {.by_paid = false};
    const struct page_of page = listing_page(&listing->asked);

    TRY(listing_begin(cx, tx, &listing->asked));
    return payment_list(cx, tx, &all, &page, &listing->payments, &listing->found);
}

static void list_print(struct cli *cli, const void *arg)
{
    const struct listing *listing = arg;
    struct arena *arena = cli->cx->arena;
    bool json = listing->asked.json;

    if (json)
        buf_put_byte(&cli->out, '[');
    for (size_t i = 0; i < listing->found.count; i++) {
        const struct payment *payment = &listing->payments[i];
        bool first_member = true;
        if (!json) {
            buf_format(&cli->out, "%s  paym_%s  %14s  %s\n",
                       print_instant(arena, payment->created).ptr, payment->id.raw,
                       print_amount(arena, payment->amount).ptr,
                       payment_state_text(payment->state));
            continue;
        }
        print_object(&cli->out, 2, i == 0);
        head_json(cli, payment, 4, &first_member);
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
    int code = showing_read(cli, args, "which payment?", &showing->id, &showing->json);

    return read_and_print(cli, code, show_body, showing, show_print);
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
