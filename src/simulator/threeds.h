#ifndef GUICHET_SIMULATOR_THREEDS_H
#define GUICHET_SIMULATOR_THREEDS_H

#include "simulator/card.h"
#include "simulator/state.h"

/* The directory server and the issuer's access control, without the page (cards.md 6). */
enum { CAVV_TEXT_LEN = 28 };

struct lookup {
    struct str number;
    struct money amount;
    bool mandated;
    struct str payment;
    struct str merchant_name;
    struct str notification_url;
    struct str session;
};

struct authentication {
    char status;
    char eci[3];
    char cavv[CAVV_TEXT_LEN + 1];
    char ds_trans_id[37];
    char acs_trans_id[37]; /* with status 'C' */
};

/* Under the lock; the caller syncs before it answers. */
struct authentication threeds_lookup(struct state *state, const struct lookup *lookup);

/* The authoritative result of a challenge; status 'C' while it is open. ERR_NOT_FOUND. */
MUST_CHECK err_t threeds_result(struct state *state, struct str acs_trans_id,
                                struct authentication *out);

/* What a CAVV in an authorisation proves: it must be one of ours, made for this card, amount and
 * transaction (dynamic linking); anything else proves nothing. */
enum proof threeds_proof(const struct state *state, struct str cavv, struct str ds_trans_id,
                         const char *card_hash, struct money amount);

/* What the payer does on the bank's page. */
enum payer_action { PAYER_CODE = 1, PAYER_REFUSES, PAYER_CANCELS, PAYER_FAILS };

/* The status afterwards; 'C': the code was wrong, ask again. A closed challenge keeps its status.
 * Under the lock; the caller syncs. */
char threeds_act(struct state *state, struct challenge *challenge, enum payer_action action,
                 struct str code);

#endif
