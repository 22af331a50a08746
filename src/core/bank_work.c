#include "core/bank_work.h"

#include "base/must.h"
#include "core/bank_fact_internal.h"
#include "core/bank_line.h"
#include "core/event.h"
#include "core/note.h"
#include "store/sql.h"

/* --- reading ------------------------------------------------------------------------------------
 */

static void work_row(struct rows *rows, struct bank_work *out)
{
    *out = (struct bank_work){
        .report = col_text(rows, 3),
        .reference = col_text(rows, 4),
        .reason = col_text(rows, 5),
        .amount_cents = col_int(rows, 6),
        .day = col_text(rows, 7),
        .created = col_int(rows, 8),
        .closed = col_int(rows, 9),
        .suspense_cents = col_int(rows, 10),
        .payee_name = col_text(rows, 11),
        .holds = col_int(rows, 12) != 0,
    };
    col_id(rows, 0, out->id.raw);
    must(bank_trouble_parse(col_text(rows, 1), &out->what));
    col_id(rows, 2, out->object);
}

err_t bank_work_open(struct ctx *cx, struct tx *tx, int64_t limit, struct bank_work **out,
                     size_t *count)
{
    size_t capacity = 0;
    struct rows *rows;
    bool has;

    *out = NULL;
    TRY(store_query(cx, tx, &SQL_BANK_WORK_OPEN,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_INT(limit)), &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        work_row(rows, &(*out)[*count]);
    }
}

/* --- making -------------------------------------------------------------------------------------
 */

struct bank_work bank_work_of(struct ctx *cx, const struct bank_fact *fact, struct str report,
                              enum bank_trouble what, const char *object)
{
    struct bank_work work = {
        .what = what,
        .report = report,
        .reference = fact->end_to_end,
        .reason = fact->reason,
        .amount_cents = fact->amount_cents,
        .day = fact->day.year != 0 ? date_text(cx->arena, fact->day) : STR_NONE,
    };

    if (object[0] != '\0')
        must(id_parse(str_of(object), work.object));
    if (work.reference.len == 0)
        work.reference = fact->payment_info.len > 0 ? fact->payment_info : fact->message;
    if (work.reference.len == 0)
        work.reference = STR_NONE;
    return work;
}

err_t bank_work_put(struct ctx *cx, struct tx *tx, struct bank_work *work)
{
    ID_NEW(cx->ids, &work->id);
    TRY(store_run(cx, tx, &SQL_BANK_WORK_INSERT,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(work->id),
                       V_WORD(bank_trouble_text(work->what)), V_TEXT(id_text(work->object)),
                       V_TEXT(work->report), V_TEXT(work->reference), V_TEXT(work->reason),
                       V_INT_IF(work->amount_cents != 0, work->amount_cents), V_TEXT(work->day),
                       V_INT(cx->now))));
    return event_put(cx, tx, "bank.work", work->object[0] != '\0' ? work->object : work->id.raw,
                     bank_trouble_text(work->what));
}

err_t bank_work_over(struct ctx *cx, struct tx *tx, struct bank_work_id id)
{
    int64_t changed;

    TRY(store_run_count(
        cx, tx, &SQL_BANK_WORK_CLOSE,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id), V_INT(cx->now)), &changed));
    return changed == 0 ? OK : event_put(cx, tx, "bank.work", id.raw, "closed");
}

/* --- a person's decisions -----------------------------------------------------------------------
 */

/* Open, with its line when it holds one. */
static err_t work_take(struct ctx *cx, struct tx *tx, struct bank_work_id id,
                       struct bank_work *work, struct bank_line *line, bool *holds)
{
    struct rows *rows;
    bool found;

    TRY(merchant_enter_owner(cx, tx, &SQL_BANK_WORK_OWNER, "work", id.raw));
    TRY(store_query_one(cx, tx, &SQL_BANK_WORK_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        &found));
    must(found);
    work_row(rows, work);
    rows_end(rows);
    if (work->closed != 0)
        return fault_object(cx, ERR_STATE, "work", "is closed already", id.raw);
    return bank_line_of_work(cx, tx, id, line, holds);
}

static err_t line_take(struct ctx *cx, struct tx *tx, struct bank_work_id id,
                       struct bank_work *work, struct bank_line *line)
{
    bool holds = false;

    TRY(work_take(cx, tx, id, work, line, &holds));
    return holds ? OK
                 : fault_object(cx, ERR_STATE, "work", "holds no money in suspense: close it",
                                id.raw);
}

/* The transfer that it is about; *held: it holds it. */
static err_t transfer_read(struct ctx *cx, struct tx *tx, const struct bank_work *work,
                           struct bank_item *out, bool *found, bool *held)
{
    *found = false;
    if (work->what == BANK_PAYEE && work->object[0] != '\0')
        TRY(bank_item_find(cx, tx, work->object, out, found));
    *held = *found && ID_EQ(out->held, work->id);
    return OK;
}

err_t bank_work_close(struct ctx *cx, struct tx *tx, struct bank_work_id id)
{
    struct bank_item item = {.block = 0};
    struct bank_work work;
    struct bank_line line;
    bool found;
    bool holds = false;
    bool held;

    TRY(work_take(cx, tx, id, &work, &line, &holds));
    TRY(transfer_read(cx, tx, &work, &item, &found, &held));
    if (held)
        return fault_object(cx, ERR_STATE, "work", "holds a transfer: release or refuse it",
                            id.raw);
    if (holds)
        return fault_object(cx, ERR_STATE, "work",
                            "holds money in suspense: match, charge or explain it", id.raw);
    return bank_work_over(cx, tx, id);
}

err_t bank_work_match(struct ctx *cx, struct tx *tx, struct bank_work_id id, struct str subject,
                      bool *more)
{
    struct effect effect = {.room = BANK_EFFECTS_MAX, .by_hand = true};
    struct bank_profile profile;
    struct bank_fact fact;
    struct bank_work work;
    struct bank_line line = {.cents = 0};

    *more = false;
    TRY(line_take(cx, tx, id, &work, &line));
    TRY(bank_profile_load(cx, tx, cx->merchant, &profile));
    TRY(bank_fact_load(cx, tx, line.fact, line.day, &fact));
    effect.profile = &profile;
    effect.report = work.report;
    if (fact_day_is_odd(cx, &fact))
        fact.day = (struct date){0};
    fact.says = line.cents > 0 ? BANK_SAYS_CREDIT : BANK_SAYS_DEBIT;
    fact.amount_cents = line.cents > 0 ? line.cents : -line.cents;
    fact.statement = bank_profile_books(&profile, true, fact.day);
    TRY(bank_fact_match(cx, tx, &fact, subject, &effect));
    *more = effect.unfinished;
    return *more ? OK : bank_line_clear(cx, tx, &line, BANK_LINE_MATCHED, subject);
}

static err_t transfer_take(struct ctx *cx, struct tx *tx, struct bank_work_id id,
                           struct bank_item *item, bool *held)
{
    struct bank_work work;
    struct bank_line line;
    bool found;
    bool holds = false;

    TRY(work_take(cx, tx, id, &work, &line, &holds));
    TRY(transfer_read(cx, tx, &work, item, &found, held));
    return found ? OK : fault_object(cx, ERR_STATE, "work", "is about no transfer", id.raw);
}

err_t bank_work_release(struct ctx *cx, struct tx *tx, struct bank_work_id id)
{
    struct bank_item item = {.block = 0};
    bool held;

    TRY(transfer_take(cx, tx, id, &item, &held));
    if (!held)
        return fault_object(cx, ERR_STATE, "work", "holds no transfer: close it", id.raw);
    item.held.raw[0] = '\0';
    TRY(bank_item_write(cx, tx, &item));
    TRY(event_put(cx, tx, "bank.payee", item.object, "released"));
    return bank_work_over(cx, tx, id);
}

err_t bank_work_refuse(struct ctx *cx, struct tx *tx, struct bank_work_id id)
{
    struct bank_item item = {.block = 0};
    bool held;

    TRY(transfer_take(cx, tx, id, &item, &held));
    if (!item_is_open(&item))
        return fault_object(cx, ERR_STATE, "work", "is about a transfer that is over", id.raw);
    item.held.raw[0] = '\0';
    TRY(item_refuse(cx, tx, &item, item.payee));
    TRY(event_put(cx, tx, "bank.payee", item.object, "refused"));
    return bank_work_over(cx, tx, id);
}

err_t bank_work_charge(struct ctx *cx, struct tx *tx, struct bank_work_id id)
{
    struct bank_work work;
    struct bank_line line;

    TRY(line_take(cx, tx, id, &work, &line));
    return bank_line_clear(cx, tx, &line, BANK_LINE_CHARGE, STR_NONE);
}

err_t bank_work_explain(struct ctx *cx, struct tx *tx, struct bank_work_id id, struct str note)
{
    struct bank_work work;
    struct bank_line line;

    TRY(note_check(cx, note));
    TRY(line_take(cx, tx, id, &work, &line));
    return bank_line_clear(cx, tx, &line, BANK_LINE_EXPLAINED, note);
}
