#ifndef GUICHET_CORE_DEBIT_SET_H
#define GUICHET_CORE_DEBIT_SET_H

#include "core/bank_file.h"
#include "core/task.h"

/* Debits that take the same step at once, as those of a portion of a file do: each is looked at
 * alone, then statements for all of them write their rows (docs/adr/0026-files-of-many-debits.md).
 * For the files of debits and bank reports. A set is filled and ended inside one body, which holds
 * no other, and a debit is in it once. Rows that are not as they were read are ERR_STATE after
 * something was written: a mistake of ours, which undoes the body. */

/* --- taken into files --- */

/* After debit_taking: it goes into this block of the file that the set ends with. */
MUST_CHECK err_t debit_set_take(struct ctx *cx, struct tx *tx, const struct debit_move *move,
                                int64_t block);
/* All of them lie in this file now, as its transactions. */
MUST_CHECK err_t debit_set_taken(struct ctx *cx, struct tx *tx, struct bank_file_id file,
                                 int64_t count);

/* --- sent --- */

/* Debits of a file that were taken and not sent: at most limit, behind `from`, in the arena. */
struct debit_sending {
    struct bank_file_id file;
    struct bank_place from;
    struct bank_place until;
    struct debit_move *moves;
    size_t count;
};
MUST_CHECK err_t debits_taken(struct ctx *cx, struct tx *tx, struct debit_sending *sending,
                              int64_t limit);
/* Their file is released: capture_sent, the entry with the fee of each, and one-off mandates count
 * a collection; their transactions are sent too. */
MUST_CHECK err_t debit_set_sent(struct ctx *cx, struct tx *tx, const struct debit_sending *sending);

/* --- settled --- */

/* On one day. */
struct debit_settling {
    struct date day;
    instant settled;
    instant release_core; /* when the money of each becomes payable */
    instant release_b2b;
};
struct debit_settling debit_settling_on(struct date day);

/* It settles, by this line of the bank's ({NULL, 0}: told otherwise). */
MUST_CHECK err_t debit_set_settle(struct ctx *cx, struct tx *tx,
                                  const struct debit_settling *settling, struct debit_move *move,
                                  struct str line);
/* All of them have settled, with what debit_settled promises. Shown: their transactions know the
 * lines, and are settled too. */
MUST_CHECK err_t debit_set_settled(struct ctx *cx, struct tx *tx,
                                   const struct debit_settling *settling,
                                   struct debit_move *const *moves, size_t count, bool shown);

/* --- payable --- */

/* The task DEBIT_RELEASE is about all debits of a scheme that settled at one moment: its object
 * tells both. verify.sql and migration 0043 make the same text. */
void debit_release_object(instant settled, enum mandate_scheme scheme, char out[ID_SIZE]);
/* Runs it for at most `most` of them; the task goes on behind them, or is done. ERR_STATE: it was
 * further already, or one that has settled meanwhile began it anew. When one of them fails for what
 * it has itself, so does the portion; it can be run again without that one, as far as to it. */
struct debits_releasing {
    const struct task *task;
    size_t most;
    struct payment_id without; /* none: "" */
    struct payment_id failing; /* out; none: "" */
};
MUST_CHECK err_t debits_release(struct ctx *cx, struct tx *tx, struct debits_releasing *releasing);

#endif
