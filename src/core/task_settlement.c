#include <stddef.h>
#include <string.h>

#include "base/log.h"
#include "base/must.h"
#include "core/dispute.h"
#include "core/settlement_work.h"
#include "core/task_run.h"
#include "store/sql.h"

/* Lines booked in one transaction; how soon to ask again when no file can be had. */
enum { LINES_AT_ONCE = 200, ASK_AGAIN_MINUTES = 5 };

/* The file may say anything, another currency too. */
static bool same_money(struct money ours, struct money theirs)
{
    return ours.currency == theirs.currency && ours.minor == theirs.minor;
}

static err_t debit_settle(struct ctx *cx, struct tx *tx, const struct settled_line *line)
{
    struct attempt capture;
    struct payment payment;

    TRY(attempt_find(cx, tx, str_of(line->rrn), CARD_CAPTURE, &capture));
    TRY(payment_load(cx, tx, capture.payment, &payment));
    if (!same_money(payment.amount, line->amount))
        return ERR_NOT_FOUND;
    if (payment.state == PAYMENT_CAPTURED || payment.state == PAYMENT_DISPUTED)
        return OK; /* settled before: the same line again */
    if (payment.state != PAYMENT_CAPTURE_SENT)
        return ERR_NOT_FOUND;
    return payment_settle(cx, tx, &payment, line->kept_minor);
}

static err_t credit_settle(struct ctx *cx, struct tx *tx, const struct settled_line *line)
{
    struct attempt message;
    struct refund refund;
    struct refund_id id;

    TRY(attempt_find(cx, tx, str_of(line->rrn), CARD_REFUND, &message));
    memcpy(id.raw, message.object, sizeof id.raw);
    TRY(refund_load(cx, tx, id, &refund));
    if (!same_money(refund.amount, line->amount))
        return ERR_NOT_FOUND;
    if (refund.state == REFUND_REFUNDED)
        return OK;
    if (refund.state == REFUND_TO_REFUND) /* the file was quicker than the answer */
        TRY(refund_sent(cx, tx, &refund));
    if (refund.state != REFUND_SENT)
        return ERR_NOT_FOUND;
    return refund_settled(cx, tx, &refund);
}

static err_t chargeback_settle(struct ctx *cx, struct tx *tx, const struct settlement_call *file,
                               const struct settled_line *line)
{
    struct str place = str_format(cx->arena, "%.*s:%lld", (int)file->hash.len, file->hash.ptr,
                                  (long long)line->number);
    struct attempt authorisation;

    TRY(attempt_find(cx, tx, str_of(line->rrn), CARD_AUTHORISE, &authorisation));
    return dispute_settle(cx, tx, authorisation.payment, line->amount, place);
}

/* Like a chargeback it names the authorisation. */
static err_t representment_settle(struct ctx *cx, struct tx *tx, const struct settled_line *line)
{
    struct attempt authorisation;

    TRY(attempt_find(cx, tx, str_of(line->rrn), CARD_AUTHORISE, &authorisation));
    return dispute_represented(cx, tx, authorisation.payment, line->amount, line->kept_minor);
}

static err_t line_match(struct ctx *cx, struct tx *tx, const struct settlement_call *file,
                        const struct settled_line *line)
{
    switch (line->kind) {
    case SETTLED_DEBIT:
        return debit_settle(cx, tx, line);
    case SETTLED_CREDIT:
        return credit_settle(cx, tx, line);
    case SETTLED_CHARGEBACK:
        return chargeback_settle(cx, tx, file, line);
    case SETTLED_REPRESENTMENT:
        return representment_settle(cx, tx, line);
    case SETTLED_FEE:
    case SETTLED_REVERSAL:
        return ERR_NOT_FOUND; /* for a person to book */
    }
    must_fail(__FILE__, __LINE__, "kind is a member");
}

static bool goes_back(const struct settled_line *line)
{
    return line->kind == SETTLED_CREDIT || line->kind == SETTLED_CHARGEBACK;
}

/* What the acquirer takes beside the money that goes back: on the work list like a line of its own,
 * since the book of a refund or a dispute is for its amount alone. */
static err_t fee_import(struct ctx *cx, struct tx *tx, const struct settlement_call *file,
                        const struct settled_line *line)
{
    struct settled_line fee = *line;

    if (!goes_back(line) || line->kept_minor == 0)
        return OK;
    fee.kind = SETTLED_FEE;
    fee.amount.minor = line->kept_minor;
    fee.kept_minor = 0;
    return settlement_work_put(cx, tx, file->name, &fee);
}

/* For a person, who may know what it is about. */
static err_t unmatched_import(struct ctx *cx, struct tx *tx, const struct settlement_call *file,
                              const struct settled_line *line)
{
    struct settled_line gross = *line;

    if (goes_back(line))
        gross.kept_minor = 0; /* fee_import */
    return settlement_work_put(cx, tx, file->name, &gross);
}

/* What matches nothing goes to a work list and is never booked silently (cards.md 9). The checks of
 * a line come before its first write, so that nothing is left of one that does not match. */
static err_t line_import(struct ctx *cx, struct tx *tx, const struct settlement_call *file,
                         const struct settled_line *line)
{
    err_t err = line_match(cx, tx, file, line);

    ctx_clear_faults(cx);
    if (err == ERR_NOT_FOUND)
        err = unmatched_import(cx, tx, file, line);
    return err == OK ? fee_import(cx, tx, file, line) : err;
}

/* --- the day that is asked for
 * ----------------------------------------------------------------------- */

static err_t day_put(struct ctx *cx, struct tx *tx, const struct sql *sql, struct date day)
{
    return store_run(
        cx, tx, sql,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(date_text(cx->arena, day))));
}

err_t settlement_ask(struct ctx *cx, struct tx *tx)
{
    instant evening = task_evening(cx->now);

    TRY(day_put(cx, tx, &SQL_SETTLEMENT_DAY_PUT, date_paris(evening)));
    return task_put(cx, tx, TASK_SETTLEMENT, cx->merchant.raw, evening);
}

/* A task of before days were kept says by its due when the last evening was: a file that is late is
 * asked for past midnight too. */
static err_t day_asked(struct ctx *cx, struct tx *tx, const struct task *task, struct date *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_SETTLEMENT_DAY_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode))), &rows, &found));
    if (found)
        must(date_parse(col_text(rows, 0), out));
    else
        *out = date_from_days(date_to_days(date_paris(task_evening(task->due))) - 1);
    return OK;
}

/* While the acquirer owes something, the file of each day is asked for in order; days that were
 * missed follow at once. */
static err_t evening_end(struct ctx *cx, struct tx *tx, const struct task_run *run)
{
    struct date next = date_from_days(date_to_days(run->settlement.day) + 1);
    struct value merchant = V_ID(cx->merchant);
    struct value mode = V_WORD(mode_text(cx->mode));
    struct rows *rows;
    bool waits;

    TRY(store_add_up(cx, tx)); /* what this file has booked */
    TRY(store_query_one(cx, tx, &SQL_SETTLEMENT_WAITS, ARGS(merchant, mode), &rows, &waits));
    if (waits) {
        TRY(day_put(cx, tx, &SQL_SETTLEMENT_DAY_NEXT, next));
        return task_again(cx, tx, TASK_SETTLEMENT, run->task.object, task_evening_of(next));
    }
    TRY(store_run(cx, tx, &SQL_SETTLEMENT_DAY_DELETE, ARGS(merchant, mode)));
    return task_done(cx, tx, TASK_SETTLEMENT, run->task.object);
}

/* --- the file
 * ---------------------------------------------------------------------------------------- */

static size_t portion_end(const struct task_run *run)
{
    size_t end = run->settled + LINES_AT_ONCE;

    return end < run->settlement.line_count ? end : run->settlement.line_count;
}

/* Which of a payment's disputes a representment is about is not told: the same line once more would
 * give back another one. So these are booked in one commit with the record of their file. */
static err_t representments_import(struct ctx *cx, struct tx *tx,
                                   const struct settlement_call *file)
{
    struct rows *rows;
    bool known;

    TRY(store_query_one(cx, tx, &SQL_SETTLEMENT_FILE_KNOWN,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(file->hash)),
                        &rows, &known));
    for (size_t i = 0; i < file->line_count && !known; i++) {
        if (file->lines[i].kind == SETTLED_REPRESENTMENT)
            TRY(line_import(cx, tx, file, &file->lines[i]));
    }
    return OK;
}

static err_t file_end(struct ctx *cx, struct tx *tx, const struct settlement_call *file)
{
    if (file->name.ptr == NULL)
        return OK;
    TRY(representments_import(cx, tx, file));
    return store_run(cx, tx, &SQL_SETTLEMENT_FILE_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(file->hash),
                          V_TEXT(file->name), V_INT((int64_t)file->line_count), V_INT(cx->now)));
}

static err_t import_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    const struct settlement_call *file = &run->settlement;

    for (size_t i = run->settled; i < portion_end(run); i++) {
        if (file->lines[i].kind != SETTLED_REPRESENTMENT)
            TRY(line_import(cx, tx, file, &file->lines[i]));
    }
    if (portion_end(run) < file->line_count)
        return OK;
    TRY(file_end(cx, tx, file));
    return evening_end(cx, tx, run);
}

static void imported(struct operation *operation, err_t err)
{
    struct task_run *run = (struct task_run *)operation;

    run->settled = portion_end(run);
    if (err == OK && run->settled < run->settlement.line_count) {
        /* Else a large file would need the memory of all its lines at once. */
        arena_rewind(operation->cx->arena, run->before_lines);
        operation_write(operation, import_body, imported);
        return;
    }
    if (err == OK)
        log_event(operation->cx, EV_SETTLEMENT_IMPORTED,
                  LOG_INT("lines", run->settlement.line_count));
    operation_end(operation, err);
}

static err_t later_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;

    TRY(day_put(cx, tx, &SQL_SETTLEMENT_DAY_PUT, run->settlement.day));
    return task_again(cx, tx, TASK_SETTLEMENT, run->task.object,
                      cx->now + ASK_AGAIN_MINUTES * MINUTE_US);
}

static void fetched(struct message *message)
{
    struct settlement_call *call = (struct settlement_call *)message;
    struct task_run *run =
        (struct task_run *)((char *)call - offsetof(struct task_run, settlement));

    run->before_lines = arena_mark(run->cx.arena);
    if (call->result != OK)
        operation_write(&run->operation, later_body, operation_end);
    else
        operation_write(&run->operation, import_body, imported);
}

void task_run_settlement(struct task_run *run)
{
    struct operation *operation = &run->operation;
    struct core *core = operation->core;
    struct ctx *cx = operation->cx;
    const struct card_rail *rail;
    struct date day = {0};
    struct tx *tx;

    err_t err = core_card_rail(core, cx, &rail);
    if (err == OK)
        err = core_read(core, &tx);
    if (err == OK)
        err = merchant_load(cx, tx, cx->merchant, &run->merchant);
    if (err == OK)
        err = day_asked(cx, tx, &run->task, &day);
    reader_release(core->reader);
    if (err != OK) {
        operation_end(operation, err);
        return;
    }
    run->settlement = (struct settlement_call){
        .done = {.run = fetched},
        .home = core->home,
        .merchant = cx->merchant,
        .day = day,
        .arena = cx->arena,
    };
    memcpy(run->settlement.acceptor, merchant_acceptor(&run->merchant, cx->mode),
           sizeof run->settlement.acceptor);
    rail->settlement(rail->self, &run->settlement);
}
