#ifndef GUICHET_PAGES_FORMAT_H
#define GUICHET_PAGES_FORMAT_H

#include "base/clock.h"
#include "base/money.h"
#include "pages/templates.h"

/* Values as a language writes them; its habits are the meta.* entries of its catalogue. Results lie
 * in the arena. */

/* "1 234,56 €" with non-breaking spaces, "€1,234.56". */
struct str format_amount(struct arena *arena, struct money amount, enum page_lang lang);

/* "21 novembre 2026 à 14:03": Paris time. */
struct str format_moment(struct arena *arena, instant at, enum page_lang lang);

/* "21 novembre 2026", "1er décembre 2026". */
struct str format_day(struct arena *arena, struct date day, enum page_lang lang);

/* "Atelier Exemple SARL – SIREN 100 000 009"; the name alone without a SIREN. */
struct str format_registered(struct arena *arena, struct str name, struct str siren,
                             enum page_lang lang);

#endif
