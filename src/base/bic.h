#ifndef GUICHET_BASE_BIC_H
#define GUICHET_BASE_BIC_H

#include <stdbool.h>

#include "base/str.h"

/* Identifiers of banks (ISO 9362). */
enum { BIC_MAX = 11, BIC_SHORT = 8 };

/* Without blanks, in capitals, NUL-terminated. Filled by bic_parse only. */
struct bic {
    char raw[BIC_MAX + 1];
};

/* Reads a BIC as people write it: spaces are dropped, letters made capital. False when it is none;
 * then *out is left alone. */
bool bic_parse(struct str text, struct bic *out);

/* The form in which it is stored: four capitals or digits, the country, two capitals or digits, and
 * optionally three for the branch. */
bool bic_valid(struct str text);

/* What banks are compared by: the branch XXX means the same as none. A text that is no BIC stays as
 * it is. */
struct str bic_bank(struct str text);

#endif
