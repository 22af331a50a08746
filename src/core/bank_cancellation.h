#ifndef GUICHET_CORE_BANK_CANCELLATION_H
#define GUICHET_CORE_BANK_CANCELLATION_H

#include "core/payment.h"

/* Requests to the bank not to collect a debit that is on its way (standards/sepa.md 4). They are
 * made on the bank's portal, by a person who records it here; the answer comes as camt.029, or as a
 * reject with the reason of a cancellation. A confirmed one cancels the payment, a refused one
 * leaves it as it is. */
#define BANK_CANCELLATION_LIST(X)                                                                  \
    X(BANK_CANCELLATION_ASKED, 1, "asked")                                                         \
    X(BANK_CANCELLATION_CONFIRMED, 2, "confirmed")                                                 \
    X(BANK_CANCELLATION_REFUSED, 3, "refused")
ENUM_DECLARE(bank_cancellation_state, BANK_CANCELLATION_LIST);

/* Inside a body, for the operator, who has only the id: sets cx->merchant, cx->mode and the time.
 * After a refusal it may be asked again. An answer that came before is heard now. ERR_NOT_FOUND,
 * ERR_STATE with a fault: it is no debit on its way, or was asked already. */
MUST_CHECK err_t bank_cancellation_ask(struct ctx *cx, struct tx *tx, struct payment_id id);

/* 0: it was never asked. */
MUST_CHECK err_t bank_cancellation_find(struct ctx *cx, struct tx *tx, const char *payment,
                                        enum bank_cancellation_state *out);

/* The bank has answered; reason may be empty. */
MUST_CHECK err_t bank_cancellation_answered(struct ctx *cx, struct tx *tx, const char *payment,
                                            enum bank_cancellation_state state, struct str reason);

#endif
