#ifndef GUICHET_CORE_MANDATE_MAIL_H
#define GUICHET_CORE_MANDATE_MAIL_H

#include "core/mandate.h"

/* The copy of a mandate that was signed on a page of ours (standards/pages.md 26). */
struct mandate_mail {
    const struct mandate *mandate;
    const struct bank_account *account;
    struct str to;       /* {NULL, 0}: nobody */
    struct str reply_to; /* an address, or anything that is none */
    struct str language;
    bool has_debit; /* the first debit is known */
    struct money amount;
    struct date due;
};

/* Inside the body that signs it. */
MUST_CHECK err_t mandate_mail_put(struct core *core, struct ctx *cx, struct tx *tx,
                                  const struct mandate_mail *letter);

#endif
