#include "base/must.h"
#include "core/levy_row.h"
#include "core/news.h"
#include "store/sql.h"

static const char SDD[] = "sdd_reference";

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

/* Before the first write: one that may still be changed. */
static err_t levy_take(struct ctx *cx, struct tx *tx, struct str sdd_reference, struct levy *levy)
{
    bool found;
    bool here;

    TRY(levy_by_sdd(cx, tx, sdd_reference, levy, &found));
    if (!found)
        return fault(cx, ERR_NOT_FOUND, SDD, "is not known");
    TRY(levy_is_here(cx, tx, levy, &here));
    return here ? OK : fault(cx, ERR_STATE, SDD, "has left, or has ended");
}

/* --- changing ------------------------------------------------------------------------------------
 */

struct changing {
    struct levy levy;
    struct payment payment;
    struct debit debit;
    bool day_moves;
    bool payment_changes; /* what the debtor and other faces are told */
};

static err_t owners_check(struct ctx *cx, struct tx *tx, const struct levy_change *change,
                          struct changing *changing)
{
    struct mandate mandate;

    TRY(mandate_load(cx, tx, changing->debit.mandate, &mandate));
    if (change->umr.len > 0 && !str_eq_nocase(change->umr, mandate.umr))
        return fault(cx, ERR_NOT_FOUND, "umr", "is not the mandate of this levy");
    if (change->ics.len > 0 && !str_eq_nocase(change->ics, str_of(change->merchant->debits.ics)))
        return fault(cx, ERR_NOT_FOUND, "ics", "is not this creditor");
    return OK;
}

static err_t reference_check(struct ctx *cx, struct tx *tx, const struct levy_change *change,
                             const struct changing *changing)
{
    struct levy other;
    bool found;

    if (change->payment_reference.len == 0)
        return OK;
    TRY(levy_by_reference(cx, tx, change->payment_reference, &other, &found));
    if (found && !ID_EQ(other.payment, changing->levy.payment))
        return fault(cx, ERR_CONFLICT, "payment_reference", "is used by another levy");
    return OK;
}

/* Nobody has agreed to more than what the code was sent for, or what needed none. */
static err_t amount_change(struct ctx *cx, const struct levy_change *change,
                           struct changing *changing)
{
    struct payment *payment = &changing->payment;

    if (change->amount_minor == 0 || change->amount_minor == payment->amount.minor)
        return OK;
    TRY(levy_amount_check(cx, change->merchant, change->amount_minor));
    if (change->amount_minor > payment->amount.minor &&
        levy_needs_code(change->merchant, change->amount_minor))
        return fault(cx, ERR_LIMIT, "amount",
                     "may not be raised: the consumer would have to agree");
    payment->amount.minor = change->amount_minor;
    changing->payment_changes = true;
    return payment_set_fee(payment, &change->merchant->fees);
}

static err_t day_change(struct ctx *cx, const struct levy_change *change, struct changing *changing)
{
    struct str asked = change->due.year == 0 ? STR_NONE : date_text(cx->arena, change->due);
    struct payment *payment = &changing->payment;

    if (asked.len == 0 || str_eq(asked, payment->date_settlement))
        return OK;
    TRY(levy_due_check(cx, change->merchant, change->due));
    payment->date_settlement = date_text(cx->arena, debit_due(cx, change->merchant, change->due));
    changing->day_moves = true;
    changing->payment_changes = true;
    return OK;
}

static err_t change_prepare(struct ctx *cx, struct tx *tx, const struct levy_change *change,
                            struct changing *changing)
{
    *changing = (struct changing){.day_moves = false};
    bool found;

    TRY(levy_by_sdd(cx, tx, change->sdd_reference, &changing->levy, &found));
    if (!found)
        return fault(cx, ERR_NOT_FOUND, SDD, "is not known");
    TRY(payment_load(cx, tx, changing->levy.payment, &changing->payment));
    TRY(debit_load(cx, tx, changing->levy.payment, &changing->debit));
    TRY(owners_check(cx, tx, change, changing));
    TRY(reference_check(cx, tx, change, changing));
    TRY(levy_take(cx, tx, change->sdd_reference, &changing->levy));
    TRY(day_change(cx, change, changing));
    TRY(amount_change(cx, change, changing));
    if (change->motif_given) {
        changing->payment.description = change->motif.len > 0 ? change->motif : STR_NONE;
        changing->payment_changes = true;
    }
    return OK;
}

static err_t change_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct levy_change *change = arg;
    struct date day = {0};
    struct changing changing;

    TRY(change_prepare(cx, tx, change, &changing));
    if (change->payment_reference.len > 0)
        TRY(store_run(cx, tx, &SQL_LEVY_RENAMED,
                      ARGS(OWNER, V_ID(changing.levy.payment), V_TEXT(change->payment_reference))));
    if (!changing.payment_changes)
        return OK;
    TRY(event_put(cx, tx, "payment.changed", changing.payment.id.raw, NULL));
    TRY(news_put(cx, tx, "payment", changing.payment.id.raw, NEWS_UPDATED));
    if (changing.levy.status == LEVY_PENDING)
        return payment_save(cx, tx, &changing.payment);
    if (changing.day_moves)
        day = change->due;
    return debit_change(cx, tx, change->merchant, &changing.payment, &changing.debit, day);
}

void levy_change(struct levy_change *change)
{
    operation_write(&change->operation, change_body, operation_end);
}

/* --- canceling -----------------------------------------------------------------------------------
 */

static err_t levy_end(struct ctx *cx, struct tx *tx, const struct levy *levy)
{
    struct payment payment;

    TRY(payment_load(cx, tx, levy->payment, &payment));
    return debit_canceled(cx, tx, &payment);
}

static err_t cancel_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct levy_cancel *cancel = arg;
    struct levy levy;

    TRY(levy_take(cx, tx, cancel->sdd_reference, &levy));
    return levy_end(cx, tx, &levy);
}

void levy_cancel(struct levy_cancel *cancel)
{
    operation_write(&cancel->operation, cancel_body, operation_end);
}

static err_t cancel_one(struct ctx *cx, struct tx *tx, struct levy_canceled *one)
{
    struct levy levy;
    bool here;

    TRY(levy_by_sdd(cx, tx, one->sdd_reference, &levy, &one->known));
    if (!one->known)
        return OK;
    TRY(levy_is_here(cx, tx, &levy, &here));
    one->status = here ? LEVY_CANCELED : levy.status;
    return here ? levy_end(cx, tx, &levy) : OK;
}

static err_t cancel_many_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct levy_cancel_many *cancel = arg;

    must(cancel->count <= LEVY_BATCH_MAX);
    for (size_t i = 0; i < cancel->count; i++)
        TRY(cancel_one(cx, tx, &cancel->levies[i]));
    return OK;
}

void levy_cancel_many(struct levy_cancel_many *cancel)
{
    operation_write(&cancel->operation, cancel_many_body, operation_end);
}

err_t levies_cancel(struct ctx *cx, struct tx *tx, struct mandate_id mandate)
{
    struct payment_id *ids;
    struct rows *rows;
    size_t count;

    TRY(store_query(cx, tx, &SQL_LEVIES_HERE_UNDER, ARGS(OWNER, V_ID(mandate)), &rows));
    TRY(levy_ids_read(cx, rows, &ids, &count));
    for (size_t i = 0; i < count; i++) {
        const struct levy levy = {.payment = ids[i]};
        TRY(levy_end(cx, tx, &levy));
    }
    return OK;
}
