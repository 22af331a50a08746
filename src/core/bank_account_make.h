#ifndef GUICHET_CORE_BANK_ACCOUNT_MAKE_H
#define GUICHET_CORE_BANK_ACCOUNT_MAKE_H

#include "core/mandate.h"

/* A bank account that is made together with something larger, with the mandate that was given. */
struct bank_account_making {
    struct mandate_draft draft;
    struct mandate mandate; /* as it is before it is written; without an id: none was given */
};

/* Before the first write: the customer and the mandate. account is from bank_account_seal. Faults
 * on "mandate", "date_mandate", with "sepa." before them when it is `inside` another object. */
MUST_CHECK err_t bank_account_prepare(struct ctx *cx, struct tx *tx,
                                      const struct mandate_given *given, bool inside,
                                      struct bank_account *account,
                                      struct bank_account_making *out);
/* Whether it can be debited once it is written. */
MUST_CHECK err_t bank_account_will_hold(struct ctx *cx, struct tx *tx,
                                        const struct bank_account_making *making, bool *out);
MUST_CHECK err_t bank_account_write(struct ctx *cx, struct tx *tx,
                                    struct bank_account_making *making,
                                    struct bank_account *account);

#endif
