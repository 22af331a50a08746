#ifndef GUICHET_CORE_WORDING_H
#define GUICHET_CORE_WORDING_H

#include "base/clock.h"
#include "base/money.h"

/* Amounts and dates as they stand in mails and text messages, in French or English. Pages have
 * their own, in each language that has a catalogue (pages/format.h). Results lie in the arena. */

/* "1 234,50 €" with blanks that do not break, "€1,234.50". */
struct str wording_amount(struct arena *arena, struct money amount, bool french);

/* "1er juin 2031", "1 June 2031". */
struct str wording_day(struct arena *arena, struct date day, bool french);

/* "1er juin 2031 à 09:30", "1 June 2031 at 09:30": Paris time. */
struct str wording_moment(struct arena *arena, instant at, bool french);

#endif
