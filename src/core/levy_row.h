#ifndef GUICHET_CORE_LEVY_ROW_H
#define GUICHET_CORE_LEVY_ROW_H

#include "core/code_send.h"
#include "core/levy.h"
#include "core/merchant.h"

/* What the files of the levy share. */

/* Fifteen minutes each; a fresh one three times (design.md 8). */
extern const struct code_terms LEVY_CODE;

/* By one of its references, or by its payment. *found tells. */
MUST_CHECK err_t levy_by_payment(struct ctx *cx, struct tx *tx, struct payment_id id,
                                 struct levy *out, bool *found);
MUST_CHECK err_t levy_by_sdd(struct ctx *cx, struct tx *tx, struct str reference, struct levy *out,
                             bool *found);
MUST_CHECK err_t levy_by_reference(struct ctx *cx, struct tx *tx, struct str reference,
                                   struct levy *out, bool *found);

/* The payments of a query, in the arena. */
MUST_CHECK err_t levy_ids_read(struct ctx *cx, struct rows *rows, struct payment_id **out,
                               size_t *count);

/* Writes a new row. */
MUST_CHECK err_t levy_insert(struct ctx *cx, struct tx *tx, const struct levy *levy);

/* --- rules ---------------------------------------------------------------------------------------
 */

/* What both creating and changing check; faults as in core/levy.h. */
MUST_CHECK err_t levy_amount_check(struct ctx *cx, const struct merchant *merchant,
                                   int64_t amount_minor);
MUST_CHECK err_t levy_due_check(struct ctx *cx, const struct merchant *merchant, struct date due);

/* From the threshold on a levy waits for its code. */
bool levy_needs_code(const struct merchant *merchant, int64_t amount_minor);

/* A levy can be collected under this mandate now; none is one without an id. account gets the one
 * that is debited. self: the levy that is asked about, or none yet. */
MUST_CHECK err_t levy_mandate_check(struct ctx *cx, struct tx *tx, const struct mandate *mandate,
                                    struct payment_id self, struct bank_account *account);

/* Before the first write: the order of its debit is one that debit_check takes. */
MUST_CHECK err_t levy_order_check(struct ctx *cx, struct tx *tx, const struct debit_order *order);

/* What its debit is called at the bank: the merchant's reference where files may hold it, else
 * ours (api/safedebit.md 6). */
MUST_CHECK err_t levy_end_to_end(struct ctx *cx, struct tx *tx, const struct levy *levy,
                                 struct str *out);

/* The code's message; code_way tells whether there is a way. */
struct code_letter levy_letter(struct ctx *cx, const struct merchant *merchant,
                               const struct consumer *consumer, const struct payment *payment);

/* Inside a body: a code for a levy that waits, and its end if nobody types it: when this code and
 * the ones that may follow it are over (design.md 8), and one life more, in which whoever comes
 * late is still told so. Faults of code_send. */
MUST_CHECK err_t levy_code_send(const struct core *core, struct ctx *cx, struct tx *tx,
                                struct payment_id payment, const struct code_letter *letter);

/* It waits for its code, or for its file: may still be changed or canceled. */
MUST_CHECK err_t levy_is_here(struct ctx *cx, struct tx *tx, const struct levy *levy, bool *here);

#endif
