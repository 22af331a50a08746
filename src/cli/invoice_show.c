#include "cli/history.h"
#include "cli/invoice.h"
#include "core/invoice_credit.h"
#include "core/invoice_file.h"
#include "core/invoice_payment.h"

/* One document with all that it says, its place in the chain, what it received and what was booked.
 */

struct showing {
    struct invoice_asked asked; /* in */
    bool json;                  /* likewise */
    struct invoice invoice;
    struct invoice_paper paper;
    struct document file;
    bool has_file;
    struct invoice credit;
    bool credited;
    struct invoice_receipts receipts;
    struct history history; /* without events: it never changes */
};

static err_t show_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct showing *showing = arg;
    struct invoice *invoice = &showing->invoice;

    TRY(invoice_asked_find(cx, tx, &showing->asked, invoice));
    TRY(invoice_paper_of(cx, invoice, &showing->paper));
    TRY(invoice_file_about(cx, tx, invoice->id, &showing->file, &showing->has_file));
    TRY(invoice_credit_of(cx, tx, invoice->id, &showing->credit, &showing->credited));
    TRY(invoice_receipts_read(cx, tx, invoice->id, &showing->receipts));
    return ledger_of_object(cx, tx, invoice->id.raw, &showing->history.lines);
}

static void receipts_text(struct cli *cli, const struct showing *showing)
{
    struct arena *arena = cli->cx->arena;

    for (size_t i = 0; i < showing->receipts.count; i++) {
        const struct invoice_receipt *receipt = &showing->receipts.items[i];
        const struct money amount = {receipt->amount_minor, showing->invoice.currency};
        buf_format(&cli->out, "received %s  %14s  of %s %lld bp, by %.*s\n",
                   print_instant(arena, receipt->received).ptr, print_amount(arena, amount).ptr,
                   vat_category_text(receipt->category), (long long)receipt->rate_bp,
                   (int)receipt->object.len, receipt->object.ptr);
    }
}

static void receipts_json(struct cli *cli, const struct showing *showing)
{
    struct buf *out = &cli->out;

    buf_put_cstr(out, ",\n  \"received\": [");
    for (size_t i = 0; i < showing->receipts.count; i++) {
        const struct invoice_receipt *receipt = &showing->receipts.items[i];
        bool first = true;
        print_object(out, 4, i == 0);
        print_member_int(out, 6, &first, "turn", receipt->turn);
        print_member(out, 6, &first, "object", receipt->object);
        print_member(out, 6, &first, "category", str_of(vat_category_text(receipt->category)));
        print_member_int(out, 6, &first, "rate_bp", receipt->rate_bp);
        print_member_int(out, 6, &first, "amount", receipt->amount_minor);
        print_member(out, 6, &first, "received", print_instant(cli->cx->arena, receipt->received));
        buf_put_cstr(out, "\n    }");
    }
    buf_put_cstr(out, "\n  ]");
}

static void show_text(struct cli *cli, const struct showing *showing)
{
    const struct invoice *invoice = &showing->invoice;
    struct buf *out = &cli->out;

    buf_put(out, invoice->record);
    buf_format(out, "\nchained  %.*s\nto       %.*s\n", (int)invoice->hash.len, invoice->hash.ptr,
               (int)invoice->previous.len, invoice->previous.ptr);
    if (showing->has_file)
        buf_format(out, "file     %.*s (%lld bytes, SHA-256)\n", (int)showing->file.sha256.len,
                   showing->file.sha256.ptr, (long long)showing->file.size);
    else
        buf_put_cstr(out, "file     not drawn yet\n");
    if (showing->credited)
        buf_format(out, "undone   by %.*s\n", (int)showing->credit.number.len,
                   showing->credit.number.ptr);
    receipts_text(cli, showing);
    history_ledger_text(cli, &showing->history);
}

static void show_json(struct cli *cli, const struct showing *showing)
{
    const struct invoice *invoice = &showing->invoice;
    struct buf *out = &cli->out;
    bool first = true;

    buf_put_byte(out, '{');
    invoice_head_json(cli, invoice, 2, &first);
    print_member(out, 2, &first, "record", invoice->record);
    print_member(out, 2, &first, "previous", invoice->previous);
    print_member(out, 2, &first, "hash", invoice->hash);
    print_member(out, 2, &first, "file_sha256",
                 showing->has_file ? showing->file.sha256 : STR_NONE);
    print_member(out, 2, &first, "credit_note",
                 showing->credited ? showing->credit.number : STR_NONE);
    receipts_json(cli, showing);
    history_ledger_json(cli, &showing->history);
    buf_put_cstr(out, "\n}\n");
}

static void show_print(struct cli *cli, const void *arg)
{
    const struct showing *showing = arg;

    if (showing->json)
        show_json(cli, showing);
    else
        show_text(cli, showing);
}

int invoice_show_run(struct cli *cli, struct args *args)
{
    struct showing *showing = arena_make(cli->cx->arena, struct showing);

    showing->json = args_flag(args, "--json");
    if (!invoice_asked_read(args, &showing->asked))
        return invoice_which(cli);
    return read_and_print(cli, cli_leftover(cli, args), show_body, showing, show_print);
}
