#ifndef GUICHET_CORE_BANK_COLLECTION_H
#define GUICHET_CORE_BANK_COLLECTION_H

#include "core/bank_file.h"

/* A debit of a file with what the file says of it (standards/sepa.md 9.2): one row of a join, since
 * files hold many. */
struct bank_collection {
    int64_t block;
    struct payment_id payment; /* in files InstrId */
    struct str end_to_end;
    int64_t amount_cents;
    struct str description;
    struct bank_account account; /* id, name, country, BIC, sealed number and date only */
    struct mandate_id mandate;   /* or none; then what follows is empty */
    struct str umr;              /* as it was when the debit was taken */
    struct str ics;
    struct str creditor_name;
    struct address_id debtor_address; /* given with the signature, or none */
    instant signed_at;
    bool amended; /* core/mandate_amendment.h tells what goes with it */
};

/* In the order of the file; at most limit, after a place, which is moved on: block 0 begins. */
MUST_CHECK err_t bank_collections(struct ctx *cx, struct tx *tx, struct bank_file_id file,
                                  struct bank_place *after, int64_t limit,
                                  struct bank_collection **out, size_t *count);

#endif
