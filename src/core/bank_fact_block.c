#include <string.h>

#include "base/must.h"
#include "core/bank_fact_internal.h"
#include "core/bank_line.h"
#include "store/sql.h"

/* What a fact about whole blocks or files does. */

enum { PAGE = 200 };

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
    return fact_trouble(cx, tx, &one, effect, BANK_CONTRADICTION, item->object);
}

struct block_sums {
    int64_t net; /* without what was rejected */
    int64_t gross;
};

static err_t block_sums_read(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                             const struct subject *subject, struct block_sums *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_BANK_BLOCK_SUMS,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(subject->file),
                             V_INT(subject->from_block), V_INT(subject->until_block),
                             V_TEXT(fact->key)),
                        &rows, &found));
    must(found);
    *out = (struct block_sums){.net = col_int(rows, 0), .gross = col_int(rows, 1)};
    rows_end(rows);
    return OK;
}

/* One line for whole blocks. It must be what they come to, without what was rejected, or with it;
 * else it waits for what explains the difference. */
static err_t blocks_booked(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                           struct effect *effect, const struct subject *subject)
{
    struct block_sums sums;

    TRY(block_sums_read(cx, tx, fact, subject, &sums));
    int64_t kept = fact_kept(fact, sums.net);
    bool net = fact->amount_cents == sums.net || kept > 0;
    if (!net)
        kept = fact_kept(fact, sums.gross);
    if (!net && fact->amount_cents != sums.gross && kept == 0) {
        effect->outcome = BANK_PARKED;
        return OK;
    }
    TRY(items_run(cx, tx, fact, effect, subject, wants_booking, booked_in_block));
    if (!effect->unfinished && !net)
        TRY(items_run(cx, tx, fact, effect, subject, wants_contradiction,
                      credited_though_rejected));
    if (effect->unfinished || kept == 0)
        return OK;
    return bank_line_charge(cx, tx, fact, -kept, "");
}

static bool wants_back(const struct bank_fact *fact, const struct bank_item *item)
{
    (void)fact;
    return item->state == BANK_ITEM_RETURNED && item->back.len == 0;
}

/* Returns in one line that does not say of what: another report does. It is explained when what
 * came back of the blocks comes to it. */
static err_t blocks_back(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                         struct effect *effect, const struct subject *subject)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_BANK_BLOCK_BACK,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(subject->file),
                             V_INT(subject->from_block), V_INT(subject->until_block),
                             V_TEXT(fact->key)),
                        &rows, &found));
    must(found);
    int64_t back = col_int(rows, 0);
    rows_end(rows);
    if (back != fact->amount_cents) {
        effect->outcome = BANK_PARKED;
        return OK;
    }
    return items_run(cx, tx, fact, effect, subject, wants_back, item_shown);
}

err_t blocks_effect(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                    struct effect *effect, const struct subject *subject)
{
    struct bank_file file;

    TRY(bank_file_load(cx, tx, subject->file, &file));
    /* It may have left before that was written down; then it waits for it (sepa.md 10.5.5). */
    if (file.state == BANK_FILE_BUILT && !effect->by_hand) {
        effect->outcome = BANK_PARKED;
        return OK;
    }
    if (file.released == 0)
        return fact_trouble(cx, tx, fact, effect, BANK_CONTRADICTION, file.id.raw);
    if (fact_is_line(fact) && fact_day_is_odd(cx, fact))
        return fact_trouble(cx, tx, fact, effect, BANK_UNREADABLE, file.id.raw);
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
        if (!fact_posts(fact, effect))
            return OK;
        if ((fact->says == BANK_SAYS_CREDIT) == (file.kind == BANK_FILE_DEBITS))
            return blocks_booked(cx, tx, fact, effect, subject);
        return blocks_back(cx, tx, fact, effect, subject);
    case BANK_SAYS_RECALLED:
    case BANK_SAYS_NOT_RECALLED:
    case BANK_SAYS_RECALLING:
        return blocks_recall(cx, tx, fact, effect, subject);
    case BANK_SAYS_PAYEE:
    case BANK_SAYS_TROUBLE:
        break;
    }
    must_fail(__FILE__, __LINE__, "a fact about blocks");
}
