#ifndef GUICHET_DOCUMENT_INVOICE_WORDS_H
#define GUICHET_DOCUMENT_INVOICE_WORDS_H

#include "core/invoice_paper.h"

/* Codes as a reader of the page knows them. */

/* "20 %", or why a line bears no tax; the reason in full is with the sums. */
struct str words_rate(struct arena *arena, enum vat_category category, int64_t rate_bp);

/* "kg" for KGM, of UN/ECE Recommendation 20; a code without a sign of its own as it stands; nothing
 * for pieces. */
struct str words_unit(struct str code);

#endif
