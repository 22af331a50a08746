#ifndef GUICHET_PAGES_MANDATE_ENTRY_H
#define GUICHET_PAGES_MANDATE_ENTRY_H

#include "core/consumer.h"
#include "pages/iban_entry.h"
#include "wire/form.h"

/* The first step of a mandate form: what its fields hold (api/safedebit.md 4). They are named as
 * the arguments of initiate_consumer; number, type and name of the street are one line, which is
 * split again. mandate_entry_wipe ends the life of the account's number. */
struct mandate_entry {
    enum consumer_type type;
    struct str values[CONSUMER_FIELDS];      /* as typed; CONSUMER_STREET_NAME is the whole line */
    enum text_error errors[CONSUMER_FIELDS]; /* each 0: good */
    char iban[IBAN_TYPED_MAX + 1];
    enum text_error iban_error;
};

/* What is known already; iban may be {NULL, 0}. */
void mandate_entry_known(struct arena *arena, const struct consumer *consumer, struct str iban,
                         struct mandate_entry *entry);

/* What was typed; true when there is no error. */
bool mandate_entry_read(struct arena *arena, const struct form *form,
                        const struct consumer *consumer, struct mandate_entry *entry);

/* Puts what was read, without an error, into the consumer it is about. */
void mandate_entry_take(struct arena *arena, const struct mandate_entry *entry,
                        struct consumer *consumer);

/* Fields, countries and errors of the page. */
void mandate_entry_fill(struct arena *arena, const struct mandate_entry *entry, enum page_lang lang,
                        struct page_form *page);

/* Also wipes the number in the form itself. */
void mandate_entry_wipe(struct mandate_entry *entry, const struct form *form);

#endif
