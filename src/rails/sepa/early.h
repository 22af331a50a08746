#ifndef GUICHET_RAILS_SEPA_EARLY_H
#define GUICHET_RAILS_SEPA_EARLY_H

#include "rails/sepa/draft.h"

/* A file of many debits that is written while the rest of it is still taken. It becomes the same
 * file as from its finished rows, or is thrown away: what its head tells first is foreseen
 * (core/bank_foresight.h). What goes wrong here is not told: it is met again, and told, when the
 * file is written from its rows. */
struct early;

/* Once some of its debits are taken, and there are more. All that is due is looked at on a thread
 * of its own: the pointers are borrowed until the end, and the desk's reader is nobody else's. */
struct early *early_begin(struct ctx *cx, const struct sepa_desk *desk,
                          const struct bank_profile *profile);
/* Until that thread is done, and the reader free; NULL is fine. */
void early_wait(struct early *early);
/* Writes what is there until the body that takes more is answered, or nothing is left; nothing as
 * long as that thread looks. */
void early_go_on(struct early *early, struct tx_ahead *taking);
/* All are taken: the draft of this file, whole and checked, with texts of *facts in cx's arena; or
 * NULL: it was not written along, or not all came as foreseen, and nothing is left of it. */
void early_end(struct ctx *cx, struct early *early, const struct bank_file *file,
               struct bank_file_facts *facts, struct draft **out);
/* With what has not ended; NULL is fine. */
void early_free(struct early *early);

#endif
