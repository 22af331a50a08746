#ifndef GUICHET_BASE_COUNTRY_H
#define GUICHET_BASE_COUNTRY_H

#include <stdbool.h>

#include "base/str.h"

/* Countries of the SEPA area by name (standards/sepa.md 8): people write "France" where files want
 * a code. */
enum { COUNTRY_CODE_LEN = 2 };

/* From a code of two letters, of any country, or the French or English name of one of the area,
 * whatever its case and accents. False, and *out is {NULL, 0}: neither. */
bool country_code(struct arena *arena, struct str text, struct str *out);

#endif
