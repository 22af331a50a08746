#include <string.h>
#include <unistd.h>

#include "base/must.h"
#include "base/target.h"
#include "cli/backend.h"
#include "cli/file.h"
#include "cli/presence.h"
#include "cli/sepa.h"
#include "cli/work.h"
#include "core/bank_cancellation.h"
#include "core/bank_statement.h"
#include "rails/sepa/export.h"
#include "rails/sepa/import.h"

enum { LIST_DEFAULT = 20, LIST_MAX = 1000, STATEMENTS_MAX = 64, YEAR_MIN = 2000, YEAR_MAX = 2199 };

/* --- what the parts share -----------------------------------------------------------------------
 */

/* For what the command does itself: without the sandbox's bank, which belongs to the server. */
static err_t desk_open(struct cli *cli, struct sepa_desk *out)
{
    const struct config *config = cli->config;

    *out = (struct sepa_desk){
        .store = cli->backend->store,
        .vault = cli->backend->vault,
        .holder = presence_holder(cli->backend->presence),
        .ids = cli->cx->ids,
        .data = config->data,
        .out_dir = config->sepa_out_dir,
        .in_dir = config->sepa_in_dir,
        .schema_dir = config->sepa_schema_dir,
    };
    return reader_open(out->store, &out->reader);
}

/* --- export -------------------------------------------------------------------------------------
 */

struct exporting {
    struct sepa_whose whose;
    bool again;
    struct str msg_id; /* of --again */
};

static err_t again_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct exporting *exporting = arg;
    struct bank_file file;

    TRY(bank_file_of_message(cx, tx, exporting->msg_id, &file));
    exporting->whose = (struct sepa_whose){cx->merchant, cx->mode};
    TRY(sepa_whose_begin(cx, tx, &exporting->whose));
    return bank_file_give_up(cx, tx, file.id);
}

/* The server's worker makes the files: in test mode it alone knows the bank. */
static err_t ask_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct exporting *exporting = arg;

    TRY(sepa_whose_begin(cx, tx, &exporting->whose));
    return sepa_export_ask(cx, tx, cx->now);
}

static err_t whose_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return sepa_whose_begin(cx, tx, arg);
}

static err_t export_live(struct cli *cli, const struct exporting *exporting,
                         struct sepa_exported *out)
{
    struct sepa_desk desk;
    struct sepa_whose whose = exporting->whose;

    TRY(backend_read(cli->cx, cli->backend, whose_body, &whose));
    TRY(desk_open(cli, &desk));
    err_t err = sepa_export(cli->cx, &desk, out);
    reader_close(desk.reader);
    return err;
}

static void export_print(struct cli *cli, const struct sepa_exported *exported, bool json)
{
    bool first = true;

    if (!json) {
        buf_format(&cli->out, "%lld transactions taken, %lld files released, %lld blocked\n",
                   (long long)exported->taken, (long long)exported->released,
                   (long long)exported->blocked);
        return;
    }
    buf_put_cstr(&cli->out, "{");
    print_member_int(&cli->out, 2, &first, "taken", exported->taken);
    print_member_int(&cli->out, 2, &first, "released", exported->released);
    print_member_int(&cli->out, 2, &first, "blocked", exported->blocked);
    buf_put_cstr(&cli->out, "\n}\n");
}

static int export_run(struct cli *cli, struct args *args)
{
    struct exporting *exporting = arena_make(cli->cx->arena, struct exporting);
    struct sepa_exported exported = {.taken = 0};
    bool json = args_flag(args, "--json");

    exporting->again = args_option(args, "--again", &exporting->msg_id);
    if (!exporting->again && !sepa_whose_read(args, &exporting->whose))
        return sepa_which_merchant(cli);
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    err_t err = OK;
    if (exporting->again)
        err = backend_write(cli->cx, cli->backend, again_body, exporting);
    else if (exporting->whose.mode == MODE_LIVE)
        err = export_live(cli, exporting, &exported);
    else
        err = backend_write(cli->cx, cli->backend, ask_body, exporting);
    if (err != OK)
        return cli_refused(cli, err);
    if (!exporting->again && exporting->whose.mode == MODE_LIVE)
        export_print(cli, &exported, json);
    else
        buf_put_cstr(&cli->out, json ? "{\n  \"asked\": true\n}\n" : "asked\n");
    return exported.blocked > 0 ? EXIT_REFUSED : EXIT_DONE;
}

/* --- import -------------------------------------------------------------------------------------
 */

static void report_members(struct cli *cli, int indent, bool *first,
                           const struct bank_report *report)
{
    struct buf *out = &cli->out;

    print_member(out, indent, first, "sha256", report->sha256);
    print_member(out, indent, first, "kind", report->kind);
    print_member_int(out, indent, first, "version", report->version);
    print_member(out, indent, first, "msg_id", report->msg_id);
    print_member(out, indent, first, "name", report->name);
    print_member(out, indent, first, "state", str_of(report->imported ? "imported" : "importing"));
    print_member(out, indent, first, "warning", report->warning);
    print_member_int(out, indent, first, "replaced", report->replaced);
    print_member_int(out, indent, first, "facts", report->facts);
    print_member_int(out, indent, first, "known", report->known);
    print_member_int(out, indent, first, "parked", report->parked);
    print_member_int(out, indent, first, "work", report->work);
    print_member(out, indent, first, "created", print_instant(cli->cx->arena, report->created));
}

static void import_print(struct cli *cli, const struct sepa_imported *imported, bool json)
{
    const struct bank_report *report = &imported->report;
    bool first = true;

    if (!json) {
        buf_format(&cli->out,
                   "%.*s.%02lld: %s%lld facts, %lld known, %lld parked, %lld for a person\n",
                   (int)report->kind.len, report->kind.ptr, (long long)report->version,
                   imported->known ? "already imported; " : "", (long long)report->facts,
                   (long long)report->known, (long long)report->parked, (long long)report->work);
        if (report->warning.len > 0)
            buf_format(&cli->out, "  not valid by its schema: %.*s\n", (int)report->warning.len,
                       report->warning.ptr);
        return;
    }
    buf_put_cstr(&cli->out, "{");
    print_member_int(&cli->out, 2, &first, "already_imported", imported->known);
    print_member_int(&cli->out, 2, &first, "merchants", (int64_t)imported->merchants);
    report_members(cli, 2, &first, report);
    buf_put_cstr(&cli->out, "\n}\n");
}

static struct str base_name(struct str path)
{
    size_t at = path.len;

    while (at > 0 && path.ptr[at - 1] != '/')
        at--;
    return str_from(path, at);
}

static err_t import_file(struct cli *cli, struct str file, struct sepa_imported *out)
{
    struct sepa_desk desk;
    int fd;

    struct str path = path_absolute(cli->cx->arena, cli->here, file);
    if (desk_file_open(path.ptr, &fd) != OK)
        return fault(cli->cx, ERR_NOT_FOUND, "file", "cannot be read");
    err_t err = desk_open(cli, &desk);
    if (err == OK) {
        err = sepa_import_file(cli->cx, &desk, fd, base_name(path), out);
        reader_close(desk.reader);
    }
    close(fd);
    return err;
}

static int import_run(struct cli *cli, struct args *args)
{
    struct sepa_imported imported = {.known = false};
    bool json = args_flag(args, "--json");
    bool live = args_flag(args, "--live");
    struct str file;

    if (!args_next(args, &file))
        return cli_usage(cli, "which file?");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    cli->cx->mode = live ? MODE_LIVE : MODE_TEST;
    err_t err = import_file(cli, file, &imported);
    if (err != OK)
        return cli_refused(cli, err);
    import_print(cli, &imported, json);
    return EXIT_DONE;
}

/* --- status -------------------------------------------------------------------------------------
 */

struct listing {
    struct sepa_whose whose;
    int64_t limit;
    struct bank_file *files;
    size_t file_count;
    struct bank_report *reports;
    size_t report_count;
    struct bank_work *work;
    size_t work_count;
    struct bank_statement_last *statements;
    size_t statement_count;
};

static err_t status_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct listing *listing = arg;

    TRY(sepa_whose_begin(cx, tx, &listing->whose));
    TRY(bank_files_newest(cx, tx, listing->limit, &listing->files, &listing->file_count));
    TRY(bank_reports_newest(cx, tx, listing->limit, &listing->reports, &listing->report_count));
    TRY(bank_statements_last(cx, tx, STATEMENTS_MAX, &listing->statements,
                             &listing->statement_count));
    return bank_work_open(cx, tx, WORK_LIST_MAX, &listing->work, &listing->work_count);
}

static void file_json(struct cli *cli, const struct bank_file *file)
{
    struct arena *arena = cli->cx->arena;
    struct buf *out = &cli->out;
    bool first = true;

    print_member(out, 6, &first, "msg_id", file->msg_id);
    print_member(out, 6, &first, "kind", str_of(bank_file_kind_text(file->kind)));
    print_member(out, 6, &first, "state", str_of(bank_file_state_text(file->state)));
    print_member(out, 6, &first, "version", file->version);
    print_member(out, 6, &first, "name", file->name);
    print_member(out, 6, &first, "sha256", file->sha256);
    print_member(out, 6, &first, "fault", file->fault);
    print_member_int(out, 6, &first, "count", file->count);
    print_member_int(out, 6, &first, "sum", file->sum_cents);
    print_member_int(out, 6, &first, "bytes", file->bytes);
    print_member(out, 6, &first, "created", print_instant(arena, file->created));
    print_member(out, 6, &first, "built", print_instant(arena, file->built));
    print_member(out, 6, &first, "released", print_instant(arena, file->released));
    print_member(out, 6, &first, "answered", print_instant(arena, file->answered));
}

/* Country and end: a whole number is nobody's business here. */
static struct str account_text(struct arena *arena, struct str account)
{
    if (account.len < 8)
        return account;
    return str_format(arena, "%.2s...%.4s", account.ptr, account.ptr + account.len - 4);
}

static void statement_json(struct cli *cli, const struct bank_statement_last *last)
{
    const struct bank_statement *statement = &last->statement;
    struct arena *arena = cli->cx->arena;
    struct buf *out = &cli->out;
    bool first = true;

    print_member(out, 6, &first, "account", account_text(arena, statement->account));
    print_member(out, 6, &first, "kind", statement->kind);
    print_member(out, 6, &first, "name", statement->name);
    print_member(out, 6, &first, "day", date_text(arena, statement->day));
    if (statement->has_number || statement->has_legal_number)
        print_member_int(out, 6, &first, "number",
                         statement->has_number ? statement->number : statement->legal_number);
    if (statement->has_closing)
        print_member_int(out, 6, &first, "closing", statement->closing_cents);
    print_member_int(out, 6, &first, "deviations", last->deviations);
}

static void statement_text(struct cli *cli, const struct bank_statement_last *last)
{
    const struct bank_statement *statement = &last->statement;
    struct arena *arena = cli->cx->arena;

    buf_format(&cli->out, "%s  %.*s  %.*s  %s", account_text(arena, statement->account).ptr,
               (int)statement->kind.len, statement->kind.ptr, (int)statement->name.len,
               statement->name.ptr, date_text(arena, statement->day).ptr);
    if (statement->has_closing)
        buf_format(&cli->out, "  closing %s", sepa_cents(arena, statement->closing_cents).ptr);
    buf_format(&cli->out, "  %lld gaps and wrong balances\n", (long long)last->deviations);
}

static void status_json(struct cli *cli, const struct listing *listing)
{
    struct buf *out = &cli->out;

    buf_put_cstr(out, "{\n  \"files\": [");
    for (size_t i = 0; i < listing->file_count; i++) {
        buf_put_cstr(out, i == 0 ? "\n    {" : ",\n    {");
        file_json(cli, &listing->files[i]);
        buf_put_cstr(out, "\n    }");
    }
    buf_put_cstr(out, "\n  ],\n  \"reports\": [");
    for (size_t i = 0; i < listing->report_count; i++) {
        bool first = true;
        buf_put_cstr(out, i == 0 ? "\n    {" : ",\n    {");
        report_members(cli, 6, &first, &listing->reports[i]);
        buf_put_cstr(out, "\n    }");
    }
    buf_put_cstr(out, "\n  ],\n  \"statements\": [");
    for (size_t i = 0; i < listing->statement_count; i++) {
        buf_put_cstr(out, i == 0 ? "\n    {" : ",\n    {");
        statement_json(cli, &listing->statements[i]);
        buf_put_cstr(out, "\n    }");
    }
    buf_format(out, "\n  ],\n  \"work\": %zu\n}\n", listing->work_count);
}

static void status_text(struct cli *cli, const struct listing *listing)
{
    struct buf *out = &cli->out;

    for (size_t i = 0; i < listing->file_count; i++) {
        const struct bank_file *file = &listing->files[i];
        buf_format(out, "%-28.*s  %-9s  %-15s  %6lld  %14s\n", (int)file->msg_id.len,
                   file->msg_id.ptr, bank_file_kind_text(file->kind),
                   bank_file_state_text(file->state), (long long)file->count,
                   sepa_cents(cli->cx->arena, file->sum_cents).ptr);
        if (file->fault.len > 0)
            buf_format(out, "  %.*s\n", (int)file->fault.len, file->fault.ptr);
    }
    for (size_t i = 0; i < listing->report_count; i++) {
        const struct bank_report *report = &listing->reports[i];
        buf_format(out, "%.*s  %.*s  %lld facts, %lld parked, %lld for a person\n",
                   (int)report->kind.len, report->kind.ptr, (int)report->name.len, report->name.ptr,
                   (long long)report->facts, (long long)report->parked, (long long)report->work);
    }
    for (size_t i = 0; i < listing->statement_count; i++)
        statement_text(cli, &listing->statements[i]);
    buf_format(out, "%zu open in the work list\n", listing->work_count);
}

static int status_run(struct cli *cli, struct args *args)
{
    struct listing *listing = arena_make(cli->cx->arena, struct listing);
    bool json = args_flag(args, "--json");
    struct str limit;

    listing->limit = LIST_DEFAULT;
    if (args_option(args, "--limit", &limit) &&
        (!str_to_int64(limit, &listing->limit) || listing->limit < 1 || listing->limit > LIST_MAX))
        return cli_usage(cli, "--limit is a number from 1 to 1000");
    if (!sepa_whose_read(args, &listing->whose))
        return sepa_which_merchant(cli);
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    err_t err = backend_read(cli->cx, cli->backend, status_body, listing);
    if (err != OK)
        return cli_refused(cli, err);
    if (json)
        status_json(cli, listing);
    else
        status_text(cli, listing);
    return EXIT_DONE;
}

/* --- calendar -----------------------------------------------------------------------------------
 */

static int calendar_run(struct cli *cli, struct args *args)
{
    bool json = args_flag(args, "--json");
    int64_t year = date_paris(cli->cx->now).year;
    bool first = true;
    struct str text;

    if (args_next(args, &text) &&
        (!str_to_int64(text, &year) || year < YEAR_MIN || year > YEAR_MAX))
        return cli_usage(cli, "the year is from 2000 to 2199");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    int64_t day = date_to_days((struct date){(int)year, 1, 1});
    if (json)
        buf_put_byte(&cli->out, '[');
    for (; date_from_days(day).year == (int)year; day++) {
        struct date date = date_from_days(day);
        int64_t weekday = (day + 3) % 7; /* 0: Monday; 1970 began on a Thursday */
        if (target_open(date) || weekday >= 5)
            continue;
        struct str shown = date_text(cli->cx->arena, date);
        if (json)
            buf_format(&cli->out, "%s\n  \"%s\"", first ? "" : ",", shown.ptr);
        else
            buf_format(&cli->out, "%s\n", shown.ptr);
        first = false;
    }
    if (json)
        buf_put_cstr(&cli->out, "\n]\n");
    return EXIT_DONE;
}

/* --- cancel -------------------------------------------------------------------------------------
 */

static err_t cancel_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct payment_id *id = arg;

    return bank_cancellation_ask(cx, tx, *id);
}

static int cancel_run(struct cli *cli, struct args *args)
{
    struct payment_id id;
    struct str text;

    if (!args_next(args, &text))
        return cli_usage(cli, "which payment?");
    if (str_starts(text, STR("paym_")))
        text = str_from(text, 5);
    if (!ID_PARSE(text, &id))
        return cli_usage(cli, "which payment?");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    err_t err = backend_write(cli->cx, cli->backend, cancel_body, &id);
    if (err != OK)
        return cli_refused(cli, err);
    buf_format(&cli->out, "%s asked\n", id.raw);
    return EXIT_DONE;
}

/* --- the command --------------------------------------------------------------------------------
 */

static int run(struct cli *cli, struct args *args)
{
    static const struct {
        struct str name;
        int (*run)(struct cli *cli, struct args *args);
    } PARTS[] = {
        {STR_INIT("export"),   export_run   },
        {STR_INIT("import"),   import_run   },
        {STR_INIT("status"),   status_run   },
        {STR_INIT("calendar"), calendar_run },
        {STR_INIT("cancel"),   cancel_run   },
        {STR_INIT("work"),     sepa_work_run},
    };
    struct str what;

    if (args_next(args, &what)) {
        for (size_t i = 0; i < ARRAY_LEN(PARTS); i++) {
            if (str_eq(what, PARTS[i].name))
                return PARTS[i].run(cli, args);
        }
    }
    return cli_usage(cli, "export, import, status, calendar, cancel or work?");
}

const struct command COMMAND_SEPA = {
    .name = "sepa",
    .summary = "files of debits and transfers to the bank, and from it",
    .help =
        "usage: guichet sepa export MERCHANT [--live] [--json]\n"
        "       guichet sepa export --again NUMBER [--json]\n"
        "       guichet sepa import FILE [--live] [--json]\n"
        "       guichet sepa status MERCHANT [--live] [--limit N] [--json]\n"
        "       guichet sepa calendar [YEAR] [--json]\n"
        "       guichet sepa cancel PAYMENT\n"
        "       guichet sepa work list MERCHANT [--live] [--json]\n"
        "       guichet sepa work match ID OBJECT\n"
        "       guichet sepa work charge ID\n"
        "       guichet sepa work explain ID TEXT\n"
        "       guichet sepa work release ID\n"
        "       guichet sepa work refuse ID\n"
        "       guichet sepa work close ID\n\n"
        "export makes the files that are due: live ones at once, those of test mode by the\n"
        "running server; --again gives up a blocked file, so that what it holds goes into\n"
        "another one. import reads a pain.002, camt.053, camt.054 or camt.029, as the folder\n"
        "sepa.in_dir does; the same file twice changes nothing. status shows the newest files\n"
        "of both ways, the last statement of each account, and how many of its numbers are\n"
        "missing or of its balances do not fit; work list what nothing explains and a person\n"
        "has to look at. Money of such a line is in suspense until that person says what it\n"
        "is: match, about a payment, refund or payout, or about a file or block of ours by its\n"
        "number; charge, the bank's own; explain, not of this book, and why. A transfer whose\n"
        "payee the bank does not know is held: release lets it go on, refuse gives its money\n"
        "back. close notes that somebody has seen to one that holds nothing. cancel notes that\n"
        "the bank was asked, on its portal, not to collect a debit; its answer is read.\n"
        "calendar prints the weekdays on which the banks rest.\n",
    .needs = NEEDS_STORE,
    .run = run,
};
