#ifndef GUICHET_CORE_BANK_ACCOUNT_H
#define GUICHET_CORE_BANK_ACCOUNT_H

#include "base/iban.h"
#include "core/core.h"
#include "core/id_portion.h"
#include "core/page_of.h"

/* A bank account that may be debited: "sepa" at Stancer. Its number is sealed. A mandate given
 * together with it is a mandate like any other (core/mandate.h), shown here. */
struct bank_account {
    struct bank_account_id id;
    struct customer_id customer;
    struct str name;       /* of the holder */
    struct str country;    /* of the number */
    struct str last4;      /* characters */
    struct str bic;        /* {NULL, 0}: not known */
    struct str date_birth; /* of the holder, YYYY-MM-DD, or {NULL, 0} */
    struct str fingerprint;
    struct str former;       /* under the former key while that is rotated, or {NULL, 0} */
    int64_t fingerprint_key; /* of an account just sealed or renewed */
    int64_t key_id;
    struct str sealed;         /* {NULL, 0}: erased */
    struct mandate_id mandate; /* the one given with the account; or none */
    struct str umr;            /* of that mandate */
    instant signed_at;         /* of that mandate, or given without its reference; 0: none */
    bool mandate_ended;        /* it was revoked or has expired */
    instant created;
    bool deleted;
};

/* An account as it comes in. The number is in the request's body, which is wiped. */
struct bank_account_draft {
    struct str iban; /* as people write it */
    struct str name;
    struct str bic; /* likewise; or {NULL, 0}: worked out where that can be done */
    struct str date_birth;
    struct customer_id customer;
};

/* Checks a draft and makes the account of it: id, sealed number, BIC. Runs on the I/O thread,
 * before any transaction. Faults on "iban", "name", "bic"; ERR_INVALID, ERR_UNAVAILABLE. In test
 * mode a BIC that was not given is TEST, the country, PP (api/stancer.md 7); in live mode it stays
 * unknown, and the numbers that everybody tests with are refused. */
MUST_CHECK err_t bank_account_seal(struct core *core, struct ctx *cx,
                                   const struct bank_account_draft *draft,
                                   struct bank_account *out);

/* Makes both fingerprints anew, where the keys may have changed since the account was sealed or
 * loaded: inside a body, before they are compared or written. */
void bank_account_fingerprint_renew(struct ctx *cx, struct vault *vault,
                                    struct bank_account *account);

/* ERR_NOT_FOUND with a fault on "bank_account" and the id. */
MUST_CHECK err_t bank_account_load(struct ctx *cx, struct tx *tx, struct bank_account_id id,
                                   bool deleted_too, struct bank_account *out);

/* The number, for a file to the bank or a mandate to be printed; the caller wipes it.
 * ERR_UNAVAILABLE without a vault, ERR_INTERNAL when the bytes are not what was sealed there. */
MUST_CHECK err_t bank_account_open_iban(struct vault *vault, struct merchant_id merchant,
                                        const struct bank_account *account, struct iban *out);

/* Is this its fingerprint, under the present or the former key? False for a number that was erased.
 */
bool bank_account_has_print(const struct bank_account *account, struct str fingerprint);

struct sepa_check;

/* The reference and date of a mandate, as a face gives them together with an account. */
struct mandate_given {
    struct str umr;    /* {NULL, 0}: none */
    instant signed_at; /* 0: none */
    bool date_needed;  /* v1: a reference must come with its date */
};

struct bank_account_create {
    struct operation operation;
    struct bank_account draft; /* from bank_account_seal */
    struct mandate_given mandate;
    struct sepa_check *check;    /* not NULL: a check of it is asked for in the same commit; out */
    struct bank_account account; /* out */
};
/* Faults on "mandate", "date_mandate"; ERR_CONFLICT: the reference belongs to another number. */
void bank_account_create(struct bank_account_create *create);

enum { BANK_ACCOUNT_NAME = 1, BANK_ACCOUNT_UMR = 2, BANK_ACCOUNT_SIGNED = 4 };
struct bank_account_change {
    struct operation operation;
    bool remove; /* DELETE; nothing else counts then */
    bool once;   /* v1: only what was not given already */
    unsigned change;
    struct bank_account_id id;
    struct str name;
    struct mandate_given mandate;
    struct bank_account account; /* out */
};
/* A new reference alone renames the mandate; together with a date, or when this number has it
 * already, it is another mandate. */
void bank_account_change(struct bank_account_change *change);

/* Inside a body: writes what bank_account_seal made, for whoever makes an account within something
 * larger. */
MUST_CHECK err_t bank_account_insert(struct ctx *cx, struct tx *tx, struct bank_account *account);

/* Inside a body: its holder has another name. */
MUST_CHECK err_t bank_account_rename(struct ctx *cx, struct tx *tx, struct bank_account_id id,
                                     struct str name);

/* Inside a body: its bank has another BIC. ERR_INVALID with a fault on "bic" for what is none. */
MUST_CHECK err_t bank_account_bank(struct ctx *cx, struct tx *tx, struct bank_account_id id,
                                   struct str bic);

/* customer: {""} for all. */
MUST_CHECK err_t bank_account_list(struct ctx *cx, struct tx *tx, struct customer_id customer,
                                   const struct page_of *page, struct bank_account **out,
                                   struct page_found *found);

/* Erases the numbers of a portion's accounts that were deleted five years ago: until then a debit
 * may come back, and the mandate has to be proved (standards/sepa.md 2.5). */
MUST_CHECK err_t bank_account_forget(struct ctx *cx, struct tx *tx, struct id_portion *portion);

#endif
