#ifndef GUICHET_CORE_FRENCH_H
#define GUICHET_CORE_FRENCH_H

#include "base/decimal.h"
#include "core/invoice_paper.h"

/* Numbers and days as a French reader expects them on paper: a comma, groups of three with a narrow
 * space that never breaks (U+202F), a space that never breaks before a sign (U+00A0). The texts are
 * followed by a NUL. */

/* "1 234,56 €", "1 234,56 USD". */
struct str french_amount(struct arena *arena, enum currency currency, int64_t minor);

/* Of ten-thousandths: a price with this many decimals at least, "33,3333 €"; a quantity with as few
 * as it needs, "2,5". */
struct str french_price(struct arena *arena, enum currency currency, int64_t e4, size_t decimals);
size_t french_decimals(int64_t e4); /* how many a price needs: 2 to 4 */
struct str french_quantity(struct arena *arena, int64_t e4);

/* The same of exact numbers, which may have more decimals and be negative. */
struct str french_worth(struct arena *arena, enum currency currency, struct decimal number,
                        size_t decimals);
size_t french_worth_decimals(struct decimal number); /* 2 or more */
struct str french_number(struct arena *arena, struct decimal number);

/* "5,5 %", "20 %" of basis points, or of percent. */
struct str french_rate(struct arena *arena, int64_t rate_bp);
struct str french_percent(struct arena *arena, struct decimal percent);

/* "29/11/2026". */
struct str french_date(struct arena *arena, struct date date);
/* "du 01/06/2031 au 30/06/2031"; of one day alone "à partir du", "jusqu'au"; of none nothing. */
struct str french_period(struct arena *arena, struct date from, struct date to);

/* "100 000 009": a SIREN in threes, a SIRET in threes and five; what has another length as it is.
 */
struct str french_siren(struct arena *arena, struct str digits);

/* The lines of an address below one another, the country last: on a line of its own, as the post
 * wants it, unless it is France. */
struct str french_address(struct arena *arena, const struct invoice_address *address);

#endif
