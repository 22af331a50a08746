#include "core/bank_report.h"

#include "base/must.h"
#include "core/bank_fact.h"
#include "core/bank_known.h"
#include "core/task.h"
#include "store/sql.h"

ENUM_DEFINE(bank_says, BANK_SAYS_LIST)
ENUM_DEFINE(bank_trouble, BANK_TROUBLE_LIST)
ENUM_DEFINE(bank_outcome, BANK_OUTCOME_LIST)

/* --- received files -----------------------------------------------------------------------------
 */

static void report_row(struct rows *rows, struct bank_report *out)
{
    *out = (struct bank_report){
        .sha256 = col_text(rows, 0),
        .kind = col_text(rows, 1),
        .version = col_int(rows, 2),
        .msg_id = col_text(rows, 3),
        .sender = col_text(rows, 4),
        .name = col_text(rows, 5),
        .warning = col_text(rows, 6),
        .bytes = col_int(rows, 7),
        .imported = str_eq(col_text(rows, 8), STR("imported")),
        .replaced = col_int(rows, 9) != 0,
        .facts = col_int(rows, 10),
        .known = col_int(rows, 11),
        .parked = col_int(rows, 12),
        .work = col_int(rows, 13),
        .created = col_int(rows, 14),
    };
}

err_t bank_report_load(struct ctx *cx, struct tx *tx, struct str sha, struct bank_report *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_BANK_REPORT_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(sha)), &rows,
                        &found));
    if (!found)
        return ERR_NOT_FOUND;
    report_row(rows, out);
    rows_end(rows);
    return OK;
}

err_t bank_reports_newest(struct ctx *cx, struct tx *tx, int64_t limit, struct bank_report **out,
                          size_t *count)
{
    size_t capacity = 0;
    struct rows *rows;
    bool has;

    *out = NULL;
    TRY(store_query(cx, tx, &SQL_BANK_REPORT_NEWEST,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_INT(limit)), &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        report_row(rows, &(*out)[*count]);
    }
}

/* A bank that sends the same report with other bytes has corrected it: both are read. */
static err_t replaces_read(struct ctx *cx, struct tx *tx, struct bank_report *report)
{
    struct rows *rows;
    bool found;

    report->replaced = false;
    if (report->msg_id.len == 0)
        return OK;
    TRY(store_query_one(cx, tx, &SQL_BANK_REPORT_SAME,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                             V_TEXT(report->msg_id), V_TEXT(report->kind),
                             V_TEXT(report->sender.len > 0 ? report->sender : STR(""))),
                        &rows, &found));
    must(found);
    report->replaced = col_int(rows, 0) > 0;
    rows_end(rows);
    return OK;
}

err_t bank_report_begin(struct ctx *cx, struct tx *tx, struct bank_report *report)
{
    struct bank_report old;

    must(report->sha256.len == 64);
    err_t err = bank_report_load(cx, tx, report->sha256, &old);
    if (err == OK)
        *report = old;
    if (err != ERR_NOT_FOUND)
        return err;
    TRY(replaces_read(cx, tx, report));
    report->created = cx->now;
    return store_run(cx, tx, &SQL_BANK_REPORT_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(report->sha256),
                          V_TEXT(report->kind), V_INT(report->version), V_TEXT(report->msg_id),
                          V_TEXT(report->sender), V_TEXT(report->name), V_TEXT(report->warning),
                          V_INT(report->bytes), V_INT(report->replaced), V_INT(report->created)));
}

err_t bank_report_end(struct ctx *cx, struct tx *tx, struct str sha)
{
    return store_run(
        cx, tx, &SQL_BANK_REPORT_END,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(sha), V_INT(cx->now)));
}

/* --- facts --------------------------------------------------------------------------------------
 */

/* Its row, once it is known what it does. */
static err_t fact_insert(struct ctx *cx, struct tx *tx, const struct bank_facts *facts,
                         const struct bank_fact *fact, enum bank_outcome outcome)
{
    struct str day = fact->day.year != 0 ? date_text(cx->arena, fact->day) : STR_NONE;
    int64_t serial = known_add(facts->known, fact);

    TRY(store_run(
        cx, tx, &SQL_BANK_FACT_INSERT,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_INT(serial), V_TEXT(fact->key),
             V_TEXT(facts->report), V_WORD(bank_says_text(fact->says)), V_TEXT(fact->source),
             V_WORD(bank_outcome_text(outcome)), V_TEXT(fact->message), V_TEXT(fact->payment_info),
             V_TEXT(fact->instruction), V_TEXT(fact->end_to_end), V_TEXT(fact->reason),
             V_INT_IF(fact->amount_cents != 0, fact->amount_cents),
             V_INT_IF(fact->original_cents != 0, fact->original_cents), V_INT(fact->charge_cents),
             V_INT(fact->is_reversal), V_TEXT(day), V_INT(cx->now))));
    if (outcome != BANK_PARKED)
        return OK;
    return task_put(cx, tx, TASK_BANK_PARKED, cx->merchant.raw, cx->now + PARKED_DAYS * DAY_US);
}

struct counts {
    int64_t facts;
    int64_t known;
    int64_t parked;
    int64_t work;
};

static err_t counts_write(struct ctx *cx, struct tx *tx, struct str report,
                          const struct counts *counts)
{
    return store_run(cx, tx, &SQL_BANK_REPORT_COUNT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(report),
                          V_INT(counts->facts), V_INT(counts->known), V_INT(counts->parked),
                          V_INT(counts->work)));
}

static void outcome_count(struct counts *counts, enum bank_outcome outcome)
{
    counts->facts++;
    counts->parked += outcome == BANK_PARKED ? 1 : 0;
    counts->work += outcome == BANK_TO_WORK ? 1 : 0;
}

/* A new fact that settles nothing as expected. */
static err_t other_apply(struct ctx *cx, struct tx *tx, const struct bank_facts *facts,
                         const struct bank_fact *fact, struct effect *effect, struct counts *counts)
{
    TRY(bank_fact_effect(cx, tx, fact, effect));
    /* It is told of again in another transaction, or belongs to somebody else. */
    if (effect->unfinished || effect->elsewhere)
        return OK;
    outcome_count(counts, effect->outcome);
    return fact_insert(cx, tx, facts, fact, effect->outcome);
}

static err_t fact_apply(struct ctx *cx, struct tx *tx, const struct bank_facts *facts,
                        struct settle *settle, struct effect *effect, struct counts *counts)
{
    const struct bank_fact *fact = &facts->items[facts->done];
    bool is_known;
    bool settles;

    effect->unfinished = false;
    TRY(known_find(cx, tx, facts->known, fact, &is_known));
    if (is_known) {
        counts->known++;
        return OK;
    }
    TRY(settle_take(cx, tx, settle, facts->done, &settles));
    if (settles) {
        effect->room--;
        outcome_count(counts, BANK_APPLIED);
        return fact_insert(cx, tx, facts, fact, BANK_APPLIED);
    }
    TRY(settle_flush(cx, tx, settle));
    TRY(other_apply(cx, tx, facts, fact, effect, counts));
    settle_forget(settle, effect);
    return OK;
}

static err_t facts_apply(struct ctx *cx, struct tx *tx, struct bank_facts *facts,
                         struct effect *effect, struct counts *counts)
{
    struct settle *settle;

    TRY(settle_begin(cx, tx, facts, effect, &settle));
    TRY(known_begin(cx, tx, facts->known));
    for (facts->done = facts->from; facts->done < facts->count && effect->room > 0; facts->done++) {
        TRY(fact_apply(cx, tx, facts, settle, effect, counts));
        if (effect->unfinished)
            break;
    }
    TRY(settle_flush(cx, tx, settle));
    return known_end(cx, tx, facts->known);
}

err_t bank_facts_apply(struct ctx *cx, struct tx *tx, struct bank_facts *facts)
{
    struct effect effect = {.profile = facts->profile,
                            .report = facts->report,
                            .shared = facts->shared,
                            .room = BANK_EFFECTS_MAX};
    struct counts counts = {0};

    must(facts->count <= BANK_FACTS_MAX);
    must(facts->from <= facts->count);
    TRY(facts_apply(cx, tx, facts, &effect, &counts));
    return counts_write(cx, tx, facts->report, &counts);
}

/* --- what is parked -----------------------------------------------------------------------------
 */

struct parked_fact {
    struct bank_fact fact;
    struct str report;
    instant created;
    int64_t serial;
};

static void parked_row(struct rows *rows, struct parked_fact *out)
{
    struct str source = col_text(rows, 2);

    *out = (struct parked_fact){
        .fact = {.key = col_text(rows, 0),
                 .source = source,
                 .statement = str_eq(source, STR("camt.053")),
                 .ours = true,
                 .message = col_text(rows, 3),
                 .payment_info = col_text(rows, 4),
                 .instruction = col_text(rows, 5),
                 .end_to_end = col_text(rows, 6),
                 .reason = col_text(rows, 7),
                 .amount_cents = col_int(rows, 8),
                 .original_cents = col_int(rows, 9),
                 .charge_cents = col_int(rows, 13),
                 .is_reversal = col_int(rows, 14) != 0},
        .report = col_text(rows, 12),
        .created = col_int(rows, 11),
        .serial = col_int(rows, 15),
    };
    must(bank_says_parse(col_text(rows, 1), &out->fact.says));
    if (!col_null(rows, 10))
        must(date_parse(col_text(rows, 10), &out->fact.day));
}

static err_t parked_read(struct ctx *cx, struct tx *tx, const struct bank_parked *parked,
                         struct parked_fact *out, size_t *count)
{
    struct rows *rows;
    bool has;

    TRY(store_query(cx, tx, &SQL_BANK_FACT_PARKED,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_INT(parked->from),
                         V_INT(parked->from_serial), V_INT(BANK_FACTS_MAX)),
                    &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        parked_row(rows, &out[*count]);
    }
}

err_t bank_fact_load(struct ctx *cx, struct tx *tx, struct str key, struct date day,
                     struct bank_fact *out)
{
    struct parked_fact one;
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_BANK_FACT_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                             V_TEXT(known_scope_of_day(cx->arena, day)), V_TEXT(key)),
                        &rows, &found));
    must(found);
    parked_row(rows, &one);
    *out = one.fact;
    rows_end(rows);
    return OK;
}

static err_t parked_settle(struct ctx *cx, struct tx *tx, const struct parked_fact *one,
                           struct effect *effect)
{
    bool over = one->created + PARKED_DAYS * DAY_US <= cx->now;

    if (effect->outcome == BANK_PARKED && !over)
        return OK;
    if (effect->outcome == BANK_PARKED)
        TRY(bank_fact_unexplained(cx, tx, &one->fact, effect));
    return store_run(cx, tx, &SQL_BANK_FACT_EXPLAIN,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_INT(one->serial),
                          V_WORD(bank_outcome_text(effect->outcome))));
}

/* When the oldest of those that are left will have waited too long. */
static err_t parked_again(struct ctx *cx, struct tx *tx)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_BANK_FACT_OLDEST_PARKED,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode))), &rows, &found));
    must(found);
    if (col_null(rows, 0))
        return task_done(cx, tx, TASK_BANK_PARKED, cx->merchant.raw);
    return task_again(cx, tx, TASK_BANK_PARKED, cx->merchant.raw,
                      col_int(rows, 0) + PARKED_DAYS * DAY_US);
}

err_t bank_parked_try(struct ctx *cx, struct tx *tx, struct bank_parked *parked)
{
    struct parked_fact *list = arena_array(cx->arena, struct parked_fact, BANK_FACTS_MAX);
    struct effect effect = {.profile = parked->profile, .room = BANK_EFFECTS_MAX};
    size_t count;

    TRY(parked_read(cx, tx, parked, list, &count));
    parked->more = count == BANK_FACTS_MAX;
    parked->explained = 0;
    parked->until = parked->from;
    parked->until_serial = parked->from_serial;
    for (size_t i = 0; i < count; i++) {
        const struct parked_fact *one = &list[i];
        effect.report = one->report;
        TRY(bank_fact_effect(cx, tx, &one->fact, &effect));
        parked->more |= effect.unfinished || effect.room <= 0;
        if (effect.unfinished)
            return OK;
        if (effect.elsewhere)
            effect.outcome = BANK_HISTORY;
        parked->explained += effect.outcome == BANK_PARKED ? 0 : 1;
        TRY(parked_settle(cx, tx, one, &effect));
        parked->until = one->created;
        parked->until_serial = one->serial;
        if (effect.room <= 0)
            return OK;
    }
    return parked->more ? OK : parked_again(cx, tx);
}
