#include "base/must.h"
#include "cli/backend.h"
#include "cli/sepa.h"
#include "core/bank_work.h"

struct work_listing {
    struct sepa_whose whose;
    struct bank_work *items;
    size_t count;
};

/* --- the list -----------------------------------------------------------------------------------
 */

static err_t work_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct work_listing *listing = arg;

    TRY(sepa_whose_begin(cx, tx, &listing->whose));
    return bank_work_open(cx, tx, SEPA_WORK_MAX, &listing->items, &listing->count);
}

static void work_json(struct cli *cli, const struct bank_work *work)
{
    struct buf *out = &cli->out;
    bool first = true;

    print_member(out, 4, &first, "id", ID_TEXT(work->id));
    print_member(out, 4, &first, "what", str_of(bank_trouble_text(work->what)));
    print_member(out, 4, &first, "object", id_text(work->object));
    print_member(out, 4, &first, "report", work->report);
    print_member(out, 4, &first, "reference", work->reference);
    print_member(out, 4, &first, "reason", work->reason);
    print_member_int(out, 4, &first, "amount", work->amount_cents);
    print_member_int(out, 4, &first, "suspense", work->suspense_cents);
    print_member(out, 4, &first, "day", work->day);
    print_member(out, 4, &first, "payee_name", work->payee_name);
    print_member_int(out, 4, &first, "holds", work->holds);
    print_member(out, 4, &first, "created", print_instant(cli->cx->arena, work->created));
}

static void work_text(struct cli *cli, const struct bank_work *work)
{
    struct str day = work->day.len > 0 ? work->day : STR("-");
    struct str reference = work->reference.len > 0 ? work->reference : STR("-");
    struct str reason = work->reason.len > 0 ? work->reason : STR("-");

    buf_format(&cli->out, "%s  %-13s  %.*s  %12s  %.*s  %.*s", work->id.raw,
               bank_trouble_text(work->what), (int)day.len, day.ptr,
               sepa_cents(cli->cx->arena, work->amount_cents).ptr, (int)reason.len, reason.ptr,
               (int)reference.len, reference.ptr);
    if (work->suspense_cents != 0)
        buf_format(&cli->out, "  in suspense: %s",
                   sepa_cents(cli->cx->arena, work->suspense_cents).ptr);
    if (work->payee_name.len > 0)
        buf_format(&cli->out, "  the bank knows: %.*s", (int)work->payee_name.len,
                   work->payee_name.ptr);
    buf_put_cstr(&cli->out, work->holds ? "  held\n" : "\n");
}

static int work_list_run(struct cli *cli, struct args *args)
{
    struct work_listing *listing = arena_make(cli->cx->arena, struct work_listing);
    bool json = args_flag(args, "--json");

    if (!sepa_whose_read(args, &listing->whose))
        return sepa_which_merchant(cli);
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    err_t err = backend_read(cli->cx, cli->backend, work_body, listing);
    if (err != OK)
        return cli_refused(cli, err);
    if (json)
        buf_put_byte(&cli->out, '[');
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

/* --- decisions ----------------------------------------------------------------------------------
 */

struct deciding {
    struct bank_work_id id;
    struct str text;
    bool more;
};

static err_t close_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct deciding *deciding = arg;

    return bank_work_close(cx, tx, deciding->id);
}

static err_t match_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct deciding *deciding = arg;

    return bank_work_match(cx, tx, deciding->id, deciding->text, &deciding->more);
}

static err_t charge_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct deciding *deciding = arg;

    return bank_work_charge(cx, tx, deciding->id);
}

static err_t explain_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct deciding *deciding = arg;

    return bank_work_explain(cx, tx, deciding->id, deciding->text);
}

static err_t release_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct deciding *deciding = arg;

    return bank_work_release(cx, tx, deciding->id);
}

static err_t refuse_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct deciding *deciding = arg;

    return bank_work_refuse(cx, tx, deciding->id);
}

static const struct decision {
    struct str name;
    tx_body *body;
    const char *asks; /* for a text; or NULL */
    const char *done;
} DECISIONS[] = {
    {STR_INIT("close"),   close_body,   NULL,                                           "closed"   },
    {STR_INIT("match"),   match_body,   "about which payment, refund, payout or file?", "matched"  },
    {STR_INIT("charge"),  charge_body,  NULL,                                           "charged"  },
    {STR_INIT("explain"), explain_body, "what explains it?",                            "explained"},
    {STR_INIT("release"), release_body, NULL,                                           "released" },
    {STR_INIT("refuse"),  refuse_body,  NULL,                                           "refused"  },
};

struct str sepa_object_name(struct str text)
{
    bool has_prefix = text.len == 5 + ID_LEN && text.ptr[4] == '_';

    return has_prefix ? str_from(text, 5) : text;
}

static int decision_run(struct cli *cli, struct args *args, const struct decision *decision)
{
    struct deciding *deciding = arena_make(cli->cx->arena, struct deciding);
    struct str text;

    if (!args_next(args, &text) || !ID_PARSE(text, &deciding->id))
        return cli_usage(cli, "which one? guichet sepa work list shows their ids");
    if (decision->asks != NULL && !args_next(args, &deciding->text))
        return cli_usage(cli, decision->asks);
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    if (decision->body == match_body)
        deciding->text = sepa_object_name(deciding->text);
    do {
        deciding->more = false;
        err_t err = backend_write(cli->cx, cli->backend, decision->body, deciding);
        if (err != OK)
            return cli_refused(cli, err);
    } while (deciding->more);
    buf_format(&cli->out, "%s %s\n", deciding->id.raw, decision->done);
    return EXIT_DONE;
}

int sepa_work_run(struct cli *cli, struct args *args)
{
    struct str what = STR_NONE;

    if (args_next(args, &what) && str_eq(what, STR("list")))
        return work_list_run(cli, args);
    for (size_t i = 0; i < ARRAY_LEN(DECISIONS); i++) {
        if (str_eq(what, DECISIONS[i].name))
            return decision_run(cli, args, &DECISIONS[i]);
    }
    return cli_usage(cli, "work list, match, charge, explain, release, refuse or close?");
}
