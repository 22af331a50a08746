#ifndef GUICHET_PAGES_PERSON_ENTRY_H
#define GUICHET_PAGES_PERSON_ENTRY_H

#include "base/clock.h"
#include "core/person.h"
#include "pages/templates.h"
#include "wire/form.h"

/* The fields about who represents a company and who owns it. They are named as in the core, those
 * of an owner with its number: "owner1_family_name". Dates are typed as DD/MM/YYYY. */
struct person_entry {
    struct enrolment_person person; /* as typed; dates that can be read as YYYY-MM-DD */
    enum text_error errors[PERSON_VALUES];
};

/* What was typed, on this day (for ages); true when there is no error. */
bool person_entry_read(struct arena *arena, const struct form *form, struct date today,
                       struct person_entry *entry);

/* Fields and errors of the page. */
void person_entry_fill(struct arena *arena, const struct person_entry *entry,
                       struct page_enrol_person *page);

#endif
