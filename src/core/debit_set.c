#include "core/debit_set.h"

#include "base/must.h"
#include "base/target.h"
#include "core/bank_file.h"
#include "core/debit_row.h"
#include "core/ledger.h"
#include "core/mandate_amendment.h"
#include "store/sql.h"

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

/* Until when the debtor's bank may return it, in TARGET days after settlement; by then, in the
 * morning and before the payouts, its money is payable (standards/sepa.md 3). */
enum { RETURN_DAYS_CORE = 5, RETURN_DAYS_B2B = 3, RELEASE_HOUR = 7, RELEASE_MINUTE = 30 };

/* --- the set ------------------------------------------------------------------------------------
 */

/* A statement for all of them changes as many rows. */
static err_t set_run(struct ctx *cx, struct tx *tx, const struct sql *sql, const struct value *args,
                     size_t arg_count, int64_t count)
{
    int64_t changed;

    TRY(store_run_count(cx, tx, sql, args, arg_count, &changed));
    return changed == count ? OK : ERR_STATE;
}

static err_t set_end(struct ctx *cx, struct tx *tx, int64_t count)
{
    return set_run(cx, tx, &SQL_MOVING_DEBIT_END, ARGS(OWNER), count);
}

/* --- taken into files ---------------------------------------------------------------------------
 */

err_t debit_set_take(struct ctx *cx, struct tx *tx, const struct debit_move *move, int64_t block)
{
    must(move->amount.currency == CURRENCY_EUR);
    must(move->amount.minor > 0);
    return store_run(cx, tx, &SQL_MOVING_DEBIT_ADD,
                     ARGS(OWNER, V_ID(move->payment), V_INT(block), V_TEXT(move->end_to_end),
                          V_INT(move->amount.minor), V_TEXT(move->mandate.umr)));
}

err_t debit_set_taken(struct ctx *cx, struct tx *tx, struct bank_file_id file, int64_t count)
{
    must(!ID_NONE(file));
    TRY(set_run(cx, tx, &SQL_MOVING_DEBIT_ITEMS, ARGS(OWNER, V_ID(file)), count));
    TRY(set_run(cx, tx, &SQL_MOVING_DEBIT_FILE, ARGS(OWNER, V_ID(file)), count));
    return set_end(cx, tx, count);
}

/* --- sent ---------------------------------------------------------------------------------------
 */

static bool debit_can_be_sent(const struct debit_move *move)
{
    return move->sent == 0 && move->state == PAYMENT_TO_CAPTURE && !ID_NONE(move->file);
}

static err_t sent_book(struct ctx *cx, struct tx *tx, const struct debit_move *move)
{
    const struct ledger_amounts amounts = {move->amount, move->fee_minor, move->fee_vat_minor};

    must(debit_can_be_sent(move));
    TRY(ledger_debit_released(cx, tx, move->payment.raw, &amounts));
    return move->sequence == DEBIT_ONE_OFF && !ID_NONE(move->mandate.id)
               ? mandate_collected(cx, tx, move->mandate.id)
               : OK;
}

err_t debits_taken(struct ctx *cx, struct tx *tx, struct debit_sending *sending, int64_t limit)
{
    struct rows *rows;
    bool has;

    must(limit > 0);
    sending->moves = arena_array(cx->arena, struct debit_move, (size_t)limit);
    sending->until = sending->from;
    TRY(store_query(cx, tx, &SQL_DEBITS_TAKEN,
                    ARGS(OWNER, V_ID(sending->file), V_INT(sending->from.block),
                         V_WORD(sending->from.object), V_INT(limit)),
                    &rows));
    for (sending->count = 0;; sending->count++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        debit_move_row(rows, &sending->moves[sending->count]);
        sending->until.block = col_int(rows, DEBIT_MOVE_COLUMNS);
        col_id(rows, 0, sending->until.object);
    }
}

err_t debit_set_sent(struct ctx *cx, struct tx *tx, const struct debit_sending *sending)
{
    const struct value args[] = {OWNER,
                                 V_ID(sending->file),
                                 V_INT(sending->from.block),
                                 V_WORD(sending->from.object),
                                 V_INT(sending->until.block),
                                 V_WORD(sending->until.object)};
    int64_t count = (int64_t)sending->count;

    if (count == 0)
        return OK;
    TRY(set_run(cx, tx, &SQL_MOVING_DEBIT_TAKEN, args, ARRAY_LEN(args), count));
    TRY(set_run(cx, tx, &SQL_BANK_ITEM_SEND, args, ARRAY_LEN(args), count));
    for (int64_t i = 0; i < count; i++)
        TRY(sent_book(cx, tx, &sending->moves[i]));
    TRY(set_run(cx, tx, &SQL_MOVING_DEBIT_SENT, ARGS(OWNER, V_INT(cx->now)), count));
    TRY(payments_step(cx, tx, PAYMENT_TO_CAPTURE, PAYMENT_CAPTURE_SENT, count));
    TRY(payments_stepped(cx, tx));
    return set_end(cx, tx, count);
}

/* --- settled ------------------------------------------------------------------------------------
 */

static bool debit_can_settle(const struct debit_move *move)
{
    return move->settled == 0 && move->state == PAYMENT_CAPTURE_SENT;
}

static instant release_at(struct date settled, int days)
{
    return instant_paris((struct wall){
        .date = target_add(settled, days),
        .hour = RELEASE_HOUR,
        .minute = RELEASE_MINUTE,
    });
}

struct debit_settling debit_settling_on(struct date day)
{
    return (struct debit_settling){
        .day = day,
        .settled = instant_paris((struct wall){.date = day}),
        .release_core = release_at(day, RETURN_DAYS_CORE),
        .release_b2b = release_at(day, RETURN_DAYS_B2B),
    };
}

static err_t set_add(struct ctx *cx, struct tx *tx, const struct debit_move *move, struct str line)
{
    return store_run(cx, tx, &SQL_MOVING_DEBIT_ADD,
                     ARGS(OWNER, V_ID(move->payment), V_NULL(), V_NULL(), V_NULL(), V_TEXT(line)));
}

err_t debit_set_settle(struct ctx *cx, struct tx *tx, const struct debit_settling *settling,
                       struct debit_move *move, struct str line)
{
    must(debit_can_settle(move));
    move->settled = settling->settled;
    move->state = PAYMENT_CAPTURED;
    TRY(ledger_debit_settled(cx, tx, move->payment.raw, move->amount));
    if (move->amended)
        TRY(amendments_told(cx, tx, move->mandate.id, move->payment));
    return set_add(cx, tx, move, line);
}

/* One task for all of a scheme, whatever sets they came in. */
static err_t release_ask(struct ctx *cx, struct tx *tx, const struct debit_settling *settling,
                         enum mandate_scheme scheme)
{
    instant due = scheme == MANDATE_B2B ? settling->release_b2b : settling->release_core;
    char object[ID_SIZE];

    debit_release_object(settling->settled, scheme, object);
    return task_put_anew(cx, tx, TASK_DEBIT_RELEASE, object, due);
}

static err_t releases_ask(struct ctx *cx, struct tx *tx, const struct debit_settling *settling,
                          struct debit_move *const *moves, size_t count)
{
    bool business = false;
    bool core = false;

    for (size_t i = 0; i < count; i++) {
        business |= moves[i]->scheme == MANDATE_B2B;
        core |= moves[i]->scheme != MANDATE_B2B;
    }
    if (core)
        TRY(release_ask(cx, tx, settling, MANDATE_CORE));
    return business ? release_ask(cx, tx, settling, MANDATE_B2B) : OK;
}

err_t debit_set_settled(struct ctx *cx, struct tx *tx, const struct debit_settling *settling,
                        struct debit_move *const *moves, size_t count, bool shown)
{
    int64_t rows = (int64_t)count;

    if (count == 0)
        return OK;
    TRY(set_run(cx, tx, &SQL_MOVING_DEBIT_SETTLED,
                ARGS(OWNER, V_INT(settling->settled), V_INT(cx->now)), rows));
    TRY(payments_banked(cx, tx, PAYMENT_CAPTURE_SENT, settling->settled, rows));
    TRY(releases_ask(cx, tx, settling, moves, count));
    if (shown)
        TRY(set_run(cx, tx, &SQL_MOVING_DEBIT_LINES,
                    ARGS(OWNER, V_WORD(bank_item_state_text(BANK_ITEM_SETTLED))), rows));
    for (size_t i = 0; i < count; i++)
        TRY(payment_paid_count(cx, tx, 0, moves[i]->created));
    TRY(payments_stepped(cx, tx));
    return set_end(cx, tx, rows);
}

err_t debit_settled(struct ctx *cx, struct tx *tx, struct debit_move *move, struct date date)
{
    const struct debit_settling settling = debit_settling_on(date);

    if (move->settled != 0)
        return OK;
    if (!debit_can_settle(move))
        return debit_contradicts(cx, move->payment);
    TRY(debit_set_settle(cx, tx, &settling, move, STR_NONE));
    return debit_set_settled(cx, tx, &settling, &move, 1, false);
}
