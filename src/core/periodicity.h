#ifndef GUICHET_CORE_PERIODICITY_H
#define GUICHET_CORE_PERIODICITY_H

#include "core/core.h"

/* How often a merchant reports to the administration: as its VAT regime has it, or more often
 * (standards/einvoicing.md 5). What is not chosen follows the regime. Settings of the merchant. */
#define VAT_REGIME_LIST(X)                                                                         \
    X(REGIME_NORMAL_MONTHLY, 1, "real_normal_monthly")                                             \
    X(REGIME_NORMAL_QUARTERLY, 2, "real_normal_quarterly")                                         \
    X(REGIME_SIMPLIFIED, 3, "simplified")                                                          \
    X(REGIME_FRANCHISE, 4, "franchise")
ENUM_DECLARE(vat_regime, VAT_REGIME_LIST);

/* A decade is ten days: to the 10th, to the 20th, to the end of the month. */
#define TRANSACTION_PERIOD_LIST(X)                                                                 \
    X(TRANSACTIONS_MONTHLY, 1, "monthly")                                                          \
    X(TRANSACTIONS_DECADE, 2, "decade")
ENUM_DECLARE(transaction_period, TRANSACTION_PERIOD_LIST);

#define PAYMENT_PERIOD_LIST(X)                                                                     \
    X(PAYMENTS_MONTHLY, 1, "monthly")                                                              \
    X(PAYMENTS_BIMONTHLY, 2, "bimonthly")
ENUM_DECLARE(payment_period, PAYMENT_PERIOD_LIST);

struct periodicity {
    enum vat_regime regime;
    enum transaction_period transactions;
    enum payment_period payments;
};

/* That of cx->merchant. */
MUST_CHECK err_t periodicity_load(struct ctx *cx, struct tx *tx, struct periodicity *out);

/* The last day of the period of transactions that a day is in. */
struct date periodicity_end(const struct periodicity *periodicity, struct date day);

/* PUT, for cx->merchant. A member that is 0 stays as it is; with another regime, what is not given
 * follows that one. Faults ERR_INVALID on "body.transaction_periodicity" and
 * "body.payment_periodicity": less often than the regime asks for. */
struct periodicity_set {
    struct operation operation;
    struct periodicity to;   /* in */
    struct periodicity made; /* out */
};
void periodicity_set(struct periodicity_set *set);

#endif
