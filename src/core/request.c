#include "core/request.h"

#include <string.h>

#include "base/must.h"
#include "core/debit.h"
#include "core/event.h"
#include "core/invoice_payment.h"
#include "core/listing.h"
#include "core/news.h"
#include "core/payment_row.h"
#include "core/request_mail.h"
#include "core/request_row.h"
#include "core/task.h"
#include "store/sql.h"

ENUM_DEFINE(request_state, REQUEST_STATE_LIST)
ENUM_DEFINE(request_face, REQUEST_FACE_LIST)
ENUM_DEFINE(request_mode, REQUEST_MODE_LIST)
ENUM_DEFINE(request_page, REQUEST_PAGE_LIST)

static const char KIND[] = "request";

/* The only moves there are (api/stancer.md 11). What was captured ends when its payment is given
 * back or refused before the money has moved. */
struct request_step {
    enum request_state from;
    enum request_state to;
};
static const struct request_step STEPS[] = {
    {REQUEST_REQUIRE_METHOD,         REQUEST_REQUIRE_AUTHENTICATION},
    {REQUEST_REQUIRE_METHOD,         REQUEST_AUTHORIZED            },
    {REQUEST_REQUIRE_METHOD,         REQUEST_CAPTURED              },
    {REQUEST_REQUIRE_METHOD,         REQUEST_UNPAID                },
    {REQUEST_REQUIRE_METHOD,         REQUEST_CANCELED              },
    {REQUEST_REQUIRE_AUTHENTICATION, REQUEST_REQUIRE_METHOD        },
    {REQUEST_REQUIRE_AUTHENTICATION, REQUEST_AUTHORIZED            },
    {REQUEST_REQUIRE_AUTHENTICATION, REQUEST_CAPTURED              },
    {REQUEST_REQUIRE_AUTHENTICATION, REQUEST_UNPAID                },
    {REQUEST_REQUIRE_AUTHENTICATION, REQUEST_CANCELED              },
    {REQUEST_AUTHORIZED,             REQUEST_CAPTURED              },
    {REQUEST_AUTHORIZED,             REQUEST_UNPAID                },
    {REQUEST_AUTHORIZED,             REQUEST_CANCELED              },
    {REQUEST_CAPTURED,               REQUEST_UNPAID                },
    {REQUEST_CAPTURED,               REQUEST_CANCELED              },
};

static bool step_allowed(enum request_state from, enum request_state to)
{
    for (size_t i = 0; i < ARRAY_LEN(STEPS); i++) {
        if (STEPS[i].from == from && STEPS[i].to == to)
            return true;
    }
    return false;
}

bool request_is_open(const struct pay_request *request)
{
    return request->state == REQUEST_REQUIRE_METHOD ||
           request->state == REQUEST_REQUIRE_AUTHENTICATION;
}

/* --- rows ------------------------------------------------------------------------------------- */

static struct request_sending sending_row(struct rows *rows)
{
    struct request_sending sending = {
        .mode = REQUEST_BY_WEB,
        .page = PAGE_STANDARD,
        .name = col_text(rows, 23),
        .email = col_text(rows, 24),
        .phone = col_text(rows, 25),
        .link_sealed = col_blob(rows, 26),
        .reminders = col_int(rows, 27),
        .reminded = col_int(rows, 28),
    };

    must(col_null(rows, 21) || request_mode_parse(col_text(rows, 21), &sending.mode));
    must(col_null(rows, 22) || request_page_parse(col_text(rows, 22), &sending.page));
    return sending;
}

void request_row(struct rows *rows, void *item)
{
    struct pay_request *out = item;
    struct request_terms *terms = &out->terms;

    *out = (struct pay_request){.expires = col_int(rows, 18), .created = col_int(rows, 19)};
    *terms = (struct request_terms){
        .amount = {.minor = col_int(rows, 3)},
        .capture = col_int(rows, 5) != 0,
        .methods = (unsigned)col_int(rows, 6),
        .authenticate = col_int(rows, 7) != 0,
        .description = col_text(rows, 11),
        .order_id = col_text(rows, 12),
        .metadata = col_text(rows, 13),
        .return_url = col_text(rows, 14),
        .date_settlement = col_text(rows, 15),
    };
    col_id(rows, 0, out->id.raw);
    must(request_face_parse(col_text(rows, 1), &out->face));
    must(request_state_parse(col_text(rows, 2), &out->state));
    must(currency_parse(col_text(rows, 4), &terms->amount.currency));
    col_id(rows, 8, terms->customer.raw);
    col_id(rows, 9, terms->card.raw);
    col_id(rows, 10, out->payment.raw);
    col_id(rows, 16, terms->billing_address.raw);
    col_id(rows, 17, terms->shipping_address.raw);
    col_id(rows, 20, terms->account.raw);
    out->sending = sending_row(rows);
}

/* The values of request_insert, in its order; the first REQUEST_UPDATE_VALUES are those of
 * request_update. */
enum { REQUEST_INSERT_VALUES = 30, REQUEST_UPDATE_VALUES = 21 };

static void request_values(struct ctx *cx, const struct pay_request *request,
                           struct value values[REQUEST_INSERT_VALUES])
{
    const struct request_terms *terms = &request->terms;
    const struct request_sending *sending = &request->sending;
    bool sent = request->face == REQUEST_OF_SIMPLYPAIE;
    struct str due = terms->date_settlement.ptr != NULL
                         ? terms->date_settlement
                         : date_text(cx->arena, date_paris(request->created));
    const struct value all[] = {
        V_ID(cx->merchant),
        V_WORD(mode_text(cx->mode)),
        V_ID(request->id),
        V_WORD(request_state_text(request->state)),
        V_INT(terms->amount.minor),
        V_WORD(currency_text(terms->amount.currency)),
        V_INT(terms->capture),
        V_INT((int64_t)terms->methods),
        V_INT(terms->authenticate),
        V_ID(terms->customer),
        V_ID(terms->card),
        V_ID(request->payment),
        V_TEXT(terms->description),
        V_TEXT(terms->order_id),
        V_TEXT(terms->metadata),
        V_TEXT(terms->return_url),
        V_TEXT(terms->date_settlement),
        V_TEXT(due),
        V_ID(terms->billing_address),
        V_ID(terms->shipping_address),
        V_ID(terms->account),
        V_WORD(request_face_text(request->face)),
        V_INT(request->expires),
        V_INT(request->created),
        sent ? V_WORD(request_mode_text(sending->mode)) : V_NULL(),
        sent ? V_WORD(request_page_text(sending->page)) : V_NULL(),
        V_TEXT(sending->name),
        V_TEXT(sending->email),
        V_TEXT(sending->phone),
        V_BLOB(sending->link_sealed),
    };

    must(ARRAY_LEN(all) == REQUEST_INSERT_VALUES);
    memcpy(values, all, sizeof all);
}

err_t request_insert(struct ctx *cx, struct tx *tx, const struct pay_request *request)
{
    struct value values[REQUEST_INSERT_VALUES];

    request_values(cx, request, values);
    TRY(store_run(cx, tx, &SQL_REQUEST_INSERT, values, REQUEST_INSERT_VALUES));
    TRY(store_run(cx, tx, &SQL_REQUEST_PAGE_INSERT,
                  ARGS(V_ID(request->id), V_ID(cx->merchant), V_WORD(mode_text(cx->mode)))));
    return listing_put_request(cx, tx, request, true);
}

err_t request_save(struct ctx *cx, struct tx *tx, const struct pay_request *request)
{
    struct value values[REQUEST_INSERT_VALUES];

    request_values(cx, request, values);
    TRY(store_run(cx, tx, &SQL_REQUEST_UPDATE, values, REQUEST_UPDATE_VALUES));
    return listing_put_request(cx, tx, request, false);
}

err_t request_load(struct ctx *cx, struct tx *tx, struct request_id id, struct pay_request *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_REQUEST_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        &found));
    if (!found)
        return fault_object(cx, ERR_NOT_FOUND, KIND, "not found", id.raw);
    request_row(rows, out);
    rows_end(rows);
    return OK;
}

err_t request_of_page(struct ctx *cx, struct tx *tx, struct request_id id, enum mode mode,
                      struct pay_request *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_REQUEST_PAGE_FIND, ARGS(V_ID(id), V_WORD(mode_text(mode))),
                        &rows, &found));
    if (!found)
        return ERR_NOT_FOUND;
    col_id(rows, 0, cx->merchant.raw);
    rows_end(rows);
    cx->mode = mode;
    return request_load(cx, tx, id, out);
}

err_t request_of_payment(struct ctx *cx, struct tx *tx, struct payment_id payment,
                         struct pay_request *out, bool *found)
{
    struct request_id id;
    struct rows *rows;

    TRY(store_query_one(cx, tx, &SQL_REQUEST_OF_PAYMENT,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(payment)), &rows,
                        found));
    if (!*found)
        return OK;
    col_id(rows, 0, id.raw);
    rows_end(rows);
    return request_load(cx, tx, id, out);
}

/* --- moves ------------------------------------------------------------------------------------ */

err_t request_move(struct ctx *cx, struct tx *tx, struct pay_request *request,
                   enum request_state to)
{
    bool was_open = request_is_open(request);
    enum request_state from = request->state;

    if (!step_allowed(from, to))
        return fault_object(cx, ERR_STATE, KIND, "is in a state that does not allow it",
                            request->id.raw);
    request->state = to;
    TRY(request_save(cx, tx, request));
    TRY(event_put(cx, tx, "request.state", request->id.raw, request_state_text(to)));
    TRY(news_put(cx, tx, "request", request->id.raw, NEWS_UPDATED));
    TRY(request_tell_payer(cx, tx, request, from));
    if (to == REQUEST_CAPTURED)
        TRY(invoice_request_paid(cx, tx, request));
    if (was_open && !request_is_open(request))
        return task_done(cx, tx, TASK_REQUEST_EXPIRY, request->id.raw);
    return OK;
}

/* What a payment makes of its request; 0: nothing, the payer may try again. */
static enum request_state state_of_payment(const struct pay_request *request,
                                           enum payment_state state)
{
    switch (state) {
    case PAYMENT_AUTHORIZED:
        return REQUEST_AUTHORIZED;
    case PAYMENT_TO_CAPTURE:
    case PAYMENT_CAPTURE_SENT:
    case PAYMENT_CAPTURED:
    case PAYMENT_DISPUTED:
        return REQUEST_CAPTURED;
    case PAYMENT_CANCELED:
        return REQUEST_CANCELED;
    case PAYMENT_EXPIRED:
        return REQUEST_UNPAID;
    case PAYMENT_FAILED:
        return request_is_open(request) ? 0 : REQUEST_UNPAID;
    case PAYMENT_NEW:
    case PAYMENT_AUTHENTICATING:
    case PAYMENT_AUTHORIZING:
    case PAYMENT_REFUSED:
        return 0;
    }
    must_fail(__FILE__, __LINE__, "state is a member");
}

/* What paid stays in the request: a card, or an account. */
static err_t source_follow(struct ctx *cx, struct tx *tx, const struct payment *payment,
                           struct request_terms *terms)
{
    struct debit debit;

    terms->card = payment->card;
    terms->account = (struct bank_account_id){{0}};
    if (payment->method != METHOD_SEPA)
        return OK;
    TRY(debit_load(cx, tx, payment->id, &debit));
    terms->account = debit.account;
    return OK;
}

err_t request_follow(struct ctx *cx, struct tx *tx, const struct payment *payment,
                     struct pay_request *request, bool *found)
{
    struct pay_request here = {0};
    bool is_there;

    if (request == NULL)
        request = &here;
    TRY(request_of_payment(cx, tx, payment->id, request, &is_there));
    if (found != NULL)
        *found = is_there;
    if (!is_there)
        return OK;
    bool winner = ID_EQ(request->payment, payment->id);
    enum request_state to = state_of_payment(request, payment->state);
    if (to == 0 || (winner && to == request->state))
        return OK;
    /* One that handed it on to another presentation does not matter to it any more. */
    if (!winner && !request_is_open(request) && to == REQUEST_UNPAID)
        return OK;
    /* A second success is refused by the table of moves, and its authorisation is then taken back
     * like any whose outcome could not be written. */
    if (!winner && !request_is_open(request))
        return fault_object(cx, ERR_STATE, KIND, "is paid or over", request->id.raw);
    request->payment = payment->id;
    TRY(source_follow(cx, tx, payment, &request->terms));
    return request_move(cx, tx, request, to);
}

/* --- its payments ----------------------------------------------------------------------------- */

err_t request_attempt(struct ctx *cx, struct tx *tx, struct request_id id, struct payment *out,
                      bool *found)
{
    struct payment_id last;
    struct rows *rows;

    TRY(store_query_one(cx, tx, &SQL_REQUEST_ATTEMPT_LAST,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        found));
    if (!*found)
        return OK;
    col_id(rows, 0, last.raw);
    rows_end(rows);
    return payment_load(cx, tx, last, out);
}

static err_t payment_link(struct ctx *cx, struct tx *tx, struct request_id id,
                          struct payment_id payment)
{
    return store_run(cx, tx, &SQL_REQUEST_PAYMENT_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id), V_ID(payment),
                          V_INT(cx->now)));
}

err_t request_hand_on(struct ctx *cx, struct tx *tx, struct pay_request *request,
                      struct payment_id next, struct bank_account_id account)
{
    must(request->state == REQUEST_CAPTURED);
    request->payment = next;
    request->terms.account = account;
    TRY(request_save(cx, tx, request));
    TRY(payment_link(cx, tx, request->id, next));
    TRY(event_put(cx, tx, "request.presented_again", request->id.raw, NULL));
    return news_put(cx, tx, "request", request->id.raw, NEWS_UPDATED);
}

void request_terms_put(const struct pay_request *request, struct payment *payment)
{
    const struct request_terms *terms = &request->terms;

    payment->amount = terms->amount;
    payment->capture = terms->capture;
    payment->methods = terms->methods;
    payment->customer = terms->customer;
    payment->description = terms->description;
    payment->order_id = terms->order_id;
    payment->return_url = terms->return_url;
    payment->date_settlement = terms->date_settlement;
    payment->billing_address = terms->billing_address;
    payment->shipping_address = terms->shipping_address;
}

struct payment request_as_payment(const struct pay_request *request)
{
    struct payment payment = {.state = PAYMENT_NEW, .created = request->created};

    request_terms_put(request, &payment);
    return payment;
}

err_t request_attempt_open(struct ctx *cx, struct tx *tx, const struct pay_request *request,
                           struct payment *out)
{
    struct payment last;
    bool found;

    TRY(request_attempt(cx, tx, request->id, &last, &found));
    must(request_is_open(request));
    must(!found || last.state != PAYMENT_AUTHORIZING);
    if (found && payment_is_open(&last)) {
        *out = last;
        request_terms_put(request, out);
        return OK;
    }
    *out = request_as_payment(request);
    ID_NEW(cx->ids, &out->id);
    out->created = cx->now;
    /* Refusals count for the page, whichever payment they belong to (pages.md 14). */
    if (found) {
        out->refusals = last.refusals;
        out->paused_until = last.paused_until;
    }
    TRY(payment_add(cx, tx, out, true));
    return payment_link(cx, tx, request->id, out->id);
}
