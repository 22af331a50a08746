#include <string.h>

#include "base/must.h"
#include "core/bank_fact_internal.h"
#include "core/bank_line.h"
#include "core/refund.h"
#include "store/sql.h"

/* What a fact about one transaction does. */

static err_t due_day(struct ctx *cx, struct tx *tx, const struct bank_item *item, struct date *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(
        cx, tx, &SQL_BANK_BLOCK_DAY,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(item->file), V_INT(item->block)),
        &rows, &found));
    must(found);
    must(date_parse(col_text(rows, 0), out));
    rows_end(rows);
    return OK;
}

/* --- effects on what we sent --------------------------------------------------------------------
 */

static err_t debit_of(struct ctx *cx, struct tx *tx, const struct bank_item *item,
                      struct debit *out)
{
    struct payment_id payment;

    memcpy(payment.raw, item->object, sizeof payment.raw);
    return debit_load(cx, tx, payment, out);
}

static err_t refund_of(struct ctx *cx, struct tx *tx, const struct bank_item *item,
                       struct refund *out)
{
    struct refund_id refund;

    memcpy(refund.raw, item->object, sizeof refund.raw);
    return refund_load(cx, tx, refund, out);
}

static struct payout_id payout_of(const struct bank_item *item)
{
    struct payout_id payout;

    memcpy(payout.raw, item->object, sizeof payout.raw);
    return payout;
}

static err_t settle(struct ctx *cx, struct tx *tx, const struct bank_item *item, struct date day)
{
    struct payment_id payment;
    struct debit_move move;
    struct refund refund;

    switch (item->kind) {
    case BANK_ITEM_DEBIT:
        memcpy(payment.raw, item->object, sizeof payment.raw);
        TRY(debit_move_load(cx, tx, payment, &move));
        return debit_settled(cx, tx, &move, day);
    case BANK_ITEM_REFUND:
        TRY(refund_of(cx, tx, item, &refund));
        return refund_settled(cx, tx, &refund);
    case BANK_ITEM_PAYOUT:
        return payout_paid(cx, tx, payout_of(item));
    }
    must_fail(__FILE__, __LINE__, "a kind is a member");
}

static err_t reject(struct ctx *cx, struct tx *tx, const struct bank_item *item, struct str reason)
{
    struct refund refund;
    struct debit debit;

    switch (item->kind) {
    case BANK_ITEM_DEBIT:
        TRY(debit_of(cx, tx, item, &debit));
        return debit_rejected(cx, tx, &debit, reason);
    case BANK_ITEM_REFUND:
        TRY(refund_of(cx, tx, item, &refund));
        return refund_not_honored(cx, tx, &refund);
    case BANK_ITEM_PAYOUT:
        return payout_failed(cx, tx, payout_of(item));
    }
    must_fail(__FILE__, __LINE__, "a kind is a member");
}

err_t item_refuse(struct ctx *cx, struct tx *tx, struct bank_item *item, struct str reason)
{
    must(item->kind != BANK_ITEM_DEBIT);
    TRY(reject(cx, tx, item, reason));
    item->reason = reason;
    item->state = BANK_ITEM_REJECTED;
    return bank_item_write(cx, tx, item);
}

static err_t come_back(struct ctx *cx, struct tx *tx, const struct bank_item *item,
                       const struct debit_return *back)
{
    struct debit debit;

    if (item->kind != BANK_ITEM_DEBIT)
        return reject(cx, tx, item, back->reason);
    TRY(debit_of(cx, tx, item, &debit));
    return debit_returned(cx, tx, &debit, back);
}

/* --- one transaction ----------------------------------------------------------------------------
 */

static err_t kept_book(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                       const struct effect *effect, int64_t kept_cents, const char *object)
{
    return kept_cents == 0 || effect->outcome != BANK_APPLIED
               ? OK
               : bank_line_charge(cx, tx, fact, -kept_cents, object);
}

/* What the core refuses is a contradiction between the bank and us, not a failure: it changed
 * nothing. */
err_t item_done(struct ctx *cx, struct tx *tx, const struct bank_fact *fact, struct effect *effect,
                struct bank_item *item, err_t err, enum bank_item_state state)
{
    if (err == ERR_STATE) {
        ctx_clear_faults(cx);
        return fact_trouble(cx, tx, fact, effect, BANK_CONTRADICTION, item->object);
    }
    TRY(err);
    effect->outcome = BANK_APPLIED;
    item->state = state;
    if (!item_is_open(item))
        TRY(payee_hold_over(cx, tx, effect, item));
    return bank_item_write(cx, tx, item);
}

/* No reason is what banks call "not specified" (sepa.md 4.1). */
static struct str reason_of(const struct bank_fact *fact)
{
    return fact->reason.len > 0 ? fact->reason : STR("MS03");
}

bool item_is_open(const struct bank_item *item)
{
    return item->state < BANK_ITEM_SETTLED;
}

err_t item_rejected(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                    struct effect *effect, struct bank_item *item)
{
    const struct debit_return back = {
        .reason = reason_of(fact),
        .booked = fact_booked(cx, fact),
        .charged_minor = item->amount_cents,
    };

    bool recalled = false;

    if (item->state > BANK_ITEM_SETTLED)
        return OK;
    if (item_is_open(item))
        TRY(recall_by_reject(cx, tx, fact, effect, item, &recalled));
    if (recalled)
        return OK;
    item->reason = reason_of(fact);
    if (item_is_open(item))
        return item_done(cx, tx, fact, effect, item, reject(cx, tx, item, item->reason),
                         BANK_ITEM_REJECTED);
    /* After settlement it is a return (sepa.md 10.5.4). */
    item->back_cents = item->amount_cents;
    return item_done(cx, tx, fact, effect, item, come_back(cx, tx, item, &back),
                     BANK_ITEM_RETURNED);
}

/* The line that shows our money moved as it was to. */
err_t item_booked(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                  struct effect *effect, struct bank_item *item)
{
    int64_t kept = fact_kept(fact, item->amount_cents);
    struct date day = fact->day;

    if (!fact_posts(fact, effect))
        return OK; /* the other report books */
    if (fact->amount_cents != item->amount_cents && kept == 0)
        return fact_trouble(cx, tx, fact, effect, BANK_AMOUNT, item->object);
    if (item->credit.len > 0 || item->state == BANK_ITEM_REJECTED)
        return fact_trouble(cx, tx, fact, effect, BANK_CONTRADICTION, item->object);
    item->credit = fact->key;
    /* What came back before we heard of its settlement was taken for settled. */
    if (!item_is_open(item)) {
        TRY(item_done(cx, tx, fact, effect, item, OK, item->state));
        return kept_book(cx, tx, fact, effect, kept, item->object);
    }
    if (day.year == 0)
        TRY(due_day(cx, tx, item, &day));
    TRY(item_done(cx, tx, fact, effect, item, settle(cx, tx, item, day), BANK_ITEM_SETTLED));
    return kept_book(cx, tx, fact, effect, kept, item->object);
}

/* Settled without our having heard of it: on its day. */
static err_t settle_unheard(struct ctx *cx, struct tx *tx, const struct bank_item *item)
{
    struct date due;

    if (!item_is_open(item))
        return OK;
    TRY(due_day(cx, tx, item, &due));
    return settle(cx, tx, item, due);
}

static err_t settle_and_come_back(struct ctx *cx, struct tx *tx, const struct bank_item *item,
                                  const struct debit_return *back)
{
    TRY(settle_unheard(cx, tx, item));
    return come_back(cx, tx, item, back);
}

err_t item_shown(struct ctx *cx, struct tx *tx, const struct bank_fact *fact, struct effect *effect,
                 struct bank_item *item)
{
    item->back = fact->key;
    return item_done(cx, tx, fact, effect, item, OK, item->state);
}

/* It had come back already: told by another report, which may not have known the bank's charge. */
static err_t item_back_shown(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                             struct effect *effect, struct bank_item *item)
{
    bool is_debit = item->kind == BANK_ITEM_DEBIT;
    int64_t known = item->back_cents != 0 ? item->back_cents : fact->amount_cents;
    int64_t more = fact_moved(fact) - (is_debit ? -known : known);

    if (!fact_posts(fact, effect))
        return OK;
    if (item->back.len > 0)
        return fact_trouble(cx, tx, fact, effect, BANK_CONTRADICTION, item->object);
    if (more > 0 || (!is_debit && more != 0 && fact_kept(fact, known) == 0))
        return fact_trouble(cx, tx, fact, effect, BANK_AMOUNT, item->object);
    item->back_cents = fact->amount_cents;
    TRY(item_shown(cx, tx, fact, effect, item));
    return kept_book(cx, tx, fact, effect, -more, item->object);
}

/* A reject that is booked too only balances a credit of the whole block, in suspense until both are
 * there. */
static err_t item_taken_back(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                             struct effect *effect, const struct bank_item *item)
{
    if (!fact_posts(fact, effect))
        return OK;
    return fact_trouble(cx, tx, fact, effect, BANK_CONTRADICTION, item->object);
}

static err_t item_back_early(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                             struct effect *effect, struct bank_item *item)
{
    TRY(item_done(cx, tx, fact, effect, item, reject(cx, tx, item, item->reason),
                  BANK_ITEM_REJECTED));
    return item->state == BANK_ITEM_REJECTED ? item_taken_back(cx, tx, fact, effect, item) : OK;
}

/* There are no partial returns. A bank may take more than the amount of a debit; of a transfer that
 * comes back it may keep what it says. */
static bool back_fits(const struct bank_fact *fact, const struct bank_item *item, int64_t kept)
{
    bool whole = fact->original_cents == 0 || fact->original_cents == item->amount_cents;

    if (item->kind == BANK_ITEM_DEBIT)
        return whole && fact->amount_cents >= item->amount_cents;
    return whole && (fact->amount_cents == item->amount_cents || kept > 0);
}

/* Money that goes the other way: a return of a debit, a transfer sent back. */
static err_t item_back(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                       struct effect *effect, struct bank_item *item)
{
    bool is_debit = item->kind == BANK_ITEM_DEBIT;
    int64_t kept = is_debit ? 0 : fact_kept(fact, item->amount_cents);
    const struct debit_return back = {
        .reason = reason_of(fact),
        .booked = fact_booked(cx, fact),
        .charged_minor = fact->amount_cents,
    };
    struct date due;

    if (item->state == BANK_ITEM_REJECTED)
        return item_taken_back(cx, tx, fact, effect, item);
    if (item->state == BANK_ITEM_RETURNED)
        return item_back_shown(cx, tx, fact, effect, item);
    if (!back_fits(fact, item, kept))
        return fact_trouble(cx, tx, fact, effect, BANK_AMOUNT, item->object);
    TRY(due_day(cx, tx, item, &due));
    item->reason = back.reason;
    if (item_is_open(item) && is_debit && date_compare(back.booked, due) < 0)
        return item_back_early(cx, tx, fact, effect, item);
    item->back_cents = is_debit ? fact->amount_cents : item->amount_cents;
    if (fact_posts(fact, effect))
        item->back = fact->key;
    TRY(item_done(cx, tx, fact, effect, item, settle_and_come_back(cx, tx, item, &back),
                  BANK_ITEM_RETURNED));
    TRY(recall_by_return(cx, tx, fact, item));
    return fact_posts(fact, effect) ? kept_book(cx, tx, fact, effect, kept, item->object) : OK;
}

static err_t item_rises(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                        struct effect *effect, struct bank_item *item, enum bank_item_state state)
{
    if (item->state >= state)
        return OK;
    return item_done(cx, tx, fact, effect, item, OK, state);
}

static err_t status_answers(struct ctx *cx, struct tx *tx, const struct effect *effect,
                            struct bank_file_id file, enum bank_file_state state)
{
    return effect->outcome == BANK_APPLIED ? bank_file_answered(cx, tx, file, state) : OK;
}

/* What was settled or came back and was not shown by a line yet. */
static bool is_awaited(const struct bank_fact *fact, const struct bank_item *item)
{
    bool booking = (fact->says == BANK_SAYS_CREDIT) == (item->kind == BANK_ITEM_DEBIT);

    return booking ? item->credit.len == 0 && item->state != BANK_ITEM_REJECTED
                   : item->state == BANK_ITEM_RETURNED && item->back.len == 0;
}

/* A line without a reason that takes back what another one, held in suspense, had brought: twice
 * credited, once taken back. */
static err_t held_balance(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                          struct effect *effect, const struct bank_item *item, bool *balanced)
{
    *balanced = false;
    if (!fact_posts(fact, effect) || effect->by_hand || fact->reason.len > 0 ||
        is_awaited(fact, item))
        return OK;
    TRY(bank_line_waits(cx, tx, item->object, fact_moved(fact), balanced));
    return *balanced ? fact_trouble(cx, tx, fact, effect, BANK_CONTRADICTION, item->object) : OK;
}

err_t item_effect(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                  struct effect *effect, struct bank_item *item)
{
    bool status_amount_differs = fact->amount_cents != 0 && fact->says < BANK_SAYS_CREDIT &&
                                 fact->amount_cents != item->amount_cents;
    bool is_debit = item->kind == BANK_ITEM_DEBIT;
    bool balanced;

    effect->room--;
    TRY(held_balance(cx, tx, fact, effect, item, &balanced));
    if (balanced)
        return OK;
    if (fact_is_line(fact) && fact_day_is_odd(cx, fact))
        return fact_trouble(cx, tx, fact, effect, BANK_UNREADABLE, item->object);
    if (status_amount_differs)
        return fact_trouble(cx, tx, fact, effect, BANK_AMOUNT, item->object);
    /* It cannot have been at the bank. */
    if (item->state == BANK_ITEM_TAKEN)
        return fact_trouble(cx, tx, fact, effect, BANK_CONTRADICTION, item->object);
    switch (fact->says) {
    case BANK_SAYS_RECEIVED:
    case BANK_SAYS_PARTLY:
        return item_rises(cx, tx, fact, effect, item, BANK_ITEM_RECEIVED);
    case BANK_SAYS_ACCEPTED:
        return item_rises(cx, tx, fact, effect, item, BANK_ITEM_ACCEPTED);
    case BANK_SAYS_REJECTED:
        TRY(item_rejected(cx, tx, fact, effect, item));
        return status_answers(cx, tx, effect, item->file, BANK_FILE_PARTLY_REJECTED);
    case BANK_SAYS_CREDIT:
        return is_debit ? item_booked(cx, tx, fact, effect, item)
                        : item_back(cx, tx, fact, effect, item);
    case BANK_SAYS_DEBIT:
        return is_debit ? item_back(cx, tx, fact, effect, item)
                        : item_booked(cx, tx, fact, effect, item);
    case BANK_SAYS_PAYEE:
        return item_payee(cx, tx, fact, effect, item);
    case BANK_SAYS_RECALLED:
    case BANK_SAYS_NOT_RECALLED:
    case BANK_SAYS_RECALLING:
        return item_recall(cx, tx, fact, effect, item);
    case BANK_SAYS_TROUBLE:
        break;
    }
    must_fail(__FILE__, __LINE__, "a fact about a transaction");
}
