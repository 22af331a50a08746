#ifndef GUICHET_CORE_BANK_KNOWN_H
#define GUICHET_CORE_BANK_KNOWN_H

#include "core/bank_report.h"

/* Which facts are known, while a report is read. The same line may come in many reports, but only
 * in those about its day; the same status only in those about its message. So the keys of the facts
 * of a day or message, its scope, are read when the first fact of it comes, and no index has to be
 * kept over all keys of all time (docs/adr/0026-files-of-many-debits.md).
 *
 * Facts of a merchant and mode are numbered in the order in which they came. Who has the number
 * that it had at its last commit knows that nobody else told of anything since. For the files of
 * bank reports. */
struct bank_known;
struct bank_known *bank_known_new(void);
void bank_known_free(struct bank_known *known);

/* What the body before has written is committed; without this word it is forgotten. */
void bank_known_keep(struct bank_known *known);

/* Inside a body, from known_begin to known_end. */
MUST_CHECK err_t known_begin(struct ctx *cx, struct tx *tx, struct bank_known *known);
MUST_CHECK err_t known_find(struct ctx *cx, struct tx *tx, struct bank_known *known,
                            const struct bank_fact *fact, bool *found);
/* The fact gets its number, and is known; known_find was asked before. */
MUST_CHECK int64_t known_add(struct bank_known *known, const struct bank_fact *fact);
MUST_CHECK err_t known_end(struct ctx *cx, struct tx *tx, struct bank_known *known);

/* The scope of facts about a day (year 0: none), for who looks for one of them. */
struct str known_scope_of_day(struct arena *arena, struct date day);

#endif
