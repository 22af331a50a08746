#ifndef GUICHET_API_SAFEDEBIT_SEARCH_H
#define GUICHET_API_SAFEDEBIT_SEARCH_H

#include "api/safedebit/argument.h"
#include "core/consumer.h"

/* What searches share (api/safedebit.md 8): days from..until, the page, and at least one
 * condition. */

/* A day of a table, and the two that end in _min and _max. All empty: none was given. */
struct day_range {
    struct str on;
    struct str from;
    struct str until;
};
/* The days as the core compares them, YYYY-MM-DD. */
struct day_range day_range_of(struct arena *arena, struct day_range wire);

/* limit, 1 to most (100 when it is not given), and offset; false when it has answered. */
bool search_page(struct request *request, struct str limit_text, struct str offset_text,
                 int64_t most, int64_t *limit, int64_t *offset);

/* Whether any argument but limit and offset has a value; false when it has answered that none has.
 */
bool search_has_condition(struct request *request, const struct arguments *arguments,
                          const void *in);
/* Whether each _min comes before its _max; false when it has answered. The rows that end so stand
 * in this order, one after the other. */
bool search_ranges_check(struct request *request, const struct arguments *arguments,
                         const void *in);

#endif
