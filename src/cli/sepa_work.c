#include <string.h>

#include "cli/sepa.h"
#include "cli/work.h"
#include "core/bank_work.h"

/* --- the list -----------------------------------------------------------------------------------
 */

static err_t work_open(struct ctx *cx, struct tx *tx, void **items, size_t *count)
{
    struct bank_work *open;

    TRY(bank_work_open(cx, tx, WORK_LIST_MAX, &open, count));
    *items = open;
    return OK;
}

static void work_json(struct cli *cli, const void *item)
{
    const struct bank_work *work = item;
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

static void work_text(struct cli *cli, const void *item)
{
    const struct bank_work *work = item;
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

/* --- decisions ----------------------------------------------------------------------------------
 */

static struct bank_work_id row_of(const struct work_deciding *deciding)
{
    struct bank_work_id id;

    memcpy(id.raw, deciding->id, sizeof id.raw);
    return id;
}

static err_t close_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return bank_work_close(cx, tx, row_of(arg));
}

static err_t match_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct work_deciding *deciding = arg;

    return bank_work_match(cx, tx, row_of(deciding), deciding->text, &deciding->more);
}

static err_t charge_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return bank_work_charge(cx, tx, row_of(arg));
}

static err_t explain_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct work_deciding *deciding = arg;

    return bank_work_explain(cx, tx, row_of(deciding), deciding->text);
}

static err_t release_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return bank_work_release(cx, tx, row_of(arg));
}

static err_t refuse_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return bank_work_refuse(cx, tx, row_of(arg));
}

static const char MATCH[] = "about which payment, refund, payout or file?";

static const struct work_decision DECISIONS[] = {
    {STR_INIT("close"),   close_body,   NULL,                false, "closed"   },
    {STR_INIT("match"),   match_body,   MATCH,               true,  "matched"  },
    {STR_INIT("charge"),  charge_body,  NULL,                false, "charged"  },
    {STR_INIT("explain"), explain_body, "what explains it?", false, "explained"},
    {STR_INIT("release"), release_body, NULL,                false, "released" },
    {STR_INIT("refuse"),  refuse_body,  NULL,                false, "refused"  },
};

static const struct work_list WORK = {
    .open = work_open,
    .item_size = sizeof(struct bank_work),
    .json = work_json,
    .text = work_text,
    .decisions = DECISIONS,
    .decision_count = ARRAY_LEN(DECISIONS),
    .which = "which one? guichet sepa work list shows their ids",
    .words = "work list, match, charge, explain, release, refuse or close?",
};

int sepa_work_run(struct cli *cli, struct args *args)
{
    return work_list_run(cli, args, &WORK);
}
