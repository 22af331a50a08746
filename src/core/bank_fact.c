#include <string.h>

#include "base/must.h"
#include "core/bank_fact_internal.h"
#include "core/bank_line.h"

/* --- any fact -----------------------------------------------------------------------------------
 */

static bool names_something(const struct bank_fact *fact)
{
    return fact_names_item(fact) || fact->payment_info.len > 0 || fact->message.len > 0;
}

/* A charge of the bank, whatever it is for. */
static err_t charged(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                     struct effect *effect, const struct subject *subject)
{
    bool of_ours = subject->found && subject->is_item;

    if (!fact_posts(fact, effect) || (!of_ours && !effect->profile->books_others))
        return OK;
    effect->elsewhere = !of_ours && effect->shared;
    if (effect->elsewhere)
        return OK;
    effect->outcome = BANK_APPLIED;
    return bank_line_charge(cx, tx, fact, fact_moved(fact), of_ours ? subject->item.object : "");
}

/* The account has other lines too. */
static err_t other_line(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                        struct effect *effect)
{
    if (!fact_posts(fact, effect) || !effect->profile->books_others)
        return OK;
    return fact_trouble(cx, tx, fact, effect, BANK_UNMATCHED, "");
}

err_t bank_fact_effect(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                       struct effect *effect)
{
    struct subject subject;

    effect->outcome = BANK_HISTORY;
    effect->unfinished = false;
    effect->elsewhere = false;
    effect->touched[0] = '\0';
    effect->touched_blocks = false;
    if (fact->says == BANK_SAYS_TROUBLE)
        return fact_trouble(cx, tx, fact, effect, fact->trouble, "");
    TRY(subject_find(cx, tx, fact, &subject));
    effect->elsewhere = subject.elsewhere;
    if (!subject.found && !subject.elsewhere)
        TRY(subject_of_others(cx, tx, fact, effect, &effect->elsewhere));
    if (effect->elsewhere)
        return OK;
    effect->touched_blocks = subject.found && !subject.is_item;
    if (subject.found && subject.is_item)
        memcpy(effect->touched, subject.item.object, sizeof effect->touched);
    if (fact->is_charge)
        return charged(cx, tx, fact, effect, &subject);
    if (subject.found && subject.is_item)
        return item_effect(cx, tx, fact, effect, &subject.item);
    if (subject.found)
        return blocks_effect(cx, tx, fact, effect, &subject);
    if (!fact->ours)
        return other_line(cx, tx, fact, effect);
    if (!names_something(fact))
        return fact_trouble(cx, tx, fact, effect, BANK_UNMATCHED, "");
    effect->elsewhere = effect->shared && fact_is_line(fact);
    effect->outcome = BANK_PARKED;
    return OK;
}

/* --- what a person says ------------------------------------------------------------------------
 */

/* A payout that a person has transferred is in no file. */
static err_t payout_match(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                          struct str name, struct effect *effect)
{
    struct payout payout;
    struct payout_id id;

    if (!ID_PARSE(name, &id) || payout_load(cx, tx, id, &payout) != OK) {
        ctx_clear_faults(cx);
        return fault(cx, ERR_NOT_FOUND, "subject", "is in no file of ours, and no payout");
    }
    if (fact_moved(fact) != -payout.amount.minor || payout.amount.currency != CURRENCY_EUR)
        return fact_trouble(cx, tx, fact, effect, BANK_AMOUNT, id.raw);
    effect->outcome = BANK_APPLIED;
    return payout_paid(cx, tx, id);
}

err_t bank_fact_match(struct ctx *cx, struct tx *tx, const struct bank_fact *fact, struct str name,
                      struct effect *effect)
{
    struct subject subject;

    must(effect->by_hand);
    effect->outcome = BANK_HISTORY;
    effect->unfinished = false;
    TRY(subject_of_name(cx, tx, name, &subject));
    if (!subject.found)
        return payout_match(cx, tx, fact, name, effect);
    if (subject.is_item)
        TRY(item_effect(cx, tx, fact, effect, &subject.item));
    else
        TRY(blocks_effect(cx, tx, fact, effect, &subject));
    if (effect->outcome == BANK_PARKED)
        return fault(cx, ERR_STATE, "subject", "does not come to this amount");
    if (effect->outcome != BANK_APPLIED && !effect->unfinished)
        return fault(cx, ERR_STATE, "subject", "has this line already");
    return OK;
}
