#ifndef GUICHET_CORE_RECONCILIATION_H
#define GUICHET_CORE_RECONCILIATION_H

#include "core/core.h"

/* The comparison of a business day with the acquirer, one for each currency in which money moved
 * (0500, cards.md 3.1): what we have sent and what was approved, against what the acquirer holds.
 */
#define RECONCILIATION_STATE_LIST(X)                                                               \
    X(RECONCILIATION_OPEN, 1, "open") /* the day is not over, or something of it has no answer */  \
    X(RECONCILIATION_SENT, 2, "sent") /* not answered yet: a repeat is the same to the letter */   \
    X(RECONCILIATION_BALANCED, 3, "balanced")                                                      \
    X(RECONCILIATION_OUT_OF_BALANCE, 4, "out_of_balance")
ENUM_DECLARE(reconciliation_state, RECONCILIATION_STATE_LIST);

struct reconciliation {
    struct reconciliation_id id;
    enum reconciliation_state state;
    struct date day; /* Paris */
    enum currency currency;
    struct card_trace trace; /* of the message, from RECONCILIATION_SENT on; without rrn */
    struct card_totals totals;
    struct card_totals theirs; /* from an answer on */
};

/* Inside a body: money moves by a message that was sent at this moment, so its day will be
 * compared. Writes the row and its task, once. */
MUST_CHECK err_t reconciliation_open(struct ctx *cx, struct tx *tx, instant sent,
                                     enum currency currency);

/* ERR_NOT_FOUND without a fault. */
MUST_CHECK err_t reconciliation_load(struct ctx *cx, struct tx *tx, struct reconciliation_id id,
                                     struct reconciliation *out);

/* The totals of the day from the attempts, and how many captures and refunds of it have no answer
 * yet. Reads all attempts of the day: not for the writer. */
MUST_CHECK err_t reconciliation_totals(struct ctx *cx, struct tx *tx,
                                       const struct reconciliation *reconciliation,
                                       struct card_totals *out, int64_t *unanswered);

/* Inside a body: the message with trace and totals is about to leave. ERR_STATE: another server has
 * asked meanwhile. */
MUST_CHECK err_t reconciliation_sent(struct ctx *cx, struct tx *tx,
                                     const struct reconciliation *reconciliation);
/* Inside a body: the acquirer has compared. ERR_STATE: this question waits for no answer any more.
 */
MUST_CHECK err_t reconciliation_answered(struct ctx *cx, struct tx *tx,
                                         const struct reconciliation *reconciliation, bool balanced,
                                         const struct card_totals *theirs);

/* --- a person's part: days that the acquirer sees otherwise ---*/

/* Those that nobody has explained, oldest first. */
MUST_CHECK err_t reconciliations_differing(struct ctx *cx, struct tx *tx, int64_t limit,
                                           struct reconciliation **out, size_t *count);

/* Inside a body, for the operator, who has only the id: a person knows why these totals differ
 * (core/note.h). Others, when the day is compared anew, want another explanation. Sets
 * cx->merchant, cx->mode and the time. ERR_NOT_FOUND, ERR_STATE (it does not differ, or is
 * explained) with a fault. */
MUST_CHECK err_t reconciliation_explain(struct ctx *cx, struct tx *tx, struct reconciliation_id id,
                                        struct str note);

#endif
