#ifndef GUICHET_CORE_ATTEMPT_H
#define GUICHET_CORE_ATTEMPT_H

#include "core/core.h"

/* A message to the acquirer, committed before its first byte leaves (cards.md 2). */
#define ATTEMPT_STATE_LIST(X)                                                                      \
    X(ATTEMPT_SENT, 1, "sent")                                                                     \
    X(ATTEMPT_APPROVED, 2, "approved")                                                             \
    X(ATTEMPT_DECLINED, 3, "declined")                                                             \
    X(ATTEMPT_SOFT_DECLINED, 4, "soft_declined")                                                   \
    X(ATTEMPT_UNKNOWN, 5, "unknown") /* or unusable: a reversal is due */                          \
    X(ATTEMPT_UNREACHABLE, 6, "unreachable")                                                       \
    X(ATTEMPT_REVERSED, 7, "reversed")
ENUM_DECLARE(attempt_state, ATTEMPT_STATE_LIST);

struct attempt {
    struct attempt_id id;
    struct payment_id payment;
    struct card_id card;
    enum card_op op;
    enum attempt_state state;
    struct card_trace trace;
    struct money amount;
    struct attempt_id original; /* of a capture, refund, void or reversal */
    char object[ID_SIZE];       /* the refund of a refund, or "" */
    struct str response;
    struct str auth_code;
    struct str network_txn;
    char eci[3];                 /* of the authentication it carried, or "" */
    const struct holder *holder; /* who waits for the answer; written, not read */
};

/* Inside a body: allots the message number and writes the row as sent. The caller fills payment,
 * card, op, amount, original, object, eci and, of an authorisation, holder. */
MUST_CHECK err_t attempt_open(struct ctx *cx, struct tx *tx, struct attempt *attempt);

/* For a database that was brought back from a backup: the numbers since then are forgotten, but not
 * by the acquirer, so counting goes on from somewhere else. */
MUST_CHECK err_t attempt_renumber(struct ctx *cx, struct tx *tx);

/* The number of a message that is no attempt. */
MUST_CHECK err_t attempt_trace(struct ctx *cx, struct tx *tx, struct card_trace *trace);

/* An approved authorisation has moved its money at once: it counts in the totals of its day. */
MUST_CHECK err_t attempt_moved(struct ctx *cx, struct tx *tx, struct attempt_id id);
/* Records the answer of a call. *waited: false when the attempt does not wait for one any more;
 * then nothing was written. As long as it waits, its payment is in authorizing with this attempt:
 * both leave that state in the same commit. */
MUST_CHECK err_t attempt_answer(struct ctx *cx, struct tx *tx, struct attempt_id id,
                                const struct card_call *call, bool *waited);
/* Its reversal is due: until then no authorisation of the same card number may leave
 * (cards.md 3.3), whatever card row it comes from. The fingerprint is kept here, since a single-use
 * card loses its own; {NULL, 0}, of a card that was deleted meanwhile, holds nothing. */
MUST_CHECK err_t attempt_holds_number(struct ctx *cx, struct tx *tx, struct attempt_id id,
                                      struct str fingerprint);
/* What became of it is not known: its reversal is due, and it holds its number. */
MUST_CHECK err_t attempt_lost(struct ctx *cx, struct tx *tx, struct attempt_id id,
                              struct str fingerprint);
/* unknown -> reversed; the number is free again. */
MUST_CHECK err_t attempt_reversed(struct ctx *cx, struct tx *tx, struct attempt_id id);
/* reversed -> unknown: it may have arrived after its reversal, which must be asked for again. */
MUST_CHECK err_t attempt_reversed_in_vain(struct ctx *cx, struct tx *tx, struct attempt_id id);

/* ERR_NOT_FOUND without a fault. */
MUST_CHECK err_t attempt_load(struct ctx *cx, struct tx *tx, struct attempt_id id,
                              struct attempt *out);
/* The authorisation with this retrieval reference. ERR_NOT_FOUND without a fault. */
MUST_CHECK err_t attempt_find(struct ctx *cx, struct tx *tx, struct str rrn, enum card_op op,
                              struct attempt *out);

/* Authorisations of all merchants that were sent before `before` (real time) and have no answer:
 * what a crash left, but for those of other servers that live. */
struct attempt_left {
    struct merchant_id merchant;
    enum mode mode;
    struct attempt_id id;
};
MUST_CHECK err_t attempt_left(struct ctx *cx, struct tx *tx, const struct holder *holder,
                              instant before, struct attempt_left *out, size_t most, size_t *count);

/* The same of one server that is gone, by its number (core/holder.h). */
MUST_CHECK err_t attempt_left_of(struct ctx *cx, struct tx *tx, int64_t holder,
                                 struct attempt_left *out, size_t most, size_t *count);

/* Fills what a message about an earlier one carries. */
void attempt_refer(struct card_call *call, const struct attempt *original);

#endif
