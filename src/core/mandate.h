#ifndef GUICHET_CORE_MANDATE_H
#define GUICHET_CORE_MANDATE_H

#include "core/bank_account.h"
#include "core/document.h"
#include "core/mandate_text.h"

/* The permission to debit an account (standards/sepa.md 2). */
#define MANDATE_STATE_LIST(X)                                                                      \
    X(MANDATE_DRAFT, 1, "draft")                                                                   \
    X(MANDATE_SENT, 2, "sent")     /* the debtor was asked to sign */                              \
    X(MANDATE_SIGNED, 3, "signed") /* but it is not proved yet */                                  \
    X(MANDATE_ACTIVE, 4, "active")                                                                 \
    X(MANDATE_SUSPENDED, 5, "suspended")                                                           \
    X(MANDATE_REVOKED, 6, "revoked")                                                               \
    X(MANDATE_EXPIRED, 7, "expired") /* nothing was collected for 36 months */                     \
    X(MANDATE_CLOSED, 8, "closed")   /* for one debit, which was made */
ENUM_DECLARE(mandate_state, MANDATE_STATE_LIST);

#define MANDATE_TYPE_LIST(X) X(MANDATE_RECURRENT, 1, "RCUR") X(MANDATE_ONE_OFF, 2, "OOFF")
ENUM_DECLARE(mandate_type, MANDATE_TYPE_LIST);

struct mandate {
    struct mandate_id id;
    struct bank_account_id account;
    struct customer_id customer;
    enum mandate_state state;
    struct str umr; /* its reference, as given */
    enum mandate_scheme scheme;
    enum mandate_type type;
    struct str ics; /* of the creditor it was given to; {NULL, 0}: the merchant had none */
    struct str creditor_name;
    struct str language;
    instant signed_at;     /* 0: not signed */
    struct str expires_on; /* not before this day (mandate_expires_on), or {NULL, 0} */
    struct document_id document;
    bool document_signed;             /* it is the signed one, not one of ours */
    struct address_id debtor_address; /* given when it was signed; none: the customer's */
    struct str fingerprint;           /* of the account's number */
    instant created;                  /* 0: not written yet */
    instant ended;                    /* when it was revoked or expired; 0: not */
    struct str suspended_for;         /* the bank's code or MANDATE_BY_OPERATOR, or {NULL, 0} */
};
#define MANDATE_BY_OPERATOR "operator"

/* --- making one ----------------------------------------------------------------------------------
 */

struct mandate_draft {
    struct str umr;         /* {NULL, 0}: one is made */
    const char *field;      /* what faults about the reference are named: "rum" */
    const char *field_date; /* and about the date: "signed_at" */
    instant signed_at;      /* 0: not signed yet */
    enum mandate_scheme scheme;
    enum mandate_type type;
    struct str language; /* {NULL, 0}: the merchant's */
};

/* Inside a body, before its first write. A reference that the merchant uses already for the same
 * number is the same mandate, which then is *out (`created` differs from 0); for another number, or
 * when it has ended: ERR_CONFLICT with a fault on "mandate" and its id. ERR_INVALID with a fault:
 * reference or date. mandate_insert writes what is new, and the signature, with `channel` as its
 * evidence. */
MUST_CHECK err_t mandate_prepare(struct ctx *cx, struct tx *tx, const struct bank_account *account,
                                 const struct mandate_draft *draft, struct mandate *out);
MUST_CHECK err_t mandate_insert(struct ctx *cx, struct tx *tx, const struct mandate_draft *draft,
                                struct mandate *mandate);

/* ERR_NOT_FOUND with a fault on "mandate" and the id. Those that ended are found too. */
MUST_CHECK err_t mandate_load(struct ctx *cx, struct tx *tx, struct mandate_id id,
                              struct mandate *out);

/* Those of an account that have not ended, oldest first. */
MUST_CHECK err_t mandates_living(struct ctx *cx, struct tx *tx, struct bank_account_id account,
                                 struct mandate **out, size_t *count);

/* By its reference, whatever the case. */
MUST_CHECK err_t mandate_try(struct ctx *cx, struct tx *tx, struct str umr, struct mandate *out,
                             bool *found);
/* At most limit after one, oldest first. */
MUST_CHECK err_t mandates_after(struct ctx *cx, struct tx *tx, struct mandate_id after,
                                int64_t limit, struct mandate **out, size_t *count);
/* Of the active ones of a customer that hold today, the one signed last. */
MUST_CHECK err_t mandate_of_customer(struct ctx *cx, struct tx *tx, struct customer_id customer,
                                     struct mandate *out, bool *found);

/* --- its life ------------------------------------------------------------------------------------
 */

/* The only function that changes the state; writes the event "mandate.state". ERR_STATE with a
 * fault on "mandate": no such move. */
MUST_CHECK err_t mandate_move(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                              enum mandate_state to);
bool mandate_may_move(enum mandate_state from, enum mandate_state to);
/* The same to suspended, with the reason. One that is suspended already gets this reason. */
MUST_CHECK err_t mandate_suspend(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                                 struct str why);

/* How it was signed. The merchant's word counts as evidence: it keeps the paper and has to show it
 * when the debtor's bank asks. */
#define MANDATE_CHANNEL_LIST(X)                                                                    \
    X(MANDATE_DECLARED, 1, "declared") /* the merchant says so */                                  \
    X(MANDATE_DOCUMENT, 2, "document") /* the merchant gave us the signed document */              \
    X(MANDATE_BOX, 3, "box")           /* ticked on our page */                                    \
    X(MANDATE_SMS, 4, "sms")           /* by a code sent to the debtor */                          \
    X(MANDATE_EMAIL, 5, "email")
ENUM_DECLARE(mandate_channel, MANDATE_CHANNEL_LIST);

struct mandate_evidence {
    enum mandate_channel channel;
    instant signed_at;
    struct str signer; /* what follows may be {NULL, 0} */
    struct str place;
    struct str ip;
    struct str user_agent;
    struct str document_sha256; /* of exactly what was shown */
    struct str code_hash;       /* keyed, of the code that was typed */
    struct str code_to;         /* the phone or address it was sent to */
};
/* Records the signature and moves the mandate to signed: it waits for its activation. ERR_STATE
 * with a fault on "mandate". */
MUST_CHECK err_t mandate_prove(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                               const struct mandate_evidence *evidence);
/* The same, and moves it on to active. */
MUST_CHECK err_t mandate_sign(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                              const struct mandate_evidence *evidence);
/* One of the two, as the merchant wants it: signed, active, or suspended from the beginning. */
MUST_CHECK err_t mandate_sign_as(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                                 enum mandate_state becomes,
                                 const struct mandate_evidence *evidence);
/* *found is false while it is not signed. */
MUST_CHECK err_t mandate_evidence_load(struct ctx *cx, struct tx *tx, struct mandate_id id,
                                       struct mandate_evidence *out, bool *found);

/* 36 months after the latest collection, from which day on nothing may be collected under it.
 * Calendar months, cut at the month's end. One that was never used counts from its signature, or
 * from the day we were told of it when that is later: it may have been used elsewhere before. */
struct date mandate_expiry(struct date last);
/* Ends those whose day has come, looking at `most`; for the night. */
struct mandate_expiring {
    int64_t most; /* in */
    int64_t expired;
    bool more; /* may be left */
};
MUST_CHECK err_t mandate_expire(struct ctx *cx, struct tx *tx, struct mandate_expiring *expiring);
/* The due day of the latest collection presented, or {NULL, 0}. */
MUST_CHECK err_t mandate_last_due(struct ctx *cx, struct tx *tx, const struct mandate *mandate,
                                  struct str *out);
/* The day on which it expires in a state, if nothing is collected before; {NULL, 0}: on none. */
MUST_CHECK err_t mandate_expires_on(struct ctx *cx, struct tx *tx, const struct mandate *mandate,
                                    enum mandate_state state, struct str *out);
/* Writes the day that this makes of its end: a collection does not. */
MUST_CHECK err_t mandate_prolong(struct ctx *cx, struct tx *tx, struct mandate *mandate);

/* --- collecting under it -------------------------------------------------------------------------
 */

/* It is active, and the 36 months are not over, whether or not the night that ends it has come. */
MUST_CHECK err_t mandate_holds(struct ctx *cx, struct tx *tx, const struct mandate *mandate,
                               bool *out);

enum mandate_need {
    MANDATE_NEEDED = 1,
    MANDATE_OPTIONAL, /* v1 in test mode: an account without any is accepted */
};

/* The mandate under which an account may be debited now: the one given with the account, else the
 * newest that is active. ERR_INVALID with a fault on "sepa": there is none; ERR_NOT_FOUND: the
 * account is deleted. With MANDATE_OPTIONAL *out has no id when there is none. */
MUST_CHECK err_t mandate_usable(struct ctx *cx, struct tx *tx, const struct bank_account *account,
                                enum mandate_need need, struct mandate *out);

/* A collection was presented under a mandate for one debit, which closes it. For the others it is
 * told by the debit's row alone. */
MUST_CHECK err_t mandate_collected(struct ctx *cx, struct tx *tx, struct mandate_id id);
/* It was cancelled, or rejected before settlement: a mandate for one debit is free again. */
MUST_CHECK err_t mandate_freed(struct ctx *cx, struct tx *tx, struct mandate *mandate);

/* --- changing it ---------------------------------------------------------------------------------
 */

/* Checks another reference: ERR_INVALID or ERR_CONFLICT as mandate_prepare; then writes it, with
 * the amendment (core/mandate_amendment.h). */
MUST_CHECK err_t mandate_umr_check(struct ctx *cx, struct tx *tx, const struct mandate *mandate,
                                   struct str umr, const char *field);
MUST_CHECK err_t mandate_rename(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                                struct str umr);
/* A moment of signature as it may come in: after 1970, and not in the future by more than the day
 * that the clock of somebody further east is ahead. 0 is none. ERR_INVALID with a fault on `field`.
 */
MUST_CHECK err_t mandate_moment_check(struct ctx *cx, instant signed_at, const char *field);
/* Another date of signature, until something was collected. ERR_STATE, ERR_INVALID with a fault on
 * `field`. */
MUST_CHECK err_t mandate_date_check(struct ctx *cx, struct tx *tx, const struct mandate *mandate,
                                    instant signed_at, const char *field);
MUST_CHECK err_t mandate_date(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                              instant signed_at);

/* The document that belongs to it now. */
MUST_CHECK err_t mandate_document_set(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                                      struct document_id document, bool is_signed);

/* --- operations of faces -------------------------------------------------------------------------
 */

struct mandate_create {
    struct operation operation;
    struct bank_account_id account;
    struct mandate_draft draft;
    struct mandate mandate; /* out */
};
void mandate_create(struct mandate_create *create);

enum { MANDATE_UMR = 1, MANDATE_SIGNED_AT = 2, MANDATE_PDF = 4 };
struct mandate_change {
    struct operation operation;
    bool remove; /* DELETE revokes; nothing else counts then */
    unsigned change;
    struct mandate_id id;
    struct str umr;
    instant signed_at;
    struct str pdf;           /* the signed document itself */
    struct document document; /* the core's: made of it */
    struct mandate mandate;   /* out */
};
/* ERR_STATE with a fault on "mandate": it has ended; faults on "rum", "signed_at", "pdf". */
void mandate_change(struct mandate_change *change);

struct mandate_filter {
    struct customer_id customer;
    struct bank_account_id account;
    struct str umr; /* {NULL, 0}: any */
};
MUST_CHECK err_t mandate_list(struct ctx *cx, struct tx *tx, const struct mandate_filter *filter,
                              const struct page_of *page, struct mandate **out,
                              struct page_found *found);

#endif
