#include "base/must.h"
#include "core/bank_fact_internal.h"
#include "core/bank_work.h"
#include "core/event.h"
#include "store/sql.h"

/* Verification of Payee (standards/sepa.md 16): whether the account that a transfer goes to is of
 * who is to be paid. RVNM and RVNA hold it for a person, RVMC shows the name that the bank
 * suggests, RCVC goes on. */

/* [doc] Several orders of one file may be opted out; one that is alone in its file is compared all
 * the same. What the bank does not wait for is only shown. */
static err_t is_holding(struct ctx *cx, struct tx *tx, const struct effect *effect,
                        const struct bank_item *item, struct str code, bool *out)
{
    struct bank_file file;

    *out = str_eq(code, STR("RVNM")) || str_eq(code, STR("RVNA"));
    if (!*out || !effect->profile->payees_opted_out)
        return OK;
    TRY(bank_file_load(cx, tx, item->file, &file));
    *out = file.count == 1;
    return OK;
}

static err_t doubt(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                   struct effect *effect, struct bank_item *item)
{
    struct bank_work work = bank_work_of(cx, fact, effect->report, BANK_PAYEE, item->object);
    bool holding;

    work.amount_cents = item->amount_cents;
    TRY(is_holding(cx, tx, effect, item, fact->reason, &holding));
    TRY(bank_work_put(cx, tx, &work));
    effect->outcome = BANK_TO_WORK;
    if (holding)
        item->held = work.id;
    return OK;
}

err_t item_payee(struct ctx *cx, struct tx *tx, const struct bank_fact *fact, struct effect *effect,
                 struct bank_item *item)
{
    bool matches = str_eq(fact->reason, STR("RCVC"));

    if (item->kind == BANK_ITEM_DEBIT)
        return fact_trouble(cx, tx, fact, effect, BANK_CONTRADICTION, item->object);
    /* Whoever is in doubt already, or has decided, is not asked again by a second look. */
    if (item->payee.len > 0 && !str_eq(item->payee, STR("RCVC")))
        return OK;
    item->payee = fact->reason;
    item->payee_name = fact->payee_name.len > 0 ? fact->payee_name : STR_NONE;
    effect->outcome = BANK_APPLIED;
    if (item->state < BANK_ITEM_RECEIVED)
        item->state = BANK_ITEM_RECEIVED;
    if (!matches && item_is_open(item))
        TRY(doubt(cx, tx, fact, effect, item));
    TRY(event_put(cx, tx, "bank.payee", item->object, str_cstr(cx->arena, item->payee)));
    return bank_item_write(cx, tx, item);
}

/* A bank that has to wait for us and does not is a person's business all the same. */
err_t payee_hold_over(struct ctx *cx, struct tx *tx, const struct effect *effect,
                      struct bank_item *item)
{
    bool unasked = effect->profile->payees_before && item->state == BANK_ITEM_SETTLED;
    struct bank_work_id work = item->held;

    if (ID_NONE(work))
        return OK;
    item->held.raw[0] = '\0';
    return unasked ? OK : bank_work_over(cx, tx, work);
}
