#ifndef GUICHET_SIMULATOR_CARD_H
#define GUICHET_SIMULATOR_CARD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* What the simulated issuers decide, by card and by amount (api/stancer.md 13, cards.md 4 and 11).
 * Pure: the same question always has the same answer. */
enum card_rule {
    RULE_APPROVE = 1,
    RULE_REFUSE,    /* with its code */
    RULE_AT_ONCE,   /* the money moves with the authorisation */
    RULE_DISPUTE,   /* the same, and a chargeback follows with its code as reason */
    RULE_CHALLENGE, /* A1 without authentication; then its code */
    RULE_NO_LOOKUP, /* 3-D Secure cannot be done; approved without */
    RULE_UNLISTED,  /* no test card: 14 */
};

struct test_card {
    const char *number;
    const char *network; /* of the brand: VI, MC, MA, AX, DI, DC, JC, UP */
    bool national;       /* CB is on it as well */
    enum card_rule rule;
    const char *code;
};

/* Never NULL: a number in no table gets the row RULE_UNLISTED. */
const struct test_card *test_card_find(struct str number);

enum proof {
    PROOF_NONE = 1,
    PROOF_FRICTIONLESS,
    PROOF_CHALLENGE, /* the payer showed himself */
};

/* How the answer reaches the asker. */
enum delivery {
    DELIVER_NOW = 1,
    DELIVER_LATE, /* after 40 s */
    DELIVER_NEVER,
    DELIVER_CLOSE, /* the connection is closed instead */
};

struct question {
    struct str number;
    struct str network_wanted; /* or empty */
    int64_t amount_minor;
    enum proof proof;
    int expiry; /* YYMM; 0: not given */
    int today;  /* YYMM */
};

struct verdict {
    char code[3];
    const char *network; /* the one used */
    enum delivery delivery;
    bool at_once;
    const char *dispute; /* reason, or NULL */
};

struct verdict decide(const struct question *question);

/* What a lookup of 3-D Secure says at first: 'Y', 'C' or 'U'. */
char decide_lookup(const struct test_card *card, bool mandated);

/* First six and last four digits, the rest as 'x'. out takes 20 bytes. */
void card_mask(struct str number, char *out);

#endif
