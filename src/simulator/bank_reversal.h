#ifndef GUICHET_SIMULATOR_BANK_REVERSAL_H
#define GUICHET_SIMULATOR_BANK_REVERSAL_H

#include "simulator/bank.h"

/* Decides about the items of a file of reversals (sepa.md 3 and 9.4) by the collections that they
 * name: each gets a code where it is refused, else account and names of its collection. */
void simulated_bank_judge_reversals(const struct bank *bank, struct bank_draft *draft);

#endif
