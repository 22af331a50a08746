#include "base/must.h"
#include "cli/backend.h"
#include "cli/history.h"
#include "cli/sepa.h"
#include "core/settlement_work.h"

/* What the acquirer's files hold that matches nothing, for the operator (standards/cards.md 9). */
enum { LIST_MAX = 1000 };

struct listing {
    struct sepa_whose whose;
    struct settlement_work *items;
    size_t count;
};

/* --- the list ------------------------------------------------------------------------------------
 */

static err_t list_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct listing *listing = arg;

    TRY(sepa_whose_begin(cx, tx, &listing->whose));
    return settlement_work_open(cx, tx, LIST_MAX, &listing->items, &listing->count);
}

static void work_json(struct cli *cli, const struct settlement_work *work)
{
    struct money suspense = {work->booked ? work->moved.minor : 0, work->moved.currency};
    struct buf *out = &cli->out;
    bool first = true;

    print_member(out, 4, &first, "id", ID_TEXT(work->id));
    print_member(out, 4, &first, "kind", str_of(settled_kind_text(work->kind)));
    print_member(out, 4, &first, "reference", work->rrn);
    print_member_int(out, 4, &first, "amount", work->amount.minor);
    print_member(out, 4, &first, "currency", str_of(currency_text(work->amount.currency)));
    print_member_int(out, 4, &first, "suspense", suspense.minor);
    print_member(out, 4, &first, "file", work->file);
    print_member_int(out, 4, &first, "line", work->line);
    print_member(out, 4, &first, "created", print_instant(cli->cx->arena, work->created));
}

static void work_text(struct cli *cli, const struct settlement_work *work)
{
    struct arena *arena = cli->cx->arena;

    buf_format(&cli->out, "%s  %-13s  %.*s  %14s  %.*s line %lld", work->id.raw,
               settled_kind_text(work->kind), (int)work->rrn.len, work->rrn.ptr,
               print_amount(arena, work->amount).ptr, (int)work->file.len, work->file.ptr,
               (long long)work->line);
    if (work->booked)
        buf_format(&cli->out, "  in suspense: %s", print_amount(arena, work->moved).ptr);
    buf_put_cstr(&cli->out, "\n");
}

static int list_run(struct cli *cli, struct args *args)
{
    struct listing *listing = arena_make(cli->cx->arena, struct listing);
    bool json = args_flag(args, "--json");

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
        if (!json) {
            work_text(cli, &listing->items[i]);
            continue;
        }
        buf_put_cstr(&cli->out, i == 0 ? "\n  {" : ",\n  {");
        work_json(cli, &listing->items[i]);
        buf_put_cstr(&cli->out, "\n  }");
    }
    buf_put_cstr(&cli->out, json ? "\n]\n" : "");
    return EXIT_DONE;
}

/* --- decisions -----------------------------------------------------------------------------------
 */

struct deciding {
    struct settlement_work_id id;
    struct str text;
};

static err_t match_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct deciding *deciding = arg;

    return settlement_work_match(cx, tx, deciding->id, deciding->text);
}

static err_t charge_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct deciding *deciding = arg;

    return settlement_work_charge(cx, tx, deciding->id);
}

static err_t explain_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct deciding *deciding = arg;

    return settlement_work_explain(cx, tx, deciding->id, deciding->text);
}

static const struct decision {
    struct str name;
    tx_body *body;
    const char *asks; /* for a text; or NULL */
    const char *done;
} DECISIONS[] = {
    {STR_INIT("match"),   match_body,   "about which payment, refund or chargeback?", "matched"  },
    {STR_INIT("charge"),  charge_body,  NULL,                                         "charged"  },
    {STR_INIT("explain"), explain_body, "what explains it?",                          "explained"},
};

static int decision_run(struct cli *cli, struct args *args, const struct decision *decision)
{
    struct deciding *deciding = arena_make(cli->cx->arena, struct deciding);
    struct str text;

    if (!args_next(args, &text) || !ID_PARSE(text, &deciding->id))
        return cli_usage(cli, "which line? guichet settlement list shows their ids");
    if (decision->asks != NULL && !args_next(args, &deciding->text))
        return cli_usage(cli, decision->asks);
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    if (decision->body == match_body)
        deciding->text = sepa_object_name(deciding->text);
    err_t err = backend_write(cli->cx, cli->backend, decision->body, deciding);
    if (err != OK)
        return cli_refused(cli, err);
    buf_format(&cli->out, "%s %s\n", deciding->id.raw, decision->done);
    return EXIT_DONE;
}

/* --- the command ---------------------------------------------------------------------------------
 */

static int run(struct cli *cli, struct args *args)
{
    struct str what = STR_NONE;

    if (args_next(args, &what) && str_eq(what, STR("list")))
        return list_run(cli, args);
    for (size_t i = 0; i < ARRAY_LEN(DECISIONS); i++) {
        if (str_eq(what, DECISIONS[i].name))
            return decision_run(cli, args, &DECISIONS[i]);
    }
    return cli_usage(cli, "list, match, charge or explain?");
}

const struct command COMMAND_SETTLEMENT = {
    .name = "settlement",
    .summary = "lines of the acquirer's files that match nothing",
    .help = "usage: guichet settlement list MERCHANT [--live] [--json]\n"
            "       guichet settlement match LINE OBJECT\n"
            "       guichet settlement charge LINE\n"
            "       guichet settlement explain LINE NOTE\n\n"
            "What such a line moved on the bank's account lies in suspense until a person decides: "
            "it is\n"
            "about a payment that waits for its settlement, a refund that was sent or an open "
            "chargeback\n"
            "(match), it is a charge of the acquirer (charge), or it is not of this book "
            "(explain).\n",
    .needs = NEEDS_STORE,
    .run = run,
};
