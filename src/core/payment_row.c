#include "core/payment_row.h"

#include <string.h>

#include "base/must.h"

void payment_row(struct rows *rows, void *item)
{
    struct payment *out = item;
    struct str method = col_text(rows, 6);

    *out = (struct payment){
        .amount = {.minor = col_int(rows,      2) },
        .capture = col_int(rows, 4) != 0,
        .methods = (unsigned)col_int(rows, 5),
        .description = col_text(rows, 9),
        .order_id = col_text(rows, 10),
        .unique_id = col_text(rows, 11),
        .return_url = col_text(rows, 12),
        .auth_asked = col_int(rows, 13) != 0,
        .auth_return_url = col_text(rows, 14),
        .device = { .ip = col_text(rows, 16),
                   .port = col_int(rows, 17),
                   .user_agent = col_text(rows, 18),
                   .http_accept = col_text(rows, 19),
                   .languages = col_text(rows, 20)},
        .date_settlement = col_text(rows, 21),
        .response = col_text(rows, 24),
        .response_author = col_text(rows, 25),
        .fee_minor = col_int(rows, 27),
        .fee_vat_minor = col_int(rows, 28),
        .refunded_minor = col_int(rows, 29),
        .refusals = col_int(rows, 30),
        .paused_until = col_int(rows, 31),
        .hold_expires = col_int(rows, 32),
        .paid = col_int(rows, 33),
        .banked = col_int(rows, 34),
        .created = col_int(rows, 35),
    };
    col_id(rows, 0, out->id.raw);
    must(payment_state_parse(col_text(rows, 1), &out->state));
    must(currency_parse(col_text(rows, 3), &out->amount.currency));
    must(method.ptr == NULL || pay_method_parse(method, &out->method));
    col_id(rows, 7, out->card.raw);
    col_id(rows, 8, out->customer.raw);
    col_id(rows, 15, out->authentication.raw);
    col_id(rows, 22, out->billing_address.raw);
    col_id(rows, 23, out->shipping_address.raw);
    col_id(rows, 26, out->attempt.raw);
}

void payment_values(struct ctx *cx, const struct payment *payment,
                    struct value values[PAYMENT_INSERT_VALUES])
{
    const struct value all[] = {
        V_ID(cx->merchant),
        V_WORD(mode_text(cx->mode)),
        V_ID(payment->id),
        V_WORD(payment_state_text(payment->state)),
        V_INT(payment->amount.minor),
        V_WORD(currency_text(payment->amount.currency)),
        V_INT(payment->capture),
        V_INT((int64_t)payment->methods),
        payment->method == 0 ? V_NULL() : V_WORD(pay_method_text(payment->method)),
        V_ID(payment->card),
        V_ID(payment->customer),
        V_TEXT(payment->description),
        V_TEXT(payment->order_id),
        V_TEXT(payment->return_url),
        V_INT(payment->auth_asked),
        V_TEXT(payment->auth_return_url),
        V_ID(payment->authentication),
        V_TEXT(payment->device.ip),
        V_INT_IF(payment->device.ip.ptr != NULL, payment->device.port),
        V_TEXT(payment->device.user_agent),
        V_TEXT(payment->device.http_accept),
        V_TEXT(payment->device.languages),
        V_TEXT(payment->date_settlement),
        V_ID(payment->billing_address),
        V_ID(payment->shipping_address),
        V_TEXT(payment->response),
        V_TEXT(payment->response_author),
        V_ID(payment->attempt),
        V_INT(payment->fee_minor),
        V_INT(payment->fee_vat_minor),
        V_INT(payment->refunded_minor),
        V_INT(payment->refusals),
        V_INT_IF(payment->paused_until != 0, payment->paused_until),
        V_INT_IF(payment->hold_expires != 0, payment->hold_expires),
        V_INT_IF(payment->paid != 0, payment->paid),
        V_INT_IF(payment->banked != 0, payment->banked),
        V_TEXT(payment->unique_id),
        V_INT(payment->created),
    };

    must(ARRAY_LEN(all) == PAYMENT_INSERT_VALUES);
    memcpy(values, all, sizeof all);
}
