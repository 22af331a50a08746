#ifndef GUICHET_CORE_BANK_FACT_INTERNAL_H
#define GUICHET_CORE_BANK_FACT_INTERNAL_H

#include "core/bank_fact.h"
#include "core/bank_file_internal.h"

/* What the files of bank_fact share. */

/* One transaction, or the blocks of a file. */
struct subject {
    bool found;
    bool elsewhere;
    bool is_item;
    struct bank_item item;
    struct bank_file_id file;
    int64_t from_block;
    int64_t until_block;
    bool whole_file;
};

/* What a fact is about; by its own references, and what it names beside them. */
MUST_CHECK err_t subject_find(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                              struct subject *subject);
/* The file that a fact about one transaction names beside it. */
MUST_CHECK err_t subject_named(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                               struct subject *named);
/* Whether a line that is about nothing of this merchant's names what another one with the same
 * account sent. */
MUST_CHECK err_t subject_of_others(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                                   struct effect *effect, bool *out);
/* What a person means: the id of a transaction, the number of a block or file. */
MUST_CHECK err_t subject_of_name(struct ctx *cx, struct tx *tx, struct str name,
                                 struct subject *subject);
bool fact_names_item(const struct bank_fact *fact);

/* --- money on the account */

/* A line of a statement or notification. */
bool fact_is_line(const struct bank_fact *fact);
/* Likewise, of the report that books. */
bool fact_posts(const struct bank_fact *fact, const struct effect *effect);
/* What it moved on the account; above zero when it came in. */
int64_t fact_moved(const struct bank_fact *fact);
/* What a line that is not the expected amount says itself that the bank kept of it; 0: nothing. */
int64_t fact_kept(const struct bank_fact *fact, int64_t expected_cents);

/* A day that cannot be that of a booking: before there were SEPA payments, or years ahead. Nothing
 * of ours is booked by a line with one; a person says what it is about, and then it tells none. */
bool fact_day_is_odd(const struct ctx *cx, const struct bank_fact *fact);
/* When it was booked; today when it does not say, or not so that it can be. */
struct date fact_booked(const struct ctx *cx, const struct bank_fact *fact);

/* It contradicts something, or nothing explains it: work for a person, with its money in suspense.
 * object: of ours, or "". ERR_STATE with a fault when a person said so (by_hand). */
MUST_CHECK err_t fact_trouble(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                              struct effect *effect, enum bank_trouble what, const char *object);

/* --- effects */

MUST_CHECK err_t item_effect(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                             struct effect *effect, struct bank_item *item);
/* Parts of it, for whole blocks. */
MUST_CHECK err_t item_rejected(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                               struct effect *effect, struct bank_item *item);
MUST_CHECK err_t item_booked(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                             struct effect *effect, struct bank_item *item);
/* One that had come back is shown by this line. */
MUST_CHECK err_t item_shown(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                            struct effect *effect, struct bank_item *item);
/* What the core refuses is a contradiction between the bank and us, not a failure: it changed
 * nothing. Else writes the item in its new state. */
MUST_CHECK err_t item_done(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                           struct effect *effect, struct bank_item *item, err_t err,
                           enum bank_item_state state);
/* Neither booked nor come to nothing. */
bool item_is_open(const struct bank_item *item);
/* A transfer that a person does not want to go on: as if the bank had rejected it. */
MUST_CHECK err_t item_refuse(struct ctx *cx, struct tx *tx, struct bank_item *item,
                             struct str reason);
MUST_CHECK err_t blocks_effect(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                               struct effect *effect, const struct subject *subject);

/* --- payees (core/bank_fact_payee.c) */

MUST_CHECK err_t item_payee(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                            struct effect *effect, struct bank_item *item);
/* It is booked, or came to nothing: nobody has to decide any more. The item is not written here. */
MUST_CHECK err_t payee_hold_over(struct ctx *cx, struct tx *tx, const struct effect *effect,
                                 struct bank_item *item);

/* --- requests for cancellation (core/bank_fact_recall.c) */

MUST_CHECK err_t item_recall(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                             struct effect *effect, struct bank_item *item);
MUST_CHECK err_t blocks_recall(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                               struct effect *effect, const struct subject *subject);
/* A reject with the reason of a cancellation is the answer to our request, if there is one. */
MUST_CHECK err_t recall_by_reject(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                                  struct effect *effect, struct bank_item *item, bool *recalled);
/* A return may follow a request that came too late. */
MUST_CHECK err_t recall_by_return(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                                  const struct bank_item *item);

#endif
