#include "core/debit.h"

#include <string.h>

#include "base/must.h"
#include "core/debit_row.h"
#include "core/mandate_amendment.h"
#include "core/merchant.h"
#include "core/task.h"
#include "store/sql.h"

ENUM_DEFINE(debit_sequence, DEBIT_SEQUENCE_LIST)

static const char KIND[] = "debit";

/* At the earliest 14 calendar days before the due day (standards/sepa.md 3). */
enum { EARLIEST_DAYS = 14, PRESENTATIONS_MAX = 3, CANCELED_AT_ONCE = 100 };

/* 999 999 999.99 euro: what the schemes carry. */
#define DEBIT_MAX_MINOR INT64_C(99999999999)

/* --- rows ----------------------------------------------------------------------------------------
 */

void debit_row(struct rows *rows, struct debit *out)
{
    struct str due = col_text(rows, 5);
    struct str end_to_end = col_text(rows, 6);

    *out = (struct debit){
        .cutoff = col_int(rows, 7),
        .reason = col_text(rows, 9),
        .presentation = col_int(rows, 11),
        .sent = col_int(rows, 12),
        .settled = col_int(rows, 13),
        .released = col_int(rows, 14),
        .ended = col_int(rows, 15),
        .returned = col_int(rows, 16),
        .created = col_int(rows, 17),
        .umr = col_text(rows, 18),
        .heard = col_int(rows, 19),
    };
    col_id(rows, 0, out->payment.raw);
    col_id(rows, 1, out->account.raw);
    col_id(rows, 2, out->mandate.raw);
    must(mandate_scheme_parse(col_text(rows, 3), &out->scheme));
    must(debit_sequence_parse(col_text(rows, 4), &out->sequence));
    must(due.ptr == NULL || date_parse(due, &out->due));
    must(end_to_end.len <= END_TO_END_MAX);
    if (end_to_end.len > 0)
        memcpy(out->end_to_end, end_to_end.ptr, end_to_end.len);
    col_id(rows, 8, out->file.raw);
    col_id(rows, 10, out->retry_of.raw);
}

err_t debit_rows(struct ctx *cx, struct rows *rows, int64_t limit, struct debit **out,
                 size_t *count)
{
    size_t capacity = 0;
    bool has;

    must(limit > 0);
    *out = NULL;
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        must(*count < (size_t)limit);
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        debit_row(rows, &(*out)[*count]);
    }
}

static err_t debit_one(struct ctx *cx, struct tx *tx, const struct sql *sql, struct str key,
                       struct debit *out, bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, sql,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(key)), &rows,
                        found));
    if (!*found)
        return OK;
    debit_row(rows, out);
    rows_end(rows);
    return OK;
}

err_t debit_load(struct ctx *cx, struct tx *tx, struct payment_id id, struct debit *out)
{
    bool found;

    TRY(debit_one(cx, tx, &SQL_DEBIT_FIND, ID_TEXT(id), out, &found));
    return found ? OK : fault_object(cx, ERR_NOT_FOUND, KIND, "not found", id.raw);
}

static void move_mandate_row(struct rows *rows, struct mandate *out)
{
    *out = (struct mandate){
        .signed_at = col_int(rows, 18),
        .expires_on = col_text(rows, 19),
        .created = col_int(rows, 20),
        .umr = col_text(rows, 23),
        .ics = col_text(rows, 24),
        .creditor_name = col_text(rows, 25),
    };
    col_id(rows, 15, out->id.raw);
    if (col_null(rows, 16))
        return;
    must(mandate_state_parse(col_text(rows, 16), &out->state));
    must(mandate_type_parse(col_text(rows, 17), &out->type));
}

void debit_move_row(struct rows *rows, struct debit_move *out)
{
    struct str due = col_text(rows, 9);

    *out = (struct debit_move){
        .amount.minor = col_int(rows, 2),
        .fee_minor = col_int(rows, 4),
        .fee_vat_minor = col_int(rows, 5),
        .description_len = col_int(rows, 6),
        .end_to_end = col_text(rows, 10),
        .cutoff = col_int(rows, 11),
        .sent = col_int(rows, 13),
        .settled = col_int(rows, 14),
        .amended = col_int(rows, 21) != 0,
        .created = col_int(rows, 22),
        .far = !iban_in_eea(col_text(rows, 26)),
    };
    col_id(rows, 0, out->payment.raw);
    must(payment_state_parse(col_text(rows, 1), &out->state));
    must(currency_parse(col_text(rows, 3), &out->amount.currency));
    must(mandate_scheme_parse(col_text(rows, 7), &out->scheme));
    must(debit_sequence_parse(col_text(rows, 8), &out->sequence));
    must(due.ptr == NULL || date_parse(due, &out->due));
    col_id(rows, 12, out->file.raw);
    if (!col_null(rows, 15))
        move_mandate_row(rows, &out->mandate);
}

err_t debit_move_load(struct ctx *cx, struct tx *tx, struct payment_id id, struct debit_move *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_DEBIT_MOVE_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        &found));
    if (!found)
        return fault_object(cx, ERR_NOT_FOUND, KIND, "not found", id.raw);
    debit_move_row(rows, out);
    return OK;
}

err_t debit_put(struct ctx *cx, struct tx *tx, const struct debit *debit)
{
    bool opened = debit->due.year != 0;
    struct str due = opened ? date_text(cx->arena, debit->due) : STR_NONE;
    struct str end_to_end = opened ? str_of(debit->end_to_end) : STR_NONE;

    must(debit->presentation >= 1);
    must(debit->presentation <= PRESENTATIONS_MAX);
    return store_run(
        cx, tx, &SQL_DEBIT_PUT,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(debit->payment),
             V_ID(debit->account), V_ID(debit->mandate), V_WORD(mandate_scheme_text(debit->scheme)),
             V_WORD(debit_sequence_text(debit->sequence)), V_TEXT(due), V_TEXT(end_to_end),
             V_INT_IF(opened, debit->cutoff), V_ID(debit->file), V_TEXT(debit->reason),
             V_ID(debit->retry_of), V_INT(debit->presentation),
             V_INT_IF(debit->sent != 0, debit->sent), V_INT_IF(debit->settled != 0, debit->settled),
             V_INT_IF(debit->released != 0, debit->released),
             V_INT_IF(debit->ended != 0, debit->ended),
             V_INT_IF(debit->returned != 0, debit->returned), V_TEXT(debit->umr),
             V_INT_IF(debit->heard != 0, debit->heard), V_INT(debit->created)));
}

err_t debit_contradicts(struct ctx *cx, struct payment_id payment)
{
    return fault_object(cx, ERR_STATE, KIND, "the debit's state does not allow it", payment.raw);
}

/* --- the day -------------------------------------------------------------------------------------
 */

struct date debit_due(const struct ctx *cx, const struct merchant *merchant, struct date asked)
{
    const struct debit_terms *terms = &merchant->debits;
    int64_t today = date_to_days(date_paris(cx->now));
    struct date due = target_first_due(cx->now, terms->cutoff);
    struct date told =
        target_on_or_after(date_from_days(today + (int64_t)terms->prenotification_days));

    if (date_compare(due, told) < 0)
        due = told;
    if (asked.year != 0 && date_compare(due, asked) < 0)
        due = target_on_or_after(asked);
    return due;
}

/* When it goes into a file: at the cut-off, though not before the scheme takes it. */
static instant leaves_at(const struct merchant *merchant, struct date due)
{
    const struct cutoff *cutoff = &merchant->debits.cutoff;
    instant last = target_last_moment(due, *cutoff);
    instant first = instant_paris((struct wall){
        .date = date_from_days(date_to_days(due) - EARLIEST_DAYS),
        .hour = cutoff->hour,
        .minute = cutoff->minute,
    });

    return last > first ? last : first;
}

/* --- making one ----------------------------------------------------------------------------------
 */

static err_t terms_check(struct ctx *cx, const struct debit_order *order)
{
    const struct debit_terms *terms = &order->merchant->debits;
    struct money amount = order->payment->amount;

    if (amount.currency != CURRENCY_EUR)
        return fault(cx, ERR_INVALID, "currency", "sepa is possible in euro only");
    if (amount.minor < 1 || amount.minor > DEBIT_MAX_MINOR)
        return fault(cx, ERR_INVALID, "amount", "is not one that can be debited");
    if (terms->ics[0] == '\0' || !terms->has_account)
        return fault(cx, ERR_INVALID, "sepa",
                     "is not possible: the merchant has no creditor identifier or account");
    return OK;
}

static err_t is_there(struct ctx *cx, struct tx *tx, const struct sql *sql, struct str key,
                      bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, sql,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(key)), &rows,
                        found));
    if (*found)
        rows_end(rows);
    return OK;
}

err_t debit_check(struct ctx *cx, struct tx *tx, const struct debit_order *order)
{
    struct debit other;
    bool found;

    TRY(terms_check(cx, order));
    TRY(debit_one(cx, tx, &SQL_DEBIT_FIND, ID_TEXT(order->payment->id), &other, &found));
    if (found && other.due.year != 0)
        return debit_contradicts(cx, other.payment);
    must(order->end_to_end.len <= END_TO_END_MAX);
    if (order->end_to_end.len > 0)
        TRY(debit_one(cx, tx, &SQL_DEBIT_FIND_END_TO_END, order->end_to_end, &other, &found));
    if (order->end_to_end.len > 0 && found)
        return fault_object(cx, ERR_CONFLICT, "sepa", "another debit has this reference",
                            other.payment.raw);
    if (order->mandate->type != MANDATE_ONE_OFF)
        return OK;
    TRY(is_there(cx, tx, &SQL_DEBIT_FIND_ONE_OFF, ID_TEXT(order->mandate->id), &found));
    return found ? fault(cx, ERR_INVALID, "sepa", "has a mandate for one debit, which was made")
                 : OK;
}

err_t debit_reference_free(struct ctx *cx, struct tx *tx, struct str end_to_end, bool *is_free)
{
    char id[ID_SIZE];
    bool found;

    TRY(is_there(cx, tx, &SQL_DEBIT_FIND_END_TO_END, end_to_end, &found));
    if (!found && id_parse(end_to_end, id))
        TRY(is_there(cx, tx, &SQL_DEBIT_REFERENCE_TAKEN, end_to_end, &found));
    *is_free = !found;
    return OK;
}

/* standards/sepa.md 2.6 */
static err_t sequence_choose(struct ctx *cx, struct tx *tx, const struct debit_order *order,
                             enum debit_sequence *out)
{
    bool used = true;

    *out = DEBIT_RECURRENT;
    if (ID_NONE(order->mandate->id) || order->mandate->type == MANDATE_ONE_OFF) {
        *out = DEBIT_ONE_OFF;
        return OK;
    }
    if (order->merchant->debits.sends_first)
        TRY(is_there(cx, tx, &SQL_DEBIT_FIND_FIRST, ID_TEXT(order->mandate->id), &used));
    if (!used)
        *out = DEBIT_FIRST;
    return OK;
}

static err_t debit_fill(struct ctx *cx, struct tx *tx, const struct debit_order *order,
                        struct debit *out)
{
    *out = (struct debit){
        .payment = order->payment->id,
        .account = order->account->id,
        .mandate = order->mandate->id,
        .scheme = ID_NONE(order->mandate->id) ? MANDATE_CORE : order->mandate->scheme,
        .retry_of = order->retry_of,
        .presentation = order->presentation == 0 ? 1 : order->presentation,
        .created = cx->now,
    };
    return sequence_choose(cx, tx, order, &out->sequence);
}

err_t debit_choose(struct ctx *cx, struct tx *tx, const struct debit_order *order,
                   struct debit *out)
{
    TRY(debit_fill(cx, tx, order, out));
    return debit_put(cx, tx, out);
}

err_t debit_drop(struct ctx *cx, struct tx *tx, struct payment_id payment)
{
    return store_run(cx, tx, &SQL_DEBIT_DROP,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(payment)));
}

err_t debit_open(struct ctx *cx, struct tx *tx, const struct debit_order *order, struct debit *out)
{
    struct payment *payment = order->payment;
    struct str reference =
        order->end_to_end.len > 0 ? order->end_to_end : ID_TEXT(order->payment->id);

    must(payment->amount.currency == CURRENCY_EUR);
    must(payment->method == METHOD_SEPA);
    TRY(debit_fill(cx, tx, order, out));
    memcpy(out->end_to_end, reference.ptr, reference.len);
    out->due = debit_due(cx, order->merchant, order->asked);
    out->cutoff = leaves_at(order->merchant, out->due);
    payment->date_settlement = date_text(cx->arena, out->due);
    payment->hold_expires = 0;
    if (!payment->unwritten)
        TRY(payment_save(cx, tx, payment));
    TRY(payment_move(cx, tx, payment, PAYMENT_TO_CAPTURE));
    TRY(debit_put(cx, tx, out));
    TRY(debit_announce(cx, tx, order, out));
    return sepa_export_ask(cx, tx, out->cutoff);
}

err_t sepa_export_ask(struct ctx *cx, struct tx *tx, instant due)
{
    TRY(task_put(cx, tx, TASK_SEPA_EXPORT, cx->merchant.raw, due));
    return store_run(cx, tx, &SQL_TASK_SOONER,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                          V_WORD(task_kind_text(TASK_SEPA_EXPORT)), V_ID(cx->merchant),
                          V_INT(due)));
}

/* --- before it leaves ---------------------------------------------------------------------------
 */

/* It never left: nothing was booked, and its mandate was not used. */
err_t debit_fail_waiting(struct ctx *cx, struct tx *tx, struct payment *payment,
                         struct debit *debit, struct str reason)
{
    debit->reason = reason;
    debit->ended = cx->now;
    payment->response = reason;
    TRY(debit_put(cx, tx, debit));
    return payment_move(cx, tx, payment, PAYMENT_FAILED);
}

static err_t changed_announce(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                              struct payment *payment, const struct debit *debit)
{
    struct mandate mandate = {.created = 0};
    struct bank_account account;
    const struct debit_order order = {
        .merchant = merchant, .payment = payment, .account = &account, .mandate = &mandate};

    TRY(bank_account_load(cx, tx, debit->account, true, &account));
    if (!ID_NONE(debit->mandate))
        TRY(mandate_load(cx, tx, debit->mandate, &mandate));
    return debit_announce(cx, tx, &order, debit);
}

err_t debit_change(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                   struct payment *payment, struct debit *debit, struct date asked)
{
    must(payment->state == PAYMENT_TO_CAPTURE);
    must(ID_NONE(debit->file));
    if (asked.year != 0) {
        debit->due = debit_due(cx, merchant, asked);
        debit->cutoff = leaves_at(merchant, debit->due);
        payment->date_settlement = date_text(cx->arena, debit->due);
    }
    TRY(payment_save(cx, tx, payment));
    TRY(debit_put(cx, tx, debit));
    TRY(changed_announce(cx, tx, merchant, payment, debit));
    return sepa_export_ask(cx, tx, debit->cutoff);
}

/* --- into a file and out of it -------------------------------------------------------------------
 */

err_t debit_taking(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                   struct debit_move *move)
{
    struct mandate *mandate = &move->mandate;
    bool lets;

    TRY(debit_mandate_lets(cx, tx, move, &lets));
    if (move->state != PAYMENT_TO_CAPTURE || !ID_NONE(move->file) || !lets)
        return debit_contradicts(cx, move->payment);
    if (ID_NONE(mandate->id))
        return OK;
    bool amended = move->amended || !str_eq(mandate->ics, str_of(merchant->debits.ics)) ||
                   !str_eq(mandate->creditor_name, merchant->name);
    TRY(amendment_creditor(cx, tx, mandate, merchant));
    return amended ? amendments_attach(cx, tx, mandate->id, move->payment) : OK;
}

err_t debits_move(struct ctx *cx, struct tx *tx, struct mandate_id mandate,
                  struct bank_account_id account)
{
    return store_run(
        cx, tx, &SQL_DEBITS_MOVE,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate), V_ID(account)));
}

err_t debit_give_back(struct ctx *cx, struct tx *tx, struct bank_file_id file)
{
    struct payment_id sent;
    struct rows *rows;
    int64_t changed;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_DEBIT_OF_FILE_SENT,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(file)), &rows,
                        &found));
    if (found) {
        col_id(rows, 0, sent.raw);
        rows_end(rows);
        return debit_contradicts(cx, sent);
    }
    TRY(store_run_count(cx, tx, &SQL_DEBIT_FILE_AMENDMENTS_BACK,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(file)),
                        &changed));
    TRY(store_run_count(cx, tx, &SQL_DEBITS_GIVE_BACK,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(file)),
                        &changed));
    return changed == 0 ? OK : sepa_export_ask(cx, tx, cx->now);
}

err_t debit_canceled(struct ctx *cx, struct tx *tx, struct payment *payment)
{
    struct debit debit = {0};

    TRY(debit_load(cx, tx, payment->id, &debit));
    if (debit.ended != 0 && payment->state == PAYMENT_CANCELED)
        return OK;
    if (payment->state != PAYMENT_TO_CAPTURE && payment->state != PAYMENT_NEW)
        return debit_contradicts(cx, debit.payment);
    if (!ID_NONE(debit.file))
        return fault_object(cx, ERR_STATE, "payment",
                            "Payment cannot be refunded while its debit is on its way",
                            payment->id.raw);
    debit.ended = cx->now;
    TRY(payment_move(cx, tx, payment, PAYMENT_CANCELED));
    return debit_put(cx, tx, &debit);
}

err_t debits_cancel(struct ctx *cx, struct tx *tx, struct mandate_id mandate)
{
    struct payment payment;
    struct debit *list;
    struct rows *rows;
    size_t count;

    do {
        TRY(store_query(cx, tx, &SQL_DEBITS_WAITING,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate),
                             V_INT(CANCELED_AT_ONCE)),
                        &rows));
        TRY(debit_rows(cx, rows, CANCELED_AT_ONCE, &list, &count));
        for (size_t i = 0; i < count; i++) {
            TRY(payment_load(cx, tx, list[i].payment, &payment));
            TRY(debit_canceled(cx, tx, &payment));
        }
    } while (count == CANCELED_AT_ONCE);
    return OK;
}
