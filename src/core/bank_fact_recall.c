#include <string.h>

#include "base/must.h"
#include "core/bank_cancellation.h"
#include "core/bank_fact_internal.h"
#include "store/sql.h"

/* What the bank answers to a request for cancellation (standards/sepa.md 4 and 10.3). */

/* Where it gives no reason: at the wish of the one who collects. */
static struct str recall_reason(const struct bank_fact *fact)
{
    return fact->reason.len > 0 ? fact->reason : STR("CUST");
}

/* [doc] The reasons of a request for cancellation, or of its execution. */
static bool is_recall_reason(struct str reason)
{
    static const char *const CODES[] = {"FOCR", "DUPL", "TECH", "FRAD", "CUST"};

    for (size_t i = 0; i < ARRAY_LEN(CODES); i++) {
        if (str_eq(reason, str_of(CODES[i])))
            return true;
    }
    return false;
}

/* Before settlement it cancels the payment; what was settled comes back by a line of its own. */
static err_t confirmed(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                       struct effect *effect, struct bank_item *item)
{
    struct payment_id payment;
    struct debit debit;

    if (item_is_open(item)) {
        memcpy(payment.raw, item->object, sizeof payment.raw);
        TRY(debit_load(cx, tx, payment, &debit));
        item->reason = recall_reason(fact);
        TRY(item_done(cx, tx, fact, effect, item, debit_recalled(cx, tx, &debit, item->reason),
                      BANK_ITEM_REJECTED));
        if (item->state != BANK_ITEM_REJECTED)
            return OK;
    }
    effect->outcome = BANK_APPLIED;
    return bank_cancellation_answered(cx, tx, item->object, BANK_CANCELLATION_CONFIRMED,
                                      fact->reason);
}

static err_t refused(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                     struct effect *effect, const struct bank_item *item)
{
    TRY(bank_cancellation_answered(cx, tx, item->object, BANK_CANCELLATION_REFUSED, fact->reason));
    return fact_trouble(cx, tx, fact, effect, BANK_CANCELLATION, item->object);
}

static err_t answered_again(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                            struct effect *effect, const struct bank_item *item,
                            enum bank_cancellation_state state)
{
    bool same = fact->says == BANK_SAYS_RECALLING ||
                (fact->says == BANK_SAYS_RECALLED) == (state == BANK_CANCELLATION_CONFIRMED);

    return same ? OK : fact_trouble(cx, tx, fact, effect, BANK_CONTRADICTION, item->object);
}

err_t item_recall(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                  struct effect *effect, struct bank_item *item)
{
    enum bank_cancellation_state state;

    if (item->kind != BANK_ITEM_DEBIT)
        return fact_trouble(cx, tx, fact, effect, BANK_CANCELLATION, item->object);
    TRY(bank_cancellation_find(cx, tx, item->object, &state));
    if ((int)state == 0) {
        effect->outcome = BANK_PARKED; /* the person who asked may record it yet */
        return OK;
    }
    if (state != BANK_CANCELLATION_ASKED)
        return answered_again(cx, tx, fact, effect, item, state);
    if (fact->says == BANK_SAYS_RECALLING)
        return OK;
    return fact->says == BANK_SAYS_RECALLED ? confirmed(cx, tx, fact, effect, item)
                                            : refused(cx, tx, fact, effect, item);
}

static err_t asked_read(struct ctx *cx, struct tx *tx, const struct subject *subject, int64_t most,
                        struct bank_item **out, size_t *count)
{
    struct rows *rows;
    bool has;

    *out = arena_array(cx->arena, struct bank_item, (size_t)most);
    TRY(store_query(cx, tx, &SQL_BANK_ITEMS_RECALLING,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(subject->file),
                         V_INT(subject->from_block), V_INT(subject->until_block), V_INT(most)),
                    &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        bank_item_row(rows, &(*out)[*count]);
    }
}

static err_t ever_asked(struct ctx *cx, struct tx *tx, const struct subject *subject, bool *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_BANK_ITEMS_RECALLED,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(subject->file),
                             V_INT(subject->from_block), V_INT(subject->until_block)),
                        &rows, &found));
    must(found);
    *out = col_int(rows, 0) > 0;
    rows_end(rows);
    return OK;
}

/* Of a whole block or file: about those debits in it that were asked for, and no others. */
err_t blocks_recall(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                    struct effect *effect, const struct subject *subject)
{
    struct bank_item *items;
    bool ever;
    size_t count = 0;

    TRY(ever_asked(cx, tx, subject, &ever));
    effect->outcome = ever ? BANK_HISTORY : BANK_PARKED;
    if (!ever || fact->says == BANK_SAYS_RECALLING)
        return OK;
    if (effect->room > 0)
        TRY(asked_read(cx, tx, subject, effect->room, &items, &count));
    effect->unfinished = (int64_t)count == effect->room;
    for (size_t i = 0; i < count; i++) {
        effect->room--;
        TRY(item_recall(cx, tx, fact, effect, &items[i]));
    }
    return OK;
}

err_t recall_by_reject(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                       struct effect *effect, struct bank_item *item, bool *recalled)
{
    enum bank_cancellation_state state = 0;

    *recalled = false;
    if (item->kind != BANK_ITEM_DEBIT || !is_recall_reason(fact->reason))
        return OK;
    TRY(bank_cancellation_find(cx, tx, item->object, &state));
    if (state != BANK_CANCELLATION_ASKED)
        return OK;
    *recalled = true;
    return confirmed(cx, tx, fact, effect, item);
}

err_t recall_by_return(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                       const struct bank_item *item)
{
    enum bank_cancellation_state state = 0;

    if (item->kind != BANK_ITEM_DEBIT || item->state != BANK_ITEM_RETURNED ||
        !is_recall_reason(fact->reason))
        return OK;
    TRY(bank_cancellation_find(cx, tx, item->object, &state));
    if (state != BANK_CANCELLATION_ASKED)
        return OK;
    return bank_cancellation_answered(cx, tx, item->object, BANK_CANCELLATION_CONFIRMED,
                                      fact->reason);
}
