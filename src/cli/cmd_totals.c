#include <string.h>

#include "cli/history.h"
#include "cli/work.h"
#include "core/reconciliation.h"

/* Business days that the acquirer counts otherwise than we do (standards/cards.md 3.1). */
/* --- the list ------------------------------------------------------------------------------------
 */

static err_t days_open(struct ctx *cx, struct tx *tx, void **items, size_t *count)
{
    struct reconciliation *days;

    TRY(reconciliations_differing(cx, tx, WORK_LIST_MAX, &days, count));
    *items = days;
    return OK;
}

static void totals_json(struct cli *cli, bool *first, const char *whose,
                        const struct card_totals *totals)
{
    struct buf *out = &cli->out;

    print_member_int(out, 4, first, str_format(cli->cx->arena, "%sdebits", whose).ptr,
                     totals->debits);
    print_member_int(out, 4, first, str_format(cli->cx->arena, "%sdebit", whose).ptr,
                     totals->debits_minor);
    print_member_int(out, 4, first, str_format(cli->cx->arena, "%scredits", whose).ptr,
                     totals->credits);
    print_member_int(out, 4, first, str_format(cli->cx->arena, "%scredit", whose).ptr,
                     totals->credits_minor);
}

static void day_json(struct cli *cli, const void *item)
{
    const struct reconciliation *day = item;
    struct buf *out = &cli->out;
    bool first = true;

    print_member(out, 4, &first, "id", ID_TEXT(day->id));
    print_member(out, 4, &first, "day", date_text(cli->cx->arena, day->day));
    print_member(out, 4, &first, "currency", str_of(currency_text(day->currency)));
    totals_json(cli, &first, "", &day->totals);
    totals_json(cli, &first, "their_", &day->theirs);
}

static void totals_text(struct cli *cli, const struct card_totals *totals, enum currency currency)
{
    struct arena *arena = cli->cx->arena;

    buf_format(&cli->out, "%lld debits %s, %lld credits %s", (long long)totals->debits,
               print_amount(arena, (struct money){totals->debits_minor, currency}).ptr,
               (long long)totals->credits,
               print_amount(arena, (struct money){totals->credits_minor, currency}).ptr);
}

static void day_text(struct cli *cli, const void *item)
{
    const struct reconciliation *day = item;

    buf_format(&cli->out, "%s  %s  ours: ", day->id.raw, date_text(cli->cx->arena, day->day).ptr);
    totals_text(cli, &day->totals, day->currency);
    buf_put_cstr(&cli->out, "; the acquirer's: ");
    totals_text(cli, &day->theirs, day->currency);
    buf_put_byte(&cli->out, '\n');
}

/* --- decisions -----------------------------------------------------------------------------------
 */

static err_t explain_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct work_deciding *deciding = arg;
    struct reconciliation_id id;

    memcpy(id.raw, deciding->id, sizeof id.raw);
    return reconciliation_explain(cx, tx, id, deciding->text);
}

static const struct work_decision DECISIONS[] = {
    {STR_INIT("explain"), explain_body, "what explains it?", false, "explained"},
};

static const struct work_list WORK = {
    .open = days_open,
    .item_size = sizeof(struct reconciliation),
    .json = day_json,
    .text = day_text,
    .decisions = DECISIONS,
    .decision_count = ARRAY_LEN(DECISIONS),
    .which = "which day? guichet totals list shows their ids",
    .words = "list or explain?",
};

/* --- the command ---------------------------------------------------------------------------------
 */

static int run(struct cli *cli, struct args *args)
{
    return work_list_run(cli, args, &WORK);
}

const struct command COMMAND_TOTALS = {
    .name = "totals",
    .summary = "days whose totals differ from the acquirer's",
    .help = "usage: guichet totals list MERCHANT [--live] [--json]\n"
            "       guichet totals explain DAY NOTE\n\n"
            "After midnight the captures and refunds of each day are compared with the "
            "acquirer's. A day\n"
            "that differs is compared again for three nights, and guichet verify reports it until "
            "a person\n"
            "has explained it. When one of its totals changes after that, it is reported again.\n",
    .needs = NEEDS_STORE,
    .run = run,
};
