#ifndef GUICHET_API_SIMPLYPAIE_WORDS_H
#define GUICHET_API_SIMPLYPAIE_WORDS_H

#include "base/money.h"
#include "wire/field.h"

/* This face's words for what the core knows; the values are those of the core's enums. */
extern const struct words SIMPLYPAIE_MODES;       /* enum request_mode: all of them */
extern const struct words SIMPLYPAIE_MODES_ASKED; /* those that a client may ask for */
extern const struct words SIMPLYPAIE_TYPES;       /* enum listing_type */
extern const struct words SIMPLYPAIE_PAGES;       /* enum request_page */
extern const struct words SIMPLYPAIE_CURRENCIES;  /* enum currency: euro, dollar, pound */
extern const struct words SIMPLYPAIE_STATUSES;    /* enum listing_status */
extern const struct words SIMPLYPAIE_WAYS;        /* enum listing_way */

#endif
