#include "base/must.h"
#include "core/debit_row.h"
#include "core/merchant.h"
#include "store/sql.h"

/* What waits for a file: which debits are due, which of them may go, and what becomes of the
 * others. */

/* Past the cut-off by more than an hour the bank has closed [our choice]. */
#define LATE_US HOUR_US

/* --- what is due --------------------------------------------------------------------------------
 */

err_t debits_due(struct ctx *cx, struct tx *tx, instant now, int64_t limit,
                 struct debit_cursor *after, struct debit_move **out, size_t *count)
{
    size_t capacity = 0;
    struct rows *rows;
    bool has;

    *out = NULL;
    TRY(store_query(cx, tx, &SQL_DEBITS_DUE,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_INT(now),
                         V_INT(after->cutoff), V_TEXT(str_of(after->payment.raw)), V_INT(limit)),
                    &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            break;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        debit_move_row(rows, &(*out)[*count]);
    }
    if (*count > 0)
        *after = (struct debit_cursor){(*out)[*count - 1].cutoff, (*out)[*count - 1].payment};
    return OK;
}

static void alike_row(struct rows *rows, struct debits_alike *out)
{
    *out = (struct debits_alike){.count = col_int(rows, 3), .sum_minor = col_int(rows, 4)};
    must(mandate_scheme_parse(col_text(rows, 0), &out->scheme));
    must(debit_sequence_parse(col_text(rows, 1), &out->sequence));
    must(date_parse(col_text(rows, 2), &out->due));
}

err_t debits_due_alike(struct ctx *cx, struct tx *tx, instant now, struct debits_alike **out,
                       size_t *count)
{
    size_t capacity = 0;
    struct rows *rows;
    bool has;

    *out = NULL;
    TRY(store_query(
        cx, tx, &SQL_DEBITS_DUE_ALIKE,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_INT(now), V_INT(now - LATE_US)),
        &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        alike_row(rows, &(*out)[*count]);
    }
}

err_t debits_next_cutoff(struct ctx *cx, struct tx *tx, instant *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_DEBIT_NEXT_CUTOFF,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode))), &rows, &found));
    *out = found ? col_int(rows, 0) : 0;
    if (found)
        rows_end(rows);
    return OK;
}

/* --- what may go --------------------------------------------------------------------------------
 */

/* Without an id where the debit needs none. */
static err_t mandate_of(struct ctx *cx, struct tx *tx, const struct debit *debit,
                        struct mandate *out, bool *holds)
{
    *out = (struct mandate){.created = 0};
    *holds = true;
    if (ID_NONE(debit->mandate))
        return OK;
    TRY(mandate_load(cx, tx, debit->mandate, out));
    return mandate_holds(cx, tx, out, holds);
}

instant debits_late_before(const struct ctx *cx)
{
    return cx->now - LATE_US;
}

static bool is_late(const struct ctx *cx, instant cutoff)
{
    return cutoff < debits_late_before(cx);
}

/* One that was only listed because the day of its mandate may have come goes as it is. */
static err_t put_right(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                       struct debit *debit)
{
    struct payment payment;
    struct mandate mandate;
    bool holds;

    TRY(payment_load(cx, tx, debit->payment, &payment));
    TRY(mandate_of(cx, tx, debit, &mandate, &holds));
    if (!holds)
        return debit_fail_waiting(cx, tx, &payment, debit, STR("MD01"));
    if (!is_late(cx, debit->cutoff))
        return mandate_prolong(cx, tx, &mandate);
    if (merchant->debits.late_fails)
        return debit_fail_waiting(cx, tx, &payment, debit, STR("TM01"));
    return debit_change(cx, tx, merchant, &payment, debit, debit->due);
}

err_t debit_mandate_lets(struct ctx *cx, struct tx *tx, const struct debit_move *move, bool *out)
{
    *out = true;
    return ID_NONE(move->mandate.id) ? OK : mandate_holds(cx, tx, &move->mandate, out);
}

err_t debit_may_go(struct ctx *cx, struct tx *tx, const struct debit_move *move, bool *out)
{
    *out = false;
    return is_late(cx, move->cutoff) ? OK : debit_mandate_lets(cx, tx, move, out);
}

err_t debit_put_right(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                      struct payment_id payment)
{
    struct debit debit = {0};

    TRY(debit_load(cx, tx, payment, &debit));
    return put_right(cx, tx, merchant, &debit);
}

err_t debits_put_right(struct ctx *cx, struct tx *tx, const struct merchant *merchant, int64_t most,
                       bool *more)
{
    struct str today = date_text(cx->arena, date_paris(cx->now));
    struct debit *list;
    struct rows *rows;
    size_t count;

    TRY(store_query(cx, tx, &SQL_DEBITS_WRONG,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_INT(cx->now),
                         V_INT(debits_late_before(cx)), V_TEXT(today), V_INT(most)),
                    &rows));
    TRY(debit_rows(cx, rows, most, &list, &count));
    for (size_t i = 0; i < count; i++)
        TRY(put_right(cx, tx, merchant, &list[i]));
    *more = count == (size_t)most;
    return OK;
}
