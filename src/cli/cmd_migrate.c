#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "cli/file.h"
#include "cli/move.h"
#include "store/store.h"

static const char FROM[] = "--from";
static const char TO[] = "--to";
static const char SQLITE_URL[] = "sqlite:";

/* --- the schema --- */

static int schema_run(struct cli *cli, struct args *args, bool json)
{
    int code = cli_leftover(cli, args);

    if (code != EXIT_DONE)
        return code;
    /* The store was opened with migrations, here or by the server: there is nothing left to do. */
    int schema = store_schema(cli->backend->store);
    if (json)
        buf_format(&cli->out, "{\"schema\": %d, \"newest\": %d}\n", schema, store_schema_known());
    else
        buf_format(&cli->out, "The database has schema %d, the newest.\n", schema);
    return EXIT_DONE;
}

/* --- moving --- */

static bool is_move(const struct args *args)
{
    struct args copy = *args;
    struct str ignored;

    return args_option(&copy, FROM, &ignored) || args_option(&copy, TO, &ignored);
}

static bool is_directory(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* "sqlite:DIR" is the file that a data directory has its database in. */
static const char *url_whole(struct cli *cli, struct str url)
{
    struct arena *arena = cli->cx->arena;

    if (!str_starts(url, str_of(SQLITE_URL)) || url.len == strlen(SQLITE_URL))
        return str_cstr(arena, url);
    struct str path = path_absolute(arena, cli->here, str_from(url, strlen(SQLITE_URL)));
    return str_format(arena, "%s%s%s", SQLITE_URL, path.ptr,
                      is_directory(path.ptr) ? "/guichet.db" : "")
        .ptr;
}

static void move_json(struct cli *cli, const struct move_report *report)
{
    struct buf *out = &cli->out;
    bool first = true;

    buf_put_cstr(out, "{\n  ");
    print_member(out, 2, &first, "from", str_of(report->from));
    print_member(out, 2, &first, "to", str_of(report->to));
    print_member_int(out, 2, &first, "schema", report->schema);
    buf_format(out, ",\n  \"resumed\": %s", report->resumed ? "true" : "false");
    print_member_int(out, 2, &first, "rows", report->rows);
    print_member_int(out, 2, &first, "copy_ms", report->copy_us / 1000);
    print_member_int(out, 2, &first, "compare_ms", report->compare_us / 1000);
    buf_put_cstr(out, ",\n  \"tables\": [");
    for (size_t i = 0; i < report->table_count; i++) {
        const struct moved_table *table = &report->tables[i];
        buf_format(out,
                   "%s\n    {\"table\": \"%.*s\", \"rows\": %lld, \"copied\": %lld, \"ms\": %lld}",
                   i == 0 ? "" : ",", (int)table->name.len, table->name.ptr, (long long)table->rows,
                   (long long)table->copied, (long long)table->us / 1000);
    }
    buf_put_cstr(out, "\n  ],\n  \"ledger\": [");
    for (size_t i = 0; i < report->sums.count; i++) {
        const struct ledger_sum *sum = &report->sums.items[i];
        buf_format(out,
                   "%s\n    {\"account\": \"%.*s\", \"currency\": \"%.*s\", \"balances\": %lld, "
                   "\"amount_minor\": %lld}",
                   i == 0 ? "" : ",", (int)sum->account.len, sum->account.ptr,
                   (int)sum->currency.len, sum->currency.ptr, (long long)sum->balances,
                   (long long)sum->amount_minor);
    }
    buf_put_cstr(out, "\n  ]\n}\n");
}

/* Seconds with one decimal. */
static void seconds_put(struct buf *out, int64_t us)
{
    int64_t tenths = (us + SECOND_US / 20) / (SECOND_US / 10);

    buf_format(out, "%4lld.%lld s", (long long)tenths / 10, (long long)tenths % 10);
}

static void tables_text(struct cli *cli, const struct move_report *report)
{
    size_t empty = 0;

    for (size_t i = 0; i < report->table_count; i++) {
        const struct moved_table *table = &report->tables[i];
        if (table->rows == 0) {
            empty++;
            continue;
        }
        buf_format(&cli->out, "  %-22.*s %10lld rows ", (int)table->name.len, table->name.ptr,
                   (long long)table->rows);
        seconds_put(&cli->out, table->us);
        if (table->copied < table->rows)
            buf_format(&cli->out, "   %lld were there from before",
                       (long long)(table->rows - table->copied));
        buf_put_cstr(&cli->out, "\n");
    }
    buf_format(&cli->out, "  and %zu tables without rows.\n", empty);
}

static void move_text(struct cli *cli, const struct move_report *report)
{
    buf_format(&cli->out, "From %s to %s, schema %d:\n", report->from, report->to, report->schema);
    tables_text(cli, report);
    buf_format(&cli->out, "%lld rows were copied in", (long long)report->rows);
    seconds_put(&cli->out, report->copy_us);
    buf_put_cstr(&cli->out, ", then read back and compared in");
    seconds_put(&cli->out, report->compare_us);
    buf_put_cstr(&cli->out, ": all are the same.\n");
    for (size_t i = 0; i < report->sums.count; i++) {
        const struct ledger_sum *sum = &report->sums.items[i];
        buf_format(&cli->out, "  %-20.*s %.*s %16lld in %lld balances\n", (int)sum->account.len,
                   sum->account.ptr, (int)sum->currency.len, sum->currency.ptr,
                   (long long)sum->amount_minor, (long long)sum->balances);
    }
    buf_put_cstr(
        &cli->out,
        "Both ledgers have these sums.\n\n"
        "Next: write the address given with --to into guichet.conf, as url of [store]; the\n"
        "key-encryption key and the rest of the data directory stay what they are. Then\n"
        "guichet verify proves the books, before guichet serve opens. The source is as it "
        "was;\nno server may be started on it again.\n");
}

static int move_run(struct cli *cli, struct args *args, bool json)
{
    struct move_report report;
    struct str from;
    struct str to;

    if (!args_option(args, FROM, &from))
        return cli_usage(cli, "--from what?");
    if (!args_option(args, TO, &to))
        return cli_usage(cli, "--to what?");
    if (!store_url_fits(from) || !store_url_fits(to))
        return cli_usage(cli, "--from and --to begin with sqlite: or postgresql:");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    err_t err = move_database(cli->cx, url_whole(cli, from), url_whole(cli, to), &report);
    if (err != OK)
        return cli_refused(cli, err);
    if (json)
        move_json(cli, &report);
    else
        move_text(cli, &report);
    return EXIT_DONE;
}

static int run(struct cli *cli, struct args *args)
{
    bool json = args_flag(args, "--json");

    return is_move(args) ? move_run(cli, args, json) : schema_run(cli, args, json);
}

const struct command COMMAND_MIGRATE = {
    .name = "migrate",
    .summary = "brings the database's schema up to date, or moves it to another engine",
    .help =
        "usage: guichet migrate [--json]\n"
        "       guichet migrate --from URL --to URL [--json]\n\n"
        "Applies the migrations that the database does not have yet. serve does it too, at its "
        "start.\n"
        "A database that is newer than this program is refused.\n\n"
        "  --from   moves instead: copies everything in the database at this address,\n"
        "  --to     into the empty database at this one, reads both back and compares them.\n"
        "           \"sqlite:DIR\" for a data directory that is there, \"sqlite:FILE\" for the "
        "file "
        "itself,\n"
        "           or \"postgresql://...\", whose password belongs in ~/.pgpass or PGPASSFILE. No "
        "server\n"
        "           may use either. When it is ended too early, the same command goes on; until "
        "then the\n"
        "           target is refused by all others. docs/operations.md tells what else there is "
        "to do\n",
    .needs = NEEDS_MIGRATION,
    .needs_nothing = is_move,
    .run = run,
};
