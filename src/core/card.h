#ifndef GUICHET_CORE_CARD_H
#define GUICHET_CORE_CARD_H

#include "core/core.h"
#include "core/id_portion.h"
#include "core/merchant.h"
#include "core/page_of.h"

/* A card. Its number is sealed, its security code never leaves core/cvc.h. */
struct card {
    struct card_id id;
    struct customer_id customer;
    struct str brand;
    struct str country;
    struct str funding;
    struct str nature;
    struct str network;
    struct str preferred_network;
    struct str last4;
    int64_t exp_month;
    int64_t exp_year;
    struct str name;
    struct str zip_code;
    struct str external_id;
    bool reusable;
    bool used;
    int64_t key_id;
    struct str fingerprint; /* of the number, with a key; {NULL, 0}: erased */
    struct str former;      /* the same under the former key while that is rotated, or {NULL, 0} */
    struct vault *vault; /* of a card just sealed: where its fingerprint may have to be renewed */
    int64_t fingerprint_key; /* of a card just sealed: the key */
    bool findable;           /* for writing only: somebody looks for cards by number */
    struct str sealed;       /* {NULL, 0}: erased */
    struct str first_txn;    /* the network's id of its first approval; {NULL, 0}: none yet */
    bool first_txn_payer;    /* made with the payer */
    bool first_txn_kept;     /* the row tells it */
    instant created;
    bool deleted;
};

/* A card as it comes in. The texts of number and cvc are in the request's body, which is wiped. */
struct card_draft {
    struct str number; /* digits */
    struct str cvc;    /* or {NULL, 0} */
    int64_t exp_month;
    int64_t exp_year;
    struct str name;
    struct str zip_code;
    struct str external_id;
    struct str preferred_network;
    struct customer_id customer;
    bool reusable;
};

/* What to do about a living card with the same number and expiry (api/stancer.md 6). */
enum card_twin {
    CARD_TWIN_IS_CONFLICT = 1, /* v1 POST */
    CARD_TWIN_IS_USED,         /* v1 inside a payment, if it may be used again */
    CARD_TWIN_IGNORED,         /* v2: a new one */
};

/* Checks a draft (Luhn, range, expiry not past in Paris, live numbers only where accepted) and
 * makes the card of it: id, facts, sealed number; keeps the security code. Runs on the I/O thread,
 * before any transaction. Faults on "number", "name", "exp_year", "exp_month"; ERR_INVALID,
 * ERR_FULL, ERR_UNAVAILABLE. */
MUST_CHECK err_t card_seal(struct core *core, struct ctx *cx, const struct card_draft *draft,
                           struct card *out);

/* Makes both fingerprints anew from the number, under the keys of this moment. Of a card whose
 * number is gone nothing changes. */
void card_fingerprint_renew(struct ctx *cx, struct vault *vault, struct card *card);

/* Inside a body, before its first write: uniqueness. The living twin replaces *card where it is to
 * be used; `created` then differs from 0. card_insert writes what is new. */
MUST_CHECK err_t card_prepare(struct ctx *cx, struct tx *tx, enum card_twin twin,
                              bool unique_external_id, struct card *card);
MUST_CHECK err_t card_insert(struct ctx *cx, struct tx *tx, struct card *card);

/* ERR_NOT_FOUND with a fault on "card" and the id. */
MUST_CHECK err_t card_load(struct ctx *cx, struct tx *tx, struct card_id id, bool deleted_too,
                           struct card *out);

/* ERR_CONFLICT with a fault: a single-use card was used; ERR_NOT_FOUND: it is deleted. */
MUST_CHECK err_t card_usable(struct ctx *cx, const struct card *card);

/* Before the first authorisation with a single-use card: nobody else may use it from now on. */
MUST_CHECK err_t card_take(struct ctx *cx, struct tx *tx, struct card *card);
/* What a charge without the payer quotes (cards.md 3.2 tag 09, 7): the card's first approval with
 * its payer, until there is one the first at all. A card's row tells it from the second approval
 * on, so that a card that is used once costs nothing; before, it is looked up. */
MUST_CHECK err_t card_first_approval(struct ctx *cx, struct tx *tx, struct card *card);
/* After an approval, not the first, with the network's id `txn`. */
MUST_CHECK err_t card_first_txn(struct ctx *cx, struct tx *tx, const struct card *card,
                                struct str txn, bool payer_present);
/* After an authorisation was answered: a single-use card loses its number. */
MUST_CHECK err_t card_used_up(struct ctx *cx, struct tx *tx, const struct card *card);

/* Erases the numbers of a portion's cards that were not used for 400 days or expired 90 days ago
 * (cards.md 13); the rest of the card stays. */
MUST_CHECK err_t card_forget(struct ctx *cx, struct tx *tx, struct id_portion *portion);

struct card_create {
    struct operation operation;
    enum card_twin twin;
    bool unique_external_id;
    struct card draft; /* from card_seal */
    struct card card;  /* out */
};
void card_create(struct card_create *create);

enum {
    CARD_EXP_MONTH = 1,
    CARD_EXP_YEAR = 2,
    CARD_NAME = 4,
    CARD_ZIP_CODE = 8,
    CARD_EXTERNAL_ID = 16,
    CARD_PREFERRED_NETWORK = 32,
};
struct card_change {
    struct operation operation;
    bool remove; /* DELETE: the number is erased at once; nothing else counts then */
    unsigned change;
    struct card values; /* with the id */
    struct card card;   /* out */
};
void card_change(struct card_change *change);

/* customer: {""} for all. */
MUST_CHECK err_t card_list(struct ctx *cx, struct tx *tx, struct customer_id customer,
                           const struct page_of *page, struct card **out, struct page_found *found);

/* The expiry counts until the last day of its month, Europe/Paris. */
bool card_expired(const struct card *card, instant now);

#endif
