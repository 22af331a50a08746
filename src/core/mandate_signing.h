#ifndef GUICHET_CORE_MANDATE_SIGNING_H
#define GUICHET_CORE_MANDATE_SIGNING_H

#include "core/mandate_paper.h"
#include "core/sepa_check.h"

/* A mandate that is shown on a page of ours and signed there: what is signed has the hash of what
 * was shown (standards/pages.md 23-27). The pay page and the forms share it. */
struct mandate_signing {
    struct bank_account account; /* sealed; written when it is signed, unless it is known */
    bool account_known;
    struct mandate mandate; /* a draft, written when it is signed; or one that is sent already */
    struct mandate shown;   /* the same as it was shown: what a body leaves above may be undone */
    bool has_address;       /* of the debtor */
    struct address address; /* without an id it is new, and written with the mandate */
    struct mandate_paper paper; /* the account's number lies in the arena */
    struct str sha256;          /* of all that is shown */
    enum mandate_state becomes; /* active, suspended, or signed: it waits for its activation */
};

/* bank_account_seal for an account that is to be debited. ERR_INVALID with a fault on "iban" as
 * well for one outside the EEA whose BIC is not known. */
MUST_CHECK err_t signing_account_seal(struct core *core, struct ctx *cx,
                                      const struct bank_account_draft *draft,
                                      struct bank_account *out);

/* Fills paper, hash and `shown` from the rest; `more` is what else is shown. Writes nothing.
 * ERR_UNAVAILABLE with a fault. */
MUST_CHECK err_t signing_show(struct core *core, struct ctx *cx, struct tx *tx, struct str more,
                              struct mandate_signing *signing);

/* Inside a body, before its first write: prepares the draft anew, since the merchant may have
 * changed. *changed: it is not what was shown any more. */
MUST_CHECK err_t signing_prepare(struct ctx *cx, struct tx *tx, const struct mandate_draft *draft,
                                 struct mandate_signing *signing, bool *changed);

/* The same for a mandate that was sent, as it is now. */
void signing_take(const struct mandate *sent, struct mandate_signing *signing, bool *changed);

/* Inside a body: account, mandate and evidence, and the task that draws the document. Of the
 * evidence channel, ip, user_agent and the code count. */
MUST_CHECK err_t signing_write(struct ctx *cx, struct tx *tx, const struct mandate_draft *draft,
                               const struct mandate_evidence *evidence,
                               struct mandate_signing *signing);

#endif
