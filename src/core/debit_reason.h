#ifndef GUICHET_CORE_DEBIT_REASON_H
#define GUICHET_CORE_DEBIT_REASON_H

#include <stdbool.h>

#include "base/str.h"

/* What a code means by which a debit comes back (standards/sepa.md 4.1): for its mandate, and for
 * another presentation. */
enum mandate_effect {
    EFFECT_NONE = 1,
    EFFECT_SUSPEND,
    EFFECT_SUSPEND_SECOND, /* when it is not the first time under this mandate */
    EFFECT_REVOKE,
    EFFECT_REVOKE_B2B,    /* a mandate between businesses; none for others */
    EFFECT_AMEND,         /* suspended until its data are put right */
    EFFECT_AMEND_ACCOUNT, /* suspended until it has another account */
};

enum { RETRIES_MAX = 2 };

struct debit_reason {
    char code[5];
    enum mandate_effect effect;
    int retries;                 /* how often it is presented again by itself */
    int after_days[RETRIES_MAX]; /* calendar days after the due day of the one that came back */
};

/* A code that is not in the table suspends the mandate and is not tried again. */
struct debit_reason debit_reason(struct str code);

/* What a payment shows as its response: 2 to 4 characters; NARR for anything else. */
struct str debit_response(struct str code);

#endif
