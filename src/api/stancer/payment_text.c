#include "api/stancer/payment.h"
#include "api/stancer/routes.h"
#include "base/must.h"
#include "core/payment_debit.h"

enum { DESCRIPTION_MIN = 3, DESCRIPTION_MAX = 64 };

static void device_to_wire(const struct device *device, struct device_out *out)
{
    *out = (struct device_out){
        .ip = device->ip,
        .port = device->port,
        .user_agent = device->user_agent,
        .http_accept = device->http_accept,
        .languages = device->languages,
    };
}

/* What there is to say about an authentication that did not go well. */
static struct str auth_message(enum authentication_state state)
{
    switch (state) {
    case AUTHENTICATION_REQUESTED:
    case AUTHENTICATION_AVAILABLE:
    case AUTHENTICATION_ATTEMPTED:
    case AUTHENTICATION_SUCCESS:
        return STR_NONE;
    case AUTHENTICATION_DECLINED:
        return STR("The bank did not recognise the payer");
    case AUTHENTICATION_FAILED:
        return STR("The authentication broke off");
    case AUTHENTICATION_EXPIRED:
        return STR("The payer did not come in time");
    case AUTHENTICATION_UNAVAILABLE:
        return STR("This card cannot be authenticated");
    }
    must_fail(__FILE__, __LINE__, "state is a member");
}

/* "requested": authentication was asked for and there is no card yet (api/stancer.md 9). */
static void auth_to_wire(const struct request *request, const struct payment_view *view,
                         struct auth_out *out)
{
    const struct authentication *authentication = &view->authentication;
    struct arena *arena = request->cx->arena;
    struct str base = request->core->secure_url;

    *out = (struct auth_out){.status = STR("requested")};
    if (view->payment.device.ip.ptr != NULL) {
        device_to_wire(&view->payment.device, &out->device);
        GIVE(out, device);
    }
    if (!view->has_authentication)
        return;
    out->status = str_of(authentication_state_text(authentication->state));
    out->uuid = str_of(authentication->uuid);
    out->message = auth_message(authentication->state);
    if (authentication->origin != ORIGIN_API)
        return;
    struct str path = authentication_path(arena, request->cx->mode, authentication);
    out->redirect_url = str_format(arena, "%.*s%s", (int)base.len, base.ptr, path.ptr);
    out->return_url = authentication->return_url;
}

static void dates_to_wire(const struct payment *payment, struct payment_out *out)
{
    if (payment->banked != 0) {
        out->date_bank = payment->banked;
        out->day_bank = date_paris(payment->banked);
        GIVE(out, date_bank);
        GIVE(out, day_bank);
    }
    if (payment->paid != 0) {
        out->date_paym = payment->paid;
        GIVE(out, date_paym);
    }
}

static void parts_to_wire(const struct request *request, const struct payment_view *view,
                          struct payment_out *out)
{
    if (view->has_card) {
        card_to_wire(request, &view->card, &out->card);
        GIVE(out, card);
    }
    if (view->sepa != NULL) {
        sepa_to_wire(request, &view->sepa->account, &out->sepa);
        GIVE(out, sepa);
    }
    if (view->has_customer) {
        customer_to_wire(request, &view->customer, &out->customer);
        GIVE(out, customer);
    }
    if (view->payment.auth_asked || view->has_authentication) {
        auth_to_wire(request, view, &out->auth);
        GIVE(out, auth);
    }
    if (view->payment.device.ip.ptr != NULL) {
        device_to_wire(&view->payment.device, &out->device);
        GIVE(out, device);
    }
}

static struct field_list refunds_to_wire(const struct request *request,
                                         const struct refund *refunds, size_t count)
{
    struct refund_out *list = arena_array(request->cx->arena, struct refund_out, count);

    for (size_t i = 0; i < count; i++)
        refund_to_wire(request, &refunds[i], &list[i]);
    return (struct field_list){list, count};
}

/* What another face has taken may be too short for this one as well: that is none here. */
static struct str description_shown(struct str text)
{
    size_t points = 0;

    if (!str_utf8_count(text, &points) || points < DESCRIPTION_MIN)
        return STR_NONE;
    return text_shown(text, DESCRIPTION_MAX);
}

void payment_put(const struct request *request, struct buf *out, const struct payment_view *view,
                 const struct refund *refunds, size_t refund_count)
{
    const struct payment *payment = &view->payment;
    struct payment_out object = {
        .id = payment->id,
        .amount = payment->amount.minor,
        .currency = (int)payment->amount.currency,
        .description = description_shown(payment->description),
        .order_id = payment->order_id,
        .unique_id = payment->unique_id,
        .method = payment->method == 0 ? STR_NONE : str_of(pay_method_text(payment->method)),
        .methods_allowed = payment->methods,
        .status = payment_status_word(payment->state),
        .response = payment->response,
        .response_author = payment->response_author,
        .capture = payment->capture,
        .created = payment->created,
        .date_settlement = payment->date_settlement,
        .fee = payment->fee_minor,
        .country = view->has_card && view->card.country.ptr != NULL ? view->card.country : STR(""),
        .return_url = payment->return_url,
        .refunds = refunds_to_wire(request, refunds, refund_count),
        .live_mode = !is_test(request),
        .billing_address = payment->billing_address,
        .shipping_address = payment->shipping_address,
    };

    dates_to_wire(payment, &object);
    parts_to_wire(request, view, &object);
    object_put(request, out, &STANCER_PAYMENT_OUT, &object);
}

struct str payment_text(const struct request *request, const struct payment_view *view,
                        const struct refund *refunds, size_t refund_count)
{
    struct buf out = buf_make(request->cx->arena, ANSWER_MAX);

    payment_put(request, &out, view, refunds, refund_count);
    must(!out.failed);
    return buf_str(&out);
}
