#include <string.h>

#include "cli/history.h"
#include "cli/work.h"
#include "core/settlement_work.h"

/* What the acquirer's files hold that matches nothing, for the operator (standards/cards.md 9). */
/* --- the list ------------------------------------------------------------------------------------
 */

static err_t work_open(struct ctx *cx, struct tx *tx, void **items, size_t *count)
{
    struct settlement_work *open;

    TRY(settlement_work_open(cx, tx, WORK_LIST_MAX, &open, count));
    *items = open;
    return OK;
}

static void work_json(struct cli *cli, const void *item)
{
    const struct settlement_work *work = item;
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

static void work_text(struct cli *cli, const void *item)
{
    const struct settlement_work *work = item;
    struct arena *arena = cli->cx->arena;

    buf_format(&cli->out, "%s  %-13s  %.*s  %14s  %.*s line %lld", work->id.raw,
               settled_kind_text(work->kind), (int)work->rrn.len, work->rrn.ptr,
               print_amount(arena, work->amount).ptr, (int)work->file.len, work->file.ptr,
               (long long)work->line);
    if (work->booked)
        buf_format(&cli->out, "  in suspense: %s", print_amount(arena, work->moved).ptr);
    buf_put_cstr(&cli->out, "\n");
}

/* --- decisions -----------------------------------------------------------------------------------
 */

static struct settlement_work_id line_of(const struct work_deciding *deciding)
{
    struct settlement_work_id id;

    memcpy(id.raw, deciding->id, sizeof id.raw);
    return id;
}

static err_t match_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct work_deciding *deciding = arg;

    return settlement_work_match(cx, tx, line_of(deciding), deciding->text);
}

static err_t charge_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return settlement_work_charge(cx, tx, line_of(arg));
}

static err_t explain_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct work_deciding *deciding = arg;

    return settlement_work_explain(cx, tx, line_of(deciding), deciding->text);
}

static const struct work_decision DECISIONS[] = {
    {STR_INIT("match"),   match_body,   "about which payment, refund or chargeback?", true,  "matched"  },
    {STR_INIT("charge"),  charge_body,  NULL,                                         false, "charged"  },
    {STR_INIT("explain"), explain_body, "what explains it?",                          false, "explained"},
};

static const struct work_list WORK = {
    .open = work_open,
    .item_size = sizeof(struct settlement_work),
    .json = work_json,
    .text = work_text,
    .decisions = DECISIONS,
    .decision_count = ARRAY_LEN(DECISIONS),
    .which = "which line? guichet settlement list shows their ids",
    .words = "list, match, charge or explain?",
};

/* --- the command ---------------------------------------------------------------------------------
 */

static int run(struct cli *cli, struct args *args)
{
    return work_list_run(cli, args, &WORK);
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
