#ifndef GUICHET_CORE_MERCHANT_CHECK_H
#define GUICHET_CORE_MERCHANT_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* The shapes that settings of a merchant may have. Each is false for anything else. */

bool siren_valid(struct str text); /* 9 digits, Luhn */
/* 14 digits: Luhn, or for La Poste (356000000) a digit sum that 5 divides. */
bool siret_valid(struct str text);
bool vat_number_valid(struct str text); /* "FR", a key of two digits, the SIREN it belongs to */
bool vat_number_has_country(
    struct str text);                   /* its code before it; EL: Greece, XI: Northern Ireland */
bool clock_time_valid(struct str text); /* "18:00" */
bool rate_valid(struct str text);       /* "0.9000": above zero, at most 6 decimals */

/* "160+50": basis points, then minor units. */
bool fee_parse(struct str text, int64_t *bp, int64_t *minor);

/* "eur,gbp": each at most once. Bits 1 << enum currency. */
bool currencies_parse(struct str text, unsigned *bits);

#endif
