#ifndef GUICHET_CORE_MERCHANT_H
#define GUICHET_CORE_MERCHANT_H

#include "base/ics.h"
#include "base/target.h"
#include "core/core.h"

/* The settings of design.md 7 that the core uses, typed. The full list with defaults is behind
 * merchant_setting_at(). */
struct fee_terms {
    int64_t card_bp;
    int64_t card_fixed_minor;
    int64_t sepa_bp;
    int64_t sepa_fixed_minor;
    int64_t return_minor;
    int64_t dispute_minor;
    int64_t vat_bp;
};

/* How its debits are collected (standards/sepa.md 3 and 4.1). */
struct debit_terms {
    char ics[ICS_MAX + 1]; /* its creditor identifier, or "" */
    bool has_account;      /* iban is set */
    struct cutoff cutoff;
    int prenotification_days;
    bool late_fails;  /* late_policy = fail */
    bool retries;     /* sepa_retry = yes */
    bool sends_first; /* send_frst = yes */
    bool offers_b2b;  /* organisation_scheme = b2b */
};

/* Charging a card again without its payer (cards.md 5). */
struct retry_terms {
    bool hard;         /* not after a hard refusal */
    int64_t soft_max;  /* so many soft refusals, 0: any number */
    int64_t soft_days; /* within so many days */
};

/* How its levies are taken (api/safedebit.md 4 and 6). */
struct levy_terms {
    int64_t otp_threshold; /* cents, from which on a levy waits for its code; 0: never */
    int64_t max;           /* cents */
    bool require_store;
    bool require_identity;
};

struct merchant {
    struct merchant_id id;
    struct sponsor_id sponsor;
    struct str name;
    struct str siren;
    struct str email;
    struct str address; /* "12 rue de la Démonstration, 75011 Paris" */
    struct str language;
    struct str account;                   /* its number in SimplyPaie pay links, or "0" */
    char acceptor[ACCEPTOR_LEN + 1];      /* ours */
    char live_acceptor[ACCEPTOR_LEN + 1]; /* the acquirer's, or "" */
    instant clock_offset;                 /* test mode only */
    struct fee_terms fees;
    struct retry_terms retry;
    struct levy_terms levies;
    unsigned currencies;       /* bit 1 << enum currency */
    bool continue_without_3ds; /* on_3ds_unavailable = continue */
    bool prefer_national;      /* preferred_network = national */
    int64_t payout_min_minor;
    bool payout_transfer; /* payout_mode = transfer */
    struct debit_terms debits;
    bool ask_holder;   /* page.ask_holder = yes */
    struct str logo;   /* of core/logo.h, or empty */
    struct str accent; /* page.accent: "#1a8f5a" or empty */
};

/* Loads a merchant with its settings; texts live in cx->arena. ERR_NOT_FOUND without a fault. */
MUST_CHECK err_t merchant_load(struct ctx *cx, struct tx *tx, struct merchant_id id,
                               struct merchant *out);

/* --- keys ----------------------------------------------------------------------------------------
 */

enum key_kind { KEY_SECRET = 1, KEY_PUBLIC };

struct admission {
    struct merchant merchant;
    enum mode mode;
    enum key_kind kind;
};

/* The faces whose callers have keys. A key of "seqino" acts for its merchant's sponsor. */
#define FACE_STANCER "stancer"
#define FACE_SEQINO "seqino"

/* Who holds this key of a face? Fills cx->merchant, cx->mode and cx->now (with the test clock).
 * Answers from the thread's cache, which forgets everything when merchants_changed was called.
 * ERR_AUTH: unknown, of another face, revoked or expired; no fault. */
MUST_CHECK err_t merchant_admit(struct core *core, struct ctx *cx, const char *face, struct str key,
                                struct admission *out);

/* From here on the context is of this merchant, in cx->mode: what a caller may do who acts for
 * others. Fills it and *out as merchant_admit does. ERR_NOT_FOUND without a fault. */
MUST_CHECK err_t merchant_act_as(struct core *core, struct ctx *cx, struct merchant_id merchant,
                                 struct admission *out);

/* One cache per thread; all share a generation: an atomic counter of the process, and what all
 * threads count together. */
struct merchants;
struct merchants *merchants_new(struct generation *generation);
void merchants_free(struct merchants *merchants);

/* Raised after a commit that changed keys, settings or clocks: every cache is then empty. */
struct generation;
struct generation *generation_new(void);
void generation_free(struct generation *generation);
void generation_raise(struct generation *generation);
/* Inside a body: a merchant, its settings, a key or a login has changed, or a webhook was made. The
 * other servers on this database forget what they know of them all within OTHERS_LOOK_MS
 * (docs/adr/0045); who listens they find out at once (core/news.h). */
enum { OTHERS_LOOK_MS = 500 };
MUST_CHECK err_t merchants_changed(struct ctx *cx, struct tx *tx);

/* --- looking up
 * ------------------------------------------------------------------------------------ */

/* Sets cx->now: real time, and in test mode the merchant's clock. */
void merchant_time(struct ctx *cx, const struct merchant *merchant);

/* For the operator, who has only the id of an object: `owner` gives merchant and mode by it. Sets
 * cx->merchant, cx->mode and the time. ERR_NOT_FOUND with a fault on `kind`. */
MUST_CHECK err_t merchant_enter_owner(struct ctx *cx, struct tx *tx, const struct sql *owner,
                                      const char *kind, const char *id);

/* The number of a merchant at the acquirer of a mode (DE 42), in ACCEPTOR_LEN + 1 bytes. */
const char *merchant_acceptor(const struct merchant *merchant, enum mode mode);

/* The merchant with this number at its acquirer (DE 42). ERR_NOT_FOUND without a fault. */
MUST_CHECK err_t merchant_of_acceptor(struct ctx *cx, struct tx *tx, const char *acceptor,
                                      struct merchant_id *out);

/* The newest public key that works, for links to the pay page: cx->merchant in cx->mode.
 * ERR_NOT_FOUND without a fault. */
MUST_CHECK err_t merchant_public_key(struct ctx *cx, struct tx *tx, struct str *out);

struct merchant_line {
    struct merchant_id id;
    struct sponsor_id sponsor;
    struct str name;
    struct str sponsor_name;
    instant created;
};
enum { MERCHANT_PAGE = 500 };
/* At most MERCHANT_PAGE merchants after one (none: from the start), oldest first. */
MUST_CHECK err_t merchant_list(struct ctx *cx, struct tx *tx, struct merchant_id after,
                               struct merchant_line **out, size_t *count);

struct key_line {
    struct str hash;
    struct str face;
    enum mode mode;
    enum key_kind kind;
    struct str shown; /* a public key; the end of a secret one */
    instant created;
    instant expires; /* 0: never */
    instant revoked; /* 0: not */
};
MUST_CHECK err_t merchant_keys(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                               struct key_line **out, size_t *count);

/* --- making and changing (subcommands)
 * ------------------------------------------------------------ */

struct new_merchant {
    /* None: a sponsor of its own, named sponsor_name or else like itself. */
    struct sponsor_id sponsor;
    struct str sponsor_name;
    struct str sponsor_siren; /* or {NULL, 0} */
    struct str name;
};
/* Makes a merchant without keys and with the defaults of a live one. For use inside a body; fills
 * request->sponsor. ERR_NOT_FOUND with a fault: no such sponsor; ERR_INVALID with a fault: the
 * name. */
MUST_CHECK err_t merchant_add(struct ctx *cx, struct tx *tx, struct new_merchant *request,
                              struct merchant_id *out);

struct key_pair {
    struct str public_key; /* "ptest_" or "pprod_" and 24 characters */
    struct str secret_key; /* shown once: only its hash is stored */
};

/* Makes a key pair of Stancer. For use inside a body. */
MUST_CHECK err_t merchant_key_add(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                                  enum mode mode, struct key_pair *out);
/* Makes a key of Seqino, "pdp_test_" or "pdp_live_" and 40 characters, which is shown once. For use
 * inside a body. */
MUST_CHECK err_t merchant_sponsor_key_add(struct ctx *cx, struct tx *tx,
                                          struct merchant_id merchant, enum mode mode,
                                          struct str *secret_key);
/* A new secret key; the old ones of that face and mode stop working at overlap_until (0: at once).
 */
MUST_CHECK err_t merchant_key_roll(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                                   enum mode mode, const char *face, instant overlap_until,
                                   struct str *secret_key);
/* Revokes the key that is this one, has this hash or ends in these characters (6 or more).
 * ERR_NOT_FOUND with a fault; ERR_CONFLICT with a fault when several keys end so. */
MUST_CHECK err_t merchant_key_revoke(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                                     struct str which);

/* count characters of [0-9A-Za-z], unpredictable, in the arena. */
struct str random_text(struct arena *arena, size_t count);

/* --- settings
 * ---------------------------------------------------------------------------------------- */

struct setting {
    const char *name;
    const char *about;   /* one line: meaning and what is allowed */
    const char *live;    /* of a new live merchant */
    const char *sandbox; /* of a sandbox merchant */
};
/* Every setting there is, in the order of design.md 7. */
size_t merchant_setting_count(void);
struct setting merchant_setting_at(size_t index);

/* Sets one setting; checks name and value. The empty value goes back to the default. ERR_INVALID
 * with a fault. */
MUST_CHECK err_t merchant_set(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                              struct str name, struct str value);

/* Every value in force, in the order of merchant_setting_at; an array of merchant_setting_count. */
MUST_CHECK err_t merchant_settings(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                                   struct str **out);
/* The one with this name, which must exist. */
struct str merchant_setting_value(const struct str *values, const char *name);

/* Gives a merchant all values of the sandbox. For use inside a body. */
MUST_CHECK err_t merchant_set_sandbox(struct ctx *cx, struct tx *tx, struct merchant_id merchant);

#endif
