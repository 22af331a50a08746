#include "core/charge.h"

#include <string.h>

#include "base/log.h"
#include "base/must.h"
#include "core/attempt.h"
#include "core/card_retry.h"
#include "core/cvc.h"
#include "core/deposit.h"
#include "core/holder.h"
#include "core/idempotency.h"
#include "core/page_limit.h"
#include "core/payment.h"
#include "core/reconciliation.h"
#include "core/request.h"
#include "core/task.h"
#include "core/vault.h"
#include "store/sql.h"

enum { DESCRIPTOR_MAX = 22 };

static bool goal_is_capture(const struct charge *charge)
{
    switch (charge->goal) {
    case CHARGE_BY_CAPTURE:
        return charge->view->payment.capture;
    case CHARGE_AUTHORIZE:
        return false;
    case CHARGE_CAPTURE:
        return true;
    }
    must_fail(__FILE__, __LINE__, "goal is a member");
}

/* The network that the payer chose, in the acquirer's two letters; CB also by the merchant's
 * default where the card carries it. */
static const char *network_wanted(const struct charge *charge)
{
    const struct card *card = &charge->view->card;
    struct str wanted = card->preferred_network;

    if (wanted.len == 0 && str_eq(card->network, STR("national")) &&
        charge->merchant->prefer_national)
        wanted = card->network;
    if (str_eq(wanted, STR("national")))
        return "CB";
    if (str_eq(wanted, STR("visa")))
        return "VI";
    return str_eq(wanted, STR("mastercard")) ? "MC" : "";
}

static void call_fill(struct charge *charge, struct ctx *cx, const struct attempt *attempt)
{
    const struct payment *payment = &charge->view->payment;
    const struct card *card = &charge->view->card;
    struct str name = charge->merchant->name;

    if (name.len > DESCRIPTOR_MAX)
        name.len = DESCRIPTOR_MAX;
    charge->call = (struct card_call){
        .op = CARD_AUTHORISE,
        .attempt = attempt->id,
        .merchant = cx->merchant,
        .payment = payment->id,
        .holder = attempt->holder,
        .term = holder_term(attempt->holder),
        .begun_us = clock_monotonic_us(),
        .trace = attempt->trace,
        .amount = payment->amount,
        .final = goal_is_capture(charge),
        .exp_month = (int)card->exp_month,
        .exp_year = (int)card->exp_year,
        .card = card->id,
        .pan_sealed = card->sealed,
        .payer_present = charge->payer_present || charge->proof.eci[0] != '\0',
        .card_kept = card->reusable,
        .proof = charge->proof,
        .replace_minor = -1,
    };
    memcpy(charge->call.acceptor, merchant_acceptor(charge->merchant, cx->mode),
           sizeof charge->call.acceptor);
    memcpy(charge->call.network_wanted, network_wanted(charge), strlen(network_wanted(charge)) + 1);
    if (name.len > 0)
        memcpy(charge->call.descriptor, name.ptr, name.len);
    must(card->first_txn.len <= NETWORK_TXN_MAX);
    if (card->first_txn.len > 0)
        memcpy(charge->call.first_txn, card->first_txn.ptr, card->first_txn.len);
}

err_t charge_allowed(struct ctx *cx, struct tx *tx, struct operation *operation,
                     const struct merchant *merchant, const struct card *card)
{
    const struct card_rail *rail;
    struct card_history *history = &operation->history;

    TRY(core_card_rail(operation->core, cx, &rail));
    TRY(card_history_read(cx, tx, operation->core->vault, merchant, card, history));
    operation->held = history->held;
    if (history->held)
        return fault(cx, ERR_BUSY, "card", "an earlier attempt on this card is being reversed");
    operation->allowed = card->id;
    return OK;
}

err_t charge_prepare(struct ctx *cx, struct tx *tx, struct charge *charge)
{
    struct payment *payment = &charge->view->payment;
    struct card *card = &charge->view->card;
    struct attempt attempt = {
        .payment = payment->id,
        .card = card->id,
        .op = CARD_AUTHORISE,
        .amount = payment->amount,
        .holder = charge->operation->core->holder,
    };

    must(charge->view->has_card);
    must(ID_EQ(charge->operation->allowed, card->id)); /* charge_allowed was asked for this card */
    charge->soft_declined = false;
    if (!charge->card_is_new)
        TRY(card_first_approval(cx, tx, card));
    TRY(card_take(cx, tx, card));
    memcpy(attempt.eci, charge->proof.eci, sizeof attempt.eci);
    TRY(attempt_open(cx, tx, &attempt));
    payment->attempt = attempt.id;
    payment->response = STR_NONE;
    payment->response_author = STR_NONE;
    TRY(payment_set_fee(payment, &charge->merchant->fees));
    TRY(payment_move(cx, tx, payment, PAYMENT_AUTHORIZING));
    call_fill(charge, cx, &attempt);
    charge->refused_here = !charge->call.payer_present &&
                           card_retry_forbidden(charge->merchant, &charge->operation->history);
    charge->prepared = true;
    return OK;
}

static err_t approved(struct ctx *cx, struct tx *tx, struct charge *charge)
{
    struct payment *payment = &charge->view->payment;
    const struct card_call *call = &charge->call;
    instant until;

    payment->response_author = str_dup(cx->arena, str_of(call->got_auth_code));
    TRY(payment_keep_success(cx, tx, payment));
    TRY(payment_paid_count(cx, tx, payment->paid, payment->created));
    payment->paid = cx->now;
    payment->refusals = 0;
    if (!charge->card_is_new)
        TRY(card_first_txn(cx, tx, &charge->view->card, str_of(call->network_txn),
                           call->payer_present));
    TRY(card_retry_approved(cx, tx, charge->operation->core->vault, &charge->operation->history,
                            &charge->view->card));
    TRY(card_used_up(cx, tx, &charge->view->card));
    if (!goal_is_capture(charge)) {
        TRY(deposit_hold_end(cx, tx, payment->id, charge->by_request, &until));
        TRY(payment_hold(cx, tx, payment, until));
    } else if (call->settled) {
        TRY(attempt_moved(cx, tx, call->attempt));
        TRY(reconciliation_open(cx, tx, call->trace.sent, call->amount.currency));
        TRY(payment_to_capture(cx, tx, payment, call->kept_minor));
    } else {
        TRY(payment_to_capture(cx, tx, payment, NOT_SETTLED));
    }
    return charge->by_request ? request_follow(cx, tx, payment, charge->request, NULL) : OK;
}

/* The bank asks for authentication, and the payer is there: the same payment goes back to it, once.
 * Without the payer the bank has said no (cards.md 6). */
static err_t soft_declined(struct ctx *cx, struct tx *tx, struct charge *charge)
{
    struct payment_view *view = charge->view;

    if (!charge->payer_present || charge->asked_again)
        return payment_move(cx, tx, &view->payment, PAYMENT_REFUSED);
    charge->soft_declined = true;
    TRY(authentication_open(cx, tx, &view->payment, ORIGIN_PAGE, view->payment.return_url, true,
                            &view->authentication));
    view->has_authentication = true;
    return payment_move(cx, tx, &view->payment, PAYMENT_AUTHENTICATING);
}

static err_t refused(struct ctx *cx, struct tx *tx, struct charge *charge)
{
    struct payment *payment = &charge->view->payment;

    if (charge->payer_present)
        TRY(refusals_count(cx, tx, payment, charge->address_hash));
    TRY(card_retry_refused(cx, tx, charge->operation->core->vault, charge->merchant,
                           &charge->view->card, &charge->call));
    TRY(card_used_up(cx, tx, &charge->view->card));
    return payment_move(cx, tx, payment, PAYMENT_REFUSED);
}

static bool is_to_be_reversed(const struct card_call *call)
{
    return call->outcome == CARD_UNKNOWN || call->outcome == CARD_UNUSABLE;
}

/* While the card still has its number; its fingerprint was read before the message left, and the
 * key may have changed. */
static err_t reversal_queue(struct ctx *cx, struct tx *tx, struct charge *charge)
{
    struct attempt_id attempt = charge->call.attempt;

    charge->reversal_queued = true;
    card_fingerprint_renew(cx, charge->operation->core->vault, &charge->view->card);
    TRY(attempt_holds_number(cx, tx, attempt, charge->view->card.fingerprint));
    return task_reverse_anew(cx, tx, attempt, cx->now);
}

static err_t outcome_write(struct ctx *cx, struct tx *tx, struct charge *charge)
{
    struct payment *payment = &charge->view->payment;
    const struct card_call *call = &charge->call;

    payment->response = str_dup(cx->arena, str_of(call->response));
    switch (call->outcome) {
    case CARD_APPROVED:
        return approved(cx, tx, charge);
    case CARD_DECLINED:
        return refused(cx, tx, charge);
    case CARD_SOFT_DECLINED:
        return soft_declined(cx, tx, charge);
    case CARD_UNUSABLE:
        /* Nobody asked for that: what may be held goes back (cards.md 2), and the bank has said no.
         */
        TRY(reversal_queue(cx, tx, charge));
        return refused(cx, tx, charge);
    case CARD_UNKNOWN:
        TRY(reversal_queue(cx, tx, charge));
        TRY(card_used_up(cx, tx, &charge->view->card));
        return payment_move(cx, tx, payment, PAYMENT_FAILED);
    case CARD_UNREACHABLE:
        TRY(card_used_up(cx, tx, &charge->view->card));
        return payment_move(cx, tx, payment, PAYMENT_FAILED);
    }
    must_fail(__FILE__, __LINE__, "outcome is a member");
}

/* An answer that comes after the attempt was taken back changes nothing about the payment (cards.md
 * 3.3). But the reversal that another server has sent, answered or not, may have been there before
 * the message itself: what may be held then goes back by one more. */
static err_t outcome_late(struct ctx *cx, struct tx *tx, struct charge *charge)
{
    const struct card_call *call = &charge->call;
    struct attempt attempt;

    TRY(payment_load(cx, tx, call->payment, &charge->view->payment));
    if (call->outcome != CARD_APPROVED && !is_to_be_reversed(call))
        return OK;
    TRY(attempt_load(cx, tx, call->attempt, &attempt));
    if (attempt.state == ATTEMPT_UNKNOWN)
        return task_reverse_anew(cx, tx, attempt.id, cx->now);
    if (attempt.state != ATTEMPT_REVERSED)
        return OK; /* written before, by a commit whose answer was lost */
    TRY(attempt_reversed_in_vain(cx, tx, call->attempt));
    return reversal_queue(cx, tx, charge);
}

/* A first run of this body may have changed the view: it begins again with what was asked. */
static err_t outcome_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct operation *operation = arg;
    struct charge *charge = operation->charge;
    struct payment *payment = &charge->view->payment;
    bool waited;

    TRY(attempt_answer(cx, tx, charge->call.attempt, &charge->call, &waited));
    *payment = *charge->asked;
    charge->soft_declined = false;
    charge->reversal_queued = false;
    if (waited)
        TRY(outcome_write(cx, tx, charge));
    else
        TRY(outcome_late(cx, tx, charge));
    return idempotency_close(operation, tx);
}

static void outcome_written(struct operation *operation, err_t err)
{
    struct charge *charge = operation->charge;
    const struct payment *payment = &charge->view->payment;

    operation->lasting = false;
    if (err == OK)
        log_batch_event(operation->core->log, operation->cx, EV_PAYMENT_STATE,
                        LOG_ID("payment", payment->id),
                        LOG_WORD("state", payment_state_text(payment->state)),
                        LOG_MONEY("amount", payment->amount));
    if (err == OK && charge->reversal_queued) {
        log_event(operation->cx, EV_REVERSAL_QUEUED, LOG_ID("attempt", charge->call.attempt));
        tasks_wake(operation->core->tasks);
    }
    charge->after(operation, err);
}

static void answered(struct message *message)
{
    struct card_call *call = (struct card_call *)message;
    struct charge *charge = (struct charge *)call;

    /* An approval that is not written down must not be lost: the sweeper reverses what has no
     * outcome. */
    charge->operation->lasting = true;
    operation_write(charge->operation, outcome_body, outcome_written);
}

/* The bank has said no often enough: it is not asked (cards.md 5). The code is Stancer's for too
 * many refusals. */
static void refuse_here(struct charge *charge)
{
    struct card_call *call = &charge->call;

    cvc_drop(charge->operation->core->cvc, call->attempt.raw);
    call->has_cvc = false;
    call->outcome = CARD_DECLINED;
    memcpy(call->response, "7810", sizeof "7810");
    mailbox_post(call->home, &call->done);
}

void charge_run(struct charge *charge, void (*after)(struct operation *operation, err_t err))
{
    struct operation *operation = charge->operation;
    struct core *core = operation->core;
    const struct card_rail *rail =
        operation->cx->mode == MODE_LIVE ? core->live_rail : core->test_rail;

    must(rail != NULL); /* charge_allowed has asked */
    charge->after = after;
    charge->asked = arena_make(operation->cx->arena, struct payment);
    *charge->asked = charge->view->payment;
    charge->asked_again = charge->view->has_authentication && charge->view->authentication.mandated;
    operation->charge = charge;
    charge->call.has_cvc = cvc_rekey(core->cvc, charge->call.card.raw, charge->call.attempt.raw);
    charge->call.home = core->home;
    charge->call.done.run = answered;
    if (charge->refused_here)
        refuse_here(charge);
    else
        rail->send(rail->self, &charge->call);
}
