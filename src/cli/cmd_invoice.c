#include "cli/history.h"
#include "cli/invoice.h"
#include "cli/whose.h"
#include "core/invoice_credit.h"
#include "core/invoice_file.h"
#include "core/invoice_verify.h"

/* --- what the parts share -----------------------------------------------------------------------
 */

bool invoice_asked_read(struct args *args, struct invoice_asked *out)
{
    struct str merchant;

    out->mode = args_flag(args, "--live") ? MODE_LIVE : MODE_TEST;
    return args_next(args, &merchant) && ID_PARSE(merchant, &out->merchant) &&
           args_next(args, &out->number);
}

int invoice_which(struct cli *cli)
{
    return cli_usage(cli, "which document? MERCHANT NUMBER: guichet invoice list shows them");
}

err_t invoice_asked_find(struct ctx *cx, struct tx *tx, const struct invoice_asked *asked,
                         struct invoice *out)
{
    struct merchant merchant;

    TRY(whose_enter(cx, tx, asked->merchant, asked->mode, &merchant));
    return invoice_by_number(cx, tx, asked->number, out);
}

static struct money total_of(const struct invoice *invoice)
{
    return (struct money){invoice->total_minor, invoice->currency};
}

void invoice_head_json(struct cli *cli, const struct invoice *invoice, int indent, bool *first)
{
    struct arena *arena = cli->cx->arena;
    struct buf *out = &cli->out;

    print_member(out, indent, first, "number", invoice->number);
    print_member(out, indent, first, "kind", str_of(invoice_kind_text(invoice->kind)));
    print_member(out, indent, first, "idfact",
                 str_format(arena, "%lld", (long long)invoice->reference));
    print_member(out, indent, first, "issued", date_text(arena, invoice->issued));
    print_member(out, indent, first, "buyer", invoice->buyer);
    print_member_int(out, indent, first, "total", invoice->total_minor);
    print_member_int(out, indent, first, "due", invoice->due_minor);
    print_member(out, indent, first, "currency", str_of(currency_text(invoice->currency)));
    print_member(out, indent, first, "created", print_instant(arena, invoice->created));
}

/* --- list ---------------------------------------------------------------------------------------
 */

struct listing {
    struct listing_asked asked; /* in */
    struct invoice *invoices;
    struct page_found found;
};

static err_t list_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct listing *listing = arg;
    const struct page_of page = listing_page(&listing->asked);

    TRY(listing_begin(cx, tx, &listing->asked));
    return invoice_list(cx, tx, &page, &listing->invoices, &listing->found);
}

static void list_print(struct cli *cli, const void *arg)
{
    const struct listing *listing = arg;
    struct arena *arena = cli->cx->arena;
    bool json = listing->asked.json;

    if (json)
        buf_put_byte(&cli->out, '[');
    for (size_t i = 0; i < listing->found.count; i++) {
        const struct invoice *invoice = &listing->invoices[i];
        bool first = true;
        if (!json) {
            buf_format(&cli->out, "%s  %-14.*s  %14s  %.*s\n",
                       date_text(arena, invoice->issued).ptr, (int)invoice->number.len,
                       invoice->number.ptr, print_amount(arena, total_of(invoice)).ptr,
                       (int)invoice->buyer.len, invoice->buyer.ptr);
            continue;
        }
        print_object(&cli->out, 2, i == 0);
        invoice_head_json(cli, invoice, 4, &first);
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

/* --- verify -------------------------------------------------------------------------------------
 */

static err_t verify_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return invoice_verify(cx, tx, arg);
}

static void verify_print(struct cli *cli, const struct verify_report *report)
{
    for (size_t i = 0; i < report->problem_count; i++) {
        const struct verify_problem *problem = &report->problems[i];
        buf_format(&cli->out, "WRONG: %s: %.*s (merchant %.*s, %.*s)\n", problem->what,
                   (int)problem->object.len, problem->object.ptr, (int)problem->merchant.len,
                   problem->merchant.ptr, (int)problem->mode.len, problem->mode.ptr);
    }
    buf_format(&cli->out, "%lld documents, %zu problems%s\n", (long long)report->invoices,
               report->problem_count,
               report->problem_count == VERIFY_PROBLEMS_MAX ? "; there may be more" : "");
}

static int verify_run(struct cli *cli, struct args *args)
{
    struct verify_report *report = arena_make(cli->cx->arena, struct verify_report);
    bool json = args_flag(args, "--json");
    struct str directory;
    bool archive = args_next(args, &directory);
    bool first = true;
    int code = cli_leftover(cli, args);

    if (code != EXIT_DONE)
        return code;
    if (archive)
        return invoice_archive_check(cli, directory, json);
    err_t err = backend_read(cli->cx, cli->backend, verify_body, report);
    if (err != OK)
        return cli_refused(cli, err);
    if (json) {
        buf_put_byte(&cli->out, '{');
        print_member_int(&cli->out, 2, &first, "documents", report->invoices);
        print_member_int(&cli->out, 2, &first, "problems", (int64_t)report->problem_count);
        buf_put_cstr(&cli->out, "\n}\n");
    } else {
        verify_print(cli, report);
    }
    return report->problem_count == 0 ? EXIT_DONE : EXIT_REFUSED;
}

/* --- credit -------------------------------------------------------------------------------------
 */

struct crediting {
    struct invoice_asked asked; /* in */
    char token[LINK_TOKEN_LEN + 1];
    struct invoice_credit credit;
};

static err_t credit_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct crediting *crediting = arg;
    struct invoice invoice;

    TRY(invoice_asked_find(cx, tx, &crediting->asked, &invoice));
    crediting->credit = (struct invoice_credit){
        .of = invoice.id,
        .token = str_of(crediting->token),
    };
    return invoice_credit(cx, tx, &crediting->credit);
}

static void credit_print(struct cli *cli, const struct crediting *crediting, bool json)
{
    const struct invoice *invoice = &crediting->credit.invoice;
    const struct core core = {.public_url = cli->config->public_url};
    struct str url = invoice_file_url(cli->cx->arena, &core, crediting->token, invoice->kind);
    bool first = true;

    if (!json) {
        buf_format(&cli->out, "%.*s  %s\n%.*s\n", (int)invoice->number.len, invoice->number.ptr,
                   print_amount(cli->cx->arena, total_of(invoice)).ptr, (int)url.len, url.ptr);
        return;
    }
    buf_put_byte(&cli->out, '{');
    invoice_head_json(cli, invoice, 2, &first);
    print_member(&cli->out, 2, &first, "url", url);
    buf_put_cstr(&cli->out, "\n}\n");
}

static int credit_run(struct cli *cli, struct args *args)
{
    struct crediting *crediting = arena_make(cli->cx->arena, struct crediting);
    bool json = args_flag(args, "--json");

    if (!invoice_asked_read(args, &crediting->asked))
        return invoice_which(cli);
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    link_token_new(crediting->token);
    err_t err = backend_write(cli->cx, cli->backend, credit_body, crediting);
    if (err != OK)
        return cli_refused(cli, err);
    credit_print(cli, crediting, json);
    return EXIT_DONE;
}

/* --- all of it ----------------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    int (*run)(struct cli *cli, struct args *args);
} PARTS[] = {
    {"list",    list_run           },
    {"show",    invoice_show_run   },
    {"verify",  verify_run         },
    {"credit",  credit_run         },
    {"render",  invoice_render_run },
    {"export",  invoice_export_run },
    {"archive", invoice_archive_run},
};

static int run(struct cli *cli, struct args *args)
{
    struct str what;

    if (args_next(args, &what)) {
        for (size_t i = 0; i < ARRAY_LEN(PARTS); i++) {
            if (str_eq(what, str_of(PARTS[i].name)))
                return PARTS[i].run(cli, args);
        }
    }
    return cli_usage(cli, "list, show, verify, credit, render, export or archive?");
}

const struct command COMMAND_INVOICE = {
    .name = "invoice",
    .summary = "shows, proves, undoes and exports invoices",
    .help =
        "usage: guichet invoice list MERCHANT [--live] [--limit N] [--json]\n"
        "       guichet invoice show MERCHANT NUMBER [--live] [--json]\n"
        "       guichet invoice verify [ARCHIVE] [--json]\n"
        "       guichet invoice credit MERCHANT NUMBER [--live] [--json]\n"
        "       guichet invoice export MERCHANT NUMBER --format pdf|cii|ubl|record [--out FILE]\n"
        "                              [--live]\n"
        "       guichet invoice render MERCHANT NUMBER --out FILE [--live]\n"
        "       guichet invoice archive MERCHANT DIRECTORY [--live]\n\n"
        "list prints the newest documents of a merchant: invoices, credit notes, quotes and\n"
        "receipts, of test mode unless --live is given; show prints all that one says, its place\n"
        "in the chain of hashes and its ledger entries. verify proves every series: numbers\n"
        "without gap, chain, sums; with the directory of an archive it needs no database. credit\n"
        "issues the credit note that undoes an invoice. export writes the file that was issued,\n"
        "its XML in either syntax, or its record; render draws the page anew, into FILE. archive\n"
        "adds everything that was issued and is not there yet to a directory, to be kept for ten\n"
        "years and verified without us.\n",
    .needs = NEEDS_STORE,
    .run = run,
};
