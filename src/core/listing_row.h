#ifndef GUICHET_CORE_LISTING_ROW_H
#define GUICHET_CORE_LISTING_ROW_H

#include "core/listing.h"

/* Between the files of the list only. */

/* A line as the SELECTs of listing_row give it, with its payer last. */
void listing_row(struct rows *rows, struct listing_line *out);

/* The line of what is there, by its id; for the building of a list. */
MUST_CHECK err_t listing_put_found(struct ctx *cx, struct tx *tx, enum listing_kind kind,
                                   const char *id);

/* --- listing_owner.c --- */

enum { NO_LIST = 0, LIST_BUILDING, LIST_BUILT };
MUST_CHECK err_t listing_state(struct ctx *cx, struct tx *tx, int64_t *out);

/* For a line of what was there before the list: a request may have got its number before lines were
 * written, which *number is then; else it is the next of those that were reserved. */
MUST_CHECK err_t listing_number_reserved(struct ctx *cx, struct tx *tx, int64_t *number);

/* --- listing_line.c: what a line says, from its object; *listed is false in other currencies, and
 * for a refund that only gave a hold back. --- */
MUST_CHECK err_t listing_line_of_request(struct ctx *cx, struct tx *tx,
                                         const struct pay_request *request,
                                         struct listing_line *out, bool *listed);
MUST_CHECK err_t listing_line_of_payment(struct ctx *cx, struct tx *tx,
                                         const struct payment *payment, struct listing_line *out,
                                         bool *listed);
MUST_CHECK err_t listing_line_of_refund(struct ctx *cx, struct tx *tx, const struct refund *refund,
                                        struct listing_line *out, bool *listed);

/* --- listing_count.c --- */

/* Six words in one number: three bits of mode, two each of type and page, four of currency, two of
 * way, three of status, lowest first. As a filter: the bits that are asked for, and their mask. */
int64_t facet_of(const struct listing_facets *facets);
struct listing_facets facet_parts(int64_t facet);
int64_t facet_mask(const struct listing_facets *facets);

/* One line more, or (by -1) less, of its day, facet and amount. */
MUST_CHECK err_t listing_count_line(struct ctx *cx, struct tx *tx, const struct listing_line *line,
                                    int64_t by);

/* The moments of a filter's days, both inside. */
instant listing_from(const struct listing_filter *filter);
instant listing_until(const struct listing_filter *filter);

/* A facet and how many lines have it. */
struct facet_count {
    int64_t facet;
    int64_t count;
};
MUST_CHECK err_t listing_facets(struct ctx *cx, struct tx *tx, const struct listing_filter *filter,
                                struct facet_count **out, size_t *count);
/* How many lines pass a filter without name, e-mail and number. */
MUST_CHECK err_t listing_count(struct ctx *cx, struct tx *tx, const struct listing_filter *filter,
                               const struct facet_count *facets, size_t facet_count, int64_t *out);
/* By amount and facets alone. */
MUST_CHECK err_t listing_count_amounts(struct ctx *cx, struct tx *tx,
                                       const struct listing_filter *filter, int64_t *out);

/* --- listing_name.c --- */

/* The name of a line more, or less; payer 0 is a name without letters. */
MUST_CHECK err_t listing_payer_take(struct ctx *cx, struct tx *tx, struct str name, int64_t *payer);
MUST_CHECK err_t listing_payer_give(struct ctx *cx, struct tx *tx, int64_t payer);

/* What is searched for in names: the rarest gram of a part, and the part itself. `any`: all names
 * have it; `none`: no name has. */
struct name_search {
    bool any;
    bool none;
    struct str gram;
    struct str part;
};
MUST_CHECK err_t listing_name_search(struct ctx *cx, struct tx *tx, struct str name,
                                     struct name_search *out);
bool listing_name_fits(struct ctx *cx, struct str part, struct str name);

#endif
