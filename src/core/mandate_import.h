#ifndef GUICHET_CORE_MANDATE_IMPORT_H
#define GUICHET_CORE_MANDATE_IMPORT_H

#include "core/consumer_file.h"
#include "core/mandate.h"

/* A mandate that was given elsewhere, with its paper (api/safedebit.md 9): of a consumer, for the
 * account that it has now. With a day of signature it is active at once, and the paper is the
 * proof; without one it waits to be signed. A paper that is a PDF is the mandate's document in
 * every face. */
struct mandate_import {
    struct operation operation;
    struct str reference;  /* of the consumer */
    struct str umr;        /* checked already */
    struct date signed_on; /* year 0: not signed */
    struct str place;      /* where it was signed, or {NULL, 0} */
    bool is_pdf;
    struct document document; /* from consumer_file_seal */
    struct mandate mandate;   /* out */
};
/* ERR_NOT_FOUND with a fault on "consumer"; ERR_CONFLICT on "mandate": the reference is used;
 * ERR_INVALID on "umr" or "sign_date" (before 1970). */
void mandate_import(struct mandate_import *import);

#endif
