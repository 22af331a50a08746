#ifndef GUICHET_BASE_BIC_H
#define GUICHET_BASE_BIC_H

#include <stdbool.h>

#include "base/str.h"

/* Identifiers of banks (ISO 9362). */
enum { BIC_MAX = 11, BIC_SHORT = 8 };

/* Four capitals or digits, the country, two capitals or digits, and optionally three for the
 * branch. */
bool bic_valid(struct str text);

/* The same bank: the branch XXX means the same as none. Both must be valid. */
bool bic_same(struct str a, struct str b);

#endif
