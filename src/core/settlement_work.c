#include "core/settlement_work.h"

#include <string.h>

#include "base/log.h"
#include "base/must.h"
#include "core/dispute.h"
#include "core/event.h"
#include "core/ledger.h"
#include "core/note.h"
#include "core/refund.h"
#include "store/sql.h"

ENUM_DEFINE(settlement_state, SETTLEMENT_WORK_LIST)

static const char KIND[] = "settlement";

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

/* --- lines come ----------------------------------------------------------------------------------
 */

static bool brings(enum settled_kind kind)
{
    return kind == SETTLED_DEBIT || kind == SETTLED_REPRESENTMENT;
}

static err_t moved_by(struct ctx *cx, const struct settled_line *line, struct money *out)
{
    struct money gross = line->amount;

    if (!brings(line->kind))
        gross.minor = -gross.minor;
    if (money_sub(gross, (struct money){line->kept_minor, gross.currency}, out) != OK)
        return fault(cx, ERR_LIMIT, KIND, "moves more than can be counted");
    return OK;
}

err_t settlement_work_put(struct ctx *cx, struct tx *tx, struct str file,
                          const struct settled_line *line)
{
    struct settlement_work_id id;
    struct money moved;
    int64_t kept;

    TRY(moved_by(cx, line, &moved));
    ID_NEW(cx->ids, &id);
    TRY(store_run_count(cx, tx, &SQL_SETTLEMENT_WORK_INSERT,
                        ARGS(OWNER, V_ID(id), V_WORD(line->rrn),
                             V_WORD(settled_kind_text(line->kind)), V_INT(line->amount.minor),
                             V_WORD(currency_text(line->amount.currency)), V_INT(moved.minor),
                             V_TEXT(file), V_INT(line->number), V_INT(cx->now)),
                        &kept));
    if (kept == 0)
        return OK;
    log_event(cx, EV_SETTLEMENT_UNMATCHED, LOG_WORD("kind", settled_kind_text(line->kind)),
              LOG_MONEY("amount", line->amount), LOG_INT("line", line->number));
    return moved.minor == 0 ? OK : ledger_bank_suspended(cx, tx, id.raw, moved);
}

/* --- the list ------------------------------------------------------------------------------------
 */

static void work_row(struct rows *rows, struct settlement_work *out)
{
    *out = (struct settlement_work){
        .rrn = col_text(rows, 3),
        .amount.minor = col_int(rows, 4),
        .moved.minor = col_int(rows, 6),
        .booked = col_int(rows, 7) != 0,
        .file = col_text(rows, 8),
        .line = col_int(rows, 9),
        .created = col_int(rows, 10),
    };
    col_id(rows, 0, out->id.raw);
    must(settlement_state_parse(col_text(rows, 1), &out->state));
    must(settled_kind_parse(col_text(rows, 2), &out->kind));
    must(currency_parse(col_text(rows, 5), &out->amount.currency));
    out->moved.currency = out->amount.currency;
}

err_t settlement_work_open(struct ctx *cx, struct tx *tx, int64_t limit,
                           struct settlement_work **out, size_t *count)
{
    struct rows *rows;
    bool has;

    must(limit >= 1);
    *out = arena_array(cx->arena, struct settlement_work, (size_t)limit);
    TRY(store_query(cx, tx, &SQL_SETTLEMENT_WORK_OPEN, ARGS(OWNER, V_INT(limit)), &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        must(*count < (size_t)limit);
        work_row(rows, &(*out)[*count]);
    }
}

/* --- decisions -----------------------------------------------------------------------------------
 */

static err_t work_take(struct ctx *cx, struct tx *tx, struct settlement_work_id id,
                       struct settlement_work *out)
{
    struct rows *rows;
    bool found;

    TRY(merchant_enter_owner(cx, tx, &SQL_SETTLEMENT_WORK_OWNER, KIND, id.raw));
    TRY(store_query_one(cx, tx, &SQL_SETTLEMENT_WORK_FIND, ARGS(OWNER, V_ID(id)), &rows, &found));
    must(found);
    work_row(rows, out);
    rows_end(rows);
    return out->state == SETTLEMENT_OPEN
               ? OK
               : fault_object(cx, ERR_STATE, KIND, "is decided already", id.raw);
}

static err_t work_end(struct ctx *cx, struct tx *tx, const struct settlement_work *work,
                      enum settlement_state to, struct str matched, struct str note)
{
    TRY(store_run(cx, tx, &SQL_SETTLEMENT_WORK_DONE,
                  ARGS(OWNER, V_ID(work->id), V_WORD(settlement_state_text(to)), V_TEXT(matched),
                       V_TEXT(note), V_INT(cx->now))));
    TRY(event_put(cx, tx, "settlement.line", work->id.raw, settlement_state_text(to)));
    if (!work->booked || work->moved.minor == 0)
        return OK;
    if (to == SETTLEMENT_CHARGE)
        return ledger_suspense_kept(cx, tx, work->id.raw, work->moved);
    return ledger_suspense_cleared(cx, tx, work->id.raw, work->moved);
}

static err_t cannot(struct ctx *cx, const char *object, const char *why)
{
    return fault_object(cx, ERR_STATE, KIND, why, object);
}

/* A capture whose reference or amount the acquirer has wrong: what does not come it keeps. */
static err_t payment_check(struct ctx *cx, struct tx *tx, const struct settlement_work *work,
                           struct str object, struct payment *out)
{
    struct payment_id id;

    if (!ID_PARSE(object, &id))
        return fault(cx, ERR_INVALID, KIND, "is about a payment: name it by its id");
    TRY(payment_load(cx, tx, id, out));
    if (out->method != METHOD_CARD || out->state != PAYMENT_CAPTURE_SENT)
        return cannot(cx, id.raw, "is about a payment that waits for no settlement");
    if (out->amount.currency != work->moved.currency || work->moved.minor < 0 ||
        work->moved.minor > out->amount.minor)
        return cannot(cx, id.raw, "moved more than the payment, or other money");
    return OK;
}

static err_t refund_check(struct ctx *cx, struct tx *tx, const struct settlement_work *work,
                          struct str object, struct refund *out)
{
    struct refund_id id;

    if (!ID_PARSE(object, &id))
        return fault(cx, ERR_INVALID, KIND, "is about a refund: name it by its id");
    TRY(refund_load(cx, tx, id, out));
    if (out->state != REFUND_SENT)
        return cannot(cx, id.raw, "is about a refund that waits for no settlement");
    if (out->amount.currency != work->moved.currency || out->amount.minor != -work->moved.minor)
        return cannot(cx, id.raw, "moved other money than the refund");
    return OK;
}

static err_t dispute_check(struct ctx *cx, struct tx *tx, const struct settlement_work *work,
                           struct str object, struct dispute *out)
{
    struct dispute_id id;

    if (!ID_PARSE(object, &id))
        return fault(cx, ERR_INVALID, KIND, "is about a chargeback: name it by its id");
    TRY(dispute_load(cx, tx, id, out));
    if (out->state != DISPUTE_OPEN)
        return cannot(cx, id.raw, "is about a chargeback that waits for no settlement");
    if (out->amount.currency != work->moved.currency || out->amount.minor != -work->moved.minor)
        return cannot(cx, id.raw, "moved other money than the chargeback");
    return OK;
}

static err_t payment_match(struct ctx *cx, struct tx *tx, const struct settlement_work *work,
                           struct str object)
{
    struct payment payment = {.created = 0};

    TRY(payment_check(cx, tx, work, object, &payment));
    TRY(work_end(cx, tx, work, SETTLEMENT_MATCHED, object, STR_NONE));
    return payment_settle(cx, tx, &payment, payment.amount.minor - work->moved.minor);
}

static err_t refund_match(struct ctx *cx, struct tx *tx, const struct settlement_work *work,
                          struct str object)
{
    struct refund refund = {.created = 0};

    TRY(refund_check(cx, tx, work, object, &refund));
    TRY(work_end(cx, tx, work, SETTLEMENT_MATCHED, object, STR_NONE));
    return refund_settled(cx, tx, &refund);
}

static err_t dispute_match(struct ctx *cx, struct tx *tx, const struct settlement_work *work,
                           struct str object)
{
    struct dispute dispute = {.created = 0};

    TRY(dispute_check(cx, tx, work, object, &dispute));
    TRY(work_end(cx, tx, work, SETTLEMENT_MATCHED, object, STR_NONE));
    return dispute_settle(cx, tx, dispute.payment, dispute.amount, ID_TEXT(work->id));
}

/* What does not come of it the acquirer keeps, as with a payment. */
static err_t representment_match(struct ctx *cx, struct tx *tx, const struct settlement_work *work,
                                 struct str object)
{
    struct dispute dispute = {.created = 0};
    struct dispute_id id;

    if (!ID_PARSE(object, &id))
        return fault(cx, ERR_INVALID, KIND, "is about a chargeback: name it by its id");
    TRY(dispute_load(cx, tx, id, &dispute));
    if (dispute.kind != DISPUTE_CHARGEBACK || dispute.state != DISPUTE_SETTLED || dispute.won != 0)
        return cannot(cx, id.raw, "gives back no chargeback that was taken and not given back");
    if (dispute.amount.currency != work->moved.currency || work->moved.minor < 0 ||
        work->moved.minor > dispute.amount.minor)
        return cannot(cx, id.raw, "moved more than the chargeback, or other money");
    TRY(work_end(cx, tx, work, SETTLEMENT_MATCHED, object, STR_NONE));
    return dispute_win(cx, tx, &dispute, work->moved.minor);
}

err_t settlement_work_match(struct ctx *cx, struct tx *tx, struct settlement_work_id id,
                            struct str object)
{
    struct settlement_work work = {.created = 0};

    TRY(work_take(cx, tx, id, &work));
    switch (work.kind) {
    case SETTLED_DEBIT:
        return payment_match(cx, tx, &work, object);
    case SETTLED_CREDIT:
        return refund_match(cx, tx, &work, object);
    case SETTLED_CHARGEBACK:
        return dispute_match(cx, tx, &work, object);
    case SETTLED_REPRESENTMENT:
        return representment_match(cx, tx, &work, object);
    case SETTLED_FEE:
    case SETTLED_REVERSAL:
        return cannot(cx, id.raw, "is about nothing of ours: charge or explain it");
    }
    must_fail(__FILE__, __LINE__, "kind is a member");
}

err_t settlement_work_charge(struct ctx *cx, struct tx *tx, struct settlement_work_id id)
{
    struct settlement_work work = {.created = 0};

    TRY(work_take(cx, tx, id, &work));
    return work_end(cx, tx, &work, SETTLEMENT_CHARGE, STR_NONE, STR_NONE);
}

err_t settlement_work_explain(struct ctx *cx, struct tx *tx, struct settlement_work_id id,
                              struct str note)
{
    struct settlement_work work = {.created = 0};

    TRY(work_take(cx, tx, id, &work));
    TRY(note_check(cx, note));
    return work_end(cx, tx, &work, SETTLEMENT_EXPLAINED, STR_NONE, note);
}
