#ifndef GUICHET_PAGES_DEBIT_ENTRY_H
#define GUICHET_PAGES_DEBIT_ENTRY_H

#include "core/page_debit.h"
#include "pages/iban_entry.h"
#include "wire/form.h"

/* What a payer typed into the form of a direct debit. Unlike a card's number an IBAN is shown again
 * after an error (pages.md 13); debit_entry_wipe ends the life of what was read. */
struct debit_entry {
    char iban[IBAN_TYPED_MAX + 1]; /* as typed, without blanks and hyphens, in capitals */
    struct str holder; /* texts are borrowed from the form, without blanks around them */
    struct str line;
    struct str zip;
    struct str city;
    struct str country; /* of pages/countries.h; FR when there was none */
    struct str email;
    bool agreed;                /* the box of the mandate */
    enum text_error iban_error; /* each 0: good */
    enum text_error holder_error;
    enum text_error line_error;
    enum text_error zip_error;
    enum text_error city_error;
    enum text_error email_error;
};

/* Which fields the form has. */
struct debit_asks {
    bool address;
    bool email;
};

/* True when there is no error; `agreed` is for the caller to judge. */
bool debit_entry_read(const struct form *form, struct debit_asks asks, struct debit_entry *entry);

/* For the core. *entry outlives it. */
struct page_debtor debit_entry_debtor(const struct debit_entry *entry, struct debit_asks asks);

/* Also wipes the number in the form itself. */
void debit_entry_wipe(struct debit_entry *entry, const struct form *form);

#endif
