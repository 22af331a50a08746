#include <string.h>

#include "cli/cli.h"
#include "cli/file.h"
#include "http/fact_record.h"
#include "wire/json.h"

enum { RECORD_FILE_MAX = 8 * 1024 * 1024 };

/* What is printed: every fact, or with a record those that it does not touch. */
struct coverage {
    struct fact_record record;
    bool recorded;
    struct fact *shown;
    size_t shown_count;
    size_t shown_capacity;
    size_t facts;
};

/* The records that are named, in one. */
static err_t records_read(struct cli *cli, struct args *args, struct coverage *out)
{
    struct ctx *cx = cli->cx;
    struct str name;

    while (args_next(args, &name)) {
        struct str path = path_absolute(cx->arena, cli->here, name);
        struct str text;
        if (file_read(cx, path.ptr, RECORD_FILE_MAX, &text) != OK)
            return fault(cx, ERR_NOT_FOUND, "record", "cannot be read");
        char *spare = arena_alloc(cx->arena, text.len + JSON_SPARE);
        memcpy(spare, text.ptr, text.len);
        TRY(fact_record_read(cx, (struct str){spare, text.len}, &out->record));
        out->recorded = true;
    }
    return OK;
}

static void mount_look(struct arena *arena, const struct mount *mount, struct coverage *coverage)
{
    struct fact *facts;
    size_t count = facts_of(arena, mount, &facts);

    coverage->facts += count;
    for (size_t i = 0; i < count; i++) {
        if (coverage->recorded && fact_is_touched(&coverage->record, &facts[i]))
            continue;
        coverage->shown = arena_grow(arena, coverage->shown, sizeof(struct fact),
                                     coverage->shown_count, &coverage->shown_capacity);
        coverage->shown[coverage->shown_count++] = facts[i];
    }
}

static void print_text(struct cli *cli, const struct coverage *coverage)
{
    for (size_t i = 0; i < coverage->shown_count; i++) {
        struct str line = fact_text(cli->cx->arena, &coverage->shown[i]);
        buf_format(&cli->out, "%.*s\n", (int)line.len, line.ptr);
    }
    if (coverage->recorded)
        buf_format(&cli->out, "%zu of %zu facts of the seed pages are not touched\n",
                   coverage->shown_count, coverage->facts);
    else
        buf_format(&cli->out, "%zu facts of the seed pages\n", coverage->facts);
}

static void print_fact(struct cli *cli, const struct fact *fact)
{
    struct arena *arena = cli->cx->arena;
    struct buf *out = &cli->out;
    struct str route = STR_NONE;
    bool first = true;

    if (fact->route != NULL)
        route = str_format(arena, "%s%s", fact->mount->prefix, fact->route->pattern);
    print_member(out, 6, &first, "interface", str_of(fact->mount->title));
    print_member(out, 6, &first, "method",
                 fact->route == NULL ? STR_NONE : str_of(method_text(fact->route->method)));
    print_member(out, 6, &first, "route", route);
    print_member(out, 6, &first, "side", str_of(fact_side_text(fact->side)));
    print_member(out, 6, &first, "table",
                 fact->table == NULL ? STR_NONE : str_of(fact->table->name));
    print_member(out, 6, &first, "name", fact->name);
    print_member(out, 6, &first, "kind",
                 fact->row == NULL ? STR_NONE : str_of(fact_kind(fact->row)));
    print_member(out, 6, &first, "word", fact->word);
}

static void print_json(struct cli *cli, const struct coverage *coverage)
{
    struct buf *out = &cli->out;
    bool first = true;

    buf_put_byte(out, '{');
    print_member_int(out, 2, &first, "facts", (int64_t)coverage->facts);
    if (coverage->recorded)
        print_member_int(out, 2, &first, "untouched", (int64_t)coverage->shown_count);
    else
        print_member(out, 2, &first, "untouched", STR_NONE);
    buf_put_cstr(out, ",\n  \"rows\": [");
    for (size_t i = 0; i < coverage->shown_count; i++) {
        buf_put_cstr(out, i == 0 ? "\n    {" : ",\n    {");
        print_fact(cli, &coverage->shown[i]);
        buf_put_cstr(out, "\n    }");
    }
    buf_put_cstr(out, coverage->shown_count == 0 ? "]\n}\n" : "\n  ]\n}\n");
}

static int run(struct cli *cli, struct args *args)
{
    bool json = args_flag(args, "--json");
    struct coverage coverage = {.recorded = false};

    err_t err = records_read(cli, args, &coverage);
    if (err != OK)
        return cli_refused(cli, err);
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    for (size_t i = 0; i < cli->application->mount_count; i++)
        mount_look(cli->cx->arena, &cli->application->mounts[i], &coverage);
    if (json)
        print_json(cli, &coverage);
    else
        print_text(cli, &coverage);
    return coverage.recorded && coverage.shown_count > 0 ? EXIT_REFUSED : EXIT_DONE;
}

const struct command COMMAND_COVERAGE = {
    .name = "--coverage",
    .summary = "prints the facts of the seed pages, or those that no test touches",
    .help =
        "usage: guichet --coverage [RECORD...] [--json]\n\n"
        "The facts are the routes, fields, words and forms of error that the tables of the\n"
        "interfaces have from the seed pages. A RECORD is what the contract tests wrote down of a\n"
        "run (build/test-logs/coverage.json of ./test): with one, only the facts that it does not\n"
        "touch are printed, and the exit code is 1 when there are any.\n",
    .needs = NEEDS_NOTHING,
    .run = run,
};
