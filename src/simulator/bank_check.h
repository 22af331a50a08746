#ifndef GUICHET_SIMULATOR_BANK_CHECK_H
#define GUICHET_SIMULATOR_BANK_CHECK_H

#include "simulator/bank.h"

/* What the simulated bank refuses (sepa.md 3, 4.1, 8 and 9), and what the name of the other side
 * makes of a transaction (api/stancer.md 13). Pure. Texts are as they were told, each with room for
 * one byte more than it may have, which shows when it is too long. */

struct told_address {
    char town[37];
    char country[4];
    int lines; /* of free text */
};

struct told_item {
    char instruction[37];
    char end_to_end[37];
    char amount[24];
    char currency[5];
    char umr[37];
    char signed_on[12];
    char ics[37];
    char bic[13];
    char name[142];
    char iban[36];
    struct told_address address;
};

struct told_block {
    char id[37];
    char method[5];
    char batch[6];
    char count[20];
    char sum[24];
    char service[6];
    char scheme[6];
    char sequence[6];
    char day[26];
    char name[142];
    char iban[36];
    char ics[37];
    struct told_address address;
};

struct told_file {
    char msg_id[37];
    char original[37];
    char count[20];
    char sum[24];
};

/* [our choice] The bank's own last moment for direct debits: 20:00 in Paris on the business day
 * before D; nobody may send more than 14 days before D. */
enum { BANK_CUTOFF_HOUR = 20, BANK_EARLIEST_DAYS = 14 };

/* Each gives the ISO code of what is wrong, or NULL. */
const char *simulated_bank_check_day(instant now, struct date due);
const char *simulated_bank_check_block(const struct bank_file *file, const struct told_block *told,
                                       struct bank_block *out);
const char *simulated_bank_check_item(const struct bank_file *file, const struct told_block *block,
                                      const struct told_item *told, struct bank_item *out);

/* Of a reversal, as far as it can be seen alone. */
const char *simulated_bank_check_reversal(const struct told_item *told, struct bank_item *out);

/* What Verification of Payee says of whom a transfer pays, by the last word of the name: RVNM, RVMC
 * or RVNA; else RCVC. *name is what comes before that word: the name that the bank knows. */
const char *simulated_bank_payee(struct str text, struct str *name);

/* By the end of the name: a blank and a code rejects, a blank, "D" and a code lets the money come
 * back. A transfer knows only the codes that a transfer can have. Both are "" otherwise. */
void simulated_bank_outcome(struct str name, bool transfer, char code[5], char back[5]);

#endif
