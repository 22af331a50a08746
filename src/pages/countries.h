#ifndef GUICHET_PAGES_COUNTRIES_H
#define GUICHET_PAGES_COUNTRIES_H

#include "base/arena.h"
#include "pages/templates.h"

/* Countries as the options of a field: all of them, because whoever has an account of the area may
 * live outside it. */

/* Sorted by their names in a language; `chosen` is a code. One that is not in the list is asked
 * for. */
struct part_countries countries_part(struct arena *arena, enum page_lang lang, struct str chosen);

/* Whether a code is in the list; *out is the same in a text that lasts. */
bool country_listed(struct str code, struct str *out);

#endif
