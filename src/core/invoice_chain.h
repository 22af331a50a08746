#ifndef GUICHET_CORE_INVOICE_CHAIN_H
#define GUICHET_CORE_INVOICE_CHAIN_H

#include "core/invoice_record.h"

/* A series of records, one after the other, as whoever has nothing but the records can prove it:
 * each is chained to the one before, numbers have no gap, days never go back, and what each says
 * adds up. */
struct invoice_chain {
    char head[INVOICE_HASH_LEN + 1]; /* of the last one; "": none yet */
    int year;
    int64_t serial;
    struct date issued;
};

struct invoice_link {
    struct str record;
    struct str previous;
    struct str hash;
};

/* Goes on with the next record, whose paper is given back. NULL when it is whole, else a static
 * text that says what is not; the chain goes on after it all the same, so that one break is told
 * once. */
const char *invoice_chain_next(struct arena *arena, struct invoice_chain *chain,
                               const struct invoice_link *link, struct invoice_paper *paper);

/* "F2026-000001": year and serial. False: no number of ours. */
bool invoice_number_read(struct str number, int *year, int64_t *serial);

#endif
