#ifndef GUICHET_CORE_INVOICE_SERIES_H
#define GUICHET_CORE_INVOICE_SERIES_H

#include "core/invoice_seller.h"

/* Numbers (CGI annexe II, art. 242 nonies A, I, 7°; api/simplypaie.md 7.1): one series for each
 * kind of document, "F2026-000001", from 1 in every year of issue. The row of a series is what
 * makes its numbers continuous: it is read, and written in the commit that freezes the document, so
 * a failed issue takes none and two never get the same. Days of issue never go back in it, and its
 * hash chain goes on from year to year. */

/* 1 to 16 characters that a number may have (BR-FR-02). */
bool invoice_prefix_valid(struct str text);

/* Whether the merchant has issued a document of this kind, in any mode. */
MUST_CHECK err_t invoice_series_used(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                                     enum invoice_kind kind, bool *used);

struct invoice_place {
    enum invoice_kind kind;
    struct str prefix;
    int year;
    int64_t serial;
    struct str number;
    struct date issued;
    struct str previous; /* hash of the one before in the series */
    bool first;          /* the series has no row yet */
    int last_year;       /* private: what the row says, to be written by nobody else meanwhile */
    int64_t last_serial;
};

/* The place of the next document. Nothing is written. */
MUST_CHECK err_t invoice_place_next(struct ctx *cx, struct tx *tx,
                                    const struct invoice_seller *seller, enum invoice_kind kind,
                                    struct invoice_place *out);

/* The same place is taken by the document with this hash. ERR_BUSY: by another one meanwhile. */
MUST_CHECK err_t invoice_place_take(struct ctx *cx, struct tx *tx,
                                    const struct invoice_place *place, struct str hash);

#endif
