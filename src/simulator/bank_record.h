#ifndef GUICHET_SIMULATOR_BANK_RECORD_H
#define GUICHET_SIMULATOR_BANK_RECORD_H

#include "simulator/bank.h"

/* A file that the bank was sent, as lines of the journal: F, then B for each block and I for each
 * of its items, then C that makes it count. */
void simulated_bank_draft_write(struct journal *journal, const struct bank_draft *draft);

/* One line that begins with F, B or I, into the draft of the file that it belongs to.
 * ERR_MALFORMED. */
MUST_CHECK err_t simulated_bank_draft_read(const struct record *record, struct bank_draft *draft);

#endif
