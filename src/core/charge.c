#include "core/charge.h"

#include <string.h>

#include "base/log.h"
#include "base/must.h"
#include "core/attempt.h"
#include "core/cvc.h"
#include "core/idempotency.h"
#include "core/page_limit.h"
#include "core/payment.h"
#include "core/request.h"
#include "core/task.h"
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
        .trace = attempt->trace,
        .amount = payment->amount,
        .final = goal_is_capture(charge),
        .exp_month = (int)card->exp_month,
        .exp_year = (int)card->exp_year,
        .card = card->id,
        .pan_sealed = card->sealed,
        .payer_present = charge->payer_present,
        .proof = charge->proof,
        .replace_minor = -1,
    };
    memcpy(charge->call.acceptor, charge->merchant->acceptor, sizeof charge->call.acceptor);
    memcpy(charge->call.network_wanted, network_wanted(charge), strlen(network_wanted(charge)) + 1);
    if (name.len > 0)
        memcpy(charge->call.descriptor, name.ptr, name.len);
}

err_t charge_prepare(struct ctx *cx, struct tx *tx, struct charge *charge)
{
    struct payment *payment = &charge->view->payment;
    struct card *card = &charge->view->card;
    struct attempt attempt = {
        .payment = payment->id, .card = card->id, .op = CARD_AUTHORISE, .amount = payment->amount};
    const struct card_rail *rail;
    bool waits = false;

    must(charge->view->has_card);
    TRY(core_card_rail(charge->operation->core, cx, &rail));
    charge->soft_declined = false;
    if (!charge->card_is_new)
        TRY(attempt_card_waits(cx, tx, card->id, &waits));
    if (waits)
        return fault(cx, ERR_BUSY, "card", "an earlier attempt on this card is being reversed");
    TRY(card_take(cx, tx, card));
    memcpy(attempt.eci, charge->proof.eci, sizeof attempt.eci);
    TRY(attempt_open(cx, tx, &attempt));
    payment->attempt = attempt.id;
    payment->response = STR_NONE;
    payment->response_author = STR_NONE;
    TRY(payment_set_fee(payment, &charge->merchant->fees));
    TRY(payment_move(cx, tx, payment, PAYMENT_AUTHORIZING));
    call_fill(charge, cx, &attempt);
    charge->prepared = true;
    return OK;
}

static err_t approved(struct ctx *cx, struct tx *tx, struct charge *charge)
{
    struct payment *payment = &charge->view->payment;
    const struct card_call *call = &charge->call;

    payment->response_author = str_dup(cx->arena, str_of(call->got_auth_code));
    payment->paid = cx->now;
    payment->refusals = 0;
    TRY(card_used_up(cx, tx, &charge->view->card));
    if (!goal_is_capture(charge))
        TRY(payment_hold(cx, tx, payment));
    else
        TRY(payment_to_capture(cx, tx, payment, call->settled ? call->kept_minor : NOT_SETTLED));
    return charge->by_request ? request_follow(cx, tx, payment, charge->request, NULL) : OK;
}

/* The bank asks for authentication, and the payer is there: the same payment goes back to it, once.
 * Without the payer the bank has said no (cards.md 6). */
static err_t soft_declined(struct ctx *cx, struct tx *tx, struct charge *charge)
{
    struct payment_view *view = charge->view;
    bool asked_before = view->has_authentication && view->authentication.mandated;

    if (!charge->payer_present || asked_before)
        return payment_move(cx, tx, &view->payment, PAYMENT_REFUSED);
    charge->soft_declined = true;
    TRY(authentication_open(cx, tx, &view->payment, ORIGIN_PAGE, view->payment.return_url, true,
                            &view->authentication));
    view->has_authentication = true;
    return payment_move(cx, tx, &view->payment, PAYMENT_AUTHENTICATING);
}

static err_t outcome_write(struct ctx *cx, struct tx *tx, struct charge *charge)
{
    struct payment *payment = &charge->view->payment;
    const struct card_call *call = &charge->call;

    TRY(attempt_answer(cx, tx, call->attempt, call));
    payment->response = str_dup(cx->arena, str_of(call->response));
    switch (call->outcome) {
    case CARD_APPROVED:
        return approved(cx, tx, charge);
    case CARD_DECLINED:
        if (charge->payer_present)
            TRY(refusals_count(cx, tx, payment, charge->address_hash));
        TRY(card_used_up(cx, tx, &charge->view->card));
        return payment_move(cx, tx, payment, PAYMENT_REFUSED);
    case CARD_SOFT_DECLINED:
        return soft_declined(cx, tx, charge);
    case CARD_UNKNOWN:
        TRY(card_used_up(cx, tx, &charge->view->card));
        TRY(task_put(cx, tx, TASK_CARD_REVERSE, call->attempt.raw, cx->now));
        return payment_move(cx, tx, payment, PAYMENT_FAILED);
    case CARD_UNREACHABLE:
        TRY(card_used_up(cx, tx, &charge->view->card));
        return payment_move(cx, tx, payment, PAYMENT_FAILED);
    }
    must_fail(__FILE__, __LINE__, "outcome is a member");
}

/* The view may have been changed by a first run of this body: the row is what counts. An answer
 * that comes after the attempt was taken back changes nothing: its reversal is on its way
 * (cards.md 3.3). */
static err_t outcome_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct operation *operation = arg;
    struct charge *charge = operation->charge;
    struct payment *payment = &charge->view->payment;

    TRY(payment_load(cx, tx, charge->call.payment, payment));
    if (payment->state == PAYMENT_AUTHORIZING && ID_EQ(payment->attempt, charge->call.attempt))
        TRY(outcome_write(cx, tx, charge));
    return idempotency_close(operation, tx);
}

static void outcome_written(struct operation *operation, err_t err)
{
    struct charge *charge = operation->charge;
    const struct payment *payment = &charge->view->payment;

    if (err == OK)
        log_event(operation->cx, EV_PAYMENT_STATE, LOG_ID("payment", payment->id),
                  LOG_WORD("state", payment_state_text(payment->state)),
                  LOG_MONEY("amount", payment->amount));
    if (err == OK && charge->call.outcome == CARD_UNKNOWN) {
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
    operation_write(charge->operation, outcome_body, outcome_written);
}

void charge_run(struct charge *charge, void (*after)(struct operation *operation, err_t err))
{
    struct operation *operation = charge->operation;
    struct core *core = operation->core;
    const struct card_rail *rail =
        operation->cx->mode == MODE_LIVE ? core->live_rail : core->test_rail;

    must(rail != NULL); /* charge_prepare has asked */
    charge->after = after;
    operation->charge = charge;
    charge->call.has_cvc = cvc_rekey(core->cvc, charge->call.card.raw, charge->call.attempt.raw);
    charge->call.home = core->home;
    charge->call.done.run = answered;
    rail->send(rail->self, &charge->call);
}
