#ifndef GUICHET_CORE_FEC_H
#define GUICHET_CORE_FEC_H

#include "core/ledger.h"

/* The entries of a merchant's own accounts, as the tax office wants them in its file (fichier des
 * écritures comptables, LPF A.47 A-1; docs/ledger.md): the sales book (journal VE), and the money
 * book as the merchant sees it (journal BQ): what moves its pending or payable is mirrored on 467,
 * against 411 for payments, refunds and disputes, 512 for payouts, 627 and 44566 for fees. What
 * only moves from pending to payable is nothing to it, and what settles an invoice is the payment
 * itself.
 */

#define FEC_JOURNAL_LIST(X) X(FEC_SALES, 1, "VE") X(FEC_BANK, 2, "BQ")
ENUM_DECLARE(fec_journal, FEC_JOURNAL_LIST);

enum { FEC_LINES_MAX = 68 };

struct fec_line {
    const char *number; /* of the account */
    const char *name;
    struct str text;
    int64_t minor;      /* debit positive, in the currency of the entry */
    int64_t euro_minor; /* the lines of an entry sum to zero in both */
};

struct fec_entry {
    enum fec_journal journal;
    struct date day;
    struct str piece;
    struct date piece_day;
    struct str letter; /* joins an invoice and the payment that settled it; {NULL, 0}: none */
    struct date letter_day;
    enum currency currency;
    struct fec_line lines[FEC_LINES_MAX];
    size_t line_count;
};

enum { FEC_RATES = CURRENCY_USD + 1 };
struct fec_walk {
    /* Millionths of a euro for one of each currency but the euro, by enum currency; 0: not known.
     */
    int64_t rates_e6[FEC_RATES];
    struct date from;      /* the days whose entries come, both included; year 0: from the first */
    struct date until;     /* year 0: to the last */
    struct entry_id after; /* where it goes on; all zero: at the beginning */
    bool over;             /* out: there is nothing behind it */
};

/* The next entries that are the merchant's, in the order in which they were posted; none may come
 * although it is not over. ERR_STATE with a fault on "rate": none is known for a currency. */
MUST_CHECK err_t fec_read(struct ctx *cx, struct tx *tx, struct fec_walk *walk,
                          struct fec_entry **out, size_t *count);

#endif
