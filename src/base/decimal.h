#ifndef GUICHET_BASE_DECIMAL_H
#define GUICHET_BASE_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/money.h"
#include "base/str.h"

/* An exact decimal number as somebody wrote it: 2.50 is 250 with two decimals. Two numbers are the
 * same whatever decimals they have; how many were written is kept, since rules count them. A zeroed
 * struct is a number that is not there. */
enum { DECIMALS_MAX = 18 };

struct decimal {
    int64_t units;
    int decimals; /* 0 to DECIMALS_MAX */
    bool present;
};

struct decimal decimal_of(int64_t units, int decimals);

/* Digits with at most one dot between or beside them and a sign before; blanks around them do not
 * count (XML Schema's xs:decimal). ERR_MALFORMED: anything else. ERR_LIMIT: does not fit into 64
 * bits, or has more than DECIMALS_MAX decimals. */
MUST_CHECK err_t decimal_read(struct str text, struct decimal *out);

/* As many decimals as it has; the empty text for one that is not there. */
struct str decimal_text(struct arena *arena, struct decimal number);

/* Compares values; one that is not there counts as 0. */
int decimal_compare(struct decimal a, struct decimal b);
bool decimal_equal(struct decimal a, struct decimal b);
int decimal_sign(struct decimal number); /* -1, 0, 1 */

/* Exact; the result is there, with the decimals of the longer one; what is not there counts as 0.
 * ERR_LIMIT when it does not fit. */
MUST_CHECK err_t decimal_add(struct decimal a, struct decimal b, struct decimal *out);
MUST_CHECK err_t decimal_sub(struct decimal a, struct decimal b, struct decimal *out);

/* a * b / c with so many decimals; a half is rounded away from zero. c is not zero. ERR_LIMIT when
 * the result, or what is on the way to it, does not fit. */
MUST_CHECK err_t decimal_times(struct decimal a, struct decimal b, struct decimal c, int decimals,
                               struct decimal *out);

/* With so many decimals, exactly: false when digits other than 0 would be lost, or when it does not
 * fit. */
bool decimal_to(struct decimal number, int decimals, int64_t *out);

#endif
