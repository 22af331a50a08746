#ifndef GUICHET_CORE_SETTLEMENT_WORK_H
#define GUICHET_CORE_SETTLEMENT_WORK_H

#include "core/rail.h"
#include "store/store.h"

/* Lines of the acquirer's files that match nothing (standards/cards.md 9): each waits for a person,
 * and what it moved on the bank's account lies in suspense as long (design.md 5). */
#define SETTLEMENT_WORK_LIST(X)                                                                    \
    X(SETTLEMENT_OPEN, 1, "open")                                                                  \
    X(SETTLEMENT_MATCHED, 2, "matched")     /* a person knew what of ours it is about */           \
    X(SETTLEMENT_CHARGE, 3, "charge")       /* the acquirer's own, or one given back */            \
    X(SETTLEMENT_EXPLAINED, 4, "explained") /* not of this book: a person said why */
ENUM_DECLARE(settlement_state, SETTLEMENT_WORK_LIST);

struct settlement_work {
    struct settlement_work_id id;
    enum settlement_state state;
    enum settled_kind kind;
    struct str rrn;
    struct money amount;
    struct money moved; /* on the bank's account: above zero when it came in */
    bool booked;        /* false: of before such lines were booked */
    struct str file;
    int64_t line;
    instant created;
};

/* Inside the body that imports a file: keeps a line and books it in suspense. Nothing happens when
 * the same line is known already: one of this reference, kind and amount, and for what may come
 * twice, whatever is no debit or credit, of this place in the file. */
MUST_CHECK err_t settlement_work_put(struct ctx *cx, struct tx *tx, struct str file,
                                     const struct settled_line *line);

/* Open ones, oldest first. */
MUST_CHECK err_t settlement_work_open(struct ctx *cx, struct tx *tx, int64_t limit,
                                      struct settlement_work **out, size_t *count);

/* --- a person's decisions, for the operator, who has only the id
 *
 * Inside a body. Each sets cx->merchant, cx->mode and the time. ERR_NOT_FOUND, ERR_STATE (somebody
 * has decided; the money in question) with a fault. */

/* It is about this: a payment whose capture waits for its money, of which the acquirer keeps what
 * the line leaves; a refund that was sent; an open chargeback. The line then has the effect that it
 * would have had with its reference; one that cannot have it is ERR_STATE. */
MUST_CHECK err_t settlement_work_match(struct ctx *cx, struct tx *tx, struct settlement_work_id id,
                                       struct str object);
/* It is a charge of the acquirer, or one given back. */
MUST_CHECK err_t settlement_work_charge(struct ctx *cx, struct tx *tx,
                                        struct settlement_work_id id);
/* It is not of this book. The note is of core/note.h. */
MUST_CHECK err_t settlement_work_explain(struct ctx *cx, struct tx *tx,
                                         struct settlement_work_id id, struct str note);

#endif
