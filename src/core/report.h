#ifndef GUICHET_CORE_REPORT_H
#define GUICHET_CORE_REPORT_H

#include "core/core.h"

/* What the administration is told about sales and purchases that no electronic invoice tells it
 * (e-reporting, flow 10; standards/einvoicing.md 5): invoices to and from abroad one by one, sales
 * to consumers by the day. A report is kept as it came, and leaves through the platform when its
 * period of transactions is over (core/periodicity.h). */
#define REPORT_KIND_LIST(X)                                                                        \
    X(REPORT_EXEMPT_INVOICE, 1, "exempt_invoice")                                                  \
    X(REPORT_B2C_TRANSACTIONS, 2, "b2c_transactions")
ENUM_DECLARE(report_kind, REPORT_KIND_LIST);

#define REPORT_STATE_LIST(X)                                                                       \
    X(REPORT_PENDING, 1, "pending") /* waits for the end of its period */                          \
    X(REPORT_TRANSMITTED, 2, "transmitted")                                                        \
    X(REPORT_REJECTED, 3, "rejected") /* `cause` says why */
ENUM_DECLARE(report_state, REPORT_STATE_LIST);

struct report {
    struct report_id id;
    enum report_kind kind;
    enum report_state state;
    struct date day;      /* of the invoice or the sales */
    struct str reference; /* what it is about: reported once */
    struct str content;   /* JSON, as it leaves */
    struct str cause;     /* a word of ours, or {NULL, 0} */
    instant created;
    instant due;   /* when it leaves */
    instant ended; /* 0: not yet */
};

/* Of cx->merchant in cx->mode. ERR_NOT_FOUND with a fault on "report" and the id. */
MUST_CHECK err_t report_load(struct ctx *cx, struct tx *tx, struct report_id id,
                             struct report *out);

/* --- what is in one ------------------------------------------------------------------------------
 */

/* Of a day's sales to consumers. TLB1: goods; TPS1: services; TNT1: not taxable in France; TMA1:
 * taxed on the margin. */
#define SALES_CATEGORY_LIST(X)                                                                     \
    X(SALES_GOODS, 1, "TLB1")                                                                      \
    X(SALES_SERVICES, 2, "TPS1")                                                                   \
    X(SALES_NOT_TAXED, 3, "TNT1")                                                                  \
    X(SALES_MARGIN, 4, "TMA1")
ENUM_DECLARE(sales_category, SALES_CATEGORY_LIST);

/* What was sold at one rate; amounts in minor units. */
struct sales_line {
    int64_t rate_bp;
    int64_t base_minor;
    int64_t tax_minor;
};
enum { SALES_LINES_MAX = 20 };

/* Faults ERR_INVALID on "body.vat_lines.N.member": rates that France does not have, or that the
 * category has not, one rate twice, a tax that is not the rate's: one minor unit for each of count
 * sales is allowed, since each was rounded. */
MUST_CHECK err_t sales_check(struct ctx *cx, enum sales_category category,
                             const struct sales_line *lines, size_t line_count, int64_t count);

/* --- calls ---------------------------------------------------------------------------------------
 */

/* Faults: ERR_INVALID on `day_field` for a day that has not come; ERR_CONFLICT on "report" and the
 * id of the one that has this reference; ERR_UNAVAILABLE: no platform is connected, or
 * it takes no reports. */
struct report_create {
    struct operation operation;
    const char *day_field; /* "body.date" */
    struct report report;  /* in: kind, day, reference, content; out */
};
void report_create(struct report_create *create);

#endif
