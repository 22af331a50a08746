#ifndef GUICHET_PAGES_BUTTON_ENTRY_H
#define GUICHET_PAGES_BUTTON_ENTRY_H

#include "core/merchant.h"
#include "pages/templates.h"
#include "wire/form.h"

/* The fields of its page. */
#define BUTTON_NAME "payer_name"
#define BUTTON_EMAIL "payer_email"

/* What the address of a payment button asks for, and what its page asks the payer for
 * (api/simplypaie.md 3). */
struct button_entry {
    struct money amount;
    bool capture;
    bool is_short;
    struct str return_url; /* or {NULL, 0} */
    instant expires;       /* 0: never */
    struct str name;       /* of the payer; {NULL, 0}: the page asks */
    struct str email;      /* likewise; may stay empty */
    bool asks_name;
    bool asks_email;
    enum text_error name_error; /* each 0: good */
    enum text_error email_error;
};

/* Reads the signed part of the query. False: the merchant has written something that is not
 * understood; nothing can be asked for then. */
bool button_entry_read(const struct form *query, const struct merchant *merchant, enum mode mode,
                       struct button_entry *out);

/* Reads what the payer has typed into what the page asks for; true when there is no error. */
bool button_entry_typed(const struct form *form, struct button_entry *entry);

#endif
