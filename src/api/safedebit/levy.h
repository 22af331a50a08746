#ifndef GUICHET_API_SAFEDEBIT_LEVY_H
#define GUICHET_API_SAFEDEBIT_LEVY_H

#include "api/safedebit/argument.h"
#include "core/levy.h"

/* What the calls about levies share. */

/* The face's word for a status: "CREDITINPROGRESS" (api/safedebit.md 15). */
struct str levy_status_wire(enum levy_status status);
/* All words that a search may ask for, separated by blanks; those that no levy of ours ever has
 * are among them. */
extern const char LEVY_STATUS_WORDS[];
/* False: no levy has it. */
bool levy_status_of_wire(struct str word, enum levy_status *out);

/* DD/MM/YYYY of a day as the core keeps it. */
struct str levy_day_wire(struct arena *arena, struct str date);

/* Whether account_data is what it must be (api/safedebit.md 6): its source, or {NULL, 0}. */
bool account_data_is_good(struct request *request, struct str source);

#endif
