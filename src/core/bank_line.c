#include "core/bank_line.h"

#include "base/must.h"
#include "core/event.h"
#include "core/ledger.h"
#include "store/sql.h"

ENUM_DEFINE(bank_line_state, BANK_LINE_LIST)

static struct money euro(int64_t cents)
{
    return (struct money){cents, CURRENCY_EUR};
}

static err_t line_insert(struct ctx *cx, struct tx *tx, struct bank_line *line)
{
    bool waits = line->state == BANK_LINE_SUSPENSE;

    must(line->cents != 0);
    ID_NEW(cx->ids, &line->id);
    return store_run(cx, tx, &SQL_BANK_LINE_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(line->id),
                          V_TEXT(line->fact), V_WORD(bank_line_state_text(line->state)),
                          V_INT(line->cents),
                          V_TEXT(line->day.year != 0 ? date_text(cx->arena, line->day) : STR_NONE),
                          V_TEXT(id_text(line->object)), V_ID(line->work), V_INT(cx->now),
                          V_INT_IF(!waits, cx->now)));
}

static struct bank_line line_of(const struct bank_fact *fact, int64_t cents, const char *object)
{
    struct bank_line line = {.fact = fact->key, .cents = cents, .day = fact->day};

    if (object[0] != '\0')
        must(id_parse(str_of(object), line.object));
    return line;
}

err_t bank_line_charge(struct ctx *cx, struct tx *tx, const struct bank_fact *fact, int64_t cents,
                       const char *object)
{
    struct bank_line line = line_of(fact, cents, object);

    line.state = BANK_LINE_CHARGE;
    TRY(line_insert(cx, tx, &line));
    TRY(event_put(cx, tx, "bank.line", line.id.raw, bank_line_state_text(line.state)));
    return ledger_bank_charged(cx, tx, line.id.raw, euro(cents));
}

static err_t line_read(struct ctx *cx, struct tx *tx, const struct sql *sql,
                       const struct value *args, size_t count, struct bank_line *out, bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, sql, args, count, &rows, found));
    if (!*found)
        return OK;
    *out = (struct bank_line){.fact = col_text(rows, 2), .cents = col_int(rows, 4)};
    col_id(rows, 0, out->id.raw);
    must(bank_line_state_parse(col_text(rows, 1), &out->state));
    col_id(rows, 3, out->object);
    if (!col_null(rows, 5))
        must(date_parse(col_text(rows, 5), &out->day));
    col_id(rows, 6, out->work.raw);
    rows_end(rows);
    return OK;
}

static err_t opposite_find(struct ctx *cx, struct tx *tx, const char *object, int64_t cents,
                           struct bank_line *out, bool *found)
{
    *found = false;
    if (object[0] == '\0')
        return OK;
    return line_read(
        cx, tx, &SQL_BANK_LINE_OPPOSITE,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(object), V_INT(-cents)), out,
        found);
}

err_t bank_line_waits(struct ctx *cx, struct tx *tx, const char *object, int64_t cents, bool *out)
{
    struct bank_line line;

    return opposite_find(cx, tx, object, cents, &line, out);
}

err_t bank_line_of_work(struct ctx *cx, struct tx *tx, struct bank_work_id work,
                        struct bank_line *out, bool *found)
{
    return line_read(cx, tx, &SQL_BANK_LINE_OF_WORK,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(work)), out, found);
}

static err_t line_move(struct ctx *cx, struct tx *tx, struct bank_line *line,
                       enum bank_line_state to, struct str matched, struct str note)
{
    must(line->state == BANK_LINE_SUSPENSE);
    line->state = to;
    TRY(store_run(cx, tx, &SQL_BANK_LINE_MOVE,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(line->id),
                       V_WORD(bank_line_state_text(to)), V_TEXT(matched), V_TEXT(note),
                       V_INT(cx->now))));
    TRY(event_put(cx, tx, "bank.line", line->id.raw, bank_line_state_text(to)));
    return bank_work_over(cx, tx, line->work);
}

err_t bank_line_hold(struct ctx *cx, struct tx *tx, const struct bank_fact *fact, int64_t cents,
                     struct bank_work *work, bool *balanced)
{
    struct bank_line line = line_of(fact, cents, work->object);
    struct bank_line other;

    TRY(opposite_find(cx, tx, line.object, cents, &other, balanced));
    if (!*balanced) {
        TRY(bank_work_put(cx, tx, work));
        line.work = work->id;
    }
    line.state = *balanced ? BANK_LINE_BALANCED : BANK_LINE_SUSPENSE;
    TRY(line_insert(cx, tx, &line));
    TRY(event_put(cx, tx, "bank.line", line.id.raw, bank_line_state_text(line.state)));
    TRY(ledger_bank_suspended(cx, tx, line.id.raw, euro(cents)));
    return *balanced ? line_move(cx, tx, &other, BANK_LINE_BALANCED, STR_NONE, STR_NONE) : OK;
}

err_t bank_line_clear(struct ctx *cx, struct tx *tx, struct bank_line *line,
                      enum bank_line_state to, struct str text)
{
    bool matched = to == BANK_LINE_MATCHED;

    TRY(line_move(cx, tx, line, to, matched ? text : STR_NONE, matched ? STR_NONE : text));
    if (to == BANK_LINE_CHARGE)
        return ledger_suspense_charged(cx, tx, line->id.raw, euro(line->cents));
    must(matched || to == BANK_LINE_EXPLAINED);
    return ledger_suspense_cleared(cx, tx, line->id.raw, euro(line->cents));
}
