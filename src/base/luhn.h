#ifndef GUICHET_BASE_LUHN_H
#define GUICHET_BASE_LUHN_H

#include <stdbool.h>

#include "base/str.h"

/* The check digit of card numbers (ISO/IEC 7812-1 annex B). False unless all are digits, at least
 * two. */
bool luhn_valid(struct str digits);

#endif
