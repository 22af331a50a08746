#include <string.h>

#include "base/must.h"
#include "core/bank_fact_internal.h"
#include "core/debit_set.h"
#include "store/sql.h"

/* Lines that settle debits as they were expected: nearly all of a notification. They are found out
 * at once, and booked as a set; whatever is different goes its own way, in its place. */

/* Fewer are no set. */
enum { SET_MIN = 4 };

/* Of one fact. */
struct settle_row {
    bool settles;
    struct debit_move move;
    struct bank_file_id file;
};

struct settle {
    const struct bank_facts *facts;
    const struct effect *effect;
    struct settle_row *rows; /* by the place of the fact; NULL: no set */
    struct debit_settling day;
    struct debit_move **moves; /* in the set under way */
    size_t count;
    /* What the fact before named, and what that is. */
    const struct bank_fact *before;
    struct subject named;
};

/* --- which facts --------------------------------------------------------------------------------
 */

static bool may_settle(const struct bank_fact *fact, const struct effect *effect)
{
    return fact->says == BANK_SAYS_CREDIT && !fact->is_charge && fact->end_to_end.len > 0 &&
           fact->day.year != 0 && fact_posts(fact, effect);
}

static err_t references_put(struct ctx *cx, struct tx *tx, const struct settle *settle,
                            int64_t *count)
{
    const struct bank_facts *facts = settle->facts;
    int64_t put;

    *count = 0;
    for (size_t i = facts->from; i < facts->count; i++) {
        const struct bank_fact *fact = &facts->items[i];
        if (!may_settle(fact, settle->effect))
            continue;
        TRY(store_run_count(cx, tx, &SQL_MOVING_REFERENCE_ADD,
                            ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                                 V_TEXT(fact->end_to_end), V_INT((int64_t)i)),
                            &put));
        *count += put;
    }
    return OK;
}

/* Its debit waits for its settlement, for this amount, and nothing else is known of it. */
static void row_read(struct rows *rows, struct settle *settle)
{
    int64_t place = col_int(rows, 0);

    must(place >= (int64_t)settle->facts->from);
    must(place < (int64_t)settle->facts->count);
    const struct bank_fact *fact = &settle->facts->items[place];
    struct settle_row *row = &settle->rows[place];
    row->move.amount = (struct money){col_int(rows, 3), CURRENCY_EUR};
    row->move.created = col_int(rows, 5);
    row->move.state = PAYMENT_CAPTURE_SENT;
    col_id(rows, 1, row->move.payment.raw);
    col_id(rows, 2, row->file.raw);
    must(mandate_scheme_parse(col_text(rows, 4), &row->move.scheme));
    row->settles = fact->amount_cents == row->move.amount.minor;
}

static err_t rows_read(struct ctx *cx, struct tx *tx, struct settle *settle)
{
    struct rows *rows;
    bool has;

    settle->rows = arena_array(cx->arena, struct settle_row, settle->facts->count);
    settle->moves = arena_array(cx->arena, struct debit_move *, settle->facts->count);
    TRY(store_query(cx, tx, &SQL_MOVING_REFERENCE_DEBITS,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode))), &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        row_read(rows, settle);
    }
}

err_t settle_begin(struct ctx *cx, struct tx *tx, const struct bank_facts *facts,
                   const struct effect *effect, struct settle **out)
{
    struct settle *settle = arena_make(cx->arena, struct settle);
    int64_t removed;
    int64_t count;

    *settle = (struct settle){.facts = facts, .effect = effect};
    *out = settle;
    if (facts->count - facts->from < SET_MIN)
        return OK;
    TRY(references_put(cx, tx, settle, &count));
    if (count == 0)
        return OK;
    TRY(rows_read(cx, tx, settle));
    TRY(store_run_count(cx, tx, &SQL_MOVING_REFERENCE_END,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode))), &removed));
    return removed == count ? OK : ERR_STATE;
}

/* --- the set ------------------------------------------------------------------------------------
 */

err_t settle_flush(struct ctx *cx, struct tx *tx, struct settle *settle)
{
    size_t count = settle->count;

    settle->count = 0;
    return debit_set_settled(cx, tx, &settle->day, settle->moves, count, true);
}

/* Whether the file that the fact names, if any, is that of the transaction. */
static err_t file_agrees(struct ctx *cx, struct tx *tx, struct settle *settle,
                         const struct bank_fact *fact, struct bank_file_id file, bool *out)
{
    const struct bank_fact *before = settle->before;

    if (before == NULL || !str_eq(before->message, fact->message) ||
        !str_eq(before->payment_info, fact->payment_info)) {
        TRY(subject_named(cx, tx, fact, &settle->named));
        settle->before = fact;
    }
    *out = !settle->named.elsewhere && (!settle->named.found || ID_EQ(settle->named.file, file));
    return OK;
}

err_t settle_take(struct ctx *cx, struct tx *tx, struct settle *settle, size_t place, bool *taken)
{
    const struct bank_fact *fact = &settle->facts->items[place];

    *taken = false;
    if (settle->rows == NULL || !settle->rows[place].settles)
        return OK;
    struct settle_row *row = &settle->rows[place];
    TRY(file_agrees(cx, tx, settle, fact, row->file, taken));
    if (!*taken)
        return OK;
    if (settle->count > 0 && date_compare(settle->day.day, fact->day) != 0)
        TRY(settle_flush(cx, tx, settle));
    if (settle->day.day.year == 0 || date_compare(settle->day.day, fact->day) != 0)
        settle->day = debit_settling_on(fact->day);
    settle->moves[settle->count++] = &row->move;
    return debit_set_settle(cx, tx, &settle->day, &row->move, fact->key);
}

void settle_forget(struct settle *settle, const struct effect *effect)
{
    if (settle->rows == NULL)
        return;
    if (effect->touched_blocks) {
        settle->rows = NULL;
        return;
    }
    for (size_t i = settle->facts->from; effect->touched[0] != '\0' && i < settle->facts->count;
         i++) {
        if (strcmp(settle->rows[i].move.payment.raw, effect->touched) == 0)
            settle->rows[i].settles = false;
    }
}
