#ifndef GUICHET_CORE_USAGE_H
#define GUICHET_CORE_USAGE_H

#include "core/core.h"

/* How much a client makes of its invoicing: sums of counters, which cost no scan (core/counter.h).
 * What was revoked is not counted among mandates. */
#define USAGE_LIST(X)                                                                              \
    X(USAGE_INVOICES, 1, "invoice_issued")                                                         \
    X(USAGE_SUBMITTED, 2, "submission_sent")                                                       \
    X(USAGE_RECEIVED, 3, "submission_received")                                                    \
    X(USAGE_MANDATES, 4, "pdp_mandate")                                                            \
    X(USAGE_REPORTS, 5, "report")
ENUM_DECLARE(usage, USAGE_LIST);
enum { USAGES = USAGE_REPORTS + 1 };

struct usage_counts {
    int64_t of[USAGES]; /* index 0 is unused */
};

/* What cx->merchant did in cx->mode from one day in Paris to a later or the same one, both
 * inside. */
MUST_CHECK err_t usage_between(struct ctx *cx, struct tx *tx, struct date from, struct date until,
                               struct usage_counts *out);
/* Since there is anything. */
MUST_CHECK err_t usage_ever(struct ctx *cx, struct tx *tx, struct usage_counts *out);

#endif
