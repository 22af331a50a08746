#include "core/payment.h"

#include "base/log.h"
#include "base/must.h"
#include "core/capture.h"
#include "core/counter.h"
#include "core/event.h"
#include "core/invoice_payment.h"
#include "core/ledger.h"
#include "core/levy_row.h"
#include "core/listing.h"
#include "core/news.h"
#include "core/payable.h"
#include "core/payment_debit.h"
#include "core/payment_row.h"
#include "core/request.h"
#include "core/task.h"
#include "store/sql.h"

ENUM_DEFINE(payment_state, PAYMENT_STATE_LIST)
ENUM_DEFINE(pay_method, METHOD_LIST)

static const char KIND[] = "payment";
static const char STATE_EVENT[] = "payment.state";

/* Basis points of a whole. */
enum { PERCENT_BP = 10000 };

/* The only moves there are. Refused and failed may be tried again on a page (design.md 5); a debit
 * needs no authorisation, and fails before it leaves when its mandate ends. */
struct payment_step {
    enum payment_state from;
    enum payment_state to;
};
static const struct payment_step STEPS[] = {
    {PAYMENT_NEW,            PAYMENT_AUTHENTICATING},
    {PAYMENT_NEW,            PAYMENT_AUTHORIZING   },
    {PAYMENT_NEW,            PAYMENT_AUTHORIZED    },
    {PAYMENT_NEW,            PAYMENT_TO_CAPTURE    },
    {PAYMENT_NEW,            PAYMENT_FAILED        },
    {PAYMENT_NEW,            PAYMENT_CANCELED      },
    {PAYMENT_AUTHENTICATING, PAYMENT_NEW           },
    {PAYMENT_AUTHENTICATING, PAYMENT_AUTHORIZING   },
    {PAYMENT_AUTHENTICATING, PAYMENT_FAILED        },
    {PAYMENT_AUTHORIZING,    PAYMENT_AUTHENTICATING},
    {PAYMENT_AUTHORIZING,    PAYMENT_AUTHORIZED    },
    {PAYMENT_AUTHORIZING,    PAYMENT_TO_CAPTURE    },
    {PAYMENT_AUTHORIZING,    PAYMENT_REFUSED       },
    {PAYMENT_AUTHORIZING,    PAYMENT_FAILED        },
    {PAYMENT_AUTHORIZED,     PAYMENT_TO_CAPTURE    },
    {PAYMENT_AUTHORIZED,     PAYMENT_CANCELED      },
    {PAYMENT_AUTHORIZED,     PAYMENT_EXPIRED       },
    {PAYMENT_TO_CAPTURE,     PAYMENT_CAPTURE_SENT  },
    {PAYMENT_TO_CAPTURE,     PAYMENT_CAPTURED      },
    {PAYMENT_TO_CAPTURE,     PAYMENT_CANCELED      },
    {PAYMENT_TO_CAPTURE,     PAYMENT_FAILED        },
    {PAYMENT_CAPTURE_SENT,   PAYMENT_CAPTURED      },
    {PAYMENT_CAPTURE_SENT,   PAYMENT_FAILED        },
    {PAYMENT_CAPTURE_SENT,   PAYMENT_CANCELED      },
    {PAYMENT_CAPTURED,       PAYMENT_DISPUTED      },
    {PAYMENT_REFUSED,        PAYMENT_AUTHENTICATING},
    {PAYMENT_REFUSED,        PAYMENT_AUTHORIZING   },
    {PAYMENT_REFUSED,        PAYMENT_TO_CAPTURE    },
    {PAYMENT_FAILED,         PAYMENT_AUTHENTICATING},
    {PAYMENT_FAILED,         PAYMENT_AUTHORIZING   },
    {PAYMENT_FAILED,         PAYMENT_TO_CAPTURE    },
};

static bool step_allowed(enum payment_state from, enum payment_state to)
{
    for (size_t i = 0; i < ARRAY_LEN(STEPS); i++) {
        if (STEPS[i].from == from && STEPS[i].to == to)
            return true;
    }
    return false;
}

err_t payment_load(struct ctx *cx, struct tx *tx, struct payment_id id, struct payment *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_PAYMENT_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        &found));
    if (!found)
        return fault_object(cx, ERR_NOT_FOUND, KIND, "not found", id.raw);
    payment_row(rows, out);
    rows_end(rows);
    return OK;
}

err_t payment_owner(struct ctx *cx, struct tx *tx, struct payment_id id)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_PAYMENT_OWNER, ARGS(V_ID(id)), &rows, &found));
    if (!found)
        return fault_object(cx, ERR_NOT_FOUND, KIND, "does not exist", id.raw);
    col_id(rows, 0, cx->merchant.raw);
    must(mode_parse(col_text(rows, 1), &cx->mode));
    rows_end(rows);
    return OK;
}

err_t payment_progress(struct ctx *cx, struct tx *tx, const struct payment *payment)
{
    TRY(store_run(cx, tx, &SQL_PAYMENT_PROGRESS,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(payment->id),
                       V_WORD(payment_state_text(payment->state)), V_TEXT(payment->response),
                       V_TEXT(payment->response_author), V_ID(payment->attempt),
                       V_ID(payment->authentication), V_INT(payment->fee_minor),
                       V_INT(payment->fee_vat_minor), V_INT(payment->refunded_minor),
                       V_INT(payment->refusals),
                       V_INT_IF(payment->paused_until != 0, payment->paused_until),
                       V_INT_IF(payment->hold_expires != 0, payment->hold_expires),
                       V_INT_IF(payment->paid != 0, payment->paid),
                       V_INT_IF(payment->banked != 0, payment->banked))));
    return listing_put_payment(cx, tx, payment, false);
}

err_t payment_insert(struct ctx *cx, struct tx *tx, const struct payment *payment)
{
    struct value values[PAYMENT_INSERT_VALUES];

    payment_values(cx, payment, values);
    TRY(store_run(cx, tx, &SQL_PAYMENT_INSERT, values, PAYMENT_INSERT_VALUES));
    return listing_put_payment(cx, tx, payment, true);
}

/* The request that made a payment goes with what becomes of it later; with its authorisation it
 * goes in charge.c, so that the many payments which no request made need not look for one. */
static bool request_listens(enum payment_state from, enum payment_state to)
{
    return from == PAYMENT_AUTHORIZED || to == PAYMENT_CANCELED ||
           (from == PAYMENT_TO_CAPTURE && to == PAYMENT_FAILED) ||
           (from == PAYMENT_CAPTURE_SENT && to == PAYMENT_FAILED);
}

/* What was as good as paid is not. */
static bool is_taken_back(enum payment_state from, enum payment_state to)
{
    return (from == PAYMENT_TO_CAPTURE || from == PAYMENT_CAPTURE_SENT) &&
           (to == PAYMENT_CANCELED || to == PAYMENT_FAILED);
}

/* A card payment that is captured with its approval needs no event for that move: the row has the
 * moment, and payment_history tells it. */
static bool told_by_row(const struct ctx *cx, const struct payment *payment, enum payment_state to)
{
    return payment->state == PAYMENT_AUTHORIZING && to == PAYMENT_TO_CAPTURE &&
           payment->method == METHOD_CARD && payment->capture && payment->paid == cx->now;
}

err_t payment_move(struct ctx *cx, struct tx *tx, struct payment *payment, enum payment_state to)
{
    if (!step_allowed(payment->state, to))
        return fault_object(cx, ERR_STATE, "status", "the payment's state does not allow it",
                            payment->id.raw);
    bool listens = request_listens(payment->state, to);
    bool told = told_by_row(cx, payment, to);
    bool taken_back = is_taken_back(payment->state, to);
    payment->state = to;
    if (payment->unwritten) {
        payment->unwritten = false;
        return payment_insert(cx, tx, payment);
    }
    TRY(payment_progress(cx, tx, payment));
    if (!told)
        TRY(event_put(cx, tx, STATE_EVENT, payment->id.raw, payment_state_text(to)));
    /* What nobody is shown yet is no news. */
    if (!payment_is_open(payment))
        TRY(news_put(cx, tx, "payment", payment->id.raw, NEWS_UPDATED));
    TRY(levy_follow(cx, tx, payment));
    if (taken_back)
        TRY(invoice_payment_moved(cx, tx, payment->id, payment->id.raw, -payment->amount.minor));
    return listens ? request_follow(cx, tx, payment, NULL, NULL) : OK;
}

static bool event_is_success(const struct event *event, instant paid)
{
    static const char *const STATES[] = {"authorized", "to_capture"};

    for (size_t i = 0; i < ARRAY_LEN(STATES); i++) {
        if (event->created == paid && str_eq(event->kind, str_of(STATE_EVENT)) &&
            str_eq(event->detail, str_of(STATES[i])))
            return true;
    }
    return false;
}

/* Whether the events say how it was approved at `paid`. Those without one were captured at once. */
static bool success_is_told(const struct payment *payment, const struct event *events, size_t count)
{
    bool by_event = payment->paid == 0 || payment->method != METHOD_CARD || !payment->capture;

    for (size_t i = 0; i < count && !by_event; i++)
        by_event = event_is_success(&events[i], payment->paid);
    return by_event;
}

err_t payment_keep_success(struct ctx *cx, struct tx *tx, const struct payment *payment)
{
    struct event *events;
    size_t count;

    if (payment->paid == 0)
        return OK;
    TRY(events_of_object(cx, tx, payment->id.raw, &events, &count));
    if (success_is_told(payment, events, count))
        return OK;
    return event_put_at(cx, tx, STATE_EVENT, payment->id.raw,
                        payment_state_text(PAYMENT_TO_CAPTURE), payment->paid);
}

static bool event_is_state(const struct event *event, enum payment_state state)
{
    return str_eq(event->kind, str_of(STATE_EVENT)) &&
           str_eq(event->detail, str_of(payment_state_text(state)));
}

/* In the order of time. Of those of one moment the first one stays first, but an approval comes
 * before the settlement that came with it, and a file before what its bank said of it at once. */
static bool event_is_before(const struct event *event, const struct event *other)
{
    if (event->created != other->created)
        return event->created < other->created;
    if (event_is_state(event, PAYMENT_CAPTURE_SENT))
        return event_is_state(other, PAYMENT_FAILED);
    return event_is_success(event, event->created) && event_is_state(other, PAYMENT_CAPTURED);
}

static void event_insert(struct event *events, size_t *count, struct event event)
{
    size_t at = (*count)++;

    for (; at > 0 && event_is_before(&event, &events[at - 1]); at--)
        events[at] = events[at - 1];
    events[at] = event;
}

static err_t moving_read(struct ctx *cx, struct tx *tx, const struct sql *sql,
                         struct payment_id **out, size_t *count)
{
    struct rows *rows;

    TRY(store_query(cx, tx, sql, ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode))), &rows));
    return levy_ids_read(cx, rows, out, count);
}

err_t payments_stepped(struct ctx *cx, struct tx *tx)
{
    struct payment_id *ids;
    size_t count = 0;
    bool awaited;

    TRY(news_awaited(cx, tx, &awaited));
    if (awaited)
        TRY(moving_read(cx, tx, &SQL_MOVING_DEBIT_PAYMENTS, &ids, &count));
    for (size_t i = 0; i < count; i++)
        TRY(news_put(cx, tx, "payment", ids[i].raw, NEWS_UPDATED));
    TRY(moving_read(cx, tx, &SQL_MOVING_DEBIT_LEVIES, &ids, &count));
    for (size_t i = 0; i < count; i++)
        TRY(levy_follow_id(cx, tx, ids[i]));
    return OK;
}

/* A row that did not change was in another state. */
static err_t steps_run(struct ctx *cx, struct tx *tx, const struct sql *sql,
                       const struct value *args, size_t arg_count, int64_t count)
{
    int64_t changed;

    TRY(store_run_count(cx, tx, sql, args, arg_count, &changed));
    return changed == count
               ? OK
               : fault(cx, ERR_STATE, "status", "the payment's state does not allow it");
}

err_t payments_step(struct ctx *cx, struct tx *tx, enum payment_state from, enum payment_state to,
                    int64_t count)
{
    must(step_allowed(from, to));
    must(!request_listens(from, to));
    return steps_run(cx, tx, &SQL_MOVING_PAYMENT_STEP,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                          V_WORD(payment_state_text(from)), V_WORD(payment_state_text(to))),
                     count);
}

err_t payments_banked(struct ctx *cx, struct tx *tx, enum payment_state from, instant banked,
                      int64_t count)
{
    must(step_allowed(from, PAYMENT_CAPTURED));
    must(!request_listens(from, PAYMENT_CAPTURED));
    return steps_run(cx, tx, &SQL_MOVING_PAYMENT_BANKED,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                          V_WORD(payment_state_text(from)),
                          V_WORD(payment_state_text(PAYMENT_CAPTURED)), V_INT(banked)),
                     count);
}

err_t payment_paid_count(struct ctx *cx, struct tx *tx, instant paid, instant created)
{
    return paid == 0 ? counter_add(cx, tx, "payment_paid", created) : OK;
}

static void state_insert(struct event *events, size_t *count, enum payment_state state, instant at)
{
    struct event event = {
        .kind = str_of(STATE_EVENT), .detail = str_of(payment_state_text(state)), .created = at};

    for (size_t i = 0; i < *count; i++) {
        if (event_is_state(&events[i], state))
            return;
    }
    event_insert(events, count, event);
}

/* When its file left, and when the bank told of its settlement. */
static err_t debit_insert(struct ctx *cx, struct tx *tx, const struct payment *payment,
                          struct event *events, size_t *count)
{
    struct debit debit;

    if (payment->method != METHOD_SEPA)
        return OK;
    err_t err = debit_load(cx, tx, payment->id, &debit);
    if (err == ERR_NOT_FOUND) {
        ctx_clear_faults(cx);
        return OK;
    }
    TRY(err);
    if (debit.sent != 0)
        state_insert(events, count, PAYMENT_CAPTURE_SENT, debit.sent);
    if (debit.heard != 0)
        state_insert(events, count, PAYMENT_CAPTURED, debit.heard);
    return OK;
}

err_t payment_history(struct ctx *cx, struct tx *tx, const struct payment *payment,
                      struct event **out, size_t *count)
{
    static const struct str CREATED = STR_INIT("payment.created");
    struct event *events;
    size_t len;

    TRY(events_of_object(cx, tx, payment->id.raw, &events, &len));
    *out = arena_array(cx->arena, struct event, len + 4);
    *count = 0;
    if (len == 0 || !str_eq(events[0].kind, CREATED))
        event_insert(*out, count, (struct event){.kind = CREATED, .created = payment->created});
    for (size_t i = 0; i < len; i++)
        event_insert(*out, count, events[i]);
    if (!success_is_told(payment, events, len))
        event_insert(*out, count,
                     (struct event){.kind = str_of(STATE_EVENT),
                                    .detail = str_of(payment_state_text(PAYMENT_TO_CAPTURE)),
                                    .created = payment->paid});
    return debit_insert(cx, tx, payment, *out, count);
}

err_t payment_save(struct ctx *cx, struct tx *tx, const struct payment *payment)
{
    struct value values[PAYMENT_INSERT_VALUES];

    payment_values(cx, payment, values);
    TRY(store_run(cx, tx, &SQL_PAYMENT_UPDATE, values, PAYMENT_UPDATE_VALUES));
    return listing_put_payment(cx, tx, payment, false);
}

bool payment_is_open(const struct payment *payment)
{
    return payment->state == PAYMENT_NEW || payment->state == PAYMENT_AUTHENTICATING ||
           payment->state == PAYMENT_AUTHORIZING;
}

bool payment_page_over(const struct core *core, const struct ctx *cx, const struct payment *payment)
{
    return cx->now >= payment->created + core->payment_life_h * HOUR_US;
}

err_t payment_set_fee(struct payment *payment, const struct fee_terms *terms)
{
    bool debit = payment->method == METHOD_SEPA;
    int64_t fixed = debit ? terms->sepa_fixed_minor : terms->card_fixed_minor;
    struct money rate;
    struct money vat;

    TRY(money_times(payment->amount, debit ? terms->sepa_bp : terms->card_bp, PERCENT_BP,
                    ROUND_HALF_UP, &rate));
    if (add_overflows(rate.minor, fixed, &payment->fee_minor))
        return ERR_LIMIT;
    if (payment->fee_minor > payment->amount.minor)
        payment->fee_minor = payment->amount.minor;
    TRY(money_times((struct money){payment->fee_minor, payment->amount.currency}, terms->vat_bp,
                    PERCENT_BP, ROUND_HALF_UP, &vat));
    payment->fee_vat_minor = vat.minor;
    return OK;
}

static struct ledger_amounts amounts_of(const struct payment *payment)
{
    return (struct ledger_amounts){payment->amount, payment->fee_minor, payment->fee_vat_minor};
}

err_t payment_settle(struct ctx *cx, struct tx *tx, struct payment *payment, int64_t kept_minor)
{
    struct ledger_amounts amounts = amounts_of(payment);

    payment->banked = cx->now;
    TRY(payment_move(cx, tx, payment, PAYMENT_CAPTURED));
    TRY(ledger_capture_settled(cx, tx, payment->id.raw, &amounts, kept_minor));
    return payable_add_payment(cx, tx, payment);
}

err_t payment_to_capture(struct ctx *cx, struct tx *tx, struct payment *payment, int64_t kept_minor)
{
    struct ledger_amounts amounts = amounts_of(payment);

    payment->hold_expires = 0;
    TRY(payment_move(cx, tx, payment, PAYMENT_TO_CAPTURE));
    TRY(ledger_capture_decided(cx, tx, payment->id.raw, &amounts));
    if (kept_minor != NOT_SETTLED)
        return payment_settle(cx, tx, payment, kept_minor);
    return capture_put(cx, tx, payment);
}

err_t payment_hold(struct ctx *cx, struct tx *tx, struct payment *payment, instant until)
{
    payment->hold_expires = until;
    TRY(payment_move(cx, tx, payment, PAYMENT_AUTHORIZED));
    /* Capture is accepted up to that very moment. */
    return task_put(cx, tx, TASK_HOLD_EXPIRY, payment->id.raw, payment->hold_expires + 1);
}

err_t payment_cancel(struct ctx *cx, struct tx *tx, struct payment *payment)
{
    struct ledger_amounts amounts = amounts_of(payment);
    bool booked = payment->state == PAYMENT_TO_CAPTURE;

    if (payment->method == METHOD_SEPA && booked)
        return debit_canceled(cx, tx, payment);
    TRY(payment_move(cx, tx, payment, PAYMENT_CANCELED));
    if (payment->method == METHOD_SEPA)
        return task_done(cx, tx, TASK_HOLD_EXPIRY, payment->id.raw);
    TRY(task_done(cx, tx, booked ? TASK_CARD_CAPTURE : TASK_HOLD_EXPIRY, payment->id.raw));
    if (booked)
        TRY(ledger_capture_reversed(cx, tx, payment->id.raw, &amounts));
    return task_put(cx, tx, TASK_CARD_VOID, payment->id.raw, cx->now);
}

err_t payment_capture_refused(struct ctx *cx, struct tx *tx, struct payment *payment)
{
    struct ledger_amounts amounts = amounts_of(payment);

    TRY(payment_move(cx, tx, payment, PAYMENT_FAILED));
    return ledger_capture_reversed(cx, tx, payment->id.raw, &amounts);
}

err_t payment_view_fill(struct ctx *cx, struct tx *tx, struct payment_view *view)
{
    const struct payment *payment = &view->payment;

    view->has_card = !ID_NONE(payment->card);
    if (view->has_card)
        TRY(card_load(cx, tx, payment->card, true, &view->card));
    if (payment->method == METHOD_SEPA)
        TRY(payment_sepa_load(cx, tx, payment, &view->sepa));
    view->has_customer = !ID_NONE(payment->customer);
    if (view->has_customer)
        TRY(customer_load(cx, tx, payment->customer, true, &view->customer));
    view->has_authentication = !ID_NONE(payment->authentication);
    if (view->has_authentication)
        TRY(authentication_load(cx, tx, payment->authentication, &view->authentication));
    return OK;
}

err_t payment_view_load(struct ctx *cx, struct tx *tx, struct payment_id id,
                        struct payment_view *out)
{
    TRY(payment_load(cx, tx, id, &out->payment));
    return payment_view_fill(cx, tx, out);
}

err_t payment_views(struct ctx *cx, struct tx *tx, const struct payment *payments, size_t count,
                    struct payment_view **out)
{
    *out = arena_array(cx->arena, struct payment_view, count);
    for (size_t i = 0; i < count; i++) {
        (*out)[i].payment = payments[i];
        TRY(payment_view_fill(cx, tx, &(*out)[i]));
    }
    return OK;
}

static err_t capture_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct payment_capture *capture = arg;
    struct payment *payment = &capture->view.payment;

    TRY(payment_view_load(cx, tx, capture->id, &capture->view));
    TRY(payment_capture_hold(cx, tx, payment));
    return OK;
}

err_t payment_capture_hold(struct ctx *cx, struct tx *tx, struct payment *payment)
{
    if (payment->state != PAYMENT_AUTHORIZED)
        return fault_object(cx, ERR_STATE, "status", "Payment cannot be captured", payment->id.raw);
    if (cx->now > payment->hold_expires)
        return fault_object(cx, ERR_STATE, "status", "Payment authorization has expired",
                            payment->id.raw);
    if (payment->amount.minor == 0)
        return fault_object(cx, ERR_STATE, "status", "A card check has nothing to capture",
                            payment->id.raw);
    if (payment->method == METHOD_SEPA)
        TRY(payment_debit_capture(cx, tx, payment));
    TRY(task_done(cx, tx, TASK_HOLD_EXPIRY, payment->id.raw));
    if (payment->method == METHOD_SEPA)
        return OK;
    return payment_to_capture(cx, tx, payment, NOT_SETTLED);
}

void payment_capture(struct payment_capture *capture)
{
    operation_write(&capture->operation, capture_body, operation_end);
}
