#ifndef GUICHET_BASE_IBAN_H
#define GUICHET_BASE_IBAN_H

#include <stdbool.h>

#include "base/str.h"

/* Account numbers of the SEPA area (ISO 13616): the countries, lengths and structures of
 * standards/sepa.md 5, check digits, and the French key. */
enum { IBAN_MAX = 34, IBAN_LAST = 4 };

/* Without blanks, in capitals, NUL-terminated. Filled by iban_parse only. */
struct iban {
    char raw[IBAN_MAX + 1];
};

/* Reads an IBAN as people write it: spaces are dropped, letters made capital. NULL when it is one,
 * else what is wrong with it, a static sentence without the field's name; then *out is left alone.
 */
const char *iban_parse(struct str text, struct iban *out);

/* The same for whoever has words of its own for what is wrong. */
enum iban_problem {
    IBAN_GOOD = 0,
    IBAN_LENGTH, /* fewer than 15 characters, or more than 34 */
    IBAN_CHARACTERS,
    IBAN_COUNTRY, /* not of the SEPA area */
    IBAN_COUNTRY_LENGTH,
    IBAN_STRUCTURE,
    IBAN_CHECK_DIGITS,
    IBAN_RIB_KEY,
};
enum iban_problem iban_read(struct str text, struct iban *out);

/* The form in which it is stored: no blank, capitals only. */
bool iban_valid(struct str text);

struct str iban_text(const struct iban *iban);
struct str iban_country(const struct iban *iban);
/* The last four characters: all that may be shown of it, beside the country. */
struct str iban_last(const struct iban *iban);
/* Whether the country of a number is in the European Economic Area; outside it a debit needs BIC
 * and address of the debtor. */
bool iban_in_eea(struct str country);
/* In groups of four, as on paper. */
struct str iban_grouped(struct arena *arena, const struct iban *iban);

/* ISO 7064 mod 97-10 over capitals and digits: the remainder after `text`, going on from `so_far`.
 */
int iban_mod97(struct str text, int so_far);

#endif
