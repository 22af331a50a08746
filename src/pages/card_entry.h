#ifndef GUICHET_PAGES_CARD_ENTRY_H
#define GUICHET_PAGES_CARD_ENTRY_H

#include "base/clock.h"
#include "pages/templates.h"
#include "wire/form.h"

/* What a payer typed into the card form, checked as pages.md says: any usual way of writing is
 * taken. The number and the code lie in this struct only; card_entry_wipe ends their life. */
enum { CARD_NUMBER_MAX = 19, CARD_CVC_MAX = 4, CARD_HOLDER_MAX = 64 };
struct card_entry {
    char number[CARD_NUMBER_MAX + 1]; /* digits */
    char cvc[CARD_CVC_MAX + 1];
    int64_t exp_month;
    int64_t exp_year;
    struct str expiry;            /* as typed, to be shown again */
    struct str holder;            /* {NULL, 0}: none was typed */
    struct str preferred_network; /* national, visa, mastercard or {NULL, 0} */
    bool national;                /* the choice as made, to be shown again */
    enum text_error number_error; /* each 0: good */
    enum text_error expiry_error;
    enum text_error cvc_error;
    enum text_error holder_error;
};

/* Reads all fields; true when there is no error. today: the expiry counts until the last day of its
 * month. Texts of *entry are borrowed from the form. */
bool card_entry_read(const struct form *form, struct date today, bool holder_needed,
                     struct card_entry *entry);

/* Also wipes number and code in the form itself. */
void card_entry_wipe(struct card_entry *entry, const struct form *form);

#endif
