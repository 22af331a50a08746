#ifndef GUICHET_CORE_CONSUMER_H
#define GUICHET_CORE_CONSUMER_H

#include "core/address.h"
#include "core/bank_account.h"
#include "core/customer.h"

/* Somebody who is debited, with all that a creditor may know of them (api/safedebit.md 4 and 8).
 * A consumer is a customer with a bank account of the same merchant; what a customer has no member
 * for is kept beside it, each value in a row of its own, so that each can be searched for. Dates
 * are YYYY-MM-DD, the rest is as it was given. */
#define CONSUMER_FIELD_LIST(X)                                                                     \
    X(CONSUMER_FIRST_NAME, 1, "first_name")                                                        \
    X(CONSUMER_LAST_NAME, 2, "last_name")                                                          \
    X(CONSUMER_OTHER_LAST_NAME, 3, "other_last_name")                                              \
    X(CONSUMER_USE_NAME, 4, "use_name")                                                            \
    X(CONSUMER_PSEUDONYM, 5, "pseudonym")                                                          \
    X(CONSUMER_GENDER, 6, "gender")                                                                \
    X(CONSUMER_CORPORATE_NAME, 7, "corporate_name")                                                \
    X(CONSUMER_SIREN, 8, "siren")                                                                  \
    X(CONSUMER_NIC, 9, "nic")                                                                      \
    X(CONSUMER_NAF, 10, "naf")                                                                     \
    X(CONSUMER_VAT_NUMBER, 11, "vat_number")                                                       \
    X(CONSUMER_RNA, 12, "rna")                                                                     \
    X(CONSUMER_STREET_NUMBER, 13, "street_number")                                                 \
    X(CONSUMER_STREET_TYPE, 14, "street_type")                                                     \
    X(CONSUMER_STREET_NAME, 15, "street_name")                                                     \
    X(CONSUMER_ADDRESS_COMPLEMENT, 16, "address_complement")                                       \
    X(CONSUMER_ZIP_CODE, 17, "zip_code")                                                           \
    X(CONSUMER_CITY, 18, "city")                                                                   \
    X(CONSUMER_COUNTRY, 19, "country") /* as it was given */                                       \
    X(CONSUMER_EMAIL, 20, "email")                                                                 \
    X(CONSUMER_PHONE, 21, "phone")                                                                 \
    X(CONSUMER_STORE, 22, "store")                                                                 \
    X(CONSUMER_BENEFICIARY, 23, "beneficiary")                                                     \
    X(CONSUMER_IDENTITY_TYPE, 24, "identity_type")                                                 \
    X(CONSUMER_IDENTITY_NUMBER, 25, "identity_number")                                             \
    X(CONSUMER_IDENTITY_ISSUED, 26, "identity_issued")   /* a date */                              \
    X(CONSUMER_IDENTITY_EXPIRES, 27, "identity_expires") /* likewise */                            \
    X(CONSUMER_BORN, 28, "born")                         /* likewise */                            \
    X(CONSUMER_BIRTH_CITY, 29, "birth_city")                                                       \
    X(CONSUMER_NATIONALITY, 30, "nationality")                                                     \
    X(CONSUMER_IP, 31, "ip")                                                                       \
    X(CONSUMER_DATA, 32, "data")
ENUM_DECLARE(consumer_field, CONSUMER_FIELD_LIST);
enum { CONSUMER_FIELDS = 33 /* one past the last */ };

#define CONSUMER_TYPE_LIST(X)                                                                      \
    X(CONSUMER_PERSON, 1, "person")                                                                \
    X(CONSUMER_COMPANY, 2, "company")                                                              \
    X(CONSUMER_NON_PROFIT, 3, "non_profit")
ENUM_DECLARE(consumer_type, CONSUMER_TYPE_LIST);

enum { CONSUMER_REFERENCE_LEN = 16, CONSUMER_OWN_REFERENCE_MAX = 64 };

struct consumer {
    struct consumer_id id;
    struct str reference; /* ours: 16 characters of A-Z2-7, never used again */
    struct str own;       /* the merchant's, or {NULL, 0}; one finished consumer has it */
    enum consumer_type type;
    struct str fields[CONSUMER_FIELDS]; /* by enum consumer_field; {NULL, 0}: not known */
    struct customer_id customer;        /* none: a draft that nobody has signed yet */
    struct bank_account_id account;     /* the one that is debited now; none likewise */
    instant created;
};

/* --- making one ----------------------------------------------------------------------------------
 */

/* Inside a body: an id and a reference for a consumer whose type, own reference and fields are
 * there, and its rows. It is a draft: search does not find it, and its own reference is not taken.
 */
MUST_CHECK err_t consumer_draft(struct ctx *cx, struct tx *tx, struct consumer *consumer);

/* Inside a body: other fields of a draft that was read; `from` as it was. */
MUST_CHECK err_t consumer_redraft(struct ctx *cx, struct tx *tx, const struct consumer *from,
                                  const struct consumer *to);
/* Inside a body: what is known of a draft that comes to nothing is forgotten; its reference stays
 * used. */
MUST_CHECK err_t consumer_draft_forget(struct ctx *cx, struct tx *tx, struct consumer_id id);

/* Inside a body, before its first write: its own reference is free. ERR_CONFLICT with a fault on
 * "consumer_reference". */
MUST_CHECK err_t consumer_check(struct ctx *cx, struct tx *tx, const struct consumer *consumer);
/* Then: the draft is finished, with its customer, address and account (from bank_account_seal;
 * `sealed` gets its customer). Its fields are written as they are now. */
MUST_CHECK err_t consumer_finish(struct ctx *cx, struct tx *tx, struct consumer *consumer,
                                 struct bank_account *sealed);

struct consumer_create {
    struct operation operation;
    struct consumer consumer;   /* in: type, own, fields; out */
    struct bank_account sealed; /* from bank_account_seal */
};
/* ERR_CONFLICT with a fault on "consumer_reference". */
void consumer_create(struct consumer_create *create);

/* --- reading -------------------------------------------------------------------------------------
 */

/* By our reference; drafts are found too when asked for. ERR_NOT_FOUND with a fault on "consumer".
 */
MUST_CHECK err_t consumer_find(struct ctx *cx, struct tx *tx, struct str reference, bool drafts_too,
                               struct consumer *out);
/* The same, drafts too, for whoever does not mind that there is none. */
MUST_CHECK err_t consumer_try(struct ctx *cx, struct tx *tx, struct str reference,
                              struct consumer *out, bool *found);
/* The same without drafts, and of its fields only CONSUMER_BENEFICIARY: for a levy. */
MUST_CHECK err_t consumer_find_payer(struct ctx *cx, struct tx *tx, struct str reference,
                                     struct consumer *out);
MUST_CHECK err_t consumer_load(struct ctx *cx, struct tx *tx, struct consumer_id id,
                               struct consumer *out);
/* Whose customer it is; *found is false for a customer of another face. */
MUST_CHECK err_t consumer_of_customer(struct ctx *cx, struct tx *tx, struct customer_id customer,
                                      struct consumer *out, bool *found);

/* "Jean Dupont", or the name of the company: what stands on a mandate and on files to the bank. */
struct str consumer_name(struct arena *arena, const struct consumer *consumer);
/* "98 Route des pissenlits". */
struct str consumer_street(struct arena *arena, const struct consumer *consumer);
/* The whole address, in no table yet. */
struct address consumer_address(struct ctx *cx, const struct consumer *consumer);

/* --- changing ------------------------------------------------------------------------------------
 */

struct consumer_change {
    struct operation operation;
    struct str reference;        /* whose */
    bool given[CONSUMER_FIELDS]; /* what `values` replaces; {NULL, 0} erases */
    struct str values[CONSUMER_FIELDS];
    bool own_given;
    struct str own;
    bool account_given;
    struct bank_account sealed; /* of the new number: its mandates that can be used go with it */
    bool moves;                 /* the core's: the number is another one */
    struct consumer consumer;   /* out */
};
/* What belongs to another type of consumer is left out, and the number that it has already changes
 * nothing. ERR_NOT_FOUND with a fault on "consumer"; ERR_CONFLICT on "consumer_reference";
 * ERR_INVALID on "nic" (not of this SIREN), "identity_period" (it expires before it was issued),
 * and on the field that may not be empty: of an organisation its name or SIREN, of an identity
 * document that is changed each of its four. */
void consumer_change(struct consumer_change *change);

/* The same inside the body of something larger, which has filled the consumer: first what can be
 * refused, then the writes. */
MUST_CHECK err_t consumer_change_check(struct ctx *cx, struct tx *tx,
                                       struct consumer_change *change);
MUST_CHECK err_t consumer_change_write(struct ctx *cx, struct tx *tx,
                                       struct consumer_change *change);

/* --- searching -----------------------------------------------------------------------------------
 */

enum { CONSUMER_CONDITIONS_MAX = 64, CONSUMER_FOUND_MAX = 500 };

/* A whole value without regard to case, or dates from..until, both included ({NULL, 0}: open). */
struct consumer_condition {
    enum consumer_field field;
    struct str equals;
    struct str from;
    struct str until;
};

/* Whether all of them hold. What is not known fits no condition. */
bool consumer_matches(struct arena *arena, const struct consumer *consumer,
                      const struct consumer_condition *conditions, size_t count);

/* Finished consumers for which all conditions hold, oldest first. */
struct consumer_search {
    struct str reference;               /* {NULL, 0}: any */
    struct str own;                     /* likewise */
    enum consumer_type type;            /* 0: any */
    const struct bank_account *account; /* from bank_account_seal: with this number; NULL: any */
    struct consumer_condition conditions[CONSUMER_CONDITIONS_MAX];
    size_t condition_count;
    struct consumer_id after; /* one that was found: those behind it; or none */
    int64_t limit;            /* 1 to CONSUMER_FOUND_MAX */
    int64_t offset;
};
MUST_CHECK err_t consumer_search(struct ctx *cx, struct tx *tx,
                                 const struct consumer_search *search, struct consumer **out,
                                 size_t *count);

/* Inside a body: a draft that became nobody is not there any more; a consumer stays. */
MUST_CHECK err_t consumer_draft_delete(struct ctx *cx, struct tx *tx, struct consumer_id id);

#endif
