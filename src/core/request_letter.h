#ifndef GUICHET_CORE_REQUEST_LETTER_H
#define GUICHET_CORE_REQUEST_LETTER_H

#include "core/request.h"

/* What the payer of a SimplyPaie request is written (api/simplypaie.md 8), in French or English by
 * the merchant's language, with its name and its address for answers. */
#define LETTER_KIND_LIST(X)                                                                        \
    X(LETTER_ASKED, 1, "request.asked")                                                            \
    X(LETTER_REMINDED, 2, "request.reminded")                                                      \
    X(LETTER_CANCELED, 3, "request.canceled")                                                      \
    X(LETTER_RECEIPT, 4, "request.receipt")
ENUM_DECLARE(letter_kind, LETTER_KIND_LIST);

struct request_letter {
    enum letter_kind kind;
    const struct merchant *merchant;
    const struct pay_request *request;
    const struct payment *payment; /* that was cashed, or whose hold goes back; NULL: none */
    const struct card *card;       /* it was paid with; NULL: none */
    struct str name;               /* of the payer, or {NULL, 0} */
    struct str number;             /* the request's paymentId */
    struct str link;               /* to its page: for what asks and reminds */
};

/* Inside a body. An address that mail cannot be sent to gets none. */
MUST_CHECK err_t request_letter_mail(struct ctx *cx, struct tx *tx,
                                     const struct request_letter *letter, struct str to);
/* Inside a body: what asks and reminds, in one paragraph. */
MUST_CHECK err_t request_letter_sms(struct ctx *cx, struct tx *tx,
                                    const struct request_letter *letter, struct str phone);

#endif
