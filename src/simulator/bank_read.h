#ifndef GUICHET_SIMULATOR_BANK_READ_H
#define GUICHET_SIMULATOR_BANK_READ_H

#include "base/ctx.h"
#include "simulator/bank.h"

enum { BANK_FILE_MAX = 192 * 1024 * 1024 };

/* Reads a pain.008 (.02, .08) or pain.001 (.03, .09), whatever the prefix, as long as it is
 * well-formed, and decides about each part of it. It never fails: what is wrong with the whole file
 * is in file.code. Whether it was there before is simulated_bank_add's business. In memory that
 * does not depend on the file but for one record for each transaction. */
void simulated_bank_read(struct ctx *cx, struct str owner, instant now, struct str bytes,
                         struct bank_draft *out);

#endif
