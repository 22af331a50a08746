#include "cli/work.h"

#include "cli/backend.h"
#include "cli/sepa.h"

struct listing {
    struct sepa_whose whose;
    const struct work_list *work;
    void *items;
    size_t count;
};

static err_t list_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct listing *listing = arg;

    TRY(sepa_whose_begin(cx, tx, &listing->whose));
    return listing->work->open(cx, tx, &listing->items, &listing->count);
}

static int list_run(struct cli *cli, struct args *args, const struct work_list *work)
{
    struct listing *listing = arena_make(cli->cx->arena, struct listing);
    bool json = args_flag(args, "--json");

    listing->work = work;
    if (!sepa_whose_read(args, &listing->whose))
        return sepa_which_merchant(cli);
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    err_t err = backend_read(cli->cx, cli->backend, list_body, listing);
    if (err != OK)
        return cli_refused(cli, err);
    buf_put_cstr(&cli->out, json ? "[" : "");
    for (size_t i = 0; i < listing->count; i++) {
        const void *item = (const char *)listing->items + i * work->item_size;
        if (!json) {
            work->text(cli, item);
            continue;
        }
        buf_put_cstr(&cli->out, i == 0 ? "\n  {" : ",\n  {");
        work->json(cli, item);
        buf_put_cstr(&cli->out, "\n  }");
    }
    buf_put_cstr(&cli->out, json ? "\n]\n" : "");
    return EXIT_DONE;
}

/* An id without the prefix that interfaces put before it; any other text as it is. */
static struct str object_name(struct str text)
{
    bool has_prefix = text.len == 5 + ID_LEN && text.ptr[4] == '_';

    return has_prefix ? str_from(text, 5) : text;
}

static int decision_run(struct cli *cli, struct args *args, const struct work_list *work,
                        const struct work_decision *decision)
{
    struct work_deciding *deciding = arena_make(cli->cx->arena, struct work_deciding);
    struct str text;

    if (!args_next(args, &text) || !id_parse(text, deciding->id))
        return cli_usage(cli, work->which);
    if (decision->asks != NULL && !args_next(args, &deciding->text))
        return cli_usage(cli, decision->asks);
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    if (decision->of_object)
        deciding->text = object_name(deciding->text);
    do {
        deciding->more = false;
        err_t err = backend_write(cli->cx, cli->backend, decision->body, deciding);
        if (err != OK)
            return cli_refused(cli, err);
    } while (deciding->more);
    buf_format(&cli->out, "%s %s\n", deciding->id, decision->done);
    return EXIT_DONE;
}

int work_list_run(struct cli *cli, struct args *args, const struct work_list *work)
{
    struct str what = STR_NONE;

    if (args_next(args, &what) && str_eq(what, STR("list")))
        return list_run(cli, args, work);
    for (size_t i = 0; i < work->decision_count; i++) {
        if (str_eq(what, work->decisions[i].name))
            return decision_run(cli, args, work, &work->decisions[i]);
    }
    return cli_usage(cli, work->words);
}
