#ifndef GUICHET_CORE_MANDATE_AMENDMENT_H
#define GUICHET_CORE_MANDATE_AMENDMENT_H

#include "core/mandate.h"
#include "core/merchant.h"

/* Changes of a mandate that the debtor's bank has to be told with the next collection, and only
 * with that one (standards/sepa.md 2.5). */
#define AMENDMENT_KIND_LIST(X)                                                                     \
    X(AMENDMENT_UMR, 1, "umr")                                                                     \
    X(AMENDMENT_ICS, 2, "ics")                                                                     \
    X(AMENDMENT_CREDITOR_NAME, 3, "creditor_name")                                                 \
    X(AMENDMENT_ACCOUNT, 4, "account") /* values are ids of bank accounts */
ENUM_DECLARE(amendment_kind, AMENDMENT_KIND_LIST);

struct amendment {
    enum amendment_kind kind;
    struct str old_value; /* what the bank knows */
    struct str new_value; /* what is true now */
    instant created;
    struct payment_id payment; /* the collection that it goes with, or none */
    instant told;              /* the bank accepted that one, or knew neither value; 0: not yet */
};

/* Records a change, inside a body, before the mandate's row is written. A bank that never heard of
 * the mandate need not be told. */
MUST_CHECK err_t amendment_put(struct ctx *cx, struct tx *tx, const struct mandate *mandate,
                               enum amendment_kind kind, struct str old_value,
                               struct str new_value);

/* The merchant's own identifier or name is not the one the mandate was given to: records it and
 * makes the mandate theirs. Names are the same when files write them alike, identifiers when they
 * differ in the business code only (standards/sepa.md 2.4 and 6). Each collection asks for it when
 * it goes into a file (core/debit.h), so a merchant that is changed need not walk its mandates. */
struct creditor_change {
    bool ics;
    bool name;
};
struct creditor_change amendment_creditor_due(struct arena *arena, const struct mandate *mandate,
                                              const struct merchant *merchant);
MUST_CHECK err_t amendment_creditor(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                                    const struct merchant *merchant);

/* The debtor's account is another one from now on. */
MUST_CHECK err_t amendment_account(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                                   const struct bank_account *account);

/* It is the account of a mandate that nobody has signed yet: nothing changes for anybody. */
MUST_CHECK err_t mandate_belongs(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                                 const struct bank_account *account);

/* What the next collection has to tell: one for each kind, however often it changed. At most
 * AMENDMENTS_MAX, in the arena. Changes of the merchant are there once a collection was taken. */
enum { AMENDMENTS_MAX = 4 };
MUST_CHECK err_t amendments_pending(struct ctx *cx, struct tx *tx, struct mandate_id mandate,
                                    struct amendment **out, size_t *count);

/* Likewise: what goes with this collection. */
MUST_CHECK err_t amendments_attached(struct ctx *cx, struct tx *tx, struct mandate_id mandate,
                                     struct payment_id payment, struct amendment **out,
                                     size_t *count);

/* Every change, oldest first, at most AMENDMENT_HISTORY_MAX. */
enum { AMENDMENT_HISTORY_MAX = 200 };
MUST_CHECK err_t amendment_history(struct ctx *cx, struct tx *tx, struct mandate_id mandate,
                                   struct amendment **out, size_t *count);
/* What the mandate was when it was signed: its first account and creditor, without its later
 * ones. */
MUST_CHECK err_t amendments_undo(struct ctx *cx, struct tx *tx, struct mandate *mandate);

/* They go with this collection; nobody else's until amendments_back. */
MUST_CHECK err_t amendments_attach(struct ctx *cx, struct tx *tx, struct mandate_id mandate,
                                   struct payment_id payment);
/* The collection was accepted: they are known now. */
MUST_CHECK err_t amendments_told(struct ctx *cx, struct tx *tx, struct mandate_id mandate,
                                 struct payment_id payment);
/* It was rejected or cancelled: they go with the next one. */
MUST_CHECK err_t amendments_back(struct ctx *cx, struct tx *tx, struct mandate_id mandate,
                                 struct payment_id payment);

#endif
