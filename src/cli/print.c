#include "cli/cli.h"
#include "wire/json.h"

static void member_begin(struct buf *out, int indent, bool *first, const char *name)
{
    buf_put(out, *first ? STR("\n") : STR(",\n"));
    *first = false;
    for (int i = 0; i < indent; i++)
        buf_put_byte(out, ' ');
    json_put_text(out, str_of(name));
    buf_put(out, STR(": "));
}

void print_member(struct buf *out, int indent, bool *first, const char *name, struct str text)
{
    member_begin(out, indent, first, name);
    if (text.ptr == NULL)
        json_put_null(out);
    else
        json_put_text(out, text);
}

void print_member_int(struct buf *out, int indent, bool *first, const char *name, int64_t value)
{
    member_begin(out, indent, first, name);
    buf_put_int(out, value);
}

struct str print_instant(struct arena *arena, instant at)
{
    return at == 0 ? STR_NONE : instant_rfc3339(arena, at);
}

int cli_usage(struct cli *cli, const char *what)
{
    const char *name = cli->command == NULL ? "" : cli->command->name;

    buf_format(&cli->err, "guichet%s%s: %s\n", name[0] == '\0' ? "" : " ", name, what);
    buf_format(&cli->err, "Try: guichet%s%s --help\n", name[0] == '\0' ? "" : " ", name);
    return EXIT_USAGE;
}

int cli_refused(struct cli *cli, err_t err)
{
    const struct ctx *cx = cli->cx;
    const char *name = cli->command == NULL ? "" : cli->command->name;

    if (cx->fault_count == 0)
        buf_format(&cli->err, "guichet %s: %s\n", name, err_text(err));
    for (size_t i = 0; i < cx->fault_count; i++) {
        const struct fault *made = &cx->faults[i];
        buf_format(&cli->err, "guichet %s: %s%s%s\n", name, made->field == NULL ? "" : made->field,
                   made->field == NULL ? "" : " ", made->text);
    }
    return EXIT_REFUSED;
}

int cli_leftover(struct cli *cli, struct args *args)
{
    if (args->count == 0)
        return cli->checking ? CHECKED : EXIT_DONE;
    struct str why = str_format(cli->cx->arena, "what is \"%.*s\"?", (int)args->items[0].len,
                                args->items[0].ptr);
    return cli_usage(cli, why.ptr);
}
