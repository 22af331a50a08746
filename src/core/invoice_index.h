#ifndef GUICHET_CORE_INVOICE_INDEX_H
#define GUICHET_CORE_INVOICE_INDEX_H

#include "core/invoice.h"
#include "core/submission.h"

/* All invoices and credit notes of a merchant in one order: those that it issued here
 * (core/invoice.h) and those that came as files (core/submission.h). */
struct invoice_entry {
    struct invoice_id id; /* of a file: of its submission, whose ids look alike */
    enum submission_direction direction;
    struct str number;
    struct str type; /* BT-3 */
    struct date issued;
    struct str seller; /* {NULL, 0}: the merchant, which issued it here */
    struct str buyer;
    struct str currency; /* in capitals */
    struct decimal total;
    struct decimal due; /* as the invoice says */
    instant created;
};

/* Newest first, those that came before an id (none: all), `limit` at most; an array in the arena. A
 * file from before migration 0038 is there as soon as its task has read it. */
MUST_CHECK err_t invoice_index(struct ctx *cx, struct tx *tx, struct invoice_id before,
                               size_t limit, struct invoice_entry **out, size_t *count);

#endif
