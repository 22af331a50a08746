#include "cli/cli.h"
#include "cli/file.h"
#include "cli/pdf_child.h"
#include "wire/json.h"

/* Reads electronic invoices and tells which rules they break (docs/einvoice.md). */

struct examined {
    struct str path;
    struct einvoice_file file;
    struct einvoice_report report;
    err_t err;
};

static void examine(struct ctx *cx, struct examined *examined)
{
    struct arena *arena = cx->arena;
    struct einvoice_file *file = &examined->file;

    examined->report = einvoice_report_new(arena);
    examined->err =
        file_read(cx, str_cstr(arena, examined->path), EINVOICE_BYTES_MAX, &file->bytes);
    if (examined->err == OK)
        examined->err = EINVOICE_JUDGE.read(arena, file, &examined->report);
    if (examined->err == OK)
        EINVOICE_JUDGE.check(arena, &file->invoice, &examined->report);
}

/* --- as text -------------------------------------------------------------------------------------
 */

static void failure_print(struct buf *out, const struct einvoice_failure *failure)
{
    buf_format(out, "  %-12s %-7s ", failure->rule, failure->term == NULL ? "" : failure->term);
    if (failure->at > 0)
        buf_format(out, "[%zu] ", failure->at);
    buf_format(out, "%s\n", failure->text);
}

static void examined_print(struct buf *out, const struct examined *examined)
{
    const struct einvoice_file *file = &examined->file;

    buf_put(out, examined->path);
    if (examined->err == OK)
        buf_format(out, ": %s, %.*s", einvoice_format_text(file->format),
                   (int)file->invoice.number.len, file->invoice.number.ptr);
    if (examined->err != OK && examined->report.count == 0)
        buf_format(out, ": cannot be read (%s)\n", err_text(examined->err));
    else if (examined->report.count == 0)
        buf_put_cstr(out, ": good\n");
    else
        buf_format(out, ": breaks %zu rules\n", examined->report.count + examined->report.more);
    for (size_t i = 0; i < examined->report.count; i++)
        failure_print(out, &examined->report.failures[i]);
}

/* --- as JSON -------------------------------------------------------------------------------------
 */

static void failure_json(struct buf *out, const struct einvoice_failure *failure, bool comma)
{
    bool first = true;

    buf_put_cstr(out, comma ? ",\n      {" : "\n      {");
    print_member(out, 7, &first, "rule", str_of(failure->rule));
    print_member(out, 7, &first, "term", failure->term == NULL ? STR_NONE : str_of(failure->term));
    print_member_int(out, 7, &first, "at", (int64_t)failure->at);
    print_member(out, 7, &first, "text", str_of(failure->text));
    buf_put_cstr(out, "}");
}

static void examined_json(struct buf *out, const struct examined *examined)
{
    const struct einvoice_file *file = &examined->file;
    bool first = true;

    buf_put_cstr(out, "  {");
    print_member(out, 4, &first, "file", examined->path);
    print_member(out, 4, &first, "result", str_of(err_text(examined->err)));
    print_member(out, 4, &first, "format",
                 file->format == 0 ? STR_NONE : str_of(einvoice_format_text(file->format)));
    print_member(out, 4, &first, "number", file->invoice.number);
    buf_put_cstr(out, ",\n    \"failures\": [");
    for (size_t i = 0; i < examined->report.count; i++)
        failure_json(out, &examined->report.failures[i], i > 0);
    buf_put_cstr(out, "]\n  }");
}

/* --- the command ---------------------------------------------------------------------------------
 */

static bool is_good(const struct examined *examined)
{
    return examined->err == OK && examined->report.count == 0;
}

/* Each file has an arena of its own. */
static bool one_run(struct cli *cli, struct str path, bool json, bool comma)
{
    struct arena *arena = arena_new(EINVOICE_ARENA_MAX);
    struct ctx cx = {.arena = arena};
    struct examined examined = {.path = path};

    examine(&cx, &examined);
    if (json) {
        buf_put_cstr(&cli->out, comma ? ",\n" : "");
        examined_json(&cli->out, &examined);
    } else {
        examined_print(&cli->out, &examined);
    }
    bool good = is_good(&examined);
    arena_free(arena);
    return good;
}

static int run(struct cli *cli, struct args *args)
{
    bool json = args_flag(args, "--json");
    struct str paths[ARGS_MAX];
    size_t count = 0;
    bool good = true;

    while (count < ARGS_MAX && args_next(args, &paths[count]))
        count++;
    int code = count == 0 ? cli_usage(cli, "which files?") : cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    buf_put_cstr(&cli->out, json ? "[\n" : "");
    for (size_t i = 0; i < count; i++) {
        struct str path = path_absolute(cli->cx->arena, cli->here, paths[i]);
        good = one_run(cli, path, json, i > 0) && good;
    }
    buf_put_cstr(&cli->out, json ? "\n]\n" : "");
    return good ? EXIT_DONE : EXIT_REFUSED;
}

const struct command COMMAND_EXAMINE = {
    .name = "examine",
    .summary = "tells which rules electronic invoices break",
    .help = "usage: guichet examine FILE... [--json]\n\n"
            "Reads invoices in the formats Factur-X, CII and UBL and checks them by the rules of\n"
            "EN 16931 and of France. 0: all of them are good. 1: one is not.\n",
    .needs = NEEDS_NOTHING,
    .run = run,
};
