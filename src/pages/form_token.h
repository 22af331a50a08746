#ifndef GUICHET_PAGES_FORM_TOKEN_H
#define GUICHET_PAGES_FORM_TOKEN_H

#include "base/clock.h"
#include "base/money.h"
#include "base/str.h"

/* The hidden csrf value of a form: when it was made, signed with the process's key together with
 * what it is for. A token of another payment, amount or attempt does not fit, and no cookie is
 * needed: nobody pays another amount than the form showed. Times are real. */
enum { FORM_LIFE_MIN = 30 };

enum form_state {
    FORM_GOOD = 1,
    FORM_STALE, /* ours, but older than FORM_LIFE_MIN */
    FORM_FOREIGN,
};

struct form_token {
    const uint8_t *key; /* 32 bytes */
    struct str payment;
    struct money amount;
    struct str attempt;
};

struct str form_token_make(struct arena *arena, const struct form_token *of, instant now);
enum form_state form_token_check(struct arena *arena, const struct form_token *of, struct str token,
                                 instant now);

#endif
