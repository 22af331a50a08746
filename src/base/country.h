#ifndef GUICHET_BASE_COUNTRY_H
#define GUICHET_BASE_COUNTRY_H

#include <stdbool.h>

#include "base/str.h"

/* The two-letter code (ISO 3166-1) of a country as people write it: its code of two or three
 * letters, or its name in French or English, whatever the accents and the case. False: none is
 * known by it. */
bool country_code(struct arena *arena, struct str text, struct str *code);

struct country {
    struct str code; /* of two letters */
    struct str name;
};
/* All of them by their names, for somebody who chooses one. */
const struct country *country_list(bool french, size_t *count);

/* Its name in French or English, as it stands below an address; the text itself when it is no code
 * of two letters. */
struct str country_name(struct str code, bool french);

/* A code of two or three letters, in any case. */
bool country_is_code(struct str text);

#endif
