#include "core/bank_fact.h"

#include <string.h>

#include "base/must.h"
#include "core/bank_file_internal.h"
#include "core/refund.h"
#include "store/sql.h"

enum { PAGE = 200 };

/* --- what it is about ---------------------------------------------------------------------------
 */

/* One transaction, or the blocks of a file. */
struct subject {
    bool found;
    bool elsewhere;
    bool is_item;
    struct bank_item item;
    struct bank_file_id file;
    int64_t from_block;
    int64_t until_block;
    bool whole_file;
};

static bool about_item(const struct bank_fact *fact)
{
    return fact->end_to_end.len > 0 || fact->instruction.len > 0;
}

/* "X-3" is a block of the file X. */
static struct str message_of_block(struct str payment_info)
{
    size_t len = payment_info.len;

    while (len > 0 && payment_info.ptr[len - 1] != '-')
        len--;
    return len < 2 ? STR_NONE : str_sub(payment_info, 0, len - 1);
}

/* The file with this number, of whoever it is. */
static err_t message_find(struct ctx *cx, struct tx *tx, struct str msg_id, struct subject *subject)
{
    struct merchant_id merchant;
    struct rows *rows;
    enum mode mode;
    bool found;

    if (msg_id.len == 0)
        return OK;
    TRY(store_query_one(cx, tx, &SQL_BANK_MESSAGE_FIND, ARGS(V_TEXT(msg_id)), &rows, &found));
    if (!found)
        return OK;
    col_id(rows, 0, merchant.raw);
    must(mode_parse(col_text(rows, 1), &mode));
    subject->elsewhere = mode != cx->mode || !ID_EQ(merchant, cx->merchant);
    subject->found = !subject->elsewhere;
    subject->whole_file = true;
    subject->from_block = 0;
    subject->until_block = INT64_MAX;
    col_id(rows, 2, subject->file.raw);
    rows_end(rows);
    return OK;
}

static err_t block_find(struct ctx *cx, struct tx *tx, struct str info, struct subject *subject)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_BANK_BLOCK_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(info)), &rows,
                        &found));
    if (!found) {
        TRY(message_find(cx, tx, message_of_block(info), subject));
        subject->found = false;
        return OK;
    }
    subject->found = true;
    subject->whole_file = false;
    col_id(rows, 0, subject->file.raw);
    subject->from_block = col_int(rows, 1);
    subject->until_block = subject->from_block;
    rows_end(rows);
    return OK;
}

static err_t item_read(struct ctx *cx, struct tx *tx, const struct sql *sql, struct str key,
                       struct subject *subject)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, sql,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(key)), &rows,
                        &subject->found));
    if (!subject->found)
        return OK;
    bank_item_row(rows, &subject->item);
    rows_end(rows);
    subject->is_item = true;
    subject->file = subject->item.file;
    return OK;
}

/* References are never used twice, so one that the file names agrees with its number and block;
 * when it does not, it is about somebody else's file. */
static err_t item_find(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                       struct subject *subject)
{
    struct subject named = {.found = false};

    if (fact->end_to_end.len > 0)
        TRY(item_read(cx, tx, &SQL_BANK_ITEM_BY_REFERENCE, fact->end_to_end, subject));
    if (!subject->found && fact->instruction.len > 0)
        TRY(item_read(cx, tx, &SQL_BANK_ITEM_BY_OBJECT, fact->instruction, subject));
    TRY(message_find(cx, tx, fact->message, &named));
    if (!named.found && !named.elsewhere && fact->payment_info.len > 0)
        TRY(message_find(cx, tx, message_of_block(fact->payment_info), &named));
    if (named.elsewhere || (subject->found && named.found && !ID_EQ(named.file, subject->file)))
        subject->found = false;
    subject->elsewhere = named.elsewhere;
    return OK;
}

static err_t subject_find(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                          struct subject *subject)
{
    *subject = (struct subject){.found = false};
    if (about_item(fact))
        return item_find(cx, tx, fact, subject);
    if (fact->payment_info.len > 0)
        return block_find(cx, tx, fact->payment_info, subject);
    return message_find(cx, tx, fact->message, subject);
}

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

static err_t trouble(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                     struct effect *effect, enum bank_trouble what, const char *object)
{
    effect->outcome = BANK_TO_WORK;
    return bank_work_put(cx, tx, effect->report, fact, what, object);
}

/* What the core refuses is a contradiction between the bank and us, not a failure: it changed
 * nothing. */
static err_t done(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                  struct effect *effect, struct bank_item *item, err_t err,
                  enum bank_item_state state)
{
    if (err == ERR_STATE) {
        ctx_clear_faults(cx);
        return trouble(cx, tx, fact, effect, BANK_CONTRADICTION, item->object);
    }
    TRY(err);
    effect->outcome = BANK_APPLIED;
    item->state = state;
    return bank_item_write(cx, tx, item);
}

/* No reason is what banks call "not specified" (sepa.md 4.1). */
static struct str reason_of(const struct bank_fact *fact)
{
    return fact->reason.len > 0 ? fact->reason : STR("MS03");
}

static bool not_final(const struct bank_item *item)
{
    return item->state < BANK_ITEM_SETTLED;
}

static err_t item_rejected(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                           struct effect *effect, struct bank_item *item)
{
    const struct debit_return back = {
        .reason = reason_of(fact),
        .booked = fact->day.year != 0 ? fact->day : date_paris(cx->now),
        .charged_minor = item->amount_cents,
    };

    if (item->state > BANK_ITEM_SETTLED)
        return OK;
    item->reason = reason_of(fact);
    if (not_final(item))
        return done(cx, tx, fact, effect, item, reject(cx, tx, item, item->reason),
                    BANK_ITEM_REJECTED);
    /* After settlement it is a return (sepa.md 10.5.4). */
    return done(cx, tx, fact, effect, item, come_back(cx, tx, item, &back), BANK_ITEM_RETURNED);
}

/* The line that shows our money moved as it was to. */
static err_t item_booked(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                         struct effect *effect, struct bank_item *item)
{
    struct date day = fact->day;

    if (fact->statement != effect->profile->posts_statement)
        return OK; /* the other report books */
    if (fact->amount_cents != item->amount_cents)
        return trouble(cx, tx, fact, effect, BANK_AMOUNT, item->object);
    if (item->credit.len > 0 || item->state == BANK_ITEM_REJECTED)
        return trouble(cx, tx, fact, effect, BANK_CONTRADICTION, item->object);
    item->credit = fact->key;
    /* What came back before we heard of its settlement was taken for settled. */
    if (!not_final(item))
        return done(cx, tx, fact, effect, item, OK, item->state);
    if (day.year == 0)
        TRY(due_day(cx, tx, item, &day));
    return done(cx, tx, fact, effect, item, settle(cx, tx, item, day), BANK_ITEM_SETTLED);
}

/* Settled without our having heard of it: on its day. */
static err_t settle_unheard(struct ctx *cx, struct tx *tx, const struct bank_item *item)
{
    struct date due;

    if (!not_final(item))
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

/* Money that goes the other way: a return of a debit, a transfer sent back. */
static err_t item_back(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                       struct effect *effect, struct bank_item *item)
{
    const struct debit_return back = {
        .reason = reason_of(fact),
        .booked = fact->day.year != 0 ? fact->day : date_paris(cx->now),
        .charged_minor = fact->amount_cents,
    };
    bool whole = fact->original_cents == 0 || fact->original_cents == item->amount_cents;
    struct date due;

    /* A reject that is booked too only balances a credit of the whole block. */
    if (item->state > BANK_ITEM_SETTLED)
        return OK;
    /* There are no partial returns; a bank may take more than the amount, not less. */
    if (!whole || fact->amount_cents < item->amount_cents)
        return trouble(cx, tx, fact, effect, BANK_AMOUNT, item->object);
    TRY(due_day(cx, tx, item, &due));
    item->reason = back.reason;
    if (not_final(item) && item->kind == BANK_ITEM_DEBIT && date_compare(back.booked, due) < 0)
        return done(cx, tx, fact, effect, item, reject(cx, tx, item, back.reason),
                    BANK_ITEM_REJECTED);
    return done(cx, tx, fact, effect, item, settle_and_come_back(cx, tx, item, &back),
                BANK_ITEM_RETURNED);
}

static err_t item_rises(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                        struct effect *effect, struct bank_item *item, enum bank_item_state state)
{
    if (item->state >= state)
        return OK;
    return done(cx, tx, fact, effect, item, OK, state);
}

static err_t status_answers(struct ctx *cx, struct tx *tx, const struct effect *effect,
                            struct bank_file_id file, enum bank_file_state state)
{
    return effect->outcome == BANK_APPLIED ? bank_file_answered(cx, tx, file, state) : OK;
}

static err_t item_effect(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                         struct effect *effect, struct bank_item *item)
{
    bool status_amount_differs = fact->amount_cents != 0 && fact->says < BANK_SAYS_CREDIT &&
                                 fact->amount_cents != item->amount_cents;
    bool is_debit = item->kind == BANK_ITEM_DEBIT;

    effect->room--;
    if (status_amount_differs)
        return trouble(cx, tx, fact, effect, BANK_AMOUNT, item->object);
    /* It cannot have been at the bank. */
    if (item->state == BANK_ITEM_TAKEN)
        return trouble(cx, tx, fact, effect, BANK_CONTRADICTION, item->object);
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
    case BANK_SAYS_TROUBLE:
        break;
    }
    must_fail(__FILE__, __LINE__, "a fact about a transaction");
}

/* --- blocks and files ---------------------------------------------------------------------------
 */

typedef err_t each_item(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                        struct effect *effect, struct bank_item *item);

/* Whether this fact still has to change it. */
typedef bool wants_item(const struct bank_fact *fact, const struct bank_item *item);

/* Runs over the transactions of the blocks as far as there is room. */
static err_t items_run(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                       struct effect *effect, const struct subject *subject, wants_item *wants,
                       each_item *each)
{
    struct bank_place place = {.block = subject->from_block - 1};
    struct bank_item *items;
    size_t count;

    /* Behind every transaction of the block before. */
    memset(place.object, '~', ID_LEN);
    for (;;) {
        TRY(bank_items(cx, tx, subject->file, &place, PAGE, &items, &count));
        for (size_t i = 0; i < count; i++) {
            if (items[i].block > subject->until_block)
                return OK;
            if (!wants(fact, &items[i]))
                continue;
            if (effect->room <= 0) {
                effect->unfinished = true;
                return OK;
            }
            effect->room--;
            TRY(each(cx, tx, fact, effect, &items[i]));
        }
        if (count < PAGE)
            return OK;
    }
}

static bool wants_reject(const struct bank_fact *fact, const struct bank_item *item)
{
    (void)fact;
    return item->state <= BANK_ITEM_SETTLED;
}

/* One that the core refuses stays as it is, and is told of once: the fact is then over. */
static err_t blocks_rejected(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                             struct effect *effect, const struct subject *subject)
{
    struct bank_block *blocks;
    size_t count;

    TRY(items_run(cx, tx, fact, effect, subject, wants_reject, item_rejected));
    if (effect->unfinished)
        return OK;
    TRY(bank_blocks(cx, tx, subject->file, &blocks, &count));
    bool all = subject->whole_file || count == 1;
    if (effect->outcome == BANK_HISTORY)
        effect->outcome = BANK_APPLIED;
    return bank_file_answered(cx, tx, subject->file,
                              all ? BANK_FILE_REJECTED : BANK_FILE_PARTLY_REJECTED);
}

static err_t blocks_rise(struct ctx *cx, struct tx *tx, const struct subject *subject,
                         enum bank_item_state state)
{
    TRY(store_run(cx, tx, &SQL_BANK_ITEM_ACCEPT,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(subject->file),
                       V_INT(subject->from_block), V_INT(subject->until_block),
                       V_WORD(bank_item_state_text(state)))));
    return bank_file_answered(cx, tx, subject->file, BANK_FILE_ACKNOWLEDGED);
}

static bool wants_booking(const struct bank_fact *fact, const struct bank_item *item)
{
    (void)fact;
    return item->credit.len == 0 && item->state != BANK_ITEM_REJECTED;
}

static bool wants_contradiction(const struct bank_fact *fact, const struct bank_item *item)
{
    (void)fact;
    return item->credit.len == 0 && item->state == BANK_ITEM_REJECTED;
}

static err_t booked_in_block(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                             struct effect *effect, struct bank_item *item)
{
    struct bank_fact one = *fact;

    one.amount_cents = item->amount_cents;
    return item_booked(cx, tx, &one, effect, item);
}

/* The bank has credited what it had rejected. */
static err_t credited_though_rejected(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                                      struct effect *effect, struct bank_item *item)
{
    struct bank_fact one = *fact;

    one.amount_cents = item->amount_cents;
    item->credit = fact->key;
    TRY(bank_item_write(cx, tx, item));
    return trouble(cx, tx, &one, effect, BANK_CONTRADICTION, item->object);
}

/* One line for whole blocks. It must be what they come to, without what was rejected, or with it;
 * else it waits for what explains the difference. */
static err_t blocks_booked(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                           struct effect *effect, const struct subject *subject)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_BANK_BLOCK_SUMS,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(subject->file),
                             V_INT(subject->from_block), V_INT(subject->until_block),
                             V_TEXT(fact->key)),
                        &rows, &found));
    must(found);
    int64_t net = col_int(rows, 0);
    int64_t gross = col_int(rows, 1);
    rows_end(rows);
    if (fact->amount_cents != net && fact->amount_cents != gross) {
        effect->outcome = BANK_PARKED;
        return OK;
    }
    TRY(items_run(cx, tx, fact, effect, subject, wants_booking, booked_in_block));
    if (effect->unfinished || fact->amount_cents == net)
        return OK;
    return items_run(cx, tx, fact, effect, subject, wants_contradiction, credited_though_rejected);
}

static err_t blocks_effect(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                           struct effect *effect, const struct subject *subject)
{
    struct bank_file file;

    TRY(bank_file_load(cx, tx, subject->file, &file));
    if (file.released == 0)
        return trouble(cx, tx, fact, effect, BANK_CONTRADICTION, file.id.raw);
    effect->outcome = fact->says < BANK_SAYS_CREDIT ? BANK_APPLIED : BANK_HISTORY;
    switch (fact->says) {
    case BANK_SAYS_RECEIVED:
        return blocks_rise(cx, tx, subject, BANK_ITEM_RECEIVED);
    case BANK_SAYS_ACCEPTED:
        return blocks_rise(cx, tx, subject, BANK_ITEM_ACCEPTED);
    case BANK_SAYS_PARTLY:
        return bank_file_answered(cx, tx, subject->file, BANK_FILE_PARTLY_REJECTED);
    case BANK_SAYS_REJECTED:
        return blocks_rejected(cx, tx, fact, effect, subject);
    case BANK_SAYS_CREDIT:
    case BANK_SAYS_DEBIT:
        if (fact->statement != effect->profile->posts_statement)
            return OK;
        if ((fact->says == BANK_SAYS_CREDIT) == (file.kind == BANK_FILE_DEBITS))
            return blocks_booked(cx, tx, fact, effect, subject);
        effect->outcome = BANK_PARKED; /* returns without saying of what: another report does */
        return OK;
    case BANK_SAYS_TROUBLE:
        break;
    }
    must_fail(__FILE__, __LINE__, "a fact about blocks");
}

/* --- any fact -----------------------------------------------------------------------------------
 */

static bool names_something(const struct bank_fact *fact)
{
    return about_item(fact) || fact->payment_info.len > 0 || fact->message.len > 0;
}

err_t bank_fact_effect(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                       struct effect *effect)
{
    struct subject subject;

    effect->outcome = BANK_HISTORY;
    effect->unfinished = false;
    effect->elsewhere = false;
    if (fact->says == BANK_SAYS_TROUBLE)
        return trouble(cx, tx, fact, effect, fact->trouble, "");
    TRY(subject_find(cx, tx, fact, &subject));
    effect->elsewhere = subject.elsewhere;
    if (subject.elsewhere)
        return OK;
    if (subject.found && subject.is_item)
        return item_effect(cx, tx, fact, effect, &subject.item);
    if (subject.found)
        return blocks_effect(cx, tx, fact, effect, &subject);
    if (!fact->ours)
        return OK; /* the account has other lines too */
    if (!names_something(fact))
        return trouble(cx, tx, fact, effect, BANK_UNMATCHED, "");
    effect->outcome = BANK_PARKED;
    return OK;
}
