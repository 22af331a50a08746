#ifndef GUICHET_CORE_BENEFICIARY_H
#define GUICHET_CORE_BENEFICIARY_H

#include "core/merchant.h"

/* Somebody for whom a merchant collects (api/safedebit.md 12). The merchant is its own first one,
 * without a row; its reference is its creditor identifier. The account number is sealed. */
enum { BENEFICIARY_REFERENCE_LEN = 16 };

struct beneficiary {
    struct beneficiary_id id;
    struct str reference; /* 16 characters of A-Z2-7 */
    struct str name;      /* this one and the next two may be {NULL, 0} */
    struct str siren;
    struct str ics;
    struct str sealed; /* the number */
    struct str street_number;
    struct str street_name;
    struct str zip_code;
    struct str city;
    struct str phone; /* or {NULL, 0} */
    instant created;
};

/* Outside any transaction: gives it an id and seals the number, which was checked, under it.
 * ERR_UNAVAILABLE with a fault: no vault. */
MUST_CHECK err_t beneficiary_seal(struct core *core, struct ctx *cx, struct str iban,
                                  struct beneficiary *out);
/* The number, in the arena: the caller wipes it. ERR_UNAVAILABLE with a fault; ERR_INTERNAL. */
MUST_CHECK err_t beneficiary_open(struct core *core, struct ctx *cx,
                                  const struct beneficiary *beneficiary, struct str *iban);

struct beneficiary_create {
    struct operation operation;
    struct beneficiary beneficiary; /* from beneficiary_seal; out */
};
void beneficiary_create(struct beneficiary_create *create);

struct beneficiary_change {
    struct operation operation;
    const struct merchant *merchant;
    struct str reference;
    bool ics_given;
    struct str ics;                 /* {NULL, 0} erases */
    struct str iban;                /* {NULL, 0}: as it is; wiped when it is done */
    struct beneficiary beneficiary; /* out */
};
/* Faults on "beneficiary": ERR_NOT_FOUND; ERR_FORBIDDEN for the merchant itself, whose identifier
 * and account are its operator's business. */
void beneficiary_change(struct beneficiary_change *change);

/* ERR_NOT_FOUND with a fault on "beneficiary". */
MUST_CHECK err_t beneficiary_find(struct ctx *cx, struct tx *tx, struct str reference,
                                  struct beneficiary *out);
/* The same for a reference that may be the merchant's own, without reading what is behind it. */
MUST_CHECK err_t beneficiary_check(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                                   struct str reference);
/* The merchant has others beside itself. */
MUST_CHECK err_t beneficiaries_exist(struct ctx *cx, struct tx *tx, bool *out);

#endif
