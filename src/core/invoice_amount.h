#ifndef GUICHET_CORE_INVOICE_AMOUNT_H
#define GUICHET_CORE_INVOICE_AMOUNT_H

#include "base/err.h"
#include "core/invoice_paper.h"

/* What an invoice comes to (api/simplypaie.md 7.2, standards/einvoicing.md 3): exact decimals,
 * rounded half up once per line and once per group of VAT, never VAT per line. */

/* The largest total including VAT: 99999999.99. */
#define INVOICE_TOTAL_MAX INT64_C(9999999999)

/* price * quantity, rounded to the cent. ERR_LIMIT: above INVOICE_TOTAL_MAX. */
MUST_CHECK err_t invoice_line_net(int64_t price_e4, int64_t quantity_e4, int64_t *net_minor);

/* Fills the groups and totals from the category, rate and net of the lines; groups stand in the
 * order in which the lines name them, without their reasons. due_minor is the total: nothing is
 * paid. ERR_LIMIT: the total is above INVOICE_TOTAL_MAX, or there are more than INVOICE_RATES_MAX
 * groups. */
MUST_CHECK err_t invoice_sum(struct arena *arena, struct invoice_paper *paper);

/* Shares an amount by the groups in proportion to what each comes to with its VAT, rounded down to
 * the cent; what is left goes to the largest group, the first of them (standards/einvoicing.md 5).
 * parts has a place for each group. An invoice of nothing gives it all to the first. */
void invoice_share(const struct invoice_paper *paper, int64_t amount_minor, int64_t *parts);

/* Euro cents for an amount in a currency of two decimals, at millionths of a euro for one. */
MUST_CHECK err_t invoice_to_euro(int64_t minor, int64_t rate_e6, int64_t *out_minor);

#endif
