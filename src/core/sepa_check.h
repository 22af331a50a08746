#ifndef GUICHET_CORE_SEPA_CHECK_H
#define GUICHET_CORE_SEPA_CHECK_H

#include "core/bank_account.h"

/* Is an account open, and is it its holder's (api/stancer.md 7, standards/sepa.md 16)? */
#define SEPA_CHECK_STATUS_LIST(X)                                                                  \
    X(SEPA_CHECK_AVAILABLE, 1, "available")                                                        \
    X(SEPA_CHECK_SENT, 2, "check_sent")                                                            \
    X(SEPA_CHECK_CHECKED, 3, "checked")                                                            \
    X(SEPA_CHECK_ERROR, 4, "check_error")                                                          \
    X(SEPA_CHECK_UNAVAILABLE, 5, "unavailable")
ENUM_DECLARE(sepa_check_status, SEPA_CHECK_STATUS_LIST);

enum { SCORE_UNKNOWN = -1 };
struct sepa_check {
    enum sepa_check_status status;
    struct str response; /* {NULL, 0}: no answer */
    bool birth_known;    /* then birth_matches tells */
    bool birth_matches;
    int64_t score_name; /* 0..100, or SCORE_UNKNOWN */
    instant created;
};

/* What a bank would say. In live mode nobody can be asked: unavailable. In test mode the holder's
 * name decides by its last word, and a date of birth of 1 January 1900 is never the right one:
 *   RVNM                another name: checked, score 0, the date of birth does not match
 *   RVMC                nearly this name: checked, score 80
 *   RVNA                this bank does not answer: unavailable
 *   RVNC                not answered yet: check_sent
 *   FF01                it went wrong: check_error
 *   AC01, AC04, AC06    no such account, closed, blocked: checked, no score
 * Any other name is the right one: checked, RCVC, score 100. */
void sepa_check_answer(enum mode mode, const struct bank_account *account, struct sepa_check *out);

/* Asks, inside a body; a second check of the same account replaces the first. */
MUST_CHECK err_t sepa_check_put(struct ctx *cx, struct tx *tx, const struct bank_account *account,
                                struct sepa_check *out);

/* ERR_NOT_FOUND with a fault on "bank_account": none was asked for. */
MUST_CHECK err_t sepa_check_load(struct ctx *cx, struct tx *tx, struct bank_account_id account,
                                 struct sepa_check *out);

/* A check of an account that is known. */
struct sepa_check_ask {
    struct operation operation;
    struct bank_account_id id;
    struct bank_account account; /* out */
    struct sepa_check check;     /* out */
};
void sepa_check_ask(struct sepa_check_ask *ask);

#endif
