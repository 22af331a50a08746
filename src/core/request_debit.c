#include "base/must.h"
#include "core/request_pay.h"

err_t request_payer_mandate(struct ctx *cx, struct tx *tx, struct request_payer *payer)
{
    must(payer->has_account);
    err_t err = mandate_usable(cx, tx, &payer->account, MANDATE_NEEDED, &payer->mandate);
    payer->has_mandate = err == OK;
    if (err != ERR_INVALID)
        return err;
    /* None to be used is no error here: the payer is asked for one. */
    ctx_clear_faults(cx);
    return OK;
}

struct debit_order request_debit_order(const struct merchant *merchant,
                                       const struct pay_request *request, struct payment *payment,
                                       const struct request_payer *payer)
{
    struct debit_order order = {
        .merchant = merchant,
        .payment = payment,
        .account = &payer->account,
        .mandate = &payer->mandate,
    };

    must(payer->has_account);
    must(payer->has_mandate);
    if (request->terms.date_settlement.len > 0)
        must(date_parse(request->terms.date_settlement, &order.asked));
    return order;
}

err_t request_debit(struct ctx *cx, struct tx *tx, const struct debit_order *order,
                    struct pay_request *request)
{
    struct payment *payment = order->payment;
    struct debit debit;

    payment->method = METHOD_SEPA;
    payment->card = (struct card_id){{0}};
    TRY(payment_set_fee(payment, &order->merchant->fees));
    if (payment->state == PAYMENT_AUTHENTICATING)
        TRY(payment_move(cx, tx, payment, PAYMENT_NEW));
    TRY(debit_open(cx, tx, order, &debit));
    return request_follow(cx, tx, order->payment, request, NULL);
}
