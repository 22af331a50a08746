#include "core/reconciliation.h"

#include "base/must.h"
#include "core/event.h"
#include "core/merchant.h"
#include "core/note.h"
#include "core/task.h"
#include "store/sql.h"

ENUM_DEFINE(reconciliation_state, RECONCILIATION_STATE_LIST)

static const char KIND[] = "reconciliation";

err_t reconciliation_open(struct ctx *cx, struct tx *tx, instant sent, enum currency currency)
{
    struct date day = date_paris(sent);
    struct reconciliation_id id;
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_RECONCILIATION_FIND_DAY,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                             V_TEXT(date_text(cx->arena, day)), V_WORD(currency_text(currency))),
                        &rows, &found));
    if (found)
        return OK;
    ID_NEW(cx->ids, &id);
    TRY(store_run(cx, tx, &SQL_RECONCILIATION_INSERT,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id),
                       V_TEXT(date_text(cx->arena, day)), V_WORD(currency_text(currency)),
                       V_INT(cx->now))));
    return task_put(cx, tx, TASK_RECONCILE, id.raw, task_day_end(day));
}

static struct card_totals totals_read(struct rows *rows, int column)
{
    return (struct card_totals){
        .credits = col_int(rows, column),
        .credits_minor = col_int(rows, column + 1),
        .debits = col_int(rows, column + 2),
        .debits_minor = col_int(rows, column + 3),
    };
}

static void row_read(struct rows *rows, struct reconciliation *out)
{
    *out = (struct reconciliation){
        .trace = {.stan = col_int(rows, 4), .sent = col_int(rows, 5)},
        .totals = totals_read(rows, 6),
        .theirs = totals_read(rows, 10),
    };
    col_id(rows, 0, out->id.raw);
    must(reconciliation_state_parse(col_text(rows, 1), &out->state));
    must(date_parse(col_text(rows, 2), &out->day));
    must(currency_parse(col_text(rows, 3), &out->currency));
}

err_t reconciliation_load(struct ctx *cx, struct tx *tx, struct reconciliation_id id,
                          struct reconciliation *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_RECONCILIATION_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        &found));
    if (!found)
        return ERR_NOT_FOUND;
    row_read(rows, out);
    return OK;
}

/* --- totals
 * ------------------------------------------------------------------------------------------ */

struct span {
    instant from;
    instant until;
};

/* What the hours of one day in UTC add. */
static err_t part_add(struct ctx *cx, struct tx *tx, const struct reconciliation *of,
                      struct span span, struct card_totals *out, int64_t *unanswered)
{
    struct wall first = wall_utc(span.from);
    struct wall last = wall_utc(span.until - 1);
    int year = first.date.year % 10;
    int64_t number =
        date_to_days(first.date) - date_to_days((struct date){first.date.year, 1, 1}) + 1;
    struct rows *rows;
    bool found;

    must(date_compare(first.date, last.date) == 0);
    /* ':' comes after the digits. */
    struct str from = str_format(cx->arena, "%d%03d%02d", year, (int)number, first.hour);
    struct str until = str_format(cx->arena, "%d%03d%02d:", year, (int)number, last.hour);
    TRY(store_query_one(cx, tx, &SQL_RECONCILIATION_TOTALS,
                        ARGS(V_ID(cx->merchant), V_TEXT(from), V_TEXT(until),
                             V_WORD(mode_text(cx->mode)), V_WORD(currency_text(of->currency)),
                             V_INT(span.from), V_INT(span.until)),
                        &rows, &found));
    must(found);
    out->credits += col_int(rows, 0);
    out->credits_minor += col_int(rows, 1);
    out->debits += col_int(rows, 2);
    out->debits_minor += col_int(rows, 3);
    *unanswered += col_int(rows, 4);
    return OK;
}

static instant paris_midnight(int64_t days)
{
    return instant_paris((struct wall){.date = date_from_days(days)});
}

err_t reconciliation_totals(struct ctx *cx, struct tx *tx,
                            const struct reconciliation *reconciliation, struct card_totals *out,
                            int64_t *unanswered)
{
    int64_t days = date_to_days(reconciliation->day);
    instant begin = paris_midnight(days);
    instant end = paris_midnight(days + 1);
    /* Paris is ahead of UTC, so a day there is two parts of days here. */
    instant midnight = instant_utc((struct wall){.date = reconciliation->day});

    must(begin < midnight && midnight < end);
    *out = (struct card_totals){0};
    *unanswered = 0;
    TRY(part_add(cx, tx, reconciliation, (struct span){begin, midnight}, out, unanswered));
    return part_add(cx, tx, reconciliation, (struct span){midnight, end}, out, unanswered);
}

/* --- the message
 * ------------------------------------------------------------------------------------- */

err_t reconciliation_sent(struct ctx *cx, struct tx *tx,
                          const struct reconciliation *reconciliation)
{
    const struct card_totals *totals = &reconciliation->totals;

    return store_run(cx, tx, &SQL_RECONCILIATION_SENT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(reconciliation->id),
                          V_INT(reconciliation->trace.stan), V_INT(reconciliation->trace.sent),
                          V_INT(totals->credits), V_INT(totals->credits_minor),
                          V_INT(totals->debits), V_INT(totals->debits_minor),
                          V_WORD(reconciliation_state_text(reconciliation->state))));
}

err_t reconciliation_answered(struct ctx *cx, struct tx *tx,
                              const struct reconciliation *reconciliation, bool balanced,
                              const struct card_totals *theirs)
{
    enum reconciliation_state state =
        balanced ? RECONCILIATION_BALANCED : RECONCILIATION_OUT_OF_BALANCE;

    TRY(store_run(cx, tx, &SQL_RECONCILIATION_ANSWERED,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(reconciliation->id),
                       V_WORD(reconciliation_state_text(state)), V_INT(theirs->credits),
                       V_INT(theirs->credits_minor), V_INT(theirs->debits),
                       V_INT(theirs->debits_minor), V_INT(cx->now),
                       V_INT(reconciliation->trace.stan), V_INT(reconciliation->trace.sent))));
    return event_put(cx, tx, "reconciliation.state", reconciliation->id.raw,
                     reconciliation_state_text(state));
}

/* --- a person's part
 * --------------------------------------------------------------------------------- */

err_t reconciliations_differing(struct ctx *cx, struct tx *tx, int64_t limit,
                                struct reconciliation **out, size_t *count)
{
    struct rows *rows;
    bool has;

    must(limit >= 1);
    *out = arena_array(cx->arena, struct reconciliation, (size_t)limit);
    TRY(store_query(cx, tx, &SQL_RECONCILIATIONS_DIFFERING,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_INT(limit)), &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        must(*count < (size_t)limit);
        row_read(rows, &(*out)[*count]);
    }
}

err_t reconciliation_explain(struct ctx *cx, struct tx *tx, struct reconciliation_id id,
                             struct str note)
{
    int64_t explained;

    TRY(note_check(cx, note));
    TRY(merchant_enter_owner(cx, tx, &SQL_RECONCILIATION_OWNER, KIND, id.raw));
    TRY(store_run_count(cx, tx, &SQL_RECONCILIATION_EXPLAIN,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id),
                             V_TEXT(note), V_INT(cx->now)),
                        &explained));
    if (explained == 0)
        return fault_object(cx, ERR_STATE, KIND, "does not differ, or is explained already",
                            id.raw);
    return event_put(cx, tx, "reconciliation.state", id.raw, "explained");
}
