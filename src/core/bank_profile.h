#ifndef GUICHET_CORE_BANK_PROFILE_H
#define GUICHET_CORE_BANK_PROFILE_H

#include "core/merchant.h"

/* What a merchant's bank wants of files (standards/sepa.md 11): settings of the merchant. Texts
 * live in the context's arena. */
struct bank_profile {
    struct str name; /* of the account's owner, as the bank knows it */
    struct str siren;
    struct str ics;
    struct str iban;
    struct str bic;         /* or empty */
    struct str payout_iban; /* where payouts go; `iban` when nothing else is set */
    struct str payout_bic;  /* or empty */
    bool edition_2009;      /* pain_version */
    bool batch_booking;     /* one credit for a block; else one for each transaction */
    bool split_schemes;     /* Core and B2B never in one file */
    bool send_initiator_id;
    bool address_hybrid; /* else structured, where there is an address at all */
    bool address_none;   /* none but where a bank outside the area must have one */
    /* Of the merchant: for files, so with a country of two letters; town empty: not known. */
    struct str address_line;
    struct str address_zip;
    struct str address_town;
    struct str address_country;
    bool posts_statement;      /* posting_source: camt.053 books; else camt.054 */
    struct date posts_since;   /* posting_since: the other one books before; year 0: none does */
    bool books_others;         /* other_lines: what is about none of our files is booked too */
    int64_t transactions_max;  /* of one file */
    int64_t bytes_max;         /* about, of one file */
    int64_t import_bytes_max;  /* of a file that is read */
    struct str name_debits;    /* file names, see bank_file_name */
    struct str name_transfers; /* likewise */
    struct str name_reversals; /* likewise */
    bool reversals;            /* reversal_by_file */
    bool payees_before;        /* vop_mode: nothing is transferred before it is released */
    bool payees_opted_out;     /* vop_mode: several orders of one file are not compared */
    int cutoff_hour;
    int cutoff_minute;
};

/* ERR_NOT_FOUND without a fault: no such merchant. */
MUST_CHECK err_t bank_profile_load(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                                   struct bank_profile *out);

/* Whether a statement (else a notification) is the report that books a line of that day; a line
 * that tells no day (year 0) is as one of today. */
bool bank_profile_books(const struct bank_profile *profile, bool statement, struct date day);

/* When transfers of cx->merchant leave next: at its cut-off, on a TARGET day [our choice]. */
instant bank_transfer_hour(const struct bank_profile *profile, instant after);

/* True for a pattern of file names: letters, digits and `. _ -`, and what stands for something:
 * {id} the file's number, without which two files could have one name, {message} "pain.008.001.08",
 * {scheme} CORE, B2B or sepa. */
bool bank_file_name_valid(struct str pattern);
struct str bank_file_name(struct arena *arena, struct str pattern, struct str msg_id,
                          struct str message, struct str scheme);

/* As many as share an account. */
enum { ACCOUNT_MERCHANTS_MAX = 64 };

/* Merchants whose files come and go through this account (iban, ics: the other one may be empty),
 * at most `most`. A look over all merchants: for imports, not for requests. */
MUST_CHECK err_t merchants_of_account(struct ctx *cx, struct tx *tx, struct str iban,
                                      struct str ics, size_t most, struct merchant_id *out,
                                      size_t *count);

#endif
