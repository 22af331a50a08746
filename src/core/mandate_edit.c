#include "core/mandate_edit.h"

#include "base/must.h"
#include "core/levy.h"
#include "core/mandate_operator.h"

static bool is_over(enum mandate_state state)
{
    return state == MANDATE_REVOKED || state == MANDATE_EXPIRED || state == MANDATE_CLOSED;
}

static bool is_already(enum mandate_state state, enum mandate_state to)
{
    return state == to || (to == MANDATE_REVOKED && is_over(state));
}

static bool is_a_wish(enum mandate_state to)
{
    return to == MANDATE_ACTIVE || to == MANDATE_SUSPENDED || to == MANDATE_REVOKED;
}

/* --- what may be refused -------------------------------------------------------------------------
 */

/* Another account puts right what suspended it. */
static err_t lift_check(struct ctx *cx, const struct mandate_edit *edit)
{
    if (edit->mandate.state != MANDATE_SUSPENDED || edit->to != MANDATE_ACTIVE ||
        edit->change.moves || !mandate_needs_account(&edit->mandate))
        return OK;
    return fault(cx, ERR_STATE, "mandate_status", "cannot become active without another iban");
}

static err_t move_check(struct ctx *cx, const struct mandate_edit *edit)
{
    enum mandate_state from = edit->mandate.state;

    if (edit->to == 0 || is_already(from, edit->to))
        return OK;
    if (is_over(from) || !is_a_wish(edit->to) || !mandate_may_move(from, edit->to))
        return fault(cx, ERR_STATE, "mandate_status", "cannot change in this way");
    return lift_check(cx, edit);
}

static err_t edit_find(struct ctx *cx, struct tx *tx, struct mandate_edit *edit)
{
    struct consumer_change *change = &edit->change;
    bool found;

    TRY(mandate_try(cx, tx, edit->umr, &edit->mandate, &found));
    if (found)
        TRY(consumer_of_customer(cx, tx, edit->mandate.customer, &change->consumer, &found));
    if (!found)
        return fault(cx, ERR_NOT_FOUND, "mandate", "is not known");
    change->reference = change->consumer.reference;
    return OK;
}

static err_t edit_check(struct ctx *cx, struct tx *tx, struct mandate_edit *edit)
{
    TRY(consumer_change_check(cx, tx, &edit->change));
    if (edit->change.moves && edit->mandate.ended != 0)
        return fault(cx, ERR_STATE, "mandate_account", "cannot change: the mandate has ended");
    return move_check(cx, edit);
}

/* --- what is written -----------------------------------------------------------------------------
 */

static err_t mandate_become(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                            enum mandate_state to)
{
    if (to == MANDATE_SUSPENDED)
        return mandate_stop(cx, tx, mandate);
    if (to == MANDATE_ACTIVE && mandate->state == MANDATE_SUSPENDED)
        return mandate_lift(cx, tx, mandate);
    if (to == MANDATE_ACTIVE)
        return mandate_move(cx, tx, mandate, MANDATE_ACTIVE);
    TRY(mandate_revoke(cx, tx, mandate));
    TRY(levies_cancel(cx, tx, mandate->id));
    return debits_cancel(cx, tx, mandate->id);
}

static bool changes_anything(const struct consumer_change *change)
{
    bool any = change->account_given || change->own_given;

    for (int field = 1; field < CONSUMER_FIELDS; field++)
        any = any || change->given[field];
    return any;
}

static err_t edit_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct mandate_edit *edit = arg;

    edit->change.operation.core = edit->operation.core;
    TRY(edit_find(cx, tx, edit));
    TRY(edit_check(cx, tx, edit));
    if (changes_anything(&edit->change))
        TRY(consumer_change_write(cx, tx, &edit->change));
    /* Another account may have moved it. */
    TRY(mandate_load(cx, tx, edit->mandate.id, &edit->mandate));
    if (edit->to == 0 || is_already(edit->mandate.state, edit->to))
        return OK;
    return mandate_become(cx, tx, &edit->mandate, edit->to);
}

void mandate_edit(struct mandate_edit *edit)
{
    operation_write(&edit->operation, edit_body, operation_end);
}
