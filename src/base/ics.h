#ifndef GUICHET_BASE_ICS_H
#define GUICHET_BASE_ICS_H

#include <stdbool.h>

#include "base/str.h"

/* SEPA creditor identifiers (EPC262-08, standards/sepa.md 2.4): country, two check digits, three
 * characters of the creditor's own choice (the business code), the national part. */
enum { ICS_MAX = 35 };

/* The check digits do not cover the business code. A French one has 13 characters. */
bool ics_valid(struct str text);

/* The same creditor: the business code takes no part. Both must be valid. */
bool ics_same(struct str a, struct str b);

#endif
