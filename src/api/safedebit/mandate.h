#ifndef GUICHET_API_SAFEDEBIT_MANDATE_H
#define GUICHET_API_SAFEDEBIT_MANDATE_H

#include "core/mandate.h"

/* The status of a mandate in the words of the annex (api/safedebit.md 15): "1" active, "2"
 * suspended, "3" revoked, "4" to be signed, "5" waiting for signature, "6" waiting for activation.
 */
struct str mandate_status_wire(enum mandate_state state);
#define MANDATE_STATUSES "1 2 3 4 5 6"

#define SEQUENCE_TYPES "OOFF RCUR"

#endif
