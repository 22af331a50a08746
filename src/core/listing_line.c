#include <string.h>

#include "base/must.h"
#include "core/levy_row.h"
#include "core/listing_row.h"

/* What a line says (api/simplypaie.md 3 to 5). */

static bool currency_listed(enum currency currency)
{
    return currency == CURRENCY_EUR || currency == CURRENCY_USD || currency == CURRENCY_GBP;
}

static enum listing_type type_of(bool capture)
{
    return capture ? LISTING_STANDARD : LISTING_PREAUTH;
}

/* Name and e-mail as they were when the line was written. */
static err_t customer_tell(struct ctx *cx, struct tx *tx, struct customer_id id,
                           struct listing_line *line)
{
    struct customer customer;

    if (ID_NONE(id))
        return OK;
    TRY(customer_load(cx, tx, id, true, &customer));
    if (line->name.ptr == NULL)
        line->name = customer.name;
    if (line->email.ptr == NULL)
        line->email = customer.email;
    return OK;
}

/* --- status --------------------------------------------------------------------------------------
 */

/* Whether a payment was taken and given back before it had left. A hold is not: it keeps its end
 * (payment_to_capture). */
static err_t given_back(struct ctx *cx, struct tx *tx, const struct payment *payment, bool *out)
{
    struct refund *refunds;
    size_t count;

    *out = false;
    if (payment->state != PAYMENT_CANCELED || payment->hold_expires != 0)
        return OK;
    TRY(refunds_of_payment(cx, tx, payment->id, &refunds, &count));
    for (size_t i = 0; i < count; i++)
        *out = *out || refunds[i].state == REFUND_PAYMENT_CANCELED;
    return OK;
}

static enum listing_status taken_status(const struct payment *payment)
{
    bool all = payment->refunded_minor == payment->amount.minor && payment->refunded_minor > 0;

    return all ? LISTING_REFUNDED : LISTING_CASHED;
}

static enum listing_status status_of_payment(const struct payment *payment)
{
    switch (payment->state) {
    case PAYMENT_NEW:
    case PAYMENT_AUTHENTICATING:
    case PAYMENT_AUTHORIZING:
    case PAYMENT_REFUSED:
    case PAYMENT_FAILED:
        return LISTING_WAITING;
    case PAYMENT_AUTHORIZED:
        return LISTING_PREAUTHORIZED;
    case PAYMENT_TO_CAPTURE:
    case PAYMENT_CAPTURE_SENT:
    case PAYMENT_CAPTURED:
    case PAYMENT_DISPUTED:
        return taken_status(payment);
    case PAYMENT_CANCELED:
        return LISTING_CANCELLED;
    case PAYMENT_EXPIRED:
        return LISTING_EXPIRED;
    }
    must_fail(__FILE__, __LINE__, "state is a member");
}

static enum listing_status status_of_request(const struct pay_request *request,
                                             const struct payment *payment)
{
    switch (request->state) {
    case REQUEST_REQUIRE_METHOD:
    case REQUEST_REQUIRE_AUTHENTICATION:
        return request->sending.reminders > 0 ? LISTING_REMINDED : LISTING_WAITING;
    case REQUEST_AUTHORIZED:
        return LISTING_PREAUTHORIZED;
    case REQUEST_CAPTURED:
        return payment == NULL ? LISTING_CASHED : taken_status(payment);
    case REQUEST_UNPAID:
        return LISTING_EXPIRED;
    case REQUEST_CANCELED:
        return LISTING_CANCELLED;
    }
    must_fail(__FILE__, __LINE__, "state is a member");
}

/* What its payment makes of a line, whose status is that of payment or request. */
static err_t payment_tell(struct ctx *cx, struct tx *tx, const struct payment *payment,
                          struct listing_line *line)
{
    enum listing_status *status = &line->facets.status;
    bool back;

    TRY(given_back(cx, tx, payment, &back));
    if (back) {
        *status = LISTING_REFUNDED;
        line->amount_minor = payment->amount.minor;
        line->refunded_minor = payment->amount.minor;
        return OK;
    }
    if (*status == LISTING_PREAUTHORIZED)
        line->valid_until = payment->hold_expires;
    if (*status != LISTING_CASHED && *status != LISTING_REFUNDED)
        return OK;
    line->amount_minor = payment->amount.minor;
    line->fees_minor = payment->fee_minor;
    line->refunded_minor = payment->refunded_minor;
    return OK;
}

/* --- objects -------------------------------------------------------------------------------------
 */

static err_t request_payment(struct ctx *cx, struct tx *tx, const struct pay_request *request,
                             struct payment *payment, struct listing_line *line)
{
    bool has = !ID_NONE(request->payment);

    if (has)
        TRY(payment_load(cx, tx, request->payment, payment));
    line->facets.status = status_of_request(request, has ? payment : NULL);
    return has ? payment_tell(cx, tx, payment, line) : OK;
}

err_t listing_line_of_request(struct ctx *cx, struct tx *tx, const struct pay_request *request,
                              struct listing_line *out, bool *listed)
{
    const struct request_terms *terms = &request->terms;
    struct payment payment;
    bool sent = request->face == REQUEST_OF_SIMPLYPAIE;

    *listed = currency_listed(terms->amount.currency);
    *out = (struct listing_line){
        .kind = LISTING_REQUEST,
        .facets = {.sent_by = sent ? request->sending.mode : REQUEST_BY_WEB,
                   .type = type_of(terms->capture),
                   .page = sent ? request->sending.page : PAGE_STANDARD,
                   .currency = terms->amount.currency,
                   .way = LISTING_DEBIT},
        .amount_minor = terms->amount.minor,
        .name = request->sending.name,
        .email = request->sending.email,
        .return_url = terms->return_url,
        .created = request->created,
    };
    if (sent && !str_to_int64(terms->order_id, &out->number))
        out->number = 0;
    memcpy(out->object, request->id.raw, ID_SIZE);
    memcpy(out->link_object, request->id.raw, ID_SIZE);
    if (request_is_open(request))
        out->valid_until = request->expires;
    TRY(request_payment(cx, tx, request, &payment, out));
    return sent ? OK : customer_tell(cx, tx, terms->customer, out);
}

/* A levy is not: it is no request, and of a face that has its own list (api/safedebit.md 6). */
static err_t payment_listed(struct ctx *cx, struct tx *tx, const struct payment *payment,
                            bool *listed)
{
    struct levy levy;
    bool is_levy;

    *listed = currency_listed(payment->amount.currency);
    if (!*listed || payment->method != METHOD_SEPA)
        return OK;
    TRY(levy_by_payment(cx, tx, payment->id, &levy, &is_levy));
    *listed = !is_levy;
    return OK;
}

err_t listing_line_of_payment(struct ctx *cx, struct tx *tx, const struct payment *payment,
                              struct listing_line *out, bool *listed)
{
    TRY(payment_listed(cx, tx, payment, listed));
    *out = (struct listing_line){
        .kind = LISTING_PAYMENT,
        .facets = {.sent_by = REQUEST_BY_WEB,
                   .type = type_of(payment->capture),
                   .page = PAGE_STANDARD,
                   .currency = payment->amount.currency,
                   .way = LISTING_DEBIT,
                   .status = status_of_payment(payment)},
        .amount_minor = payment->amount.minor,
        .return_url = payment->return_url,
        .created = payment->created,
    };
    memcpy(out->object, payment->id.raw, ID_SIZE);
    memcpy(out->link_object, payment->id.raw, ID_SIZE);
    TRY(payment_tell(cx, tx, payment, out));
    return customer_tell(cx, tx, payment->customer, out);
}

static enum listing_status status_of_refund(enum refund_state state)
{
    switch (state) {
    case REFUND_TO_REFUND:
    case REFUND_SENT:
    case REFUND_REFUNDED:
    case REFUND_PAYMENT_CANCELED:
        return LISTING_CASHED;
    case REFUND_NOT_HONORED:
        return LISTING_CANCELLED;
    }
    must_fail(__FILE__, __LINE__, "state is a member");
}

/* The same as the line of what is refunded, the other way. */
err_t listing_line_of_refund(struct ctx *cx, struct tx *tx, const struct refund *refund,
                             struct listing_line *out, bool *listed)
{
    struct pay_request request;
    struct payment payment;
    bool by_request;

    TRY(payment_load(cx, tx, refund->payment, &payment));
    TRY(request_of_payment(cx, tx, refund->payment, &request, &by_request));
    if (by_request)
        TRY(listing_line_of_request(cx, tx, &request, out, listed));
    else
        TRY(listing_line_of_payment(cx, tx, &payment, out, listed));
    if (refund->state == REFUND_PAYMENT_CANCELED && payment.hold_expires != 0)
        *listed = false;
    out->kind = LISTING_REFUND;
    out->number = 0;
    memcpy(out->object, refund->id.raw, ID_SIZE);
    out->facets.way = LISTING_CREDIT;
    out->facets.status = status_of_refund(refund->state);
    out->amount_minor = refund->amount.minor;
    out->fees_minor = 0;
    out->refunded_minor = 0;
    out->valid_until = 0;
    out->created = refund->created;
    return OK;
}
