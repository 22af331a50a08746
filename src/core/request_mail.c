#include "core/request_mail.h"

#include "base/must.h"

err_t request_ask_payer(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                        const struct pay_request *request, enum letter_kind kind, struct str link)
{
    const struct request_letter letter = {
        .kind = kind,
        .merchant = merchant,
        .request = request,
        .name = request->sending.name,
        .number = request->terms.order_id,
        .link = link,
    };

    must(kind == LETTER_ASKED || kind == LETTER_REMINDED);
    switch (request->sending.mode) {
    case REQUEST_BY_EMAIL:
        return request_letter_mail(cx, tx, &letter, request->sending.email);
    case REQUEST_BY_SMS:
        return request_letter_sms(cx, tx, &letter, request->sending.phone);
    case REQUEST_BY_WEB:
    case REQUEST_BY_LINK:
    case REQUEST_BY_SIMPLY:
        return OK;
    }
    must_fail(__FILE__, __LINE__, "mode is a member");
}

/* What the payer is told of this move; false: nothing. Money that is given back before it has left
 * was receipted, and the merchant says the rest. */
static bool letter_of_move(const struct pay_request *request, enum request_state from,
                           enum letter_kind *out)
{
    if (request->face != REQUEST_OF_SIMPLYPAIE || request->sending.mode == REQUEST_BY_LINK ||
        request->sending.email.len == 0)
        return false;
    *out = request->state == REQUEST_CAPTURED ? LETTER_RECEIPT : LETTER_CANCELED;
    if (request->state == REQUEST_CANCELED)
        return request->sending.mode == REQUEST_BY_EMAIL && from != REQUEST_CAPTURED;
    return request->state == REQUEST_CAPTURED;
}

err_t request_tell_payer(struct ctx *cx, struct tx *tx, const struct pay_request *request,
                         enum request_state from)
{
    struct merchant merchant;
    struct request_letter letter = {
        .merchant = &merchant,
        .request = request,
        .name = request->sending.name,
        .number = request->terms.order_id,
    };
    struct payment payment;
    struct card card;

    if (!letter_of_move(request, from, &letter.kind))
        return OK;
    TRY(merchant_load(cx, tx, cx->merchant, &merchant));
    if (!ID_NONE(request->payment)) {
        TRY(payment_load(cx, tx, request->payment, &payment));
        /* Debits have their own notices, and are not yet paid. */
        if (payment.method == METHOD_SEPA)
            return OK;
        letter.payment = &payment;
    }
    if (letter.payment != NULL && !ID_NONE(payment.card)) {
        TRY(card_load(cx, tx, payment.card, true, &card));
        letter.card = &card;
    }
    return request_letter_mail(cx, tx, &letter, request->sending.email);
}
