#ifndef GUICHET_PAGES_COMPANY_ENTRY_H
#define GUICHET_PAGES_COMPANY_ENTRY_H

#include "core/company.h"
#include "pages/templates.h"
#include "wire/form.h"

/* The fields in which a company says who it is. They are named as the settings that they become,
 * with '_' for '.'. */
struct company_entry {
    struct company company; /* as typed */
    enum text_error errors[COMPANY_FIELDS];
};

/* What was typed, for a SIREN that is one; true when there is no error. */
bool company_entry_read(struct arena *arena, const struct form *form, struct str siren,
                        struct company_entry *entry);

/* Fields and errors of the page. */
void company_entry_fill(struct arena *arena, const struct company_entry *entry,
                        struct page_enrol_company *page);

#endif
