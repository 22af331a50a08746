#ifndef GUICHET_CORE_OPERATOR_WORK_H
#define GUICHET_CORE_OPERATOR_WORK_H

#include "store/store.h"

/* What waits for a person who looks after the server, of all merchants. */
#define OPERATOR_WORK_LIST(X)                                                                      \
    X(OPERATOR_WORK_BANK, 1, "bank")             /* core/bank_work.h */                            \
    X(OPERATOR_WORK_SETTLEMENT, 2, "settlement") /* core/settlement_work.h */                      \
    X(OPERATOR_WORK_ENROLMENT, 3, "enrolment")   /* core/enrolment_review.h */                     \
    X(OPERATOR_WORK_TOTALS, 4, "totals")         /* core/reconciliation.h */
ENUM_DECLARE(operator_work_kind, OPERATOR_WORK_LIST);

struct operator_work {
    enum operator_work_kind kind;
    enum mode mode;
    int64_t count; /* never 0 */
};

enum { OPERATOR_WORKS_MAX = 16 };

/* By kind, live before test. */
MUST_CHECK err_t operator_work(struct ctx *cx, struct tx *tx, struct operator_work **out,
                               size_t *count);

#endif
