#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "core/debit_reason.h"
#include "core/debit_row.h"
#include "core/debit_set.h"
#include "core/dispute.h"
#include "core/invoice_payment.h"
#include "core/ledger.h"
#include "core/mandate_amendment.h"
#include "core/merchant.h"
#include "core/payable.h"
#include "core/payment_row.h"
#include "core/request.h"
#include "store/sql.h"

/* What becomes of a debit once it has settled, or come back. */

enum { PRESENTATIONS_MAX = 3 };

static struct ledger_amounts amounts_of(const struct payment *payment)
{
    return (struct ledger_amounts){payment->amount, payment->fee_minor, payment->fee_vat_minor};
}

static err_t debit_reload(struct ctx *cx, struct tx *tx, struct debit *debit,
                          struct payment *payment)
{
    TRY(debit_load(cx, tx, debit->payment, debit));
    return payment_load(cx, tx, debit->payment, payment);
}

/* --- its money becomes payable ------------------------------------------------------------------
 */

/* Of a debit that is settled and pending. */
static err_t release(struct ctx *cx, struct tx *tx, const struct payment *payment,
                     struct debit *debit)
{
    const struct ledger_amounts amounts = amounts_of(payment);

    must(payment->state == PAYMENT_CAPTURED);
    must(debit->settled != 0);
    must(debit->released == 0);
    debit->released = cx->now;
    TRY(debit_put(cx, tx, debit));
    TRY(ledger_debit_final(cx, tx, payment->id.raw, &amounts));
    return payable_add_payment(cx, tx, payment);
}

err_t debit_release(struct ctx *cx, struct tx *tx, struct payment *payment)
{
    struct debit debit;

    TRY(debit_load(cx, tx, payment->id, &debit));
    if (debit.released != 0)
        return OK;
    if (payment->state != PAYMENT_CAPTURED)
        return debit_contradicts(cx, debit.payment);
    return release(cx, tx, payment, &debit);
}

void debit_release_object(instant settled, enum mandate_scheme scheme, char out[ID_SIZE])
{
    char text[64];

    (void)snprintf(text, sizeof text, "%016lld%s00000000", (long long)settled,
                   mandate_scheme_text(scheme));
    must(strlen(text) >= ID_LEN);
    memcpy(out, text, ID_LEN);
    out[ID_LEN] = '\0';
}

static bool object_is(const char *object, instant settled, enum mandate_scheme scheme)
{
    char expected[ID_SIZE];

    debit_release_object(settled, scheme, expected);
    return strcmp(object, expected) == 0;
}

/* The other way round. */
static err_t object_read(struct ctx *cx, const char *object, instant *settled,
                         enum mandate_scheme *scheme)
{
    struct str digits = str_of(object);

    digits.len = strspn(object, "0123456789");
    if (str_to_int64(digits, settled)) {
        *scheme = object_is(object, *settled, MANDATE_B2B) ? MANDATE_B2B : MANDATE_CORE;
        if (object_is(object, *settled, *scheme))
            return OK;
    }
    return fault(cx, ERR_INVALID, "task", "tells no moment and scheme");
}

static err_t pending_read(struct ctx *cx, struct tx *tx, const struct task *task, size_t most,
                          struct payment_id *out, size_t *count)
{
    enum mandate_scheme scheme = MANDATE_CORE;
    struct rows *rows;
    instant settled;
    bool has;

    TRY(object_read(cx, task->object, &settled, &scheme));
    TRY(store_query(cx, tx, &SQL_DEBITS_TO_RELEASE,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_INT(settled),
                         V_WORD(mandate_scheme_text(scheme)), V_WORD(task->attempt.raw),
                         V_INT((int64_t)most)),
                    &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        col_id(rows, 0, out[*count].raw);
    }
}

/* How far a batch has come stands where other tasks have their message. */
static struct attempt_id place_behind(struct payment_id last)
{
    struct attempt_id behind;

    memcpy(behind.raw, last.raw, sizeof behind.raw);
    return behind;
}

/* What is wrong with what one debit has, and will be at the next try. */
static bool is_its_own(err_t err)
{
    return err == ERR_STATE || err == ERR_CONFLICT || err == ERR_NOT_FOUND;
}

static err_t one_release(struct ctx *cx, struct tx *tx, struct payment_id id,
                         struct payment_id *failing)
{
    struct payment payment;
    err_t err = payment_load(cx, tx, id, &payment);

    if (err == OK)
        err = debit_release(cx, tx, &payment);
    if (is_its_own(err))
        *failing = id;
    return err;
}

err_t debits_release(struct ctx *cx, struct tx *tx, struct debits_releasing *releasing)
{
    const struct task *task = releasing->task;
    size_t most = releasing->most;
    struct payment_id *ids = arena_array(cx->arena, struct payment_id, most);
    size_t count;

    must(task->kind == TASK_DEBIT_RELEASE);
    releasing->failing = (struct payment_id){{0}};
    TRY(pending_read(cx, tx, task, most, ids, &count));
    for (size_t i = 0; i < count; i++) {
        if (ID_EQ(ids[i], releasing->without))
            return task_moves_on(cx, tx, task, place_behind(ids[i]));
        TRY(one_release(cx, tx, ids[i], &releasing->failing));
    }
    return count == most ? task_moves_on(cx, tx, task, place_behind(ids[count - 1]))
                         : task_ends(cx, tx, task);
}

/* --- what came back means ------------------------------------------------------------------------
 */

/* Everything that has to be known before the first write. */
struct consequence {
    struct debit_reason reason;
    struct merchant merchant;
    bool has_mandate;
    struct mandate mandate;
    enum mandate_state state_after; /* of the mandate */
    bool suspends;                  /* for this reason, whether or not it was for another one */
    bool again;                     /* it is presented again */
    struct payment_id next;         /* by this payment */
    struct bank_account account;
    struct date asked;
    bool by_request; /* which goes with it */
    struct pay_request request;
};

static err_t reason_seen_before(struct ctx *cx, struct tx *tx, const struct debit *debit,
                                struct str code, bool *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(
        cx, tx, &SQL_DEBIT_COUNT_REASON,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(debit->mandate), V_TEXT(code)),
        &rows, &found));
    must(found);
    *out = col_int(rows, 0) > 0;
    rows_end(rows);
    return OK;
}

/* Where the code leads the mandate; 0: nowhere. */
static err_t effect_of(struct ctx *cx, struct tx *tx, const struct debit *debit, struct str code,
                       enum mandate_effect effect, enum mandate_state *to)
{
    bool before;

    *to = 0;
    switch (effect) {
    case EFFECT_NONE:
        return OK;
    case EFFECT_SUSPEND:
    case EFFECT_AMEND:
    case EFFECT_AMEND_ACCOUNT:
        *to = MANDATE_SUSPENDED;
        return OK;
    case EFFECT_SUSPEND_SECOND:
        TRY(reason_seen_before(cx, tx, debit, code, &before));
        *to = before ? MANDATE_SUSPENDED : 0;
        return OK;
    case EFFECT_REVOKE:
        *to = MANDATE_REVOKED;
        return OK;
    case EFFECT_REVOKE_B2B:
        *to = debit->scheme == MANDATE_B2B ? MANDATE_REVOKED : 0;
        return OK;
    }
    must_fail(__FILE__, __LINE__, "effect is a member");
}

static err_t mandate_consequence(struct ctx *cx, struct tx *tx, const struct debit *debit,
                                 struct str code, bool freed, struct consequence *out)
{
    enum mandate_state to;

    out->has_mandate = !ID_NONE(debit->mandate);
    if (!out->has_mandate)
        return OK;
    TRY(mandate_load(cx, tx, debit->mandate, &out->mandate));
    out->state_after = out->mandate.state;
    if (freed && out->mandate.type == MANDATE_ONE_OFF && out->mandate.state == MANDATE_CLOSED)
        out->state_after = MANDATE_ACTIVE;
    TRY(effect_of(cx, tx, debit, code, out->reason.effect, &to));
    if (to != 0 && mandate_may_move(out->state_after, to))
        out->state_after = to;
    /* Another account puts right what it can, not what the debtor does not want. */
    bool amends = out->reason.effect == EFFECT_AMEND || out->reason.effect == EFFECT_AMEND_ACCOUNT;
    out->suspends = to == MANDATE_SUSPENDED && out->state_after == MANDATE_SUSPENDED &&
                    (out->mandate.state != MANDATE_SUSPENDED || !amends);
    return OK;
}

/* That of the debit, unless its mandate got another number since. */
static err_t account_now(struct ctx *cx, struct tx *tx, const struct debit *debit,
                         struct consequence *out)
{
    TRY(bank_account_load(cx, tx, debit->account, true, &out->account));
    if (!out->has_mandate || str_eq(out->account.fingerprint, out->mandate.fingerprint))
        return OK;
    return bank_account_load(cx, tx, out->mandate.account, true, &out->account);
}

/* One debit at a time for what is asked for: a request goes on with the next one only when this one
 * was what paid it. */
static err_t again_consequence(struct ctx *cx, struct tx *tx, const struct debit *debit,
                               const struct payment *payment, struct consequence *out)
{
    if (!out->merchant.debits.retries || debit->presentation >= PRESENTATIONS_MAX ||
        debit->presentation > out->reason.retries || payment->refunded_minor != 0)
        return OK;
    if (out->merchant.debits.ics[0] == '\0' || !out->merchant.debits.has_account ||
        (out->has_mandate && out->state_after != MANDATE_ACTIVE))
        return OK;
    TRY(request_of_payment(cx, tx, payment->id, &out->request, &out->by_request));
    TRY(account_now(cx, tx, debit, out));
    bool paid_it = !out->by_request || (out->request.state == REQUEST_CAPTURED &&
                                        ID_EQ(out->request.payment, payment->id));
    out->again = paid_it && !out->account.deleted;
    ID_NEW(cx->ids, &out->next);
    int days = out->reason.after_days[debit->presentation - 1];
    out->asked = date_from_days(date_to_days(debit->due) + days);
    return OK;
}

static err_t consequence_find(struct ctx *cx, struct tx *tx, const struct debit *debit,
                              const struct payment *payment, struct str code, bool freed,
                              struct consequence *out)
{
    *out = (struct consequence){.reason = debit_reason(code)};
    TRY(merchant_load(cx, tx, cx->merchant, &out->merchant));
    TRY(mandate_consequence(cx, tx, debit, code, freed, out));
    return again_consequence(cx, tx, debit, payment, out);
}

/* The first write: what follows from the payment's end must not reach the request. */
static err_t consequence_begin(struct ctx *cx, struct tx *tx, struct consequence *what)
{
    if (!what->again || !what->by_request)
        return OK;
    return request_hand_on(cx, tx, &what->request, what->next, what->account.id);
}

/* A payment of its own with what the first one was for. */
static err_t present_again(struct ctx *cx, struct tx *tx, const struct debit *debit,
                           const struct payment *first, struct consequence *what)
{
    struct payment payment = {
        .id = what->next,
        .state = PAYMENT_NEW,
        .amount = first->amount,
        .capture = true,
        .methods = first->methods,
        .method = METHOD_SEPA,
        .customer = first->customer,
        .description = first->description,
        .order_id = first->order_id,
        .billing_address = first->billing_address,
        .shipping_address = first->shipping_address,
        .created = cx->now,
    };
    const struct debit_order order = {
        .merchant = &what->merchant,
        .payment = &payment,
        .account = &what->account,
        .mandate = &what->mandate,
        .asked = what->asked,
        .retry_of = ID_NONE(debit->retry_of) ? first->id : debit->retry_of,
        .presentation = debit->presentation + 1,
    };
    struct debit next;

    TRY(payment_set_fee(&payment, &what->merchant.fees));
    TRY(payment_add(cx, tx, &payment, true));
    TRY(debit_open(cx, tx, &order, &next));
    return what->by_request ? invoice_request_paid(cx, tx, &what->request) : OK;
}

static err_t consequence_write(struct ctx *cx, struct tx *tx, const struct debit *debit,
                               const struct payment *payment, bool freed, struct consequence *what)
{
    if (what->has_mandate && freed) {
        TRY(amendments_back(cx, tx, debit->mandate, debit->payment));
        TRY(mandate_freed(cx, tx, &what->mandate));
    }
    if (what->suspends)
        TRY(mandate_suspend(cx, tx, &what->mandate, debit->reason));
    else if (what->has_mandate && what->mandate.state != what->state_after)
        TRY(mandate_move(cx, tx, &what->mandate, what->state_after));
    return what->again ? present_again(cx, tx, debit, payment, what) : OK;
}

/* --- back ----------------------------------------------------------------------------------------
 */

/* Before settlement. */
static err_t undo(struct ctx *cx, struct tx *tx, struct debit *debit, struct str reason,
                  enum payment_state to)
{
    struct consequence what;
    struct payment payment;

    TRY(debit_reload(cx, tx, debit, &payment));
    if (debit->sent != 0 && debit->ended != 0)
        return OK;
    if (payment.state != PAYMENT_CAPTURE_SENT)
        return debit_contradicts(cx, debit->payment);
    TRY(consequence_find(cx, tx, debit, &payment, reason, true, &what));
    const struct ledger_amounts amounts = amounts_of(&payment);
    debit->reason = reason;
    debit->ended = cx->now;
    if (to == PAYMENT_FAILED)
        payment.response = debit_response(reason);
    TRY(consequence_begin(cx, tx, &what));
    TRY(debit_put(cx, tx, debit));
    TRY(payment_move(cx, tx, &payment, to));
    TRY(ledger_debit_rejected(cx, tx, payment.id.raw, &amounts));
    return consequence_write(cx, tx, debit, &payment, true, &what);
}

err_t debit_rejected(struct ctx *cx, struct tx *tx, struct debit *debit, struct str reason)
{
    return undo(cx, tx, debit, reason, PAYMENT_FAILED);
}

err_t debit_recalled(struct ctx *cx, struct tx *tx, struct debit *debit, struct str reason)
{
    return undo(cx, tx, debit, reason, PAYMENT_CANCELED);
}

err_t debit_returned(struct ctx *cx, struct tx *tx, struct debit *debit,
                     const struct debit_return *back)
{
    struct consequence what;
    struct payment payment;

    TRY(debit_reload(cx, tx, debit, &payment));
    if (debit->returned != 0)
        return OK;
    if (payment.state != PAYMENT_CAPTURED || back->charged_minor < payment.amount.minor)
        return debit_contradicts(cx, debit->payment);
    TRY(consequence_find(cx, tx, debit, &payment, back->reason, false, &what));
    TRY(consequence_begin(cx, tx, &what));
    if (debit->released == 0)
        TRY(release(cx, tx, &payment, debit));
    const struct dispute_return dispute = {
        .response = debit_response(back->reason),
        .booked = back->booked,
        .charged_minor = back->charged_minor,
    };
    debit->reason = back->reason;
    debit->returned = cx->now;
    payment.response = dispute.response;
    TRY(debit_put(cx, tx, debit));
    TRY(dispute_of_return(cx, tx, &what.merchant, &payment, &dispute));
    return consequence_write(cx, tx, debit, &payment, false, &what);
}
